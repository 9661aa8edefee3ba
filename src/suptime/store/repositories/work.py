"""Work units."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    FromClause,
    Integer,
    ScalarSelect,
    Select,
    Text,
    bindparam,
    func,
    or_,
    select,
)

from suptime.domain.booking import WorkUnit
from suptime.domain.time import NEVER, Instant
from suptime.errors import NotPossible
from suptime.store.repositories.rows import Clients, Repository, batches
from suptime.store.tables.work import TABLES
from suptime.store.timer.rows import unit_of, unit_row

_UNIT = TABLES["work_unit"]
_CASE = TABLES["case"]


UNIT_COLUMNS = tuple(_UNIT.c["case_number" if name == "case" else name] for name in WorkUnit._fields)
"""The columns of a work unit, in the order of its fields."""


class Units(Repository):
    """Who worked when on what."""

    def get(self, id: int) -> WorkUnit | None:  # noqa: A002 -- an id is called an id
        """The work unit ID, or None."""
        row = self.rows.row("work_unit", id)
        return None if row is None else unit_of(row)

    def running(self, agent: str) -> WorkUnit | None:
        """The unit that AGENT's timer runs on, or None."""
        row = self.rows.one(RUNNING, {"agent": agent})
        return None if row is None else unit_of(row)

    def all_running(self) -> list[WorkUnit]:
        """The running units of all agents, by start, then id."""
        statement = select(_UNIT).where(_UNIT.c.ended_at.is_(None))
        return [unit_of(row) for row in self.rows.all(statement.order_by(_UNIT.c.started_at, _UNIT.c.id))]

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
        """The work units that meet all that is given, by start, then id.

        Args:
            start: only those that last beyond this instant, or start at or after it.
            end: only those that start before this instant.
            case: a case's exact number.
            client: a client's code.
            contract: a contract's code.
            agent: an agent's name.
        """
        statement = self._asked(start, end, case, client, contract, agent)
        return self._units(statement)

    def _units(self, statement: Select[Any]) -> list[WorkUnit]:
        """The work units of STATEMENT, which asks for `UNIT_COLUMNS`: rows are their fields, in their order."""
        return [WorkUnit._make(row) for row in self.rows.execute(statement)]

    def _asked(
        self,
        start: Instant | None,
        end: Instant | None,
        case: str | None,
        client: str | None,
        contract: str | None,
        agent: str | None,
    ) -> Select[Any]:
        statement = select(*UNIT_COLUMNS)
        if case is not None:
            statement = statement.where(_UNIT.c.case_number == case)
        if agent is not None:
            statement = statement.where(_UNIT.c.agent == agent)
        if client is not None or contract is not None:
            statement = statement.join(_CASE, _CASE.c.number == _UNIT.c.case_number)
        if client is not None:
            statement = statement.where(_CASE.c.client == client)
        if contract is not None:
            statement = statement.where(_CASE.c.contract == contract)
        if end is not None:
            statement = statement.where(_UNIT.c.started_at < end)
        if start is not None:
            statement = statement.where(
                _UNIT.c.started_at >= self._earliest_touching(start, agent),
                or_(_UNIT.c.started_at >= start, _UNIT.c.ended_at.is_(None), _UNIT.c.ended_at > start),
            )
        return statement.order_by(_UNIT.c.started_at, _UNIT.c.id)

    def _earliest_touching(self, start: Instant, agent: str | None) -> Instant:
        """When the earliest unit (of AGENT, or of anyone) that lasts beyond START, or starts then, began.

        An agent's work never overlaps, so of each agent only the last start before START can reach
        beyond it: the index finds those, and the years before are not read.
        """
        asked = EARLIEST_TOUCHING if agent is None else EARLIEST_TOUCHING_OF_AGENT
        values = {"start": start} if agent is None else {"start": start, "agent": agent}
        found = self.rows.execute(asked, values).scalar()
        return start if found is None else min(start, int(found))

    def each(
        self,
        *,
        start: Instant | None = None,
        end: Instant | None = None,
        case: str | None = None,
        client: str | None = None,
        agent: str | None = None,
    ) -> Iterator[WorkUnit]:
        """The work units that `units` would give, a part at a time."""
        for row in self.rows.stream(self._asked(start, end, case, client, None, agent)):
            yield unit_of(row)

    def since(self, start: Instant, clients: Clients) -> list[WorkUnit]:
        """The work units that last beyond START or begin later, by start, then id."""
        statement = select(*UNIT_COLUMNS)
        if clients is not None:
            statement = statement.join(_CASE, _CASE.c.number == _UNIT.c.case_number)
            statement = statement.where(_CASE.c.client.in_(clients))
        lasting = or_(_UNIT.c.started_at >= start, _UNIT.c.ended_at.is_(None), _UNIT.c.ended_at > start)
        statement = statement.where(_UNIT.c.started_at >= self._earliest_touching(start, None), lasting)
        return self._units(statement.order_by(_UNIT.c.started_at, _UNIT.c.id))

    def of(self, cases: Iterable[str]) -> list[WorkUnit]:
        """All work units of CASES (exact numbers), by start, then id."""
        found = [
            unit_of(row)
            for part in batches(sorted(set(cases)))
            for row in self.rows.all(select(_UNIT).where(_UNIT.c.case_number.in_(part)))
        ]
        return sorted(found, key=lambda unit: (unit.started_at, unit.id))

    def overlapping(
        self, agent: str, start: Instant, end: Instant | None, *, but: int | None = None
    ) -> WorkUnit | None:
        """The first of AGENT's units that overlaps START to END (None: without end), but for unit BUT.

        Two overlap where each starts before the other ends: work that touches end to start does not.
        """
        until = NEVER if end is None else end
        asked = {"agent": agent, "start": start, "end": until, "but": but or 0, "limit": 1}
        row = self.rows.one(OVERLAPPING, asked)
        return None if row is None else unit_of(row)

    def last(self, agent: str, limit: int) -> list[WorkUnit]:
        """The LIMIT units of AGENT that started last, the newest first."""
        return [unit_of(row) for row in self.rows.all(NEWEST, {"agent": agent, "limit": limit})]

    def add(self, unit: WorkUnit) -> WorkUnit:
        """Add UNIT; id 0 asks for the next one. Gives it with its id.

        Raises:
            NotPossible: it runs, and so does another one of its agent.
        """
        return unit_of(self.rows.insert("work_unit", unit_row(unit)))

    def save(self, unit: WorkUnit) -> None:
        """Write UNIT over the one of its id.

        Raises:
            NotPossible: there is no such unit, or the database refuses it.
        """
        self.rows.update("work_unit", unit.id, unit_row(unit))

    def delete(self, id: int) -> None:  # noqa: A002
        """Delete the work unit ID.

        Raises:
            NotPossible: there is no such unit.
        """
        self.rows.delete("work_unit", id)

    def add_many(self, units: Iterable[WorkUnit]) -> int:
        """Add UNITS, those with an id under it.

        Raises:
            NotPossible: an agent's work would overlap; named are two such units.
        """
        earliest: dict[str, int] = {}
        count = self.add_checked(_noting(units, earliest))
        self.refuse_overlaps(earliest)
        return count

    def add_checked(self, units: Iterable[WorkUnit]) -> int:
        """Add UNITS of which the caller sees to it that none overlap, with `refuse_overlaps` in the end."""
        return self.rows.add_many("work_unit", map(unit_row, units))

    def refuse_overlaps(self, earliest: Mapping[str, int]) -> None:
        """Refuse if the work of any agent overlaps, from the EARLIEST instant on that is given for each.

        Raises:
            NotPossible: it does; named are two such units.
        """
        self.rows.hold(earliest)
        for agent, start in sorted(earliest.items()):
            self._refuse_any_overlap(agent, start)

    def _refuse_any_overlap(self, agent: str, start: int) -> None:
        """Refuse if any two of AGENT's units overlap, of those that START or later ones could touch.

        In order of start each must end before the next one starts: ends are then in order, too. A
        unit of no length may stand at the start of the next, so it is put first.
        """
        first = select(func.max(_UNIT.c.started_at)).where(_UNIT.c.agent == agent, _UNIT.c.started_at < start)
        mine = (_UNIT.c.agent == agent, _UNIT.c.started_at >= func.coalesce(first.scalar_subquery(), start))
        ends = func.coalesce(_UNIT.c.ended_at, NEVER)
        order = (_UNIT.c.started_at, ends, _UNIT.c.id)
        pairs = (
            select(
                _UNIT.c.id,
                _UNIT.c.started_at,
                func.lag(_UNIT.c.id).over(order_by=order).label("other"),
                func.lag(ends).over(order_by=order).label("other_ends"),
            )
            .where(*mine)
            .subquery()
        )
        found = self.rows.execute(
            select(pairs).where(pairs.c.other_ends > pairs.c.started_at).limit(1)
        ).first()
        if found:
            raise NotPossible(f"Work of {agent} overlaps: U{found.other} and U{found.id}.")


