"""Trust in files: programs and templates are only used if nobody but you and root can change them.

Standard library only. Not loaded before there is such a file.
"""

import os
import shlex
import stat
from pathlib import Path
from typing import NamedTuple

MOST_LINKS = 40
"""Most symbolic links on a path, as in the system, before it counts as a loop."""


class Distrust(NamedTuple):
    """Reason why a file is not trusted, as the end of a sentence, and the remedy."""

    why: str
    mend: str


def distrust(path: str | Path) -> Distrust | None:
    """Return the reason why another user can change the file at `path`, or the path to it; None if nobody can.

    The file and every folder above it must belong to you or root, and nobody else may write to them. The same
    holds for each symbolic link on the path, and for the path of its target. A group may write if its only
    member is the owner. A folder above may be like /tmp (mode 1777), where nobody can replace your folders.
    """
    left = [*reversed((Path.cwd() / path).parts)]
    at, links, shared = Path("/"), 0, None
    while left:
        name = left.pop()
        entry = at.parent if name == ".." else at / name
        try:
            found = entry.lstat()
            target = Path(os.readlink(entry)) if stat.S_ISLNK(found.st_mode) else None  # noqa: PTH115 - as text
        except OSError as error:
            return Distrust(f"{entry}: {error.strerror}", "Check the path.")
        if found.st_uid not in (os.geteuid(), 0):
            shown = shlex.quote(str(entry))
            return Distrust(
                f"{entry} belongs to {_user(found.st_uid)}", f"Run: chown {_user(os.geteuid())} {shown}"
            )
        if shared and not stat.S_ISDIR(found.st_mode):
            return _writable(shared, "anybody", "Move it to a folder that only you may write to.")
        shared = None
        if target is not None:
            links += 1
            if links > MOST_LINKS:
                return Distrust(f"{entry} is a link to itself", "Remove the link.")
            left += reversed(target.parts)
            continue
        if who := _others(entry, found):
            if stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX:
                shared = entry
            else:
                bits = "".join(letter for letter, bit in (("g", 0o020), ("o", 0o002)) if found.st_mode & bit)
                return _writable(entry, who, f"Run: chmod {bits}-w {shlex.quote(str(entry))}")
        at = entry
    return _writable(shared, "anybody", "Move it to a folder that only you may write to.") if shared else None


def _writable(entry: Path, who: str, mend: str) -> Distrust:
    return Distrust(f"{who} may write to {entry}", mend)


def _others(entry: Path, found: os.stat_result) -> str:
    """Return the others who may write to `entry`, or an empty text."""
    if found.st_mode & stat.S_IWOTH:
        return "anybody"
    if found.st_mode & stat.S_IWGRP and not _is_private(entry, found):
        return f"the group {_group(found.st_gid)}"
    return ""


def _is_private(entry: Path, found: os.stat_result) -> bool:
    """Return whether the group of `entry` only has its owner as member, as on systems with the umask 002."""
    import grp
    import pwd

    try:
        owner, group = pwd.getpwuid(found.st_uid), grp.getgrgid(found.st_gid)
    except KeyError:
        return False
    if owner.pw_gid != found.st_gid or owner.pw_name != group.gr_name or {*group.gr_mem} - {owner.pw_name}:
        return False
    if any(one.pw_gid == found.st_gid and one.pw_uid != found.st_uid for one in pwd.getpwall()):
        return False
    # With an access control list, the group's bits apply to everybody in the list.
    try:
        return "system.posix_acl_access" not in os.listxattr(entry) if hasattr(os, "listxattr") else True
    except OSError:
        return True  # The file system has no lists.


def _user(number: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _group(number: int) -> str:
    import grp

    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)
