"""Files for bookkeeping programs are kept with the documents that they hold."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "booking_batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        *(
            sa.Column(name, kind, nullable=False)
            for name, kind in (
                ("format", sa.Text()),
                ("made_at", sa.BigInteger()),
                ("agent", sa.Text()),
                ("documents", sa.Text()),
                ("sha256", sa.Text()),
                ("content", sa.Text()),
            )
        ),
        sa.Column("first", sa.Date(), nullable=True),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("file", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_batch")),
        sqlite_autoincrement=True,
    )
