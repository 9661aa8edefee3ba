"""A row of a foreign time log on its way in, and why one cannot come in."""

from dataclasses import dataclass

from suptime.domain.case import Case
from suptime.domain.timespan import Instant, Seconds
from suptime.errors import ExitCode
from suptime.interchange.entries import Entry


class Against(Exception):
    """A row cannot come in: which value of it is the matter, why, and the exit code that this has."""

    def __init__(self, key: str, reason: str, code: int = ExitCode.USAGE) -> None:
        super().__init__(reason)
        self.key = key
        self.reason = reason
        self.code = int(code)


@dataclass(frozen=True, slots=True)
class Row:
    """An entry that is work of an agent on a case. `opens` is the name of a case that is not there yet."""

    entry: Entry
    source_id: str
    agent: str
    case: Case
    opens: str = ""
    channel: str = "other"
    end: Instant = 0

    @property
    def name(self) -> str:
        """What names its case: the number, or what stands for it."""
        return self.opens or self.case.number

    @property
    def start(self) -> Instant:
        """When it began."""
        return self.entry.start

    @property
    def seconds(self) -> Seconds:
        """How long it took."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, order=True)
class Left:
    """A row that did not come in: its line, which value of it is the matter, why, and the exit code."""

    line: int
    key: str
    reason: str
    code: int = int(ExitCode.USAGE)
