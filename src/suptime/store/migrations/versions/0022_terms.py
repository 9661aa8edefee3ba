"""A client has terms of payment."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add the column."""
    op.add_column("client", sa.Column("terms", sa.Text(), nullable=True))
