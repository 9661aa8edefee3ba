"""Row for each purchase that the timer reads: its balance, as rated."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from suptime.app import lookup
from suptime.app.facts import contracts_of
from suptime.app.recent import recent_facts
from suptime.domain.money import show_amount
from suptime.domain.time import Instant, Month, Zone
from suptime.rating.balance import left_of, not_invoiced
from suptime.rating.facts import Facts
from suptime.rating.rated import RatedContract
from suptime.store.timer.rows import StockState

if TYPE_CHECKING:
    from suptime.store import Transaction


AT_ONCE = 20
"""Clients whose work is read together: all of it would not fit into memory after a large import."""


def states_in(
    tx: "Transaction", contracts: Collection[str], now: Instant, but: Collection[int] = ()
) -> Iterator[tuple[str, list[StockState]]]:
    """Yield each of `contracts` with the balance of its purchases, as known at `now`, without the units `but`."""
    agreed = [contract for code in contracts for contract in contracts_of(tx, code=code)]
    clients = sorted({contract.client for contract in agreed})
    month = Month.of(Zone("UTC").day(now))
    for place in range(0, len(clients), AT_ONCE):
        some = [lookup.client(tx, code) for code in clients[place : place + AT_ONCE]]
        for facts in recent_facts(tx, some, now, month):
            if facts.contract.code in contracts:
                kept = (
                    replace(facts, units=tuple(u for u in facts.units if u.id not in but)) if but else facts
                )
                yield facts.contract.code, [*_states(kept, now)]


def _states(facts: Facts, now: Instant) -> Iterator[StockState]:
    rated = RatedContract.of(facts)
    left = left_of(rated.rating, facts.used_deposits)
    money = any(stock.unit == "money" for stock in rated.rating.stocks)
    owed = not_invoiced(rated.rating, date.max) if money else Decimal(0)
    for stock in rated.rating.stocks:
        rest = left[stock.purchase.id] if facts.is_usable(stock.purchase) else Decimal(0)
        if stock.unit == "money":
            # The next invoice uses the purchases that pay first.
            taken = min(owed, rest)
            rest, owed = rest - taken, owed - taken
        zone = facts.contract.nearest(now).zone
        last = stock.valid_through
        yield StockState(
            stock.purchase.id,
            facts.contract.code,
            stock.unit,
            show_amount(rest, facts.contract.latest.currency) if stock.unit == "money" else str(int(rest)),
            zone.midnight(stock.purchase.on),
            zone.midnight(last + timedelta(1)) if last else None,
            last,
            now,
        )
