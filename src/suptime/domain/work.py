"""Work units, and the channels of work. A named tuple: the timer makes them without `dataclasses`."""

from enum import StrEnum
from typing import NamedTuple

from suptime.domain.time import Instant, Seconds, Span


class Channel(StrEnum):
    """How agent and client speak."""

    PHONE = "phone"
    EMAIL = "email"
    REMOTE = "remote"
    CHAT = "chat"
    MESSENGER = "messenger"
    ONSITE = "onsite"
    OTHER = "other"


class WorkUnit(NamedTuple):
    """One agent's uninterrupted work on one case. `ended_at` is None while it runs."""

    id: int
    case: str
    agent: str
    channel: str
    started_at: Instant
    ended_at: Instant | None
    note: str = ""
    guest: bool = False
    requested: bool = False
    waived: str | None = None

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
        """How long it lasted, or has lasted by NOW while it runs."""
        return max(0, (now if self.ended_at is None else self.ended_at) - self.started_at)
