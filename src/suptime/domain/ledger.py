"""The receivables ledger: debits, credits and allocations of clients (F1, F2).

Rows are only added. Documents are in their own table; each other noun here is one table:

    Transfer     a payment or a refund (M1)
    Assignment   the client of a transfer that had none
    WriteOff     a debt that is written off (W1)
    Reminder     a letter (R1), and ReminderStep, the level that an invoice reached with it
    Discount     a cash discount that a payment earned (M1)
    DepositEntry  a draw of an old sold deposit, or the forfeiture of a deposit without a sale (P1)
    DepositReturn  a part of a deposit that is free credit again
    Allocation   an amount of a credit that is used for a debit, or released
    Void         an entry that is cancelled
    Hold         an invoice without reminders

An `Entry` is not a table: it is the common form of these nouns and of documents on an account.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from suptime.domain.payment_terms import Offer


class EntryKind(StrEnum):
    """Kinds of entries, as a statement names them. Nothing else changes a balance."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit-note"
    PAYMENT = "payment"
    REFUND = "refund"
    DISCOUNT = "discount"
    WRITE_OFF = "write-off"
    LATE_CHARGE = "late-charge"
    DRAW = "draw"
    FORFEITURE = "forfeiture"


CREDITS = frozenset(
    {EntryKind.CREDIT_NOTE, EntryKind.PAYMENT, EntryKind.DISCOUNT, EntryKind.WRITE_OFF, EntryKind.DRAW}
)
"""Kinds of credits. The others are debits."""


class Account(NamedTuple):
    """The entries of one client in one currency."""

    client: str
    currency: str


class EntryKey(NamedTuple):
    """Identity of an entry: a payment and its discounts share the id M1, draws and forfeitures P1.

    `part` counts the entries of one kind and id: 0, and for discounts, draws and forfeitures 1, 2, ...
    """

    kind: EntryKind
    id: str
    part: int = 0

    @property
    def is_credit(self) -> bool:
        """Return whether the entry is a credit."""
        return self.kind in CREDITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One debit or credit of an account. `amount` has no sign; `on` is the day it counts from.

    `due_on` is for debits, `offers` for invoices. `invoice` is the invoice of a credit note, a write-off or a
    discount; `is_whole` marks a credit note that reverses the whole invoice. `purchase` is the deposit that holds a
    payment. `paid_on` is the day of a payment that only counts from a later day.
    """

    key: EntryKey
    account: Account
    on: date
    amount: Decimal
    due_on: date | None = None
    offers: tuple[Offer, ...] = ()
    invoice: str = ""
    is_whole: bool = False
    purchase: int | None = None
    paid_on: date | None = None

    @property
    def kind(self) -> EntryKind:
        """Its kind."""
        return self.key.kind

    @property
    def id(self) -> str:
        """Its id for people."""
        return self.key.id

    @property
    def order(self) -> tuple[object, ...]:
        """The order of a statement: by day, then debits, then id."""
        return (self.on, self.key.is_credit, natural_order(self.id), self.kind, self.key.part)


class Cause(StrEnum):
    """Command that made an allocation.

    `issue`: the command that issued the debit; the amount is part of `totals.prepaid`. `return`: a
    whole credit note returned it. `other`: everything else.
    """

    ISSUE = "issue"
    RETURN = "return"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Allocation:
    """An amount of one credit that is used for one debit; less than 0: released.

    `purchase` is the deposit that holds the money, or None for free credit.
    """

    credit: EntryKey
    debit: EntryKey
    on: date
    amount: Decimal
    cause: Cause = Cause.OTHER
    purchase: int | None = None
    id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Void:
    """An entry that is cancelled from a day on."""

    entry: EntryKey
    on: date
    reason: str = ""
    id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A payment or a refund: `id` is the number of M1.

    `amount` is credited to the client; it includes the `fee` that the bank deducted. `client` is None if it is
    unknown. `bank_key` identifies the bank's entry; `iban` is the payer's. `entered_on` is the day from which it
    counts if that is later than its day `on`: the undo of an assignment enters a payment again.
    """

    id: int
    on: date
    amount: Decimal
    currency: str
    client: str | None = None
    is_refund: bool = False
    fee: Decimal = Decimal(0)
    reference: str = ""
    iban: str = ""
    name: str = ""
    bank_key: str | None = None
    purchase: int | None = None
    entered_on: date | None = None

    @property
    def counts_from(self) -> date:
        """The day from which it counts."""
        return self.entered_on or self.on

    def entry(self, assignment: "Assignment | None" = None) -> Entry | None:
        """Return its entry, or None while it belongs to no client.

        A payment without a client is on an account from the day of its assignment.
        """
        client = assignment.client if assignment is not None else self.client
        if client is None:
            return None
        on = self.counts_from if assignment is None else max(self.counts_from, assignment.on)
        return Entry(
            key=EntryKey(EntryKind.REFUND if self.is_refund else EntryKind.PAYMENT, f"M{self.id}"),
            account=Account(client, self.currency),
            on=on,
            amount=self.amount,
            purchase=self.purchase,
            paid_on=self.on,
        )


