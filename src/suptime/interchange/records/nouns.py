"""The records of suptime's own format: which keys each type has, what they hold, what stands for them.

The table `TYPES` is in the order in which the types stand in a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from suptime.domain.booking import Appointment, Client, WorkUnit
from suptime.domain.case import Case, Event, EventKind, Message
from suptime.domain.client import Contact, Project
from suptime.domain.contract import PriceChange
from suptime.domain.delivery import Delivery, Sending
from suptime.domain.invoice import Payment
from suptime.domain.time import Instant, rfc3339
from suptime.interchange.records import fields
from suptime.interchange.records.fields import Key, Type, fields_of, maybe, optional, rare
from suptime.interchange.records.issued import (
    CLOSING,
    DELIVERY,
    INVOICE,
    PAYMENT,
    SENDING,
    Closing,
    IssuedInvoice,
)


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A row of another program's time log that came in as a unit, in the import that was change CHANGE (or 0)."""

    source: str
    source_id: str
    unit: int
    change: int = 0


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One row of the audit trail; `before` and `after` are JSON texts or None."""

    id: int
    change: int
    at: int
    agent: str
    command: str
    entity: str
    key: str
    before: str | None
    after: str | None
    undoes: int | None
    hash: str = ""


MESSAGE = Type(
    "message",
    Message,
    {
        "id": rare(fields.identity("M")),
        "case": Key(fields.case_number),
        "direction": Key(fields.choice(("in", "out"))),
        "at": Key(fields.instant),
        "message_id": maybe(fields.filled),
        "sender": Key(fields.line, ""),
        "subject": Key(fields.line, ""),
        "body": Key(fields.file_text, ""),
        "attachments": Key(fields.texts, ()),
        "file": maybe(fields.filled),
    },
    lambda values: Message(**(values | {"id": values["id"] or 0})),
    lambda m: (
        fields_of(m)
        | {"id": f"M{m.id}" if m.id else None, "at": rfc3339(m.at), "attachments": list(m.attachments)}
    ),
)

AUDIT = Type(
    "audit",
    AuditRecord,
    {
        "id": Key(fields.count),
        "change": Key(fields.change),
        "at": Key(fields.instant),
        "agent": Key(fields.agent),
        "command": Key(fields.filled),
        "entity": Key(fields.filled),
        "key": Key(fields.filled),
        "before": Key(optional(fields.file_text)),
        "after": Key(optional(fields.file_text)),
        "undoes": maybe(fields.change),
        "hash": rare(fields.digest, ""),
    },
    lambda values: AuditRecord(**values),
    lambda a: fields_of(a) | {"at": rfc3339(a.at)},
)

IMPORTED = Type(
    "imported",
    ImportedRow,
    {
        "source": Key(fields.filled),
        "source_id": Key(fields.filled),
        "unit": Key(fields.identity("U")),
        "change": rare(fields.change),
    },
    lambda values: ImportedRow(**(values | {"change": values["change"] or 0})),
    lambda row: fields_of(row) | {"unit": f"U{row.unit}", "change": row.change or None},
)


@dataclass(frozen=True, slots=True)
class ContractText:
    """One version of a client's contract: the text of its file."""

    client: str
    text: str
    id: int = 0


@dataclass(frozen=True, slots=True)
class PurchaseRecord:
    """A purchase as a record has it: what its QUANTITY is of, the contract says."""

    id: int
    contract: str
    quantity: str
    on: date
    price: Decimal | None = None
    voided_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """An event, with the number of its case."""

    case: str
    event: Event


Record = (
    Client
    | ContractText
    | PriceChange
    | Contact
    | Project
    | PurchaseRecord
    | Case
    | CaseEvent
    | Appointment
    | WorkUnit
    | ImportedRow
    | Message
    | IssuedInvoice
    | Payment
    | Sending
    | Delivery
    | Closing
    | AuditRecord
)


def _instant(value: int | None) -> str | None:
    return None if value is None else rfc3339(value)


def _id(letter: str, number: int) -> str | None:
    return f"{letter}{number}" if number else None


