"""Step 3, draw down: purchases pay first, day by day (rating.md, 3)."""

from collections.abc import Iterable

from suptime.clauses.prepaid import Prepaid, Stock, in_order
from suptime.domain.case import number_order
from suptime.domain.charge import INCIDENT_UNIT, ChargeKind, Draw, Row
from suptime.domain.contract import Contract
from suptime.domain.work import Purchase
from suptime.rating.decide import nearest_version

_WITHIN_CASE = {ChargeKind.LATE_CANCELLATION: 0, ChargeKind.BLOCK: 1}
_ORDINARY = 2


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
        stocks.append(Stock(purchase, purchase.valid_through(terms.valid_for_days), terms.unit))
    return in_order(stocks)


def draw_order(row: Row) -> tuple[object, ...]:
    """Day by day; within a day by case number; within a case late cancellations, blocks by start, then time."""
    within = _WITHIN_CASE.get(row.kind, _ORDINARY)
    return (
        row.day,
        number_order(row.case),
        within,
        row.starts_at,
        row.appointment,
        row.tariff.name if row.tariff else "",
    )


def draw_down(rows: Iterable[Row], stocks: list[Stock]) -> list[tuple[Row, tuple[Draw, ...]]]:
    """Each row with what purchases pay of it; STOCKS in the order in which they pay.

    Hours pay minutes of every kind, incidents pay incidents; money pays invoices, not rows.
    """
    left = {s.purchase.id: int(s.purchase.quantity) for s in stocks if s.unit != "money"}
    drawn = []
    for row in sorted(rows, key=draw_order):
        pays = "incidents" if row.unit == INCIDENT_UNIT else "hours"
        due, draws = row.quantity, []
        for stock in stocks:
            taken = min(due, left[stock.purchase.id]) if stock.unit == pays and stock.pays_on(row.day) else 0
            if taken:
                left[stock.purchase.id] -= taken
                due -= taken
                draws.append(Draw(stock.purchase.id, taken))
        drawn.append((row, tuple(draws)))
    return drawn
