"""Payments of clients: add, allocate, release, refund and void them; write off debts (F1 to F13)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from suptime.app import lookup
from suptime.app.invoices.issued import as_data as invoice_as_data
from suptime.app.invoices.issued import get as issued_invoice
from suptime.app.use_case import changing
from suptime.domain import values
from suptime.domain.ledger import (
    Account,
    Assignment,
    EntryKey,
    EntryKind,
    Transfer,
    Void,
    WriteOff,
)
from suptime.domain.money import show_amount
from suptime.domain.time import Instant
from suptime.domain.values import accept, quoted
from suptime.errors import NotPossible, WrongUsage
from suptime.invoicing import receivables
from suptime.invoicing.receivables import Ledger, Posting, Wanted

if TYPE_CHECKING:
    from suptime.store import Store, Transaction

STATES = ("unassigned", "on-account", "part-allocated", "allocated", "void")
"""States of payments and refunds."""

_ID = re.compile(r"(?P<letter>[MWR])0*(?P<number>[1-9][0-9]{0,11})", re.IGNORECASE | re.ASCII)


class Day(NamedTuple):
    """The day of a new entry: the requested day, today, and the day through which the books are closed."""

    today: date
    on: date | None = None
    closed_through: date | None = None

    @property
    def chosen(self) -> date:
        """The requested day, or today."""
        return self.on or self.today

    def check(self, *, first: date | None = None) -> date:
        """Return the day of the entry.

        Raises:
            WrongUsage: it is in the future, or before `first`.
            NotPossible: the books are closed through it.
        """
        receivables.check_day(self.chosen, self.today, self.closed_through, first=first)
        return self.chosen


@dataclass(frozen=True, slots=True)
class Target:
    """A debit to be paid, as a person types it: a document, or a late charge R1; perhaps with an amount."""

    number: str
    amount: str | None = None


@dataclass(frozen=True, slots=True)
class Money:
    """A payment to be recorded, as a person types it."""

    client: str
    amount: str
    currency: str | None = None
    fee: str | None = None
    reference: str = ""
    iban: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """Result of a command: its document, and the open items to report if nothing was allocated."""

    document: dict[str, Any]
    notes: tuple[str, ...] = ()


def parse_id(text: str) -> tuple[str, int]:
    """Return the letter and the number of an id such as M1, W1 or R1.

    >>> parse_id("m07")
    ('M', 7)

    Raises:
        WrongUsage: it is not an id.
    """
    found = _ID.fullmatch(text.strip())
    if found is None:
        raise WrongUsage(
            f"{quoted(text)} is not a payment.", hint="Give an id such as M1: see suptime payment list"
        )
    return found["letter"].upper(), int(found["number"])


def add(
    store: "Store",
    money: Money,
    targets: Sequence[Target],
    day: Day,
    *,
    oldest: bool = False,
    now: Instant,
    agent: str,
) -> Done:
    """Record a payment of a client, and allocate it: to `targets` in their order, or to the oldest debits.

    Raises:
        WrongUsage: an amount or a day is invalid.
        NotPossible: there is no such client or document, it is another client's, or less is open on it.
    """
    with changing(store, now, agent, "payment add") as tx:
        client = lookup.client(tx, money.client)
        account = Account(client.code, _currency(tx, client.code, money.currency))
        amount = _amount(money.amount, account.currency)
        fee = Decimal(0) if money.fee is None else _fee(money.fee, amount, account.currency)
        transfer = Transfer(
            id=0,
            on=day.check(),
            amount=amount,
            currency=account.currency,
            client=client.code,
            fee=fee,
            reference=money.reference,
            iban=money.iban,
        )
        transfer, ledger = enter(tx, account, transfer, targets, oldest=oldest)
        return Done({"payment": as_data(tx, transfer)}, _notes(ledger, transfer, bool(targets) or oldest))


def enter(
    tx: "Transaction",
    account: Account,
    transfer: Transfer,
    targets: Sequence[Target] = (),
    *,
    oldest: bool = False,
) -> tuple[Transfer, Ledger]:
    """Add a payment within a transaction, and allocate it. Return it with its number, and its account."""
    before = tx.receivables.ledger(account)
    transfer = tx.receivables.add_transfer(transfer)
    entry = transfer.entry()
    assert entry is not None  # noqa: S101 -- the payment has a client
    posting = Posting((entry,))
    wanted = _wanted(tx, before, targets)
    if oldest:
        wanted = [Wanted(key) for key in receivables.oldest_debits(before, transfer.on)]
    if wanted:
        posting += _allocated(before.plus(posting), entry.key, wanted, None, strict=bool(targets))
    return transfer, tx.receivables.post(account, posting)


def pay(
    store: "Store", number: str, amount: str | None, day: Day, *, now: Instant, agent: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Record a payment of an invoice (default: all that is open); return the payment and the invoice.

    Raises:
        WrongUsage: the amount or the day is invalid.
        NotPossible: there is no such invoice; nothing is due on it.
    """
    with changing(store, now, agent, "invoice pay") as tx:
        invoice = issued_invoice(tx, number)
        account = Account(invoice.client, invoice.currency)
        ledger = tx.receivables.ledger(account)
        key = EntryKey(EntryKind.INVOICE, invoice.number)
        if key not in ledger.by_key:
            raise NotPossible(
                f"{invoice.number} is a credit note: nothing is due on it.",
                hint=f"suptime payment refund {invoice.client} AMOUNT",
            )
        if (other := receivables.reversal_of(ledger, invoice.number)) is not None:
            raise NotPossible(f"{invoice.number} is credited by {other.id}: nothing is due on it.")
        on = day.check()
        open_ = ledger.room(key, max(on, invoice.issued_on))
        if open_ <= 0:
            raise NotPossible(
                f"{invoice.number} is already paid.", hint=f"suptime invoice show {invoice.number}"
            )
        paid = open_ if amount is None else _amount(amount, account.currency)
        transfer = Transfer(id=0, on=on, amount=paid, currency=account.currency, client=account.client)
        transfer, _ = enter(tx, account, transfer, [Target(invoice.number)])
        return as_data(tx, transfer), invoice_as_data(tx, invoice, day.today)


