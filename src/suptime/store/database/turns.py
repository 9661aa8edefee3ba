"""How writers on a PostgreSQL server take turns, by locks that no login of a lesser role can take.

An agent locks one row: the end of the agent's own audit trail. Row-level security hides the rows of
others from the lock. The owner and billing ("keepers") come one after another: they lock the table
`closing`, on which an agent or a reader has no right that allows it.

All see one snapshot, taken when their turn has come. An agent waits for no keeper: work that is
written while an issue runs leaves a mark that the issue cannot see, and so cannot delete.
"""

import time
from typing import TYPE_CHECKING, Any

from suptime.store.database import sqlite_file

if TYPE_CHECKING:
    import psycopg

HOLD = "SELECT place, hash FROM audit_head WHERE agent = %(agent)s FOR UPDATE"
"""Take the turn to write an agent's time: row-level security gives an agent only the own row to lock."""

ADD_HELD = (
    "INSERT INTO audit_head (agent, place, hash) VALUES (%(agent)s, 0, repeat('0', 64))"
    " ON CONFLICT (agent) DO NOTHING"
)
"""The row to lock of an agent who has none yet."""

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


def is_keeper(raw: "psycopg.Connection[Any]") -> bool:
    """Return whether the login keeps what all share."""
    found = raw.execute(_IS_KEEPER).fetchone()
    # The question began a transaction, whose isolation could not be set any more.
    raw.rollback()
    return bool(found and found[0])


def take(raw: "psycopg.Connection[Any]", agent: str | None, *, is_keeper: bool) -> None:
    """Begin a change by `agent` (None: rows are copied), and wait for its turn."""
    until = time.monotonic() + sqlite_file.BUSY_SECONDS
    while True:
        try:
            for statement in (*_BEGIN, *((_KEEPERS_TURN,) if is_keeper else ())):
                raw.execute(statement)
            if agent is not None:
                hold(raw, agent)
        except Exception as error:
            # The agent's row was changed while this one waited for it: begin again, to see what was written.
            if getattr(error, "sqlstate", "") != "40001" or time.monotonic() > until:
                raise
            raw.rollback()
        else:
            return


def make(raw: "psycopg.Connection[Any]") -> None:
    """Begin to make the tables, or to bring them up to date."""
    raw.execute(_BEGIN[1])
    found = raw.execute("SELECT has_table_privilege(to_regclass('alembic_version'), 'UPDATE')").fetchone()
    is_owner = found and found[0]
    if is_owner is None:
        raw.execute(_MAKERS_TURN)
    elif is_owner:
        raw.execute("LOCK TABLE alembic_version IN EXCLUSIVE MODE")


def hold(raw: "psycopg.Connection[Any]", agent: str) -> None:
    """Lock the row of `agent` until the change is done: nobody else writes this agent's time."""
    if raw.execute(HOLD, {"agent": agent}).fetchone() is None:
        raw.execute(ADD_HELD, {"agent": agent})
