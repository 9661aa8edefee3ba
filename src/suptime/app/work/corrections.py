"""Corrections of work: edit, split, delete and waive."""

from dataclasses import dataclass, replace

from suptime.app import agreement, lookup, units
from suptime.app.agreement import outlook
from suptime.app.facts import contract_of
from suptime.app.use_case import changing
from suptime.app.work import room
from suptime.app.work.effect import Measure
from suptime.app.work.log import Recorded, check_covered, check_open
from suptime.domain.caution import Caution
from suptime.domain.time import Instant, Span, Zone
from suptime.domain.typed_time import (
    Clocks,
    TypedTime,
    check_length,
    covering,
    inside,
    on,
    resolve,
    working_span,
)
from suptime.domain.typed_time import after as following
from suptime.domain.typed_time import before as preceding
from suptime.domain.work import LAST, RUNNING, UnitName, WorkUnit
from suptime.errors import NotPossible, WrongUsage
from suptime.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class Correction:
    """Changes of a work unit; None keeps a value. `more` is added to its note; an empty role or work type clears it.

    With `adjust`, other work of its agent is shortened or split.
    """

    start: TypedTime | None = None
    end: TypedTime | None = None
    case: str | None = None
    note: str | None = None
    more: str | None = None
    channel: str | None = None
    adjust: bool = False
    role: str | None = None
    work_type: str | None = None


def edit(
    store: Store, named: UnitName, wanted: Correction, *, now: Instant, agent: str, zone: Zone
) -> Recorded:
    """Correct the work unit `named`.

    Raises:
        WrongUsage: it would end before it starts, or in the future, or a time has several readings.
        Doubtful: a bare time would make it longer than 12 hours, or is on the wrong side of now.
        NotPossible: no such unit or case; it is running and has no end; it would overlap
            other work, or be after the case's resolution.
        Refused: the contract is not in force on those days, or refuses the work.
    """
    clocks = Clocks(zone, now)
    with changing(store, now=now, agent=agent, command="edit") as tx:
        before = lookup.unit(tx, named, agent)
        key = before.id
        if wanted.end is not None and before.ended_at is None:
            raise NotPossible(f"U{key} is running.", hint="suptime stop --at T")
        start, end = _edges(before, wanted, clocks)
        after = before._replace(
            started_at=start,
            ended_at=end,
            note=units.noted(before.note if wanted.note is None else wanted.note, wanted.more or ""),
            channel=before.channel if wanted.channel is None else wanted.channel,
            role=before.role if wanted.role is None else wanted.role or None,
            work_type=before.work_type if wanted.work_type is None else wanted.work_type or None,
        )
        if after.ended_at is not None and after.started_at > after.ended_at:
            raise WrongUsage(
                f"U{key} would start at {units.formatted(after.started_at, zone, now)} "
                f"and end before that, at {units.formatted(after.ended_at, zone, now)}.",
                hint="Give both --from and --to, with their dates.",
            )
        if after.ended_at is not None:
            check_length(Span(start, after.ended_at), (wanted.start, wanted.end), clocks, f"U{key}")
        case = lookup.case(tx, before.case if wanted.case is None else wanted.case)
        after = after._replace(case=case.number)
        if after == before:
            unchanged = Measure(tx, [case.number], start, now).after(case.number)
            return Recorded(before, case.client, changed=False, effect=unchanged)
        notes: list[Caution] = []
        space = room.Room()
        moved = (before.case, before.started_at, before.ended_at) != (
            after.case,
            after.started_at,
            after.ended_at,
        )
        if moved or before.channel != after.channel:
            contract = contract_of(tx, case.contract)
            if moved:
                check_open(case, after.started_at, after.ended_at, zone, now)
                space = room.find(
                    tx,
                    after.agent,
                    after.started_at,
                    after.ended_at,
                    but=key,
                    adjust=wanted.adjust,
                    zone=zone,
                    now=now,
                )
                check_covered(
                    contract, Span(after.started_at, now if after.ended_at is None else after.ended_at)
                )
            notes = outlook(
                tx,
                case,
                after.started_at,
                channel=after.channel,
                guest=after.guest,
                requested=after.requested,
                agent=after.agent,
                now=now,
                but=key,
            )
        if version := contract_of(tx, case.contract).at(after.started_at):
            notes += agreement.rate_cautions(version, role=wanted.role, work_type=wanted.work_type)
        touched = (case.number, before.case, *(each.unit.case for each in space.kept))
        measure = Measure(tx, touched, min(before.started_at, start), now)
        space.clear(tx)
        tx.units.save(after)
        adjusted = space.settle(tx)
        effect = measure.after(case.number)
    return Recorded(
        after,
        case.client,
        (*notes, *units.long_note(after, now)),
        adjusted=adjusted,
        effect=effect,
    )