def _allocated(
    ledger: Ledger, credit: EntryKey, wanted: Sequence[Wanted], on: date | None, *, strict: bool
) -> Posting:
    """Return the allocation of a credit; the rest is left out unless its debit was named."""
    if strict:
        return receivables.allocate(ledger, credit, wanted, on)
    posting, after = Posting(), ledger
    day = on or ledger.by_key[credit].on
    for one in wanted:
        if after.spare(credit, day) <= 0:
            break
        if after.room(one.debit, max(day, after.by_key[one.debit].on)) <= 0:
            continue
        row = receivables.allocate(after, credit, [one], on)
        posting, after = posting + row, after.plus(row)
    return posting


def allocate(
    store: "Store",
    id_: str,
    targets: Sequence[Target],
    day: Day,
    *,
    client: str | None = None,
    oldest: bool = False,
    now: Instant,
    agent: str,
) -> Done:
    """Allocate the rest of a payment or a credit note; `client` is the client of a payment without one.

    Raises:
        WrongUsage: the day is invalid, or the items to pay are missing.
        NotPossible: there is no such credit, nothing of it is left, or less is open than asked for.
    """
    with changing(store, now, agent, "payment allocate") as tx:
        account, credit = _credit(tx, id_)
        on = day.check()
        if account is None or client is not None:
            account = _assign(tx, id_, account, client, on)
        ledger = tx.receivables.ledger(account)
        credit_on = ledger.by_key[credit].on
        wanted = _wanted(tx, ledger, targets)
        if oldest:
            wanted = [Wanted(key) for key in receivables.oldest_debits(ledger, max(on, credit_on))]
        if not wanted and client is None:
            raise WrongUsage(
                f"The items that {credit.id} pays are missing.", hint="Add --for NUMBER, or --oldest."
            )
        if wanted:
            chosen = day.on
            if chosen is None:
                chosen = max(on, credit_on, *(ledger.by_key[one.debit].on for one in wanted))
            posting = _allocated(ledger, credit, wanted, chosen, strict=bool(targets))
            tx.receivables.post(account, posting)
        return Done({"payment": _document(tx, account, credit)})


