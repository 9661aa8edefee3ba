"""What was issued, paid and bought ahead as double entries: transactions whose postings add up to nothing.

An invoice makes a receivable of its gross amount, income of its lines and tax payable of its
tax. What is bought ahead is no income yet: its sale makes a liability. That liability is at
every moment worth what is left of the purchase: its price, times what is left, over what was
bought. Draw-downs of issued months and what is forfeited turn the rest of it into income.
Forfeited is what is left once the month of the last valid day is closed: until then late work
may still draw from it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from suptime.domain.invoice import Invoice, Payment
from suptime.domain.money import rounded
from suptime.domain.work import Purchase

RECEIVABLE, BANK, TAX, PREPAID, INCOME = "receivable", "bank", "tax", "prepaid", "income"
"""The kinds of accounts. A receivable is a client's, prepaid and income are a contract's."""

Account = tuple[str, ...]
"""A kind of account, and whose it is: ("receivable", "acme"), ("income", "acme-ps", "Forfeited")."""


@dataclass(frozen=True, slots=True)
class Bought:
    """A purchase with its contract's currency, what it is of, and the day on which its rest was forfeited, if it was."""

    purchase: Purchase
    client: str
    currency: str
    unit: str
    forfeited_on: date | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """What an issue took from a purchase (less than nothing: gave back), on the day of the issue.

    `number` is the invoice's, or a text that names the closed month.
    """

    on: date
    purchase: int
    quantity: int
    number: str


