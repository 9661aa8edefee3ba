"""What hints while timing need: the outcome of each case, what is left of purchases, and what is not rated yet."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

# SQLite counts up only what is declared INTEGER.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the columns and tables. Until a change works the rows of a contract out, the timer reads the contract."""
    for name in ("outcome", "reason", "prepaid"):
        op.add_column("standing", sa.Column(name, sa.Text(), nullable=True))
    for name in ("consent_limit", "consent_used", "consent_since"):
        op.add_column("standing", sa.Column(name, sa.BigInteger(), nullable=True))
    op.create_table(
        "stock",
        sa.Column("purchase", ID, autoincrement=False, nullable=False),
        sa.Column("contract", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("remaining", sa.Text(), nullable=False),
        sa.Column("pays_from", sa.BigInteger(), nullable=False),
        sa.Column("pays_until", sa.BigInteger(), nullable=True),
        sa.Column("valid_through", sa.Date(), nullable=True),
        sa.Column("worked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["purchase"], ["purchase.id"], name=op.f("fk_stock_purchase"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("purchase", name=op.f("pk_stock")),
    )
    op.create_index(op.f("ix_stock_contract"), "stock", ["contract"])
    op.create_table(
        "unrated",
        sa.Column("id", ID, nullable=False),
        sa.Column("contract", sa.Text(), nullable=False),
        sa.Column("case_number", sa.Text(), nullable=True),
        sa.Column("unit", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contract"], ["contract.code"], name=op.f("fk_unrated_contract"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["case_number"], ["case.number"], name=op.f("fk_unrated_case_number"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unrated")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_unrated_contract"), "unrated", ["contract"])
    op.execute("INSERT INTO unrated (contract) SELECT code FROM contract")
