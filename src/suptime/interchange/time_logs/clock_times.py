"""Days, clock times and lengths of time as other programs write them."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from suptime.domain.time import (
    DAY,
    HOUR,
    LONGEST,
    MINUTE,
    Instant,
    Seconds,
    Zone,
    rfc3339,
    show_duration,
    to_instant,
)
from suptime.interchange.time_logs.entry import Bad, ReadOptions, ZoneNeeded, excerpt

FIRST_YEAR, LAST_YEAR = 1970, 2200

"""Years outside are slips."""

LATEST = 7_289_654_400

"""The first instant of the year after the last: 2201-01-01T00:00:00Z."""

_ISO_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)

_DAY = re.compile(r"(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4}|\d{2})", re.ASCII)

# Between the digits and AM stands a blank, a no-break blank or a narrow one; or nothing.
_CLOCK = re.compile(
    r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?\s*(?:([AaPp])\.?[Mm]\.?)?\s*(Z|[+-][0-9]{2}:?[0-9]{2})?"
)

_BASIC = re.compile(r"(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z", re.ASCII)

_LENGTH = re.compile(r"([0-9]{1,6}):([0-5][0-9])(?::([0-5][0-9]))?", re.ASCII)

_NUMBER = re.compile(r"[0-9]{1,9}(?:([.,' ])[0-9]{3})*(?:[.,][0-9]{0,9})?|[.,][0-9]{1,9}", re.ASCII)

Clock = tuple[time, str]

"""What a clock shows, and its offset from UTC or an empty text."""


def read_day(key: str, text: str, *, day_first: bool = False) -> date:
    """Return the day that `text` names: 2026-10-05, or 10/05/2026 and 10/5/26 with the month first.

    With points the day stands first, as it does everywhere where `day_first` is said.

    >>> str(read_day("Date", "10/5/26")), str(read_day("Date", "05.10.2026"))
    ('2026-10-05', '2026-10-05')

    Raises:
        Bad: it names none; `key` says where.
    """
    try:
        if found := _ISO_DAY.fullmatch(text):
            return _in_range(date(int(found[1]), int(found[2]), int(found[3])))
        if found := _DAY.fullmatch(text):
            first, second, year = int(found[1]), int(found[3]), int(found[4])
            day, month = (first, second) if day_first or found[2] == "." else (second, first)
            return _in_range(date(year if year > 99 else 2000 + year, month, day))
    except ValueError:
        pass
    hint = ""
    if (found := _DAY.fullmatch(text)) and not day_first and int(found[1]) > 12:
        hint = " Where the day stands first, say --day-first."
    raise Bad(key, f"expected a day such as 2026-10-05 or 10/05/2026, found {excerpt(text)}.{hint}")


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


def instant_of(key: str, day: date, clock: Clock, zone: Zone | None) -> Instant:
    """Return the one instant at which the clocks of `zone` show `clock` on `day`, or those of its own offset.

    Raises:
        ZoneNeeded: `clock` has no offset, and there is no zone.
        Bad: a clock change skips or repeats that time; both readings are named.
    """
    at, offset = clock
    local = datetime.combine(day, at)
    if offset:
        return aware(key, f"{local.isoformat()}{offset}")
    if zone is None:
        raise ZoneNeeded
    readings = zone.readings(local)
    if len(readings) == 1:
        return readings[0]
    meant = [zone.local(reading).isoformat() for reading in readings]
    happens = "happens twice" if zone.local(readings[0]).replace(tzinfo=None) == local else "is skipped"
    raise Bad(
        key,
        f"{day} {at:%H:%M} {happens} in {zone.name}, where the clocks change: it may be {meant[0]} or "
        f"{meant[1]}. Write the one that it was into the file, as {meant[0][11:]}.",
    )


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


def read_number(key: str, text: str) -> Decimal:
    """Return the number that `text` writes: with a point or a comma, and thousands set off by the other, or by a blank.

    The last of two different marks is the decimal one; a lone mark is, too.

    >>> [str(read_number("Hours", t)) for t in ("1.25", "1,25", "1.234,50", "1,234.50", "2")]
    ['1.25', '1.25', '1234.50', '1234.50', '2']

    Raises:
        Bad: it writes none; `key` says where.
    """
    plain = text.replace("\xa0", " ").replace("\u202f", " ").strip()
    marks = [letter for letter in plain if letter in ".,' "]
    if _NUMBER.fullmatch(plain):
        if len(set(marks)) > 1 or (marks and marks[-1] in ".," and len(marks) == 1):
            head, _, tail = plain.rpartition(marks[-1])
        else:
            head, tail = plain, ""
        digits = "".join(letter for letter in head if letter.isdigit())
        return Decimal(f"{digits or 0}.{tail or 0}") if tail else Decimal(digits)
    raise Bad(key, f"expected a number such as 1.25 or 1,25, found {excerpt(text)}.")


def read_length(key: str, text: str) -> tuple[Seconds, Seconds]:
    """Return the seconds that `text` says, as 1:30:00, 1:30 or 1.5 hours, and how many it may be off by its rounding.

    >>> read_length("Duration", "1:30:00"), read_length("Duration", "0:06"), read_length("Duration", "0.11")
    ((5400, 0), (360, 59), (396, 36))

    Raises:
        Bad: it says none; `key` says where.
    """
    if found := _LENGTH.fullmatch(text):
        seconds = _bearable(key, text, int(found[1]) * HOUR + int(found[2]) * MINUTE + int(found[3] or 0))
        return seconds, 0 if found[3] else MINUTE - 1
    try:
        hours = read_number(key, text)
    except Bad:
        raise Bad(key, f"expected a length of time such as 1:30:00 or 1.50, found {excerpt(text)}.") from None
    exponent = hours.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) else 0
    slack = -(-HOUR // 10**decimals)
    return _bearable(key, text, int((hours * HOUR).to_integral_value(ROUND_HALF_UP))), slack


def _bearable(key: str, text: str, seconds: Seconds) -> Seconds:
    """SECONDS, which `text` says, unless they are more than ten years.

    Raises:
        Bad: they are; `key` says where.
    """
    if seconds > LONGEST:
        raise Bad(key, f"expected a length of time of at most ten years, found {excerpt(text)}.")
    return seconds


def ends(start: Instant, end: Instant) -> None:
    """Refuse work that ends before it starts.

    Raises:
        Bad: it does.
    """
    if end < start:
        raise Bad("end", f"{rfc3339(end)} is before the start, {rfc3339(start)}.")


def disagreement(said: str, start: Instant, end: Instant, *, by_minute: bool = False) -> str:
    """Return a remark where the length `said` is not that from `start` to `end`; empty where it is, or is not said.

    With `by_minute` the clock times have no seconds, so the length may be a minute more or less.

    >>> disagreement("1:00:00", 0, 3600), disagreement("0:50:00", 0, 3600)
    ('', 'the file says 50m, but from start to end it is 1h; start and end count.')
    """
    if not said:
        return ""
    seconds, slack = read_length("duration", said)
    if abs(end - start - seconds) <= slack + (MINUTE - 1 if by_minute else 0):
        return ""
    taken = show_duration(end - start)
    return (
        f"the file says {show_duration(seconds)}, but from start to end it is {taken}; start and end count."
    )


def after(start: date, start_clock: Clock, end_clock: Clock, said: str) -> date:
    """Return the day of `end_clock` where the file gives one date for both: the next one where it is earlier.

    Work of more than a day is known by the length `said`.
    """
    same = 0 if end_clock[0] >= start_clock[0] else 1
    if said:
        length = read_length("duration", said)[0]
        apart = datetime.combine(start, end_clock[0]) - datetime.combine(start, start_clock[0])
        same += max(0, round((length - (apart.total_seconds() + same * DAY)) / DAY))
    return start + timedelta(days=same)


Place = Callable[[str, date, Seconds], tuple[Instant, Instant]]

"""From a person, a day and a length to start and end."""


def placing(asked: ReadOptions) -> Place:
    """Return a way to give each person's work of a day its place: from the start of the day on, in the file's order."""
    free: dict[tuple[str, date], Instant] = {}

    def place(who: str, day: date, seconds: Seconds) -> tuple[Instant, Instant]:
        """Return where the next `seconds` of work of `who` on `day` stand.

        Raises:
            ZoneNeeded: nobody said in which zone the day is.
            Bad: they would end after midnight.
        """
        if asked.zone is None:
            raise ZoneNeeded
        begins = free.get((who, day))
        if begins is None:
            begins = instant_of("date", day, (asked.day_start, ""), asked.zone)
        if begins + seconds > _end_of(day, asked.zone):
            raise Bad(
                "hours",
                f"the work of this day would end after midnight: it begins at {asked.day_start:%H:%M} and is "
                "placed one after another. Say an earlier --day-start.",
            )
        free[who, day] = begins + seconds
        return begins, begins + seconds

    return place


def _end_of(day: date, zone: Zone) -> Instant:
    return zone.midnight(day + timedelta(days=1))
