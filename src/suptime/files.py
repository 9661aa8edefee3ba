"""Write the files that people name: completely or not at all, and only over regular files.

Standard library only, as the store uses it before it loads anything else.
"""

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from suptime.errors import WrongUsage

PRIVATE = 0o600
"""The mode of stores and backups, whatever the umask is."""

BESIDE = ("-wal", "-shm", "-journal")
"""The endings that SQLite adds to a database's name for the files that belong to it."""

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_ANOTHER = "Name another file."


def check(target: Path, *, hint: str = _ANOTHER, shown: str = "", database: bool = False) -> bool:
    """Return whether `target` is a regular file that may be replaced; False if its name is free.

    A database is only replaced by another `database`. The files beside a database are never replaced.

    Raises:
        WrongUsage: `target` is a link, a folder, a device or a pipe, or belongs to a database.
        OSError: it cannot be looked at.
    """
    shown = shown or str(target)
    try:
        mode = target.lstat().st_mode
    except FileNotFoundError:
        return False
    if stat.S_ISLNK(mode):
        raise WrongUsage(
            f"{shown} is a symbolic link to {target.readlink()}. suptime does not write through links.",
            hint=hint,
        )
    if not stat.S_ISREG(mode):
        kind = _KINDS.get(stat.S_IFMT(mode), "a special file")
        raise WrongUsage(f"{shown} is {kind}. suptime writes only to regular files.", hint=hint)
    if not database and is_database(target):
        raise WrongUsage(f"{shown} is a database. suptime does not replace it.", hint=hint)
    for end in BESIDE:
        if str(target).endswith(end) and is_database(Path(str(target).removesuffix(end))):
            raise WrongUsage(f"{shown} belongs to a database. suptime does not replace it.", hint=hint)
    return True


def is_database(path: Path) -> bool:
    """Return whether the file at `path` is a SQLite database, as far as this process may read it."""
    try:
        # Without O_NONBLOCK, opening a named pipe would wait for a writer.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return os.read(handle, 16) == b"SQLite format 3\0"
    except OSError:
        return False
    finally:
        os.close(handle)


@contextmanager
def writing(target: Path, *, hint: str = _ANOTHER, private: bool = False) -> Iterator[BinaryIO]:
    """Yield a stream whose content becomes the file `target` when the block ends without an error.

    A replaced file keeps its mode. A new file gets the mode of the umask, or is `private`.

    Raises:
        WrongUsage: `target` is not a regular file (see `check`).
        OSError: it cannot be written.
    """
    there = check(target, hint=hint)
    with draft(target, private=private or there) as made:
        with made.open("r+b") as stream:
            yield stream
            stream.flush()
            if there:
                _keep_rights(stream.fileno(), target)
            os.fsync(stream.fileno())
        put_in_place(made, target, hint=hint, replace=True)


@contextmanager
def draft(target: Path, *, private: bool) -> Iterator[Path]:
    """Yield a new, empty file in the folder of `target`; it is removed at the end if it still has its name.

    Raises:
        OSError: it cannot be made.
    """
    made = target.parent / f".suptime-{secrets.token_hex(8)}.new"
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    os.close(os.open(made, flags, PRIVATE if private else 0o666))
    try:
        yield made
    finally:
        for end in ("", *BESIDE):
            with contextlib.suppress(OSError):
                Path(f"{made}{end}").unlink(missing_ok=True)


def put_in_place(
    made: Path, target: Path, *, replace: bool, hint: str = _ANOTHER, database: bool = False
) -> None:
    """Rename the file `made`, which is on disk, to `target` in one step.

    Raises:
        FileExistsError: the name is taken, and `replace` is not set.
        WrongUsage: `target` is not a regular file (see `check`).
        OSError: it cannot be done.
    """
    while True:
        there = replace and check(target, hint=hint, database=database)
        try:
            if there:
                # If a link took the name after the check, this replaces the link, not its target.
                made.replace(target)
            else:
                take_name(made, target)
        except FileExistsError:
            if not replace:
                raise
        else:
            break
    to_disk(target.parent)


def take_name(made: Path, target: Path) -> None:
    """Rename the file `made` to `target`, which must be free.

    Raises:
        FileExistsError: it is not free.
        OSError: it cannot be done.
    """
    try:
        os.link(made, target)
    except FileExistsError:
        raise
    except OSError:  # The file system has no hard links.
        if os.path.lexists(target):
            raise FileExistsError(17, "File exists", str(target)) from None
        made.rename(target)


def to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _keep_rights(handle: int, old: Path) -> None:
    """Give the open file the owner, group and mode of the file `old` that it will replace."""
    try:
        before = old.lstat()
    except FileNotFoundError:
        return
    mode = stat.S_IMODE(before.st_mode) & 0o777
    if os.fstat(handle).st_gid != before.st_gid or os.fstat(handle).st_uid != before.st_uid:
        try:
            os.fchown(handle, before.st_uid, before.st_gid)
        except OSError:
            try:
                os.fchown(handle, -1, before.st_gid)
            except OSError:
                mode &= 0o707  # another group must not get the rights of the old one
    os.fchmod(handle, mode)
