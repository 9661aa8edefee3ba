"""Putting a backup in a store's place, also while others have the store open, and keeping what was there."""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from suptime import files
from suptime.errors import NotPossible, StorageFault, WrongUsage
from suptime.files import BESIDE
from suptime.store.database import sqlite_file
from suptime.store.database.backup import (
    Content,
    content_of,
    copy_into,
    draft_beside,
    free_name,
    keep_as,
    unwritable,
)
from suptime.store.database.faults import sqlite_faults
from suptime.store.database.placing import locked, nobody_has_it_open, put_new

_UNREADABLE = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: what the store holds now, the backup's own schema, where the old store is."""

    content: Content
    revision: str
    kept: str | None


def restore(backup: str, path: str, *, stamp: str, replace: bool = False) -> Restored:
    """Put the file `backup` in the place of the store at `path`: whole or not at all.

    `backup` is verified before anything is touched, and brought up to date where it is older; it is
    left as it is itself. What the store held is kept beside it, under a name with `stamp` in it.

    A store that can be read is written over from within, as one change: whoever has it open waits
    for it like for any other, and nothing that was confirmed before it is missing from what is
    kept. One that cannot be read is put aside, file by file, while nobody has it open.

    Raises:
        WrongUsage: `backup` is not there, or is the store itself.
        NotPossible: there is a store, and `replace` is not set.
        StorageFault: `backup` is damaged, none of suptime's or made by a newer version, or the store
            is locked or cannot be written. Nothing was changed.
    """
    origin = os.path.realpath(backup)
    if not Path(origin).exists():
        raise WrongUsage(f"{backup} is not there.", hint="Name a backup that is there.")
    if origin == path:
        raise WrongUsage(f"{backup} is the store itself.", hint="Name a backup of it.")
    place = Path(path)
    if place.exists() and not replace:
        raise NotPossible(
            f"There is a store at {path} already.",
            "With --yes it is replaced, and kept beside it under another name.",
        )
    if not place.parent.is_dir():
        raise WrongUsage(f"The folder {place.parent} is not there.", hint="Make it first.")
    with draft_beside(place, path) as draft:
        with _of_the_backup(backup):
            if not sqlite_file.is_there(origin):
                raise StorageFault(f"The store {origin} is empty: a file of zero bytes.")
            revision = copy_into(origin, draft, path, aside=True).revision
        content = _brought_up_to_date(draft)
        kept = _replace(draft, place, free_name(path, f"replaced-{stamp}"))
    return Restored(content, revision, kept)


@contextmanager
def _of_the_backup(shown: str) -> Iterator[None]:
    """A fault of a database, met within, is the fault of the backup `shown`, and of no store."""
    try:
        yield
    except StorageFault as error:
        if not error.what.startswith("The store "):
            raise
        raise StorageFault(
            f"{shown} cannot be restored: {error.what[0].lower()}{error.what[1:]}".replace(
                "the store", "the file"
            ),
            error.why,
            error.hint if error.hint.startswith("Install") else "Nothing was changed. Take another backup.",
        ) from error


def _brought_up_to_date(draft: str) -> Content:
    """Have `draft` in the schema of this version, as one file that others will share. Gives what it holds."""
    connection = sqlite_file.connect(draft)
    try:
        older = sqlite_file.check_revision(sqlite_file.revision_of(connection, draft), draft)
    finally:
        connection.close()
    if older:
        from suptime.store.database import schema

        schema.migrate_file(draft)
    connection = sqlite_file.connect(draft)
    try:
        with sqlite_faults(draft):
            connection.execute("PRAGMA journal_mode = WAL")
            content = content_of(connection, draft)
    finally:
        connection.close()
    files.to_disk(Path(draft))
    return content


def _replace(draft: str, place: Path, kept: Path) -> str | None:
    """Have `place` hold what `draft` does, and `kept` what `place` did. Gives `kept`, or None where nothing was there."""
    if not place.exists():
        _give_free_name(draft, place)
        return None
    try:
        if sqlite_file.is_there(str(place)):
            _write_over(draft, place, kept)
        else:
            _set_aside(draft, place, kept)
    except StorageFault as error:
        cause = error.__cause__
        unreadable = isinstance(cause, sqlite3.Error) and cause.sqlite_errorcode & 0xFF in _UNREADABLE
        if not unreadable and not isinstance(cause, UnicodeDecodeError) and not _cut_off(place):
            raise
        _set_aside(draft, place, kept)
    return str(kept)


def _cut_off(place: Path) -> bool:
    """Return whether the file is too small for a database, or ends in the middle of a page."""
    size = place.stat().st_size if place.is_file() else sqlite_file.SMALLEST_FILE
    return size < sqlite_file.SMALLEST_FILE or size % sqlite_file.SMALLEST_FILE > 0


def _give_free_name(draft: str, place: Path) -> None:
    try:
        put_new(Path(draft), place)
    except FileExistsError as error:
        raise NotPossible(
            f"There is a store at {place} already.",
            "With --yes it is replaced, and kept beside it under another name.",
        ) from error
    except OSError as error:
        raise unwritable(str(place), error) from error


def _write_over(draft: str, place: Path, kept: Path) -> None:
    """Write `draft` over the database at `place` as one transaction, in which `kept` is made of what it was."""
    new = sqlite_file.connect(draft)
    old = sqlite_file.connect(str(place))
    try:
        with sqlite_faults(str(place)):
            if sqlite_file.revision_of(old, str(place)) is None:
                sqlite_file.check_revision(None, str(place))
            if old.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
                raise StorageFault(
                    f"The store {place} is on a disk where it cannot be replaced while it is in use.",
                    hint="Move the store's files away when no command runs, and restore again.",
                )
            # After the first page nobody else can write, and readers still see the old store.
            new.backup(old, pages=1, progress=_keeping(place, kept))
            said = old.execute("PRAGMA quick_check(1)").fetchone()[0]
    finally:
        old.close()
        new.close()
    if said != "ok":
        raise StorageFault(
            f"The store {place} is damaged.", f"SQLite says: {said}.", f"What it held before is in {kept}."
        )


def _keeping(place: Path, kept: Path) -> Callable[[int, int, int], None]:
    """Return what is called after each page: the first time, it keeps what the store held; then it does nothing."""
    done = False

    def keep(status: int, _left: int, _all: int) -> None:
        nonlocal done
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            # The waiting was done before: Python would go on trying for ever.
            raise locked(place)
        if not done:
            done = True
            keep_as(str(place), kept)

    return keep


def _set_aside(draft: str, place: Path, kept: Path) -> None:
    """Give the files of the unreadable store at `place` the name `kept`, and `draft` theirs."""
    try:
        with nobody_has_it_open(place):
            for end in BESIDE:
                with contextlib.suppress(FileNotFoundError):
                    Path(f"{place}{end}").rename(f"{kept}{end}")
            # `place` is never without a file: a command that ran just then would find no store.
            try:
                os.link(place, kept)
            except FileExistsError:
                raise
            except OSError:  # a file system without links
                place.rename(kept)
            Path(draft).replace(place)
            files.to_disk(place.parent)
    except OSError as error:
        raise unwritable(str(place), error) from error
