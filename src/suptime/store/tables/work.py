"""The tables, with those of `client_tables`, `invoice_tables` and `team_tables`: the one source of the schema.

Instants are epoch seconds, days are dates, money and quantities are exact decimal texts
(SQLite's NUMERIC would make floats of them). `folded` is a name without its letter case, so
that "two names that differ in nothing else" means the same on every database. Every
constraint has a name, and refuses what no program should ever write.
"""

from datetime import date

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Sequence,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlmodel import Field

from suptime.store.database.audit_chain import SERVER_CHANGES
from suptime.store.tables import clients, receivables
from suptime.store.tables import invoices as invoice_tables
from suptime.store.tables.columns import (
    AUTOINCREMENT,
    Table,
    amount,
    day,
    flag,
    key_name,
    points_to,
    points_to_id,
    rare_flag,
    row_id,
    texts,
    whole,
    words,
)


class CaseTable(Table, table=True):
    """A case. `serial` is the n of a number CASE-<n>: the next number is found without a scan."""

    __tablename__ = "case"
    __table_args__ = (
        # One key for both columns: a case's contract is one of its own client. Where that
        # client gets another code, the columns differ until the change is done.
        ForeignKeyConstraint(
            ["contract", "client"],
            ["contract.code", "contract.client"],
            ondelete="RESTRICT",
            deferrable=True,
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
    unlisted: bool | None = rare_flag()


class CaseAliasTable(Table, table=True):
    """Another name of a case: the number of one that was merged into it."""

    __tablename__ = "case_alias"
    __table_args__ = (UniqueConstraint("folded"), Index(None, "case_number"))
    number: str = key_name()
    folded: str = words()
    case_number: str = points_to("case.number")


class CaseEventTable(Table, table=True):
    """Something that happened to a case."""

    __tablename__ = "case_event"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('consent', 'consent-request', 'consent-reply', 'consent-refused',"
            " 'escalate', 'respond', 'resolve', 'reopen', 'wait', 'resume')",
            name="kind_is_known",
        ),
        CheckConstraint("up_to_seconds IS NULL OR up_to_seconds > 0", name="up_to_is_positive"),
        Index(None, "case_number", "at"),
        Index(None, "at"),
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
    unlisted: bool | None = rare_flag()
    n: int | None = whole(nullable=True)
    waits_for: str | None = words(nullable=True)


class MessageTable(Table, table=True):
    """A message about a case that came in or went out."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("message_id"),
        CheckConstraint("direction IN ('in', 'out')", name="direction_is_known"),
        CheckConstraint("length(message_id) > 0", name="message_id_is_given"),
        Index(None, "case_number", "at"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    case_number: str = points_to("case.number")
    direction: str = words()
    at: int = whole()
    message_id: str | None = words(nullable=True)
    sender: str = words()
    subject: str = words()
    body: str = words()
    attachments: str = texts()
    file_name: str | None = words(nullable=True)
    sent_at: int | None = whole(nullable=True)


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
            sqlite_where=text("ended_at IS NULL"),  # and on PostgreSQL: see `_partial_indexes`
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
    role: str | None = words(nullable=True)
    work_type: str | None = words(nullable=True)


class AgentRoleTable(Table, table=True):
    """The role of an agent from a day on."""

    __tablename__ = "agent_role"
    __table_args__ = (
        UniqueConstraint("agent", "since"),
        CheckConstraint("length(agent) > 0", name="agent_is_given"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    agent: str = words()
    since: date = day()
    role: str = words()


class ImportedTable(Table, table=True):
    """A record of another program that came in, so that it comes in once; it outlives what it came in as.

    `source` names where it is from, `kind` and `source_id` the record; `change` is the number of the
    import's change. It came in as the unit `unit`, or as what `ref` names. An import that changes it adds
    a row with the next `version`: the last one counts. `content` is what the file said, as JSON, and
    `digest` a digest of it; both are empty for rows of earlier versions of suptime.
    """

    __tablename__ = "imported"
    __table_args__ = (
        UniqueConstraint("source", "kind", "source_id", "version"),
        Index(None, "change"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    source: str = words()
    source_id: str = words()
    unit: int | None = whole(nullable=True)
    change: int = whole()
    kind: str = words()
    version: int = whole()
    ref: str | None = words(nullable=True)
    digest: str | None = words(nullable=True)
    content: str | None = words(nullable=True)


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
        Index(None, "starts_at"),
        Index(None, "cancelled_at"),
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
    quantity: str = amount()
    price: str | None = amount(nullable=True)
    voided_at: int | None = whole(nullable=True)
    basis: str | None = words(nullable=True)


class PurchaseReturnTable(Table, table=True):
    """A quantity that a purchase holds no longer: it was returned, or became a purchase of its own."""

    __tablename__ = "purchase_return"
    __table_args__ = (
        CheckConstraint("CAST(quantity AS NUMERIC) > 0", name="quantity_is_positive"),
        Index(None, "purchase"),
        AUTOINCREMENT,
    )
    id: int | None = row_id()
    purchase: int = points_to_id("purchase.id")
    returned_on: date = day()
    quantity: str = amount()
    reason: str = words()
    sale: str | None = points_to("invoice.number", nullable=True)
    invoice: str | None = points_to("invoice.number", nullable=True)
    net: str | None = amount(nullable=True)
    becomes: int | None = points_to_id("purchase.id", nullable=True)


class StandingTable(Table, table=True):
    """What the timer needs to know of a case; worked out from the other tables, so it goes with its case.

    `events` is how many events of the case it was worked out from.
    """

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
    channels: str | None = texts(nullable=True)
    warnings: str = texts()
    slow: bool = flag("slow")
    events: int | None = whole(nullable=True)
    outcome: str | None = words(nullable=True)
    reason: str | None = words(nullable=True)
    consent_limit: int | None = whole(nullable=True)
    consent_used: int | None = whole(nullable=True)
    consent_since: int | None = whole(nullable=True)
    prepaid: str | None = words(nullable=True)


class StockTable(Table, table=True):
    """What is left of a purchase, as the timer needs to know it; worked out by rating, so it goes with its purchase.

    It pays from `pays_from` until `pays_until` (None: for ever), and was worked out as known at `worked_at`.
    """

    __tablename__ = "stock"
    __table_args__ = (Index(None, "contract"),)
    purchase: int = Field(
        sa_column=Column(
            BigInteger().with_variant(Integer, "sqlite"),
            ForeignKey("purchase.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        )
    )
    contract: str = words()
    unit: str = words()
    remaining: str = words()
    pays_from: int = whole()
    pays_until: int | None = whole(nullable=True)
    valid_through: date | None = day(nullable=True)
    worked_at: int = whole()


class UnratedTable(Table, table=True):
    """Something done for a contract since its `stock` rows and the `standing` of its cases were worked out.

    A `unit` that the timer stopped; without one, another change to a case; without a case, to all of the contract.
    """

    __tablename__ = "unrated"
    __table_args__ = (Index(None, "contract"), AUTOINCREMENT)
    id: int | None = row_id()
    contract: str = Field(
        sa_column=Column(Text, ForeignKey("contract.code", ondelete="CASCADE"), nullable=False)
    )
    case_number: str | None = Field(
        default=None, sa_column=Column(Text, ForeignKey("case.number", ondelete="CASCADE"), nullable=True)
    )
    unit: int | None = whole(nullable=True)


class AuditTable(Table, table=True):
    """What one change did to one record. All rows of one transaction share `change`.

    `place` counts an agent's rows, and `hash` is over the row and the one before it (`chain`).
    """

    __tablename__ = "audit"
    __table_args__ = (
        UniqueConstraint("agent", "place"),
        CheckConstraint("before_json IS NOT NULL OR after_json IS NOT NULL", name="says_something"),
        CheckConstraint("place > 0", name="place_is_positive"),
        CheckConstraint("length(hash) = 64", name="hash_is_whole"),
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
    place: int = whole()
    hash: str = words()


class AuditHeadTable(Table, table=True):
    """Where an agent's audit trail ends: the place and the hash of its last row.

    On a server, whoever writes an agent's time locks this row; place 0 is the row of an agent without a trail.
    """

    __tablename__ = "audit_head"
    __table_args__ = (
        CheckConstraint("place >= 0", name="place_is_not_negative"),
        CheckConstraint("length(hash) = 64", name="hash_is_whole"),
    )
    agent: str = key_name()
    place: int = whole()
    hash: str = words()


# All share one metadata; the modules are named so that their tables are known to it.
METADATA = clients.ClientTable.metadata
assert METADATA is invoice_tables.InvoiceTable.metadata is receivables.TransferTable.metadata  # noqa: S101
TABLES = METADATA.tables
"""The tables by their names."""
MODELS: dict[str, type[Table]] = {
    str(model.__tablename__): model for model in Table.__subclasses__() if hasattr(model, "__table__")
}
"""The classes of the tables, by the tables' names."""
CHANGE_NUMBERS = Sequence("audit_change_seq", start=SERVER_CHANGES + 1, metadata=METADATA)
"""What a server numbers changes from: agents who write at the same time wait for nobody."""


@event.listens_for(METADATA, "before_create")
def _partial_indexes(metadata: MetaData, connection: Connection, **_: object) -> None:
    """On PostgreSQL, indexes are of the same rows as on SQLite.

    Not said where the index is: that would load PostgreSQL's dialect in every command on a file.
    """
    if connection.dialect.name == "postgresql":
        for index in (index for table in metadata.tables.values() for index in table.indexes):
            where = index.dialect_options["sqlite"].get("where")
            index.dialect_options["postgresql"]["where"] = where
