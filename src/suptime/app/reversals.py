"""Undo of what a command entered into the ledger: its entries stay, and reversals of today are added (F2)."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from suptime.domain.ledger import Account, EntryKey, EntryKind
from suptime.errors import NotPossible
from suptime.invoicing import receivables
from suptime.invoicing.receivables import check_day
from suptime.store import Transaction
from suptime.store.repositories.records import Change


def reverse(tx: Transaction, change: Change, today: date, closed_through: date | None) -> None:
    """Void the entries that a change made, then release what else it allocated, today.

    Raises:
        NotPossible: an entry is void or paid back already, another command allocated there too, or the books are closed.
    """
    check_day(today, today, closed_through)
    reason = f"Undo of {change.command}"
    entries = _entries(change)
    for account, key in entries:
        ledger = tx.receivables.ledger(account)
        on = max(today, ledger.days_of(key)[-1])
        tx.receivables.post(account, receivables.void(ledger, key, on=on, reason=reason))
    own = {key for _, key in entries}
    for (account, credit, debit), amount in _allocated(change).items():
        if credit in own or debit in own or credit.kind is EntryKind.DISCOUNT:
            continue
        ledger = tx.receivables.ledger(account)
        there = sum(
            (sum_ for other, _, sum_ in receivables.pairs_of(ledger, credit) if other == debit), Decimal(0)
        )
        if there != amount:
            raise NotPossible(
                f"`{change.command}` cannot be undone: {credit.id} and {debit.id} have been allocated or released since, "
                "or before.",
                hint=f"suptime payment release {credit.id} --for {debit.id}",
            )
        on = max(today, *(one.on for one in ledger.allocations_of(credit) if one.debit == debit))
        tx.receivables.post(account, receivables.release(ledger, credit, [debit], on=on, reason=reason))


def _entries(change: Change) -> list[tuple[Account, EntryKey]]:
    """Return the payments, refunds and write-offs that a change entered, the last one first."""
    found = []
    for row in reversed(change.rows):
        values = row.after or {}
        if row.entity == "transfer":
            kind = EntryKind.REFUND if values["is_refund"] else EntryKind.PAYMENT
            found.append((Account(values["client"], values["currency"]), EntryKey(kind, f"M{row.key}")))
        elif row.entity == "write_off":
            account = Account(values["client"], values["currency"])
            found.append((account, EntryKey(EntryKind.WRITE_OFF, f"W{row.key}")))
    return found


def _allocated(change: Change) -> dict[tuple[Account, EntryKey, EntryKey], Decimal]:
    """Return what a change allocated, by account, credit and debit."""
    found: dict[tuple[Account, EntryKey, EntryKey], Decimal] = defaultdict(Decimal)
    for row in change.rows:
        if row.entity == "allocation":
            values = row.after or {}
            credit = EntryKey(EntryKind(values["credit_kind"]), values["credit"], values["credit_part"])
            debit = EntryKey(EntryKind(values["debit_kind"]), values["debit"], values["debit_part"])
            account = Account(values["client"], values["currency"])
            found[account, credit, debit] += Decimal(values["amount"])
    return found
