"""What is to be paid: one row for a case and day, a block, a late cancellation, an incident."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from suptime.domain.case import number_order
from suptime.domain.contract import Version
from suptime.domain.outcome import Tariff
from suptime.domain.time import Instant, Minutes, Month, Seconds


class ChargeKind(StrEnum):
    """The kinds of lines on an invoice."""

    TIME = "time"
    BLOCK = "block"
    LATE_CANCELLATION = "late-cancellation"
    INCIDENT = "incident"
    MINUTES = "minutes"
    FEE = "fee"
    PREPAID_SALE = "prepaid-sale"
    PREPAYMENT = "prepayment"
    ADJUSTMENT = "adjustment"
    CREDIT = "credit"


PURCHASED = frozenset({ChargeKind.PREPAID_SALE, ChargeKind.PREPAYMENT})
"""The kinds of lines that are about a purchase."""


class RowKey(NamedTuple):
    """By what a row is known again: case, day, kind, appointment or window (rating.md, 5).

    `appointment` is the id of the block or missed appointment, or of the purchase sold or deducted;
    `starts_at` the opening of an incident's window; else 0. Fees and sales have no case.
    """

    kind: ChargeKind
    case: str
    day: date
    appointment: int = 0
    starts_at: Instant = 0
    tariff: str = ""


MINUTE_UNIT, INCIDENT_UNIT = "minute", "incident"


class Filling(NamedTuple):
    """So many minutes of the row of a case and day that fill a limit."""

    case: str
    day: date
    minutes: Minutes


@dataclass(slots=True)
class Row:
    """One row as it was measured, before anything is drawn or priced.

    `quantity` is in minutes, or in incidents where `kind` is INCIDENT; `priced_by` is the item
    of the contract's prices. `appointment`, `starts_at` and `agent` are the block's or the
    missed appointment's; of an incident `starts_at` is when its window opened.
    `group_seconds` and `group_minutes` are those of the groups that the row was rounded with.
    `capped` are the minutes of it beyond a limit, which are free; `limited` says whether its contract has
    limits, and `filled_by` which rows filled the one that it is beyond.
    `written_off` is the invoice that was credited with --write-off, if one was, and `filled` the minutes
    of the row that fill limits for good by then.
    """

    kind: ChargeKind
    case: str
    day: date
    version: Version
    priced_by: str = "hour"
    tariff: Tariff | None = None
    appointment: int = 0
    starts_at: int = 0
    agent: str = ""
    worked_seconds: Seconds = 0
    quantity: int = 0
    units: dict[int, None] = field(default_factory=dict)
    reason: str = ""
    clauses: tuple[str, ...] = ()
    group_seconds: Seconds = 0
    group_minutes: Minutes = 0
    capped: Minutes = 0
    limited: bool = False
    filled_by: Sequence[Filling] = ()
    written_off: str = ""
    filled: Minutes = 0
    _key: RowKey | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def payable(self) -> int:
        """What has to be paid, ahead or by invoice: `quantity` less what is capped."""
        return self.quantity - self.capped

    @property
    def unit(self) -> str:
        """What `quantity` counts: minutes or incidents."""
        return INCIDENT_UNIT if self.kind is ChargeKind.INCIDENT else MINUTE_UNIT

    @property
    def key(self) -> RowKey:
        """By what it is known again. Nothing that it is made of ever changes, so it is made once."""
        if self._key is None:
            window = self.starts_at if self.kind is ChargeKind.INCIDENT else 0
            tariff = self.tariff.name if self.tariff else ""
            self._key = RowKey(self.kind, self.case, self.day, self.appointment, window, tariff)
        return self._key


class Draw(NamedTuple):
    """A draw-down: what one purchase pays of one charge, in minutes or incidents."""

    purchase: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Charge:
    """One row: what is to be paid for a case and day, with the clauses that made it.

    `quantity` is in `unit`s ("minute" or "incident"); `price` is of one `priced_by` ("hour",
    "incident" or "minute"); `net` is in `currency`, rounded once (rating.md, 4). `appointment`
    and `agent` are the block's or the missed appointment's, else 0 and "". `held` is what
    issued invoices hold of the row, None where none does. `capped`, `limited` and `filled_by`
    are those of the row.
    """

    kind: ChargeKind
    contract: str
    case: str
    day: date
    worked_seconds: Seconds
    quantity: int
    unit: str
    priced_by: str
    price: Decimal
    net: Decimal
    currency: str
    starts_at: int = 0
    tariff: str = ""
    appointment: int = 0
    agent: str = ""
    units: tuple[int, ...] = ()
    clauses: tuple[str, ...] = ()
    reason: str = ""
    draws: tuple[Draw, ...] = field(default=())
    key: RowKey | None = None
    held: "Holding | None" = None
    capped: Minutes = 0
    limited: bool = False
    filled_by: Sequence[Filling] = ()

    @property
    def drawn(self) -> int:
        """What purchases pay of it, in its own unit."""
        return sum(d.quantity for d in self.draws)

    @property
    def payable(self) -> int:
        """What has to be paid, ahead or by invoice, in its own unit: all but what is capped."""
        return self.quantity - self.capped

    @property
    def invoiced(self) -> int:
        """What is left to invoice, in its own unit."""
        return self.payable - self.drawn

    @property
    def billed_minutes(self) -> Minutes:
        """What it is billed as; 0 where it does not count minutes."""
        return self.quantity if self.unit == MINUTE_UNIT else 0

    @property
    def prepaid_minutes(self) -> Minutes:
        """What purchases of hours pay of it."""
        return self.drawn if self.unit == MINUTE_UNIT else 0

    @property
    def invoiced_minutes(self) -> Minutes:
        """What is left of its minutes to invoice."""
        return self.billed_minutes - self.capped - self.prepaid_minutes

    @property
    def order(self) -> tuple[object, ...]:
        """The order in which rows stand on an invoice: by case number, day, kind, appointment or window."""
        return (number_order(self.case), self.day, self.kind, self.appointment, self.starts_at, self.tariff)


@dataclass(frozen=True, slots=True)
class IssuedLine:
    """What an issue claims of one row: the difference it invoiced, or settled without an invoice.

    `quantity` is in minutes, incidents, or (fees, sales) pieces, `capped` the minutes of it beyond a limit;
    `draws` may be negative: given back. `number` is the invoice's, or None where a month was closed without one.
    """

    contract: str
    key: RowKey
    quantity: int
    worked_seconds: Seconds
    net: Decimal
    draws: tuple[Draw, ...] = ()
    number: str | None = None
    capped: Minutes = 0

    @property
    def payable(self) -> int:
        """What has to be paid of it, ahead or by invoice."""
        return self.quantity - self.capped


@dataclass(frozen=True, slots=True)
class Holding:
    """What issues hold of one row by now: the sum of their lines. `number` is the latest invoice among them."""

    quantity: int = 0
    worked_seconds: Seconds = 0
    net: Decimal = Decimal(0)
    draws: tuple[Draw, ...] = ()
    number: str | None = None
    capped: Minutes = 0

    @property
    def payable(self) -> int:
        """What had to be paid of it, ahead or by invoice."""
        return self.quantity - self.capped

    @property
    def drawn(self) -> int:
        """What purchases paid of it."""
        return sum(d.quantity for d in self.draws)

    def plus(self, line: IssuedLine) -> "Holding":
        """With `line` added. What `line` gives back is taken from what was drawn last."""
        draws = list(self.draws)
        for draw in line.draws:
            if draw.quantity > 0:
                draws.append(draw)
            else:
                draws = returned_draws(draws, -draw.quantity, draw.purchase)
        return Holding(
            self.quantity + line.quantity,
            self.worked_seconds + line.worked_seconds,
            self.net + line.net,
            tuple(draws),
            line.number or self.number,
            self.capped + line.capped,
        )


def returned_draws(draws: Iterable[Draw], quantity: int, purchase: int | None = None) -> list[Draw]:
    """DRAWS less `quantity`, the last drawn first (of one `purchase`, where it is given).

    >>> returned_draws([Draw(1, 30), Draw(2, 20)], 25)
    [Draw(purchase=1, quantity=25)]
    """
    left, kept = quantity, []
    for draw in reversed(list(draws)):
        taken = min(left, draw.quantity) if purchase in (None, draw.purchase) else 0
        left -= taken
        if draw.quantity > taken:
            kept.append(Draw(draw.purchase, draw.quantity - taken))
    return kept[::-1]


def holdings(lines: Iterable[IssuedLine]) -> dict[RowKey, Holding]:
    """Return what `lines`, in order of issue, hold of each row."""
    found: dict[RowKey, Holding] = {}
    for line in lines:
        found[line.key] = found.get(line.key, Holding()).plus(line)
    return found


@dataclass(frozen=True, slots=True)
class Use:
    """What the rows of one `month` drew from one purchase, in minutes or incidents."""

    purchase: int
    month: Month
    quantity: int


def difference(charge: Charge) -> Charge | None:
    """Return what of `charge` is not invoiced yet, each component now less what invoices hold of it; None if nothing.

    Its draws are those to be made (or, negative, given back) now. A row whose billed and capped minutes did
    not change is settled, whatever prices or purchases became known since (rating.md, 5).
    """
    held = charge.held
    if held is None:
        return charge if charge.quantity else None
    quantity, capped = charge.quantity - held.quantity, charge.capped - held.capped
    if not quantity and not capped:
        return None
    by_purchase: dict[int, int] = {}
    for draw in charge.draws:
        by_purchase[draw.purchase] = by_purchase.get(draw.purchase, 0) + draw.quantity
    for draw in held.draws:
        by_purchase[draw.purchase] = by_purchase.get(draw.purchase, 0) - draw.quantity
    return replace(
        charge,
        quantity=quantity,
        capped=capped,
        worked_seconds=charge.worked_seconds - held.worked_seconds,
        net=charge.net - held.net,
        draws=tuple(Draw(purchase, n) for purchase, n in by_purchase.items() if n),
    )
