"""Double entries as the journals of ledger, hledger and beancount."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from suptime.domain.booking import Purchase, PurchaseReturn
from suptime.domain.invoice import Invoice
from suptime.domain.ledger import Account as ClientAccount
from suptime.domain.ledger import Allocation, DepositReturn, EntryKind, Transfer, Void, WriteOff
from suptime.domain.ledger import Entry as Booked
from suptime.domain.money import minor_digits, rounded
from suptime.invoicing.receivables import Ledger, tax_shares

RECEIVABLE, BANK, TAX, PREPAID, INCOME = "receivable", "bank", "tax", "prepaid", "income"

"""The kinds of accounts. A receivable is a client's, prepaid and income are a contract's."""

DISCOUNT, BAD_DEBTS, BANK_FEES, LATE_CHARGES, UNASSIGNED = (
    "discount",
    "bad-debts",
    "bank-fees",
    "late-charges",
    "unassigned",
)
"""The kinds of accounts that only payments, and the lack of them, move. Each is one account."""

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
    """All that is booked. `names` are the clients' names, by code.

    `ledgers` are the accounts of all clients; `transfers` and `write_offs` are those of their entries, and
    `unassigned` the voids of payments that are no client's.
    """

    invoices: tuple[Invoice, ...]
    ledgers: tuple[Ledger, ...]
    transfers: tuple[Transfer, ...]
    write_offs: tuple[WriteOff, ...]
    unassigned: tuple[Void, ...]
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
        self.price = Decimal(0)
        self.used = Decimal(0)
        self.returned = Decimal(0)
        self.forfeited = False
        self._booked = (Decimal(0), Decimal(0))

    @property
    def _kept(self) -> Decimal:
        return self.bought.purchase.quantity - self.returned

    def part_of(self, quantity: Decimal) -> Decimal:
        """Return the part of the price that belongs to a quantity of what was not returned."""
        return rounded(self.price * quantity / self._kept, self.bought.currency) if self._kept else Decimal(0)

    def release(self) -> tuple[Decimal, Decimal]:
        """Return what of the liability is no longer owed since this was asked last: drawn, and forfeited.

        Each may be less than nothing, where something was given back or a sale was reversed.
        """
        drawn = self.part_of(self.used)
        lost = self.price - drawn if self.forfeited or not self._kept else Decimal(0)
        before = self._booked
        self._booked = (drawn, lost)
        return drawn - before[0], lost - before[1]


def entries(books: Books) -> list[Entry]:
    """The transactions of `books`, by day; within a day invoices first, then draws, money, and what is forfeited."""
    made: list[tuple[date, int, tuple[object, ...], Callable[[], Iterator[Entry]]]] = []
    journal = _Journal(books)
    for bought in books.purchases:
        unsold = bought.unit == "money" and bought.purchase.price is None
        if bought.forfeited_on is not None and not unsold:
            made.append((bought.forfeited_on, 4, (bought.purchase.id,), partial(journal.forfeit, bought)))
        for place, back in enumerate(bought.purchase.returns):
            if back.number is None:
                made.append((back.on, 0, (bought.purchase.id, place), partial(journal.give_back, back)))
    for place, invoice in enumerate(books.invoices):
        made.append((invoice.issued_on, 1, (place,), partial(journal.invoice, invoice)))
    for place, drawn in enumerate(books.draws):
        made.append((drawn.on, 2, (place,), partial(journal.draw, drawn)))
    made += journal.money()
    return [entry for *_, book in sorted(made, key=lambda one: one[:3]) for entry in book()]


class _Journal:
    """Books one event after another."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._stocks = {bought.purchase.id: _Stock(bought) for bought in books.purchases}
        self._invoices = {invoice.number: invoice for invoice in books.invoices}
        self._transfers = {f"M{one.id}": one for one in books.transfers}
        self._draws: dict[str, list[tuple[Ledger, Booked]]] = defaultdict(list)
        for ledger in books.ledgers:
            for one in ledger.allocations:
                if one.credit.kind is EntryKind.DRAW and one.amount > 0:
                    self._draws[one.debit.id].append((ledger, ledger.by_key[one.credit]))
        self._returns: dict[str, list[PurchaseReturn]] = defaultdict(list)
        for bought in books.purchases:
            for back in bought.purchase.returns:
                self._returns[back.number or ""].append(back)
        self._with_tax = {f"W{one.id}" for one in books.write_offs if one.with_tax}

    def draw(self, drawn: BookedDraw) -> Iterator[Entry]:
        """Yield what is drawn of something bought ahead."""
        stock = self._stocks.get(drawn.purchase)
        if stock is not None:
            stock.used += drawn.quantity
            yield from self._released(stock, drawn.on, drawn.number)

    def forfeit(self, bought: BookedPurchase) -> Iterator[Entry]:
        """Yield what expires of something that was sold ahead."""
        stock = self._stocks[bought.purchase.id]
        stock.forfeited = True
        assert bought.forfeited_on is not None  # noqa: S101 -- what is not forfeited is not booked so
        yield from self._released(stock, bought.forfeited_on, f"P{bought.purchase.id}")

    def give_back(self, back: PurchaseReturn) -> Iterator[Entry]:
        """Yield what is booked where a quantity is taken out: nothing, but its part of the price may move (F10)."""
        stock = self._stocks[back.purchase]
        if back.becomes is not None:
            part = stock.part_of(back.quantity)
            stock.price -= part
            self._stocks[back.becomes].price += part
        stock.returned += back.quantity
        return iter(())

    def money(self) -> Iterator[tuple[date, int, tuple[object, ...], Callable[[], Iterator[Entry]]]]:
        """Yield what the receivables ledger has beside documents: its day, its order and how it is booked."""
        for ledger in self._books.ledgers:
            account = ledger.account
            for entry in ledger.entries:
                if entry.kind not in _WITH_DOCUMENTS:
                    order = (*entry.order[1:], 0)
                    yield entry.on, 3, order, partial(self._entry_of, ledger, entry, entry.on, 1)
            for void in ledger.voids:
                entry = ledger.by_key[void.entry]
                if entry.kind in _WITH_DOCUMENTS:
                    continue
                order = (*entry.order[1:], 1)
                yield void.on, 3, order, partial(self._entry_of, ledger, entry, void.on, -1)
            held = [
                one
                for one in ledger.allocations
                if one.credit.kind is EntryKind.PAYMENT
                and one.purchase is not None
                and one.debit.kind is not EntryKind.FORFEITURE
            ]
            moves: list[Allocation | DepositReturn] = [*held, *ledger.returns]
            for place, move in enumerate(moves):
                yield move.on, 3, (True, (), "", place, 2), partial(self._from_deposit, account, move)
        for transfer in self._books.transfers:
            if transfer.client is None:
                yield (
                    transfer.counts_from,
                    3,
                    (False, (), "", transfer.id, 0),
                    partial(self._unassigned, transfer, transfer.counts_from, 1),
                )
        for void in self._books.unassigned:
            transfer = self._transfers[void.entry.id]
            yield (
                void.on,
                3,
                (False, (), "", transfer.id, 1),
                partial(self._unassigned, transfer, void.on, -1),
            )

    def _unassigned(self, transfer: Transfer, on: date, sign: int) -> Iterator[Entry]:
        sums = _money(transfer) | {(UNASSIGNED,): -transfer.amount}
        what = "Payment without a client" if sign > 0 else "Void: payment without a client"
        yield self._entry(on, f"M{transfer.id}", "", what, transfer.currency, _times(sums, sign))

    def _entry_of(self, ledger: Ledger, entry: Booked, on: date, sign: int) -> Iterator[Entry]:
        """Yield an entry of an account, or its void with the `sign` turned."""
        client, currency = ledger.account
        owed: Account = (RECEIVABLE, client)
        if entry.kind is EntryKind.PAYMENT:
            sums = self._payment(ledger, entry, on, is_void=sign < 0)
        elif entry.kind is EntryKind.REFUND:
            sums = {(BANK,): -entry.amount, owed: entry.amount}
        elif entry.kind is EntryKind.LATE_CHARGE:
            sums = {owed: entry.amount, (LATE_CHARGES,): -entry.amount}
        elif entry.kind is EntryKind.FORFEITURE:
            contract = self._stocks[int(entry.id[1:])].bought.purchase.contract
            sums = {(PREPAID, contract): entry.amount, (INCOME, contract, "Forfeited"): -entry.amount}
        else:
            sums = {owed: -entry.amount, **self._given_up(entry, currency)}
        what = _WHAT[entry.kind].format(entry.id, entry.invoice)
        yield self._entry(
            on, entry.id, client, what if sign > 0 else f"Void: {what}", currency, _times(sums, sign)
        )

    def _payment(self, ledger: Ledger, entry: Booked, on: date, *, is_void: bool) -> dict[Account, Decimal]:
        """Return where a payment comes from and goes to; what its deposit holds at its void goes from there."""
        transfer = self._transfers[entry.id]
        at_bank = transfer.client is not None or is_void
        came: dict[Account, Decimal] = _money(transfer) if at_bank else {(UNASSIGNED,): transfer.amount}
        owed: Account = (RECEIVABLE, ledger.account.client)
        if entry.purchase is None:
            return came | {owed: -entry.amount}
        back = [one.amount for one in ledger.returns if one.payment == entry.key and one.on <= on]
        returned = sum(back, Decimal(0)) if is_void else Decimal(0)
        contract = self._stocks[entry.purchase].bought.purchase.contract
        return came | {(PREPAID, contract): returned - entry.amount, owed: -returned}

    def _given_up(self, entry: Booked, currency: str) -> dict[Account, Decimal]:
        """Return the cost of a discount or a bad debt, and the tax that is taken back with it."""
        kind = DISCOUNT if entry.kind is EntryKind.DISCOUNT else BAD_DEBTS
        if kind == BAD_DEBTS and entry.id not in self._with_tax:
            return {(kind,): entry.amount}
        totals = self._invoices[entry.invoice].document["totals"]
        tax = sum((one.tax for one in tax_shares(entry.amount, totals, currency)), Decimal(0))
        return {(kind,): entry.amount - tax, (TAX,): tax}

    def _sold_draw(self, ledger: Ledger, entry: Booked, on: date, sign: int) -> Iterator[Entry]:
        """Yield what an old sold deposit pays; where it was sold for another price, the rest is a discount."""
        stock = self._stocks.get(int(entry.id[1:]))
        if stock is None:
            return
        amount = sign * entry.amount
        stock.used += amount
        released = sum(stock.release(), Decimal(0))
        contract = stock.bought.purchase.contract
        sums: dict[Account, Decimal] = {
            (PREPAID, contract): released,
            (INCOME, contract, "Discount"): amount - released,
            (RECEIVABLE, ledger.account.client): -amount,
        }
        paid = next((one.debit.id for one in ledger.allocations if one.credit == entry.key), "")
        what = f"Deposit {entry.id} pays {paid}" if sign > 0 else f"Back to the deposit {entry.id}"
        yield self._entry(on, entry.id, ledger.account.client, what, ledger.account.currency, sums)

    def _from_deposit(self, account: ClientAccount, used: Allocation | DepositReturn) -> Iterator[Entry]:
        """Yield what a deposit without a sale pays, or what is free credit of it again."""
        stock = self._stocks.get(used.purchase or 0)
        if stock is None:
            return
        sums: dict[Account, Decimal] = {
            (PREPAID, stock.bought.purchase.contract): used.amount,
            (RECEIVABLE, account.client): -used.amount,
        }
        if isinstance(used, DepositReturn):
            what = f"Returned of the deposit P{used.purchase}"
        elif used.amount > 0:
            what = f"Deposit P{used.purchase} pays {used.debit.id}"
        else:
            what = f"Back to the deposit P{used.purchase}"
        yield self._entry(used.on, f"P{used.purchase}", account.client, what, account.currency, sums)

    def invoice(self, invoice: Invoice) -> Iterator[Entry]:
        """Yield the transactions of a document."""
        document = invoice.document
        totals = document["totals"]
        sums: dict[Account, Decimal] = {(RECEIVABLE, invoice.client): Decimal(totals["gross"])}
        sold = [self._stocks[int(line["purchase"][1:])] for line in lines_of(document) if is_sale(line)]
        for line in lines_of(document):
            if is_sale(line):
                self._stocks[int(line["purchase"][1:])].price += Decimal(line["net"])
        for back in self._returns[invoice.number]:
            yield from self.give_back(back)
        for line in lines_of(document):
            net = Decimal(line["net"])
            if is_sale(line):
                account: Account = (PREPAID, line["contract"])
            elif line.get("deducts"):
                # A deposit that was sold for another price than its value: the rest is a discount.
                deposit = self._stocks[int(line["deducts"]["purchase"][1:])]
                deposit.used -= net
                part = sum(deposit.release(), Decimal(0))
                discount: Account = (INCOME, line["contract"], "Discount")
                sums[discount] = sums.get(discount, Decimal(0)) - net - part
                account, net = (PREPAID, line["contract"]), -part
            else:
                account = (INCOME, line["contract"])
            sums[account] = sums.get(account, Decimal(0)) - net
        sums[TAX,] = -Decimal(totals["tax"])
        credited = document["credits"]
        what = f"Credit note for {credited}" if credited else f"Invoice {invoice.number}"
        yield self._entry(invoice.issued_on, invoice.number, invoice.client, what, invoice.currency, sums)
        for ledger, entry in self._draws[invoice.credits] if invoice.credits else ():
            yield from self._sold_draw(ledger, entry, invoice.issued_on, -1)
        for stock in sold:
            yield from self._released(stock, invoice.issued_on, invoice.number)
        for ledger, entry in self._draws[invoice.number]:
            yield from self._sold_draw(ledger, entry, entry.on, 1)

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


