"""The records of what was written down as it happened: messages, rows of other logs, and the audit trail."""

from dataclasses import dataclass

from suptime.domain.message import Message
from suptime.domain.timespan import rfc3339
from suptime.interchange import fields
from suptime.interchange.fields import optional
from suptime.interchange.keys import Key, Type, fields_of, maybe, rare


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
