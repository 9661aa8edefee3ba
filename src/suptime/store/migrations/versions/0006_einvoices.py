"""What e-invoices say of a client: city and postcode, electronic address, buyer reference."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the columns."""
    for name in ("city", "postcode", "endpoint", "buyer_reference"):
        op.add_column("client", sa.Column(name, sa.Text(), nullable=True))
