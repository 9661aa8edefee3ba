"""Stage draw: purchases pay first, day by day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from suptime.domain.booking import Stock
from suptime.domain.case import number_order
from suptime.domain.charge import INCIDENT_UNIT, ChargeKind, Draw, Holding, Row, RowKey, returned_draws
from suptime.domain.outcome import tariff_order

_WITHIN_CASE = {ChargeKind.LATE_CANCELLATION: 0, ChargeKind.BLOCK: 1}
_ORDINARY = 2


def draw_order(row: Row) -> tuple[object, ...]:
    """Return the key of the order of drawing: day, case number, then late cancellations, blocks by start, time, tariff.

    A row without a case is the last one of its day.
    """
    within = _WITHIN_CASE.get(row.kind, _ORDINARY)
    return (
        row.day,
        not row.case,
        number_order(row.case),
        within,
        row.starts_at,
        row.appointment,
        tariff_order(row.tariff),
    )


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A row with the part that purchases pay by now, and the part on issued invoices."""

    row: Row
    draws: tuple[Draw, ...]
    held: Holding | None = None


def draw_down(
    rows: Iterable[Row],
    stocks: list[Stock],
    held: Mapping[RowKey, Holding] | None = None,
    used: Mapping[int, int] | None = None,
) -> list[DrawnRow]:
    """Return each row with the part that purchases pay; `stocks` are in the order in which they pay.

    `used` is the use of each purchase by other, settled rows. Hours pay minutes of every kind, incidents
    pay incidents; money pays invoices, not rows. Draw-downs on issued invoices (`held`) stay. If a row
    is reduced, first its unpaid quantity is reduced, then the latest draw-downs; only then is anything
    new drawn.
    """
    issued = held or {}
    taken_before = used or {}
    left = {
        s.purchase.id: int(s.purchase.kept) - taken_before.get(s.purchase.id, 0)
        for s in stocks
        if s.unit != "money"
    }
    kept: dict[RowKey, list[Draw]] = {}
    in_order_of_days = sorted(rows, key=draw_order)
    for row in in_order_of_days:
        holding = issued.get(row.key, Holding())
        fewer = holding.payable - row.payable
        unpaid = holding.payable - holding.drawn
        kept[row.key] = returned_draws(holding.draws, max(0, fewer - unpaid))
        for draw in kept[row.key]:
            left[draw.purchase] = left.get(draw.purchase, 0) - draw.quantity
    settled = []
    for row in in_order_of_days:
        draws = kept[row.key]
        due = row.payable - issued.get(row.key, Holding()).payable
        pays = "incidents" if row.unit == INCIDENT_UNIT else "hours"
        for stock in stocks:
            purchase = stock.purchase.id
            can = stock.unit == pays and stock.pays_on(row.day)
            taken = min(due, left[purchase]) if can else 0
            if taken > 0:
                left[purchase] -= taken
                due -= taken
                draws.append(Draw(purchase, taken))
        settled.append(DrawnRow(row, tuple(draws), issued.get(row.key)))
    return settled
