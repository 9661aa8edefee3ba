"""A record of a foreign file on its way in: what is known of it, its state, and what is to be written."""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from suptime.app.exchange.foreign.clients import Whose
from suptime.domain.case import Case, Event
from suptime.domain.time import Instant, Seconds
from suptime.domain.work import WorkUnit
from suptime.errors import ExitCode
from suptime.interchange.foreign.record import ForeignCase, ForeignUnit, key_of
from suptime.store.repositories.imports import KnownRecord


class State(StrEnum):
    """State of a record (G3): each has exactly one."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"
    LEFT_OUT = "left-out"
    CONFLICT = "conflict"
    BLOCKED = "blocked"


class Against(Exception):
    """A row cannot be imported: the key of the wrong value, the reason and the exit code."""

    def __init__(self, key: str, reason: str, code: int = ExitCode.USAGE) -> None:
        super().__init__(reason)
        self.key = key
        self.reason = reason
        self.code = int(code)


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs: as it is here, and as the file has it now."""

    key: str
    before: Any
    after: Any


@dataclass(slots=True)
class CaseRow:
    """A case of a file, or one event of it, on its way in. `before` is the event as it is here."""

    kind: str
    record: ForeignCase
    number: str
    source_id: str
    client: str = ""
    state: State = State.NEW
    event: Event | None = None
    before: Event | None = None
    known: KnownRecord | None = None
    content: dict[str, Any] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    is_applied: bool = False
    key: str = ""
    reason: str = ""
    code: int = 0
    ref: str = ""

    @property
    def file(self) -> int:
        """The place of its file."""
        return self.record.file

    @property
    def line(self) -> int:
        """Its line, or position, in its file."""
        return self.record.line

    def block(self, against: Against) -> None:
        """Note that it cannot be imported."""
        self.state = State.BLOCKED
        self.key, self.reason, self.code = against.key, against.reason, against.code

    @property
    def digest(self) -> str:
        """A digest of what its file says."""
        said = {key: value for key, value in self.content.items() if key != "here"}
        return key_of(json.dumps(said, sort_keys=True))[:16]


@dataclass(slots=True)
class Planned:
    """A case of the files: as it is here, as it will be, and its events."""

    row: CaseRow
    here: Case | None = None
    contract: str = ""
    case: Case | None = None
    events: list[CaseRow] = field(default_factory=list)
    whose: Whose | None = None
    has_work: bool = False

    @property
    def record(self) -> ForeignCase:
        """The case as the files describe it."""
        return self.row.record

    @property
    def rows(self) -> tuple[CaseRow, ...]:
        """The row of the case and those of its events."""
        return (self.row, *self.events)

    def block(self, against: Against) -> None:
        """Note that neither the case nor its events can be imported."""
        self.row.block(against)
        for event in self.events:
            event.block(Against("case", f"depends on line {self.row.line}.", against.code))


@dataclass(slots=True)
class Row:
    """Work of a foreign file. `source_id` identifies it within its source.

    `known` is its record of an earlier import, `here` its unit now. `start` and `end` are where it
    stands or is to stand. `opens` names its case where that is still to be opened. `waives` is why it is
    waived, `rest` how much of its end is a waived unit of its own.
    """

    unit: ForeignUnit
    agent: str = ""
    case: Case | None = None
    opens: str = ""
    channel: str = "other"
    start: Instant = 0
    end: Instant = 0
    state: State = State.NEW
    source_id: str = ""
    digest: str = ""
    content: dict[str, Any] = field(default_factory=dict)
    known: KnownRecord | None = None
    here: WorkUnit | None = None
    changes: tuple[Change, ...] = ()
    is_applied: bool = False
    waives: str | None = None
    rest: Seconds = 0
    key: str = ""
    reason: str = ""
    code: int = 0
    ref: int | None = None
    client: str = ""
    is_placed: bool = False
    month: str = ""
    invoiced: str | None = None
    planned: Planned | None = None

    @property
    def file(self) -> int:
        """The place of its file."""
        return self.unit.file

    @property
    def line(self) -> int:
        """Its line in its file."""
        return self.unit.line

    @property
    def name(self) -> str:
        """The name of its case: the number, or a placeholder for a new case."""
        return self.opens or (self.case.number if self.case else "")

    @property
    def contract(self) -> str:
        """The code of its case's contract."""
        assert self.case is not None  # noqa: S101 - whoever asks has found its case
        return self.case.contract

    @property
    def seconds(self) -> Seconds:
        """How long it took."""
        return self.end - self.start

    def block(self, against: Against) -> None:
        """Note that it cannot be imported."""
        self.state = State.BLOCKED
        self.key, self.reason, self.code = against.key, against.reason, against.code

    def leave_out(self, reason: str) -> None:
        """Note that a mark or an answer leaves it out."""
        self.state, self.reason = State.LEFT_OUT, reason
