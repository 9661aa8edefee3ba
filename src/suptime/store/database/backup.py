"""Whole copies of a SQLite store: made while others write, and verified before they count.

Standard library only, so that a store too new or too old for the rest can be copied all the same.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from suptime import files
from suptime.errors import NotPossible, StorageFault, WrongUsage
from suptime.files import BESIDE
from suptime.store.database import sqlite_file
from suptime.store.database.faults import sqlite_faults

_READING = {sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS}
"""Faults of what is read, and not of what is written."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a database holds: its schema's revision, and how many rows each of its tables has."""

    revision: str
    rows: Mapping[str, int]


def back_up(path: str, target: str, *, replace: bool = False) -> Content:
    """Copy the store at `path` to the file `target`: one state of it, whole or not at all. Gives what it holds.

    Others may write meanwhile: the copy is of the moment at which it began. It is verified before
    it gets its name.

    Raises:
        NoStore: there is no store.
        NotPossible: `target` is there and `replace` is not set.
        WrongUsage: `target` is the store itself, or cannot be written.
        StorageFault: the store is damaged, locked or none of suptime's; `target` is as it was.
    """
    if not sqlite_file.is_there(path):
        raise sqlite_file.no_store(path)
    where = Path(target)
    refuse_existing(where, target, store=path, replace=replace)
    with draft_beside(where, target) as draft:
        content = copy_into(path, draft, target)
        _give_name(draft, where, target, replace=replace)
    return content


def keep_as(path: str, kept: Path) -> None:
    """Copy the store at `path` to `kept`, whose name is free, as it is: damaged, too.

    Raises:
        StorageFault: it cannot be read, or there is no room for the copy.
    """
    with draft_beside(kept, str(kept)) as draft:
        copy_into(path, draft, str(kept), whole=False)
        _give_name(draft, kept, str(kept), replace=False)


def free_name(path: str, why: str) -> Path:
    """Return a name beside the store at `path` that says `why` it was kept, and that no file has."""
    name = Path(f"{path}.{why}")
    number = 2
    while os.path.lexists(name):
        name = Path(f"{path}.{why}-{number}")
        number += 1
    return name


def copy_into(path: str, draft: str, shown: str, *, aside: bool = False, whole: bool = True) -> Content:
    """Fill the file `draft` with one state of the database at `path`, and verify it. Gives what it holds.

    Args:
        path: the database's file.
        draft: a file that is empty, or not there.
        shown: how `draft` will be called in the end, for errors.
        aside: `path` is no store in use, and nothing shall be left beside it.
        whole: refuse what is damaged or newer than this version; else it is copied as it is.

    Raises:
        StorageFault: the database is damaged, locked, none of suptime's, or made by a newer version,
            or there is no room for the copy.
    """
    source = open_to_read(path) if aside else sqlite_file.connect(path)
    try:
        with sqlite_faults(path):
            # The snapshot that is copied is the one that is counted; and waiting for a lock ends.
            source.execute("BEGIN")
            revision = sqlite_file.revision_of(source, path)
            if whole or revision is None:
                sqlite_file.check_revision(revision, path)
            content = content_of(source, path)
            _copy(source, draft, shown)
    finally:
        source.close()
    if whole:
        verify(draft, path, content)
    files.to_disk(Path(draft))
    return content


def _copy(source: sqlite3.Connection, draft: str, shown: str) -> None:
    copy = sqlite3.connect(draft, isolation_level=None)
    try:
        source.backup(copy)
    except sqlite3.Error as error:
        code = error.sqlite_errorcode
        if code & 0xFF not in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR} or code in _READING:
            raise
        raise StorageFault(
            f"{shown} cannot be written: there is no room for it, or its disk is at fault.",
            f"SQLite says: {error}.",
            "Make room, or choose another place; nothing was changed.",
        ) from error
    finally:
        copy.close()


