"""Work units, and the channels of work. A named tuple: the timer makes them without `dataclasses`."""

from enum import StrEnum
from typing import Annotated, NamedTuple

from suptime.domain import values
from suptime.domain.time import HOUR, Instant, Seconds, Span


class Channel(StrEnum):
    """How agent and client speak."""

    PHONE = "phone"
    EMAIL = "email"
    REMOTE = "remote"
    CHAT = "chat"
    MESSENGER = "messenger"
    ONSITE = "onsite"
    OTHER = "other"


CHANNEL = values.choice("channel", Channel)


LAST, RUNNING = "last", "running"

UnitName = int | str
"""What names a work unit: its id, or `last` or `running`, the agent's own that started last, or that runs."""

LONG: Seconds = 12 * HOUR
"""A longer unit is more likely a slip, or a timer that somebody forgot, than work."""

LONGEST_NOTE = 10_000
"""Characters of a note, at most."""


class WorkUnit(NamedTuple):
    """One agent's uninterrupted work on one case. `ended_at` is None while it runs."""

    id: Annotated[int, values.identity("U")]
    case: Annotated[str, values.CASE_NUMBER]
    agent: Annotated[str, values.AGENT]
    channel: Annotated[str, CHANNEL]
    started_at: Annotated[Instant, values.INSTANT]
    ended_at: Annotated[Instant | None, values.INSTANT]
    note: Annotated[str, values.NOTE] = ""
    guest: Annotated[bool, values.FLAG] = False
    requested: Annotated[bool, values.FLAG] = False
    waived: Annotated[str | None, values.line("reason")] = None

    @property
    def span(self) -> Span:
        """From start to end; a running unit has none.

        Raises:
            ValueError: the unit is running.
        """
        if self.ended_at is None:
            raise ValueError(f"U{self.id} is running")
        return Span(self.started_at, self.ended_at)

    def seconds(self, now: Instant) -> Seconds:
        """Return how long it lasted, or has lasted by `now` while it runs."""
        return max(0, (now if self.ended_at is None else self.ended_at) - self.started_at)
