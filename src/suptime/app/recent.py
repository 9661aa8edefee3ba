"""Rated time: the days since a client's last closed month, and changed days of closed months.

A closed month is settled: rating it again would give its lines. Therefore drafts, issues and balances
read the open months. Of closed months they only read the days that were touched since, and the facts that
share a span (`contracts.clause.Span`) of the contract's rules with these days: the month, the case, the cases
of the project. No rule needs to be known by name.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

from suptime.app.facts import contracts_of, paid_sales
from suptime.contracts import limit_spans, whole_case_counts, whole_months_count
from suptime.contracts.clause import Span as Extent
from suptime.domain.booking import Appointment
from suptime.domain.case import Case, EventKind, number_order
from suptime.domain.charge import IssuedLine
from suptime.domain.client import Client
from suptime.domain.contract import Contract
from suptime.domain.outcome import Share
from suptime.domain.time import DAY, EVER, Instant, Month, Span, day_number
from suptime.domain.work import WorkUnit
from suptime.rating.facts import Facts, Scope, closed_uses
from suptime.rating.rate import shares_of
from suptime.rating.rated import RatedContract
from suptime.store.timer.statements import WHOLE

if TYPE_CHECKING:
    from suptime.store import Transaction

Item = TypeVar("Item")


def rated_contracts(tx: "Transaction", client: Client, now: Instant, month: Month) -> list[RatedContract]:
    """Return every contract of `client` with unsettled time rated, as known at `now`, and all of `month`."""
    return rated_by_client(tx, [client], now, month)[client.code]


def rated_by_client(
    tx: "Transaction", clients: Sequence[Client], now: Instant, month: Month
) -> dict[str, list[RatedContract]]:
    """Return the contracts of `clients` with unsettled time rated, as known at `now`, and all of `month`."""
    found: dict[str, list[RatedContract]] = {client.code: [] for client in clients}
    for facts in recent_facts(tx, clients, now, month):
        found[facts.contract.client].append(RatedContract.of(facts))
    return found


def recent_facts(tx: "Transaction", clients: Sequence[Client], now: Instant, month: Month) -> Iterator[Facts]:
    """Yield the facts of each contract of `clients` that decide unsettled time, and all of `month`."""
    closings = tx.months.closings([client.code for client in clients])
    groups: dict[Month | None, set[str]] = defaultdict(set)
    for client in clients:
        groups[closings.get(client.code)].add(client.code)
    for closed, codes in groups.items():
        # The period of all clients is read at once; that of a few clients is found by their cases.
        asked = None if len(codes) > 1 and len(codes) * 2 >= len(clients) else codes
        yield from _Reading(tx, codes, asked, closed, month).facts(now)


@dataclass(slots=True)
class _Own:
    """One contract, its rated days, and the facts read for it."""

    contract: Contract
    settled: date | None
    again: set[date] = field(default_factory=set)
    cases: dict[str, Case] = field(default_factory=dict)
    units: dict[int, WorkUnit] = field(default_factory=dict)
    appointments: list[Appointment] = field(default_factory=list)
    lines: list[IssuedLine] = field(default_factory=list)
    """Settled days that are rated again."""
    rated_whole: set[str] = field(default_factory=set)
    """Cases of which all days are rated again."""

    @property
    def scope(self) -> Scope:
        """The rated cases and days."""
        return Scope(self.settled, frozenset(self.again), frozenset(self.rated_whole))

    def days(self, spans: Iterable[Span]) -> set[date]:
        """Return the days that `spans` touch in the contract's zone."""
        zones = {version.zone for version in self.contract.versions}
        return {day for span in spans for zone in zones for day, _ in zone.days(span)}

    def rate_again(self, days: Iterable[date]) -> None:
        """Rate `days` again, each with its month if all of the month counts."""
        if self.settled is not None:
            self.again |= self.with_months(days)

    def with_months(self, days: Iterable[date]) -> set[date]:
        """Return the settled days among `days`, each with its month if all of the month counts."""
        settled = {day for day in days if self.settled is not None and day <= self.settled}
        if not whole_months_count(self.contract):
            return settled
        return {day for month in {Month.of(day) for day in settled} for day in days_in(month)}

    def needed_whole(self) -> set[str]:
        """Return the cases of which all work is needed: for a clause, or because of their appointments."""
        booked = {appointment.case for appointment in self.appointments}
        return booked | {n for n, case in self.cases.items() if whole_case_counts(self.contract, case)}


