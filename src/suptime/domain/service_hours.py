"""Service hours: the hours of a team, and working time within them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from suptime.domain.time import Instant, Minutes, Seconds, Span, Zone

DAY_MINUTES = 1440
HORIZON = 3660
"""Days within which a due time is searched: ten years, far longer than any response time."""


Window = tuple[Minutes, Minutes]
"""Opening and closing time of one day, in minutes after its midnight; a window over midnight closes beyond 1440."""

ALL_DAY: Window = (0, DAY_MINUTES)


@dataclass(frozen=True, slots=True)
class ServiceHours:
    """Windows of service of each day of the `week` (0 is Monday), in order, except holidays (T44).

    A window over midnight belongs to the day on which it opens.
    """

    week: tuple[tuple[Window, ...], ...] = ((ALL_DAY,),) * 7

    @classmethod
    def daily(cls, opens: Minutes, closes: Minutes, days: Iterable[int] = range(7)) -> "ServiceHours":
        """Return service from `opens` to `closes` on `days`."""
        open_days = frozenset(days)
        return cls(tuple(((opens, closes),) if day in open_days else () for day in range(7)))

    def on(self, day: date, zone: Zone, is_holiday: Callable[[date], bool]) -> list[Span]:
        """Return the windows that open on `day` in `zone`.

        Opening times are clock times, so a day with a clock change may be an hour longer or shorter.
        """
        windows = self.week[day.weekday()]
        if not windows or is_holiday(day):
            return []
        spans = (Span(_clock(day, opens, zone), _clock(day, closes, zone)) for opens, closes in windows)
        return [span for span in spans if span.end > span.start]

    def covering(self, day: date, zone: Zone, is_holiday: Callable[[date], bool]) -> list[Span]:
        """Return the windows that may cover a part of `day`: those of the day before, too."""
        return [*self.on(day - timedelta(1), zone, is_holiday), *self.on(day, zone, is_holiday)]

    def openings(self, start: Instant, zone: Zone, is_holiday: Callable[[date], bool]) -> Iterator[Span]:
        """Yield the periods of service from `start` on, in order and without overlaps, for `HORIZON` days."""
        first, since = zone.day(start) - timedelta(1), start
        for ahead in range(HORIZON):
            for opening in self.on(first + timedelta(days=ahead), zone, is_holiday):
                if opening.end > since:
                    yield Span(max(since, opening.start), opening.end)
                    since = opening.end

    def start_day(self, instant: Instant, zone: Zone, is_holiday: Callable[[date], bool]) -> date | None:
        """Return the business day that a case registered at `instant` counts from; None within ten years (T45).

        It is the day of the window around the instant; outside of all windows, the first day from then on whose last
        window has not closed.
        """
        today = zone.day(instant)
        for day in (today - timedelta(1), today):
            if any(span.start <= instant < span.end for span in self.on(day, zone, is_holiday)):
                return day
        for ahead in range(HORIZON):
            day = today + timedelta(ahead)
            spans = self.on(day, zone, is_holiday)
            if spans and spans[-1].end > instant:
                return day
        return None

    def close_after(
        self, instant: Instant, business_days: int, zone: Zone, is_holiday: Callable[[date], bool]
    ) -> Instant | None:
        """Return the close of the Nth business day after the day that `instant` counts from, or None (T45)."""
        day = self.start_day(instant, zone, is_holiday)
        left = business_days
        for _ in range(HORIZON if day else 0):
            day = (day or date.max) + timedelta(1)
            spans = self.on(day, zone, is_holiday)
            left -= bool(spans)
            if not left:
                return spans[-1].end
        return None


def _clock(day: date, minutes: Minutes, zone: Zone) -> Instant:
    day, minutes = day + timedelta(minutes // DAY_MINUTES), minutes % DAY_MINUTES
    if not minutes:
        return zone.midnight(day)
    return int(
        datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=zone.info).timestamp()
    )


def due_after(
    hours: ServiceHours, start: Instant, working: Seconds, zone: Zone, is_holiday: Callable[[date], bool]
) -> Instant | None:
    """Return the instant at which `working` seconds of service have passed since `start`, or None within ten years.

    If the time ends with the closing hour, it is due then, not at the next opening.

    >>> from suptime.domain.time import from_rfc3339, rfc3339
    >>> nine_to_six = ServiceHours.daily(540, 1080, range(5))
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
