"""A message says when it was sent, as its Date header does, beside when it was received."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add the column."""
    op.add_column("message", sa.Column("sent_at", sa.BigInteger(), nullable=True))
