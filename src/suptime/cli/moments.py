"""Times, days and months as people type them."""

import re
from datetime import date, datetime, time, timedelta

from suptime.cli.console import quoted
from suptime.domain.time import DayIn, Instant, Month, Seconds, Zone, parse_duration, to_instant
from suptime.domain.values import accept, duration
from suptime.errors import WrongUsage

EARLIEST = date(1970, 1, 1)
LATEST = date(2200, 12, 31)
"""Days outside are slips of the finger."""

EXAMPLES = "Times look like 09:30, 2026-10-05 09:30, yesterday 17:00, -15m or 2026-10-05T09:30:00-05:00."
DAY_EXAMPLES = "Days look like 2026-10-05, today or yesterday."

_CLOCK = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?", re.ASCII)
_DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII)
_OFFSET = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})[T ](?P<clock>\d{2}:\d{2}(?::\d{2})?)(?:\.0+)? ?"
    r"(?P<offset>Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)",
    re.ASCII | re.IGNORECASE,
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_time(text: str, zone: Zone, now: Instant) -> Instant:
    """Return the instant in `text`; without an offset it is on the clocks of `zone`.

    `09:30` is today, `friday 09:30` the latest Friday (today included), `-15m` so long before `now`.

    Raises:
        WrongUsage: it is not a time, or a clock change skips or repeats it: then both readings are named.
    """
    typed = " ".join(text.split()).lower()
    if typed == "now":
        return now
    if typed.startswith("-"):
        return _ago(text, typed, now)
    if found := _OFFSET.fullmatch(typed):
        return _with_offset(text, found)
    day_text, _, clock_text = (
        typed.replace("t", " ", 1).rpartition(" ") if _DATE.match(typed) else typed.rpartition(" ")
    )
    clock = _CLOCK.fullmatch(clock_text)
    if clock is None:
        what = f"{quoted(text)} is not a time."
        if _DATE.fullmatch(typed):
            what = f"{quoted(text)} is a day, not a time."
        raise WrongUsage(what, hint=EXAMPLES)
    day = _day(day_text, zone, now) if day_text else zone.day(now)
    if day is None:
        raise WrongUsage(f"{quoted(text)} is not a time: there is no day {quoted(day_text)}.", hint=EXAMPLES)
    try:
        at = time(int(clock["hour"]), int(clock["minute"]), int(clock["second"] or 0))
    except ValueError as error:
        raise WrongUsage(
            f"{quoted(text)} is not a time: there is no {clock_text} o'clock.", hint=EXAMPLES
        ) from error
    return _on_clocks(_in_range(day, text), at, zone)


def read_day(text: str, zone: Zone, now: Instant) -> date:
    """Return the day in `text`: `2026-10-05`, `today`, `yesterday` on the calendar of `zone`.

    Raises:
        WrongUsage: it is not a day.
    """
    day = _day(" ".join(text.split()).lower(), zone, now)
    if day is None:
        raise WrongUsage(f"{quoted(text)} is not a day.", hint=DAY_EXAMPLES)
    return _in_range(day, text)


def read_day_in(text: str, zone: Zone, now: Instant) -> DayIn:
    """Return the day in `text` for each zone that is asked for: `today` is not the same day everywhere.

    Raises:
        WrongUsage: it is not a day.
    """
    read_day(text, zone, now)
    return lambda theirs: read_day(text, theirs, now)


def read_month(text: str) -> Month:
    """Return the month in `text`, such as `2026-10`.

    Raises:
        WrongUsage: it is not a month.
    """
    try:
        month = Month.parse(text.strip())
    except ValueError as error:
        raise WrongUsage(f"{quoted(text)} is not a month.", hint="Months look like 2026-10.") from error
    _in_range(month.first, text)
    return month


def requested_month(text: str, zone: Zone, now: Instant) -> Month:
    """Return the month in `text`; `last` is the last complete one on the calendar of `zone`.

    Raises:
        WrongUsage: it is not a month.
    """
    return Month.of(zone.day(now)).previous if text == "last" else read_month(text)


def read_duration(text: str) -> Seconds:
    """Return the seconds of a duration, more than none.

    Raises:
        WrongUsage: it is not a duration, or negative or nothing.
    """
    return accept(duration(), text)


def _ago(text: str, typed: str, now: Instant) -> Instant:
    try:
        seconds = parse_duration(typed[1:])
    except ValueError as error:
        raise WrongUsage(f"{quoted(text)} is not a time.", hint=EXAMPLES) from error
    if now - seconds < 0:
        raise WrongUsage(f"{quoted(text)} is before {EARLIEST.year}.", hint=EXAMPLES)
    return now - seconds


def _with_offset(text: str, found: re.Match[str]) -> Instant:
    try:
        moment = datetime.fromisoformat(f"{found['date']}T{found['clock']}{found['offset'].upper()}")
    except ValueError as error:
        raise WrongUsage(
            f"{quoted(text)} is not a time: there is no such day or hour.", hint=EXAMPLES
        ) from error
    _in_range(moment.date(), text)
    instant = to_instant(moment)
    if instant < 0:
        raise WrongUsage(f"{quoted(text)} is before {EARLIEST.year}.", hint=EXAMPLES)
    return instant


def _day(typed: str, zone: Zone, now: Instant) -> date | None:
    today = zone.day(now)
    if typed in ("today", "yesterday"):
        return today - timedelta(days=typed == "yesterday")
    if typed in _WEEKDAYS:
        return today - timedelta(days=(today.weekday() - _WEEKDAYS.index(typed)) % 7)
    if found := _DATE.fullmatch(typed):
        try:
            return date(int(found["year"]), int(found["month"]), int(found["day"]))
        except ValueError:
            return None
    return None


def _in_range(day: date, text: str) -> date:
    if not EARLIEST <= day <= LATEST:
        raise WrongUsage(
            f"{quoted(text)} is outside the years {EARLIEST.year} to {LATEST.year}.", hint=DAY_EXAMPLES
        )
    return day


def _on_clocks(day: date, at: time, zone: Zone) -> Instant:
    """Return the one instant at which the clocks of `zone` show the time `at` on a day.

    Raises:
        WrongUsage: a clock change skips or repeats it.
    """
    readings = zone.readings(datetime.combine(day, at))
    first, last = readings[0], readings[-1]
    if first == last:
        if first < 0:
            raise WrongUsage(f"{day} {at} is before {EARLIEST.year}.", hint=EXAMPLES)
        return first
    shown = [zone.local(reading).isoformat() for reading in (first, last)]
    happens = (
        "happens twice"
        if zone.local(first).replace(tzinfo=None) == datetime.combine(day, at)
        else "is skipped"
    )
    raise WrongUsage(
        f"{day} {at:%H:%M} {happens} in {zone.name}, where the clocks change.",
        hint=f"Say which you mean: {shown[0]} or {shown[1]}.",
    )
