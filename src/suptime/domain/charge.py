"""What is to be paid: one row for a case and day, a block, a late cancellation."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from suptime.domain.case import number_order
from suptime.domain.timespan import Minutes, Seconds


class ChargeKind(StrEnum):
    """The kinds of lines on an invoice."""

    TIME = "time"
    BLOCK = "block"
    LATE_CANCELLATION = "late-cancellation"
    INCIDENT = "incident"
    MINUTES = "minutes"
    FEE = "fee"
    PREPAID_SALE = "prepaid-sale"
    ADJUSTMENT = "adjustment"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw-down: what one purchase pays of one charge, in the purchase's own unit."""

    purchase: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Charge:
    """One row: what is to be paid for a case and day, with the clauses that made it.

    `appointment` and `agent` are the block's or the cancelled appointment's, else 0 and "".
    `price` is of one hour, `net` is in `currency`, rounded once (rating.md, 4).
    """

    kind: ChargeKind
    contract: str
    case: str
    day: date
    worked_seconds: Seconds
    billed_minutes: Minutes
    price: Decimal
    net: Decimal
    currency: str
    appointment: int = 0
    agent: str = ""
    units: tuple[int, ...] = ()
    clauses: tuple[str, ...] = ()
    reason: str = ""
    draws: tuple[Draw, ...] = field(default=())

    @property
    def prepaid_minutes(self) -> Minutes:
        """What purchases of hours pay of it."""
        return sum(d.quantity for d in self.draws)

    @property
    def invoiced_minutes(self) -> Minutes:
        """What is left to invoice."""
        return self.billed_minutes - self.prepaid_minutes

    @property
    def order(self) -> tuple[object, ...]:
        """The order in which rows stand on an invoice: by case number, day, kind, appointment."""
        return (number_order(self.case), self.day, self.kind, self.appointment)
