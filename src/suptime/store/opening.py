"""Opening a store: a SQLite file or a PostgreSQL database, made or brought up to date where needed."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine

from suptime.database_url import shown
from suptime.domain.timespan import Instant
from suptime.store import sqlite_file
from suptime.store.engines import Purpose, database_faults, server_engine, sqlite_engine, transaction
from suptime.store.repository.rows import Author
from suptime.store.repository.transaction import Transaction


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
        from suptime.store import schema

        schema.create_file(path)
    connection = sqlite_file.connect(path)
    try:
        older = sqlite_file.check_revision(sqlite_file.revision_of(connection, path), path)
    finally:
        connection.close()
    if older:
        from suptime.store import schema

        with database_faults(path):
            schema.migrate_file(path)
    return Store(sqlite_engine(path), path)


def _open_server(url: str) -> Store:
    engine = server_engine(url)
    name = shown(url)
    try:
        _prepare_server(engine, name)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, name)


def _prepare_server(engine: Engine, name: str) -> None:
    """Make the tables in an empty database, or bring them up to date."""
    from suptime.store import schema

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
