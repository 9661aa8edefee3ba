"""Use of prepaid balances day by day, and a forecast of when they run out (B9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from suptime.domain.client import Client
from suptime.domain.money import minor_digits, show_amount
from suptime.domain.time import DayIn, latest_day
from suptime.rating.as_data import COUNTED
from suptime.rating.balance import Balance
from suptime.rating.rated import RatedContract

Told = dict[str, Any]

PACE_DAYS = 90
"""Days up to the day of the report that the average use is based on."""

LEAST_DAYS = 14
"""Days since the first purchase before which there is no forecast."""

HORIZON = 1826
"""Days of the forecast: five years. A balance that lasts longer has no end."""


@dataclass(frozen=True, slots=True)
class Lot:
    """One purchase, as a whole number of minutes, incidents or minor units of money."""

    id: int
    on: date
    valid_through: date | None
    quantity: int
    forfeited: int = 0
    remaining: int = 0


@dataclass(frozen=True, slots=True)
class Use:
    """Quantity of one purchase that was used on a day."""

    day: date
    purchase: int
    quantity: int


def burndown_report(accounts: Iterable[tuple[Client, RatedContract]], as_of: DayIn) -> Told:
    """Return the burn-down of every contract with purchases by `as_of`, by client, contract and unit.

    `as_of` is a day in the zone of each contract.
    """
    found = [
        _as_data(client, contract, balance)
        for client, contract in accounts
        for balance in contract.balances(as_of(contract.zone))
        if balance.purchases
    ]
    found.sort(key=lambda one: (one["client"], one["contract"], one["unit"]))
    day = latest_day((date.fromisoformat(one["as_of"]) for one in found), as_of)
    return {"as_of": day.isoformat(), "pace_days": PACE_DAYS, "burndowns": found}


def _as_data(client: Client, contract: RatedContract, its: Balance) -> Told:
    currency = contract.currency
    digits = minor_digits(currency) if its.unit == "money" else 0

    def counted(quantity: Decimal) -> int:
        return int(quantity.scaleb(digits))

    def shown(quantity: int) -> int | str:
        return show_amount(Decimal(quantity).scaleb(-digits), currency) if its.unit == "money" else quantity

    lots = [
        Lot(
            p.stock.purchase.id,
            p.stock.purchase.on,
            p.stock.valid_through,
            counted(p.quantity),
            counted(p.forfeited),
            counted(p.remaining),
        )
        for p in its.purchases
    ]
    bought = {lot.id for lot in lots}
    uses = [
        Use(charge.day, draw.purchase, draw.quantity)
        for charge in contract.rating.charges
        for draw in charge.draws
        if draw.purchase in bought and charge.day <= its.as_of
    ] + [
        Use(payment.on, payment.purchase, counted(payment.amount))
        for payment in contract.facts.used_deposits
        if payment.purchase in bought and payment.on <= its.as_of
    ]
    returns = [
        Use(back.on, back.purchase, counted(back.quantity))
        for p in its.purchases
        for back in p.stock.purchase.returns
        if back.on <= its.as_of
    ]
    history, (pace, forecast) = points(lots, [*uses, *returns], its.as_of), outlook(lots, uses, its.as_of)
    return {
        "client": client.code,
        "client_name": client.name,
        "contract": contract.facts.contract.code,
        "title": contract.facts.contract.latest.title,
        "unit": COUNTED[its.unit],
        "currency": currency,
        "as_of": its.as_of.isoformat(),
        "purchased": shown(sum(lot.quantity for lot in lots)),
        "used": shown(sum(use.quantity for use in uses)),
        "forfeited": shown(sum(lot.forfeited for lot in lots)),
        "returned": shown(sum(back.quantity for back in returns)),
        "remaining": shown(sum(lot.remaining for lot in lots)),
        "points": [{"date": day.isoformat(), "remaining": shown(left)} for day, left in history],
        "forecast": [{"date": day.isoformat(), "remaining": shown(left)} for day, left in forecast],
        "expiring": [
            {
                "purchase": f"P{lot.id}",
                "valid_through": lot.valid_through.isoformat(),
                "remaining": shown(lot.remaining),
            }
            for lot in sorted(lots, key=lambda lot: (lot.valid_through or date.max, lot.id))
            if lot.valid_through is not None and lot.remaining
        ],
        "pace": pace | {key: shown(pace[key]) for key in ("used", "would_forfeit") if pace[key] is not None},
    }


def points(lots: Iterable[Lot], uses: Iterable[Use], as_of: date) -> list[tuple[date, int]]:
    """Return the balance at the end of each day on which it changed, from the first purchase through `as_of`.

    A purchase is forfeited on the day after its last. `as_of` is always the last point.
    """
    changes: dict[date, int] = {as_of: 0}

    def change(day: date, by: int) -> None:
        changes[day] = changes.get(day, 0) + by

    for lot in lots:
        change(lot.on, lot.quantity)
        if lot.forfeited and lot.valid_through is not None:
            change(lot.valid_through + timedelta(days=1), -lot.forfeited)
    for use in uses:
        change(use.day, -use.quantity)
    left, found = 0, []
    for day in sorted(changes):
        left += changes[day]
        found.append((day, left))
    return found


def outlook(lots: Sequence[Lot], uses: Iterable[Use], as_of: date) -> tuple[Told, list[tuple[date, int]]]:
    """Return the average use, and the forecast of the balance if it continues.

    The average is of the `PACE_DAYS` up to `as_of` (or since the first purchase, if that is later). Purchases are
    used in the order of `lots`, like by work; the rest of a purchase after its last day is forfeited.

    `state` is "runs-out" (used up on `ends_on`), "expires" (the rest expires on `ends_on`), "lasts" (neither within
    five years), "early" (no forecast yet) or "empty".
    """
    first = max(min(lot.on for lot in lots), as_of - timedelta(days=PACE_DAYS - 1))
    days = (as_of - first).days + 1
    used = max(0, sum(use.quantity for use in uses if first <= use.day <= as_of))
    left = sum(lot.remaining for lot in lots)
    told: Told = {
        "from": first.isoformat(),
        "to": as_of.isoformat(),
        "days": days,
        "used": used,
        "state": "lasts",
        "ends_on": None,
        "would_forfeit": None,
    }
    if not left:
        return told | {"state": "empty"}, []
    if days < LEAST_DAYS:
        return told | {"state": "early"}, []
    ahead = [(as_of, left)]
    stock = {lot.id: lot.remaining for lot in lots}
    taken = lost = 0
    for step in range(1, HORIZON + 1):
        day = as_of + timedelta(days=step)
        before = left
        wanted = used * step // days - taken
        taken += wanted
        for lot in lots:
            drawn = min(wanted, stock[lot.id])
            stock[lot.id] -= drawn
            wanted -= drawn
        left = sum(stock.values())
        if not left:
            ahead.append((day, 0))
            return told | {"state": "runs-out", "ends_on": day.isoformat(), "would_forfeit": lost}, ahead
        expired = sum(stock[lot.id] for lot in lots if lot.valid_through == day)
        stock |= {lot.id: 0 for lot in lots if lot.valid_through == day}
        lost, left = lost + expired, left - expired
        if expired:
            ahead += [(day, left + expired), (day + timedelta(days=1), left)]
        elif left != before and day.day == 1:
            ahead.append((day, left))
        if not left:
            return told | {"state": "expires", "ends_on": day.isoformat(), "would_forfeit": lost}, ahead
    return told | {"would_forfeit": lost}, ahead
