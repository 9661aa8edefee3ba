"""How far the sending of invoices came."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "sending",
        sa.Column("invoice", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column(
            "chosen",
            sa.Boolean(create_constraint=True, name=op.f("ck_sending_chosen_is_boolean")),
            nullable=False,
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_sending_attempts_are_counted")),
        sa.CheckConstraint(
            "(state IN ('claimed', 'handed')) = (leased_until IS NOT NULL)",
            name=op.f("ck_sending_lease_belongs_to_a_claim"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('claimed', 'handed', 'unknown') OR message IS NOT NULL",
            name=op.f("ck_sending_message_is_kept"),
        ),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_sending_sent_at_belongs_to_sent")
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'claimed', 'handed', 'unknown', 'failed', 'outbox', 'sent')",
            name=op.f("ck_sending_state_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["invoice"], ["invoice.number"], name=op.f("fk_sending_invoice"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("invoice", name=op.f("pk_sending")),
        sa.UniqueConstraint("message_id", name=op.f("uq_sending_message_id")),
    )
    op.create_index(op.f("ix_sending_state"), "sending", ["state"])