_WITH_DOCUMENTS = frozenset({EntryKind.INVOICE, EntryKind.CREDIT_NOTE, EntryKind.DRAW})
"""What is booked with its document: the document itself, and what old sold deposits pay of it."""

_WHAT = {
    EntryKind.PAYMENT: "Payment {0}",
    EntryKind.REFUND: "Refund {0}",
    EntryKind.DISCOUNT: "Cash discount on {1}",
    EntryKind.WRITE_OFF: "Bad debt {1}",
    EntryKind.LATE_CHARGE: "Late charge of {0}",
    EntryKind.FORFEITURE: "Forfeited of {0}",
}


def _money(transfer: Transfer) -> dict[Account, Decimal]:
    """Return what came to the bank, and what it kept."""
    return {(BANK,): transfer.amount - transfer.fee, (BANK_FEES,): transfer.fee}


def _times(sums: Mapping[Account, Decimal], sign: int) -> dict[Account, Decimal]:
    return {account: sign * amount for account, amount in sums.items()}


def lines_of(document: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """Yield all lines of a `document`, in its order."""
    for case in document["cases"]:
        yield from case["lines"]
    yield from document["other_lines"]


def is_sale(line: Mapping[str, Any]) -> bool:
    """Return whether `line` is the sale of something bought ahead, or takes one back."""
    return "prepaid-sale" in {line["kind"], line.get("credits"), line.get("adjusts")}


def is_prepaid(line: Mapping[str, Any]) -> bool:
    """Return whether `line` sells something bought ahead or deducts it, or takes that back."""
    return is_sale(line) or bool(line.get("deducts"))


ROOTS = {
    RECEIVABLE: "Assets:Receivable",
    BANK: "Assets:Bank",
    TAX: "Liabilities:Tax",
    PREPAID: "Liabilities:Prepaid",
    INCOME: "Income",
    DISCOUNT: "Expenses:Discount",
    BAD_DEBTS: "Expenses:Bad-debts",
    BANK_FEES: "Expenses:Bank-fees",
    LATE_CHARGES: "Income:Late-charges",
    UNASSIGNED: "Liabilities:Unassigned",
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