def _edges(before: WorkUnit, wanted: Correction, clocks: Clocks) -> tuple[Instant, Instant | None]:
    """Return the corrected start and end of a unit.

    Raises:
        WrongUsage: a new one is in the future, or has several readings.
    """
    start_at, end_at = before.started_at, before.ended_at
    start, end = wanted.start, wanted.end
    if start is not None and end is not None and start.is_bare and end.is_bare:
        was = Span(start_at, clocks.now if end_at is None else end_at)
        start_at = resolve(start, covering(was, end), clocks)
        end_at = resolve(end, following(start_at), clocks)
    elif start is not None and end is not None:
        start_at, end_at = working_span(start, end, clocks)
    elif start is not None:
        its_day = on(clocks.zone.day(start_at))
        start_at = resolve(start, its_day if end_at is None else preceding(end_at), clocks)
    elif end is not None:
        end_at = resolve(end, following(start_at), clocks)
    for typed, instant, what in ((start, start_at, "The start"), (end, end_at, "The end")):
        if typed is not None and instant is not None:
            units.not_ahead(instant, clocks.now, clocks.zone, what)
    return start_at, end_at


def split(
    store: Store, named: UnitName, at: TypedTime, *, now: Instant, agent: str, zone: Zone
) -> tuple[Recorded, Recorded]:
    """Split the work unit `named` in two `at` an instant; a running unit runs on in the second.

    Raises:
        WrongUsage: `at` is in the future, or several times inside the unit.
        NotPossible: no such unit, or `at` is not inside it.
    """
    with changing(store, now=now, agent=agent, command="split") as tx:
        whole = lookup.unit(tx, named, agent)
        key = whole.id
        span = Span(whole.started_at, now + 1 if whole.ended_at is None else whole.ended_at)
        lasts = units.stretch(whole, zone, now)
        cut = resolve(at, inside(span, f"U{key}", lasts), Clocks(zone, now))
        units.not_ahead(cut, now, zone, "The cut")
        if not span.start < cut < span.end:
            raise NotPossible(
                f"{units.formatted(cut, zone, now)} is not inside U{key}.",
                f"It lasts from {lasts}.",
                f"suptime split U{key} --at T",
            )
        client = lookup.case(tx, whole.case).client
        measure = Measure(tx, [whole.case], whole.started_at, now)
        first = whole._replace(ended_at=cut)
        tx.units.save(first)
        second = tx.units.add(whole._replace(id=0, started_at=cut))
        effect = measure.after(whole.case)
    return Recorded(first, client, effect=effect), Recorded(second, client)


def delete(store: Store, named: UnitName, *, now: Instant, agent: str) -> Recorded:
    """Delete the work unit `named`; `undo` restores it.

    Raises:
        NotPossible: no such unit.
    """
    with changing(store, now=now, agent=agent, command="delete") as tx:
        unit = lookup.unit(tx, named, agent)
        client = lookup.case(tx, unit.case).client
        measure = Measure(tx, [unit.case], unit.started_at, now)
        tx.units.delete(unit.id)
        effect = measure.after(unit.case)
    return Recorded(unit, client, effect=effect)


def waive(store: Store, what: str, reason: str, *, now: Instant, agent: str) -> tuple[str, bool]:
    """Waive the charges of `what`, a work unit (U7, last, running), an appointment (A3) or a case, for a `reason`.

    Returns:
        Its id or number, and whether that changed anything.

    Raises:
        WrongUsage: `what` is digits alone.
        NotPossible: no such thing.
    """
    if what.strip().isdigit():
        raise WrongUsage(
            f'"{what.strip()}" could be a work unit, an appointment or a case.',
            hint=f"Give U{what.strip()}, A{what.strip()}, or the full number of the case.",
        )
    with changing(store, now=now, agent=agent, command="waive") as tx:
        if what.casefold() in (LAST, RUNNING) or _is_id(what, "U"):
            named: UnitName = int(what[1:]) if _is_id(what, "U") else what.casefold()
            unit = lookup.unit(tx, named, agent)
            return f"U{unit.id}", _waive_unit(tx, unit, reason)
        if _is_id(what, "A"):
            return f"A{int(what[1:])}", _waive_appointment(tx, int(what[1:]), reason)
        case = lookup.case(tx, what)
        if case.waived != reason:
            tx.cases.save(replace(case, waived=reason))
    return case.number, case.waived != reason


def _is_id(what: str, letter: str) -> bool:
    """Return whether `what` is an id of the kind of `letter`, such as U7."""
    digits = what[1:]
    return what[:1].upper() == letter and digits.isascii() and digits.isdigit() and len(digits) <= 18


def _waive_unit(tx: Transaction, unit: WorkUnit, reason: str) -> bool:
    if unit.waived != reason:
        tx.units.save(unit._replace(waived=reason))
    return unit.waived != reason


def _waive_appointment(tx: Transaction, key: int, reason: str) -> bool:
    appointment = lookup.appointment(tx, key)
    if appointment.waived != reason:
        tx.appointments.save(replace(appointment, waived=reason))
    return appointment.waived != reason
