"""A client can be archived: no new case and no new work."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Add the column."""
    op.add_column("client", sa.Column("archived", sa.Boolean(), nullable=True))
