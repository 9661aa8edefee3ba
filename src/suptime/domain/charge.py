"""Charges: one row for a case and day, a block, a late cancellation, or an incident."""

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
    """Kinds of invoice lines."""

    TIME = "time"
    BLOCK = "block"
    LATE_CANCELLATION = "late-cancellation"
    INCIDENT = "incident"
    MINUTES = "minutes"
    MINIMUM = "minimum"
    FEE = "fee"
    PREPAID_SALE = "prepaid-sale"
    PREPAYMENT = "prepayment"
    ADJUSTMENT = "adjustment"
    CREDIT = "credit"


PURCHASED = frozenset({ChargeKind.PREPAID_SALE, ChargeKind.PREPAYMENT})
"""Kinds of lines about a purchase."""


RATED_WITHOUT_CASE = frozenset({ChargeKind.MINIMUM})
"""Kinds of rows without a case that come from rating, as those of cases do (T11)."""


class RowKey(NamedTuple):
    """Identity of an invoice row: case, day, kind, appointment or window.

    `appointment` is the id of the block or missed appointment, or of the purchase sold or deducted;
    `starts_at` the opening of an incident's window; else 0. Fees and sales have no case.
    """

    kind: ChargeKind
    case: str
    day: date
    appointment: int = 0
    starts_at: Instant = 0
    tariff: str = ""

    @property
    def is_rated(self) -> bool:
        """Whether the row comes from rating; fees and sales do not."""
        return bool(self.case) or self.kind in RATED_WITHOUT_CASE


MINUTE_UNIT, INCIDENT_UNIT = "minute", "incident"


class Filling(NamedTuple):
    """Minutes of the row of a case and day that fill a limit."""

    case: str
    day: date
    minutes: Minutes


@dataclass(slots=True)
class Row:
    """One row as measured, before purchases and prices are applied.

    `quantity` is in minutes, or in incidents if `kind` is INCIDENT; `priced_by` is the item of the contract's
    prices. `appointment`, `starts_at` and `agent` are those of the block or the missed appointment; for an
    incident, `starts_at` is the start of its window. `group_seconds` and `group_minutes` are those of the groups
    that the row was rounded with. `capped` are its free minutes beyond a limit; `limited` is True if its contract
    has limits, and `filled_by` are the rows that filled the exceeded limit. `written_off` is the invoice that was
    credited with --write-off, if any, and `filled` are the minutes of the row that permanently fill limits.
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
        """Quantity to be paid, by purchases or by invoice: `quantity` without capped minutes."""
        return self.quantity - self.capped

    @property
    def unit(self) -> str:
        """Unit of `quantity`: minutes or incidents."""
        return INCIDENT_UNIT if self.kind is ChargeKind.INCIDENT else MINUTE_UNIT

    @property
    def key(self) -> RowKey:
        """Its identity. It never changes, so it is created once."""
        if self._key is None:
            window = self.starts_at if self.kind is ChargeKind.INCIDENT else 0
            tariff = str(self.tariff.name) if self.tariff else ""
            self._key = RowKey(self.kind, self.case, self.day, self.appointment, window, tariff)
        return self._key


class Draw(NamedTuple):
    """Quantity of one charge that one purchase pays, in minutes or incidents."""

    purchase: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Charge:
    """One row of charges for a case and day, with the clauses that made it.

    `quantity` is in `unit`s ("minute" or "incident"); `price` is of one `priced_by` ("hour",
    "incident" or "minute"); `net` is in `currency`, rounded once. `appointment`
    and `agent` are the block's or the missed appointment's, else 0 and "". `held` is the part of the row
    on issued invoices, or None. `capped`, `limited` and `filled_by`
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
        """Quantity that purchases pay, in its own unit."""
        return sum(d.quantity for d in self.draws)

    @property
    def payable(self) -> int:
        """Quantity to be paid, by purchases or by invoice, in its own unit: everything not capped."""
        return self.quantity - self.capped

    @property
    def invoiced(self) -> int:
        """Quantity left to invoice, in its own unit."""
        return self.payable - self.drawn

    @property
    def billed_minutes(self) -> Minutes:
        """Billed minutes; 0 if its unit is not minutes."""
        return self.quantity if self.unit == MINUTE_UNIT else 0

    @property
    def prepaid_minutes(self) -> Minutes:
        """Minutes paid by purchases of hours."""
        return self.drawn if self.unit == MINUTE_UNIT else 0

    @property
    def invoiced_minutes(self) -> Minutes:
        """Minutes left to invoice."""
        return self.billed_minutes - self.capped - self.prepaid_minutes

    @property
    def order(self) -> tuple[object, ...]:
        """Order of rows on an invoice: by case number, day, kind, appointment or window."""
        return (number_order(self.case), self.day, self.kind, self.appointment, self.starts_at, self.tariff)


@dataclass(frozen=True, slots=True)
class IssuedLine:
    """Part of one row that an issue claims: the difference that it invoiced, or settled without an invoice.

    `quantity` is in minutes, incidents, or (fees, sales) pieces, `capped` the minutes of it beyond a limit;
    negative `draws` are returned. `number` is the invoice, or None if a month was closed without one.
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
        """Quantity of it to be paid, by purchases or by invoice."""
        return self.quantity - self.capped


@dataclass(frozen=True, slots=True)
class Holding:
    """Part of one row on all issues so far: the sum of their lines. `number` is the latest invoice."""

    quantity: int = 0
    worked_seconds: Seconds = 0
    net: Decimal = Decimal(0)
    draws: tuple[Draw, ...] = ()
    number: str | None = None
    capped: Minutes = 0

    @property
    def payable(self) -> int:
        """Quantity of it that had to be paid, by purchases or by invoice."""
        return self.quantity - self.capped

    @property
    def drawn(self) -> int:
        """Quantity that purchases paid."""
        return sum(d.quantity for d in self.draws)

    def plus(self, line: IssuedLine) -> "Holding":
        """Return it with `line` added. Returns of `line` are deducted from the latest draws."""
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
    """Return `draws` less `quantity`, the last drawn first (of one `purchase`, if given).

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
    """Return the holding of each row after `lines`, in order of issue."""
    found: dict[RowKey, Holding] = {}
    for line in lines:
        found[line.key] = found.get(line.key, Holding()).plus(line)
    return found


@dataclass(frozen=True, slots=True)
class Use:
    """Use of one purchase by the rows of one `month`, in minutes or incidents."""

    purchase: int
    month: Month
    quantity: int


def difference(charge: Charge) -> Charge | None:
    """Return the part of `charge` that is not invoiced yet, each component less its holding; None if nothing.

    Its draws are those to be made now, or returned if negative. A row whose billed and capped minutes did not
    change is settled, even if prices or purchases have changed since.
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
