"""Which rows of other programs' time logs came in."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

# SQLite counts up only what is declared INTEGER.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "imported",
        sa.Column("id", ID, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("unit", sa.BigInteger(), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported")),
        sa.UniqueConstraint("source", "source_id", name=op.f("uq_imported_source_source_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_imported_change"), "imported", ["change"])
