"""A store that is open: its transactions, on the driver's own connections. Standard library only."""

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from suptime.domain.time import Instant
from suptime.store.database import faults, sqlite_file
from suptime.store.database.driver import Driver, SqliteDriver
from suptime.store.repositories import Transaction
from suptime.store.repositories.rows import Author

if TYPE_CHECKING:
    from sqlalchemy import Connection

Purpose = Literal["read", "write", "make"]
"""To read, to change rows, or to make the tables and bring them up to date."""


class Store:
    """An open store. `url` names it to people: a path, or a `url` without its secrets."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Give one snapshot of everything, however long it takes to read; it cannot write.

        Raises:
            StorageFault: the store cannot be read.
        """
        with self.connecting("read") as driver:
            yield Transaction(driver)

    @contextmanager
    def changing(self, *, at: Instant, agent: str, command: str) -> Iterator[Transaction]:
        """Give one change, whole or not at all: kept at the end, taken back on any exception.

        Who changes the same agent's time comes one after another. Every write leaves an audit row with
        `at`, `agent` and `command`.

        Raises:
            StorageFault: the store cannot be written.
            NotPossible: the database refuses what was written.
        """
        with self.connecting("write", agent) as driver:
            tx = Transaction(driver, Author(at, agent, command))
            yield tx
            tx.seal()

    def connecting(self, purpose: Purpose, agent: str | None = None) -> AbstractContextManager[Driver]:
        """Give one transaction (a change by `agent`) as the driver knows it, for code within the store."""
        raise NotImplementedError

    def drop_free_pages(self) -> bool:
        """Write a SQLite file without its free pages and log, which can hold what was deleted.

        Return whether that was done: not on a server, and not while another program holds the file.
        """
        return False

    def close(self) -> None:
        """Let go of the database."""
        raise NotImplementedError


class FileStore(Store):
    """A store in a SQLite file, which is there and up to date. Writers come one after another."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._idle: list[sqlite3.Connection] = []

    @contextmanager
    def connecting(self, purpose: Purpose, agent: str | None = None) -> Iterator[Driver]:  # noqa: ARG002
        """Give one transaction as the driver knows it, for code within the store."""
        raw = self._idle.pop() if self._idle else sqlite_file.connect(self.url)
        try:
            with faults.sqlite_faults(self.url):
                raw.execute("BEGIN" if purpose == "read" else "BEGIN IMMEDIATE")
                try:
                    with FileDriver(raw, self.url) as driver:
                        yield driver
                    raw.execute("COMMIT")
                except BaseException:
                    # A full disk may have ended the transaction already.
                    with contextlib.suppress(sqlite3.Error):
                        raw.execute("ROLLBACK")
                    raise
        finally:
            self._idle.append(raw)

    def drop_free_pages(self) -> bool:
        """Write the file without its free pages and log; return whether no other program kept it from that."""
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
        """Let go of the file."""
        while self._idle:
            self._idle.pop().close()


class FileDriver(SqliteDriver):
    """A transaction of a store in a file, to which SQLAlchemy is added when a model is written."""

    def __init__(self, raw: sqlite3.Connection, path: str) -> None:
        super().__init__(raw)
        self._path = path
        self._stack = contextlib.ExitStack()
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._stack.close()

    def connection(self) -> "Connection":
        """Return the same connection and transaction as SQLAlchemy knows them, for models."""
        if self._connection is None:
            from suptime.store.database.engine import connection_on

            self._connection = self._stack.enter_context(connection_on(self.raw, "sqlite"))
        return self._connection
