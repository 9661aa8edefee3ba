"""Back up, restore, copy and create stores, and manage roles on a server."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from suptime import files
from suptime.app.use_case import Result, changing
from suptime.domain import values
from suptime.domain.caution import Caution
from suptime.domain.time import Instant, rfc3339
from suptime.domain.values import accept
from suptime.errors import NoStore, NotPossible, WrongUsage
from suptime.settings import database_url
from suptime.settings.database_url import redacted
from suptime.settings.settings import agent_name
from suptime.store import make_store, open_store
from suptime.store.database import sqlite_file
from suptime.store.database.backup import Content, back_up
from suptime.store.database.restore import Restored, restore
from suptime.store.database.transfer import Progress, move
from suptime.store.repositories.team import MOST_CONNECTIONS, Member, quoted


def make_backup(database: str, target: str, *, replace: bool) -> Content:
    """Copy the store at the path or URL `database` to the file `target`. Return its content.

    Raises:
        NotPossible: the store is on a server, there is none, or `target` exists and `replace` is not set.
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


def restore_backup(database: str, backup: str, *, now: Instant, replace: bool) -> Restored:
    """Replace the store at `database` by the file `backup`, and keep the earlier store.

    Raises:
        NotPossible: the store is on a server, or it exists and `replace` is not set.
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

"""Tables whose rows are counted for people."""


def counts(content: Content) -> Mapping[str, int]:
    """Return the number of rows of each table for people in `content`."""
    return {name: content.rows.get(name, 0) for name in COUNTED}


def copy(source: str, target: str, progress: Progress) -> tuple[str, str, Content]:
    """Copy the store at `source` to `target`, each a path or a URL. Return their names and the copied content.

    Raises:
        NotPossible: there is no store at `source`, it is empty, or `target` is not.
        WrongUsage: both are the same file, `target` is a link, or suptime cannot use one of the databases.
        StorageFault: one of them cannot be opened, read or written; then `target` holds nothing.
    """
    here, there = sqlite_file.path_of(source), sqlite_file.path_of(target)
    if here is not None and here == there:
        raise WrongUsage(
            "Source and destination are the same database.", hint="Give another place for the copy."
        )
    if there is not None and "://" not in target:
        files.check(Path(target).expanduser(), hint="Give another place for the copy.", database=True)
    try:
        origin = open_store(source)
    except NoStore as error:
        place = redacted(source) if here is None else here
        raise NotPossible(f"There is no store at {place}, so there is nothing to copy.") from error
    with origin as old:
        make_store(target)
        with open_store(target) as new:
            rows = move(old, new, progress)
            return old.url, new.url, Content(sqlite_file.HEAD, rows)


def init(database: str, *, if_missing: bool) -> tuple[str, bool]:
    """Create the store at the path or URL `database`. Return its name without secrets, and whether it is new.

    Raises:
        NotPossible: there is one, and `if_missing` is not set; or there is something else.
        StorageFault: it cannot be made.
    """
    place, made = make_store(database)
    if not made and not if_missing:
        raise NotPossible(
            f"There is a store at {place} already. Nothing was changed.",
            hint="With --if-missing this is not an error.",
        )
    return place, made


def grant(
    database: str, login: str, role: str, worker: str | None, *, now: Instant, agent: str
) -> Result[Member]:
    """Give `login` a `role` in the store at `database`, with the time of `worker` (None: of `login`'s name).

    Raises:
        WrongUsage: a value cannot be read.
        NotPossible: the store is not on a server, the server has no such login, or no role can restrict it.
        StorageFault: the caller does not own the store.
    """
    _refuse_file(database)
    name = accept(values.line("login", empty=True), login)
    whose = agent_name(name if worker is None else worker)
    with open_store(database) as store, changing(store, now, agent, "team grant") as tx:
        member = tx.team.grant(name, role, whose)
        limited = tx.team.limit_connections(name)
    unlimited = (
        f'"{name}" may open any number of connections: have a superuser run'
        f" ALTER ROLE {quoted(name)} CONNECTION LIMIT {MOST_CONNECTIONS}."
    )
    notes = () if limited else (Caution("connections-unlimited", unlimited),)
    return Result(member, {"member": _document(member)}, notes)


def revoke(database: str, login: str, *, now: Instant, agent: str) -> Result[Member]:
    """Revoke the access of `login` to the store at `database`.

    Raises:
        NotPossible: the store is not on a server, or `login` has no role.
        StorageFault: the caller does not own the store.
    """
    _refuse_file(database)
    with open_store(database) as store, changing(store, now, agent, "team revoke") as tx:
        member = tx.team.revoke(login.strip())
    return Result(member, {"member": _document(member)})


def list_members(database: str) -> list[dict[str, Any]]:
    """Return all members by login, as JSON.

    Raises:
        NotPossible: the store is not on a server.
    """
    _refuse_file(database)
    with open_store(database) as store, store.reading() as tx:
        return [_document(member) for member in tx.team.members()]


def _refuse_file(database: str) -> None:
    if sqlite_file.path_of(database) is not None:
        raise NotPossible(
            "Roles require a server: this store is a SQLite file, and everybody who may write the file "
            "may change it.",
            hint="To move it to PostgreSQL: suptime copy",
        )


def _document(member: Member) -> dict[str, Any]:
    return {
        "login": member.login,
        "role": member.role,
        "agent": member.agent,
        "on_server": member.there,
    }