def _assign(tx: "Transaction", id_: str, account: Account | None, client: str | None, on: date) -> Account:
    transfer = _transfer(tx, id_)
    if client is None:
        raise NotPossible(
            f"M{transfer.id} belongs to no client yet.",
            hint=f"suptime payment allocate M{transfer.id} --client CODE",
        )
    code = lookup.client(tx, client).code
    if account is not None:
        if account.client != code:
            raise NotPossible(f"M{transfer.id} belongs to {account.client}, not to {code}.")
        return account
    key = EntryKey(EntryKind.PAYMENT, f"M{transfer.id}")
    if any(void.entry == key for _, void in tx.receivables.voids()):
        raise NotPossible(f"M{transfer.id} is void.")
    tx.receivables.assign(Assignment(transfer.id, code, max(on, transfer.on)))
    return Account(code, transfer.currency)


def release(store: "Store", id_: str, numbers: Sequence[str], day: Day, *, now: Instant, agent: str) -> Done:
    """Release a payment or a credit note from the documents `numbers`, or from all.

    Raises:
        WrongUsage: the day is invalid.
        NotPossible: there is no such credit, or nothing of it is allocated there.
    """
    with changing(store, now, agent, "payment release") as tx:
        account, credit = _credit(tx, id_)
        if account is None:
            raise NotPossible(
                f"Nothing of {credit.id} is allocated.", hint=f"suptime payment show {credit.id}"
            )
        ledger = tx.receivables.ledger(account)
        debits = [one.debit for one in _wanted(tx, ledger, [Target(number) for number in numbers])]
        posting = receivables.release(ledger, credit, debits or None, on=day.check())
        tx.receivables.post(account, posting)
        return Done({"payment": _document(tx, account, credit)})


def refund(
    store: "Store", money: Money, sources: Sequence[str], day: Day, *, now: Instant, agent: str
) -> Done:
    """Refund free credit to a client: from `sources`, or else the oldest first.

    Raises:
        WrongUsage: an amount or a day is invalid.
        NotPossible: there is no such client or credit, or less credit is free.
    """
    with changing(store, now, agent, "payment refund") as tx:
        client = lookup.client(tx, money.client)
        account = Account(client.code, _currency(tx, client.code, money.currency))
        amount = _amount(money.amount, account.currency)
        ledger = tx.receivables.ledger(account)
        keys = []
        for source in sources:
            owner, key = _credit(tx, source)
            _check_owner(key.id, owner, account)
            keys.append(key)
        on = day.check()
        transfer = tx.receivables.add_transfer(
            Transfer(
                id=0,
                on=on,
                amount=amount,
                currency=account.currency,
                client=client.code,
                is_refund=True,
                reference=money.reference,
            )
        )
        entry = transfer.entry()
        assert entry is not None  # noqa: S101 -- the account has a client
        tx.receivables.post(account, receivables.refund(ledger, entry, keys))
        return Done({"payment": as_data(tx, transfer)})


def void(store: "Store", id_: str, reason: str, day: Day, *, now: Instant, agent: str) -> Done:
    """Void a payment, a refund, a write-off W1 or the charge of a reminder R1; release its allocations first.

    Raises:
        WrongUsage: the day is invalid.
        NotPossible: there is no such entry, it is void already, or it was paid back.
    """
    with changing(store, now, agent, "payment void") as tx:
        letter, number = parse_id(id_)
        account, key = entry_of(tx, letter, number)
        if account is None:
            void_unassigned(tx, number, reason, day)
            return Done({"payment": as_data(tx, _transfer(tx, f"M{number}"))})
        ledger = tx.receivables.ledger(account)
        posting = receivables.void(ledger, key, on=day.check(first=ledger.by_key[key].on), reason=reason)
        purchase = ledger.by_key[key].purchase
        if purchase is not None:
            tx.purchases.void(purchase)
        tx.receivables.post(account, posting)
        return Done({"payment": _document(tx, account, key)})


def void_unassigned(tx: "Transaction", number: int, reason: str, day: Day) -> None:
    """Cancel a payment that belongs to no client yet.

    Raises:
        WrongUsage: the day cannot be.
        NotPossible: it is void already.
    """
    transfer = _transfer(tx, f"M{number}")
    key = EntryKey(EntryKind.PAYMENT, f"M{number}")
    before = next((one for _, one in tx.receivables.voids() if one.entry == key), None)
    if before is not None:
        raise NotPossible(f"{key.id} is void since {before.on}.")
    tx.receivables.void_unassigned(transfer, Void(key, day.check(first=transfer.on), reason))


