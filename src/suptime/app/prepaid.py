"""Purchases of prepaid hours."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from suptime.app import agreement, checks, lookup
from suptime.app.done import Done
from suptime.app.facts import contract_of
from suptime.app.transaction import changing
from suptime.app.wording import quoted
from suptime.clauses.prepaid import Prepaid
from suptime.domain.contract import Contract, Version
from suptime.domain.duration import parse_duration
from suptime.domain.timespan import MINUTE, Instant, show_day
from suptime.domain.work import Purchase
from suptime.errors import NotPossible, Refused, WrongUsage
from suptime.store import Store

_UNIT = re.compile("[hms]", re.IGNORECASE)


def add(
    store: Store,
    contract_code: str,
    quantity: str,
    *,
    on: date | None = None,
    price: str | None = None,
    now: Instant,
    agent: str,
) -> Done[Purchase]:
    """Record that a client bought QUANTITY ahead, ON a day (today where the contract is), for PRICE.

    Raises:
        WrongUsage: the quantity, or the price, cannot be read, or the day is in the future.
        NotPossible: there is no such contract.
        Refused: the contract sells nothing ahead, or is not in force on that day.
    """
    bought = minutes(quantity)
    if price is not None:
        checks.amount(price)
    with changing(store, now, agent, "prepaid add") as tx:
        contract = contract_of(tx, lookup.contract_code(tx, contract_code))
        zone = agreement.nearest_version(contract, now).zone
        today = zone.day(now)
        day = today if on is None else on
        if day > today:
            raise WrongUsage(
                f"A purchase on {day} would be in the future.",
                f"It is {today} in {zone.name}.",
                "Give a day that has come, or leave --on out.",
            )
        version = contract.on(day) or contract.latest
        paid = None if price is None else checks.price(price, version.currency)
        if contract.on(day) is None:
            raise Refused(
                f"The purchase would be on {show_day(day)}, outside the contract {contract.code}.",
                f"It runs {agreement.days(contract)}.",
                f"suptime contract show {contract.code}",
            )
        if version.get(Prepaid) is None:
            raise Refused(
                f"{contract.code} has nothing prepaid: its contract file has no table [prepaid].",
                hint=f"suptime contract show {contract.code}",
            )
        purchase = tx.add_purchase(Purchase(0, contract.code, day, Decimal(bought), paid))
    return Done(purchase, {"purchase": document(purchase, contract)})


def minutes(text: str) -> int:
    """TEXT as bought hours, in whole minutes: any duration with its unit.

    >>> [minutes(t) for t in ("10h", "90m", "1h30m", "PT2H")]
    [600, 90, 90, 120]

    Raises:
        WrongUsage: it is none, has no unit, has seconds left over, is nothing, or longer than ten years.
    """
    expected = "Give hours or minutes with their unit, such as 10h, 90m or 1h30m."
    try:
        seconds = parse_duration(text)
    except ValueError:
        if re.fullmatch(r"\s*[\d.]+\s*", text):
            raise WrongUsage(f"{quoted(text)} has no unit.", hint=expected) from None
        raise WrongUsage(f"{quoted(text)} is not a quantity of hours.", hint=expected) from None
    if not _UNIT.search(text):
        raise WrongUsage(f"{quoted(text)} has no unit.", hint=expected)
    if seconds % MINUTE:
        raise WrongUsage(f"{quoted(text)} does not come to whole minutes.", hint=expected)
    if seconds == 0:
        raise WrongUsage(f"{quoted(text)} is no time at all.", hint=expected)
    return seconds // MINUTE


def void(store: Store, number: int, *, now: Instant, agent: str) -> Done[Purchase]:
    """Take back a mistyped purchase.

    Raises:
        NotPossible: no such purchase, or something was drawn from it.
    """
    from suptime.app.reporting import drawn_from

    with changing(store, now, agent, "prepaid void") as tx:
        purchase = lookup.purchase(tx, number)
        contract = contract_of(tx, purchase.contract)
        if drawn_from(tx, number, now):
            raise NotPossible(
                f"P{number} has been drawn from: work is paid by it.",
                hint=f"suptime report hours --client {contract.client}",
            )
        tx.void_purchase(number)
    return Done(purchase, {"purchase": document(purchase, contract)})


def every(
    store: Store, *, client: str | None = None, contract: str | None = None
) -> tuple[list[Purchase], list[dict[str, Any]]]:
    """The purchases (of one client, of one contract) by contract, day and id, and their documents.

    Raises:
        NotPossible: no such client or contract.
    """
    with store.reading() as tx:
        owner = None if client is None else lookup.client(tx, client).code
        code = None if contract is None else lookup.contract_code(tx, contract, client=owner)
        found = tx.purchases(client=owner, contract=code)
        found = sorted(found, key=lambda p: (p.contract, p.on, p.id))
        contracts = {code: contract_of(tx, code) for code in {p.contract for p in found}}
    return found, [document(p, contracts[p.contract]) for p in found]


def document(purchase: Purchase, contract: Contract) -> dict[str, Any]:
    """PURCHASE as JSON shows it: its quantity in minutes, its price as a text."""
    version: Version = contract.on(purchase.on) or contract.latest
    terms = version.get(Prepaid)
    last = purchase.valid_through(terms.valid_for_days if terms else None)
    return {
        "id": f"P{purchase.id}",
        "contract": purchase.contract,
        "on": str(purchase.on),
        "valid_through": None if last is None else str(last),
        "quantity": int(purchase.quantity),
        "unit": "minutes",
        "price": None if purchase.price is None else f"{purchase.price:f}",
        "currency": version.currency,
    }
