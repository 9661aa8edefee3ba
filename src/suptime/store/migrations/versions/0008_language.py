"""The language that a client's documents speak."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the column."""
    op.add_column("client", sa.Column("language", sa.Text(), nullable=True))
