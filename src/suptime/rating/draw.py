"""Stage draw: purchases pay first, day by day (rating.md, 3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from suptime.domain.booking import Stock
from suptime.domain.case import number_order
from suptime.domain.charge import INCIDENT_UNIT, ChargeKind, Draw, Holding, Row, RowKey, returned_draws

_WITHIN_CASE = {ChargeKind.LATE_CANCELLATION: 0, ChargeKind.BLOCK: 1}
_ORDINARY = 2


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


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A row with all that purchases pay of it by now, and what issued invoices hold of it."""

    row: Row
    draws: tuple[Draw, ...]
    held: Holding | None = None


def draw_down(
    rows: Iterable[Row],
    stocks: list[Stock],
    held: Mapping[RowKey, Holding] | None = None,
    used: Mapping[int, int] | None = None,
) -> list[DrawnRow]:
    """Return each row with what purchases pay of it; `stocks` in the order in which they pay.

    `used` is what other rows, settled and not among these, took of each purchase.
    Hours pay minutes of every kind, incidents pay incidents; money pays invoices, not rows.
    Draw-downs that issued invoices `held` stay. A row that became less gives back: its unpaid
    quantity goes first, then what was drawn last; only then is anything new drawn (rating.md, 5).
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
