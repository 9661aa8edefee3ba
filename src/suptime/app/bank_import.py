"""Payments of a bank statement: matched with open items and recorded once, all of a file or nothing (F25, F26)."""

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from suptime.app import payments
from suptime.app.payments import Day, Target
from suptime.app.use_case import changing
from suptime.domain.bank import BankEntry
from suptime.domain.ledger import Account, EntryKind, Transfer
from suptime.domain.money import show_amount
from suptime.domain.time import Instant
from suptime.interchange.bank.entries import BankStatement
from suptime.invoicing.matching import Match, Matcher, Payable
from suptime.invoicing.payment_data import qr_reference, rf_reference
from suptime.invoicing.receivables import Ledger, settling_amount

if TYPE_CHECKING:
    from suptime.store import Store, Transaction


@dataclass(slots=True)
class Imported:
    """Imported payments: the document of `suptime payment import`, and notes about unallocated payments."""

    document: dict[str, Any]
    notes: list[str] = field(default_factory=list)


class _DryRun(Exception):
    """The transaction is rolled back after a dry run."""


def _take_back() -> None:
    raise _DryRun


def import_statement(
    store: "Store", statement: BankStatement, today: Day, *, dry_run: bool, now: Instant, agent: str
) -> Imported:
    """Record the new payments of a bank statement, each allocated to the items that it certainly pays.

    With `dry_run` nothing is changed.

    Raises:
        WrongUsage: the date of an entry is in the future.
        NotPossible: the books are closed through an entry's day.
    """
    done = Imported({})
    with suppress(_DryRun), changing(store, now, agent, "payment import") as tx:
        done = _import(tx, statement, today)
        if dry_run:
            _take_back()
    return done


def _import(tx: "Transaction", statement: BankStatement, today: Day) -> Imported:
    known, count = tx.receivables.bank_keys(), 0
    entered: list[tuple[Transfer, Match, BankEntry]] = []
    for entry in statement.entries:
        if entry.key in known:
            count += 1
            continue
        known.add(entry.key)
        today._replace(on=entry.on).check()
        match = _matcher(tx, entry.on).match(entry)
        entered.append((_enter(tx, entry, match), match, entry))
    shown = [payments.as_data(tx, one) | {"match": match.how} for one, match, _ in entered]
    return Imported(
        {
            "imported": len(entered),
            "known": count,
            "payments": shown,
            "unallocated": [f"M{one.id}" for one, match, _ in entered if match.how is None],
            "ignored": [{"entry": one.entry, "reason": one.reason} for one in statement.ignored],
        },
        [_note(one, match, entry) for one, match, entry in entered if match.how is None],
    )


def _enter(tx: "Transaction", entry: BankEntry, match: Match) -> Transfer:
    """Add the payment of a bank entry to the account of its client, or without a client if that is uncertain."""
    transfer = Transfer(
        id=0,
        on=entry.on,
        amount=entry.amount,
        currency=entry.currency,
        client=match.client,
        reference=" ".join([*entry.texts, *entry.references]),
        iban=entry.iban,
        name=entry.name,
        bank_key=entry.key,
    )
    if match.client is None:
        return tx.receivables.add_transfer(transfer)
    targets = [Target(share.number, f"{share.amount:f}") for share in match.shares]
    return payments.enter(tx, Account(match.client, entry.currency), transfer, targets)[0]


def _matcher(tx: "Transaction", on: date) -> Matcher:
    """Return a matcher of documents for an entry on a day, with the present accounts."""
    ledgers = tx.receivables.ledgers()
    heads = {one.number: one for one in tx.invoices.heads()}
    payables = [
        _payable(ledger, key, heads[key.id].year, heads[key.id].serial, on)
        for ledger in ledgers.values()
        for key in ledger.by_key
        if key.kind in {EntryKind.INVOICE, EntryKind.CREDIT_NOTE}
    ]
    return Matcher(payables, _ibans(tx, ledgers))


def _payable(ledger: Ledger, key: Any, year: int, serial: int, on: date) -> Payable:
    """Return a document of an account as an item that an entry of a day can pay."""
    entry = ledger.by_key[key]
    is_debit = not key.is_credit
    open_ = ledger.room(key, max(on, entry.on)) if is_debit else Decimal(0)
    pay = min(open_, settling_amount(ledger, key, on, date.max)) if is_debit else Decimal(0)
    references = (rf_reference(key.id, year, serial), qr_reference(year, serial))
    due = ledger.due_on(key) if is_debit else entry.on
    return Payable(key.id, ledger.account, open_, pay, due, references)


def _ibans(tx: "Transaction", ledgers: dict[Account, Ledger]) -> dict[str, set[str]]:
    """Return the clients of each IBAN: from client records, and from payments allocated to their documents."""
    found: dict[str, set[str]] = defaultdict(set)
    for client in tx.clients.list_all():
        if client.iban:
            found[client.iban].add(client.code)
    assigned = {one.transfer: one for one in tx.receivables.assignments()}
    for transfer in tx.receivables.transfers():
        entry = transfer.entry(assigned.get(transfer.id))
        if transfer.iban and entry is not None and not transfer.is_refund:
            ledger = ledgers[entry.account]
            used = sum((one.amount for one in ledger.allocations_of(entry.key)), Decimal(0))
            if used > 0:
                found[transfer.iban].add(entry.account.client)
    return found


def _note(transfer: Transfer, match: Match, entry: BankEntry) -> str:
    """Report a payment that pays nothing yet, with the next step."""
    amount = f"{show_amount(transfer.amount, transfer.currency)} {transfer.currency}"
    payer = f" from {entry.name or entry.iban}" if entry.name or entry.iban else ""
    candidates = f" It may be for {', '.join(match.candidates)}." if match.candidates else ""
    if match.client is None:
        what, how = "belongs to no client yet", "--client CODE"
    else:
        what, how = f"is on account of {match.client}", "--for NUMBER"
    said = f"M{transfer.id}, {amount} of {transfer.on}{payer}, {what}.{candidates}"
    return f"{said} suptime payment allocate M{transfer.id} {how}"
