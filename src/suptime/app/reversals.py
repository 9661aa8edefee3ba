"""Undo of ledger entries: the entries stay, and reversals with today's date are added (F2).

The undo of an assignment voids the payment on the account of its client, and enters it again without a client.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal

from suptime.app import payments
from suptime.app.payments import Day
from suptime.domain.ledger import Account, EntryKey, EntryKind
from suptime.errors import NotPossible
from suptime.invoicing import receivables
from suptime.invoicing.receivables import check_day
from suptime.store import Transaction
from suptime.store.repositories.records import Change


def reverse(tx: Transaction, change: Change, today: date, closed_through: date | None) -> None:
    """Void the entries of a change, then release its other allocations, today.

    Raises:
        NotPossible: an entry is void or paid back already, another command allocated there too, or the books are closed.
    """
    check_day(today, today, closed_through)
    reason = f"Undo of {change.command}"
    own = {_unassign(tx, number, reason, today) for number in _assigned(change)}
    for letter, number in _entries(change):
        entered, key = payments.entry_of(tx, letter, number)
        own.add(key)
        if entered is None:
            payments.void_unassigned(tx, number, reason, Day(today, closed_through=closed_through))
            continue
        ledger = tx.receivables.ledger(entered)
        purchase = ledger.by_key[key].purchase
        if purchase is not None:
            tx.purchases.void(purchase)
        on = max(today, ledger.days_of(key)[-1])
        tx.receivables.post(entered, receivables.void(ledger, key, on=on, reason=reason))
    for (account, credit, debit), amount in _allocated(change).items():
        if credit in own or debit in own or credit.kind is EntryKind.DISCOUNT:
            continue
        ledger = tx.receivables.ledger(account)
        there = sum(
            (sum_ for other, _, sum_ in receivables.pairs_of(ledger, credit) if other == debit), Decimal(0)
        )
        if there != amount:
            raise NotPossible(
                f"Cannot undo `{change.command}`: {credit.id} and {debit.id} were allocated or released by "
                "another command, too.",
                hint=f"suptime payment release {credit.id} --for {debit.id}",
            )
        on = max(today, *(one.on for one in ledger.allocations_of(credit) if one.debit == debit))
        tx.receivables.post(account, receivables.release(ledger, credit, [debit], on=on, reason=reason))


def _unassign(tx: Transaction, number: int, reason: str, today: date) -> EntryKey:
    """Void a payment on the account of its client, and enter it again without a client. Return its key."""
    account, key = payments.entry_of(tx, "M", number)
    assert account is not None  # noqa: S101 -- it has been assigned
    ledger = tx.receivables.ledger(account)
    on = max(today, ledger.days_of(key)[-1])
    tx.receivables.post(account, receivables.void(ledger, key, on=on, reason=reason))
    transfer = tx.receivables.transfer(number)
    assert transfer is not None  # noqa: S101 -- its assignment points to it
    tx.receivables.add_transfer(replace(transfer, id=0, bank_key=None, entered_on=on))
    return key


def _assigned(change: Change) -> list[int]:
    """Return the numbers of the payments of which a change named the client."""
    return [int((row.after or {})["transfer"]) for row in change.rows if row.entity == "assignment"]


def _entries(change: Change) -> list[tuple[str, int]]:
    """Return the letters and numbers of the payments, refunds and write-offs of a change, last one first."""
    letters = {"transfer": "M", "write_off": "W"}
    return [(letters[row.entity], int(row.key)) for row in reversed(change.rows) if row.entity in letters]


def _allocated(change: Change) -> dict[tuple[Account, EntryKey, EntryKey], Decimal]:
    """Return the allocations of a change, by account, credit and debit."""
    found: dict[tuple[Account, EntryKey, EntryKey], Decimal] = defaultdict(Decimal)
    for row in change.rows:
        if row.entity == "allocation":
            values = row.after or {}
            credit = EntryKey(EntryKind(values["credit_kind"]), values["credit"], values["credit_part"])
            debit = EntryKey(EntryKind(values["debit_kind"]), values["debit"], values["debit_part"])
            account = Account(values["client"], values["currency"])
            found[account, credit, debit] += Decimal(values["amount"])
    return found
