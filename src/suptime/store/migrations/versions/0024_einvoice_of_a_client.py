"""A client has a company number, a format of e-invoices, an account that it pays from, and may get no reminders."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Add the columns."""
    for name in ("company_number", "einvoice", "iban", "reminders"):
        op.add_column("client", sa.Column(name, sa.Text(), nullable=True))
