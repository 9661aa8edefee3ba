"""The SQLite file: where it is, what state it is in, how a connection to it is set up.

Standard library only, so that the timer can open a store without loading anything else.
"""

import os
import sqlite3
import stat

from suptime.errors import Foreign, NoStore, StorageFault
from suptime.settings.database_url import FILE, is_server
from suptime.store.database.faults import RESTORE, garbled, storage_fault

BUSY_SECONDS = 10
"""How long a command waits for another one to finish writing."""

# fmt: off
REVISIONS = (
    "0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008",
    "0009", "0010", "0011", "0012", "0013", "0014", "0015", "0016",
    "0017", "0018", "0019", "0020", "0021", "0022", "0023", "0024",
    "0025", "0026", "0027", "0028", "0029",
    "0030", "0031", "0032", "0033", "0034", "0035", "0036", "0037", "0038", "0039",
    "0040",
)
# fmt: on
"""Every schema this version knows, oldest first. A test holds it to the migrations."""

HEAD = REVISIONS[-1]
"""The schema this version reads and writes."""

SMALLEST_FILE = 512
"""The least bytes that SQLite keeps a database in."""

OLDEST_SQLITE = (3, 35, 0)
"""The first SQLite that answers with the id of a new row (RETURNING)."""


def path_of(url_or_path: str) -> str | None:
    """Return the absolute path of the SQLite file that `url_or_path` names, or None for a server's URL.

    >>> path_of("sqlite:////tmp/a%20b.db"), path_of("postgresql://localhost/team")
    ('/tmp/a b.db', None)

    Raises:
        WrongUsage: it is a URL that suptime cannot use.
    """
    if is_server(url_or_path):
        return None
    plain = url_or_path.lstrip()
    if plain[: len(FILE)].lower() == FILE:
        from urllib.parse import unquote

        url_or_path = unquote(plain[len(FILE) :].partition("?")[0])
    return os.path.realpath(os.path.expanduser(url_or_path))  # noqa: PTH111 -- pathlib takes longer to import


def is_there(path: str) -> bool:
    """Return whether `path` holds something that could be a store. A file of zero bytes could not.

    Raises:
        StorageFault: it may not be looked at.
        Foreign: it is no file, or too small for a database.
    """
    try:
        found = os.stat(path)  # noqa: PTH116
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as error:
        raise StorageFault(
            f"The store {path} cannot be opened.",
            f"The system says: {getattr(error, 'strerror', None) or error}.",
            "Check the path (SUPTIME_DB, or `database` in the configuration).",
        ) from error
    if not stat.S_ISREG(found.st_mode):
        raise Foreign(
            f"The store {path} is not a file.",
            hint="Name a file in SUPTIME_DB, or in `database` in the configuration.",
        )
    if found.st_size == 0:
        # SQLite would take it for a new database: years of work lost to a full disk would go unnoticed.
        return False
    if found.st_size < SMALLEST_FILE:
        # SQLite would take this, too, for an empty database. The file is not opened to see more of
        # it: closing it would let go of the locks that this process has on it.
        raise Foreign(
            f"The store {path} is not a database.",
            f"It has {found.st_size} bytes; a store has thousands.",
            RESTORE,
        )
    return True


def no_store(path: str) -> NoStore:
    """Return the error for a `path` at which there is no store."""
    if os.path.exists(path):  # noqa: PTH110
        return NoStore(
            f"There is no store at {path}: the file has zero bytes.",
            hint="Restore a backup with suptime restore FILE --yes, or make a new store with suptime init.",
        )
    return NoStore(f"There is no store at {path}.", hint="suptime init")


def connect(path: str, *, timeout: int | None = None) -> sqlite3.Connection:
    """Return a connection to the SQLite file at `path`, which is there. It begins no transaction by itself.

    Raises:
        StorageFault: the file cannot be opened.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StorageFault(
            f"This Python has SQLite {sqlite3.sqlite_version}, which is too old.",
            hint="Use a Python with SQLite 3.35 or newer.",
        )
    try:
        connection = sqlite3.connect(
            path,
            timeout=BUSY_SECONDS if timeout is None else timeout,
            isolation_level=None,  # sqlite3 then leaves BEGIN to us: it knows no BEGIN IMMEDIATE
            check_same_thread=False,
        )
    except sqlite3.Error as error:
        raise storage_fault(error, path) from error
    try:
        connection.execute("PRAGMA foreign_keys = ON")
    except sqlite3.Error as error:
        connection.close()
        raise storage_fault(error, path) from error
    return connection


def check_revision(revision: str | None, where: str) -> bool:
    """Return whether a store at `where` with schema `revision` needs a migration before this version can use it.

    Raises:
        StorageFault: a newer version made it, or suptime did not make it at all.
    """
    if revision is None:
        raise Foreign(
            f"{where} is a database, but not one of suptime's.",
            hint="Check the path (SUPTIME_DB, or `database` in the configuration).",
        )
    if revision not in REVISIONS:
        raise StorageFault(
            f"The store {where} was made by a newer version of suptime.",
            f"Its schema is {revision}; this version knows {HEAD}. Nothing was changed.",
            "Install the newer version.",
        )
    return revision != HEAD


def revision_of(connection: sqlite3.Connection, path: str) -> str | None:
    """Return the schema revision of the store, or None where the database is none of suptime's.

    Raises:
        StorageFault: the file is damaged, locked, or not a database.
    """
    try:
        tables = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if tables else None
    except sqlite3.Error as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_CORRUPT:
            _refuse_cut_off(path)  # the more exact answer, whichever page is cut
        raise storage_fault(error, path) from error
    except UnicodeDecodeError as error:
        raise garbled(path) from error
    _refuse_cut_off(path)
    return str(row[0]) if row else None


def _refuse_cut_off(path: str) -> None:
    """Refuse a file that ends in the middle of a page: SQLite would go on with zeros in place of the rest."""
    try:
        # A full disk may have cut off what the log beside it still holds.
        cut_off = os.stat(path).st_size % SMALLEST_FILE and not _size_of(f"{path}-wal")  # noqa: PTH116
    except OSError:
        return
    if cut_off:
        raise StorageFault(f"The store {path} is damaged.", "It ends in the middle of a page.", RESTORE)


def _size_of(path: str) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116
    except FileNotFoundError:
        return 0
