"""A purchase of money has a basis: invoices deduct it without tax, or it pays what is due."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Add the column. What was sold before has no basis, and pays what is due."""
    op.add_column("purchase", sa.Column("basis", sa.Text(), nullable=True))
