"""The tables of what was issued, whose rows are only ever added to but for how far sending came, and what is settled."""

from datetime import date

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field

from suptime.store.tables.columns import (
    AUTOINCREMENT,
    MonthText,
    Table,
    amount,
    blob,
    day,
    document,
    flag,
    key_name,
    month,
    points_to,
    points_to_id,
    row_id,
    texts,
    whole,
    words,
)


class IssueTable(Table, table=True):
    """A step in what was issued to a client. No two follow the same one: work cannot be claimed twice."""

    __tablename__ = "issue"
    __table_args__ = (
        UniqueConstraint("client", "previous"),
        CheckConstraint("kind IN ('issue', 'supplement', 'close', 'credit')", name="kind_is_known"),
        CheckConstraint("kind = 'credit' OR month IS NOT NULL", name="month_is_given"),
        CheckConstraint("previous >= 0", name="previous_is_an_id"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    client: str = points_to("client.code")
    previous: int = whole()
    kind: str = words()
    month: str | None = month(nullable=True)
    at: int = whole()
    agent: str = words()


class InvoiceTable(Table, table=True):
    """An issued invoice or credit note, with the document that it is rendered from, for ever."""

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("year", "serial"),
        UniqueConstraint("credits"),
        CheckConstraint("serial > 0", name="serial_is_positive"),
        CheckConstraint("mode IN ('reopen', 'write-off')", name="mode_is_known"),
        CheckConstraint("(credits IS NULL) = (mode IS NULL)", name="mode_belongs_to_a_credit"),
        Index(None, "client", "year", "serial"),
        Index(None, "issue_id"),
    )
    number: str = key_name()
    year: int = whole()
    serial: int = whole()
    issue_id: int = points_to_id("issue.id")
    client: str = points_to("client.code")
    currency: str = words()
    month: str | None = month(nullable=True)
    issued_on: date = day()
    due_on: date | None = day(nullable=True)
    due: str = amount()
    credits: str | None = points_to("invoice.number", nullable=True)
    mode: str | None = words(nullable=True)
    document: str = document()


class IssuedLineTable(Table, table=True):
    """What an issue claims of one row. No issue claims a row twice."""

    __tablename__ = "issued_line"
    __table_args__ = (
        UniqueConstraint(
            "issue_id", "contract", "kind", "case_number", "day", "appointment", "window_starts_at", "tariff"
        ),
        CheckConstraint("quantity <> 0 OR capped <> 0 OR CAST(net AS NUMERIC) <> 0", name="claims_something"),
        Index(None, "contract", "kind", "day"),
        Index(None, "case_number"),
        Index(None, "invoice"),
        Index(None, "sold"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    issue_id: int = points_to_id("issue.id")
    invoice: str | None = points_to("invoice.number", nullable=True)
    contract: str = points_to("contract.code")
    kind: str = words()
    case_number: str | None = points_to("case.number", nullable=True)
    day: date = day()
    appointment: int = whole()
    window_starts_at: int = whole()
    tariff: str = words()
    quantity: int = whole()
    worked_seconds: int = whole()
    net: str = amount()
    sold: int | None = points_to_id("purchase.id", nullable=True)
    capped: int = whole()


class DrawDownTable(Table, table=True):
    """What an issued line takes from a purchase, or (negative) gives back."""

    __tablename__ = "draw_down"
    __table_args__ = (
        CheckConstraint("quantity <> 0", name="draws_something"),
        Index(None, "line_id"),
        Index(None, "purchase"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    line_id: int = points_to_id("issued_line.id")
    purchase: int = points_to_id("purchase.id")
    quantity: int = whole()


class ClosingTable(Table, table=True):
    """The last month closed for a client. What starts before `settled_until` may lie in closed months."""

    __tablename__ = "closing"
    client: str = Field(
        sa_column=Column(Text, ForeignKey("client.code", ondelete="RESTRICT"), primary_key=True)
    )
    month: str = month()
    settled_until: int = whole()


class UnsettledCaseTable(Table, table=True):
    """A day (counted from 1970, in UTC; -1: all days) of a case that is to be rated anew in closed months.

    A day may have several rows: an agent on a server adds one with each change and waits for nobody.
    """

    __tablename__ = "unsettled_case"
    __table_args__ = (Index(None, "case_number", "day"), AUTOINCREMENT)
    id: int | None = row_id()
    case_number: str = Field(
        sa_column=Column(Text, ForeignKey("case.number", ondelete="CASCADE"), nullable=False)
    )
    day: int = whole()


class BookingBatchTable(Table, table=True):
    """A file for a bookkeeping program, with the documents that it holds."""

    __tablename__ = "booking_batch"
    __table_args__ = (AUTOINCREMENT,)
    id: int | None = row_id()
    format: str = words()
    made_at: int = whole()
    agent: str = words()
    documents: str = texts()
    sha256: str = words()
    content: str = words()
    first: date | None = day(nullable=True)
    last: date | None = day(nullable=True)
    file: str | None = words(nullable=True)


class UnsettledContractTable(Table, table=True):
    """A contract of which everything from a day on is to be rated anew in closed months."""

    __tablename__ = "unsettled_contract"
    contract: str = Field(
        sa_column=Column(Text, ForeignKey("contract.code", ondelete="CASCADE"), primary_key=True)
    )
    since: date = day()


class PurchaseUseTable(Table, table=True):
    """What issued lines that count drew from a purchase for the days of one month: the sum of their draw-downs."""

    __tablename__ = "purchase_use"
    purchase: int = Field(
        sa_column=Column(
            BigInteger().with_variant(Integer, "sqlite"),
            ForeignKey("purchase.id", ondelete="RESTRICT"),
            primary_key=True,
        )
    )
    month: str = Field(sa_column=Column(MonthText, primary_key=True))
    quantity: int = whole()


class SendingTable(Table, table=True):
    """How far the sending of an invoice or a reminder came. `message` is kept until it is sent, `digest` for good.

    `invoice` is the number of the one or R1 of the other, so it points to no single table: `doctor` looks.
    """

    __tablename__ = "sending"
    __table_args__ = (
        UniqueConstraint("message_id"),
        CheckConstraint(
            "state IN ('pending', 'claimed', 'handed', 'unknown', 'failed', 'outbox', 'sent', 'withdrawn')",
            name="state_is_known",
        ),
        CheckConstraint("attempts >= 0", name="attempts_are_counted"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at_belongs_to_sent"),
        CheckConstraint(
            "(state IN ('claimed', 'handed')) = (leased_until IS NOT NULL)", name="lease_belongs_to_a_claim"
        ),
        CheckConstraint(
            "state NOT IN ('claimed', 'handed', 'unknown') OR message IS NOT NULL", name="message_is_kept"
        ),
        Index(None, "state"),
    )
    invoice: str = key_name()
    state: str = words()
    recipient: str = words()
    sender: str = words()
    message_id: str | None = words(nullable=True)
    digest: str | None = words(nullable=True)
    message: str | None = words(nullable=True)
    made_at: int | None = whole(nullable=True)
    attempts: int = whole()
    leased_until: int | None = whole(nullable=True)
    sent_at: int | None = whole(nullable=True)
    last_error: str | None = words(nullable=True)
    file_name: str | None = words(nullable=True)
    chosen: bool = flag("chosen")


class SentContentTable(Table, table=True):
    """The bytes of a delivered message, compressed by zlib: once for each digest."""

    __tablename__ = "sent_content"
    __table_args__ = (CheckConstraint("size >= 0", name="size_is_counted"),)
    digest: str = key_name()
    size: int = whole()
    packed: bytes = blob()


class DeliveryTable(Table, table=True):
    """A message about an invoice or a reminder that left, or may have left. Rows are only added."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("invoice", "attempt"),
        CheckConstraint("state IN ('unknown', 'outbox', 'sent')", name="state_is_known"),
        CheckConstraint("attempt > 0", name="attempt_is_counted"),
        Index(None, "digest"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    invoice: str = words()
    attempt: int = whole()
    state: str = words()
    recipient: str = words()
    at: int = whole()
    digest: str = points_to("sent_content.digest")
