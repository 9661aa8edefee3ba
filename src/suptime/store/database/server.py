"""A store on a PostgreSQL server, by psycopg. Faults become errors for people."""

import contextlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from suptime.errors import NoStore, StorageFault, WrongUsage
from suptime.settings.database_url import is_server, redacted, unsupported
from suptime.store.database import faults, sqlite_file, turns
from suptime.store.database.driver import Driver, ServerDriver
from suptime.store.database.store import Purpose, Store

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy import Connection

WAITS = (0.1, 0.3, 0.9, 2.7)
"""Seconds before a server that is full is asked again: most commands are done in tenths of one."""

_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"


def open_server(url: str) -> Store:
    """Return the store at a server's `url`, with its tables brought up to date.

    Raises:
        WrongUsage: `url` names no database that suptime can use.
        NoStore: the database has no tables of suptime's.
        StorageFault: the driver is not installed, or the store cannot be used.
    """
    store = ServerStore(url)
    try:
        store.prepare()
    except BaseException:
        store.close()
        raise
    return store


def make_on_server(url: str) -> tuple[str, bool]:
    """Make the tables in the database at a server's `url`. Return its name, and whether they were made.

    Raises:
        WrongUsage, StorageFault: as for `open_server`.
    """
    with ServerStore(url) as store:
        return store.url, store.prepare(make=True)


class ServerStore(Store):
    """A database on a server. `turns` says how those who write take turns."""

    def __init__(self, url: str) -> None:
        """Name the database at `url`, and connect to it no sooner than it is asked for.

        Raises:
            WrongUsage: `url` names no database that suptime can use.
            StorageFault: the driver is not installed.
        """
        _, _, rest = url.strip().partition("://")
        if "@" in rest.partition("?")[0].partition("@")[2]:
            # The driver would take the end of the password for a host, and name it in its errors.
            raise WrongUsage(
                f"The database URL '{redacted(url)}' has more than one @.",
                hint="Write an @ in a password as %40.",
            )
        if not is_server(url):
            raise unsupported(url)
        try:
            import psycopg
        except ImportError as error:
            raise StorageFault(
                "The driver for PostgreSQL is not installed.", hint="pip install 'suptime[postgres]'"
            ) from error
        super().__init__(redacted(url))
        self._conninfo = f"postgresql://{rest}"
        self._idle: list[psycopg.Connection[Any]] = []
        self._is_keeper: bool | None = None

    def prepare(self, *, make: bool = False) -> bool:
        """Bring the tables up to date. Where there are none and `make` is set, make them. Return whether that was done.

        Raises:
            NoStore: there are none, and `make` is not set.
        """
        with self.connecting("read") as driver:
            revision = revision_of(driver)
        if revision is None and not make:
            raise NoStore(
                f"There is no store in the database {self.url}: suptime made no tables in it.",
                hint="suptime init",
            )
        if revision is None or sqlite_file.check_revision(revision, self.url):
            from suptime.store.database import schema

            with self.connecting("make") as driver:
                # Another process may have done it while this one waited for its turn.
                revision = revision_of(driver)
                if revision is None:
                    schema.create_all(driver.connection())
                    return True
                if sqlite_file.check_revision(revision, self.url):
                    schema.migrate_server(driver, self.url)
        return False

    @contextmanager
    def connecting(self, purpose: Purpose, agent: str | None = None) -> Iterator[Driver]:
        """Give one transaction (a change by `agent`) as the driver knows it, for code within the store."""
        from psycopg import Error

        raw: psycopg.Connection[Any] | None = None
        keeping = False
        try:
            raw = self._connect()
            with self._begin(raw, purpose, agent) as driver:
                yield driver
                keeping = purpose == "write"
            raw.commit()
        except BaseException as error:
            origin = error if isinstance(error, Error | faults.Withheld) else getattr(error, "orig", None)
            if origin is None:
                raise
            raise self._explained(raw, origin, keeping=keeping) from error
        finally:
            if raw is not None and not raw.closed:
                with contextlib.suppress(Error):
                    raw.rollback()
                    self._idle.append(raw)

    @contextmanager
    def _begin(self, raw: "psycopg.Connection[Any]", purpose: Purpose, agent: str | None) -> Iterator[Driver]:
        if purpose == "write":
            if self._is_keeper is None:
                self._is_keeper = turns.is_keeper(raw)
            turns.take(raw, agent, is_keeper=self._is_keeper)
        elif purpose == "make":
            turns.make(raw)
        else:
            raw.execute(_SNAPSHOT)
        with contextlib.ExitStack() as stack:
            yield SessionDriver(raw, stack, is_keeper=self._is_keeper is not False)

    def _connect(self) -> "psycopg.Connection[Any]":
        """Connect, and wait for a turn where the server has no connection free."""
        import psycopg

        while self._idle:
            raw = self._idle.pop()
            if not raw.closed:
                return raw
        from random import uniform

        for seconds in (*WAITS, None):
            try:
                raw = psycopg.connect(self._conninfo)
            except psycopg.ProgrammingError:
                # From None: the library's words quote parts of the URL.
                raise faults.unreached(self.url) from None
            except psycopg.Error as error:
                if seconds is None or not faults.is_full(error):
                    raise
                # Not all at the same moment again: those who were refused together would meet together.
                time.sleep(uniform(seconds / 2, seconds))  # noqa: S311 - no secret hangs on it
            else:
                raw.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
                return raw
        raise AssertionError("unreachable")

    def _explained(
        self, raw: "psycopg.Connection[Any] | None", origin: Exception, *, keeping: bool
    ) -> Exception:
        from psycopg import DataError

        if raw is not None and (raw.closed or raw.broken):
            return faults.lost(self.url, keeping=keeping)
        if isinstance(origin, faults.Withheld) or faults.is_withheld(origin):
            return self._withheld(raw, None if isinstance(origin, faults.Withheld) else origin)
        if isinstance(origin, DataError):
            return faults.unstorable_text()
        return faults.explain(origin, self.url)

    def _withheld(self, raw: "psycopg.Connection[Any] | None", origin: object) -> StorageFault:
        """Say what the server withholds from this login, by what the team's table says of it."""
        from psycopg import Error

        member = None
        # A login without any right: then there is no more to say of it.
        with contextlib.suppress(Error):
            if raw is not None:
                raw.rollback()
                member = raw.execute(faults.WHO_AM_I).fetchone()
        return faults.withheld(self.url, origin, member)

    def close(self) -> None:
        """Let go of the database."""
        while self._idle:
            self._idle.pop().close()


class SessionDriver(ServerDriver):
    """A transaction on a server, to which SQLAlchemy is added when a model is written."""

    def __init__(
        self, raw: "psycopg.Connection[Any]", stack: contextlib.ExitStack, *, is_keeper: bool
    ) -> None:
        super().__init__(raw)
        self.is_keeper = is_keeper
        self._stack = stack
        self._connection: Connection | None = None

    def connection(self) -> "Connection":
        """Return the same connection and transaction as SQLAlchemy knows them, for models."""
        if self._connection is None:
            from suptime.store.database.engine import connection_on

            self._connection = self._stack.enter_context(connection_on(self.raw, "postgresql"))
        return self._connection


def revision_of(driver: Driver) -> str | None:
    """Return the schema's revision of a server's database, or None where it is none of suptime's."""
    if driver.value("SELECT to_regclass('alembic_version')") is None:
        return None
    return str(driver.value("SELECT version_num FROM alembic_version"))
