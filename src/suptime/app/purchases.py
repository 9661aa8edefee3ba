"""Purchases: prepaid hours, incidents and money."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from suptime.app import agreement, lookup
from suptime.app.facts import contract_of, facts_of, taxes_of
from suptime.app.use_case import Result, changing
from suptime.contracts import sold_ahead
from suptime.domain import values
from suptime.domain.booking import NET, Purchase, PurchaseReturn
from suptime.domain.contract import Contract, Version
from suptime.domain.finding import Acceptance
from suptime.domain.ledger import Account, Transfer
from suptime.domain.money import quantity_in_words, rounded, show_amount
from suptime.domain.time import DayIn, Instant, show_day
from suptime.domain.values import Problem, accept, wrong_usage
from suptime.errors import NotPossible, Refused, WrongUsage
from suptime.invoicing.prepayments import price_of_part, sale_of, sale_state
from suptime.invoicing.receivables import check_day, deposit_payment, return_deposit
from suptime.invoicing.receivables import void as void_entry
from suptime.invoicing.tax import is_due_on_receipt
from suptime.rating.as_data import COUNTED
from suptime.rating.rated import RatedContract
from suptime.store import Store, Transaction

if TYPE_CHECKING:
    from suptime.app.invoices.issue import IssueSettings
    from suptime.app.payments import Day


def add(
    store: Store,
    contract_code: str,
    quantity: str,
    *,
    on: DayIn | None = None,
    price: str | None = None,
    issue: tuple["IssueSettings", Acceptance] | None = None,
    seller: str | None = None,
    closed_through: date | None = None,
    now: Instant,
    agent: str,
) -> Result[Purchase]:
    """Record a prepaid quantity, bought on a day (default: today in the contract's zone), for a price.

    With `issue`, a sold deposit is invoiced at once. `seller` is the country of the seller.

    Raises:
        WrongUsage: the quantity, or the price, cannot be read, or the day is in the future.
        NotPossible: there is no such contract, or the books are closed through the day of a deposit without a sale.
        Refused: the contract sells nothing prepaid, or is not in force on that day.
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
                f"The purchase on {day} would be in the future.",
                f"Today is {today} in {zone.name}.",
                "Give today or an earlier day, or leave out --on.",
            )
        version = contract.on(day) or contract.latest
        bought = _quantity(quantity, version)
        paid = None if price is None else accept(values.price(version.currency), price)
        if contract.on(day) is None:
            raise Refused(
                f"The purchase would be on {show_day(day)}, outside the contract {contract.code}.",
                f"The contract runs {agreement.days(contract)}.",
                f"suptime contract show {contract.code}",
            )
        terms = sold_ahead(version)
        if terms is None:
            raise Refused(
                f"{contract.code} sells nothing prepaid: its contract file has no table [prepaid].",
                hint=f"suptime contract show {contract.code}",
            )
        basis = NET if paid is not None and terms.unit == "money" else None
        if issue is not None and basis is None:
            raise WrongUsage(
                "--issue requires a deposit of money with a price.",
                hint="Leave it out: other sales are on the invoice of the month.",
            )
        purchase = tx.purchases.add(Purchase(0, contract.code, day, bought, paid, basis=basis))
        told = []
        if paid is None and terms.unit == "money":
            check_day(day, today, closed_through)
            _enter_deposit(tx, purchase, Account(contract.client, version.currency))
            if is_due_on_receipt(seller, taxes_of(tx, lookup.client(tx, contract.client)).on(day)):
                told.append(
                    "If the services are already agreed, tax on this money is due now: sell the deposit with "
                    "--price, to invoice it with tax."
                )
        issued: dict[str, Any] = {}
        if issue is not None:
            from suptime.app.invoices.issue import issue_sale

            done = issue_sale(tx, purchase, *issue, now=now, agent=agent)
            told += [*done.notices, *(finding.sentence for finding in done.findings)]
            issued = {"invoices": done.document["invoices"]}
    return Result(purchase, {"purchase": document(purchase, contract)} | issued, told=tuple(told))


def _enter_deposit(tx: Transaction, purchase: Purchase, account: Account) -> None:
    """Record the payment of a deposit without a sale (F16)."""
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
    "incidents": "Give a whole number, such as 5: {} sells prepaid incidents.",
    "money": "Give an amount, such as 100.00: {} sells prepaid money.",
}


