"""A store copied to another place, or another kind of database."""

from pathlib import Path

from suptime import files
from suptime.database_url import shown
from suptime.errors import NotPossible, WrongUsage
from suptime.store import open_store, sqlite_file
from suptime.store.copies import Content
from suptime.store.moving import Progress, move


def copy(source: str, target: str, progress: Progress) -> tuple[str, str, Content]:
    """Copy the store at SOURCE to TARGET, each a path or a URL. Gives their names, and what was copied.

    Raises:
        NotPossible: there is no store at SOURCE, it is empty, or TARGET is not.
        WrongUsage: both are the same file, `target` is a link, or one is no database that suptime can use.
        StorageFault: one of them cannot be opened, read or written; then TARGET holds nothing.
    """
    here, there = sqlite_file.path_of(source), sqlite_file.path_of(target)
    if here is not None and here == there:
        raise WrongUsage(f"{shown(source)} is copied to itself.", hint="Name another place for the copy.")
    if here is not None and not sqlite_file.is_there(here):
        raise NotPossible(f"There is no store at {here}, so there is nothing to copy.")
    if there is not None and "://" not in target:
        files.check(Path(target).expanduser(), hint="Name another place for the copy.", database=True)
    with open_store(source) as old, open_store(target) as new:
        rows = move(old, new, progress)
        return old.url, new.url, Content(sqlite_file.HEAD, rows)
