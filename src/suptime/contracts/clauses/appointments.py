"""Bill a worked block as booked; charge late cancellations and missed appointments (B5, B8)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from suptime.contracts.clause import Clause
from suptime.contracts.clauses.prices import Prices
from suptime.contracts.clauses.rounding import terms_of, whole_minutes
from suptime.domain.booking import Appointment
from suptime.domain.charge import ChargeKind, Row
from suptime.domain.contract import Contract, Version
from suptime.domain.outcome import AppointmentOutcome, AppointmentState, Outcome, Reason, Share
from suptime.domain.reading import Table
from suptime.domain.sentence import Moment, Term, mark, sentence
from suptime.domain.time import MINUTE, Instant, Minutes, Seconds
from suptime.domain.work import WorkUnit

BILL = ("booked", "worked")


@dataclass(frozen=True, slots=True)
class Appointments:
    """Billing of blocks, the time for free cancellation, and the charge after it."""

    bill: str = "booked"
    cancel_free_before: Seconds = 0
    late_cancel_charge: Minutes = 0


def cancelled_late(terms: Appointments, appointment: Appointment) -> bool:
    """Return whether the client cancelled less than `cancel_free_before` ahead (B8). Exactly that long is in time.

    >>> booked = Appointment(1, "CASE-1", "ana", 100_000, 103_600, cancelled_at=13_600, cancelled_by="client")
    >>> cancelled_late(Appointments(cancel_free_before=86_400), booked)
    False
    """
    return (
        appointment.cancelled_at is not None
        and appointment.cancelled_by != "us"
        and appointment.starts_at - appointment.cancelled_at < terms.cancel_free_before
    )


def state_of(
    appointment: Appointment, contract: Contract, units: list[WorkUnit], as_of: Instant
) -> AppointmentState:
    """Return the state of `appointment` at `as_of`; `units` is the work on its case."""
    own = [u for u in units if u.agent == appointment.agent]
    terms = _in_force(contract, appointment.starts_at)
    if appointment.cancelled_at is not None:
        if appointment.cancelled_by == "us":
            return AppointmentState(appointment, "cancelled-by-us")
        terms = _in_force(contract, appointment.cancelled_at)
        late = terms is not None and cancelled_late(terms, appointment)
        return (
            AppointmentState(appointment, "cancelled-late", appointment.cancelled_at)
            if late
            else AppointmentState(appointment, "cancelled")
        )
    if terms is None:
        return AppointmentState(appointment, "not-billed")
    if appointment.ends_at > as_of:
        return AppointmentState(appointment, "ahead")
    if any(u.ended_at is None and u.started_at < appointment.ends_at for u in own):
        return AppointmentState(appointment, "running")
    if any(u.ended_at is not None and u.span.overlap(appointment.span) for u in own):
        return AppointmentState(appointment, "block", appointment.starts_at)
    if appointment.missed_by == "us":
        return AppointmentState(appointment, "missed-by-us")
    return AppointmentState(appointment, "missed", appointment.starts_at)


_REASONS = {
    "ahead": mark("Still ahead: an appointment is charged from its end on."),
    "running": mark("Work in it is still running."),
    "missed-by-us": mark("We missed it: it costs nothing."),
    "cancelled": mark("Cancelled in time: it costs nothing."),
    "cancelled-by-us": mark("Cancelled by us: it costs nothing."),
    "not-billed": mark("The contract bills no appointments."),
}


def outcome_of(
    state: AppointmentState, decision: tuple[Outcome, Reason] | None, contract: Contract
) -> AppointmentOutcome:
    """Return the outcome of an appointment, with its minutes: those booked of a block, the charge of a missed one.

    A block that is billed as worked has 0 minutes here; they are counted with its time.
    """
    booked = state.appointment
    at = state.decided_at if state.decided_at is not None else booked.starts_at
    version = contract.nearest(at)
    day = version.zone.day(at)
    terms = version.get(Appointments) or Appointments()
    if decision is None:
        return AppointmentOutcome(
            booked,
            state.state,
            None,
            Reason("appointments", sentence(_REASONS[state.state])),
            day,
            version,
        )
    outcome, reason = decision
    if outcome is not Outcome.CHARGEABLE:
        return AppointmentOutcome(booked, state.state, outcome, reason, day, version)
    when = Moment(booked.starts_at, version.zone)
    if state.state == "block":
        minutes = booked.span.seconds // 60 if terms.bill == "booked" else 0
        words = (
            sentence("Booked ahead and worked: billed as booked.")
            if terms.bill == "booked"
            else sentence("Booked ahead and worked: billed as worked.")
        )
    else:
        minutes = terms.late_cancel_charge
        words = (
            sentence("The appointment on {when} was cancelled late.", when=when)
            if state.state == "cancelled-late"
            else sentence(
                "The appointment on {when} was missed: charged like a late cancellation.", when=when
            )
        )
    return AppointmentOutcome(
        booked, state.state, outcome, Reason("appointments", words), day, version, minutes
    )


def _in_force(contract: Contract, instant: Instant) -> Appointments | None:
    """Return the terms in force at `instant`; None also if there is no price of an hour to bill appointments."""
    version = contract.at(instant)
    prices = version.get(Prices) if version else None
    if version is None or prices is None or prices.on("hour", version.zone.day(instant)) is None:
        return None
    return version.get(Appointments)


def measure(shares: Iterable[Share], outcomes: Iterable[AppointmentOutcome]) -> tuple[list[Row], list[Share]]:
    """Return the rows of blocks and late cancellations, and the chargeable `shares` outside blocks (B5, B8)."""
    blocks: dict[tuple[str, str], list[AppointmentOutcome]] = defaultdict(list)
    rows: list[Row] = []
    for outcome in outcomes:
        if outcome.is_block:
            blocks[outcome.appointment.case, outcome.appointment.agent].append(outcome)
        elif outcome.outcome is Outcome.CHARGEABLE and outcome.minutes:
            rows.append(_row(outcome, ChargeKind.LATE_CANCELLATION))
    inside: dict[int, list[Share]] = defaultdict(list)
    outside: list[Share] = []
    for share in shares:
        unit = share.piece.unit
        block = next((b for b in blocks.get((unit.case, unit.agent), ()) if _is_inside(share, b)), None)
        (inside[block.appointment.id] if block else outside).append(share)
    rows += [_block(one, inside[one.appointment.id]) for its in blocks.values() for one in its]
    return rows, outside


def _is_inside(share: Share, outcome: AppointmentOutcome) -> bool:
    return (
        outcome.appointment.starts_at <= share.piece.span.start
        and share.piece.span.end <= outcome.appointment.ends_at
    )


def _row(outcome: AppointmentOutcome, kind: ChargeKind) -> Row:
    booked = outcome.appointment
    return Row(
        kind,
        booked.case,
        outcome.day,
        outcome.version,
        tariff=outcome.tariff,
        appointment=booked.id,
        starts_at=booked.starts_at,
        agent=booked.agent,
        quantity=outcome.minutes,
        reason=outcome.reason.text,
        clauses=("appointments",),
    )


def _block(outcome: AppointmentOutcome, shares: Sequence[Share]) -> Row:
    """Return a block as booked (B5); or the chargeable time inside it, in whole minutes without further rounding."""
    row = _row(outcome, ChargeKind.BLOCK)
    row.worked_seconds = sum(s.seconds for s in shares)
    row.units = {s.piece.unit.id: None for s in shares}
    terms = outcome.version.get(Appointments)
    if terms and terms.bill == "worked":
        row.quantity = whole_minutes(row.worked_seconds, terms_of(outcome.version).partial_minute)
    return row


def read(table: Table) -> Appointments:
    """Return the terms of `[appointments]`."""
    return Appointments(
        bill=table.choice("bill", BILL, "booked"),
        cancel_free_before=table.duration("cancel_free_before", 0),
        late_cancel_charge=table.duration("late_cancel_charge", 0, whole_minutes=True) // MINUTE,
    )


def sentences(terms: Appointments, version: Version) -> list[str]:  # noqa: ARG001
    """Return how appointments are billed, in words for the client."""
    told: list[str] = [
        sentence("Time booked ahead is billed as booked, without rounding.")
        if terms.bill == "booked"
        else sentence("Time booked ahead is billed as worked, without rounding.")
    ]
    if terms.late_cancel_charge:
        told.append(
            sentence(
                "An appointment cancelled at least {ahead} before its start costs nothing; "
                "cancelled later, or missed, it is billed as {charge}.",
                ahead=Term(terms.cancel_free_before),
                charge=Term(terms.late_cancel_charge * MINUTE),
            )
        )
    else:
        told.append(sentence("An appointment that is cancelled or missed costs nothing."))
    return told


CLAUSE = Clause("appointments", Appointments, read, sentences, ("B5", "B8"))
