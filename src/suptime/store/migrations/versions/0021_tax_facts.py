"""Clients are taxed by facts, each from a day on."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

# SQLite counts up only what is declared INTEGER.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table. The tax in a client's row is its fact from the beginning."""
    op.create_table(
        "tax",
        sa.Column("id", ID, nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("tax", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["client"], ["client.code"], name=op.f("fk_tax_client"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax")),
        sa.UniqueConstraint("client", "since", name=op.f("uq_tax_client_since")),
        sqlite_autoincrement=True,
    )
