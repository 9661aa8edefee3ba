"""Recorded work: log it, list it, and find gaps."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from suptime.app import agreement, lookup, units
from suptime.app.agreement import outlook
from suptime.app.channels import chosen
from suptime.app.facts import contract_of, zones_of
from suptime.app.named_case import NamedCase
from suptime.app.units import Adjusted
from suptime.app.use_case import changing
from suptime.app.work import room
from suptime.app.work.effect import Effect, Measure
from suptime.contracts import sold_channels
from suptime.domain.case import Case
from suptime.domain.caution import Caution
from suptime.domain.contract import Contract
from suptime.domain.service_hours import ServiceHours
from suptime.domain.time import DAY, EVER, NEVER, Instant, Seconds, Span, Zone, clipped, rfc3339, show_day
from suptime.domain.work import WorkUnit
from suptime.errors import Refused
from suptime.reports.time import Gap, gaps
from suptime.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded work unit, its case and agent, the `adjusted` units, and messages for the person.

    `effect` is the effect on open charges. `named` is the case if less than its number was typed.
    """

    unit: WorkUnit
    client: str
    notes: tuple[Caution, ...] = ()
    changed: bool = True
    adjusted: tuple[Adjusted, ...] = ()
    effect: Effect | None = None
    named: NamedCase | None = None


def log(
    store: Store,
    number: str,
    span: Span,
    *,
    worker: str,
    channel: str | None = None,
    note: str = "",
    guest: bool = False,
    requested: bool = False,
    role: str | None = None,
    work_type: str | None = None,
    adjust: bool = False,
    now: Instant,
    agent: str,
    zone: Zone,
) -> Recorded:
    """Record work of `worker` on a case for `span`. With `adjust`, other work is shortened or split.

    Raises:
        WrongUsage: it would start in the future, or the contract sells several channels and none is given.
        NotPossible: no such case; it was resolved by then; the worker's other work overlaps.
        Refused: the contract is not in force on those days, or refuses the work.
    """
    with changing(store, now=now, agent=agent, command="log") as tx:
        case = lookup.case(tx, number, by_words=True)
        done = record(
            tx,
            case.number,
            span,
            worker=worker,
            channel=channel,
            note=note,
            guest=guest,
            requested=requested,
            role=role,
            work_type=work_type,
            adjust=adjust,
            measured=True,
            now=now,
            zone=zone,
        )
    typed = number.strip().casefold() == case.number.casefold()
    return done if typed else replace(done, named=NamedCase(case.number, case.subject))


