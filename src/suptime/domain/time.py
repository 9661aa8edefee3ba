"""Instants, spans, zones and months.

An instant is a whole number of seconds since 1970-01-01T00:00:00Z: exact, small, and
without a zone. A zone is only applied to find a day.

This module is light, because the timer loads it. Therefore spans and months are named tuples,
which do not need `dataclasses`, and the first zone loads `zoneinfo`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

Instant = int

"""Seconds since 1970-01-01T00:00:00Z."""

Seconds = int

"""A length of time in seconds."""

Minutes = int

"""A length of time in minutes."""

MINUTE = 60

HOUR = 3600

DAY = 86400

EVER, NEVER = -(1 << 62), 1 << 62

"""Instants before and after all others, for open periods."""

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class Span(NamedTuple):
    """A period from `start` up to, not including, `end`."""

    start: Instant
    end: Instant

    @property
    def seconds(self) -> Seconds:
        """Its length."""
        return self.end - self.start

    def overlap(self, other: "Span") -> Seconds:
        """Return the seconds that both have in common (0 or more).

        >>> Span(0, 100).overlap(Span(60, 200))
        40
        """
        return max(0, min(self.end, other.end) - max(self.start, other.start))

    def split(self, at: Iterable[Instant]) -> Iterator["Span"]:
        """Yield the span in pieces, cut at each instant of `at` inside it.

        A span of no length is one piece.

        >>> list(Span(0, 10).split([4, 10, 99]))
        [Span(start=0, end=4), Span(start=4, end=10)]
        """
        start = self.start
        for cut in sorted({c for c in at if self.start < c < self.end}):
            yield Span(start, cut)
            start = cut
        yield Span(start, self.end)


def day_number(day: date) -> int:
    """Return how many days `day` is after 1 January 1970.

    >>> day_number(date(1970, 1, 2))
    1
    """
    return day.toordinal() - _FIRST_DAY


_FIRST_DAY = date(1970, 1, 1).toordinal()

_FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)


def to_instant(moment: datetime) -> Instant:
    """Return the instant of `moment`, which has an offset; fractions of a second are dropped.

    >>> to_instant(datetime(1970, 1, 2, microsecond=5, tzinfo=UTC))
    86400
    """
    return (moment - _FIRST_MOMENT) // timedelta(seconds=1)


def utc(instant: Instant) -> datetime:
    """Return an instant as an aware datetime in UTC."""
    return datetime.fromtimestamp(instant, UTC)


def rfc3339(instant: Instant) -> str:
    """Return an instant as RFC 3339 in UTC, in whole seconds.

    >>> rfc3339(1791208800)
    '2026-10-05T14:00:00Z'
    """
    return f"{utc(instant).isoformat()[:19]}Z"


def from_rfc3339(text: str) -> Instant:
    """Return the instant of `text`, an RFC 3339 time with an offset; fractions of a second are dropped.

    >>> from_rfc3339("2026-10-05T09:00:00-05:00")
    1791208800

    Raises:
        ValueError: `text` is not a time, or has no offset.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset from UTC")
    return to_instant(moment)


class Zone:
    """An IANA time zone.

    Raises:
        ZoneInfoNotFoundError, ValueError: no such zone (on construction).
    """

    __slots__ = ("info", "name")

    def __init__(self, name: str) -> None:
        from zoneinfo import ZoneInfo

        self.name = name
        self.info = ZoneInfo(name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Zone) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"Zone({self.name!r})"

    def local(self, instant: Instant) -> datetime:
        """Return an instant as local time in this zone."""
        return datetime.fromtimestamp(instant, self.info)

    def clock(self, instant: Instant) -> str:
        """Return the clock time at `instant`, to the minute; with the offset in a repeated hour.

        >>> Zone("America/Chicago").clock(1791208800), Zone("America/Chicago").clock(1793514600)
        ('09:00', '01:30-05:00')
        """
        return clock_of(self.local(instant))

    def day(self, instant: Instant) -> date:
        """Return the calendar day of `instant` in this zone.

        >>> Zone("America/Chicago").day(1791176400 + 4 * 3600)
        datetime.date(2026, 10, 5)
        """
        return self.local(instant).date()

    def readings(self, local: datetime) -> tuple[Instant, ...]:
        """Return the instants that `local` (without a zone) may mean: one, or two around a clock change.

        A repeated time has two; a skipped time has the instants by the clocks before and after the
        change.

        >>> Zone("America/Chicago").readings(datetime(2026, 11, 1, 1, 30))
        (1793514600, 1793518200)
        """
        found = {to_instant(local.replace(tzinfo=self.info, fold=fold)) for fold in (0, 1)}
        return tuple(sorted(found))

    def midnight(self, day: date) -> Instant:
        """Return the first instant of `day`; if a clock change skips midnight, the instant of the change.

        >>> rfc3339(Zone("America/Chicago").midnight(date(2026, 11, 1)))
        '2026-11-01T05:00:00Z'
        """
        return _midnight(self, day)

    def days(self, span: Span) -> Iterator[tuple[date, Span]]:
        """Return `span` cut at this zone's midnights, each piece with its day."""
        start, day = span.start, self.day(span.start)
        while True:
            following = self.midnight(day + timedelta(days=1))
            if span.end <= following:
                yield day, Span(start, span.end)
                return
            if following > start:
                yield day, Span(start, following)
            start, day = following, self.day(following)


