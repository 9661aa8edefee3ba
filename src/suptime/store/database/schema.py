"""Making a store and bringing an older one up to date. Imported only when that is needed."""

import contextlib
import os
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    create_engine,
    event,
    insert,
    inspect,
    select,
)
from sqlalchemy.pool import NullPool

from suptime import files
from suptime.errors import StorageFault
from suptime.store.database import sqlite_file
from suptime.store.database.faults import storage_fault
from suptime.store.database.placing import put_new
from suptime.store.tables.work import METADATA

if TYPE_CHECKING:
    from suptime.store.database.driver import Driver

MIGRATIONS = Path(__file__).parent.parent / "migrations"

RECORDED_SINCE = "0016"
"""The first revision whose writers account for every row in the audit trail."""

CONVERTED = "0025"
"""The revision that converts payments of single invoices to the receivables ledger."""

_LEDGER = ("transfer", "deposit_entry", "allocation", "voided")
"""The tables that it fills, which no audit row accounts for yet."""

# Alembic's own table, as Alembic makes it.
_VERSION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def create_file(path: str) -> None:
    """A new store at `path`, readable by its owner only; one that is there by now is left alone.

    Raises:
        StorageFault, NotPossible: as for `making`.
    """
    # If another process was faster, its store is as good as this one.
    with contextlib.suppress(FileExistsError), making(path):
        pass


@contextmanager
def making(path: str) -> Iterator[str]:
    """Give an empty store that becomes the one at `path` when the block ends without an error, with its folders.

    It is made beside `path` and put in its place when it is whole, so that no other process
    ever sees half a store, and a crash leaves nothing at `path`.

    Raises:
        FileExistsError: another process made one in the meantime.
        StorageFault: the folder cannot be made or written, or the disk is full.
        NotPossible: files of an earlier store are beside `path`.
    """
    target = Path(path)
    with contextlib.ExitStack() as stack:
        with _faults_of_making(path):
            for folder in _missing(target.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
                stack.callback(_remove_if_empty, folder)
            made = stack.enter_context(files.draft(target, private=True))
            _fill(str(made))
        yield str(made)
        with _faults_of_making(path):
            files.to_disk(made)
            put_new(made, target)


def _missing(folder: Path) -> list[Path]:
    """Return the folders that have to be made for `folder`, the outermost first."""
    return [] if folder.is_dir() else [*_missing(folder.parent), folder]


def _remove_if_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()


@contextmanager
def _faults_of_making(path: str) -> Iterator[None]:
    """Turn what goes wrong while the store at `path` is made, within, into errors for people."""
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        raise StorageFault(
            f"The store {path} cannot be made.",
            f"The system says: {error.strerror or error}.",
            "Choose another place with SUPTIME_DB, or give yourself the right to write there.",
        ) from error
    except sqlite3.Error as error:
        raise storage_fault(error, path) from error


def _fill(name: str) -> None:
    """Make the schema in the empty file `name`, and have it all on disk."""
    raw = sqlite3.connect(name, isolation_level=None)
    try:
        raw.execute("PRAGMA journal_mode = OFF")  # nobody sees the file before it is whole
        raw.execute("PRAGMA synchronous = OFF")
        raw.execute("BEGIN")
        engine = create_engine("sqlite://", creator=lambda: raw, poolclass=NullPool)
        with engine.connect() as connection:
            create_all(connection)
            connection.commit()
            # The mode stays with the file. A drive without shared memory (a network's) keeps the old one.
            connection.exec_driver_sql("PRAGMA synchronous = FULL")
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    finally:
        raw.close()
    with open(name, "rb") as file:  # noqa: PTH123
        os.fsync(file.fileno())


def create_all(connection: Connection) -> None:
    """The newest schema in an empty database: quicker than every migration in turn, and the same (tested)."""
    METADATA.create_all(connection, checkfirst=False)
    _VERSION.create(connection)
    connection.execute(insert(_VERSION).values(version_num=sqlite_file.HEAD))


def revision_of(connection: Connection) -> str | None:
    """Return the schema revision of a database, or None where it is none of suptime's."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(select(_VERSION.c.version_num)).scalar()


def migrate(connection: Connection, *, to: str = "head") -> None:
    """Bring the schema up to date inside the transaction of `connection`."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    before = revision_of(connection) or ""
    command.upgrade(config, to)
    if revision_of(connection) == sqlite_file.HEAD:
        if before < RECORDED_SINCE:
            _account_for_what_is_there(connection)
        elif before < CONVERTED:
            _account_for_what_is_there(connection, _LEDGER)


def _account_for_what_is_there(connection: Connection, tables: Collection[str] | None = None) -> None:
    """Record a digest of each row (of some tables) that was written without an audit row."""
    from suptime.store.database.driver import ServerDriver, SqliteDriver
    from suptime.store.repositories.row_checks import RowChecks
    from suptime.store.repositories.rows import Author, Rows

    raw: Any = connection.connection.driver_connection
    driver = ServerDriver(raw) if connection.dialect.name == "postgresql" else SqliteDriver(raw)
    newest = driver.value("SELECT max(at) FROM audit")
    rows = Rows(driver, Author(newest or 0, "suptime", "migrate"))
    RowChecks(rows).account_for_the_rest(tables)
    rows.seal()


def migrate_server(driver: "Driver", shown: str) -> None:
    """Bring the server's database, known as `shown`, up to date, and give its team their rights on what is new.

    Raises:
        StorageFault: that is for the owner of the tables to do, who does not ask.
    """
    from suptime.store.repositories import team

    if not team.is_owner(driver):
        raise StorageFault(
            f"The store {shown} was made by an older version of suptime.",
            "Only its owner can bring it up to date.",
            "Let the owner run any command of this version: suptime status",
        )
    migrate(driver.connection())
    team.give_again(driver)


def migrate_file(path: str) -> None:
    """Bring the store at `path` up to date, whole or not at all, unless another process just did.

    Raises:
        StorageFault: the file is locked, damaged or cannot be written.
    """
    raw = sqlite_file.connect(path)
    try:
        # A migration rebuilds tables: rows that point to them must bear that until it is done.
        raw.execute("PRAGMA foreign_keys = OFF")
        engine = create_engine("sqlite://", creator=lambda: raw, poolclass=NullPool)
        event.listen(engine, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE") and None)
        with engine.connect() as connection, connection.begin():
            if sqlite_file.check_revision(revision_of(connection), path):
                migrate(connection)
    except sqlite3.Error as error:
        raise storage_fault(error, path) from error
    finally:
        raw.close()
