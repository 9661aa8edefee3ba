"""Prices agreed beside contract files, and messages about cases."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# SQLite counts up only what is declared INTEGER.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "price",
        sa.Column("id", ID, nullable=False),
        sa.Column("contract", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.CheckConstraint("item IN ('hour', 'incident', 'minute')", name=op.f("ck_price_item_is_known")),
        sa.CheckConstraint("CAST(amount AS NUMERIC) >= 0", name=op.f("ck_price_amount_is_not_negative")),
        sa.ForeignKeyConstraint(
            ["contract"], ["contract.code"], name=op.f("fk_price_contract"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price")),
        sa.UniqueConstraint("contract", "item", "since", name=op.f("uq_price_contract_item_since")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "message",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("attachments", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_message_direction_is_known")),
        sa.CheckConstraint("length(message_id) > 0", name=op.f("ck_message_message_id_is_given")),
        sa.ForeignKeyConstraint(
            ["case_number"], ["case.number"], name=op.f("fk_message_case_number"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("message_id", name=op.f("uq_message_message_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_message_case_number_at"), "message", ["case_number", "at"])
