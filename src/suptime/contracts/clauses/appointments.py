"""B5, B8: a block is billed as booked; cancelled late or missed, it costs a late cancellation."""

from dataclasses import dataclass

from suptime.contracts.clause import Clause
from suptime.domain.booking import Appointment
from suptime.domain.contract import Version
from suptime.domain.reading import Table
from suptime.domain.sentence import Length, sentence
from suptime.domain.time import MINUTE, Minutes, Seconds

BILL = ("booked", "worked")


@dataclass(frozen=True, slots=True)
class Appointments:
    """How blocks are billed, until when cancelling is free, and what it costs later."""

    bill: str = "booked"
    cancel_free_before: Seconds = 0
    late_cancel_charge: Minutes = 0


def cancelled_late(terms: Appointments, appointment: Appointment) -> bool:
    """B8: whether the client cancelled less than `cancel_free_before` ahead. Exactly that long is in time.

    >>> booked = Appointment(1, "CASE-1", "ana", 100_000, 103_600, cancelled_at=13_600, cancelled_by="client")
    >>> cancelled_late(Appointments(cancel_free_before=86_400), booked)
    False
    """
    return (
        appointment.cancelled_at is not None
        and appointment.cancelled_by != "us"
        and appointment.starts_at - appointment.cancelled_at < terms.cancel_free_before
    )


def read(table: Table) -> Appointments:
    """The terms of `[appointments]`."""
    return Appointments(
        bill=table.choice("bill", BILL, "booked"),
        cancel_free_before=table.duration("cancel_free_before", 0),
        late_cancel_charge=table.duration("late_cancel_charge", 0, whole_minutes=True) // MINUTE,
    )


def sentences(terms: Appointments, version: Version) -> list[str]:  # noqa: ARG001
    """How appointments are billed, in the client's words."""
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
                ahead=Length(terms.cancel_free_before),
                charge=Length(terms.late_cancel_charge * MINUTE),
            )
        )
    else:
        told.append(sentence("An appointment that is cancelled or missed costs nothing."))
    return told


CLAUSE = Clause("appointments", Appointments, read, sentences, ("B5", "B8"))
