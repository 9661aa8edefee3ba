"""Bookings: appointments and purchases."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from suptime.domain import values
from suptime.domain.time import Instant, Span
from suptime.domain.work import CHANNEL

NET = "net"
"""Basis of sold money that invoices deduct without tax."""

PARTY = values.choice("party", ("client", "us"))


@dataclass(frozen=True, slots=True)
class Appointment:
    """Time booked in advance for one agent on one case.

    `cancelled_by` and `missed_by` are "client" or "us", or None.
    """

    id: Annotated[int, values.identity("A")]
    case: Annotated[str, values.CASE_NUMBER]
    agent: Annotated[str, values.AGENT]
    starts_at: Annotated[Instant, values.INSTANT]
    ends_at: Annotated[Instant, values.INSTANT]
    channel: Annotated[str | None, CHANNEL] = None
    cancelled_at: Annotated[Instant | None, values.INSTANT] = None
    cancelled_by: Annotated[str | None, PARTY] = None
    missed_by: Annotated[str | None, PARTY] = None
    waived: Annotated[str | None, values.line("reason")] = None

    @property
    def span(self) -> Span:
        """Booked start and end."""
        return Span(self.starts_at, self.ends_at)


@dataclass(frozen=True, slots=True)
class PurchaseReturn:
    """A quantity that was taken out of a purchase on a day.

    `sale` is the invoice that sold it, `number` the credit note for its part of the price, and `net` that part; each
    may be None. `becomes` is the purchase that a late credit note made of it (F10).
    """

    purchase: int
    on: date
    quantity: Decimal
    reason: str
    sale: str | None = None
    number: str | None = None
    net: Decimal | None = None
    becomes: int | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Purchase:
    """Prepaid hours (as whole minutes), incidents (as a whole number) or money, bought on a day.

    `price` is the price to invoice, or None. A mistyped purchase was voided at `voided_at`: it stays on record, but does
    not count. `basis` is "net" if invoices deduct the money without tax, and None for money that an older version
    sold, which pays amounts due. `returns` are the quantities taken out of it; `source` is the purchase that it
    was a part of (F10).
    """

    id: int
    contract: str
    on: date
    quantity: Decimal
    price: Decimal | None = None
    voided_at: Instant | None = None
    basis: str | None = None
    returns: tuple[PurchaseReturn, ...] = ()
    source: int | None = None

    def returned(self, through: date = date.max) -> Decimal:
        """Return the quantity taken out on days through `through`."""
        return sum((one.quantity for one in self.returns if one.on <= through), Decimal(0))

    @property
    def given_back(self) -> Decimal:
        """The quantity taken out permanently, without parts that became other purchases."""
        return sum((one.quantity for one in self.returns if one.becomes is None), Decimal(0))

    @property
    def kept(self) -> Decimal:
        """The quantity that can be used: everything not taken out."""
        return self.quantity - self.returned()

    @property
    def is_net(self) -> bool:
        """Whether it is sold money: a prepayment invoice charges it, and later invoices deduct it (F15)."""
        return self.basis == NET


@dataclass(frozen=True, slots=True)
class Stock:
    """A purchase with its last valid day under the contract (None: never expires), and its unit."""

    purchase: Purchase
    valid_through: date | None
    unit: str = "hours"

    def pays_on(self, day: date) -> bool:
        """Return whether the purchase pays for `day`: from its own date through its last valid day (B6).

        >>> stock = Stock(Purchase(1, "c", date(2026, 7, 1), Decimal(600)), date(2026, 9, 29))
        >>> stock.pays_on(date(2026, 9, 29)), stock.pays_on(date(2026, 9, 30))
        (True, False)
        """
        return self.purchase.on <= day and (self.valid_through is None or day <= self.valid_through)

    def forfeited_by(self, day: date) -> bool:
        """Return whether the rest is forfeited on `day`: the day after the last valid one, or later."""
        return self.valid_through is not None and day > self.valid_through


def in_order(stocks: Iterable[Stock]) -> list[Stock]:
    """Sort `stocks` in the order in which they pay: by expiry, then by age."""
    return sorted(stocks, key=lambda s: (s.valid_through or date.max, s.purchase.on, s.purchase.id))
