"""Double entries as the journals of ledger, hledger and beancount."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from suptime.domain.booking import Purchase
from suptime.domain.invoice import Invoice, Payment
from suptime.domain.money import minor_digits, rounded

RECEIVABLE, BANK, TAX, PREPAID, INCOME = "receivable", "bank", "tax", "prepaid", "income"

"""The kinds of accounts. A receivable is a client's, prepaid and income are a contract's."""

Account = tuple[str, ...]

"""A kind of account, and whose it is: ("receivable", "acme"), ("income", "acme-ps", "Forfeited")."""


@dataclass(frozen=True, slots=True)
class BookedPurchase:
    """A purchase with its contract's currency, what it is of, and the day on which its rest was forfeited, if it was."""

    purchase: Purchase
    client: str
    currency: str
    unit: str
    forfeited_on: date | None


@dataclass(frozen=True, slots=True)
class BookedDraw:
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
    purchases: tuple[BookedPurchase, ...]
    draws: tuple[BookedDraw, ...]
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

    def __init__(self, bought: BookedPurchase) -> None:
        self.bought = bought
        # Money that no invoice asks for came in beside them: it is worth what it is.
        unasked = bought.unit == "money" and bought.purchase.price is None
        self.price = bought.purchase.quantity if unasked else Decimal(0)
        self.used = Decimal(0)
        self.forfeited = False
        self._booked = (Decimal(0), Decimal(0))

    def release(self) -> tuple[Decimal, Decimal]:
        """Return what of the liability is no longer owed since this was asked last: drawn, and forfeited.

        Each may be less than nothing, where something was given back or a sale was reversed.
        """
        drawn = rounded(self.price * self.used / self.bought.purchase.quantity, self.bought.currency)
        lost = self.price - drawn if self.forfeited else Decimal(0)
        before = self._booked
        self._booked = (drawn, lost)
        return drawn - before[0], lost - before[1]


def entries(books: Books) -> list[Entry]:
    """The transactions of `books`, by day; within a day invoices first, then draws, money, and what is forfeited."""
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

    def book(self, on: date, event: Invoice | Payment | BookedDraw | BookedPurchase | int) -> Iterator[Entry]:
        """Yield the transactions of an `event` `on` a day."""
        match event:
            case Invoice():
                yield from self._invoice(event)
            case Payment():
                yield from self._payment(event)
            case BookedDraw():
                stock = self._stocks.get(event.purchase)
                if stock is not None:
                    stock.used += event.quantity
                    yield from self._released(stock, on, event.number)
            case BookedPurchase():
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
        """Yield what a deposit pays of an invoice; where it was sold for another price, the rest is a discount."""
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
        """Yield what turns into income of what was bought ahead, or back."""
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
    """Yield all lines of a `document`, in its order."""
    for case in document["cases"]:
        yield from case["lines"]
    yield from document["other_lines"]


def is_sale(line: Mapping[str, Any]) -> bool:
    """Return whether `line` is the sale of something bought ahead, or takes one back."""
    return "prepaid-sale" in {line["kind"], line.get("credits"), line.get("adjusts")}


ROOTS = {
    RECEIVABLE: "Assets:Receivable",
    BANK: "Assets:Bank",
    TAX: "Liabilities:Tax",
    PREPAID: "Liabilities:Prepaid",
    INCOME: "Income",
}

"""How the kinds of accounts are called; a client's or a contract's code follows."""


def name_accounts(entries: Iterable[Entry]) -> dict[Account, str]:
    """Return the name of every account of `entries`; codes that would come to one name are told apart by a number.

    Names begin with a capital letter or a digit and hold letters, digits and - alone, as
    beancount wants them.
    """
    accounts = dict.fromkeys(account for entry in entries for account, _ in entry.postings)
    names: dict[Account, str] = {}
    parts: dict[tuple[str, ...], str] = {}
    for account in sorted(accounts):
        if len(account) > 1 and account[:2] not in parts:
            plain = re.sub(r"[^A-Za-z0-9-]", "-", account[1]).lstrip("-") or "X"
            plain = plain[0].upper() + plain[1:]
            taken = {name for key, name in parts.items() if key[0] == account[0]}
            number, part = 2, plain
            while part in taken:
                part, number = f"{plain}-{number}", number + 1
            parts[account[:2]] = part
        own = [parts[account[:2]]] if len(account) > 1 else []
        names[account] = ":".join([ROOTS[account[0]], *own, *account[2:]])
    return names


def _amount(amount: Decimal, currency: str) -> str:
    return f"{amount:.{minor_digits(currency)}f} {currency}"


def _plain(text: str, forbidden: str) -> str:
    """TEXT on one line, without what would end or part it in a journal."""
    return " ".join("".join(" " if letter in forbidden else letter for letter in text).split())


def _postings(entry: Entry, names: Mapping[Account, str]) -> Iterator[str]:
    for account, amount in entry.postings:
        yield f"    {names[account]:<44}  {_amount(amount, entry.currency):>16}\n"


def ledger(entries: Iterable[Entry]) -> Iterator[str]:
    """ENTRIES as a journal that ledger and hledger both read, with its accounts and commodities declared."""
    every = [entry for entry in entries if entry.postings]
    names = name_accounts(every)
    yield "; Invoices, payments and what was bought ahead, as suptime booked them.\n\n"
    for currency in sorted({entry.currency for entry in every}):
        yield f"commodity {currency}\n    format {_amount(Decimal(1000), currency)}\n"
    for name in sorted(names.values()):
        yield f"account {name}\n"
    for entry in every:
        code, payee = _plain(entry.code, "();|"), _plain(entry.payee, ";|")
        yield f"\n{entry.on} * ({code}) {payee}  ; {_plain(entry.note, ';:')}\n"
        yield from _postings(entry, names)


def beancount(entries: Iterable[Entry]) -> Iterator[str]:
    """ENTRIES as a beancount file, with its accounts opened."""
    every = [entry for entry in entries if entry.postings]
    names = name_accounts(every)
    yield "; Invoices, payments and what was bought ahead, as suptime booked them.\n\n"
    opened: dict[Account, Entry] = {}
    for entry in every:
        for account, _ in entry.postings:
            opened.setdefault(account, entry)
    for account, entry in sorted(opened.items(), key=lambda item: (item[1].on, names[item[0]])):
        yield f"{entry.on} open {names[account]}\n"
    for entry in every:
        payee, note = (
            _plain(text, "").replace("\\", "\\\\").replace('"', '\\"') for text in (entry.payee, entry.note)
        )
        yield f'\n{entry.on} * "{payee}" "{note}"\n'
        yield f'    number: "{_plain(entry.code, chr(34) + chr(92))}"\n'
        yield from _postings(entry, names)


WRITERS: Mapping[str, Callable[[Iterable[Entry]], Iterator[str]]] = {
    "ledger": ledger,
    "hledger": ledger,
    "beancount": beancount,
}

"""Who writes which format."""
