"""The tables: the one source of the schema.

Instants are epoch seconds, days are dates, money and quantities are exact decimal texts
(SQLite's NUMERIC would make floats of them). `folded` is a name without its letter case, so
that "two names that differ in nothing else" means the same on every database. Every
constraint has a name, and refuses what no program should ever write.
"""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

NAMING = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Table(SQLModel):
    """What all tables share."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING)


AUTOINCREMENT: dict[str, Any] = {"sqlite_autoincrement": True}
"""Ids are never given out twice: what `suptime` printed once must not come to name something else."""


def _id() -> Any:
    # SQLite counts up only what is declared INTEGER; there it has 64 bits all the same.
    return Field(
        default=None, sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    )


def _name() -> Any:
    return Field(sa_column=Column(Text, primary_key=True))


def _text(*, nullable: bool = False) -> Any:
    return Field(default=None, sa_column=Column(Text, nullable=nullable))


def _whole(*, nullable: bool = False) -> Any:
    return Field(default=None, sa_column=Column(BigInteger, nullable=nullable))


def _day(*, nullable: bool = False) -> Any:
    return Field(default=None, sa_column=Column(Date, nullable=nullable))


def _flag(name: str) -> Any:
    kind = Boolean(create_constraint=True, name=f"{name}_is_boolean")
    return Field(default=False, sa_column=Column(name, kind, nullable=False))


def _of(target: str, *, nullable: bool = False) -> Any:
    return Field(
        default=None, sa_column=Column(Text, ForeignKey(target, ondelete="RESTRICT"), nullable=nullable)
    )


class ClientTable(Table, table=True):
    """Who is billed."""

    __tablename__ = "client"
    __table_args__ = (
        UniqueConstraint("folded"),
        CheckConstraint("length(code) > 0", name="code_is_given"),
    )
    code: str = _name()
    folded: str = _text()
    name: str = _text()
    currency: str | None = _text(nullable=True)
    timezone: str | None = _text(nullable=True)
    email: str | None = _text(nullable=True)
    address: str | None = _text(nullable=True)
    country: str | None = _text(nullable=True)
    tax_id: str | None = _text(nullable=True)
    tax: str | None = _text(nullable=True)
    card_on_file: bool = _flag("card_on_file")


class ContactTable(Table, table=True):
    """A person at a client."""

    __tablename__ = "contact"
    __table_args__ = (
        UniqueConstraint("client", "folded"),
        CheckConstraint("role IN ('administrator', 'user')", name="role_is_known"),
        AUTOINCREMENT,
    )
    id: int | None = _id()
    client: str = _of("client.code")
    email: str = _text()
    folded: str = _text()
    name: str = _text()
    role: str = _text()


class ContractTable(Table, table=True):
    """A contract: its code and its client. What it says is in its versions."""

    __tablename__ = "contract"
    __table_args__ = (
        UniqueConstraint("folded"),
        UniqueConstraint("code", "client"),
        CheckConstraint("length(code) > 0", name="code_is_given"),
        Index(None, "client"),
    )
    code: str = _name()
    folded: str = _text()
    client: str = _of("client.code")


class ContractVersionTable(Table, table=True):
    """One version of a contract: the text of its file."""

    __tablename__ = "contract_version"
    __table_args__ = (
        UniqueConstraint("contract", "starts_on"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        AUTOINCREMENT,
    )
    id: int | None = _id()
    contract: str = _of("contract.code")
    title: str = _text()
    starts_on: date = _day()
    ends_on: date | None = _day(nullable=True)
    file_text: str = _text()


class ProjectTable(Table, table=True):
    """Work delivered to a client."""

    __tablename__ = "project"
    __table_args__ = (
        UniqueConstraint("folded"),
        CheckConstraint("CAST(budget AS NUMERIC) >= 0", name="budget_is_not_negative"),
        Index(None, "client"),
    )
    code: str = _name()
    folded: str = _text()
    client: str = _of("client.code")
    budget: str = _text()
    completed: date = _day()


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
    number: str = _name()
    folded: str = _text()
    serial: int | None = _whole(nullable=True)
    client: str = _of("client.code")
    contract: str = _text()
    opened_at: int = _whole()
    subject: str = _text()
    category: str | None = _text(nullable=True)
    kind: str | None = _text(nullable=True)
    priority: str | None = _text(nullable=True)
    contact: str | None = _text(nullable=True)
    via: str | None = _text(nullable=True)
    project: str | None = _of("project.code", nullable=True)
    waived: str | None = _text(nullable=True)
    estimate_seconds: int | None = _whole(nullable=True)


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
    id: int | None = _id()
    case_number: str = _of("case.number")
    kind: str = _text()
    at: int = _whole()
    by_whom: str | None = _text(nullable=True)
    up_to_seconds: int | None = _whole(nullable=True)
    cause: str | None = _text(nullable=True)
    kb: str | None = _text(nullable=True)


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
    id: int | None = _id()
    case_number: str = _of("case.number")
    agent: str = _text()
    channel: str = _text()
    started_at: int = _whole()
    ended_at: int | None = _whole(nullable=True)
    note: str = _text()
    guest: bool = _flag("guest")
    requested: bool = _flag("requested")
    waived: str | None = _text(nullable=True)


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
    id: int | None = _id()
    case_number: str = _of("case.number")
    agent: str = _text()
    starts_at: int = _whole()
    ends_at: int = _whole()
    channel: str | None = _text(nullable=True)
    cancelled_at: int | None = _whole(nullable=True)
    cancelled_by: str | None = _text(nullable=True)
    missed_by: str | None = _text(nullable=True)
    waived: str | None = _text(nullable=True)


class PurchaseTable(Table, table=True):
    """Prepaid hours, incidents or money. A mistyped one is void, never deleted."""

    __tablename__ = "purchase"
    __table_args__ = (
        CheckConstraint("CAST(quantity AS NUMERIC) > 0", name="quantity_is_positive"),
        CheckConstraint("price IS NULL OR CAST(price AS NUMERIC) >= 0", name="price_is_not_negative"),
        Index(None, "contract", "bought_on"),
        AUTOINCREMENT,
    )
    id: int | None = _id()
    contract: str = _of("contract.code")
    bought_on: date = _day()
    quantity: str = _text()
    price: str | None = _text(nullable=True)
    voided_at: int | None = _whole(nullable=True)


class StandingTable(Table, table=True):
    """What `start` needs to know of a case; worked out from the other tables, so it goes with its case."""

    __tablename__ = "standing"
    __table_args__ = (CheckConstraint("status IN ('open', 'resolved')", name="status_is_known"),)
    case_number: str = Field(
        sa_column=Column(Text, ForeignKey("case.number", ondelete="CASCADE"), primary_key=True)
    )
    client: str = _text()
    status: str = _text()
    settled_at: int = _whole()
    valid_from: int = _whole()
    valid_until: int | None = _whole(nullable=True)
    channels: str | None = _text(nullable=True)
    warnings: str = _text()
    slow: bool = _flag("slow")


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
    id: int | None = _id()
    change: int = _whole()
    at: int = _whole()
    agent: str = _text()
    command: str = _text()
    entity: str = _text()
    entity_key: str = _text()
    before_json: str | None = _text(nullable=True)
    after_json: str | None = _text(nullable=True)
    undoes: int | None = _whole(nullable=True)


METADATA = Table.metadata
TABLES = METADATA.tables
"""The tables by their names, for statements."""
