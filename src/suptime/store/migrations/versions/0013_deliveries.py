"""The messages that were delivered, with their bytes."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "sent_content",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_sent_content_size_is_counted")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sent_content")),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("invoice", sa.Text(), nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('unknown', 'outbox', 'sent')", name=op.f("ck_delivery_state_is_known")),
        sa.CheckConstraint("attempt > 0", name=op.f("ck_delivery_attempt_is_counted")),
        sa.ForeignKeyConstraint(
            ["invoice"], ["invoice.number"], name=op.f("fk_delivery_invoice"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["digest"], ["sent_content.digest"], name=op.f("fk_delivery_digest"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("invoice", "attempt", name=op.f("uq_delivery_invoice_attempt")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_delivery_digest"), "delivery", ["digest"])