def zones_as_data(zones: Iterable[Zone], *, by_contract: bool = False) -> dict[str, str | list[str]]:
    """Return the zone of a page as JSON shows it; `contract` if there are several, or always if `by_contract`.

    >>> zones_as_data([Zone("UTC")]), zones_as_data([Zone("UTC"), Zone("Asia/Tokyo")])["timezone"]
    ({'timezone': 'UTC'}, 'contract')
    """
    names = sorted({zone.name for zone in zones})
    if len(names) == 1 and not by_contract:
        return {"timezone": names[0]}
    return {"timezone": "contract", "timezones": names}


def clipped(span: Span, period: Span) -> Span | None:
    """Return the part of `span` inside `period`, or None; a span of no length is inside if its instant is.

    >>> clipped(Span(0, 100), Span(60, 200)), clipped(Span(60, 60), Span(0, 60))
    (Span(start=60, end=100), None)
    """
    start, end = max(span.start, period.start), min(span.end, period.end)
    if start < end or (span.seconds == 0 and period.start <= span.start < period.end):
        return Span(start, end)
    return None


def clock_of(local: datetime) -> str:
    """Return the clock time of `local`, which has a zone, to the minute; with the offset if the time repeats."""
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local.hour:02}:{local.minute:02}" + (local.isoformat()[-6:] if twice else "")


DayIn = Callable[[Zone], date]

"""A day as a function of the zone: `today` differs between zones."""


def everywhere(day: date) -> DayIn:
    """Return `day` for every zone.

    >>> everywhere(date(2026, 10, 5))(Zone("Asia/Tokyo"))
    datetime.date(2026, 10, 5)
    """
    return lambda _: day


def latest_day(days: Iterable[date], asked: DayIn) -> date:
    """Return the latest of `days`; if there are none, `today` in UTC."""
    return max(days, default=None) or asked(Zone("UTC"))


@lru_cache(maxsize=100_000)
def _midnight(zone: Zone, day: date) -> Instant:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone.info).timestamp())