@dataclass(frozen=True, slots=True)
class Assignment:
    """The client of a transfer that had none, as known from a day on."""

    transfer: int
    client: str
    on: date
    id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """A cash discount that payment M`transfer` earned on an invoice (F21); `part` numbers those of one payment."""

    transfer: int
    part: int
    account: Account
    number: str
    on: date
    amount: Decimal
    id: int = field(default=0, compare=False)

    @property
    def entry(self) -> Entry:
        """Its entry."""
        key = EntryKey(EntryKind.DISCOUNT, f"M{self.transfer}", self.part)
        return Entry(key=key, account=self.account, on=self.on, amount=self.amount, invoice=self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOff:
    """A debt that is written off without a document (F13): `id` is the number of W1."""

    id: int
    account: Account
    number: str
    on: date
    amount: Decimal
    reason: str
    with_tax: bool = False

    @property
    def entry(self) -> Entry:
        """Its entry."""
        key = EntryKey(EntryKind.WRITE_OFF, f"W{self.id}")
        return Entry(key=key, account=self.account, on=self.on, amount=self.amount, invoice=self.number)


class ReminderStep(NamedTuple):
    """An open item of a reminder: the level that it reached, or 0, and the interest charged for it.

    `number` is that of an invoice or a late charge. `repeat` counts the withdrawn reminders with the same level.
    An invoice has each pair of level above 0 and repeat once: a unique key.
    """

    number: str
    level: int
    interest: Decimal = Decimal(0)
    repeat: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A letter about open items (F28): `id` is the number of R1."""

    id: int
    account: Account
    on: date
    fee: Decimal = Decimal(0)
    steps: tuple[ReminderStep, ...] = ()

    @property
    def charge(self) -> Decimal:
        """Fee and interest together."""
        return sum((step.interest for step in self.steps), self.fee)

    @property
    def entry(self) -> Entry | None:
        """Its late charge, due at once; None if it charges nothing."""
        if not self.charge:
            return None
        key = EntryKey(EntryKind.LATE_CHARGE, f"R{self.id}")
        return Entry(key=key, account=self.account, on=self.on, amount=self.charge, due_on=self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositEntry:
    """A draw of a deposit that an older version sold, or the expired part of a deposit without a sale (F16, F35).

    `part` numbers those of one kind and purchase.
    """

    kind: EntryKind
    purchase: int
    part: int
    account: Account
    on: date
    amount: Decimal
    id: int = field(default=0, compare=False)

    @property
    def entry(self) -> Entry:
        """Its entry."""
        key = EntryKey(self.kind, f"P{self.purchase}", self.part)
        return Entry(key=key, account=self.account, on=self.on, amount=self.amount)


@dataclass(frozen=True, slots=True)
class DepositReturn:
    """A part of a deposit without a sale that became free credit of its payment on a day (F17)."""

    purchase: int
    payment: EntryKey
    on: date
    amount: Decimal
    id: int = field(default=0, compare=False)


class DepositUse(NamedTuple):
    """Amount that a deposit, the purchase of that id, paid of a document on a day; negative: a return."""

    number: str
    on: date
    amount: Decimal
    purchase: int


@dataclass(frozen=True, slots=True)
class Hold:
    """An invoice without reminders from a day on: disputed, perhaps `until` a day. `is_off` ends it."""

    number: str
    on: date
    reason: str = ""
    until: date | None = None
    is_off: bool = False
    id: int = field(default=0, compare=False)


def document_entry(
    account: Account,
    number: str,
    gross: Decimal,
    issued_on: date,
    due_on: date | None = None,
    *,
    corrects: str = "",
    mode: str | None = None,
    offers: tuple[Offer, ...] = (),
) -> Entry:
    """Return the entry of an issued document: a credit if its total is below 0, or if it credits `corrects`.

    A credit note of a document that was a credit itself has a total above 0, so it is a debit.
    """
    is_credit = gross < 0 or (gross == 0 and bool(corrects))
    return Entry(
        key=EntryKey(EntryKind.CREDIT_NOTE if is_credit else EntryKind.INVOICE, number),
        account=account,
        on=issued_on,
        amount=abs(gross),
        due_on=due_on,
        offers=offers,
        invoice=corrects,
        is_whole=mode in WHOLE,
    )


WHOLE = frozenset({"reopen", "write-off"})
"""Modes of credit notes that reverse a whole invoice."""


def natural_order(text: str) -> tuple[object, ...]:
    """Return the key that sorts texts with numbers in them as people do: M9 before M10.

    >>> sorted(["M10", "M9", "INV-2026-0010"], key=natural_order)
    ['INV-2026-0010', 'M9', 'M10']
    """
    return tuple(
        (int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"([0-9]+)", text) if part
    )
