"""A client has an order number, which the client's invoices name."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the column."""
    op.add_column("client", sa.Column("order_number", sa.Text(), nullable=True))
