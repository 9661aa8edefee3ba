"""The tables: the one source of the schema.

Instants are epoch seconds, days are dates, money and quantities are exact decimal texts
(SQLite's NUMERIC would make floats of them). `folded` is a name without its letter case, so
that "two names that differ in nothing else" means the same on every database. Every
constraint has a name, and refuses what no program should ever write.
"""

from datetime import date

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from suptime.store.columns import (
    AUTOINCREMENT,
    Table,
    day,
    flag,
    key_name,
    points_to,
    points_to_id,
    row_id,
    whole,
    words,
)


class ClientTable(Table, table=True):
    """Who is billed."""

    __tablename__ = "client"
    __table_args__ = (
        UniqueConstraint("folded"),
        CheckConstraint("length(code) > 0", name="code_is_given"),
    )
    code: str = key_name()
    folded: str = words()
    name: str = words()
    currency: str | None = words(nullable=True)
    timezone: str | None = words(nullable=True)
    email: str | None = words(nullable=True)
    address: str | None = words(nullable=True)
    country: str | None = words(nullable=True)
    tax_id: str | None = words(nullable=True)
    tax: str | None = words(nullable=True)
    card_on_file: bool = flag("card_on_file")


class ContactTable(Table, table=True):
    """A person at a client."""

    __tablename__ = "contact"
    __table_args__ = (
        UniqueConstraint("client", "folded"),
        CheckConstraint("role IN ('administrator', 'user')", name="role_is_known"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    client: str = points_to("client.code")
    email: str = words()
    folded: str = words()
    name: str = words()
    role: str = words()


class ContractTable(Table, table=True):
    """A contract: its code and its client. What it says is in its versions."""

    __tablename__ = "contract"
    __table_args__ = (
        UniqueConstraint("folded"),
        UniqueConstraint("code", "client"),
        CheckConstraint("length(code) > 0", name="code_is_given"),
        Index(None, "client"),
    )
    code: str = key_name()
    folded: str = words()
    client: str = points_to("client.code")


class ContractVersionTable(Table, table=True):
    """One version of a contract: the text of its file."""

    __tablename__ = "contract_version"
    __table_args__ = (
        UniqueConstraint("contract", "starts_on"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    contract: str = points_to("contract.code")
    title: str = words()
    starts_on: date = day()
    ends_on: date | None = day(nullable=True)
    file_text: str = words()


class ProjectTable(Table, table=True):
    """Work delivered to a client."""

    __tablename__ = "project"
    __table_args__ = (
        UniqueConstraint("folded"),
        CheckConstraint("CAST(budget AS NUMERIC) >= 0", name="budget_is_not_negative"),
        Index(None, "client"),
    )
    code: str = key_name()
    folded: str = words()
    client: str = points_to("client.code")
    budget: str = words()
    completed: date = day()


class CaseTable(Table, table=True):
    """A case. `serial` is the n of a number CASE-<n>: the next number is found without a scan."""

    __tablename__ = "case"
    __table_args__ = (
        # One key for both columns: a case's contract is one of its own client.
        ForeignKeyConstraint(
            ["contract", "client"], ["contract.code", "contract.client"], ondelete="RESTRICT"
        ),
        CheckConstraint("length(number) > 0", name="number_is_given"),
        CheckConstraint("estimate_seconds IS NULL OR estimate_seconds >= 0", name="estimate_is_not_negative"),
        Index(None, "folded"),
        Index(None, "serial"),
        Index(None, "client"),
        Index(None, "contract", "client"),
        Index(None, "project"),
    )
    number: str = key_name()
    folded: str = words()
    serial: int | None = whole(nullable=True)
    client: str = points_to("client.code")
    contract: str = words()
    opened_at: int = whole()
    subject: str = words()
    category: str | None = words(nullable=True)
    kind: str | None = words(nullable=True)
    priority: str | None = words(nullable=True)
    contact: str | None = words(nullable=True)
    via: str | None = words(nullable=True)
    project: str | None = points_to("project.code", nullable=True)
    waived: str | None = words(nullable=True)
    estimate_seconds: int | None = whole(nullable=True)


class CaseEventTable(Table, table=True):
    """Something that happened to a case."""

    __tablename__ = "case_event"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('consent', 'escalate', 'respond', 'resolve', 'reopen')", name="kind_is_known"
        ),
        CheckConstraint("up_to_seconds IS NULL OR up_to_seconds > 0", name="up_to_is_positive"),
        Index(None, "case_number", "at"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    case_number: str = points_to("case.number")
    kind: str = words()
    at: int = whole()
    by_whom: str | None = words(nullable=True)
    up_to_seconds: int | None = whole(nullable=True)
    cause: str | None = words(nullable=True)
    kb: str | None = words(nullable=True)


class WorkUnitTable(Table, table=True):
    """One agent's uninterrupted work on one case; without an end it is running."""

    __tablename__ = "work_unit"
    __table_args__ = (
        CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name="ends_after_start"),
        CheckConstraint("length(agent) > 0", name="agent_is_given"),
        Index(
            "uq_work_unit_running_agent",
            "agent",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "started_at"),
        Index(None, "agent", "started_at"),
        Index(None, "case_number", "started_at"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    case_number: str = points_to("case.number")
    agent: str = words()
    channel: str = words()
    started_at: int = whole()
    ended_at: int | None = whole(nullable=True)
    note: str = words()
    guest: bool = flag("guest")
    requested: bool = flag("requested")
    waived: str | None = words(nullable=True)


class AppointmentTable(Table, table=True):
    """Time booked ahead."""

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("cancelled_by IN ('client', 'us')", name="cancelled_by_is_known"),
        CheckConstraint("missed_by IN ('client', 'us')", name="missed_by_is_known"),
        CheckConstraint("cancelled_by IS NULL OR cancelled_at IS NOT NULL", name="cancelled_by_has_at"),
        Index(None, "case_number"),
        Index(None, "agent", "starts_at"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    case_number: str = points_to("case.number")
    agent: str = words()
    starts_at: int = whole()
    ends_at: int = whole()
    channel: str | None = words(nullable=True)
    cancelled_at: int | None = whole(nullable=True)
    cancelled_by: str | None = words(nullable=True)
    missed_by: str | None = words(nullable=True)
    waived: str | None = words(nullable=True)


class PurchaseTable(Table, table=True):
    """Prepaid hours, incidents or money. A mistyped one is void, never deleted."""

    __tablename__ = "purchase"
    __table_args__ = (
        CheckConstraint("CAST(quantity AS NUMERIC) > 0", name="quantity_is_positive"),
        CheckConstraint("price IS NULL OR CAST(price AS NUMERIC) >= 0", name="price_is_not_negative"),
        Index(None, "contract", "bought_on"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    contract: str = points_to("contract.code")
    bought_on: date = day()
    quantity: str = words()
    price: str | None = words(nullable=True)
    voided_at: int | None = whole(nullable=True)


class StandingTable(Table, table=True):
    """What `start` needs to know of a case; worked out from the other tables, so it goes with its case."""

    __tablename__ = "standing"
    __table_args__ = (CheckConstraint("status IN ('open', 'resolved')", name="status_is_known"),)
    case_number: str = Field(
        sa_column=Column(Text, ForeignKey("case.number", ondelete="CASCADE"), primary_key=True)
    )
    client: str = words()
    status: str = words()
    settled_at: int = whole()
    valid_from: int = whole()
    valid_until: int | None = whole(nullable=True)
    channels: str | None = words(nullable=True)
    warnings: str = words()
    slow: bool = flag("slow")


class AuditTable(Table, table=True):
    """What one change did to one record. All rows of one transaction share `change`."""

    __tablename__ = "audit"
    __table_args__ = (
        CheckConstraint("before_json IS NOT NULL OR after_json IS NOT NULL", name="says_something"),
        Index(None, "change"),
        Index(None, "agent", "change"),
        Index(None, "entity", "entity_key", "change"),
        Index(None, "undoes"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    change: int = whole()
    at: int = whole()
    agent: str = words()
    command: str = words()
    entity: str = words()
    entity_key: str = words()
    before_json: str | None = words(nullable=True)
    after_json: str | None = words(nullable=True)
    undoes: int | None = whole(nullable=True)


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
    month: str | None = words(nullable=True)
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
    month: str | None = words(nullable=True)
    issued_on: date = day()
    due_on: date | None = day(nullable=True)
    due: str = words()
    credits: str | None = points_to("invoice.number", nullable=True)
    mode: str | None = words(nullable=True)
    document: str = words()


class IssuedLineTable(Table, table=True):
    """What an issue claims of one row. No issue claims a row twice."""

    __tablename__ = "issued_line"
    __table_args__ = (
        UniqueConstraint(
            "issue_id", "contract", "kind", "case_number", "day", "appointment", "window_starts_at", "tariff"
        ),
        CheckConstraint("quantity <> 0", name="claims_something"),
        Index(None, "contract"),
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
    net: str = words()
    sold: int | None = points_to_id("purchase.id", nullable=True)


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


class PaymentTable(Table, table=True):
    """Money for an invoice: from the client, or from a purchase of money."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("CAST(amount AS NUMERIC) > 0", name="amount_is_positive"),
        Index(None, "invoice"),
        Index(None, "purchase"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    invoice: str = points_to("invoice.number")
    paid_on: date = day()
    amount: str = words()
    purchase: int | None = points_to_id("purchase.id", nullable=True)


METADATA = Table.metadata
TABLES = METADATA.tables
"""The tables by their names, for statements."""
