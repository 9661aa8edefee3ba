"""A message says when it was sent, as its Date header does, beside when it was received."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Add the column."""
    op.add_column("message", sa.Column("sent_at", sa.BigInteger(), nullable=True))
