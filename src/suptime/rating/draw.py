"""Step 3, draw down: purchases pay first, day by day (rating.md, 3)."""

from collections.abc import Iterable

from suptime.clauses.prepaid import Prepaid, Stock, in_order
from suptime.domain.case import number_order
from suptime.domain.charge import ChargeKind, Draw
from suptime.domain.contract import Contract
from suptime.domain.timespan import Minutes
from suptime.domain.work import Purchase
from suptime.rating.decide import nearest_version
from suptime.rating.measure import Measured

_WITHIN_CASE = {ChargeKind.LATE_CANCELLATION: 0, ChargeKind.BLOCK: 1, ChargeKind.TIME: 2}


def stocks_of(contract: Contract, purchases: Iterable[Purchase]) -> list[Stock]:
    """PURCHASES with their last valid days, in the order in which they pay.

    The version in force on the day of the purchase says for how long it is valid.
    """
    stocks = []
    for purchase in purchases:
        version = contract.on(purchase.on)
        if version is None:
            version = nearest_version(contract, contract.versions[0].zone.midnight(purchase.on))
        terms = version.get(Prepaid) or Prepaid()
        stocks.append(Stock(purchase, purchase.valid_through(terms.valid_for_days)))
    return in_order(stocks)


def draw_order(row: Measured) -> tuple[object, ...]:
    """Day by day; within a day by case number; within a case late cancellations, blocks by start, then time."""
    return (row.day, number_order(row.case), _WITHIN_CASE[row.kind], row.starts_at, row.appointment)


def draw_down(rows: Iterable[Measured], stocks: list[Stock]) -> list[tuple[Measured, tuple[Draw, ...]]]:
    """Each row with what purchases of hours pay of it, in minutes; STOCKS in the order in which they pay."""
    left: dict[int, Minutes] = {s.purchase.id: int(s.purchase.quantity) for s in stocks}
    drawn = []
    for row in sorted(rows, key=draw_order):
        due, draws = row.minutes, []
        for stock in stocks:
            taken = min(due, left[stock.purchase.id]) if stock.pays_on(row.day) else 0
            if taken:
                left[stock.purchase.id] -= taken
                due -= taken
                draws.append(Draw(stock.purchase.id, taken))
        drawn.append((row, tuple(draws)))
    return drawn