@dataclass(frozen=True, slots=True)
class Books:
    """All that is booked. `names` are the clients' names, by code."""

    invoices: tuple[Invoice, ...]
    payments: tuple[Payment, ...]
    purchases: tuple[Bought, ...]
    draws: tuple[Drawn, ...]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One transaction: its day, what it is booked for, who, and the amount on each account."""

    on: date
    code: str
    payee: str
    note: str
    currency: str
    postings: tuple[tuple[Account, Decimal], ...]


class _Stock:
    """One purchase as the books see it: what was asked for it, what of it is used, what was taken for income."""

    def __init__(self, bought: Bought) -> None:
        self.bought = bought
        # Money that no invoice asks for came in beside them: it is worth what it is.
        unasked = bought.unit == "money" and bought.purchase.price is None
        self.price = bought.purchase.quantity if unasked else Decimal(0)
        self.used = Decimal(0)
        self.forfeited = False
        self._booked = (Decimal(0), Decimal(0))

    def release(self) -> tuple[Decimal, Decimal]:
        """What of the liability is no longer owed since this was asked last: drawn, and forfeited.

        Each may be less than nothing, where something was given back or a sale was reversed.
        """
        drawn = rounded(self.price * self.used / self.bought.purchase.quantity, self.bought.currency)
        lost = self.price - drawn if self.forfeited else Decimal(0)
        before = self._booked
        self._booked = (drawn, lost)
        return drawn - before[0], lost - before[1]


def entries(books: Books) -> list[Entry]:
    """The transactions of BOOKS, by day; within a day invoices first, then draws, money, and what is forfeited."""
    made: list[tuple[date, int, int, Any]] = []
    for bought in books.purchases:
        if bought.unit == "money" and bought.purchase.price is None:
            made.append((bought.purchase.on, 0, bought.purchase.id, bought))
        if bought.forfeited_on is not None:
            made.append((bought.forfeited_on, 4, bought.purchase.id, bought.purchase.id))
    made += [(invoice.issued_on, 1, place, invoice) for place, invoice in enumerate(books.invoices)]
    made += [(drawn.on, 2, place, drawn) for place, drawn in enumerate(books.draws)]
    made += [(payment.on, 3, payment.id, payment) for payment in books.payments]
    journal = _Journal(books)
    return [
        entry for on, _, _, event in sorted(made, key=lambda e: e[:3]) for entry in journal.book(on, event)
    ]


class _Journal:
    """Books one event after another."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._stocks = {bought.purchase.id: _Stock(bought) for bought in books.purchases}
        self._invoices = {invoice.number: invoice for invoice in books.invoices}
        self._deposits: dict[str, list[Payment]] = {}

    def book(self, on: date, event: Invoice | Payment | Drawn | Bought | int) -> Iterator[Entry]:
        """The transactions of an EVENT ON a day."""
        match event:
            case Invoice():
                yield from self._invoice(event)
            case Payment():
                yield from self._payment(event)
            case Drawn():
                stock = self._stocks.get(event.purchase)
                if stock is not None:
                    stock.used += event.quantity
                    yield from self._released(stock, on, event.number)
            case Bought():
                owed: Account = (PREPAID, event.purchase.contract)
                yield self._entry(
                    on,
                    f"P{event.purchase.id}",
                    event.client,
                    "Money paid ahead",
                    event.currency,
                    {(BANK,): event.purchase.quantity, owed: -event.purchase.quantity},
                )
            case int():
                stock = self._stocks[event]
                stock.forfeited = True
                yield from self._released(stock, on, f"P{event}")

    def _invoice(self, invoice: Invoice) -> Iterator[Entry]:
        document = invoice.document
        totals = document["totals"]
        sums: dict[Account, Decimal] = {(RECEIVABLE, invoice.client): Decimal(totals["gross"])}
        sold: dict[int, Decimal] = {}
        for line in lines_of(document):
            net = Decimal(line["net"])
            if is_sale(line):
                account: Account = (PREPAID, line["contract"])
                purchase = int(line["purchase"][1:])
                sold[purchase] = sold.get(purchase, Decimal(0)) + net
            else:
                account = (INCOME, line["contract"])
            sums[account] = sums.get(account, Decimal(0)) - net
        sums[TAX,] = -Decimal(totals["tax"])
        what = f"Credit note for {invoice.credits}" if invoice.credits else f"Invoice {invoice.number}"
        yield self._entry(invoice.issued_on, invoice.number, invoice.client, what, invoice.currency, sums)
        for payment in self._deposits.pop(invoice.credits or "", ()):
            yield from self._from_deposit(payment, invoice.issued_on, invoice.number, -payment.amount)
        for purchase, net in sold.items():
            stock = self._stocks.get(purchase)
            if stock is not None:
                stock.price += net
                yield from self._released(stock, invoice.issued_on, invoice.number)

    def _payment(self, payment: Payment) -> Iterator[Entry]:
        invoice = self._invoices[payment.number]
        if payment.purchase is not None:
            self._deposits.setdefault(payment.number, []).append(payment)
            yield from self._from_deposit(payment, payment.on, payment.number, payment.amount)
            return
        yield self._entry(
            payment.on,
            payment.number,
            invoice.client,
            f"Payment of {payment.number}",
            invoice.currency,
            {(BANK,): payment.amount, (RECEIVABLE, invoice.client): -payment.amount},
        )

    def _from_deposit(self, payment: Payment, on: date, number: str, amount: Decimal) -> Iterator[Entry]:
        """What a deposit pays of an invoice; where it was sold for another price, the rest is a discount."""
        stock = self._stocks.get(payment.purchase or 0)
        if stock is None:
            return
        stock.used += amount
        released = sum(stock.release(), Decimal(0))
        contract, client = stock.bought.purchase.contract, stock.bought.client
        sums: dict[Account, Decimal] = {
            (PREPAID, contract): released,
            (INCOME, contract, "Discount"): amount - released,
            (RECEIVABLE, client): -amount,
        }
        what = f"Deposit P{stock.bought.purchase.id} pays {payment.number}"
        if amount < 0:
            what = f"Back to the deposit P{stock.bought.purchase.id}"
        yield self._entry(on, number, client, what, stock.bought.currency, sums)

    def _released(self, stock: _Stock, on: date, code: str) -> Iterator[Entry]:
        """What turns into income of what was bought ahead, or back."""
        drawn, lost = stock.release()
        if not drawn and not lost:
            return
        contract = stock.bought.purchase.contract
        sums: dict[Account, Decimal] = {
            (PREPAID, contract): drawn + lost,
            (INCOME, contract, "Drawn"): -drawn,
            (INCOME, contract, "Forfeited"): -lost,
        }
        what = (
            f"Taken from P{stock.bought.purchase.id}"
            if drawn
            else f"Forfeited of P{stock.bought.purchase.id}"
        )
        yield self._entry(on, code, stock.bought.client, what, stock.bought.currency, sums)

    def _entry(
        self, on: date, code: str, client: str, note: str, currency: str, sums: Mapping[Account, Decimal]
    ) -> Entry:
        postings = tuple((account, amount) for account, amount in sums.items() if amount)
        return Entry(on, code, self._books.names.get(client, client), note, currency, postings)


def lines_of(document: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """All lines of a DOCUMENT, in its order."""
    for case in document["cases"]:
        yield from case["lines"]
    yield from document["other_lines"]


def is_sale(line: Mapping[str, Any]) -> bool:
    """Whether LINE is the sale of something bought ahead, or takes one back."""
    return "prepaid-sale" in {line["kind"], line.get("credits"), line.get("adjusts")}