def days_in(month: Month) -> list[date]:
    """Return the days of `month`, in order."""
    return [month.first + timedelta(n) for n in range((month.next.first - month.first).days)]


class _Reading:
    """Facts of clients with the same last closed month, read for all of them at once."""

    def __init__(
        self,
        tx: "Transaction",
        codes: Collection[str],
        asked: Collection[str] | None,
        closed: Month | None,
        month: Month,
    ) -> None:
        self.tx = tx
        self.asked = asked
        self.closed = closed
        self.month = month
        self.only = next(iter(codes)) if len(codes) == 1 else None
        touched = tx.months.touched_contracts(asked) if closed else {}
        self.own = {
            contract.code: _Own(contract, _last_closed_day(contract, closed, touched.get(contract.code)))
            for contract in contracts_of(tx, client=self.only)
            if contract.client in codes
        }
        self.of_case: dict[str, _Own] = {}
        self._read_open_months()
        if closed is not None:
            self._read_since_marks(touched)
            self._read_month()
            touched_whole = self._read_touched()
            for own in self.own.values():
                self._read_days(own, own.again)
                self._read_limits(own, touched_whole)
                self._read_lines(own)
            self._read_whole_cases()

    def _read_open_months(self) -> None:
        start = EVER if self.closed is None else midnight(self.closed.next.first) - DAY
        units = self.tx.units.since(start, self.asked)
        numbers = {unit.case for unit in units} | self.tx.cases.since(start, self.asked)
        self._add_cases(numbers)
        self._add_units(units)
        for own in self.own.values():
            # An incident for a whole case has the date of its first resolution, which may be long ago.
            own.rate_again(
                day
                for case in own.cases.values()
                if whole_case_counts(own.contract, case)
                for day in own.days(Span(e.at, e.at) for e in case.of_kind(EventKind.RESOLVE))
            )

    def _read_since_marks(self, touched: dict[str, date]) -> None:
        """Read all facts of a contract from the day of an added version or price."""
        for code in touched.keys() & self.own.keys():
            own = self.own[code]
            start = EVER if own.settled is None else midnight(own.settled) - DAY
            client = [own.contract.client]
            units = self.tx.units.find(contract=code, start=start)
            lines = {line.key.case for line in self.tx.lines.after(code, own.settled or date.min)}
            self._add_cases({u.case for u in units} | self.tx.cases.since(start, client) | lines)
            self._add_units(units)

    def _read_month(self) -> None:
        if self.closed is not None and self.month <= self.closed:
            for own in self.own.values():
                own.rate_again(days_in(self.month))

    def _read_touched(self) -> set[str]:
        """Read the touched days of closed months, or all days of touched cases; return the latter cases."""
        touched = self.tx.months.touched(self.asked)
        self._add_cases(touched)
        its = {n: days for n, days in touched.items() if n in self.of_case}
        whole = {n for n, days in its.items() if WHOLE in days or self._looks_back(n)}
        self._add_units(self.tx.units.of(whole))
        lines = self.tx.lines.days(whole)
        for number, days in its.items():
            own = self.of_case[number]
            spans = [Span(day * DAY, (day + 1) * DAY) for day in days if day != WHOLE]
            own.rate_again(own.days(spans))
            if number in whole:
                own.rate_again(self._days_of_all(own, [number])[number] | lines.get(number, set()))
        return {number for number, days in its.items() if WHOLE in days}

    def _days_of_all(self, own: _Own, numbers: Collection[str]) -> dict[str, set[date]]:
        """Return all days of the cases `numbers`, except those of lines, by case."""
        spans = {number: [Span(e.at, e.at) for e in own.cases[number].events] for number in numbers}
        for unit in own.units.values():
            if unit.case in spans:
                spans[unit.case].append(_span(unit))
        for booked in own.appointments:
            if booked.case in spans:
                dated = (booked.starts_at, booked.cancelled_at or booked.starts_at)
                spans[booked.case] += [Span(at, at) for at in dated]
        return {number: own.days(its) for number, its in spans.items()}

    def _read_days(self, own: _Own, days: Collection[date]) -> None:
        """Read all cases on `days`: they are rounded, limited and drawn together."""
        code = own.contract.code
        zones = {version.zone for version in own.contract.versions}
        for first, last in _stretches(days):
            start = min(zone.midnight(first) for zone in zones)
            end = max(zone.midnight(last + timedelta(1)) for zone in zones)
            units = self.tx.units.find(contract=code, start=start, end=end)
            self._add_cases({unit.case for unit in units})
            self._add_units(units)
        self._add_cases({line.key.case for line in self.tx.lines.on(code, days)})

    def _read_limits(self, own: _Own, touched_whole: Collection[str]) -> None:
        """Rate and read all days of the cases that share limits with the rated ones."""
        spans = limit_spans(own.contract)
        if own.settled is None or not spans & {Extent.CASE, Extent.PROJECT}:
            return
        rated = set(own.cases)
        while rated - own.rated_whole:
            if Extent.PROJECT in spans:
                rated |= self._read_projects(own, rated, touched_whole)
            new = rated - own.rated_whole
            own.rated_whole |= new
            self._add_units(self.tx.units.of(new))
            days_of_lines = self.tx.lines.days(new).values()
            days = set[date]().union(*self._days_of_all(own, new).values(), *days_of_lines)
            if spans & {Extent.DAY, Extent.MONTH}:
                own.rate_again(days)
                self._read_days(own, own.again)
                rated |= own.cases.keys()
            else:
                self._read_days(own, own.with_months(days))

    def _read_projects(self, own: _Own, cases: Collection[str], touched_whole: Collection[str]) -> set[str]:
        """Return the cases of the projects of `cases`; of all projects if a case may have had another one."""
        every = not set(touched_whole).isdisjoint(own.cases)
        projects = {own.cases[number].project for number in cases}
        found = {
            case.number
            for case in self.tx.cases.find(contract=own.contract.code)
            if case.project is not None and (every or case.project in projects)
        }
        self._add_cases(found)
        return found

    def _read_lines(self, own: _Own) -> None:
        """Read the invoiced lines of the settled days that are rated again."""
        days = set(own.again)
        for of_case in self.tx.lines.days(own.rated_whole).values():
            days.update(day for day in of_case if own.settled is not None and day <= own.settled)
        own.lines = [
            line
            for line in self.tx.lines.on(own.contract.code, days)
            if own.scope.holds(line.key.case, line.key.day)
        ]

    def _read_whole_cases(self) -> None:
        self._add_units(self.tx.units.of(n for own in self.own.values() for n in own.needed_whole()))

    def _looks_back(self, number: str) -> bool:
        own = self.of_case[number]
        return whole_case_counts(own.contract, own.cases[number])

    def _add_cases(self, numbers: Iterable[str]) -> None:
        """Add the cases `numbers` of these clients that are not read yet."""
        new = set(numbers) - self.of_case.keys()
        if not new:
            return
        for case in self.tx.cases.find(numbers=new):
            if case.contract in self.own:
                own = self.of_case[case.number] = self.own[case.contract]
                own.cases[case.number] = case
        for booked in self.tx.appointments.of(new & self.of_case.keys()):
            self.of_case[booked.case].appointments.append(booked)

    def _add_units(self, units: Iterable[WorkUnit]) -> None:
        for unit in units:
            if unit.case in self.of_case:
                self.of_case[unit.case].units[unit.id] = unit

    def facts(self, now: Instant) -> Iterator[Facts]:
        """Yield the facts of each contract."""
        tx, asked = self.tx, self.asked
        others = tx.lines.of_no_case(asked)
        uses = tx.months.uses(asked, self.month)
        bought = grouped(tx.purchases.find(client=self.only), lambda purchase: purchase.contract)
        projects = grouped(tx.projects.find(client=self.only), lambda project: project.client)
        deposits = tx.receivables.deposit_uses(asked)
        written_off = tx.lines.written_off(asked)
        roles = tuple(tx.agent_roles.find())
        for code, own in self.own.items():
            rows = own.lines
            if self.closed is not None and own.settled != self.closed.last:
                rows = rows + tx.lines.after(code, own.settled or date.min)
            purchases = tuple(bought.get(code, ()))
            issued = (*others.get(code, ()), *rows)
            yield Facts(
                contract=own.contract,
                cases=tuple(sorted(own.cases.values(), key=lambda c: number_order(c.number))),
                units=tuple(sorted(own.units.values(), key=lambda u: (u.started_at, u.id))),
                appointments=tuple(sorted(own.appointments, key=lambda a: (a.starts_at, a.id))),
                purchases=purchases,
                as_of=now,
                projects=tuple(projects.get(own.contract.client, ())),
                issued=issued,
                deposits=tuple(deposits.get(code, ())),
                scope=own.scope,
                settled=closed_uses(uses.get(code, ()), rows, self.month),
                written_off=written_off.get(code, {}),
                paid=paid_sales(tx, own.contract, purchases, issued),
                roles=roles,
            )


