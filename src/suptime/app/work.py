"""Work that is already done: recorded, and listed."""

from dataclasses import dataclass

from suptime.app import consents, lookup, units
from suptime.app.channels import chosen
from suptime.app.facts import contract_of
from suptime.app.outlook import outlook
from suptime.app.transaction import changing
from suptime.clauses import sold_channels
from suptime.domain.case import Case
from suptime.domain.contract import Contract
from suptime.domain.timespan import Instant, Span, Zone, show_day
from suptime.domain.work import WorkUnit
from suptime.errors import Refused
from suptime.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class Recorded:
    """A work unit as it is now, whose it is, and what the person should be told besides."""

    unit: WorkUnit
    client: str
    notes: tuple[str, ...] = ()
    changed: bool = True


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
    now: Instant,
    agent: str,
    zone: Zone,
) -> Recorded:
    """Record that WORKER worked on a case from SPAN's start to its end.

    Raises:
        WrongUsage: it would start in the future, or the contract sells several channels and none is named.
        NotPossible: no such case; it was resolved by then; the worker's other work overlaps.
        Refused: the contract is not in force on those days, or refuses the work.
    """
    with changing(store, now=now, agent=agent, command="log") as tx:
        return record(
            tx,
            number,
            span,
            worker=worker,
            channel=channel,
            note=note,
            guest=guest,
            requested=requested,
            now=now,
            zone=zone,
        )


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
    now: Instant,
    zone: Zone,
) -> Recorded:
    """What `log` does, as part of the change TX.

    Raises:
        WrongUsage, NotPossible, Refused: as `log`.
    """
    if span.start >= now:
        raise units.ahead(span.start, zone, now, "Work from")
    case = lookup.case(tx, number)
    contract = contract_of(tx, case.contract)
    version = contract.at(span.start)
    via = chosen(case.number, sold_channels(version) if version else None, channel)
    check_open(case, span.start, span.end, zone, now)
    check_free(tx, worker, span.start, span.end, zone, now)
    check_covered(contract, span)
    notes = outlook(
        tx, case, span.start, channel=via, guest=guest, requested=requested, agent=worker, now=now
    )
    unit = tx.add_unit(
        WorkUnit(0, case.number, worker, via, span.start, span.end, note, guest=guest, requested=requested)
    )
    notes = [*notes, *consents.note(tx, case, span.end, told=notes)]
    if span.end > now:
        notes = [*notes, f"U{unit.id} ends at {units.shown(span.end, zone, now)}, which is still ahead."]
    return Recorded(unit, case.client, (*notes, *units.long_note(unit, now)))


def between(
    store: Store,
    *,
    start: Instant | None = None,
    end: Instant | None = None,
    case: str | None = None,
    client: str | None = None,
    agent: str | None = None,
) -> list[tuple[WorkUnit, str]]:
    """The work units that touch the time from START up to END, by start, then id, each with its client.

    Raises:
        NotPossible: no such case or client.
    """
    with store.reading() as tx:
        number = lookup.case(tx, case).number if case is not None else None
        code = lookup.client(tx, client).code if client is not None else None
        found = tx.units(start=start, end=end, case=number, client=code, agent=agent)
        clients = {c.number: c.client for c in tx.cases(numbers={unit.case for unit in found})}
    return [(unit, clients[unit.case]) for unit in found]


def check_open(case: Case, start: Instant, end: Instant | None, zone: Zone, now: Instant) -> None:
    """Refuse work on CASE at or after its resolution; END is None for work that goes on.

    Raises:
        NotPossible: some of it is.
    """
    at = case.resolved_at
    if at is not None and (start >= at or end is None or end > at):
        raise units.resolved(case.number, at, zone, now)


def check_free(
    tx: Transaction,
    worker: str,
    start: Instant,
    end: Instant | None,
    zone: Zone,
    now: Instant,
    *,
    but: int | None = None,
) -> None:
    """Refuse work of WORKER that overlaps other work of the same agent, BUT that unit.

    Raises:
        NotPossible: it does; the other unit is named.
    """
    other = tx.overlapping(worker, start, end, but=but)
    if other is not None:
        raise units.overlap(other, zone, now)


def check_covered(contract: Contract, span: Span) -> None:
    """Refuse work on days on which no version of CONTRACT is in force.

    Raises:
        Refused: there is such a day in SPAN.
    """
    for piece in span.split(contract.boundaries):
        if contract.at(piece.start) is None:
            zone = contract.latest.zone
            raise Refused(
                f"The contract {contract.code} is not in force on {show_day(zone.day(piece.start))}.",
                hint=f"suptime contract show {contract.code}",
            )