class Month(NamedTuple):
    """A calendar month."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> "Month":
        """Return the month of `day`."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Return the month in `text`, written as YYYY-MM.

        >>> Month.parse("2026-10")
        Month(year=2026, month=10)

        Raises:
            ValueError: `text` is not of that form, or no such month.
        """
        year, dash, month = text.partition("-")
        if not (
            dash
            and len(year) == 4
            and len(month) == 2
            and (year + month).isascii()
            and (year + month).isdigit()
        ):
            raise ValueError(f"{text!r} is not a month such as 2026-10")
        return cls.of(date(int(year), int(month), 1))

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> "Month":
        """The next month."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def previous(self) -> "Month":
        """The previous month."""
        return Month.of(self.first - timedelta(days=1))

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and (day.year, day.month) == (self.year, self.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


def show_day(day: date) -> str:
    """Return a day for people, in English.

    >>> show_day(date(2026, 10, 5))
    '5 October 2026'
    """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def show_moment(instant: Instant, zone: Zone) -> str:
    """Return an instant for people in `zone`, to the minute.

    >>> show_moment(1791208800, Zone("America/Chicago"))
    '5 October 2026 at 09:00'
    """
    local = zone.local(instant)
    return f"{show_day(local.date())} at {clock_of(local)}"


LONGEST: Seconds = 3653 * DAY

"""Limit of ten years: longer durations are typing mistakes."""

# Compiled at first use: the timer only shows durations.
_UNITS = r"(?:(?P<h>\d{1,6}(?:[.,]\d{1,4})?)\s*h)?\s*(?:(?P<m>\d{1,6}(?:[.,]\d{1,4})?)\s*m(?:in)?)?\s*(?:(?P<s>\d{1,9})\s*s)?"

_CLOCK = r"(?P<h>\d{1,6}):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?"

_ISO = r"pt(?:(?P<h>\d{1,6})h)?(?:(?P<m>\d{1,7})m)?(?:(?P<s>\d{1,9})s)?"


def parse_duration(text: str) -> Seconds:
    """Return the whole seconds of a duration: `90m`, `1h30m`, `1.5h`, `1:30`, `PT1H30M`, `45s`.

    Colons separate hours, minutes and seconds. A comma is a decimal point. Fractions of a second and durations of more
    than ten years are refused.

    >>> [parse_duration(t) for t in ("90m", "1h30m", "1.5h", "1,5h", "1:30", "PT1H30M", "45s", "1m59s")]
    [5400, 5400, 5400, 5400, 5400, 5400, 45, 119]

    Raises:
        ValueError: `text` is not a duration, or negative, or has no unit; the message is the end of a sentence.
    """
    plain = text.strip().lower()
    for pattern in (_CLOCK, _ISO, _UNITS):
        # ASCII only: int() would accept digits of other scripts, too.
        found = re.fullmatch(pattern, plain, re.ASCII)
        if found and any(found.groupdict().values()):
            seconds: Seconds = sum(
                _whole(found[unit], size)
                for unit, size in (("h", HOUR), ("m", MINUTE), ("s", 1))
                if found[unit]
            )
            if seconds > LONGEST:
                raise ValueError("is longer than ten years")
            return seconds
    raise ValueError("has no unit: minutes or hours" if plain.isdigit() else "is not a duration")


def _whole(number: str, size: Seconds) -> Seconds:
    whole, _, fraction = number.replace(",", ".").partition(".")
    scaled, parts = int(fraction or "0") * size, int("1" + "0" * len(fraction))
    if scaled % parts:
        raise ValueError("must be in whole seconds")
    return int(whole) * size + scaled // parts


def show_duration(seconds: Seconds) -> str:
    """Return seconds as `1h30m`, `45m`, `1m59s` or `0m`, which `parse_duration` can read.

    >>> [show_duration(s) for s in (5400, 2700, 119, 0, 90000)]
    ['1h30m', '45m', '1m59s', '0m', '25h']
    """
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    hours, rest = divmod(seconds, HOUR)
    minutes, left = divmod(rest, MINUTE)
    shown = "".join(f"{n}{unit}" for n, unit in ((hours, "h"), (minutes, "m"), (left, "s")) if n)
    return sign + (shown or "0m")


def shared_minutes(parts: Sequence[Seconds], total: int | None = None) -> list[int]:
    """Return `parts` in whole minutes that add up to `total` minutes, by largest remainder; the earlier of equal ones first.

    `total` is the sum of the parts, truncated, if None. It may be up to a minute a part more or less than that sum.

    >>> shared_minutes([780, 442, 1017]), shared_minutes([30, 30], 2)
    ([13, 7, 17], [1, 1])
    """
    minutes = [part // MINUTE for part in parts]
    left = (sum(parts) // MINUTE if total is None else total) - sum(minutes)
    step = 1 if left > 0 else -1
    by_rest = sorted(range(len(parts)), key=lambda n: (-step * (parts[n] % MINUTE), n))
    for turn in range(abs(left) if parts else 0):
        minutes[by_rest[turn % len(parts)]] += step
    return minutes


def in_words(seconds: Seconds) -> str:
    """Return seconds as clients read them: `1 h 30 min`, `45 min`, `1 min 59 s`, `0 min`.

    >>> [in_words(s) for s in (5400, 2700, 119, 0, 90000)]
    ['1 h 30 min', '45 min', '1 min 59 s', '0 min', '25 h']
    """
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    hours, rest = divmod(seconds, HOUR)
    minutes, left = divmod(rest, MINUTE)
    shown = " ".join(f"{n} {unit}" for n, unit in ((hours, "h"), (minutes, "min"), (left, "s")) if n)
    return sign + (shown or "0 min")
