"""Giving a new database its place, while other programs may look at that place."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from suptime import files
from suptime.errors import NotPossible, StorageFault
from suptime.files import BESIDE

# The bytes of a database file that SQLite's programs lock, by its file format.
_LOCKS_AT, _LOCKS = 0x40000000, 512


def put_new(draft: Path, place: Path) -> None:
    """Give the database `draft`, which is on disk, the name `place`: a free one, or that of a file of zero bytes.

    Raises:
        FileExistsError: something else has that name.
        NotPossible: files of an earlier database are beside `place`.
        StorageFault: another program has the file of zero bytes open.
        OSError: it cannot be done.
    """
    for end in BESIDE:
        if Path(f"{place}{end}").exists():
            if place.exists() and not _is_empty(place):
                raise FileExistsError(17, "File exists", str(place))
            # SQLite would read it together with the new file, and spoil that.
            raise NotPossible(
                f"{place}{end} is there, but not the store that it belongs to.",
                hint="Move it to another folder first, and keep it.",
            )
    if not _is_empty(place):
        files.put_in_place(draft, place, replace=False)
        return
    with nobody_has_it_open(place) as empty:
        if not _is_empty(place) or not os.path.samestat(os.fstat(empty), place.stat()):
            raise FileExistsError(17, "File exists", str(place))
        draft.replace(place)
    files.to_disk(place.parent)


def _is_empty(place: Path) -> bool:
    return place.is_file() and place.stat().st_size == 0


@contextmanager
def nobody_has_it_open(place: Path) -> Iterator[int]:
    """Give a handle on the file at `place`; meanwhile no program that uses SQLite can begin to read or write it.

    Raises:
        StorageFault: one does.
    """
    with place.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCKS, _LOCKS_AT)
        except (BlockingIOError, PermissionError) as error:
            raise locked(place) from error
        yield file.fileno()


def locked(place: Path) -> StorageFault:
    """Return the error for a store that another program holds."""
    return StorageFault(
        f"The store {place} is locked by another program.",
        hint="Try again when that program has finished.",
    )
