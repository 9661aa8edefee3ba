"""How writers on a PostgreSQL server take turns, by locks that no login of a lesser role can take.

An agent locks one row: the end of the agent's own audit trail. Row-level security hides the rows of
others from the lock. The owner and billing ("keepers") come one after another: they lock the table
`closing`, on which an agent or a reader has no right that allows it.

All see one snapshot, taken when their turn has come. An agent waits for no keeper: work that is
written while an issue runs leaves a mark that the issue cannot see, and so cannot delete.
"""

import time

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from suptime.store.database import sqlite_file
from suptime.store.timer.statements import ADD_HELD, HOLD

_KEEPER = "suptime_keeper"
_IS_KEEPER = "SELECT coalesce(has_table_privilege(to_regclass('closing'), 'UPDATE'), false)"
_BEGIN = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    f"SET LOCAL lock_timeout = '{sqlite_file.BUSY_SECONDS}s'",
    # A command that was suspended or lost its terminal must not keep its turn for ever.
    "SET LOCAL idle_in_transaction_session_timeout = '15min'",
)
# No snapshot is taken for it, so the one that follows sees what the keeper before wrote.
_KEEPERS_TURN = "LOCK TABLE closing IN SHARE ROW EXCLUSIVE MODE"
# Nobody has a role yet in a database without tables.
_MAKERS_TURN = "SELECT pg_advisory_xact_lock(7310789)"


def take(connection: Connection, agent: str | None) -> None:
    """Begin a change by `agent` (None: rows are copied) on `connection`, and wait for its turn."""
    until = time.monotonic() + sqlite_file.BUSY_SECONDS
    keeper = _ask(connection)
    while True:
        try:
            for statement in (*_BEGIN, *((_KEEPERS_TURN,) if keeper else ())):
                connection.exec_driver_sql(statement)
            if agent is not None:
                hold(connection, agent)
        except DBAPIError as error:
            # The agent's row was changed while this one waited for it: begin again, to see what was written.
            if getattr(error.orig, "sqlstate", "") != "40001" or time.monotonic() > until:
                raise
            connection.connection.rollback()
        else:
            return


def make(connection: Connection) -> None:
    """Begin to make the tables, or to bring them up to date, on `connection`."""
    connection.exec_driver_sql(_BEGIN[1])
    there = "SELECT has_table_privilege(to_regclass('alembic_version'), 'UPDATE')"
    is_owner = connection.exec_driver_sql(there).scalar()
    if is_owner is None:
        connection.exec_driver_sql(_MAKERS_TURN)
    elif is_owner:
        connection.exec_driver_sql("LOCK TABLE alembic_version IN EXCLUSIVE MODE")


def hold(connection: Connection, agent: str) -> None:
    """Lock the row of `agent` until the change is done: nobody else writes this agent's time."""
    asked = {"of_agent": agent}
    if connection.execute(text(HOLD), asked).first() is None:
        connection.execute(text(ADD_HELD), asked)


def is_keeper(connection: Connection) -> bool:
    """Whether the login of `connection` keeps what all share; who writes a file does."""
    return bool(connection.info.get(_KEEPER, True))


def _ask(connection: Connection) -> bool:
    if _KEEPER not in connection.info:
        connection.info[_KEEPER] = connection.exec_driver_sql(_IS_KEEPER).scalar()
        # The question began a transaction, whose isolation could not be set any more.
        connection.connection.rollback()
    return bool(connection.info[_KEEPER])
