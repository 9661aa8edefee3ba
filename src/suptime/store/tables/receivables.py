"""The tables of the receivables ledger, whose rows are only ever added (finance.md, F2)."""

from datetime import date

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from suptime.store.tables.columns import (
    AUTOINCREMENT,
    Table,
    amount,
    day,
    document,
    flag,
    points_to,
    points_to_id,
    row_id,
    whole,
    words,
)


class BookedDocumentTable(Table, table=True):
    """What the ledger needs of an issued document: its gross total, what it corrects, and its cash discounts."""

    __tablename__ = "booked_document"
    __table_args__ = (Index(None, "corrects"),)
    number: str = Field(
        sa_column=Column(Text, ForeignKey("invoice.number", ondelete="RESTRICT"), primary_key=True)
    )
    gross: str = amount()
    corrects: str | None = points_to("invoice.number", nullable=True)
    offers: str = document()


class TransferTable(Table, table=True):
    """Money that came in, or a refund: M1, M2, ..."""

    __tablename__ = "transfer"
    __table_args__ = (
        UniqueConstraint("bank_key"),
        CheckConstraint("CAST(amount AS NUMERIC) > 0", name="amount_is_positive"),
        CheckConstraint("CAST(fee AS NUMERIC) >= 0", name="fee_is_not_negative"),
        Index(None, "client"),
        Index(None, "purchase"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    client: str | None = points_to("client.code", nullable=True)
    currency: str = words()
    is_refund: bool = flag("is_refund")
    paid_on: date = day()
    fee: str = amount()
    amount: str = amount()
    reference: str = words()
    iban: str = words()
    name: str = words()
    bank_key: str | None = words(nullable=True)
    purchase: int | None = points_to_id("purchase.id", nullable=True)
    entered_on: date | None = day(nullable=True)


class AssignmentTable(Table, table=True):
    """The client of a transfer that came in without one."""

    __tablename__ = "assignment"
    __table_args__ = (UniqueConstraint("transfer"), Index(None, "client"), AUTOINCREMENT)
    id: int | None = row_id()
    transfer: int = points_to_id("transfer.id")
    client: str = points_to("client.code")
    assigned_on: date = day()


class DiscountTable(Table, table=True):
    """A cash discount that a payment earned on an invoice."""

    __tablename__ = "discount"
    __table_args__ = (
        UniqueConstraint("transfer", "part"),
        CheckConstraint("CAST(amount AS NUMERIC) > 0", name="amount_is_positive"),
        Index(None, "client"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    transfer: int = points_to_id("transfer.id")
    part: int = whole()
    client: str = points_to("client.code")
    currency: str = words()
    invoice: str = points_to("invoice.number")
    earned_on: date = day()
    amount: str = amount()


class WriteOffTable(Table, table=True):
    """A debt that is given up: W1, W2, ..."""

    __tablename__ = "write_off"
    __table_args__ = (
        CheckConstraint("CAST(amount AS NUMERIC) > 0", name="amount_is_positive"),
        Index(None, "client"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    client: str = points_to("client.code")
    currency: str = words()
    invoice: str = points_to("invoice.number")
    written_on: date = day()
    amount: str = amount()
    reason: str = words()
    with_tax: bool = flag("with_tax")


class ReminderTable(Table, table=True):
    """A letter about open items: R1, R2, ... `document` is what it is rendered from, for ever."""

    __tablename__ = "reminder"
    __table_args__ = (
        CheckConstraint("CAST(fee AS NUMERIC) >= 0", name="fee_is_not_negative"),
        Index(None, "client"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    client: str = points_to("client.code")
    currency: str = words()
    sent_on: date = day()
    fee: str = amount()
    document: str = document()


class ReminderStepTable(Table, table=True):
    """An open item of a letter and its level. An invoice has each level once, withdrawn letters aside."""

    __tablename__ = "reminder_step"
    __table_args__ = (
        Index(
            "ix_reminder_step_level",
            "number",
            "level",
            "repeat",
            unique=True,
            sqlite_where=text("level > 0"),
            postgresql_where=text("level > 0"),
        ),
        CheckConstraint("level >= 0", name="level_is_counted"),
        Index(None, "reminder"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    reminder: int = points_to_id("reminder.id")
    number: str = words()
    level: int = whole()
    interest: str = amount()
    repeat: int = whole()


class DepositEntryTable(Table, table=True):
    """A draw of an old sold deposit (a credit), or the forfeiture of a deposit without a sale (a debit): P1."""

    __tablename__ = "deposit_entry"
    __table_args__ = (
        UniqueConstraint("kind", "purchase", "part"),
        CheckConstraint("kind IN ('draw', 'forfeiture')", name="kind_is_known"),
        CheckConstraint("CAST(amount AS NUMERIC) > 0", name="amount_is_positive"),
        Index(None, "client"),
        Index(None, "purchase"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    kind: str = words()
    purchase: int = points_to_id("purchase.id")
    part: int = whole()
    client: str = points_to("client.code")
    currency: str = words()
    entered_on: date = day()
    amount: str = amount()


class DepositReturnTable(Table, table=True):
    """A part of a deposit without a sale that is free credit of its payment again."""

    __tablename__ = "deposit_return"
    __table_args__ = (
        CheckConstraint("CAST(amount AS NUMERIC) > 0", name="amount_is_positive"),
        Index(None, "client"),
        Index(None, "purchase"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    client: str = points_to("client.code")
    currency: str = words()
    purchase: int = points_to_id("purchase.id")
    transfer: int = points_to_id("transfer.id")
    returned_on: date = day()
    amount: str = amount()


class AllocationTable(Table, table=True):
    """An amount of a credit that is used for a debit; less than 0: released."""

    __tablename__ = "allocation"
    __table_args__ = (
        CheckConstraint("CAST(amount AS NUMERIC) <> 0", name="amount_is_not_zero"),
        CheckConstraint("cause IN ('issue', 'return', 'other')", name="cause_is_known"),
        Index(None, "client"),
        Index(None, "purchase"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    client: str = points_to("client.code")
    currency: str = words()
    credit_kind: str = words()
    credit: str = words()
    credit_part: int = whole()
    debit_kind: str = words()
    debit: str = words()
    debit_part: int = whole()
    allocated_on: date = day()
    amount: str = amount()
    cause: str = words()
    purchase: int | None = points_to_id("purchase.id", nullable=True)


class VoidedTable(Table, table=True):
    """An entry that is cancelled from a day on."""

    __tablename__ = "voided"
    __table_args__ = (UniqueConstraint("kind", "entry", "part"), Index(None, "client"), AUTOINCREMENT)
    id: int | None = row_id()
    client: str | None = points_to("client.code", nullable=True)
    currency: str = words()
    kind: str = words()
    entry: str = words()
    part: int = whole()
    voided_on: date = day()
    reason: str = words()


class HoldTable(Table, table=True):
    """An invoice that is not reminded of from a day on, or is again."""

    __tablename__ = "hold"
    __table_args__ = (Index(None, "invoice"), AUTOINCREMENT)
    id: int | None = row_id()
    invoice: str = points_to("invoice.number")
    held_on: date = day()
    reason: str = words()
    until: date | None = day(nullable=True)
    is_off: bool = flag("is_off")
