"""Days and clock times as other programs write them."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from suptime.domain.time import DAY, Instant, Seconds, Zone, rfc3339, to_instant
from suptime.interchange.foreign.record import Bad, NotSuch, Reading, excerpt

FIRST_YEAR, LAST_YEAR = 1970, 2200

"""Years outside are slips."""

LATEST = 7_289_654_400

"""The first instant of the year after the last: 2201-01-01T00:00:00Z."""

_ISO_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{4})(\d{2})(\d{2})", re.ASCII)

_DAY = re.compile(r"(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4}|\d{2})", re.ASCII)

_NAMED = re.compile(
    r"(?:(\d{1,2})[ /-]+([A-Za-z]{3,9})|([A-Za-z]{3,9}) +(\d{1,2}))[ /,-]+(\d{4}|\d{2})", re.ASCII
)

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

# Between the digits and AM stands a blank, a no-break blank or a narrow one; or nothing.
_CLOCK = re.compile(
    r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?\s*(?:([AaPp])\.?[Mm]\.?)?\s*(Z|[+-][0-9]{2}:?[0-9]{2})?"
)

DAY_AND_TIME = re.compile(
    r"([0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}|[0-9]{8}|[0-9]{1,2}[ /-][A-Za-z]{3,9}[ /-][0-9]{2,4}"
    r"|[A-Za-z]{3,9} [0-9]{1,2},? [0-9]{4})(?:T|\s+)(\S.*)"
)

_BASIC = re.compile(r"(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z", re.ASCII)

Clock = tuple[time, str]

"""What a clock shows, and its offset from UTC or an empty text."""


def read_day(key: str, text: str, order: str = "mdy") -> date:
    """Return the day that `text` names: 2026-10-05, 5 Oct 2026, 05.10.2026; 10/5/26 in the `order` of the file.

    >>> str(read_day("Date", "10/5/26")), str(read_day("Date", "05.10.2026")), str(read_day("Date", "05/Oct/26"))
    ('2026-10-05', '2026-10-05', '2026-10-05')

    Raises:
        Bad: it names none; `key` says where.
    """
    try:
        if found := _ISO_DAY.fullmatch(text):
            year, month, day = (found[at] or found[at + 3] for at in (1, 2, 3))
            return _in_range(date(int(year), int(month), int(day)))
        if found := _DAY.fullmatch(text):
            first, second = int(found[1]), int(found[3])
            day_first = order == "dmy" or found[2] == "."
            day, month = (first, second) if day_first else (second, first)
            return _in_range(date(_full(found[4]), month, day))
        if found := _NAMED.fullmatch(text):
            month = _MONTHS.index((found[2] or found[3])[:3].casefold()) + 1
            return _in_range(date(_full(found[5]), month, int(found[1] or found[4])))
    except ValueError:
        pass
    raise Bad(key, f"expected a day such as 2026-10-05 or 10/05/2026, found {excerpt(text)}.")


def _full(year: str) -> int:
    return int(year) if len(year) > 2 else 2000 + int(year)


def judge_days(reading: Reading, cells: Iterable[tuple[int, str]]) -> None:
    """Find out in which order the file writes days such as 05/10/2026: `cells` are its day cells with their lines.

    One whose first number is over 12 has the day first, one whose second is the month. Where none
    decides and it would differ, the order is asked for.

    Raises:
        NotSuch: the cells contradict each other.
    """
    decides: dict[str, tuple[int, str]] = {}
    unclear: dict[int, str] = {}
    points = False
    for line, text in cells:
        if text[4:5] == "-" or not (found := _DAY.match(text)):
            continue
        if found[2] == ".":
            points = True
            continue
        first, second = int(found[1]), int(found[3])
        if first > 12 >= second:
            decides.setdefault("dmy", (line, text))
        elif second > 12 >= first:
            decides.setdefault("mdy", (line, text))
        elif first != second and max(first, second) <= 12:
            unclear.setdefault(line, text)
    if reading.asked.day_order:
        return
    if len(decides) > 1:
        (line, text), (other, more) = decides["mdy"], decides["dmy"]
        raise NotSuch(
            f"line {line} has the month first, {text[:40]}, and line {other} the day, {more[:40]}: "
            "correct one of them"
        )
    if decides:
        reading.day_order = next(iter(decides))
    elif unclear:
        reading.day_order = "mdy"
        for text in unclear.values():
            reading.ask("day-order", text)
    elif points:
        reading.day_order = "dmy"


def _in_range(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError
    return day


def read_clock(key: str, text: str) -> Clock:
    """Return the time that `text` names: 09:30, 9:30:15, 10:23 AM, 11:23:01 pm; parts of a second are dropped.

    Raises:
        Bad: it names none; `key` says where.
    """
    found = _CLOCK.fullmatch(text)
    try:
        if found:
            return time(_hour(found), int(found[2]), int(found[3] or 0)), found[5] or ""
    except ValueError:
        pass
    raise Bad(key, f"expected a time such as 09:30 or 9:30 AM, found {excerpt(text)}.")


def _hour(found: re.Match[str]) -> int:
    hour = int(found[1])
    if not found[4]:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError
    return hour % 12 + (12 if found[4] in "Pp" else 0)


def readings_of(key: str, day: date, clock: Clock, reading: Reading) -> tuple[Instant, ...]:
    """Return the instants at which the clocks of the file show `clock` on `day`, or those of its own offset.

    They are one, but where a clock change skips or repeats that time.
    """
    at, offset = clock
    local = datetime.combine(day, at)
    if offset:
        return (aware(key, f"{local.isoformat()}{offset}"),)
    return reading.zone.readings(local)


def unclear(key: str, day: date, clock: Clock, zone: Zone, readings: tuple[Instant, ...]) -> Bad:
    """Return what is wrong with a `clock` of several `readings`."""
    at, local = clock[0], datetime.combine(day, clock[0])
    meant = [zone.local(reading).isoformat() for reading in readings]
    happens = "happens twice" if zone.local(readings[0]).replace(tzinfo=None) == local else "is skipped"
    return Bad(
        key,
        f"{day} {at:%H:%M} {happens} in {zone.name}, where the clocks change: it may be {meant[0]} or "
        f"{meant[1]}. Write the one that it was into the file, as {meant[0][11:]}.",
    )


def read_moment(key: str, text: str, reading: Reading) -> Instant:
    """Return the instant that `text` names: a day and a clock time, with or without an offset.

    Raises:
        Bad: it names none, or a time that the clocks skip or repeat.
    """
    shown = text.removesuffix(" UTC") + "Z" if text.endswith(" UTC") else text
    if found := DAY_AND_TIME.fullmatch(shown):
        day, clock = read_day(key, found[1], reading.day_order), read_clock(key, found[2])
        readings = readings_of(key, day, clock, reading)
        if len(readings) > 1:
            raise unclear(key, day, clock, reading.zone, readings)
        return readings[0]
    raise Bad(key, f"expected a day and a time such as 2026-10-05 09:00, found {excerpt(text)}.")


def aware(key: str, text: str) -> Instant:
    """Return the instant that `text` names, with an offset from UTC, or as 20261122T010050Z.

    Raises:
        Bad: it names none; `key` says where.
    """
    try:
        if found := _BASIC.fullmatch(text):
            text = f"{found[1]}-{found[2]}-{found[3]}T{found[4]}:{found[5]}:{found[6]}Z"
        moment = datetime.fromisoformat(text)
        if moment.tzinfo and FIRST_YEAR <= moment.year <= LAST_YEAR:
            return whole(key, to_instant(moment))
    except (ValueError, OverflowError):
        pass
    raise Bad(key, f"expected a time such as 20261005T140000Z, found {excerpt(text)}.")


def whole(key: str, instant: object) -> Instant:
    """INSTANT as seconds since 1970.

    Raises:
        Bad: it is no whole number, or outside the years that there are.
    """
    if type(instant) is not int or not 0 <= instant < LATEST:
        raise Bad(key, f"expected the seconds since 1970 of a time, found {excerpt(instant)}.")
    return instant


def ends(start: Instant, end: Instant) -> None:
    """Refuse work that ends before it starts.

    Raises:
        Bad: it does.
    """
    if end < start:
        raise Bad("end", f"{rfc3339(end)} is before the start, {rfc3339(start)}.")


def after(start: date, start_clock: Clock, end_clock: Clock, length: Seconds | None) -> date:
    """Return the day of `end_clock` where the file gives one date for both: the next one where it is earlier.

    Work of more than a day is known by its `length`, where the file says it.
    """
    days = 0 if end_clock[0] >= start_clock[0] else 1
    if length is not None:
        apart = datetime.combine(start, end_clock[0]) - datetime.combine(start, start_clock[0])
        days += max(0, round((length - (apart.total_seconds() + days * DAY)) / DAY))
    return start + timedelta(days=days)