def write_off(
    store: "Store",
    number: str,
    reason: str,
    amount: str | None,
    day: Day,
    *,
    with_tax: bool,
    now: Instant,
    agent: str,
) -> dict[str, Any]:
    """Write off what is open on an invoice, or an `amount` of it, without a document (F13).

    Raises:
        WrongUsage: the amount or the day is invalid.
        NotPossible: there is no such invoice, or less is open.
    """
    with changing(store, now, agent, "invoice write-off") as tx:
        invoice = issued_invoice(tx, number)
        account = Account(invoice.client, invoice.currency)
        ledger = tx.receivables.ledger(account)
        debit = EntryKey(EntryKind.INVOICE, invoice.number)
        if debit not in ledger.by_key:
            raise NotPossible(f"{invoice.number} is a credit note: nothing is owed on it.")
        on = day.check(first=invoice.issued_on)
        open_ = ledger.room(debit, on)
        if open_ <= 0:
            raise NotPossible(
                f"Nothing is open on {invoice.number}.", hint=f"suptime invoice show {invoice.number}"
            )
        given_up = open_ if amount is None else _amount(amount, account.currency)
        made = tx.receivables.add_write_off(
            WriteOff(
                id=0,
                account=account,
                number=invoice.number,
                on=on,
                amount=given_up,
                reason=reason,
                with_tax=with_tax,
            )
        )
        tx.receivables.post(account, receivables.write_off(ledger, made.entry))
        return {"write_off": write_off_as_data(made, None)}


def write_off_as_data(one: WriteOff, void: Void | None) -> dict[str, Any]:
    """Return a write-off as JSON shows it."""
    return {
        "id": f"W{one.id}",
        "client": one.account.client,
        "currency": one.account.currency,
        "invoice": one.number,
        "on": one.on.isoformat(),
        "amount": show_amount(one.amount, one.account.currency),
        "reason": one.reason,
        "with_tax": one.with_tax,
        "void": _void_as_data(void),
    }


def show(store: "Store", id_: str) -> dict[str, Any]:
    """Return a payment, a refund or a write-off.

    Raises:
        NotPossible: nothing has that id.
    """
    with store.reading() as tx:
        letter, number = parse_id(id_)
        account, key = entry_of(tx, letter, number)
        if account is None:
            return {"payment": as_data(tx, _transfer(tx, f"M{number}"))}
        return {"payment": _document(tx, account, key)}


def list_all(
    store: "Store",
    *,
    client: str | None = None,
    first: date | None = None,
    last: date | None = None,
    state: str | None = None,
) -> list[dict[str, Any]]:
    """Return payments and refunds (of a client, of some days, in a state), by day, then id.

    Raises:
        NotPossible: there is no such client.
    """
    with store.reading() as tx:
        code = None if client is None else lookup.client(tx, client).code
        ledgers = tx.receivables.ledgers(code)
        assigned = {one.transfer: one for one in tx.receivables.assignments(code)}
        voids = {one.entry: one for _, one in tx.receivables.voids()}
        found = [
            _as_data(transfer, assigned.get(transfer.id), ledgers, voids)
            for transfer in sorted(tx.receivables.transfers(code), key=lambda one: (one.on, one.id))
            if (first is None or transfer.on >= first) and (last is None or transfer.on <= last)
        ]
    return [one for one in found if state is None or one["state"] == state]


def as_data(tx: "Transaction", transfer: Transfer) -> dict[str, Any]:
    """Return a payment or a refund as JSON shows it, with its present state."""
    assignment = next((one for one in tx.receivables.assignments() if one.transfer == transfer.id), None)
    client = assignment.client if assignment else transfer.client
    ledgers = tx.receivables.ledgers(client) if client else {}
    return _as_data(
        transfer, assignment, ledgers, {one.entry: one for _, one in tx.receivables.voids(client)}
    )


def _as_data(
    transfer: Transfer,
    assignment: Assignment | None,
    ledgers: Mapping[Account, Ledger],
    voids: Mapping[EntryKey, Void],
) -> dict[str, Any]:
    entry, currency = transfer.entry(assignment), transfer.currency
    kind = EntryKind.REFUND if transfer.is_refund else EntryKind.PAYMENT
    key = EntryKey(kind, f"M{transfer.id}")
    ledger = ledgers[entry.account] if entry is not None else None
    void = voids.get(key)
    left = transfer.amount if ledger is None else ledger.rest(key, date.max)
    left = Decimal(0) if void is not None or transfer.is_refund else left
    discount = Decimal(0) if ledger is None else receivables.discount_of(ledger, key)
    return {
        "id": key.id,
        "kind": str(kind),
        "client": entry.account.client if entry is not None else None,
        "currency": currency,
        "on": transfer.on.isoformat(),
        "amount": show_amount(transfer.amount, currency),
        "fee": show_amount(transfer.fee, currency),
        "left": show_amount(left, currency),
        "state": _state(transfer, left, is_void=void is not None, is_assigned=entry is not None),
        "reference": transfer.reference,
        "iban": transfer.iban,
        "purchase": None if transfer.purchase is None else f"P{transfer.purchase}",
        "void": _void_as_data(void),
        "discount": show_amount(discount, currency),
        "allocations": [] if ledger is None else allocations_as_data(ledger, key),
    }


