"""A client says whether its invoices have a worksheet."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Add the column."""
    op.add_column("client", sa.Column("detail", sa.Text(), nullable=True))
