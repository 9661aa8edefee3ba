"""Prices agreed beside a contract's file: what an item costs from a day on."""

from datetime import date
from typing import Any

from suptime.app import agreement, checks, lookup
from suptime.app.done import Done
from suptime.app.facts import contract_of
from suptime.app.transaction import changing
from suptime.clauses import way_of
from suptime.clauses.appointments import Appointments
from suptime.clauses.prices import ITEMS, Prices
from suptime.domain.contract import PriceChange, Version
from suptime.domain.money import show_amount
from suptime.domain.timespan import DayIn, Instant, show_day
from suptime.errors import Refused
from suptime.store import Store


def set_price(
    store: Store, contract_code: str, item: str, amount: str, from_day: DayIn, *, now: Instant, agent: str
) -> Done[PriceChange]:
    """A2: from the day FROM_DAY on, ITEM ("hour", "incident", "minute") of a contract costs AMOUNT.

    A price from the same day is replaced: the audit trail keeps what it was.

    Raises:
        WrongUsage: the amount cannot be read.
        NotPossible: there is no such contract.
        Refused: the contract is not in force on that day, or charges nothing by that item.
    """
    price = checks.unit_price(amount)
    with changing(store, now, agent, "price set") as tx:
        contract = contract_of(tx, lookup.contract_code(tx, contract_code))
        since = from_day(agreement.nearest_version(contract, now).zone)
        version = contract.on(since)
        if version is None:
            raise Refused(
                f"The price would be from {show_day(since)}, outside the contract {contract.code}.",
                f"It runs {agreement.days(contract)}.",
                f"suptime contract show {contract.code}",
            )
        priced = items_of(version)
        if item not in priced:
            raise Refused(
                f"{contract.code} charges nothing by the {item}.",
                f"What has a price in it: {', '.join(priced)}.",
                f"suptime contract show {contract.code}",
            )
        change = PriceChange(contract.code, item, since, price)
        there = next((c for c in tx.prices(contract=contract.code) if _place(c) == _place(change)), None)
        if there != change:
            tx.set_price(change)
    before = None if there is None else show_amount(there.amount, version.currency)
    facts = document(change, version) | {"before": before}
    return Done(change, {"price": facts}, changed=there != change)


def _place(change: PriceChange) -> tuple[str, date]:
    return change.item, change.since


def items_of(version: Version) -> list[str]:
    """The items that VERSION prices or charges by, in the order of the price list."""
    prices = version.get(Prices)
    items = {way_of(version).priced_by, *(prices.items if prices else ())}
    if version.get(Appointments):
        items.add("hour")
    return [item for item in ITEMS if item in items]


def document(change: PriceChange, version: Version) -> dict[str, Any]:
    """CHANGE as JSON shows it, in the currency of VERSION, the one then in force."""
    return {
        "contract": change.contract,
        "item": change.item,
        "amount": show_amount(change.amount, version.currency),
        "currency": version.currency,
        "from": str(change.since),
    }
