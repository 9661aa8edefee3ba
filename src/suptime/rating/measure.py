"""Step 2, measure: how much of the chargeable time is charged (rating.md, 2)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from suptime.contracts.clauses import measuring_clause, rounding
from suptime.contracts.clauses.appointments import Appointments, cancelled_late
from suptime.contracts.clauses.prices import Prices
from suptime.domain.booking import Appointment, WorkUnit
from suptime.domain.case import CaseFacts
from suptime.domain.charge import ChargeKind, Row, RowKey
from suptime.domain.contract import Contract, Version
from suptime.domain.outcome import Outcome, Piece, Reason, Share
from suptime.domain.sentence import Moment, mark, sentence
from suptime.domain.time import Instant, Minutes, Span
from suptime.rating.decide import nearest_version


@dataclass(frozen=True, slots=True)
class AppointmentState:
    """What an appointment comes to before it is known whether its case is chargeable.

    `state` is `ahead`, `running`, `block`, `missed`, `missed-by-us`, `cancelled`,
    `cancelled-by-us`, `cancelled-late` or `not-billed` (the contract bills none);
    `decided_at` is the instant to decide at, or None where nothing can be charged.
    """

    appointment: Appointment
    state: str
    decided_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class AppointmentOutcome:
    """What became of an appointment. `outcome` is None where nothing was to be decided."""

    appointment: Appointment
    state: str
    outcome: Outcome | None
    reason: Reason
    day: date
    version: Version
    minutes: Minutes = 0

    @property
    def is_block(self) -> bool:
        """Whether it takes the chargeable time inside it."""
        return self.state == "block" and self.outcome is Outcome.CHARGEABLE


def stands(
    appointment: Appointment, contract: Contract, units: list[WorkUnit], as_of: Instant
) -> AppointmentState:
    """How APPOINTMENT stands at AS_OF; UNITS is the work on its case."""
    own = [u for u in units if u.agent == appointment.agent]
    terms = _terms(contract, appointment.starts_at)
    if appointment.cancelled_at is not None:
        if appointment.cancelled_by == "us":
            return AppointmentState(appointment, "cancelled-by-us")
        terms = _terms(contract, appointment.cancelled_at)
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


def stand_in(standing: AppointmentState, contract: Contract) -> Piece | None:
    """The piece of no length by which an appointment takes part in the decisions, if it does.

    It is the agent's time on the channel booked, never a guest's, waived as the appointment is.
    """
    if standing.decided_at is None:
        return None
    booked = standing.appointment
    at = standing.decided_at
    version = contract.at(at) or nearest_version(contract, at)
    unit = WorkUnit(0, booked.case, booked.agent, booked.channel or "", at, at, waived=booked.waived)
    return Piece(unit, Span(at, at), version.zone.day(at), version)


_REASONS = {
    "ahead": mark("Still ahead: an appointment is charged from its end on."),
    "running": mark("Work in it is still running."),
    "missed-by-us": mark("We missed it: it costs nothing."),
    "cancelled": mark("Cancelled in time: it costs nothing."),
    "cancelled-by-us": mark("Cancelled by us: it costs nothing."),
    "not-billed": mark("The contract bills no appointments."),
}


def outcome_of(
    standing: AppointmentState, decision: tuple[Outcome, Reason] | None, contract: Contract
) -> AppointmentOutcome:
    """What became of an appointment, with its minutes: those booked of a block, the charge of a missed one.

    A block that is billed as worked has 0 minutes here; they are counted with its time.
    """
    booked = standing.appointment
    at = standing.decided_at if standing.decided_at is not None else booked.starts_at
    version = contract.at(at) or nearest_version(contract, at)
    day = version.zone.day(at)
    terms = version.get(Appointments) or Appointments()
    if decision is None:
        return AppointmentOutcome(
            booked,
            standing.state,
            None,
            Reason("appointments", sentence(_REASONS[standing.state])),
            day,
            version,
        )
    outcome, reason = decision
    if outcome is not Outcome.CHARGEABLE:
        return AppointmentOutcome(booked, standing.state, outcome, reason, day, version)
    when = Moment(booked.starts_at, version.zone)
    if standing.state == "block":
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
            if standing.state == "cancelled-late"
            else sentence(
                "The appointment on {when} was missed: charged like a late cancellation.", when=when
            )
        )
    return AppointmentOutcome(
        booked, standing.state, outcome, Reason("appointments", words), day, version, minutes
    )


def _terms(contract: Contract, instant: Instant) -> Appointments | None:
    """The clause in force at INSTANT; None, too, where no hour has a price, by which appointments are billed."""
    version = contract.at(instant)
    prices = version.get(Prices) if version else None
    if version is None or prices is None or prices.on("hour", version.zone.day(instant)) is None:
        return None
    return version.get(Appointments)


def measure(
    shares: Iterable[Share], fates: Iterable[AppointmentOutcome], cases: Mapping[str, CaseFacts]
) -> list[Row]:
    """The rows of all chargeable SHARES and of the appointments' FATES; rows of nothing are left out.

    Time inside a charged block is the block's; the rest is measured the contract's way.
    """
    blocks: dict[tuple[str, str], list[AppointmentOutcome]] = defaultdict(list)
    rows: list[Row] = []
    for fate in fates:
        if fate.is_block:
            blocks[fate.appointment.case, fate.appointment.agent].append(fate)
        elif fate.outcome is Outcome.CHARGEABLE and fate.minutes:
            rows.append(_of_appointment(fate, ChargeKind.LATE_CANCELLATION))
    in_block: dict[int, list[Share]] = defaultdict(list)
    by_way: dict[str, list[Share]] = defaultdict(list)
    ways = {}
    for share in shares:
        if share.outcome is Outcome.CHARGEABLE:
            unit = share.piece.unit
            block = next((f for f in blocks.get((unit.case, unit.agent), ()) if _inside(share, f)), None)
            if block:
                in_block[block.appointment.id].append(share)
            else:
                way = measuring_clause(share.piece.version)
                ways[way.table] = way
                by_way[way.table].append(share)
    for of_agent in blocks.values():
        rows += [_block(fate, in_block[fate.appointment.id]) for fate in of_agent]
    for table, its in by_way.items():
        counted = ways[table].measure
        rows += counted(its, cases) if counted else []
    return merged(row for row in rows if row.quantity)


def merged(rows: Iterable[Row]) -> list[Row]:
    """ROWS with one of each key: versions in two zones may share a day of a case."""
    found: dict[RowKey, Row] = {}
    for row in rows:
        same = found.setdefault(row.key, row)
        if same is not row:
            same.quantity += row.quantity
            same.worked_seconds += row.worked_seconds
            same.units |= row.units
    return list(found.values())


def _inside(share: Share, fate: AppointmentOutcome) -> bool:
    return (
        fate.appointment.starts_at <= share.piece.span.start
        and share.piece.span.end <= fate.appointment.ends_at
    )


def _of_appointment(fate: AppointmentOutcome, kind: ChargeKind) -> Row:
    booked = fate.appointment
    return Row(
        kind,
        booked.case,
        fate.day,
        fate.version,
        appointment=booked.id,
        starts_at=booked.starts_at,
        agent=booked.agent,
        quantity=fate.minutes,
        reason=fate.reason.text,
        clauses=("appointments",),
    )


def _block(fate: AppointmentOutcome, shares: Sequence[Share]) -> Row:
    """B5: a block as booked; or the chargeable time inside it, in whole minutes and not rounded further."""
    row = _of_appointment(fate, ChargeKind.BLOCK)
    row.worked_seconds = sum(s.seconds for s in shares)
    row.units = {s.piece.unit.id: None for s in shares}
    terms = fate.version.get(Appointments)
    if terms and terms.bill == "worked":
        row.quantity = rounding.whole_minutes(
            row.worked_seconds, rounding.terms_of(fate.version).partial_minute
        )
    return row
