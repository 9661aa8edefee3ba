"""Backups of the store, and putting one back."""

from collections.abc import Mapping

from suptime import database_url
from suptime.domain.timespan import Instant, rfc3339
from suptime.errors import NotPossible
from suptime.store import sqlite_file
from suptime.store.copies import Content, back_up
from suptime.store.restoring import Restored, restore


def make_backup(database: str, target: str, *, replace: bool) -> Content:
    """Copy the store at the path or URL DATABASE to the file TARGET. Gives what it holds.

    Raises:
        NotPossible: the store is on a server, there is none, or TARGET is there and REPLACE is not set.
        WrongUsage, StorageFault: as `back_up` does.
    """
    path = sqlite_file.path_of(database)
    if path is None:
        raise NotPossible(
            "The store is on a PostgreSQL server, which makes its backups itself.",
            hint="pg_dump --format=custom --file=FILE URL",
        )
    database_url.refuse(target)
    return back_up(path, target, replace=replace)


def put_back(database: str, backup: str, *, now: Instant, replace: bool) -> Restored:
    """Put the file BACKUP in the place of the store at DATABASE, and keep what that held.

    Raises:
        NotPossible: the store is on a server, or it is there and REPLACE is not set.
        WrongUsage, StorageFault: as `restore` does.
    """
    path = sqlite_file.path_of(database)
    if path is None:
        raise NotPossible(
            "The store is on a PostgreSQL server, which has its own way to restore a backup.",
            hint="pg_restore --clean --dbname=URL FILE",
        )
    database_url.refuse(backup)
    stamp = rfc3339(now).replace("-", "").replace(":", "")
    return restore(backup, path, stamp=stamp, replace=replace)


COUNTED = ("client", "case", "work_unit", "invoice", "audit")
"""The tables whose rows tell a person what a store holds."""


def counts(content: Content) -> Mapping[str, int]:
    """How many of each thing that people count CONTENT has."""
    return {name: content.rows.get(name, 0) for name in COUNTED}