def _noting(units: Iterable[WorkUnit], earliest: dict[str, int]) -> Iterator[WorkUnit]:
    """UNITS as they are, with the start of each agent's first one put into EARLIEST."""
    for unit in units:
        earliest[unit.agent] = min(unit.started_at, earliest.get(unit.agent, unit.started_at))
        yield unit


def _last_before(agent: Any, start: Any) -> ScalarSelect[int]:
    """When the last of AGENT's units that began before START did."""
    last = select(func.max(_UNIT.c.started_at)).where(_UNIT.c.agent == agent, _UNIT.c.started_at < start)
    return last.scalar_subquery()


def _agents() -> CTE:
    """Every agent, each found by one look into the index: the next name after the one before."""
    first = select(func.min(_UNIT.c.agent).label("agent")).cte("agents", recursive=True)
    following = select(func.min(_UNIT.c.agent)).where(_UNIT.c.agent > first.c.agent).scalar_subquery()
    return first.union_all(select(following).where(first.c.agent.is_not(None)))


def _began_before(agent: Any, names: FromClause | None = None) -> ScalarSelect[int]:
    """The start of AGENT's unit (of each of NAMES) that began before `start` and lasts beyond it."""
    unit, earlier = _UNIT.alias(), _UNIT.alias()
    last = select(func.max(earlier.c.started_at)).where(
        earlier.c.agent == agent, earlier.c.started_at < _START
    )
    found = select(func.min(unit.c.started_at)).where(
        unit.c.agent == agent,
        unit.c.started_at == last.correlate(names).scalar_subquery(),
        or_(unit.c.ended_at.is_(None), unit.c.ended_at > _START),
    )
    return found.correlate(names).scalar_subquery()


