"""Events of a case say that it is the client's turn, and that it goes on."""

import sqlalchemy as sa
from alembic import op

from suptime.store.migrations.rebuilding import rebuilt

revision = "0039"
down_revision = "0038"

KINDS = (
    "kind IN ('consent', 'consent-request', 'consent-reply', 'consent-refused',"
    " 'escalate', 'respond', 'resolve', 'reopen', 'wait', 'resume')"
)


def upgrade() -> None:
    """Add the column, and let events be of the new kinds."""
    with rebuilt("case_event") as table:
        table.add_column(sa.Column("waits_for", sa.Text(), nullable=True))
        table.drop_constraint(op.f("ck_case_event_kind_is_known"), type_="check")
        table.create_check_constraint(op.f("ck_case_event_kind_is_known"), KINDS)