def grouped(items: Iterable[Item], key: Callable[[Item], str]) -> dict[str, list[Item]]:
    """Return `items` grouped by `key`."""
    found: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        found[key(item)].append(item)
    return found


def _last_closed_day(contract: Contract, closed: Month | None, touched_since: date | None) -> date | None:
    """Return the last settled day: of the last closed month, or before everything was touched."""
    if closed is None or touched_since == date.min:
        return None
    if touched_since is None:
        return closed.last
    first = Month.of(touched_since).first if whole_months_count(contract) else touched_since
    return min(closed.last, first - timedelta(1))


def midnight(day: date) -> Instant:
    """Return midnight of `day` in UTC."""
    return day_number(day) * DAY


def _span(unit: WorkUnit) -> Span:
    return Span(unit.started_at, unit.started_at if unit.ended_at is None else unit.ended_at)


def _stretches(days: Collection[date]) -> Iterator[tuple[date, date]]:
    """Return `days` as periods without gaps, each by its first and last day."""
    first = last = None
    for day in sorted(days):
        if first is None or last is None or day - last > timedelta(1):
            if first is not None and last is not None:
                yield first, last
            first = day
        last = day
    if first is not None and last is not None:
        yield first, last


if TYPE_CHECKING:
    from suptime.store import Transaction


