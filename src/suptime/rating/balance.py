"""What is left of prepaid hours on a day: opening = used + forfeited + remaining (B6, B9)."""

from dataclasses import dataclass
from datetime import date

from suptime.clauses.prepaid import Stock
from suptime.domain.timespan import Minutes
from suptime.rating.rate import Rating


@dataclass(frozen=True, slots=True)
class PurchaseBalance:
    """One purchase on a day, in minutes."""

    stock: Stock
    quantity: Minutes
    used: Minutes
    forfeited: Minutes

    @property
    def remaining(self) -> Minutes:
        """What can still be used."""
        return self.quantity - self.used - self.forfeited


@dataclass(frozen=True, slots=True)
class Balance:
    """All purchases of a contract up to a day. `pending`: what held cases would use of them."""

    as_of: date
    purchases: tuple[PurchaseBalance, ...]
    pending: Minutes

    @property
    def purchased(self) -> Minutes:
        """What was bought."""
        return sum(p.quantity for p in self.purchases)

    @property
    def used(self) -> Minutes:
        """What was drawn."""
        return sum(p.used for p in self.purchases)

    @property
    def forfeited(self) -> Minutes:
        """What expired unused."""
        return sum(p.forfeited for p in self.purchases)

    @property
    def remaining(self) -> Minutes:
        """What can still be used."""
        return sum(p.remaining for p in self.purchases)


def drawn(rating: Rating, since: date, through: date) -> dict[int, Minutes]:
    """The minutes drawn from each purchase for days from SINCE through THROUGH, by purchase id."""
    found: dict[int, Minutes] = {}
    for charge in rating.charges:
        if since <= charge.day <= through:
            for draw in charge.draws:
                found[draw.purchase] = found.get(draw.purchase, 0) + draw.quantity
    return found


def balance(rating: Rating, as_if_billable: Rating, as_of: date) -> Balance:
    """The balance of RATING's purchases on AS_OF, counting what is dated through that day.

    AS_IF_BILLABLE is the same facts rated with what is held as chargeable.
    """
    used = drawn(rating, date.min, as_of)
    would_use = drawn(as_if_billable, date.min, as_of)
    purchases = []
    for stock in rating.stocks:
        if stock.purchase.on <= as_of:
            quantity = int(stock.purchase.quantity)
            its_use = used.get(stock.purchase.id, 0)
            lost = quantity - its_use if stock.forfeited_by(as_of) else 0
            purchases.append(PurchaseBalance(stock, quantity, its_use, lost))
    return Balance(as_of, tuple(purchases), max(0, sum(would_use.values()) - sum(used.values())))
