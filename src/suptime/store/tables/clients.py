"""The tables of who is billed, what was agreed with them and what was delivered to them."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field

from suptime.store.tables.columns import (
    AUTOINCREMENT,
    Table,
    amount,
    day,
    flag,
    key_name,
    points_to,
    rare_flag,
    row_id,
    texts,
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
    city: str | None = words(nullable=True)
    postcode: str | None = words(nullable=True)
    endpoint: str | None = words(nullable=True)
    buyer_reference: str | None = words(nullable=True)
    language: str | None = words(nullable=True)
    order_number: str | None = words(nullable=True)
    terms: str | None = words(nullable=True)
    company_number: str | None = words(nullable=True)
    einvoice: str | None = words(nullable=True)
    detail: str | None = words(nullable=True)
    iban: str | None = words(nullable=True)
    reminders: str | None = words(nullable=True)
    archived: bool | None = rare_flag()


class ContactTable(Table, table=True):
    """A person at a client. `contracts` are codes as a JSON list, NULL for all of the client's."""

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
    contracts: str | None = texts(nullable=True)


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


class PriceTable(Table, table=True):
    """A price that was agreed beside a contract's file: what an item costs from a day on."""

    __tablename__ = "price"
    __table_args__ = (
        UniqueConstraint("contract", "item", "since"),
        CheckConstraint("item IN ('hour', 'incident', 'minute')", name="item_is_known"),
        CheckConstraint("CAST(amount AS NUMERIC) >= 0", name="amount_is_not_negative"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    contract: str = points_to("contract.code")
    item: str = words()
    since: date = day()
    amount: str = amount()


class TaxTable(Table, table=True):
    """How a client is taxed from a day on; from the beginning, the client's own row says it."""

    __tablename__ = "tax"
    __table_args__ = (UniqueConstraint("client", "since"), AUTOINCREMENT)
    id: int | None = row_id()
    client: str = points_to("client.code")
    since: date = day()
    tax: str | None = words(nullable=True)


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
    budget: str = amount()
    completed: date = day()


class TeamMemberTable(Table, table=True):
    """A login of the server, the role that it has, and the agent whose time is its own."""

    __tablename__ = "team_member"
    __table_args__ = (
        CheckConstraint("role IN ('agent', 'billing', 'reader')", name="role_is_known"),
        CheckConstraint("length(agent) > 0", name="agent_is_given"),
    )
    login: str = key_name()
    role: str = words()
    agent: str = words()


class DroppedUnitTable(Table, table=True):
    """A work unit that an agent deleted: only this agent may bring it back under its id."""

    __tablename__ = "dropped_unit"
    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    agent: str = words()
