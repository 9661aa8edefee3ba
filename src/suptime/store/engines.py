"""SQLAlchemy engines whose transactions begin as the store needs them, and whose errors people can read."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError
from sqlalchemy.pool import QueuePool

from suptime.database_url import is_server, shown, unsupported
from suptime.errors import StorageFault, WrongUsage
from suptime.store import faults, server_faults, sqlite_file, turns

Purpose = Literal["read", "write", "make"]
"""To read, to change rows, or to make the tables and bring them up to date."""

WAITS = (0.1, 0.3, 0.9, 2.7)
"""Seconds before a server that is full is asked again: most commands are done in tenths of one."""

_PURPOSE = "suptime_purpose"
_AGENT = "suptime_agent"

# How a transaction begins: a reader gets one snapshot; writers come one after another (`turns`, on a server).
_BEGIN: dict[tuple[str, Purpose | None], tuple[str, ...]] = {
    ("sqlite", "read"): ("BEGIN",),
    ("sqlite", "write"): ("BEGIN IMMEDIATE",),
    ("postgresql", "read"): ("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",),
}


def sqlite_engine(path: str) -> Engine:
    """An engine on the SQLite file at PATH, which is there and up to date."""
    engine = create_engine(
        URL.create("sqlite", database=path), creator=lambda: sqlite_file.connect(path), poolclass=QueuePool
    )
    event.listen(engine, "begin", _begin)
    return engine


def server_engine(url: str) -> Engine:
    """An engine for the PostgreSQL URL.

    Raises:
        WrongUsage: URL names no database that suptime can use.
        StorageFault: the driver is not installed.
    """
    try:
        scheme, _, rest = url.strip().partition("://")
        if "@" in rest.partition("?")[0].partition("@")[2]:
            # The driver would take the end of the password for a host, and name it in its errors.
            raise WrongUsage(
                f"The database URL '{shown(url)}' has more than one @.",
                hint="Write an @ in a password as %40.",
            )
        if not is_server(url):
            raise unsupported(url)
        engine = create_engine(
            make_url(f"{scheme.lower()}://{rest}").set(drivername="postgresql+psycopg"),
            isolation_level="READ COMMITTED",
        )
    except (ArgumentError, ValueError):
        # From None: the library's words quote parts of the URL.
        raise unsupported(url) from None
    except ImportError as error:
        raise StorageFault(
            "The driver for PostgreSQL is not installed.", hint="pip install 'suptime[postgres]'"
        ) from error
    event.listen(engine, "do_connect", _connect_patiently)
    event.listen(engine, "begin", _begin)
    return engine


def _connect_patiently(dialect: Dialect, _record: object, values: list[Any], names: dict[str, Any]) -> object:
    """Connect, and wait for a turn where the server has no connection free."""
    from random import uniform

    for seconds in WAITS:
        try:
            return dialect.connect(*values, **names)
        except dialect.loaded_dbapi.Error as error:
            if not server_faults.is_full(error):
                raise
            # Not all at the same moment again: those who were refused together would meet together.
            time.sleep(uniform(seconds / 2, seconds))  # noqa: S311 - no secret hangs on it
    return dialect.connect(*values, **names)


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    purpose: Purpose | None = options.get(_PURPOSE)
    if connection.dialect.name == "postgresql" and purpose == "write":
        turns.take(connection, options.get(_AGENT))
    elif connection.dialect.name == "postgresql" and purpose == "make":
        turns.make(connection)
    for statement in _BEGIN.get((connection.dialect.name, purpose), ()):
        connection.exec_driver_sql(statement)


@contextmanager
def transaction(
    engine: Engine, purpose: Purpose, where: str, agent: str | None = None
) -> Iterator[Connection]:
    """One transaction (a change by `agent`): committed at the end, rolled back on any exception.

    Faults become errors for people.
    """
    reached = keeping = False
    try:
        # The option stands before the first statement, so that `begin` sees it.
        options = {_PURPOSE: purpose, _AGENT: agent}
        with engine.connect().execution_options(**options) as connection, connection.begin():
            reached = True
            yield connection
            keeping = purpose == "write"
    except DBAPIError as error:
        if reached and error.connection_invalidated:
            raise server_faults.lost(where, keeping=keeping) from error
        if server_faults.is_withheld(error.orig):
            raise _withheld(engine, where, error.orig) from error
        raise _said(error, where) from error
    except faults.Withheld as error:
        raise _withheld(engine, where, None) from error
    except sqlite3.Error as error:
        raise faults.storage_fault(error, where) from error


def _withheld(engine: Engine, where: str, origin: object) -> StorageFault:
    """What the server withholds from this login, by what the team's table says of it."""
    member = None
    try:
        with engine.connect() as connection:
            member = connection.exec_driver_sql(server_faults.WHO_AM_I).first()
    except DBAPIError:
        pass  # a login without any right: then there is no more to say of it
    return server_faults.withheld(where, origin, member and tuple(member))


@contextmanager
def database_faults(where: str) -> Iterator[None]:
    """Errors of any driver, raised within, become errors for people. WHERE names the database."""
    try:
        yield
    except DBAPIError as error:
        raise _said(error, where) from error
    except sqlite3.Error as error:
        raise faults.storage_fault(error, where) from error
    except UnicodeDecodeError as error:
        raise faults.garbled(where) from error


def _said(error: DBAPIError, where: str) -> Exception:
    origin = error.orig
    if isinstance(origin, sqlite3.IntegrityError):
        return faults.refusal(str(origin))
    if isinstance(origin, sqlite3.Error):
        return faults.storage_fault(origin, where)
    if isinstance(error, DataError):
        return faults.unstorable_text()
    return server_faults.said(origin, where)
