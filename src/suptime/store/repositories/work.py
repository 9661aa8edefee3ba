"""Work units."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from suptime.domain.time import NEVER, Instant
from suptime.domain.work import AgentRole, WorkUnit
from suptime.errors import NotPossible
from suptime.store.mapped import Mapped
from suptime.store.repositories.rows import Clients, Query, Repository, batches
from suptime.store.timer.rows import UNIT
from suptime.store.timer.statements import STATEMENTS

_OF_CLIENTS = 'case_number IN (SELECT number FROM "case" WHERE client IN :clients)'
_ORDER = "ORDER BY started_at, id"

_EARLIEST = (
    "(SELECT min(u.started_at) FROM work_unit AS u WHERE u.agent = {agent} AND u.started_at ="
    " (SELECT max(earlier.started_at) FROM work_unit AS earlier"
    " WHERE earlier.agent = {agent} AND earlier.started_at < :start)"
    " AND (u.ended_at IS NULL OR u.ended_at > :start))"
)
"""The start of the unit of one agent that began before `start` and lasts beyond it."""

_LASTING = "started_at >= :earliest AND (started_at >= :start OR ended_at IS NULL OR ended_at > :start)"


class Units(Repository[WorkUnit]):
    """Who worked when on what."""

    mapped = UNIT
    ALL_RUNNING = f"{mapped.select} WHERE ended_at IS NULL {_ORDER}"
    FIND = Query(
        mapped.select,
        {
            "case": "case_number = :case",
            "agent": "agent = :agent",
            "client": 'case_number IN (SELECT number FROM "case" WHERE client = :client)',
            "contract": 'case_number IN (SELECT number FROM "case" WHERE contract = :contract)',
            "end": "started_at < :end",
            "start": _LASTING,
        },
        _ORDER,
    )
    SINCE = Query(mapped.select, {"clients": _OF_CLIENTS}, _ORDER, _LASTING)
    OF = f"{mapped.select} WHERE case_number IN :cases"
    OF_IDS = f"{mapped.select} WHERE id IN :ids"
    EARLIEST_OF_AGENT = f"SELECT {_EARLIEST.format(agent=':agent')}"
    # From each agent straight to the next one: a few steps in an index, however much work there is.
    EARLIEST = (
        "WITH RECURSIVE agents(agent) AS (SELECT min(agent) FROM work_unit UNION ALL"
        " SELECT (SELECT min(other.agent) FROM work_unit AS other WHERE other.agent > agents.agent)"
        " FROM agents WHERE agents.agent IS NOT NULL)"
        f" SELECT min({_EARLIEST.format(agent='agents.agent')}) FROM agents WHERE agents.agent IS NOT NULL"
    )
    # In order of start each unit must end before the next one starts: ends are then in order, too. A unit
    # of no length may stand at the start of the next, so it is put first.
    OVERLAP = (
        "SELECT other, id FROM (SELECT id, started_at,"
        f" lag(id) OVER (ORDER BY started_at, coalesce(ended_at, {NEVER}), id) AS other,"
        f" lag(coalesce(ended_at, {NEVER})) OVER (ORDER BY started_at, coalesce(ended_at, {NEVER}), id) AS other_ends"
        " FROM work_unit WHERE agent = :agent AND started_at >= coalesce((SELECT max(started_at) FROM work_unit"
        " WHERE agent = :agent AND started_at < :start), :start)) AS pairs"
        " WHERE other_ends > started_at LIMIT 1"
    )

    def get(self, id: int) -> WorkUnit | None:  # noqa: A002
        """Return the work unit of that id, or None."""
        return self.by_key(id)

    def running(self, agent: str) -> WorkUnit | None:
        """Return the unit that the agent's timer runs on, or None."""
        return self.read_one(STATEMENTS["running"], agent=agent)

    def all_running(self) -> list[WorkUnit]:
        """Return the running units of all agents, by start, then id."""
        return self.read(self.ALL_RUNNING)

    def agents(self) -> set[str]:
        """Return the names of all agents with work."""
        return set(self.driver.column("SELECT DISTINCT agent FROM work_unit"))

    def find(
        self,
        *,
        start: Instant | None = None,
        end: Instant | None = None,
        case: str | None = None,
        client: str | None = None,
        contract: str | None = None,
        agent: str | None = None,
    ) -> list[WorkUnit]:
        """Return the work units that meet all that is given, by start, then id.

        Args:
            start: only those that last beyond this instant, or start at or after it.
            end: only those that start before this instant.
            case: a case's exact number.
            client: a client's code.
            contract: a contract's code.
            agent: an agent's name.
        """
        asked = {"case": case, "client": client, "contract": contract, "agent": agent}
        return self.read(self.FIND, end=end, **self._since(start, agent), **asked)

    def each(
        self,
        *,
        start: Instant | None = None,
        end: Instant | None = None,
        case: str | None = None,
        client: str | None = None,
        agent: str | None = None,
    ) -> Iterator[WorkUnit]:
        """Yield the work units that `find` would return, a part at a time."""
        asked = {"case": case, "client": client, "agent": agent}
        return self.read_each(self.FIND, end=end, **self._since(start, agent), **asked)

    def _since(self, start: Instant | None, agent: str | None) -> dict[str, Any]:
        """Return since when a unit can have begun that lasts beyond `start`, or starts then.

        An agent's work never overlaps, so of each agent only the last start before `start` can reach
        beyond it: the index finds those, and the years before are not read.
        """
        if start is None:
            return {"start": None}
        if agent is None:
            found = self.driver.value(self.EARLIEST, start=start)
        else:
            found = self.driver.value(self.EARLIEST_OF_AGENT, start=start, agent=agent)
        return {"start": start, "earliest": start if found is None else min(start, int(found))}

    def since(self, start: Instant, clients: Clients) -> list[WorkUnit]:
        """Return the work units that last beyond `start` or begin later, by start, then id."""
        whose = None if clients is None else [*clients]
        return self.read(self.SINCE, clients=whose, **self._since(start, None))

    def of(self, cases: Iterable[str]) -> list[WorkUnit]:
        """Return all work units of `cases` (exact numbers), by start, then id."""
        parts = batches(sorted(set(cases)))
        found = [unit for part in parts for unit in self.read(self.OF, cases=part)]
        return sorted(found, key=lambda unit: (unit.started_at, unit.id))

    def of_ids(self, ids: Iterable[int]) -> Iterator[WorkUnit]:
        """Yield the work units of these `ids` that are there."""
        for part in batches(sorted(set(ids))):
            yield from self.read(self.OF_IDS, ids=part)

    def overlapping(
        self, agent: str, start: Instant, end: Instant | None, *, but: int | None = None
    ) -> WorkUnit | None:
        """Return the first of the agent's units that overlaps `start` to `end` (None: without end), but for unit `but`.

        Two overlap where each starts before the other ends: work that touches end to start does not.
        """
        return next(iter(self.all_overlapping(agent, start, end, most=1, but=but)), None)

    def all_overlapping(
        self, agent: str, start: Instant, end: Instant | None, *, most: int = NEVER, but: int | None = None
    ) -> list[WorkUnit]:
        """Return the agent's units that overlap `start` to `end` (None: without end), by start, at most `most`."""
        until = NEVER if end is None else end
        return self.read(
            STATEMENTS["overlapping"], agent=agent, start=start, end=until, but=but or 0, limit=most
        )

    def last(self, agent: str, limit: int) -> list[WorkUnit]:
        """Return the `limit` units of an agent that started last, the newest first."""
        return self.read(STATEMENTS["newest"], agent=agent, limit=limit)

    def add(self, unit: WorkUnit) -> WorkUnit:
        """Add a unit; id 0 asks for the next one. Return it with its id.

        Raises:
            NotPossible: it runs, and so does another one of its agent.
        """
        return self.insert(unit)

    def save(self, unit: WorkUnit) -> None:
        """Write `unit` over the one of its id.

        Raises:
            NotPossible: there is no such unit, or the database refuses it.
        """
        self.update(unit.id, unit)

    def delete(self, id: int) -> None:  # noqa: A002
        """Delete a work unit.

        Raises:
            NotPossible: there is no such unit.
        """
        self.rows.delete("work_unit", id)

    def add_many(self, units: Iterable[WorkUnit]) -> int:
        """Add many units, those with an id under it.

        Raises:
            NotPossible: an agent's work would overlap; named are two such units.
        """
        earliest: dict[str, int] = {}
        count = self.add_checked(_noting(units, earliest))
        self.refuse_overlaps(earliest)
        return count

    def add_checked(self, units: Iterable[WorkUnit]) -> int:
        """Add many units of which the caller sees to it that none overlap, with `refuse_overlaps` in the end."""
        return self.insert_all(units)

    def refuse_overlaps(self, earliest: Mapping[str, int]) -> None:
        """Refuse if the work of any agent overlaps, from the instant on that is given for each.

        Raises:
            NotPossible: it does; named are two such units.
        """
        self.rows.hold(earliest)
        for agent, start in sorted(earliest.items()):
            found = self.driver.one(self.OVERLAP, agent=agent, start=start)
            if found:
                raise NotPossible(f"Work of {agent} overlaps: U{found[0]} and U{found[1]}.")


