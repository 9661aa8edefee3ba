"""What is left of what was bought ahead: opening = used + forfeited + remaining (B6, B9, D6)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from suptime.clauses.prepaid import Prepaid, Stock
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
    """What was drawn from each purchase for days from SINCE through THROUGH, by purchase id."""
    found: dict[int, int] = {}
    for charge in rating.charges:
        if since <= charge.day <= through:
            for draw in charge.draws:
                found[draw.purchase] = found.get(draw.purchase, 0) + draw.quantity
    return found


def balances(rating: Rating, as_if_billable: Rating, as_of: date) -> list[Balance]:
    """The balances of RATING on AS_OF, one for each unit bought or sold, counting what is dated through that day.

    AS_IF_BILLABLE is the same facts rated with what is held as chargeable.
    """
    sold = rating.contract.latest.get(Prepaid)
    units = dict.fromkeys([s.unit for s in rating.stocks] + ([sold.unit] if sold else []))
    return [balance(rating, as_if_billable, as_of, unit) for unit in units]


def balance(rating: Rating, as_if_billable: Rating, as_of: date, unit: str) -> Balance:
    """The balance of the purchases of one UNIT; see `balances`."""
    used = drawn(rating, date.min, as_of)
    purchases = []
    for stock in rating.stocks:
        if stock.unit == unit and stock.purchase.on <= as_of:
            quantity = stock.purchase.quantity
            its_use = Decimal(used.get(stock.purchase.id, 0))
            lost = quantity - its_use if stock.forfeited_by(as_of) else Decimal(0)
            purchases.append(PurchaseBalance(stock, quantity, its_use, lost))
    if unit == "money":
        pending = sum((c.net for c in rating.charges if c.day <= as_of), Decimal(0))
    else:
        pending = max(Decimal(0), _wanted(as_if_billable, as_of, unit) - _wanted(rating, as_of, unit))
    return Balance(unit, as_of, tuple(purchases), pending)


def _wanted(rating: Rating, as_of: date, unit: str) -> Decimal:
    """What the charges dated through AS_OF would draw if purchases never ran out."""
    counts = "incident" if unit == "incidents" else "minute"
    return Decimal(sum(c.quantity for c in rating.charges if c.day <= as_of and c.unit == counts))
