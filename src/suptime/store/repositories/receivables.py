"""The receivables ledger: accounts as the core sees them, and the rows that commands add to it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from suptime.domain.ledger import (
    Account,
    Allocation,
    Assignment,
    DepositEntry,
    DepositReturn,
    DepositUse,
    Discount,
    Entry,
    EntryKey,
    EntryKind,
    Hold,
    Reminder,
    ReminderStep,
    Transfer,
    Void,
    WriteOff,
    document_entry,
)
from suptime.domain.payment_terms import Offer
from suptime.errors import NotPossible
from suptime.invoicing.receivables import Ledger, Posting, faults
from suptime.store.mapped import Mapped, Values, as_day
from suptime.store.repositories.rows import Clients, Query, Repository

Noun = TypeVar("Noun")

ASSIGNMENT = Mapped(Assignment, "assignment", columns={"on": "assigned_on"})
DISCOUNT = Mapped(
    Discount, "discount", columns={"number": "invoice", "on": "earned_on"}, without=("account",)
)
WRITE_OFF = Mapped(
    WriteOff, "write_off", columns={"number": "invoice", "on": "written_on"}, without=("account",)
)
REMINDER = Mapped(Reminder, "reminder", columns={"on": "sent_on"}, without=("account", "steps"))
DEPOSIT_ENTRY = Mapped(DepositEntry, "deposit_entry", columns={"on": "entered_on"}, without=("account",))
DEPOSIT_RETURN = Mapped(DepositReturn, "deposit_return", columns={"on": "returned_on"}, without=("payment",))
ALLOCATION = Mapped(Allocation, "allocation", columns={"on": "allocated_on"}, without=("credit", "debit"))
VOID = Mapped(Void, "voided", columns={"on": "voided_on"}, without=("entry",))
HOLD = Mapped(Hold, "hold", columns={"number": "invoice", "on": "held_on"})


def _of_client(table: str, columns: str, tail: str = "ORDER BY id") -> Query:
    """Return what asks for rows of a table (of a client), each after its client and currency."""
    return Query(
        f"SELECT {table}.client, {table}.currency, {columns} FROM {table}",
        {"client": "client = :client"},
        tail,
    )


class Receivables(Repository[Transfer]):
    """Payments, refunds, write-offs, reminders, and what was used for what. Rows are only ever added."""

    mapped = Mapped(Transfer, "transfer", columns={"on": "paid_on"})
    DOCUMENTS = Query(
        "SELECT invoice.client, invoice.currency, invoice.number, booked_document.gross, invoice.issued_on,"
        " invoice.due_on, booked_document.corrects, invoice.mode, booked_document.offers"
        " FROM invoice JOIN booked_document ON booked_document.number = invoice.number",
        {"client": "invoice.client = :client"},
        "ORDER BY invoice.year, invoice.serial",
    )
    TRANSFERS = Query(
        mapped.select,
        {
            "client": "(client = :client OR id IN (SELECT transfer FROM assignment WHERE client = :client))",
            "purchase": "purchase = :purchase",
        },
        "ORDER BY id",
    )
    BANK_KEYS = "SELECT bank_key FROM transfer WHERE bank_key IS NOT NULL"
    ASSIGNMENTS = Query(ASSIGNMENT.select, {"client": "client = :client"}, "ORDER BY id")
    DISCOUNTS = _of_client("discount", DISCOUNT.columns)
    WRITE_OFFS = _of_client("write_off", WRITE_OFF.columns)
    REMINDERS = _of_client("reminder", REMINDER.columns)
    LETTER = "SELECT document FROM reminder WHERE id = :id"
    STEPS = Query(
        "SELECT reminder, number, level, interest, repeat FROM reminder_step",
        {"client": "reminder IN (SELECT id FROM reminder WHERE client = :client)"},
        "ORDER BY id",
    )
    DEPOSIT_ENTRIES = _of_client("deposit_entry", DEPOSIT_ENTRY.columns)
    DEPOSIT_RETURNS = _of_client("deposit_return", f"deposit_return.transfer, {DEPOSIT_RETURN.columns}")
    ALLOCATIONS = _of_client(
        "allocation",
        f"credit_kind, credit, credit_part, debit_kind, debit, debit_part, {ALLOCATION.columns}",
    )
    VOIDS = _of_client("voided", f"kind, entry, part, {VOID.columns}")
    USES = Query(
        f"SELECT purchase.contract, allocation.debit, {ALLOCATION.columns} FROM allocation"
        " JOIN purchase ON purchase.id = allocation.purchase",
        {"clients": "allocation.client IN :clients"},
        "ORDER BY allocation.id",
        "allocation.debit_kind <> 'forfeiture'",
    )
    HOLDS = Query(HOLD.select, {"invoice": "invoice = :invoice"}, "ORDER BY id")

    # Reading

    def ledger(self, account: Account) -> Ledger:
        """Return all rows of one account."""
        return self.ledgers(account.client).get(account) or Ledger(account)

    def ledgers(self, client: str | None = None) -> dict[Account, Ledger]:
        """Return the accounts (of a client) that have an entry, by client, then currency."""
        entries: dict[Account, list[Entry]] = defaultdict(list)
        for entry in self._entries(client):
            entries[entry.account].append(entry)
        allocations = _by_account(self.allocations(client))
        voids = _by_account((account, void) for account, void in self.voids(client) if account is not None)
        returns = _by_account(self.deposit_returns(client))
        return {
            account: Ledger(
                account,
                tuple(entries[account]),
                tuple(allocations[account]),
                tuple(voids[account]),
                tuple(returns[account]),
            )
            for account in sorted(entries)
        }

    def _entries(self, client: str | None) -> Iterator[Entry]:
        yield from self.documents(client)
        assigned = {one.transfer: one for one in self.assignments(client)}
        for transfer in self.transfers(client):
            entry = transfer.entry(assigned.get(transfer.id))
            if entry is not None:
                yield entry
        yield from (one.entry for one in self.discounts(client))
        yield from (one.entry for one in self.write_offs(client))
        for reminder in self.reminders(client):
            if reminder.entry is not None:
                yield reminder.entry
        yield from (one.entry for one in self.deposit_entries(client))

    def documents(self, client: str | None = None) -> list[Entry]:
        """Return the entries of issued documents (of a client), by number."""
        return [
            document_entry(
                Account(owner, currency),
                number,
                Decimal(gross),
                as_day(issued_on),
                None if due_on is None else as_day(due_on),
                corrects=corrects or "",
                mode=mode,
                offers=_offers(offers),
            )
            for owner, currency, number, gross, issued_on, due_on, corrects, mode, offers in self.driver.all(
                self.DOCUMENTS, client=client
            )
        ]

    def transfers(self, client: str | None = None, *, purchase: int | None = None) -> list[Transfer]:
        """Return payments and refunds (of a client, held by a deposit), unassigned ones too, in order of their ids."""
        return self.read(self.TRANSFERS, client=client, purchase=purchase)

    def transfer(self, id: int) -> Transfer | None:  # noqa: A002
        """Return the payment or refund M`id`, or None."""
        return self.by_key(id)

    def bank_keys(self) -> set[str]:
        """Return the keys of all bank entries that came in, void or not."""
        return {*self.driver.column(self.BANK_KEYS)}

    def assignments(self, client: str | None = None) -> list[Assignment]:
        """Return which clients (or only one) transfers without one turned out to be from."""
        return [ASSIGNMENT.noun(row) for row in self.driver.all(self.ASSIGNMENTS, client=client)]

    def discounts(self, client: str | None = None) -> list[Discount]:
        """Return the cash discounts that payments (of a client) earned."""
        return self._of_account(DISCOUNT, self.DISCOUNTS, client)

    def write_offs(self, client: str | None = None) -> list[WriteOff]:
        """Return the debts (of a client) that were given up."""
        return self._of_account(WRITE_OFF, self.WRITE_OFFS, client)

    def write_off(self, id: int) -> WriteOff | None:  # noqa: A002
        """Return the write-off W`id`, or None."""
        return next((one for one in self.write_offs() if one.id == id), None)

    def reminders(self, client: str | None = None) -> list[Reminder]:
        """Return the reminders (of a client), in order."""
        steps: dict[int, list[ReminderStep]] = defaultdict(list)
        for reminder, number, level, interest, repeat in self.driver.all(self.STEPS, client=client):
            steps[reminder].append(ReminderStep(number, level, Decimal(interest), repeat))
        found = self._of_account(REMINDER, self.REMINDERS, client)
        return [replace(one, steps=tuple(steps[one.id])) for one in found]

    def reminder(self, id: int) -> Reminder | None:  # noqa: A002
        """Return the reminder R`id`, or None."""
        return next((one for one in self.reminders() if one.id == id), None)

    def letter(self, id: int) -> dict[str, Any] | None:  # noqa: A002
        """Return the document of the reminder R`id` as it was made, or None."""
        text = self.driver.value(self.LETTER, id=id)
        if text is None:
            return None
        import json

        found: dict[str, Any] = json.loads(text)
        return found

    def deposit_entries(self, client: str | None = None) -> list[DepositEntry]:
        """Return draws and forfeitures of deposits (of a client)."""
        return self._of_account(DEPOSIT_ENTRY, self.DEPOSIT_ENTRIES, client)

    def deposit_returns(self, client: str | None = None) -> list[tuple[Account, DepositReturn]]:
        """Return what became free credit again of deposits (of a client), each with its account."""
        return [
            (
                Account(*row[:2]),
                DEPOSIT_RETURN.noun(row[3:], payment=EntryKey(EntryKind.PAYMENT, f"M{row[2]}")),
            )
            for row in self.driver.all(self.DEPOSIT_RETURNS, client=client)
        ]

    def allocations(self, client: str | None = None) -> list[tuple[Account, Allocation]]:
        """Return all allocations (of a client), each with its account, in order."""
        return [
            (Account(*row[:2]), ALLOCATION.noun(row[8:], credit=_key(row[2:5]), debit=_key(row[5:8])))
            for row in self.driver.all(self.ALLOCATIONS, client=client)
        ]

    def voids(self, client: str | None = None) -> list[tuple[Account | None, Void]]:
        """Return all voids (of a client), each with its account: None of a payment that nobody had assigned."""
        return [
            (None if row[0] is None else Account(*row[:2]), VOID.noun(row[5:], entry=_key(row[2:5])))
            for row in self.driver.all(self.VOIDS, client=client)
        ]

    def holds(self, invoice: str | None = None) -> list[Hold]:
        """Return the holds (of an invoice), in order."""
        return [HOLD.noun(row) for row in self.driver.all(self.HOLDS, invoice=invoice)]

    def deposit_uses(self, clients: Clients) -> dict[str, list[DepositUse]]:
        """Return what deposits paid of documents, less what came back to them, in order, by contract."""
        found: dict[str, list[DepositUse]] = defaultdict(list)
        for contract, number, *row in self.driver.all(
            self.USES, clients=None if clients is None else [*clients]
        ):
            used = ALLOCATION.noun(row, credit=None, debit=None)
            found[contract].append(DepositUse(number, used.on, used.amount, used.purchase or 0))
        return dict(found)

    def _of_account(self, mapped: Mapped[Noun], statement: Query, client: str | None) -> list[Noun]:
        return [
            mapped.noun(row[2:], account=Account(*row[:2]))
            for row in self.driver.all(statement, client=client)
        ]

    def booked_documents(self) -> list[Values]:
        """Return what is noted of each document, as rows."""
        return list(self.rows.each_row("booked_document"))

    # Writing

    def add_transfer(self, transfer: Transfer) -> Transfer:
        """Add a payment or a refund; id 0 asks for the next number. Return it with its number."""
        stored_transfer: Transfer = self.mapped.of(self._numbered("transfer", self.mapped.values(transfer)))
        return stored_transfer

    def _numbered(self, table: str, values: Values) -> Values:
        return self.rows.insert(table, values) if values["id"] else self.rows.insert_next(table, values)

    def assign(self, assignment: Assignment) -> Assignment:
        """Note whose a transfer is that came in without a client."""
        return ASSIGNMENT.of(self.rows.insert("assignment", ASSIGNMENT.values(assignment)))

    def add_write_off(self, write_off: WriteOff) -> WriteOff:
        """Add a write-off; id 0 asks for the next number. Return it with its number."""
        row = self._numbered("write_off", WRITE_OFF.values(write_off, **write_off.account._asdict()))
        return WRITE_OFF.of(row, account=write_off.account)

    def add_reminder(self, reminder: Reminder, document: Mapping[str, Any]) -> Reminder:
        """Add a reminder with its steps and its document; id 0 asks for the next number. Return it with its number."""
        values = REMINDER.values(reminder, **reminder.account._asdict(), document=_written(document))
        row = self._numbered("reminder", values)
        for step in reminder.steps:
            self.rows.insert(
                "reminder_step",
                {"id": 0, "reminder": row["id"], "number": step.number, "level": step.level}
                | {"interest": format(step.interest, "f"), "repeat": step.repeat},
            )
        return REMINDER.of(row, account=reminder.account, steps=reminder.steps)

    def add_hold(self, hold: Hold) -> Hold:
        """Note that an invoice is not reminded of, or is again."""
        return HOLD.of(self.rows.insert("hold", HOLD.values(hold)))

    def void_unassigned(self, transfer: Transfer, void: Void) -> None:
        """Add the void of a payment that is no client's: no account has it."""
        self.rows.insert("voided", _void_values(void) | {"client": None, "currency": transfer.currency})

    def post(self, account: Account, posting: Posting) -> Ledger:
        """Add the rows of a posting to an account, and return it with them.

        Documents, transfers, write-offs and reminders among its entries are in their tables already: their
        ids are known only from there. Both sums of each entry are checked again (F4).

        Raises:
            NotPossible: something would be overdrawn. The transaction must not be kept.
        """
        of_account: Values = {"client": account.client, "currency": account.currency}
        for entry in posting.entries:
            self._add_entry(entry, of_account)
        for one in posting.allocations:
            self.rows.insert("allocation", _allocation_values(one) | of_account)
        for void in posting.voids:
            self.rows.insert("voided", _void_values(void) | of_account)
        for back in posting.returns:
            self.rows.insert("deposit_return", _return_values(back) | of_account)
        ledger = self.ledger(account)
        fault = next(faults(ledger), None)
        if fault is not None:
            raise NotPossible(
                fault, "Nothing was written.", f"suptime report statement --client {account.client}"
            )
        return ledger

    def _add_entry(self, entry: Entry, of_account: Values) -> None:
        number, part = int(entry.id[1:]) if entry.kind in _NUMBERED else 0, entry.key.part
        if entry.kind is EntryKind.DISCOUNT:
            earned = Discount(
                transfer=number,
                part=part,
                account=entry.account,
                number=entry.invoice,
                on=entry.on,
                amount=entry.amount,
            )
            self.rows.insert("discount", DISCOUNT.values(earned) | of_account)
        elif entry.kind in _NUMBERED:
            made = DepositEntry(
                kind=entry.kind,
                purchase=number,
                part=part,
                account=entry.account,
                on=entry.on,
                amount=entry.amount,
            )
            self.rows.insert("deposit_entry", DEPOSIT_ENTRY.values(made) | of_account)

    def each(self, table: str) -> Iterator[Values]:
        """Yield all rows of a table of the ledger, in the order of their ids."""
        return self.rows.each_row(table, "ORDER BY id")

    # Import: rows with their ids

    def add_many(self, table: str, rows: Iterable[Values]) -> int:
        """Add many rows of a table of the ledger, those with an id under it."""
        return self.rows.add_many(table, rows)