def _noting(units: Iterable[WorkUnit], earliest: dict[str, int]) -> Iterator[WorkUnit]:
    """Yield `units` as they are, with the start of each agent's first one put into `earliest`."""
    for unit in units:
        earliest[unit.agent] = min(unit.started_at, earliest.get(unit.agent, unit.started_at))
        yield unit


class AgentRoles(Repository[AgentRole]):
    """The roles of agents, each from a day on."""

    mapped = Mapped(AgentRole, "agent_role")
    FIND = Query(mapped.select, {"agent": "agent = :agent"})
    SAME = "SELECT id FROM agent_role WHERE agent = :agent AND since = :since"

    def find(self, *, agent: str | None = None) -> list[AgentRole]:
        """Return the roles of all agents, or of one, by agent and day."""
        return sorted(self.read(self.FIND, agent=agent), key=lambda one: (one.agent, one.since))

    def set(self, role: AgentRole) -> None:
        """Store a role, in the place of the one of the same agent and day."""
        there = self.driver.value(self.SAME, agent=role.agent, since=role.since)
        if there is None:
            self.insert(role)
        else:
            self.rows.update("agent_role", there, self.mapped.values(role) | {"id": there})
        self.touch([role.agent])

    def add_many(self, roles: Iterable[AgentRole]) -> int:
        """Add many roles."""
        kept = list(roles)
        count = self.insert_all(kept)
        self.touch({role.agent for role in kept})
        return count

    def touch(self, agents: Iterable[str]) -> None:
        """Note the cases of `agents` as touched."""
        for agent in agents:
            self.rows.touch_where(self.OF_AGENT, agent=agent)

    OF_AGENT = "number IN (SELECT case_number FROM work_unit WHERE agent = :agent)"
