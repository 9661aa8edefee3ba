"""The agents of the sample data: when each works, and what already fills their days."""

from bisect import insort
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

HOLIDAYS = {date(2025, 11, 27), date(2025, 12, 25), date(2025, 12, 26), date(2026, 1, 1), date(2026, 7, 3)}
SLACK = 40 * 60
"""How many seconds after the start of the day work begins at most."""


@dataclass
class Agent:
    """Someone who works from `starts` to `ends` o'clock in `zone`, and on one thing at a time."""

    name: str
    zone: ZoneInfo
    starts: int
    ends: int
    busy: list[tuple[int, int]] = field(default_factory=list)

    def clash(self, start: int, end: int) -> tuple[int, int] | None:
        """The first thing in the calendar that START to END would overlap."""
        return next(((s, e) for s, e in self.busy if s < end and start < e), None)

    def take(self, start: int, end: int) -> None:
        """Fill START to END, which must be free."""
        if self.clash(start, end):
            raise ValueError(f"{self.name} is busy from {start} to {end}")
        insort(self.busy, (start, end))

    def slot(self, rng: Random, after: int, seconds: int, grid: int = 0) -> int:
        """The first free start for SECONDS at or after AFTER, in working hours; on a GRID of seconds if given."""
        start = after
        while True:
            start = self._in_hours(rng, start, seconds)
            if grid:
                start += -start % grid
            clash = self.clash(start, start + seconds)
            if clash is None and self._in_hours(rng, start, seconds) == start:
                return start
            start = (clash[1] if clash else start) + rng.randrange(40, 500)

    def _in_hours(self, rng: Random, start: int, seconds: int) -> int:
        local = datetime.fromtimestamp(start, self.zone)
        day = local.date()
        opens, closes = self._hours(day)
        if start < opens:
            start = opens + rng.randrange(SLACK)
        if start + seconds > closes or day.weekday() > 4 or day in HOLIDAYS:
            while True:
                day += timedelta(days=1)
                if day.weekday() <= 4 and day not in HOLIDAYS:
                    break
            opens, _ = self._hours(day)
            return opens + rng.randrange(SLACK)
        return start

    def _hours(self, day: date) -> tuple[int, int]:
        at = [
            datetime(day.year, day.month, day.day, hour, tzinfo=self.zone)
            for hour in (self.starts, self.ends)
        ]
        return int(at[0].timestamp()), int(at[1].timestamp())


def team() -> dict[str, Agent]:
    """The engineers, and the developer who is from outside the team."""
    people = {
        "ana": ("America/Chicago", 8, 17),
        "ben": ("America/Denver", 8, 17),
        "jonas": ("Europe/Berlin", 8, 18),
        "mireille": ("America/Toronto", 8, 17),
        "yuki": ("America/Los_Angeles", 8, 17),
        "ravi": ("America/New_York", 9, 18),
        "grace": ("Europe/London", 8, 18),
        "lena": ("Europe/Berlin", 8, 18),
        "olu": ("America/New_York", 8, 18),
        "samir": ("America/New_York", 8, 18),
        "wei": ("Asia/Singapore", 8, 18),
    }
    return {name: Agent(name, ZoneInfo(zone), starts, ends) for name, (zone, starts, ends) in people.items()}
