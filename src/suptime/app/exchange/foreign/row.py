"""A record of a foreign file on its way in: what is known of it, its state, and what is to be written."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from suptime.domain.case import Case
from suptime.domain.time import Instant, Seconds
from suptime.domain.work import WorkUnit
from suptime.errors import ExitCode
from suptime.interchange.foreign.record import ForeignUnit
from suptime.store.repositories.imports import KnownRecord


class State(StrEnum):
    """What a record is to the store: each has exactly one."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"
    LEFT_OUT = "left-out"
    CONFLICT = "conflict"
    BLOCKED = "blocked"


class Against(Exception):
    """A row cannot come in: which value of it is the matter, why, and the exit code that this has."""

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
class Row:
    """Work of a foreign file. `source_id` tells it from all others of its source.

    `known` is as what it came in before, `here` the unit that it is now. `start` and `end` are where it
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

    @property
    def line(self) -> int:
        """Where it stands in its file."""
        return self.unit.line

    @property
    def name(self) -> str:
        """What names its case: the number, or what stands for it."""
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
        """Note that it cannot come in."""
        self.state = State.BLOCKED
        self.key, self.reason, self.code = against.key, against.reason, against.code

    def leave_out(self, reason: str) -> None:
        """Note that a mark or an answer leaves it out."""
        self.state, self.reason = State.LEFT_OUT, reason
