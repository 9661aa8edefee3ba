"""What the store gives out that is no noun of the trade: file texts, changes, audit rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from suptime.domain.time import Instant

_NAMES = {
    "client": "client {}",
    "contact": "contact {}",
    "contract": "contract {}",
    "contract_version": "contract version {}",
    "project": "project {}",
    "price": "price {}",
    "tax": "tax {}",
    "message": "message {}",
    "case": "{}",
    "case_alias": "the name {}",
    "case_event": "event {}",
    "work_unit": "U{}",
    "agent_role": "role {}",
    "appointment": "A{}",
    "purchase": "P{}",
    "acceptance": "the accepted findings of {}",
    "issue": "issue {}",
    "invoice": "{}",
    "issued_line": "an issued invoice",
    "draw_down": "an issued invoice",
    "payment": "the payment {} of an older version",
    "transfer": "M{}",
    "write_off": "W{}",
    "reminder": "R{}",
    "voided": "void {}",
    "booking_batch": "B{}",
    "sending": "the sending of {}",
    "delivery": "delivery {}",
    "sent_content": "the sent message {}",
    "import": "import {}",
    "team": "the login {}",
    "erasure": "erasure {}",
}


def name_of(entity: str, key: str) -> str:
    """Return how people call the record of table `entity` with primary key `key`.

    >>> name_of("work_unit", "7"), name_of("client", "acme"), name_of("case", "CASE-1")
    ('U7', 'client acme', 'CASE-1')
    """
    return _NAMES.get(entity, entity + " {}").format(key)


@dataclass(frozen=True, slots=True)
class ContractRow:
    """One version of a contract: the text of its file, and what of it the store looks for."""

    code: str
    client: str
    title: str
    starts_on: date
    ends_on: date | None
    text: str
    id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class RowChange:
    """What one change did to one record: its columns before and after, None where there was none."""

    entity: str
    key: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    @property
    def name(self) -> str:
        """How people call the record: U7, A3, P2, CASE-1, client acme; a time log by its units."""
        if self.entity == "import" and "source" in (self.after or self.before or {}):
            count = (self.after or self.before or {})["unit"]
            return "1 work unit" if count == 1 else f"{count} work units"
        return name_of(self.entity, self.key)

    @property
    def verb(self) -> str:
        """`added`, `changed` or `deleted`."""
        if self.before is None:
            return "added"
        return "deleted" if self.after is None else "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """All that one command changed, in the order in which it did.

    `undoes` is the number of the change that this one took back, or None.
    """

    id: int
    at: Instant
    agent: str
    command: str
    rows: tuple[RowChange, ...]
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row of the audit trail as it is stored. `before` and `after` are JSON texts or None.

    `undoes` is the number of the change that this row's change took back, or None. `place` counts
    the rows of `agent`; `hash` is over this row and the one before it in that count. Both are
    empty in a row that comes from elsewhere without them.
    """

    id: int
    change: int
    at: Instant
    agent: str
    command: str
    entity: str
    key: str
    before: str | None
    after: str | None
    undoes: int | None = None
    place: int = 0
    hash: str = ""


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """What issued lines drew from a purchase for a case (with its subject) on a day."""

    day: date
    case: str
    subject: str
    purchase: int
    quantity: int
