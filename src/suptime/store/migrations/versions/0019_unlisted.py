"""A case and an event say whether somebody insisted on a category or a cause that the contract does not list."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add the columns."""
    for table in ("case", "case_event"):
        op.add_column(table, sa.Column("unlisted", sa.Boolean(), nullable=True))
