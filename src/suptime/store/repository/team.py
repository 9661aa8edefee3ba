"""Who works with a store on a server, under which login."""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select, text

from suptime.errors import NotPossible, StorageFault
from suptime.store import rights
from suptime.store.repository.rows import Rows
from suptime.store.tables import TABLES
from suptime.store.work_mapping import Values

_MEMBER = TABLES["team_member"]
ENTITY = "team"
"""What the audit trail calls a member: no record that an export holds, or that `undo` takes back."""


@dataclass(frozen=True, slots=True)
class Member:
    """A login, its role, and the agent whose time is its own. `there`: the server knows the login."""

    login: str
    role: str
    agent: str
    there: bool = True


class Team(Rows):
    """The members of a team, and what the server lets them do."""

    def members(self) -> list[Member]:
        """All members by login. The store is on a server; so it is for all that follows."""
        logins = set(self._execute(text("SELECT rolname FROM pg_roles")).scalars())
        rows = self._all(select(_MEMBER).order_by(_MEMBER.c.login))
        return [Member(row["login"], row["role"], row["agent"], row["login"] in logins) for row in rows]

    def grant(self, login: str, role: str, agent: str) -> Member:
        """Give LOGIN the rights of ROLE, in the place of another that it had. AGENT's time is its own.

        Raises:
            NotPossible: the server has no such login, or no rights hold it back.
            StorageFault: whoever asks does not own the store.
        """
        self._refuse_stranger()
        found = self._one(text(_LOGIN), {"login": login})
        if found is None:
            raise NotPossible(
                f'The server has no login "{login}".',
                hint=f"Make it there first: CREATE ROLE {rights.quoted(login)} LOGIN PASSWORD '...'",
            )
        if found["unbound"]:
            raise NotPossible(
                f'"{login}" owns the store, or may do anything on its server: no role holds it back.',
                hint="Grant roles to other logins, and let people work with those.",
            )
        before = self._member(login)
        rights.give(self._connection, login, role)
        self._execute(delete(_MEMBER).where(_MEMBER.c.login == login))
        after = {"login": login, "role": role, "agent": agent}
        self._execute(insert(_MEMBER).values(after))
        if before != after:
            self._audit(self._writing(), ENTITY, login, before, after)
        return Member(login, role, agent)

    def limit_connections(self, login: str) -> bool:
        """Limit the connections of LOGIN, where nobody did. Gives whether they are limited now."""
        return rights.limit(self._connection, login)

    def revoke(self, login: str) -> Member:
        """Take every right from LOGIN. Gives what it was.

        Raises:
            NotPossible: LOGIN has no role.
            StorageFault: whoever asks does not own the store.
        """
        self._refuse_stranger()
        before = self._member(login)
        if before is None:
            raise NotPossible(f'"{login}" has no role here.', hint="suptime team list")
        there = self._one(text(_LOGIN), {"login": login}) is not None
        if there:
            rights.take(self._connection, login)
        self._execute(delete(_MEMBER).where(_MEMBER.c.login == login))
        self._audit(self._writing(), ENTITY, login, before, None)
        return Member(login, before["role"], before["agent"], there)

    def _refuse_stranger(self) -> None:
        if not rights.is_owner(self._connection):
            raise StorageFault(
                "Only the owner of the store says who may do what with it.",
                hint="Ask whoever made the database, or work with that login.",
            )

    def _member(self, login: str) -> Values | None:
        return self._row("team_member", login)


_LOGIN = (
    "SELECT rolsuper OR rolbypassrls OR pg_has_role(oid, (SELECT relowner FROM pg_class"
    " WHERE pg_class.oid = to_regclass('team_member')), 'USAGE') AS unbound"
    " FROM pg_roles WHERE rolname = :login AND rolcanlogin"
)
"""A login, and whether it may do anything anyhow."""
