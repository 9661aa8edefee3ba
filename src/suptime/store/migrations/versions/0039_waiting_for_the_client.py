"""Events of a case say that it is the client's turn, and that it goes on."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"

KINDS = (
    "kind IN ('consent', 'consent-request', 'consent-reply', 'consent-refused',"
    " 'escalate', 'respond', 'resolve', 'reopen', 'wait', 'resume')"
)


COUNTED = sa.table("sqlite_sequence", *map(sa.column, ("name", "seq")))


def upgrade() -> None:
    """Add the column, and let events be of the new kinds; SQLite copies them into a new table for it."""
    connection = op.get_bind()
    of_events = COUNTED.c.name == "case_event"
    is_file = connection.dialect.name == "sqlite"
    last = connection.scalar(sa.select(COUNTED.c.seq).where(of_events)) if is_file else None
    with op.batch_alter_table("case_event", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column("waits_for", sa.Text(), nullable=True))
        table.drop_constraint(op.f("ck_case_event_kind_is_known"), type_="check")
        table.create_check_constraint(op.f("ck_case_event_kind_is_known"), KINDS)
    if last is not None:
        # No event gets the id of one that was taken back: the audit trail still names it.
        op.execute(COUNTED.delete().where(of_events))
        op.execute(COUNTED.insert().values(name="case_event", seq=last))
