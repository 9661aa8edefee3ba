"""SQLAlchemy engines whose transactions begin as the store needs them, and whose errors people can read."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import Any, Literal, Self

from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError
from sqlalchemy.pool import QueuePool

from suptime.domain.time import Instant
from suptime.errors import StorageFault, WrongUsage
from suptime.settings.database_url import is_server, redacted, unsupported
from suptime.store.database import faults, sqlite_file, turns
from suptime.store.repositories import Transaction
from suptime.store.repositories.rows import Author

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
                f"The database URL '{redacted(url)}' has more than one @.",
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
            if not faults.is_full(error):
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
            raise faults.lost(where, keeping=keeping) from error
        if faults.is_withheld(error.orig):
            raise _withheld(engine, where, error.orig) from error
        raise _explained(error, where) from error
    except faults.Withheld as error:
        raise _withheld(engine, where, None) from error
    except sqlite3.Error as error:
        raise faults.storage_fault(error, where) from error


def _withheld(engine: Engine, where: str, origin: object) -> StorageFault:
    """What the server withholds from this login, by what the team's table says of it."""
    member = None
    try:
        with engine.connect() as connection:
            member = connection.exec_driver_sql(faults.WHO_AM_I).first()
    except DBAPIError:
        pass  # a login without any right: then there is no more to say of it
    return faults.withheld(where, origin, member and tuple(member))


@contextmanager
def database_faults(where: str) -> Iterator[None]:
    """Errors of any driver, raised within, become errors for people. WHERE names the database."""
    try:
        yield
    except DBAPIError as error:
        raise _explained(error, where) from error
    except sqlite3.Error as error:
        raise faults.storage_fault(error, where) from error
    except UnicodeDecodeError as error:
        raise faults.garbled(where) from error


def _explained(error: DBAPIError, where: str) -> Exception:
    origin = error.orig
    if isinstance(origin, sqlite3.IntegrityError):
        return faults.refusal(str(origin))
    if isinstance(origin, sqlite3.Error):
        return faults.storage_fault(origin, where)
    if isinstance(error, DataError):
        return faults.unstorable_text()
    return faults.explain(origin, where)


class Store:
    """An open store. `url` names it to people: a path, or a URL without its secrets."""

    def __init__(self, engine: Engine, url: str) -> None:
        self.url = url
        self._engine = engine

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """One snapshot of everything, however long it takes to read; it cannot write.

        Raises:
            StorageFault: the store cannot be read.
        """
        with self.connecting("read") as connection:
            yield Transaction(connection)

    @contextmanager
    def changing(self, *, at: Instant, agent: str, command: str) -> Iterator[Transaction]:
        """One change, whole or not at all: kept at the end, taken back on any exception.

        Who changes the same agent's time comes one after another. Every write leaves an audit row with AT, AGENT and COMMAND.

        Raises:
            StorageFault: the store cannot be written.
            NotPossible: the database refuses what was written.
        """
        with self.connecting("write", agent) as connection:
            tx = Transaction(connection, Author(at, agent, command))
            yield tx
            tx.seal()

    def connecting(self, purpose: Purpose, agent: str | None = None) -> AbstractContextManager[Connection]:
        """One transaction (a change by `agent`) as the database knows it, for code within the store."""
        return transaction(self._engine, purpose, self.url, agent)

    def drop_free_pages(self) -> bool:
        """Write a SQLite file without its free pages and log, which can hold what was deleted.

        Gives whether that was done: not on a server, and not while another program holds the file.
        """
        if self._engine.dialect.name != "sqlite":
            return False
        connection = sqlite_file.connect(self.url)
        try:
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("VACUUM")
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error:
            return False
        finally:
            connection.close()
        return not busy

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def open_store(url_or_path: str) -> Store:
    """The store at a path or URL, made where there is none, brought up to date where it is older.

    Args:
        url_or_path: a path, `sqlite:///PATH`, or `postgresql://USER@HOST/DATABASE`.

    Raises:
        StorageFault: it is locked, damaged, empty, full, not writable, no store of suptime's, or made
            by a newer version; then it is left as it is.
        WrongUsage: a URL of a database that suptime cannot use.
    """
    path = sqlite_file.path_of(url_or_path)
    return _open_server(url_or_path) if path is None else _open_file(path)


def _open_file(path: str) -> Store:
    if not sqlite_file.is_there(path):
        from suptime.store.database import schema

        schema.create_file(path)
    connection = sqlite_file.connect(path)
    try:
        older = sqlite_file.check_revision(sqlite_file.revision_of(connection, path), path)
    finally:
        connection.close()
    if older:
        from suptime.store.database import schema

        with database_faults(path):
            schema.migrate_file(path)
    return Store(sqlite_engine(path), path)


def _open_server(url: str) -> Store:
    engine = server_engine(url)
    name = redacted(url)
    try:
        _prepare_server(engine, name)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, name)


def _prepare_server(engine: Engine, name: str) -> None:
    """Make the tables in an empty database, or bring them up to date."""
    from suptime.store.database import schema

    with transaction(engine, "read", name) as connection:
        revision = schema.revision_of(connection)
    if revision is None or sqlite_file.check_revision(revision, name):
        with transaction(engine, "make", name) as connection:
            # Another process may have done it while this one waited for its turn.
            revision = schema.revision_of(connection)
            if revision is None:
                schema.create_all(connection)
            elif sqlite_file.check_revision(revision, name):
                schema.migrate_server(connection, name)