def _number(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _row_fields(record: Any) -> dict[str, Any]:
    """As the fields; an id of 0, which asks for the next one, is none."""
    return fields_of(record) | {"id": record.id or None}


def _numbered(values: dict[str, Any]) -> dict[str, Any]:
    return values | {"id": values["id"] or 0}


CLIENT = Type(
    "client",
    Client,
    {
        "code": Key(fields.code),
        "name": Key(fields.filled),
        "currency": maybe(fields.currency),
        "timezone": maybe(fields.timezone),
        "tax": maybe(fields.tax),
        "email": rare(fields.email),
        "address": rare(fields.paragraph),
        "country": rare(fields.country),
        "tax_id": rare(fields.filled),
        "card_on_file": rare(fields.flag, default=False),
        "city": rare(fields.filled),
        "postcode": rare(fields.filled),
        "endpoint": rare(fields.endpoint),
        "buyer_reference": rare(fields.filled),
        "language": rare(fields.language),
    },
    lambda values: Client(**values),
    fields_of,
)

CONTRACT = Type(
    "contract",
    ContractText,
    {"id": rare(fields.count), "client": Key(fields.code), "text": Key(fields.file_text)},
    lambda values: ContractText(**_numbered(values)),
    _row_fields,
)

PRICE = Type(
    "price",
    PriceChange,
    {
        "id": rare(fields.count),
        "contract": Key(fields.contract_code),
        "item": Key(fields.choice(("hour", "incident", "minute"))),
        "amount": Key(fields.unit_price),
        "from": Key(fields.day),
    },
    lambda values: PriceChange(
        values["contract"], values["item"], values["from"], values["amount"], values["id"] or 0
    ),
    lambda c: _row_fields(c) | {"amount": _number(c.amount), "from": c.since.isoformat()},
)

CONTACT = Type(
    "contact",
    Contact,
    {
        "id": rare(fields.count),
        "client": Key(fields.code),
        "email": Key(fields.email),
        "name": Key(fields.line, ""),
        "role": Key(fields.choice(("administrator", "user")), "user"),
        "contracts": rare(fields.texts, ()),
    },
    lambda values: Contact(**_numbered(values)),
    _row_fields,
)

PROJECT = Type(
    "project",
    Project,
    {
        "code": Key(fields.code),
        "client": Key(fields.code),
        "budget": Key(fields.amount),
        "completed": Key(fields.day),
    },
    lambda values: Project(**values),
    lambda p: fields_of(p) | {"budget": _number(p.budget), "completed": p.completed.isoformat()},
)

PURCHASE = Type(
    "purchase",
    PurchaseRecord,
    {
        "id": rare(fields.identity("P")),
        "contract": Key(fields.contract_code),
        "quantity": Key(fields.quantity),
        "on": Key(fields.day),
        "price": maybe(fields.amount),
        "voided_at": rare(fields.instant),
    },
    lambda values: PurchaseRecord(**(values | {"id": values["id"] or 0})),
    lambda p: (
        fields_of(p)
        | {
            "id": _id("P", p.id),
            "on": p.on.isoformat(),
            "price": _number(p.price),
            "voided_at": _instant(p.voided_at),
        }
    ),
)

CASE = Type(
    "case",
    Case,
    {
        "case": Key(fields.case_number),
        "client": Key(fields.code),
        "contract": Key(fields.contract_code),
        "subject": Key(fields.line, ""),
        "category": maybe(fields.filled),
        "kind": maybe(fields.choice(("request", "incident"))),
        "priority": maybe(fields.filled),
        "contact": maybe(fields.filled),
        "via": maybe(fields.filled),
        "project": maybe(fields.code),
        "opened_at": Key(fields.instant),
        "waived": rare(fields.filled),
        "estimate_seconds": rare(fields.seconds),
    },
    lambda values: Case(values.pop("case"), **values),
    lambda c: fields_of(c) | {"case": c.number, "opened_at": rfc3339(c.opened_at)},
)

EVENT_KIND = Key(fields.choice([*EventKind]))

_EVENT_KEYS = {
    "id": rare(fields.count),
    "case": Key(fields.case_number),
    "event": EVENT_KIND,
    "at": Key(fields.instant),
}

_EVENT_MORE: Mapping[str, Mapping[str, Key]] = {
    "consent": {"by": Key(fields.filled), "up_to_seconds": rare(fields.seconds)},
    "consent-request": {"by": Key(fields.filled), "up_to_seconds": rare(fields.seconds)},
    "consent-reply": {"by": Key(fields.filled)},
    "consent-refused": {"by": Key(fields.filled)},
    "resolve": {"cause": maybe(fields.filled), "kb": maybe(fields.filled)},
}


def _event(values: dict[str, Any]) -> CaseEvent:
    case, kind = values.pop("case"), EventKind(values.pop("event"))
    return CaseEvent(case, Event(kind, **_numbered(values)))


def _event_values(record: CaseEvent) -> dict[str, Any]:
    event = record.event
    return _row_fields(event) | {"case": record.case, "event": str(event.kind), "at": rfc3339(event.at)}


EVENTS = {
    str(kind): Type("event", CaseEvent, {**_EVENT_KEYS, **_EVENT_MORE.get(kind, {})}, _event, _event_values)
    for kind in EventKind
}

"""An event's keys depend on its kind."""

APPOINTMENT = Type(
    "appointment",
    Appointment,
    {
        "id": rare(fields.identity("A")),
        "case": Key(fields.case_number),
        "agent": Key(fields.agent),
        "starts_at": Key(fields.instant),
        "ends_at": Key(fields.instant),
        "cancelled_at": maybe(fields.instant),
        "channel": rare(fields.channel),
        "cancelled_by": rare(fields.party),
        "missed_by": rare(fields.party),
        "waived": rare(fields.filled),
    },
    lambda values: Appointment(**(values | {"id": values["id"] or 0})),
    lambda a: (
        fields_of(a)
        | {
            "id": _id("A", a.id),
            "starts_at": rfc3339(a.starts_at),
            "ends_at": rfc3339(a.ends_at),
            "cancelled_at": _instant(a.cancelled_at),
        }
    ),
)

UNIT = Type(
    "unit",
    WorkUnit,
    {
        "id": rare(fields.identity("U")),
        "case": Key(fields.case_number),
        "agent": Key(fields.agent),
        "channel": Key(fields.channel, "other"),
        "started_at": Key(fields.instant),
        "ended_at": Key(optional(fields.instant)),
        "note": Key(fields.line, ""),
        "guest": Key(fields.flag, default=False),
        "requested": Key(fields.flag, default=False),
        "waived": maybe(fields.filled),
    },
    lambda values: WorkUnit(**(values | {"id": values["id"] or 0})),
    lambda u: (
        fields_of(u)
        | {"id": _id("U", u.id), "started_at": rfc3339(u.started_at), "ended_at": _instant(u.ended_at)}
    ),
)

TYPES: Mapping[str, Type] = {
    one.name: one
    for one in (
        CLIENT,
        CONTRACT,
        PRICE,
        CONTACT,
        PROJECT,
        PURCHASE,
        CASE,
        EVENTS["consent"],
        APPOINTMENT,
        UNIT,
        IMPORTED,
        MESSAGE,
        INVOICE,
        PAYMENT,
        SENDING,
        DELIVERY,
        CLOSING,
        AUDIT,
    )
}