def _state(transfer: Transfer, left: Decimal, *, is_void: bool, is_assigned: bool) -> str:
    if is_void:
        return "void"
    if not is_assigned:
        return "unassigned"
    if not left:
        return "allocated"
    return "on-account" if left == transfer.amount else "part-allocated"


def _void_as_data(void: Void | None) -> dict[str, Any] | None:
    return None if void is None else {"on": void.on.isoformat(), "reason": void.reason}


def allocations_as_data(ledger: Ledger, key: EntryKey, t: date = date.max) -> list[dict[str, Any]]:
    """Return the allocations to or from an entry at a day; released pairs are left out."""
    return [
        {"id": other.id, "on": on.isoformat(), "amount": show_amount(amount, ledger.account.currency)}
        for other, on, amount in receivables.pairs_of(ledger, key, t)
    ]


def _document(tx: "Transaction", account: Account, key: EntryKey) -> dict[str, Any]:
    """Return an entry of an account in the shape of a payment."""
    if key.kind in {EntryKind.PAYMENT, EntryKind.REFUND}:
        return as_data(tx, _transfer(tx, key.id))
    ledger = tx.receivables.ledger(account)
    entry, void = ledger.by_key[key], ledger.void_of.get(key)
    left = ledger.rest(key, date.max) if key.is_credit else Decimal(0)
    state = "void" if void else "allocated" if not left else "part-allocated"
    if left and left == entry.amount:
        state = "on-account"
    return {
        "id": key.id,
        "kind": str(key.kind),
        "client": account.client,
        "currency": account.currency,
        "on": entry.on.isoformat(),
        "amount": show_amount(entry.amount, account.currency),
        "fee": show_amount(Decimal(0), account.currency),
        "left": show_amount(left, account.currency),
        "state": state,
        "reference": "",
        "iban": "",
        "purchase": None,
        "void": _void_as_data(void),
        "discount": show_amount(Decimal(0), account.currency),
        "allocations": allocations_as_data(ledger, key),
    }


def _transfer(tx: "Transaction", id_: str) -> Transfer:
    number = parse_id(id_)[1]
    found = tx.receivables.transfer(number)
    if found is None:
        raise NotPossible(f"There is no payment M{number}.", hint="suptime payment list")
    return found


def entry_of(tx: "Transaction", letter: str, number: int) -> tuple[Account | None, EntryKey]:
    """Return an entry with its account; a payment may have no account yet.

    Raises:
        NotPossible: nothing has that id.
    """
    if letter == "M":
        transfer = _transfer(tx, f"M{number}")
        kind = EntryKind.REFUND if transfer.is_refund else EntryKind.PAYMENT
        assigned = next((one for one in tx.receivables.assignments() if one.transfer == number), None)
        entry = transfer.entry(assigned)
        return (None if entry is None else entry.account), EntryKey(kind, f"M{number}")
    made: Iterable[Any] = tx.receivables.write_offs() if letter == "W" else tx.receivables.reminders()
    one = next((one for one in made if one.id == number), None)
    if one is None:
        what = "write-off" if letter == "W" else "reminder"
        raise NotPossible(
            f"There is no {what} {letter}{number}.", hint="suptime report statement --client CODE"
        )
    if one.entry is None:
        raise NotPossible(f"R{number} has no charge, so there is nothing to void.")
    return one.account, one.entry.key


