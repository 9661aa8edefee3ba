"""Who works with a store on a server, under which login, and what the server lets them do."""

from typing import Any

from suptime.app import checks
from suptime.app.done import Done
from suptime.app.transaction import changing
from suptime.domain.timespan import Instant
from suptime.errors import NotPossible
from suptime.settings import agent_name
from suptime.store import open_store, sqlite_file
from suptime.store.repository.team import Member
from suptime.store.rights import MOST_CONNECTIONS, quoted


def grant(
    database: str, login: str, role: str, worker: str | None, *, now: Instant, agent: str
) -> Done[Member]:
    """Let LOGIN work with the store at DATABASE in a ROLE, with the time of WORKER (None: of LOGIN's name).

    Raises:
        WrongUsage: a value cannot be read.
        NotPossible: the store is no server's, the server has no such login, or no role holds it back.
        StorageFault: whoever asks does not own the store.
    """
    _refuse_file(database)
    name = checks.line(login, "login")
    whose = agent_name(name if worker is None else worker)
    with open_store(database) as store, changing(store, now, agent, "team grant") as tx:
        member = tx.grant(name, role, whose)
        limited = tx.limit_connections(name)
    unlimited = (
        f'"{name}" may open any number of connections: have a superuser run'
        f" ALTER ROLE {quoted(name)} CONNECTION LIMIT {MOST_CONNECTIONS}."
    )
    notes = () if limited else (unlimited,)
    return Done(member, {"member": _document(member)}, notes)


def revoke(database: str, login: str, *, now: Instant, agent: str) -> Done[Member]:
    """Take from LOGIN what it may do with the store at DATABASE.

    Raises:
        NotPossible: the store is no server's, or LOGIN has no role.
        StorageFault: whoever asks does not own the store.
    """
    _refuse_file(database)
    with open_store(database) as store, changing(store, now, agent, "team revoke") as tx:
        member = tx.revoke(login.strip())
    return Done(member, {"member": _document(member)})


def every(database: str) -> list[dict[str, Any]]:
    """All members by login, as JSON.

    Raises:
        NotPossible: the store is no server's.
    """
    _refuse_file(database)
    with open_store(database) as store, store.reading() as tx:
        return [_document(member) for member in tx.members()]


def _refuse_file(database: str) -> None:
    if sqlite_file.path_of(database) is not None:
        raise NotPossible(
            "Roles need a server: this store is a SQLite file, and whoever may write the file may change it.",
            hint="suptime copy moves it to PostgreSQL.",
        )


def _document(member: Member) -> dict[str, Any]:
    return {
        "login": member.login,
        "role": member.role,
        "agent": member.agent,
        "on_server": member.there,
    }
