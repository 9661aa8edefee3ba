"""The records of suptime's own format: which keys each type has, what they hold, what stands for them.

The table `TYPES` is in the order in which the types stand in a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from suptime.domain import values
from suptime.domain.booking import Appointment
from suptime.domain.booking_batch import BookingBatch
from suptime.domain.case import Case, CaseAlias, Event, EventKind, Message
from suptime.domain.client import Client, Contact, Project, TaxFact
from suptime.domain.contract import PriceChange
from suptime.domain.delivery import Delivery, Sending
from suptime.domain.time import Instant
from suptime.domain.values import kinds_of
from suptime.domain.work import AgentRole, Channel, WorkUnit
from suptime.interchange.records.fields import CHANGE, DIGEST, Key, Type, key, names_of, rare, type_of
from suptime.interchange.records.issued import CLOSING, DELIVERY, INVOICE, Closing, IssuedInvoice
from suptime.interchange.records.receivables import LEDGER_TYPES, LedgerRow, OldPayment


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """Record of another program that came in, as a unit or as what `ref` names, in the import that was a change (or 0).

    `version` counts how often its file changed it; `content` is what the file said, as JSON.
    """

    source: Annotated[str, values.line("source")]
    source_id: Annotated[str, values.line("id")]
    unit: Annotated[int | None, values.identity("U")]
    change: Annotated[int, CHANGE] = 0
    kind: Annotated[str, values.line("kind")] = "unit"
    version: Annotated[int, values.COUNT] = 1
    ref: Annotated[str | None, values.line("ref")] = None
    digest: Annotated[str | None, values.line("digest")] = None
    content: Annotated[str | None, values.FILE_TEXT] = None


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One row of the audit trail; `before` and `after` are JSON texts or None."""

    id: Annotated[int, values.COUNT]
    change: Annotated[int, CHANGE]
    at: Annotated[int, values.INSTANT]
    agent: Annotated[str, values.AGENT]
    command: Annotated[str, values.line("command")]
    entity: Annotated[str, values.line("entity")]
    key: Annotated[str, values.line("key")]
    before: Annotated[str | None, values.FILE_TEXT]
    after: Annotated[str | None, values.FILE_TEXT]
    undoes: Annotated[int | None, CHANGE]
    hash: Annotated[str, DIGEST] = ""


@dataclass(frozen=True, slots=True)
class ContractText:
    """One version of a client's contract: the text of its file."""

    client: Annotated[str, values.CLIENT_CODE]
    text: Annotated[str, values.FILE_TEXT]
    id: Annotated[int, values.COUNT] = 0


@dataclass(frozen=True, slots=True)
class PurchaseRecord:
    """A purchase as a record has it: the contract says of what its quantity is."""

    id: Annotated[int, values.identity("P")]
    contract: Annotated[str, values.CONTRACT_CODE]
    quantity: Annotated[str, values.QUANTITY]
    on: Annotated[date, values.DAY]
    price: Annotated[Decimal | None, values.amount("price")] = None
    voided_at: Annotated[Instant | None, values.INSTANT] = None
    basis: Annotated[str | None, values.choice("basis", ("net",))] = None


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """An event, with the number of its case."""

    case: str
    event: Event


Record = (
    Client
    | TaxFact
    | ContractText
    | PriceChange
    | Contact
    | Project
    | AgentRole
    | PurchaseRecord
    | Case
    | CaseAlias
    | CaseEvent
    | Appointment
    | WorkUnit
    | ImportedRow
    | Message
    | IssuedInvoice
    | OldPayment
    | LedgerRow
    | BookingBatch
    | Sending
    | Delivery
    | Closing
    | AuditRecord
)


ID = {"id": 0}
"""The default of an id: 0 asks for the next one."""

_EVENT = kinds_of(Event)

EVENT_KIND = key(_EVENT["kind"])

