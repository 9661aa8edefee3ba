"""What becomes of appointments: blocks, missed ones, cancellations (rating.md, 2).

All three are decided as a whole, as that agent's time would be at one instant: the
appointment's start, or the moment of a late cancellation. The instant takes part in the
decisions about its case as a piece of no length, so limits that other time uses up count.
"""

from dataclasses import dataclass
from datetime import date

from suptime.clauses.appointments import Appointments, cancelled_late
from suptime.clauses.prices import Prices
from suptime.domain.contract import Contract, Version
from suptime.domain.outcome import Outcome, Piece, Reason
from suptime.domain.said import Moment, later, said
from suptime.domain.timespan import Instant, Minutes, Span
from suptime.domain.work import Appointment, WorkUnit
from suptime.rating.decide import nearest_version


@dataclass(frozen=True, slots=True)
class Standing:
    """What an appointment comes to before it is known whether its case is chargeable.

    `state` is `ahead`, `running`, `block`, `missed`, `missed-by-us`, `cancelled`,
    `cancelled-by-us`, `cancelled-late` or `not-billed` (the contract bills none);
    `decided_at` is the instant to decide at, or None where nothing can be charged.
    """

    appointment: Appointment
    state: str
    decided_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Fate:
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


def stands(appointment: Appointment, contract: Contract, units: list[WorkUnit], as_of: Instant) -> Standing:
    """How APPOINTMENT stands at AS_OF; UNITS is the work on its case."""
    own = [u for u in units if u.agent == appointment.agent]
    terms = _terms(contract, appointment.starts_at)
    if appointment.cancelled_at is not None:
        if appointment.cancelled_by == "us":
            return Standing(appointment, "cancelled-by-us")
        terms = _terms(contract, appointment.cancelled_at)
        late = terms is not None and cancelled_late(terms, appointment)
        return (
            Standing(appointment, "cancelled-late", appointment.cancelled_at)
            if late
            else Standing(appointment, "cancelled")
        )
    if terms is None:
        return Standing(appointment, "not-billed")
    if appointment.ends_at > as_of:
        return Standing(appointment, "ahead")
    if any(u.ended_at is None and u.started_at < appointment.ends_at for u in own):
        return Standing(appointment, "running")
    if any(u.ended_at is not None and u.span.overlap(appointment.span) for u in own):
        return Standing(appointment, "block", appointment.starts_at)
    if appointment.missed_by == "us":
        return Standing(appointment, "missed-by-us")
    return Standing(appointment, "missed", appointment.starts_at)


def stand_in(standing: Standing, contract: Contract) -> Piece | None:
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
    "ahead": later("Still ahead: an appointment is charged from its end on."),
    "running": later("Work in it is still running."),
    "missed-by-us": later("We missed it: it costs nothing."),
    "cancelled": later("Cancelled in time: it costs nothing."),
    "cancelled-by-us": later("Cancelled by us: it costs nothing."),
    "not-billed": later("The contract bills no appointments."),
}


def fate_of(standing: Standing, decision: tuple[Outcome, Reason] | None, contract: Contract) -> Fate:
    """What became of an appointment, with its minutes: those booked of a block, the charge of a missed one.

    A block that is billed as worked has 0 minutes here; they are counted with its time.
    """
    booked = standing.appointment
    at = standing.decided_at if standing.decided_at is not None else booked.starts_at
    version = contract.at(at) or nearest_version(contract, at)
    day = version.zone.day(at)
    terms = version.get(Appointments) or Appointments()
    if decision is None:
        return Fate(
            booked, standing.state, None, Reason("appointments", said(_REASONS[standing.state])), day, version
        )
    outcome, reason = decision
    if outcome is not Outcome.CHARGEABLE:
        return Fate(booked, standing.state, outcome, reason, day, version)
    when = Moment(booked.starts_at, version.zone)
    if standing.state == "block":
        minutes = booked.span.seconds // 60 if terms.bill == "booked" else 0
        words = (
            said("Booked ahead and worked: billed as booked.")
            if terms.bill == "booked"
            else said("Booked ahead and worked: billed as worked.")
        )
    else:
        minutes = terms.late_cancel_charge
        words = (
            said("The appointment on {when} was cancelled late.", when=when)
            if standing.state == "cancelled-late"
            else said("The appointment on {when} was missed: charged like a late cancellation.", when=when)
        )
    return Fate(booked, standing.state, outcome, Reason("appointments", words), day, version, minutes)


def _terms(contract: Contract, instant: Instant) -> Appointments | None:
    """The clause in force at INSTANT; None, too, where no hour has a price, by which appointments are billed."""
    version = contract.at(instant)
    prices = version.get(Prices) if version else None
    if version is None or prices is None or prices.on("hour", version.zone.day(instant)) is None:
        return None
    return version.get(Appointments)