@dataclass(frozen=True, slots=True)
class Worked:
    """Shares of a period, each with its case, and the running units."""

    shares: Sequence[tuple[Share, Case]]
    running: Sequence[WorkUnit]


def worked_in(
    tx: "Transaction", clients: Sequence[Client], since: date | None, through: date | None, now: Instant
) -> Worked:
    """Return the time of `clients` on all days from `since` through `through` (None: no limit), in any zone.

    It may include some time just outside the period: days are in the zones of the contracts.
    """
    start = midnight(since) - DAY if since else None
    end = midnight(through + timedelta(1)) + DAY if through else None
    only = clients[0].code if len(clients) == 1 else None
    units = tx.units.find(start=start, end=end, client=only)
    contracts = {contract.code: contract for contract in contracts_of(tx, client=only)}
    cases = {case.number: case for case in tx.cases.find(numbers={unit.case for unit in units})}
    if start is not None:
        back = [n for n, case in cases.items() if whole_case_counts(contracts[case.contract], case)]
        units = list({unit.id: unit for unit in (*units, *tx.units.of(back))}.values())
    projects = grouped(tx.projects.find(client=only), lambda project: project.client)
    of_contract = grouped(units, lambda unit: cases[unit.case].contract)
    its_cases = grouped(cases.values(), lambda case: case.contract)
    shares: list[tuple[Share, Case]] = []
    roles = tuple(tx.agent_roles.find())
    for code, its in of_contract.items():
        known = tuple(projects.get(contracts[code].client, ()))
        facts = Facts(contracts[code], tuple(its_cases[code]), tuple(its), (), (), now, known, roles=roles)
        shares += [(share, cases[share.piece.unit.case]) for share in shares_of(facts)]
    return Worked(shares, tuple(_running(units, end)))


def _running(units: Iterable[WorkUnit], end: Instant | None) -> Iterator[WorkUnit]:
    """Yield the running units among `units` that began before `end`, by start."""
    for unit in sorted(units, key=lambda unit: (unit.started_at, unit.id)):
        if unit.ended_at is None and (end is None or unit.started_at < end):
            yield unit