_EVENT_MORE: Mapping[str, Mapping[str, Key]] = {
    "consent": {"by": key(_EVENT["by"]), "up_to_seconds": rare(_EVENT["up_to_seconds"])},
    "consent-request": {"by": key(_EVENT["by"]), "up_to_seconds": rare(_EVENT["up_to_seconds"])},
    "consent-reply": {"by": key(_EVENT["by"])},
    "consent-refused": {"by": key(_EVENT["by"])},
    "resolve": {
        "cause": key(_EVENT["cause"], None),
        "kb": key(_EVENT["kb"], None),
        "unlisted": rare(_EVENT["unlisted"], False),
    },
    "wait": {"for": rare(_EVENT["waits_for"])},
}


def _event(found: dict[str, Any]) -> CaseEvent:
    case, kind = found.pop("case"), EventKind(found.pop("event"))
    if "for" in found:
        found["waits_for"] = found.pop("for")
    return CaseEvent(case, Event(kind, **found))


def _event_values(record: CaseEvent) -> dict[str, Any]:
    event = record.event
    own = {name: getattr(event, name) for name in names_of(event)}
    own["for"] = own.pop("waits_for")
    return own | {"case": record.case, "event": event.kind}


EVENTS = {
    str(kind): Type(
        "event",
        CaseEvent,
        {
            "id": rare(_EVENT["id"], 0),
            "case": key(values.CASE_NUMBER),
            "event": EVENT_KIND,
            "at": key(_EVENT["at"]),
            "n": rare(_EVENT["n"], 0),
            **_EVENT_MORE.get(kind, {}),
        },
        _event,
        _event_values,
    )
    for kind in EventKind
}
"""An event's keys depend on its kind."""

TYPES: Mapping[str, Type] = {
    one.name: one
    for one in (
        type_of("client", Client, ("code", "name", "currency", "timezone", "tax")),
        type_of("tax", TaxFact, ("client", "since", "tax"), renamed={"since": "from"}),
        type_of("contract", ContractText, ("client", "text")),
        type_of("price", PriceChange, ("contract", "item", "amount", "since"), renamed={"since": "from"}),
        type_of("contact", Contact, ("client", "email", "name", "role")),
        type_of("project", Project, ("code", "client", "budget", "completed")),
        type_of("agent-role", AgentRole, ("agent", "role", "since"), renamed={"since": "from"}),
        type_of("purchase", PurchaseRecord, ("contract", "quantity", "on", "price"), defaults=ID),
        type_of(
            "case",
            Case,
            (
                *("number", "client", "contract", "subject", "category", "kind", "priority", "contact"),
                *("via", "project", "opened_at"),
            ),
            renamed={"number": "case"},
            kinds={"contact": values.line("contact")},  # no address any more once it is erased
            without=("events",),
        ),
        type_of("case_alias", CaseAlias, ("number", "case")),
        EVENTS["consent"],
        type_of(
            "appointment", Appointment, ("case", "agent", "starts_at", "ends_at", "cancelled_at"), defaults=ID
        ),
        type_of(
            "unit",
            WorkUnit,
            ("case", "agent", "channel", "started_at", "ended_at", "note", "guest", "requested", "waived"),
            defaults=ID | {"channel": Channel.OTHER.value},
        ),
        type_of("imported", ImportedRow, ("source", "source_id", "unit"), renamed={"content": "values"}),
        type_of(
            "message",
            Message,
            ("case", "direction", "at", "message_id", "sender", "subject", "body", "attachments", "file"),
            defaults=ID,
        ),
        INVOICE,
        *LEDGER_TYPES,
        type_of(
            "booking_batch",
            BookingBatch,
            ("format", "made_at", "agent", "documents", "sha256", "content"),
            renamed={"first": "from", "last": "to"},
            defaults=ID,
        ),
        type_of(
            "sending",
            Sending,
            (
                *("number", "state", "recipient", "sender", "message_id", "digest", "made_at"),
                "attempts",
            ),
            renamed={"number": "invoice"},
        ),
        DELIVERY,
        CLOSING,
        type_of(
            "audit",
            AuditRecord,
            ("id", "change", "at", "agent", "command", "entity", "key", "before", "after", "undoes"),
            defaults={"undoes": None},
        ),
    )
}