def _credit(tx: "Transaction", id_: str) -> tuple[Account | None, EntryKey]:
    """Return a payment or a credit note with its account.

    Raises:
        NotPossible: no entry has that id, or the entry is not a credit.
    """
    if _ID.fullmatch(id_.strip()):
        account, key = entry_of(tx, *parse_id(id_))
    else:
        invoice = issued_invoice(tx, id_)
        account = Account(invoice.client, invoice.currency)
        key = EntryKey(EntryKind.CREDIT_NOTE, invoice.number)
        if key not in tx.receivables.ledger(account).by_key:
            raise NotPossible(
                f"{invoice.number} is an invoice: it can be paid, but cannot pay anything.",
                hint=f"suptime payment allocate M1 --for {invoice.number}",
            )
    if key.kind not in {EntryKind.PAYMENT, EntryKind.CREDIT_NOTE}:
        raise NotPossible(f"{key.id} is a {key.kind}: it cannot be allocated.")
    return account, key


def _wanted(tx: "Transaction", ledger: Ledger, targets: Iterable[Target]) -> list[Wanted]:
    """Return the debits with the given ids.

    Raises:
        WrongUsage: an amount cannot be read, or a debit is given twice.
        NotPossible: there is no such debit, or it belongs to another account.
    """
    found: list[Wanted] = []
    for one in targets:
        owner, key = _debit(tx, one.number)
        _check_owner(key.id, owner, ledger.account)
        if any(other.debit == key for other in found):
            raise WrongUsage(f"{key.id} is given twice.", hint="Give each document once.")
        amount = None if one.amount is None else _amount(one.amount, ledger.account.currency)
        found.append(Wanted(key, amount))
    return found


def _debit(tx: "Transaction", number: str) -> tuple[Account | None, EntryKey]:
    if _ID.fullmatch(number.strip()):
        return entry_of(tx, *parse_id(number))
    invoice = issued_invoice(tx, number)
    account = Account(invoice.client, invoice.currency)
    key = EntryKey(EntryKind.INVOICE, invoice.number)
    if key not in tx.receivables.ledger(account).by_key:
        raise NotPossible(
            f"{invoice.number} is a credit note: nothing is owed on it.",
            hint=f"suptime payment refund {invoice.client} AMOUNT",
        )
    return account, key


def _check_owner(id_: str, owner: Account | None, account: Account) -> None:
    if owner is None or owner.client != account.client:
        whose = f"{owner.client}'s" if owner else "nobody's yet"
        raise NotPossible(f"{id_} is {whose}, not {account.client}'s.")
    if owner.currency != account.currency:
        raise NotPossible(f"{id_} is in {owner.currency}, not in {account.currency}.")


def _currency(tx: "Transaction", client: str, asked: str | None) -> str:
    """Return the currency of a payment: the requested one, the one of all documents of its client, or the client's."""
    if asked is not None:
        return accept(values.CURRENCY, asked)
    used = {account.currency for account in tx.receivables.ledgers(client)}
    if len(used) == 1:
        return used.pop()
    known = lookup.client(tx, client).currency
    if known is None and used:
        raise WrongUsage(
            f"{client} has accounts in {' and '.join(sorted(used))}.", hint="Add --currency CODE."
        )
    if known is None:
        from suptime.app.facts import contracts_of

        its = {one.latest.currency for one in contracts_of(tx) if one.client == client}
        if len(its) != 1:
            raise WrongUsage("The currency of the payment is missing.", hint="Add --currency CODE.")
        known = its.pop()
    return known


def _amount(text: str, currency: str) -> Decimal:
    amount = accept(values.price(currency, "amount"), text)
    if amount <= 0:
        raise WrongUsage(
            "The payment amount must be greater than zero.", hint="Give an amount such as 100.00."
        )
    return amount


def _fee(text: str, amount: Decimal, currency: str) -> Decimal:
    fee = accept(values.price(currency, "fee"), text)
    if fee >= amount:
        raise WrongUsage(
            f"The fee {show_amount(fee, currency)} must be less than the amount "
            f"{show_amount(amount, currency)}.",
            hint="AMOUNT is credited to the client, including the bank's fee.",
        )
    return fee


def _notes(ledger: Ledger, transfer: Transfer, is_named: bool) -> tuple[str, ...]:
    """Return notes about a payment on account: the open items."""
    if is_named:
        return ()
    open_ = receivables.open_items(ledger, date.max)
    currency = ledger.account.currency
    items = ", ".join(f"{one.key.id} ({show_amount(one.open, currency)})" for one in open_)
    said = f"M{transfer.id} is on account."
    if items:
        said += f" Open: {items}. To allocate it: suptime payment allocate M{transfer.id} --for NUMBER"
    return (said,)
