"""Appointments: time booked in advance for one agent on one case."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from suptime.app import agreement, lookup, units
from suptime.app.dependence import refuse_untaken
from suptime.app.facts import contract_of, zones_of
from suptime.app.units import not_ahead
from suptime.app.use_case import Result, changing
from suptime.contracts import bills_appointments
from suptime.domain.booking import Appointment
from suptime.domain.time import DAY, Instant, Span, Zone, clipped, rfc3339
from suptime.domain.typed_time import ANY
from suptime.domain.work import WorkUnit
from suptime.errors import NotPossible, Refused, WrongUsage
from suptime.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class Booking:
    """An appointment to be booked."""

    case: str
    starts_at: Instant
    ends_at: Instant
    agent: str
    channel: str | None = None


def book(store: Store, asked: Booking, *, now: Instant, agent: str, zone: Zone) -> Result[Appointment]:
    """Book an appointment; it may be in the past, for the record.

    Raises:
        WrongUsage: its end is not after its start, or it is longer than 24 hours.
        NotPossible: no such case, it is resolved, or the agent has an appointment then.
        Refused: the contract has no appointments, or is not in force on that day.
    """
    start, end = units.formatted(asked.starts_at, zone, now), units.formatted(asked.ends_at, zone, now)
    if asked.ends_at <= asked.starts_at:
        raise WrongUsage(
            f"An appointment that begins at {start} cannot end at {end}.", hint="Give a later --to."
        )
    if asked.ends_at - asked.starts_at > DAY:
        raise WrongUsage(
            f"An appointment from {start} to {end} would be longer than 24 hours.",
            hint="Book each day on its own.",
        )
    with changing(store, now, agent, "appointment book") as tx:
        case = lookup.case(tx, asked.case)
        if case.resolved_at is not None:
            raise NotPossible(
                f"{case.number} is resolved, since {units.formatted(case.resolved_at, zone, now)}.",
                hint=f"suptime case reopen {case.number}",
            )
        taken = _clash(tx, asked)
        if taken is not None:
            raise NotPossible(
                f"{asked.agent} already has an appointment then: A{taken.id} on {taken.case}, "
                f"{units.formatted(taken.starts_at, zone, now)} to "
                f"{units.formatted(taken.ends_at, zone, now)}.",
                hint=f"Choose another time, or: suptime appointment cancel A{taken.id}",
            )
        contract = contract_of(tx, case.contract)
        version = agreement.in_force(contract, asked.starts_at, "The appointment would be")
        if not bills_appointments(version):
            raise Refused(
                f"{contract.code} has no appointments: its contract file has no table [appointments].",
                hint=f"suptime contract show {contract.code}",
            )
        booked = tx.appointments.add(
            Appointment(0, case.number, asked.agent, asked.starts_at, asked.ends_at, asked.channel)
        )
        worked = _work_in(tx, booked) is not None
    return Result(booked, {"appointment": document(booked, now, worked=worked)})


def get(store: Store, number: int) -> Appointment:
    """Return an appointment.

    Raises:
        NotPossible: nothing has that id.
    """
    with store.reading() as tx:
        return lookup.appointment(tx, number)


def edit(
    store: Store,
    number: int,
    *,
    starts_at: Instant | None = None,
    ends_at: Instant | None = None,
    case: str | None = None,
    channel: str | None = None,
    worker: str | None = None,
    now: Instant,
    agent: str,
    zone: Zone,
) -> Result[Appointment]:
    """Correct an appointment. With only a new start, the length stays.

    Raises:
        WrongUsage: no change is given, its end is not after its start, or it is longer than 24 hours.
        NotPossible: no such appointment or case, or the agent has another appointment then.
        Refused: the contract has no appointments on that day, or does not sell the channel.
    """
    if not any((starts_at, ends_at, case, channel, worker)):
        raise WrongUsage("Nothing to change.", hint="Add --from, --to, --case, --channel or --agent.")
    with changing(store, now, agent, "appointment edit") as tx:
        before = lookup.appointment(tx, number)
        start = before.starts_at if starts_at is None else starts_at
        end = start + before.span.seconds if ends_at is None and starts_at is not None else ends_at
        after = replace(
            before,
            case=before.case if case is None else lookup.case(tx, case).number,
            agent=worker or before.agent,
            starts_at=start,
            ends_at=before.ends_at if end is None else end,
            channel=channel or before.channel,
        )
        shown = [units.formatted(one, zone, now) for one in (after.starts_at, after.ends_at)]
        if not 0 < after.span.seconds <= DAY:
            raise WrongUsage(
                f"An appointment must last from 1 second to 24 hours, not from {shown[0]} to {shown[1]}."
            )
        asked = Booking(after.case, after.starts_at, after.ends_at, after.agent, after.channel)
        taken = _clash(tx, asked, but=number) if after.cancelled_at is None else None
        if taken is not None:
            raise NotPossible(
                f"{after.agent} already has an appointment then: A{taken.id} on {taken.case}.",
                hint="Choose another time.",
            )
        contract = contract_of(tx, lookup.case(tx, after.case).contract)
        version = agreement.in_force(contract, after.starts_at, "The appointment would be")
        if not bills_appointments(version):
            raise Refused(
                f"{contract.code} has no appointments: its contract file has no table [appointments].",
                hint=f"suptime contract show {contract.code}",
            )
        refuse_untaken(contract, (), [after])
        if after != before:
            tx.appointments.save(after)
        worked = _work_in(tx, after) is not None
    return Result(after, {"appointment": document(after, now, worked=worked)}, changed=after != before)


def delete(store: Store, number: int, *, now: Instant, agent: str) -> Result[Appointment]:
    """Delete an appointment.

    Raises:
        NotPossible: there is no such appointment.
    """
    with changing(store, now, agent, "appointment delete") as tx:
        gone = lookup.appointment(tx, number)
        worked = _work_in(tx, gone) is not None
        tx.appointments.delete(number)
    return Result(gone, {"appointment": document(gone, now, worked=worked)})


def _clash(tx: Transaction, asked: Booking, *, but: int | None = None) -> Appointment | None:
    """Return an appointment of the same agent, except `but`, that overlaps the one `asked` for."""
    for other in tx.appointments.find(agent=asked.agent):
        if other.id == but:
            continue
        live = other.cancelled_at is None and other.missed_by is None
        if live and other.starts_at < asked.ends_at and asked.starts_at < other.ends_at:
            return other
    return None


def cancel(
    store: Store,
    number: int,
    *,
    by: str = "client",
    at: Instant | None = None,
    now: Instant,
    agent: str,
    zone: Zone,
) -> Result[Appointment]:
    """Record that an appointment was cancelled `by` the client or by us, `at` an instant (default: now) (B8).

    Raises:
        WrongUsage: `at` is in the future.
        NotPossible: no such appointment; it is cancelled or missed already, was over by then, or has
            work.
    """
    cancelled_at = now if at is None else at
    not_ahead(cancelled_at, now, zone, "A cancellation at")
    with changing(store, now, agent, "appointment cancel") as tx:
        before = lookup.appointment(tx, number)
        _not_cancelled(before, zone, now)
        if before.missed_by is not None:
            raise NotPossible(f"A{number} is already recorded as missed by {_party(before.missed_by)}.")
        if cancelled_at >= before.ends_at:
            raise NotPossible(
                f"A{number} was already over: it ended at {units.formatted(before.ends_at, zone, now)}.",
                hint=f"suptime appointment missed A{number}",
            )
        _not_worked(tx, before)
        after = replace(before, cancelled_at=cancelled_at, cancelled_by=by)
        tx.appointments.save(after)
    return Result(after, {"appointment": document(after, now, worked=False)})


def record_missed(
    store: Store, number: int, *, by: str = "client", now: Instant, agent: str, zone: Zone
) -> Result[Appointment]:
    """Record that the client or we missed an appointment (B5). The last record counts.

    Raises:
        NotPossible: no such appointment; it is cancelled, not over yet, or has work.
    """
    with changing(store, now, agent, "appointment missed") as tx:
        before = lookup.appointment(tx, number)
        _not_cancelled(before, zone, now)
        if now < before.ends_at:
            raise NotPossible(
                f"A{number} is not over: it ends at {units.formatted(before.ends_at, zone, now)}.",
                hint=f"suptime appointment cancel A{number}",
            )
        _not_worked(tx, before)
        after = replace(before, missed_by=by)
        if after != before:
            tx.appointments.save(after)
    return Result(after, {"appointment": document(after, now, worked=False)}, changed=after != before)


def _not_cancelled(appointment: Appointment, zone: Zone, now: Instant) -> None:
    if appointment.cancelled_at is not None:
        raise NotPossible(
            f"A{appointment.id} is cancelled already, by {_party(appointment.cancelled_by)} "
            f"at {units.formatted(appointment.cancelled_at, zone, now)}."
        )


def _not_worked(tx: Transaction, appointment: Appointment) -> None:
    unit = _work_in(tx, appointment)
    if unit is not None:
        raise NotPossible(
            f"{appointment.agent} worked in A{appointment.id}: U{unit.id} on {unit.case}.",
            hint="If that is wrong, first correct the unit.",
        )


def _work_in(tx: Transaction, appointment: Appointment) -> WorkUnit | None:
    """Return the first unit of its agent on its case with time inside `appointment`, or running in it."""
    for unit in tx.units.find(
        start=appointment.starts_at, end=appointment.ends_at, case=appointment.case, agent=appointment.agent
    ):
        if unit.ended_at is None or unit.span.overlap(appointment.span):
            return unit
    return None


def list_all(
    store: Store,
    *,
    client: str | None = None,
    case: str | None = None,
    agent: str | None = None,
    now: Instant,
    zone: Zone | None = None,
    period: Callable[[Zone], Span] = lambda _: ANY,
) -> list[tuple[dict[str, Any], Zone]]:
    """Return the appointments (of one client, case, agent) that overlap the `period`, by start, then id.

    They are documents, each with its zone: the `zone` of the page, or the contract's if it is None.

    Raises:
        NotPossible: no such client or case.
    """
    with store.reading() as tx:
        code = None if client is None else lookup.client(tx, client).code
        number = None if case is None else lookup.case(tx, case).number
        found = tx.appointments.find(client=code, case=number, agent=agent)
        cases = [] if zone else tx.cases.find(numbers={one.case for one in found})
        zones = zones_of(tx, cases)
        its = {one.id: zone or zones[one.case] for one in found}
        touching = (one for one in found if clipped(one.span, period(its[one.id])))
        found = sorted(touching, key=lambda a: (a.starts_at, a.id))
        return [(document(a, now, worked=_work_in(tx, a) is not None), its[a.id]) for a in found]


def document(appointment: Appointment, now: Instant, *, worked: bool) -> dict[str, Any]:
    """Return an appointment as JSON shows it; `worked` is True if its agent worked in it."""
    return {
        "id": f"A{appointment.id}",
        "case": appointment.case,
        "agent": appointment.agent,
        "starts_at": rfc3339(appointment.starts_at),
        "ends_at": rfc3339(appointment.ends_at),
        "channel": appointment.channel,
        "cancelled_at": None if appointment.cancelled_at is None else rfc3339(appointment.cancelled_at),
        "cancelled_by": appointment.cancelled_by,
        "missed_by": appointment.missed_by,
        "state": state(appointment, now, worked=worked),
    }


def state(appointment: Appointment, now: Instant, *, worked: bool) -> str:
    """Return `booked` until it is over, then `worked` or `missed`; or `cancelled`."""
    if appointment.cancelled_at is not None:
        return "cancelled"
    if worked:
        return "worked"
    over = appointment.missed_by is not None or appointment.ends_at <= now
    return "missed" if over else "booked"


def _party(by: str | None) -> str:
    return "us" if by == "us" else "the client"