def _quantity(text: str, version: Version) -> Decimal:
    """Return the quantity in `text` in the prepaid unit of `version`; None if it sells nothing prepaid.

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
    """Return the prepaid unit of a contract on a day, "hours", "incidents" or "money", and its currency."""
    version = contract.on(day) or contract.nearest(contract.versions[0].zone.midnight(day))
    terms = sold_ahead(version)
    return terms.unit if terms else "hours", version.currency


def void(store: Store, number: int, *, now: Instant, agent: str) -> Result[Purchase]:
    """Void a mistyped purchase.

    Raises:
        NotPossible: no such purchase; a part of it was used; its sale was issued.
    """
    from suptime.app.reports import drawn_from

    with changing(store, now, agent, "prepaid void") as tx:
        purchase = lookup.purchase(tx, number)
        contract = contract_of(tx, purchase.contract)
        if drawn_from(tx, number, now):
            raise NotPossible(
                f"P{number} is in use: it pays for work.",
                hint=f"suptime report hours --client {contract.client}",
            )
        if invoice := tx.lines.sale_of(number):
            raise NotPossible(
                f"The sale of P{number} is on {invoice}.",
                "Issued documents do not change.",
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


def give_back(
    store: Store,
    number: int,
    quantity: str | None,
    reason: str,
    day: "Day",
    house: "IssueSettings",
    *,
    now: Instant,
    agent: str,
) -> dict[str, Any]:
    """Return a quantity of a purchase (default: all that is left); credit its part of the price if invoiced.

    Return the credit note, or the purchase if there is none, as JSON shows it. The returned part of a deposit without
    a sale is free credit of its payment.

    Raises:
        WrongUsage: the quantity cannot be read, or the day is in the future or before the purchase.
        NotPossible: there is no such purchase, or the books are closed through that day.
        Refused: it is more than is left.
    """
    with changing(store, now, agent, "prepaid return") as tx:
        purchase = lookup.purchase(tx, number)
        contract = contract_of(tx, purchase.contract)
        version = contract.on(purchase.on) or contract.latest
        on = day.check(first=purchase.on)
        rated = RatedContract.of(facts_of(tx, contract, now))
        left = _left(rated, number, max(on, contract.latest.zone.day(now)))
        taken = left if quantity is None else _quantity(quantity, version)
        if taken > left or not taken:
            unit, currency = unit_of(contract, purchase.on)
            asked, rest = (quantity_in_words(each, unit, currency) for each in (taken, left))
            raise Refused(
                f"{asked} is more than the {rest} left of P{number}."
                if taken
                else f"Nothing is left of P{number}.",
                hint=f"suptime report hours --client {contract.client}",
            )
        back = PurchaseReturn(number, on, taken, reason)
        back, note = _credited(tx, purchase, back, rated, house, now=now, agent=agent)
        tx.purchases.give_back(back)
        if purchase.price is None and not purchase.is_net:
            _free_deposit(tx, purchase, Account(contract.client, version.currency), back)
        kept = lookup.purchase(tx, number)
    return {"purchase": document(kept, contract)} if note is None else {"invoices": [note]}


def _credited(
    tx: Transaction,
    purchase: Purchase,
    back: PurchaseReturn,
    rated: RatedContract,
    house: "IssueSettings",
    *,
    now: Instant,
    agent: str,
) -> tuple[PurchaseReturn, dict[str, Any] | None]:
    """Return a return with the credit note of its part of the price; None if the sale is not invoiced."""
    from suptime.app.invoices.issue import credit_return, reduction_of_sale

    currency = rated.currency
    state = sale_state(purchase, rated.facts.issued, currency)
    if purchase.price is None or not state.is_claimed:
        return back, None
    gone = purchase.given_back
    reduced = Decimal(0) if state.number is None else reduction_of_sale(tx, state.number, purchase.id)
    # Returns credit the part of the price of their sum, to the cent; and never more than was invoiced.
    net = price_of_part(purchase, gone + back.quantity, currency, reduced)
    net -= price_of_part(purchase, gone, currency, reduced)
    net = min(net, state.held - reduced)
    if state.number is None or net <= 0:
        return replace(back, net=net), None
    number, note = credit_return(tx, state.number, purchase.id, net, back.reason, house, now=now, agent=agent)
    return replace(back, sale=state.number, number=number, net=net), note


def _free_deposit(tx: Transaction, purchase: Purchase, account: Account, back: PurchaseReturn) -> None:
    """Turn a part of a deposit without a sale into free credit of its payment."""
    books = tx.receivables.ledger(account)
    payment = deposit_payment(books, purchase.id)
    if payment is not None:
        tx.receivables.post(account, return_deposit(books, payment, back.quantity, on=back.on))


def convert(store: Store, number: int, net: str | None, *, now: Instant, agent: str) -> Result[Purchase]:
    """Convert the rest of a deposit that an older version sold: invoices deduct it without tax (F35).

    `net` is the amount to deduct; the default is the rest without the tax of its sale.

    Raises:
        WrongUsage: the amount cannot be read.
        NotPossible: there is no such purchase.
        Refused: it is not such a deposit, it is not invoiced yet, or nothing is left of it.
    """
    with changing(store, now, agent, "prepaid convert") as tx:
        purchase = lookup.purchase(tx, number)
        contract = contract_of(tx, purchase.contract)
        unit, currency = unit_of(contract, purchase.on)
        if unit != "money" or purchase.price is None or purchase.is_net:
            raise Refused(
                f"P{number} is not a deposit that an older version sold.",
                hint=f"suptime report hours --client {contract.client}",
            )
        rated = RatedContract.of(facts_of(tx, contract, now))
        today = contract.latest.zone.day(now)
        left = _left(rated, number, today)
        invoice = tx.invoices.get(sale_state(purchase, rated.facts.issued, currency).number or "")
        if invoice is None or left <= 0:
            raise Refused(
                f"P{number} is not invoiced yet." if invoice is None else f"Nothing is left of P{number}.",
                hint=f"suptime report hours --client {contract.client}",
            )
        sale = sale_of(number, [invoice.document])
        rate = Decimal((sale.tax["rate"] if sale else None) or 0)
        amount = (
            rounded(left / (1 + rate / 100), currency)
            if net is None
            else accept(values.quantity("money", currency), net)
        )
        new = tx.purchases.add(Purchase(0, contract.code, purchase.on, amount, basis=NET))
        tx.purchases.give_back(PurchaseReturn(number, today, left, "Converted", becomes=new.id))
        made = lookup.purchase(tx, new.id)
    return Result(made, {"purchase": document(made, contract)})


def _left(rated: RatedContract, number: int, day: date) -> Decimal:
    """Return the rest of a purchase on a day."""
    found = [
        one.remaining
        for balance in rated.balances(day)
        for one in balance.purchases
        if one.stock.purchase.id == number
    ]
    return found[0] if found else Decimal(0)


def edit(store: Store, number: int, price: str, *, now: Instant, agent: str) -> Result[Purchase]:
    """Set the price of a purchase. The difference to an issued sale is on the next invoice (F18).

    Raises:
        WrongUsage: the price cannot be read.
        NotPossible: there is no such purchase.
        Refused: it is a deposit without a sale, or a part of another purchase.
    """
    with changing(store, now, agent, "prepaid edit") as tx:
        purchase = lookup.purchase(tx, number)
        contract = contract_of(tx, purchase.contract)
        unit, currency = unit_of(contract, purchase.on)
        asked = accept(values.price(currency), price)
        if purchase.source is not None:
            raise Refused(
                f"P{number} is a part of P{purchase.source}, and has no price of its own.",
                hint=f"suptime prepaid edit P{purchase.source} --price {price}",
            )
        if unit == "money" and purchase.price is None:
            raise Refused(
                f"P{number} is a payment on account: it has no sale.",
                hint=f"suptime prepaid void P{number}, then suptime prepaid add {contract.code} QUANTITY --price NET",
            )
        changed = replace(purchase, price=asked)
        tx.purchases.set_terms(changed)
    return Result(changed, {"purchase": document(changed, contract)}, changed=changed != purchase)


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
    last = terms.last_day(purchase.on) if terms else None
    unit, currency = unit_of(contract, purchase.on)
    return {
        "id": f"P{purchase.id}",
        "contract": purchase.contract,
        "on": str(purchase.on),
        "valid_through": None if last is None else str(last),
        "quantity": show_amount(purchase.quantity, currency) if unit == "money" else int(purchase.quantity),
        "returned": show_amount(purchase.returned(), currency)
        if unit == "money"
        else int(purchase.returned()),
        **({} if purchase.source is None else {"returns": f"P{purchase.source}"}),
        "unit": COUNTED[unit],
        "price": None if purchase.price is None else f"{purchase.price:f}",
        "currency": currency,
    }