def verify(copy: str, path: str, expected: Content) -> None:
    """Refuse a `copy` of the database at `path` that is not whole, or holds something else than `expected`.

    Raises:
        StorageFault: what is wrong with it.
    """
    connection = open_to_read(copy)
    try:
        with sqlite_faults(path):
            said = [row[0] for row in connection.execute("PRAGMA integrity_check(1)")]
            if said != ["ok"]:
                raise StorageFault(
                    f"The store {path} is damaged.",
                    f"SQLite says: {' '.join(str(said[0]).split())}.",
                    "suptime doctor says more; an earlier backup may be whole.",
                )
            stray = connection.execute("PRAGMA foreign_key_check").fetchone()
            if stray:
                raise StorageFault(
                    f"The store {path} is damaged: a row of {stray[0]} points to a row of {stray[2]} that is not there.",
                    hint="suptime doctor says more; an earlier backup may be whole.",
                )
            found = content_of(connection, copy)
    finally:
        connection.close()
    if found != expected:
        raise StorageFault(f"The copy of {path} holds something else than the store did.", hint="Try again.")


def content_of(connection: sqlite3.Connection, path: str) -> Content:
    """Return what the database of `connection`, the file `path`, holds."""
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    ).fetchall()
    quoted = [name.replace('"', '""') for (name,) in names]
    rows = {
        name: connection.execute(f'SELECT count(*) FROM "{word}"').fetchone()[0]
        for (name,), word in zip(names, quoted, strict=True)
    }
    return Content(str(sqlite_file.revision_of(connection, path)), rows)


def open_to_read(path: str) -> sqlite3.Connection:
    """Return a connection to the file `path` that leaves nothing beside it and changes nothing in it."""
    # Where no file beside it holds newer changes, nothing but the file itself need be looked at:
    # it may then be on a disk that cannot be written.
    alone = not any(os.path.exists(path + end) for end in BESIDE)  # noqa: PTH110 -- PATH is a text here
    mode = "immutable=1" if alone else "mode=ro"
    with sqlite_faults(path):
        return sqlite3.connect(f"{Path(path).absolute().as_uri()}?{mode}", uri=True, isolation_level=None)


def refuse_existing(where: Path, shown: str, *, store: str, replace: bool) -> None:
    """Refuse to write a backup of `store` to the file `where` if another file is there, unless `replace` is set.

    Raises:
        NotPossible: it is there.
        WrongUsage: it is not a regular file, it belongs to another database, or its folder is not there.
    """
    try:
        if where.is_dir() and not where.is_symlink():
            raise WrongUsage(f"{shown} is a folder.", hint="Name a file in it.")
        if not where.parent.is_dir():
            raise WrongUsage(f"The folder {where.parent.absolute()} is not there.", hint="Make it first.")
        there = files.check(where, shown=shown, database=True)
        if there and where.samefile(store):
            raise WrongUsage(f"{shown} is the store itself.", hint="Name another file for the backup.")
    except OSError as error:
        raise unwritable(shown, error) from error
    if there and not replace:
        raise NotPossible(f"{shown} is there already.", hint="Name another file, or replace it with --yes.")
    beside = [end for end in BESIDE if Path(f"{where}{end}").exists()]
    if beside:
        # SQLite would read that file together with the new one, and spoil it.
        raise NotPossible(
            f"{shown}{beside[0]} is there: {shown} is open in a program, or one died with it.",
            hint="Name another file.",
        )


@contextmanager
def draft_beside(where: Path, shown: str) -> Iterator[str]:
    """Give a private file to fill beside `where`, which is gone at the end unless it was given its name.

    Raises:
        WrongUsage: it cannot be made.
    """
    with contextlib.ExitStack() as stack:
        try:
            made = stack.enter_context(files.draft(where, private=True))
        except OSError as error:
            raise unwritable(shown, error) from error
        yield str(made)


def _give_name(draft: str, where: Path, shown: str, *, replace: bool) -> None:
    try:
        files.put_in_place(Path(draft), where, replace=replace, database=True)
    except FileExistsError as error:
        raise NotPossible(
            f"{shown} is there already.", hint="Name another file, or replace it with --yes."
        ) from error
    except OSError as error:
        raise unwritable(shown, error) from error


def unwritable(shown: str, error: OSError) -> WrongUsage:
    """Return what the system's `error` about the file `shown` means to a person."""
    return WrongUsage(
        f"{shown} cannot be written: {error.strerror or error}.", hint="Name a file that can be written to."
    )