_AGENT = bindparam("agent", type_=Text)
_START = bindparam("start", type_=BigInteger)
_NAMES = _agents()

EARLIEST_TOUCHING_OF_AGENT = select(_began_before(_AGENT))
EARLIEST_TOUCHING = select(func.min(_began_before(_NAMES.c.agent, _NAMES))).where(_NAMES.c.agent.is_not(None))

# These three the timer has, too, as texts: a test compares them.
RUNNING = select(_UNIT).where(_UNIT.c.agent == _AGENT, _UNIT.c.ended_at.is_(None))
OVERLAPPING = (
    select(_UNIT)
    .where(
        _UNIT.c.agent == _AGENT,
        # Of what began before START only the last can reach beyond it: work does not overlap.
        _UNIT.c.started_at >= func.coalesce(_last_before(_AGENT, _START), _START),
        _UNIT.c.started_at < bindparam("end", type_=BigInteger),
        or_(_UNIT.c.ended_at.is_(None), _UNIT.c.ended_at > _START),
        _UNIT.c.id != bindparam("but", type_=BigInteger),
    )
    .order_by(_UNIT.c.started_at, _UNIT.c.id)
    .limit(bindparam("limit", type_=Integer))
)
NEWEST = (
    select(_UNIT)
    .where(_UNIT.c.agent == _AGENT)
    .order_by(_UNIT.c.started_at.desc(), _UNIT.c.id.desc())
    .limit(bindparam("limit", type_=Integer))
)
