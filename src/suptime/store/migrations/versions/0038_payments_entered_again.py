"""A payment whose client was named by mistake is entered again: it counts from a later day than the bank's."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Add the column."""
    op.add_column("transfer", sa.Column("entered_on", sa.Date(), nullable=True))