LEDGER = frozenset(
    (
        *("transfer", "assignment", "discount", "write_off", "reminder", "reminder_step"),
        *("deposit_entry", "deposit_return", "allocation", "voided"),
    )
)
"""The tables whose rows are never changed or deleted (F2)."""

_NUMBERED = frozenset({EntryKind.DISCOUNT, EntryKind.DRAW, EntryKind.FORFEITURE})
"""The kinds of entries that are told from others of their id by a part."""


def booked(number: str, document: Mapping[str, Any]) -> Values:
    """Return what the ledger needs of an issued document, as the row of `booked_document`."""
    discounts = (document.get("terms") or {}).get("discounts") or []
    return {
        "number": number,
        "gross": document["totals"]["gross"],
        "corrects": document["credits"],
        "offers": _written(discounts),
    }


def _written(value: object) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _offers(text: str) -> tuple[Offer, ...]:
    if text == "[]":
        return ()
    import json

    return tuple(
        Offer(
            Decimal(one["percent"]),
            date.fromisoformat(one["until"]),
            Decimal(one["amount"]),
            Decimal(one["pay"]),
        )
        for one in json.loads(text)
    )


def _key(parts: Sequence[Any]) -> EntryKey:
    kind, id_, part = parts
    return EntryKey(EntryKind(kind), id_, part)


def _by_account(rows: Iterable[tuple[Account, Noun]]) -> Mapping[Account, list[Noun]]:
    found: dict[Account, list[Noun]] = defaultdict(list)
    for account, row in rows:
        found[account].append(row)
    return found


def _allocation_values(one: Allocation) -> Values:
    return ALLOCATION.values(one) | {
        "credit_kind": str(one.credit.kind),
        "credit": one.credit.id,
        "credit_part": one.credit.part,
        "debit_kind": str(one.debit.kind),
        "debit": one.debit.id,
        "debit_part": one.debit.part,
        "cause": str(one.cause),
    }


def _void_values(void: Void) -> Values:
    kind, id_, part = void.entry
    return VOID.values(void) | {"kind": str(kind), "entry": id_, "part": part}


def _return_values(back: DepositReturn) -> Values:
    return DEPOSIT_RETURN.values(back) | {"transfer": int(back.payment.id[1:])}
