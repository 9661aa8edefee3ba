"""Money paid ahead pays what is due on issued invoices (rating.md, 3; EN 16931 BT-113)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from suptime.clauses.prepaid import Stock, in_order
from suptime.rating.rated import RatedContract


def deposits_for(
    due: Decimal, contracts: Iterable[RatedContract], currency: str, day: date
) -> list[tuple[int, Decimal]]:
    """What each purchase of money pays of DUE on DAY: the one that expires first, then the older.

    Only purchases of contracts in CURRENCY pay, and only while they are valid.
    """
    left, found = due, []
    stocks: list[Stock] = []
    used: dict[int | None, Decimal] = {}
    for contract in contracts:
        if contract.currency == currency:
            stocks += [s for s in contract.rating.stocks if s.unit == "money" and s.pays_on(day)]
            for payment in contract.facts.deposits:
                used[payment.purchase] = used.get(payment.purchase, Decimal(0)) + payment.amount
    for stock in in_order(stocks):
        rest = stock.purchase.quantity - used.get(stock.purchase.id, Decimal(0))
        taken = min(left, rest)
        if taken > 0:
            left -= taken
            found.append((stock.purchase.id, taken))
    return found
