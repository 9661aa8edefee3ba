"""Work units and channels. They are named tuples: the timer creates them without `dataclasses`."""

from datetime import date
from enum import StrEnum
from typing import Annotated, NamedTuple

from suptime.domain import values
from suptime.domain.time import HOUR, Instant, Seconds, Span


class Channel(StrEnum):
    """Channel between agent and client."""

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
"""Name of a work unit: its id, or `last` or `running` for the agent's own last or running unit."""

LONG: Seconds = 12 * HOUR
"""Longest usual unit: a longer one is probably a mistake, or a forgotten timer."""

LONGEST_NOTE = 10_000
"""Most characters of a note."""


class AgentRole(NamedTuple):
    """The role of an agent from a day on, for the rates of contracts; an empty role clears it (T16)."""

    agent: Annotated[str, values.AGENT]
    since: Annotated[date, values.DAY]
    role: Annotated[str, values.line("role", empty=True)]
    id: Annotated[int, values.COUNT] = 0


class WorkUnit(NamedTuple):
    """One agent's uninterrupted work on one case. `ended_at` is None while it runs.

    `role` replaces the agent's role, and `work_type` is what kind of work it is, both for the rates of contracts.
    """

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
    role: Annotated[str | None, values.line("role")] = None
    work_type: Annotated[str | None, values.line("work type")] = None

    @property
    def span(self) -> Span:
        """Start and end; a running unit has none.

        Raises:
            ValueError: the unit is running.
        """
        if self.ended_at is None:
            raise ValueError(f"U{self.id} is running")
        return Span(self.started_at, self.ended_at)

    def seconds(self, now: Instant) -> Seconds:
        """Return its duration, up to `now` while it runs."""
        return max(0, (now if self.ended_at is None else self.ended_at) - self.started_at)
