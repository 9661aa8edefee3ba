"""An event of a case has a number, by which it is corrected. Older ones count in the order of their recording."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Add the column."""
    op.add_column("case_event", sa.Column("n", sa.BigInteger(), nullable=True))
