"""What is left of what was bought ahead: opening = used + forfeited + remaining (B6, B9, D6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from suptime.clauses.prepaid import Prepaid, Stock
from suptime.domain.invoice import Payment, difference
from suptime.rating.rate import Rating


@dataclass(frozen=True, slots=True)
class PurchaseBalance:
    """One purchase on a day, in minutes, incidents or money."""

    stock: Stock
    quantity: Decimal
    used: Decimal
    forfeited: Decimal

    @property
    def remaining(self) -> Decimal:
        """What can still be used."""
        return self.quantity - self.used - self.forfeited


@dataclass(frozen=True, slots=True)
class Balance:
    """All purchases of one unit ("hours", "incidents" or "money") of a contract up to a day.

    Hours are counted in minutes. `pending`: what held cases would use; of money, the
    charges not yet invoiced.
    """

    unit: str
    as_of: date
    purchases: tuple[PurchaseBalance, ...]
    pending: Decimal

    @property
    def purchased(self) -> Decimal:
        """What was bought."""
        return sum((p.quantity for p in self.purchases), Decimal(0))

    @property
    def used(self) -> Decimal:
        """What was drawn."""
        return sum((p.used for p in self.purchases), Decimal(0))

    @property
    def forfeited(self) -> Decimal:
        """What expired unused."""
        return sum((p.forfeited for p in self.purchases), Decimal(0))

    @property
    def remaining(self) -> Decimal:
        """What can still be used."""
        return sum((p.remaining for p in self.purchases), Decimal(0))


def drawn(rating: Rating, since: date, through: date) -> dict[int, int]:
    """What was drawn from each purchase for days from SINCE through THROUGH, by purchase id.

    Raises:
        ValueError: SINCE or THROUGH lies within a month of which only the sum is known.
    """
    found: dict[int, int] = {}
    for use in rating.settled:
        if since <= use.month.first and use.month.last <= through:
            found[use.purchase] = found.get(use.purchase, 0) + use.quantity
        elif since <= use.month.last and use.month.first <= through:
            raise ValueError(f"{use.month} is settled: what was drawn by {through} is not known")
    for charge in rating.charges:
        if since <= charge.day <= through:
            for draw in charge.draws:
                found[draw.purchase] = found.get(draw.purchase, 0) + draw.quantity
    return found


def not_invoiced(rating: Rating, through: date) -> Decimal:
    """The net of the charges dated through THROUGH that no issued invoice holds."""
    open_rows = (difference(c) for c in (*rating.charges, *rating.gone) if c.day <= through)
    return sum((row.net for row in open_rows if row), Decimal(0))


def balances(
    rating: Rating, as_if_billable: Rating, as_of: date, deposits: Iterable[Payment] = ()
) -> list[Balance]:
    """The balances of RATING on AS_OF, one for each unit bought or sold, counting what is dated through that day.

    AS_IF_BILLABLE is the same facts rated with what is held as chargeable; DEPOSITS is what
    purchases of money paid of issued invoices.
    """
    paid = tuple(deposits)
    sold = rating.contract.latest.get(Prepaid)
    units = dict.fromkeys([s.unit for s in rating.stocks] + ([sold.unit] if sold else []))
    return [balance(rating, as_if_billable, as_of, unit, paid) for unit in units]


def balance(
    rating: Rating, as_if_billable: Rating, as_of: date, unit: str, deposits: Iterable[Payment] = ()
) -> Balance:
    """The balance of the purchases of one UNIT; see `balances`."""
    used = drawn(rating, date.min, as_of)
    paid: dict[int, Decimal] = {}
    for payment in deposits:
        if payment.purchase is not None and payment.on <= as_of:
            paid[payment.purchase] = paid.get(payment.purchase, Decimal(0)) + payment.amount
    purchases = []
    for stock in rating.stocks:
        if stock.unit == unit and stock.purchase.on <= as_of:
            quantity = stock.purchase.quantity
            its_use = Decimal(used.get(stock.purchase.id, 0)) + paid.get(stock.purchase.id, Decimal(0))
            lost = quantity - its_use if stock.forfeited_by(as_of) else Decimal(0)
            purchases.append(PurchaseBalance(stock, quantity, its_use, lost))
    if unit == "money":
        pending = not_invoiced(rating, as_of)
    else:
        pending = max(Decimal(0), _wanted(as_if_billable, as_of, unit) - _wanted(rating, as_of, unit))
    return Balance(unit, as_of, tuple(purchases), pending)


def _wanted(rating: Rating, as_of: date, unit: str) -> Decimal:
    """What the charges dated through AS_OF would draw if purchases never ran out."""
    counts = "incident" if unit == "incidents" else "minute"
    return Decimal(sum(c.quantity for c in rating.charges if c.day <= as_of and c.unit == counts))
