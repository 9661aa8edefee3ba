"""Convert payments of single invoices, from older versions, to the receivables ledger (F35)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from suptime.domain.ledger import (
    Account,
    Allocation,
    Cause,
    Entry,
    EntryKey,
    EntryKind,
    Transfer,
    natural_order,
)
from suptime.errors import NotPossible
from suptime.invoicing.receivables import (
    Ledger,
    Posting,
    deposit_entry,
    issue_credit_note,
    reverse_document,
)


@dataclass(frozen=True, slots=True)
class OldPayment:
    """A payment of one invoice in older versions: from the client, or from the deposit `purchase`."""

    number: str
    on: date
    amount: Decimal
    purchase: int | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class OldDeposit:
    """A purchase of money without a sale, whose payment was not in the documents."""

    purchase: int
    account: Account
    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Converted:
    """The replacement of old payments: transfers, and entries for each account."""

    transfers: tuple[Transfer, ...]
    postings: Mapping[Account, Posting]


def convert(
    documents: Sequence[Entry],
    corrected: Mapping[str, Sequence[str]],
    payments: Iterable[OldPayment],
    deposits: Iterable[OldDeposit],
    *,
    first: int = 1,
) -> Converted:
    """Return the ledger of documents and old payments: transfers from M`first` on, and their allocations.

    Each payment is allocated to its invoice; a deposit without a sale holds a payment, and its draws are
    allocations; draws of sold deposits are credits. Credit notes are allocated on their own day, after the draws of
    the credited invoice are returned. `corrected` are the invoices that a document with a negative total corrects.
    """
    payments, deposits = list(payments), list(deposits)
    owner = {entry.id: entry for entry in documents}
    payments = [one for one in payments if one.number in owner]
    came: list[tuple[date, int, int, OldDeposit | OldPayment]] = [
        *((one.on, 0, one.purchase, one) for one in deposits),
        *((one.on, 1, one.id, one) for one in payments if one.purchase is None),
    ]
    transfers, keys = [], {}
    for number, (*_, one) in enumerate(sorted(came, key=lambda item: item[:3]), first):
        account = one.account if isinstance(one, OldDeposit) else owner[one.number].account
        purchase = one.purchase if isinstance(one, OldDeposit) else None
        transfers.append(
            Transfer(
                id=number,
                on=one.on,
                amount=one.amount,
                client=account.client,
                currency=account.currency,
                purchase=purchase,
            )
        )
        keys[one] = EntryKey(EntryKind.PAYMENT, f"M{number}")
    held = {one.purchase: keys[one] for one in deposits}
    by_account: dict[Account, list[OldPayment]] = defaultdict(list)
    for payment in payments:
        by_account[owner[payment.number].account].append(payment)
    accounts = {entry.account for entry in documents} | {one.account for one in deposits}
    postings = {}
    for account in sorted(accounts):
        own = [entry for entry in documents if entry.account == account]
        money = [entry for one in transfers if (entry := one.entry()) and entry.account == account]
        ledger = Ledger(account, tuple(money))
        postings[account] = _account(ledger, own, corrected, by_account[account], keys, held)
    return Converted(tuple(transfers), postings)


def _account(
    ledger: Ledger,
    documents: Sequence[Entry],
    corrected: Mapping[str, Sequence[str]],
    payments: Sequence[OldPayment],
    keys: Mapping[OldDeposit | OldPayment, EntryKey],
    held: Mapping[int, EntryKey],
) -> Posting:
    """Return the entries for the account of a `ledger` that has its transfers and documents."""
    made = Posting()

    def add(posting: Posting) -> None:
        nonlocal made, ledger
        made, ledger = made + posting, ledger.plus(posting)

    notes = [one for one in documents if one.key.is_credit or one.is_whole]
    reversed_on = {one.invoice: one.on for one in notes if one.is_whole}
    add(Posting(tuple(one for one in documents if one not in notes)))
    for payment in sorted(payments, key=lambda one: (one.purchase is None, one.on, one.id)):
        debit = EntryKey(EntryKind.INVOICE, payment.number)
        if debit not in ledger.by_key:
            continue
        on = max(payment.on, ledger.by_key[debit].on)
        if payment.purchase is not None and payment.purchase not in held:
            draw = deposit_entry(ledger, EntryKind.DRAW, payment.purchase, on, payment.amount)
            add(Posting((draw,)))
            credit = draw.key
        else:
            credit = held[payment.purchase] if payment.purchase is not None else keys[payment]
            on = max(on, ledger.by_key[credit].on)
        cause = Cause.OTHER if payment.purchase is None else Cause.ISSUE
        if cause is Cause.OTHER and on > reversed_on.get(payment.number, on):
            continue  # It was received after the invoice was credited, so it stays on account.
        measure = (
            ledger.spare if payment.purchase is None or payment.purchase not in held else ledger.held_from
        )
        amount = min(payment.amount, measure(credit, on), ledger.room(debit, on))
        if amount > 0:
            add(Posting(allocations=(Allocation(credit, debit, on, amount, cause, payment.purchase),)))
    for note in sorted(notes, key=lambda one: (one.on, natural_order(one.id))):
        add(_set_off(ledger, note, corrected.get(note.id, ())))
    return made


def _set_off(ledger: Ledger, note: Entry, corrected: Sequence[str]) -> Posting:
    if not note.is_whole:
        return issue_credit_note(ledger, note, corrected)
    try:
        return reverse_document(ledger, note)
    except (NotPossible, KeyError):
        # An older version accepted too much: the excess is on account, no amount is guessed.
        return Posting((note,))


def corrected_by(document: Mapping[str, Any]) -> list[str]:
    """Return the numbers of the invoices that the adjustments of a document correct."""
    lines = [line for case in document["cases"] for line in case["lines"]] + list(document["other_lines"])
    found = {line["corrects"] for line in lines if line.get("corrects")}
    return sorted(found, key=natural_order)
