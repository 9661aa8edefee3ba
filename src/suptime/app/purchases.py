"""Purchases: hours, incidents and money that clients buy ahead."""

from datetime import date
from decimal import Decimal
from typing import Any

from suptime.app import agreement, lookup
from suptime.app.facts import contract_of
from suptime.app.use_case import Result, changing
from suptime.contracts import sold_ahead
from suptime.domain import values
from suptime.domain.booking import NET, Purchase
from suptime.domain.contract import Contract, Version
from suptime.domain.ledger import Account, Transfer
from suptime.domain.money import show_amount
from suptime.domain.time import DayIn, Instant, show_day
from suptime.domain.values import Problem, accept, wrong_usage
from suptime.errors import NotPossible, Refused, WrongUsage
from suptime.invoicing.receivables import void as void_entry
from suptime.rating.as_data import COUNTED
from suptime.store import Store, Transaction


def add(
    store: Store,
    contract_code: str,
    quantity: str,
    *,
    on: DayIn | None = None,
    price: str | None = None,
    now: Instant,
    agent: str,
) -> Result[Purchase]:
    """Record that a client bought a quantity ahead, on a day (by default today, where the contract is), for a price.

    Raises:
        WrongUsage: the quantity, or the price, cannot be read, or the day is in the future.
        NotPossible: there is no such contract.
        Refused: the contract sells nothing ahead, or is not in force on that day.
    """
    if price is not None:
        accept(values.amount("price"), price)
    with changing(store, now, agent, "prepaid add") as tx:
        contract = contract_of(tx, _code(tx, contract_code, quantity))
        zone = agreement.nearest_version(contract, now).zone
        today = zone.day(now)
        day = today if on is None else on(zone)
        if day > today:
            raise WrongUsage(
                f"A purchase on {day} would be in the future.",
                f"It is {today} in {zone.name}.",
                "Give a day that has come, or leave --on out.",
            )
        version = contract.on(day) or contract.latest
        bought = _quantity(quantity, version)
        paid = None if price is None else accept(values.price(version.currency), price)
        if contract.on(day) is None:
            raise Refused(
                f"The purchase would be on {show_day(day)}, outside the contract {contract.code}.",
                f"It runs {agreement.days(contract)}.",
                f"suptime contract show {contract.code}",
            )
        terms = sold_ahead(version)
        if terms is None:
            raise Refused(
                f"{contract.code} has nothing prepaid: its contract file has no table [prepaid].",
                hint=f"suptime contract show {contract.code}",
            )
        basis = NET if paid is not None and terms.unit == "money" else None
        purchase = tx.purchases.add(Purchase(0, contract.code, day, bought, paid, basis=basis))
        if paid is None and terms.unit == "money":
            _enter_deposit(tx, purchase, Account(contract.client, version.currency))
    return Result(purchase, {"purchase": document(purchase, contract)})


def _enter_deposit(tx: Transaction, purchase: Purchase, account: Account) -> None:
    """Enter the payment that a deposit without a sale holds (F16)."""
    tx.receivables.add_transfer(
        Transfer(
            id=0,
            on=purchase.on,
            amount=purchase.quantity,
            currency=account.currency,
            client=account.client,
            purchase=purchase.id,
        )
    )


EXPECTED = {
    "hours": "Give hours or minutes with their unit, such as 10h, 90m or 1h30m.",
    "incidents": "Give a whole number, such as 5: {} sells incidents ahead.",
    "money": "Give an amount, such as 100.00: {} takes money ahead.",
}


def _quantity(text: str, version: Version) -> Decimal:
    """Return the quantity in `text` in the unit that `version` sells ahead; nothing if it sells none.

    Raises:
        WrongUsage: it is not a quantity of that unit, or of any.
    """
    terms = sold_ahead(version)
    if terms is None:
        accept(values.QUANTITY, text)
        return Decimal(0)
    quantity = values.quantity(terms.unit, version.currency).read(text)
    if isinstance(quantity, Problem):
        raise wrong_usage(quantity._replace(hint=EXPECTED[terms.unit].format(version.code)))
    return quantity


def _code(tx: Transaction, typed: str, quantity: str) -> str:
    """Return the code of a contract.

    Raises:
        WrongUsage: there is no such contract, and the quantity is not one of any unit.
        NotPossible: there is no such contract.
    """
    try:
        return lookup.contract_code(tx, typed)
    except NotPossible:
        accept(values.QUANTITY, quantity)
        raise


def unit_of(contract: Contract, day: date) -> tuple[str, str]:
    """Return the unit of what a contract sells ahead on a day, "hours", "incidents" or "money", and its currency."""
    version = contract.on(day) or contract.nearest(contract.versions[0].zone.midnight(day))
    terms = sold_ahead(version)
    return terms.unit if terms else "hours", version.currency


def void(store: Store, number: int, *, now: Instant, agent: str) -> Result[Purchase]:
    """Take back a mistyped purchase.

    Raises:
        NotPossible: no such purchase; something was drawn from it; its sale was issued.
    """
    from suptime.app.reports import drawn_from

    with changing(store, now, agent, "prepaid void") as tx:
        purchase = lookup.purchase(tx, number)
        contract = contract_of(tx, purchase.contract)
        if drawn_from(tx, number, now):
            raise NotPossible(
                f"P{number} has been drawn from: work is paid by it.",
                hint=f"suptime report hours --client {contract.client}",
            )
        if invoice := tx.lines.sale_of(number):
            raise NotPossible(
                f"The sale of P{number} is on {invoice}.",
                "What was issued stays.",
                f"suptime invoice credit {invoice} --reason S --reopen",
            )
        tx.purchases.void(number)
        for transfer in tx.receivables.transfers(purchase=number):
            entry = transfer.entry()
            if entry is not None:
                ledger = tx.receivables.ledger(entry.account)
                today = max(entry.on, agreement.nearest_version(contract, now).zone.day(now))
                tx.receivables.post(entry.account, void_entry(ledger, entry.key, on=today))
    return Result(purchase, {"purchase": document(purchase, contract)})


def list_all(
    store: Store, *, client: str | None = None, contract: str | None = None
) -> tuple[list[Purchase], list[dict[str, Any]]]:
    """Return purchases (of one client, of one contract) by contract, day and id, and their documents.

    Raises:
        NotPossible: no such client or contract.
    """
    with store.reading() as tx:
        owner = None if client is None else lookup.client(tx, client).code
        code = None if contract is None else lookup.contract_code(tx, contract, client=owner)
        found = tx.purchases.find(client=owner, contract=code)
        found = sorted(found, key=lambda p: (p.contract, p.on, p.id))
        contracts = {code: contract_of(tx, code) for code in {p.contract for p in found}}
    return found, [document(p, contracts[p.contract]) for p in found]


def document(purchase: Purchase, contract: Contract) -> dict[str, Any]:
    """Return a purchase as JSON shows it: minutes or incidents as a number, money and the price as texts."""
    version: Version = contract.on(purchase.on) or contract.latest
    terms = sold_ahead(version)
    last = purchase.valid_through(terms.valid_for_days if terms else None)
    unit, currency = unit_of(contract, purchase.on)
    return {
        "id": f"P{purchase.id}",
        "contract": purchase.contract,
        "on": str(purchase.on),
        "valid_through": None if last is None else str(last),
        "quantity": show_amount(purchase.quantity, currency) if unit == "money" else int(purchase.quantity),
        "unit": COUNTED[unit],
        "price": None if purchase.price is None else f"{purchase.price:f}",
        "currency": currency,
    }