def record(
    tx: Transaction,
    number: str,
    span: Span,
    *,
    worker: str,
    channel: str | None = None,
    note: str = "",
    guest: bool = False,
    requested: bool = False,
    role: str | None = None,
    work_type: str | None = None,
    adjust: bool = False,
    measured: bool = False,
    now: Instant,
    zone: Zone,
) -> Recorded:
    """Do the same as `log` within the change `tx`; return also its effect if it is `measured`.

    Raises:
        WrongUsage, NotPossible, Refused: as `log`.
    """
    if span.start >= now:
        raise units.ahead(span.start, zone, now, "Work from")
    case = lookup.case(tx, number)
    lookup.refuse_archived(tx, case.client)
    contract = contract_of(tx, case.contract)
    version = contract.at(span.start)
    via = chosen(case.number, sold_channels(version) if version else None, channel)
    check_open(case, span.start, span.end, zone, now)
    space = room.find(tx, worker, span.start, span.end, adjust=adjust, zone=zone, now=now)
    check_covered(contract, span)
    notes = outlook(
        tx, case, span.start, channel=via, guest=guest, requested=requested, agent=worker, now=now
    )
    touched = (case.number, *(each.unit.case for each in space.kept))
    measure = Measure(tx, touched, span.start, now) if measured else None
    space.clear(tx)
    unit = tx.units.add(
        WorkUnit(
            0,
            case.number,
            worker,
            via,
            span.start,
            span.end,
            note,
            guest=guest,
            requested=requested,
            role=role,
            work_type=work_type,
        )
    )
    adjusted = space.settle(tx)
    notes = [*notes, *agreement.consent_cautions(tx, case, span.end, told=notes)]
    if version is not None:
        notes += agreement.rate_cautions(version, role=role, work_type=work_type)
    if span.end > now:
        said = f"U{unit.id} ends at {units.formatted(span.end, zone, now)}, which is in the future."
        notes.append(Caution("end-ahead", said))
    return Recorded(
        unit,
        case.client,
        (*notes, *units.long_note(unit, now)),
        adjusted=adjusted,
        effect=measure.after(case.number) if measure else None,
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """A work unit on a page: its client, the zone of its days, and its part of the period."""

    unit: WorkUnit
    client: str
    zone: Zone
    part: Span


def between(
    store: Store,
    *,
    now: Instant,
    zone: Zone | None,
    period: Callable[[Zone], Span],
    case: str | None = None,
    client: str | None = None,
    agent: str | None = None,
) -> list[Listed]:
    """Return the work units that overlap the `period` in a `zone` (None: each contract's), by start, then id.

    Raises:
        NotPossible: no such case or client.
    """
    with store.reading() as tx:
        number = lookup.case(tx, case, by_words=True).number if case is not None else None
        code = lookup.client(tx, client).code if client is not None else None
        widest = period(zone or Zone("UTC"))
        margin = 0 if zone else DAY
        found = tx.units.find(
            start=None if widest.start == EVER else widest.start - margin,
            end=None if widest.end == NEVER else widest.end + margin,
            case=number,
            client=code,
            agent=agent,
        )
        cases = {case.number: case for case in tx.cases.find(numbers={unit.case for unit in found})}
        zones = {} if zone else zones_of(tx, cases.values())
    listed = []
    for unit in found:
        its = zone or zones[unit.case]
        whole = Span(unit.started_at, max(unit.started_at, now) if unit.ended_at is None else unit.ended_at)
        part = clipped(whole, period(its))
        if part is not None:
            listed.append(Listed(unit, cases[unit.case].client, its, part))
    return listed


def check_open(case: Case, start: Instant, end: Instant | None, zone: Zone, now: Instant) -> None:
    """Refuse work on `case` at or after its resolution; `end` is None for running work.

    Raises:
        NotPossible: some of the work is after it.
    """
    at = case.resolved_at
    if at is not None and (start >= at or end is None or end > at):
        raise units.resolved(case.number, at, zone, now)


def check_covered(contract: Contract, span: Span) -> None:
    """Refuse work on days on which no version of `contract` is in force.

    Raises:
        Refused: there is such a day in `span`.
    """
    for piece in span.split(contract.boundaries):
        if contract.at(piece.start) is None:
            zone = contract.latest.zone
            raise Refused(
                f"The contract {contract.code} is not in force on {show_day(zone.day(piece.start))}.",
                hint=f"suptime contract show {contract.code}",
            )


@dataclass(frozen=True, slots=True)
class GapSearch:
    """Search for gaps from the day `first` to the day `last`, in working `hours`, except holidays.

    Gaps shorter than `least` seconds are left out.
    """

    worker: str
    first: date
    last: date
    hours: ServiceHours
    is_holiday: Callable[[date], bool]
    least: Seconds


def find(store: Store, asked: GapSearch, *, now: Instant, zone: Zone) -> list[Gap]:
    """Return the gaps that are `asked` for, up to `now`; a running timer counts as work."""
    openings = [*_openings(asked, now, zone)]
    if not openings:
        return []
    with store.reading() as tx:
        units = tx.units.find(start=openings[0][1].start, end=openings[-1][1].end, agent=asked.worker)
    spans = [Span(unit.started_at, now if unit.ended_at is None else unit.ended_at) for unit in units]
    return gaps(openings, spans, asked.least)


def fill(
    store: Store,
    number: str,
    spans: Sequence[Span],
    *,
    worker: str,
    channel: str | None,
    note: str,
    now: Instant,
    agent: str,
    zone: Zone,
) -> list[Recorded]:
    """Record work of `worker` on a case in all `spans`, or in none.

    Raises:
        WrongUsage, NotPossible, Refused: as `work.log`, for any of them.
    """
    with changing(store, now=now, agent=agent, command="gaps") as tx:
        return [
            record(tx, number, span, worker=worker, channel=channel, note=note, now=now, zone=zone)
            for span in spans
        ]


def document(
    asked: GapSearch, found: Sequence[Gap], logged: Sequence[dict[str, Any]], zone: Zone
) -> dict[str, Any]:
    """Return the gaps `found` as JSON shows them, and the units that were `logged` in them."""
    return {
        "agent": asked.worker,
        "from": str(asked.first),
        "to": str(asked.last),
        "timezone": zone.name,
        "gaps": [
            {
                "day": str(gap.day),
                "started_at": rfc3339(gap.span.start),
                "ended_at": rfc3339(gap.span.end),
                "seconds": gap.span.seconds,
            }
            for gap in found
        ],
        "total_seconds": sum(gap.span.seconds for gap in found),
        "logged": list(logged),
    }


def _openings(asked: GapSearch, now: Instant, zone: Zone) -> Iterator[tuple[date, Span]]:
    """Yield the working hours of each day that have passed."""
    day = asked.first
    while day <= asked.last:
        for opening in asked.hours.on(day, zone, asked.is_holiday):
            if opening.start < now:
                yield day, Span(opening.start, min(opening.end, now))
        day += timedelta(days=1)
