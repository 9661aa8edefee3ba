"""Tables that SQLite makes anew to change a constraint."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations


@contextmanager
def rebuilt(table: str) -> Iterator[BatchOperations]:
    """Change `table`, whose ids count up, and give no row the id of one that was removed: the audit trail still names it."""
    with op.batch_alter_table(table, table_kwargs={"sqlite_autoincrement": True}) as batch:
        last = _last_id(table)
        yield batch
    if last is not None:
        counted = sa.table("sqlite_sequence", *map(sa.column, ("name", "seq")))
        op.execute(counted.delete().where(counted.c.name == table))
        op.execute(counted.insert().values(name=table, seq=last))


def _last_id(table: str) -> int | None:
    """Return the highest id that SQLite ever gave in `table`; None on another database, or if it gave none."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return None
    query = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    return connection.execute(query, {"name": table}).scalar()
