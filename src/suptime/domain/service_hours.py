"""Service hours: the hours of a team, and working time within them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from suptime.domain.time import Instant, Minutes, Seconds, Span, Zone

DAY_MINUTES = 1440
HORIZON = 3660
"""Days within which a due time is searched: ten years, far longer than any response time."""


@dataclass(frozen=True, slots=True)
class ServiceHours:
    """Service from `opens` to `closes`, minutes of the day, on `days` (0 is Monday), except holidays."""

    opens: Minutes = 0
    closes: Minutes = DAY_MINUTES
    days: frozenset[int] = frozenset(range(7))

    def on(self, day: date, zone: Zone, is_holiday: Callable[[date], bool]) -> Span | None:
        """Return the service hours on `day` in `zone`, or None.

        Opening times are clock times, so a day with a clock change may be an hour longer or shorter.
        """
        if day.weekday() not in self.days or is_holiday(day):
            return None
        return Span(_clock(day, self.opens, zone), _clock(day, self.closes, zone))

    def openings(self, start: Instant, zone: Zone, is_holiday: Callable[[date], bool]) -> Iterator[Span]:
        """Yield the periods of service from `start` on, in order, for `HORIZON` days."""
        first = zone.day(start)
        for ahead in range(HORIZON):
            opening = self.on(first + timedelta(days=ahead), zone, is_holiday)
            if opening and opening.end > start:
                yield Span(max(start, opening.start), opening.end)


def _clock(day: date, minutes: Minutes, zone: Zone) -> Instant:
    if minutes == DAY_MINUTES:
        return zone.midnight(day + timedelta(days=1))
    return int(
        datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=zone.info).timestamp()
    )


def due_after(
    hours: ServiceHours, start: Instant, working: Seconds, zone: Zone, is_holiday: Callable[[date], bool]
) -> Instant | None:
    """Return the instant at which `working` seconds of service have passed since `start`, or None within ten years.

    If the time ends with the closing hour, it is due then, not at the next opening.

    >>> from suptime.domain.time import from_rfc3339, rfc3339
    >>> nine_to_six = ServiceHours(540, 1080, frozenset(range(5)))
    >>> friday = from_rfc3339("2026-10-09T16:30:00+02:00")
    >>> rfc3339(due_after(nine_to_six, friday, 8 * 3600, Zone("Europe/Berlin"), lambda day: False))
    '2026-10-12T13:30:00Z'
    """
    left = working
    for opening in hours.openings(start, zone, is_holiday):
        if left <= opening.seconds:
            return opening.start + left
        left -= opening.seconds
    return None


def working_between(
    hours: ServiceHours, span: Span, zone: Zone, is_holiday: Callable[[date], bool]
) -> Seconds:
    """Return the seconds of service in `span`."""
    total = 0
    for opening in hours.openings(span.start, zone, is_holiday):
        if opening.start >= span.end:
            break
        total += opening.overlap(span)
    return total


def is_holiday(holidays: str | None, day: date) -> bool:
    """Return whether `day` is one of the `holidays` of a country or a part of it (None: no holidays).

    Raises:
        NotImplementedError: the holidays of that country, or of that part of it, are unknown.
    """
    return holidays is not None and day in _holidays_of(holidays, day.year)


@lru_cache(maxsize=256)
def _holidays_of(code: str, year: int) -> frozenset[date]:
    from holidays import country_holidays  # A large table of the world: only contracts with holidays need it.

    country, _, subdivision = code.partition("-")
    return frozenset(country_holidays(country, subdiv=subdivision or None, years=year))
