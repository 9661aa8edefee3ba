"""Lengths of time as other programs write them: what the cell says, else what its column or format says."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from suptime.domain.time import DAY, HOUR, LONGEST, MINUTE, Instant, Seconds, show_duration
from suptime.interchange.foreign.record import Bad, Reading, excerpt

_UNITS = {
    "hours": {"h", "hr", "hrs", "hour", "hours", "decimal", "std", "stunde", "stunden"},
    "minutes": {"min", "mins", "minute", "minutes", "minuten"},
    "seconds": {"s", "sec", "secs", "second", "seconds", "sekunden"},
}

_OF_WORD = {word: unit for unit, words in _UNITS.items() for word in words}

_SECONDS = {"hours": HOUR, "minutes": MINUTE, "seconds": 1}

_CLOCK = re.compile(r"([0-9]{1,6}):([0-9]{2})(?::([0-5][0-9]))?", re.ASCII)

_ISO = re.compile(r"P(?:([0-9]{1,6})D)?T?(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6})S)?", re.ASCII)

_WORDS = re.compile(r"([0-9]{1,6}(?:[.,][0-9]{1,6})?|[0-9]{1,6}:[0-5][0-9]) *([A-Za-z]{1,9})\.? *", re.ASCII)

_NUMBER = re.compile(r"-?(?:[0-9]{1,9}(?:([.,' ])[0-9]{3})*(?:[.,][0-9]{0,9})?|[.,][0-9]{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Length:
    """How long something took, how many seconds its rounding may hide, and the unit in which it was written."""

    seconds: Seconds
    slack: Seconds
    unit: str


def read_number(key: str, text: str) -> Decimal:
    """Return the number that `text` writes: with a point or a comma, and thousands set off by the other, or by a blank.

    The last of two different marks is the decimal one; a lone mark is, too.

    >>> [str(read_number("Hours", t)) for t in ("1.25", "1,25", "1.234,50", "1,234.50", "2", "-1.5")]
    ['1.25', '1.25', '1234.50', '1234.50', '2', '-1.5']

    Raises:
        Bad: it writes none; `key` says where.
    """
    shown = text.replace("\xa0", " ").replace("\u202f", " ").strip()
    if _NUMBER.fullmatch(shown):
        sign, plain = ("-", shown[1:]) if shown.startswith("-") else ("", shown)
        marks = [letter for letter in plain if letter in ".,' "]
        if len(set(marks)) > 1 or (marks and marks[-1] in ".," and len(marks) == 1):
            head, _, tail = plain.rpartition(marks[-1])
        else:
            head, tail = plain, ""
        digits = "".join(letter for letter in head if letter.isdigit())
        return Decimal(f"{sign}{digits or 0}.{tail or 0}") if tail else Decimal(f"{sign}{digits}")
    raise Bad(key, f"expected a number such as 1.25 or 1,25, found {excerpt(text)}.")


def unit_in(name: str) -> str:
    """Return the unit that the `name` of a column says, or an empty text.

    >>> unit_in("time spent (min)"), unit_in("duration (h)"), unit_in("spent")
    ('minutes', 'hours', '')
    """
    found = {_OF_WORD[word] for word in re.findall(r"[^\W\d_]+", name.casefold()) if word in _OF_WORD}
    return found.pop() if len(found) == 1 else ""


def read_length(key: str, text: str, unit: str, reading: Reading, *, bare: str = "") -> Length:
    """Return the length that `text` says; `unit` is what a column's name says, `bare` what the format says of numbers.

    Raises:
        Bad: it says none; `key` says where.
    """
    if text.startswith("-") and len(text) > 1 and text[1] != "-":
        length = read_length(key, text[1:], unit, reading, bare=bare)
        found = Length(-length.seconds, length.slack, length.unit)
    else:
        found = (
            _of_clock(key, text, unit, reading)
            or _of_words(text, reading)
            or _of_number(key, text, bare or unit or reading.asked.unit, reading)
        )
    if abs(found.seconds) > LONGEST:
        raise Bad(key, f"expected a length of time of at most ten years, found {excerpt(text)}.")
    reading.length_unit = reading.length_unit or found.unit
    return found


def _of_clock(key: str, text: str, unit: str, reading: Reading) -> Length | None:
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    first, second = int(found[1]), int(found[2])
    if second > 59:
        raise Bad(key, f"expected a length of time such as 1:30:00 or 1.50, found {excerpt(text)}.")
    as_hours = Length(
        first * HOUR + second * MINUTE + int(found[3] or 0), 0 if found[3] else MINUTE - 1, "clock"
    )
    if found[3] or unit not in {"minutes", "seconds"}:
        return as_hours
    if not reading.asked.unit:
        reading.ask("length-unit", text)
    if reading.asked.unit in {"clock", "hours"}:
        return as_hours
    return Length(first * MINUTE + second, 0, "clock")


def _of_words(text: str, reading: Reading) -> Length | None:
    if text[:1] in "Pp" and len(text) > 2 and (found := _ISO.fullmatch(text.upper())):
        days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return Length(days * DAY + hours * HOUR + minutes * MINUTE + seconds, 0, "written")
    if not text[-1:].isalpha() and not text.endswith("."):
        return None
    total, at = Decimal(0), 0
    while at < len(text):
        found = _WORDS.match(text, at)
        if found is None:
            return None
        number, word = found[1], found[2].casefold()
        unit = _OF_WORD.get(word) or ({"m": "minutes", "std": "hours"}.get(word))
        if ":" in number:
            if unit not in {"minutes", "hours"}:
                return None
            first, second = map(int, number.split(":"))
            total += (first * 60 + second) * (_SECONDS[unit] // 60)
        elif unit is not None:
            total += Decimal(number.replace(",", ".")) * _SECONDS[unit]
        elif word in {"d", "day", "days", "w", "week", "weeks"}:
            if reading.asked.hours_per_day is None:
                reading.ask("hours-per-day", text)
            worked = Decimal(number.replace(",", ".")) * (5 if word.startswith("w") else 1)
            total += worked * (reading.asked.hours_per_day or 8) * HOUR
        else:
            return None
        at = found.end()
    return Length(int(total.to_integral_value(ROUND_HALF_UP)), 0, "written")


def _of_number(key: str, text: str, unit: str, reading: Reading) -> Length:
    try:
        number = read_number(key, text)
    except Bad:
        raise Bad(key, f"expected a length of time such as 1:30:00 or 1.50, found {excerpt(text)}.") from None
    if not unit:
        reading.ask("length-unit", text)
        unit = "hours"
    if unit == "clock":
        raise Bad(key, f"expected a length of time such as 0:40, found {excerpt(text)}.")
    if unit == "hours":
        exponent = number.as_tuple().exponent
        decimals = -exponent if isinstance(exponent, int) else 0
        return Length(seconds_of_hours(number), -(-HOUR // 10**decimals), "hours")
    seconds = number * _SECONDS[unit]
    return Length(int(seconds.to_integral_value(ROUND_HALF_UP)), 0, unit)


def seconds_of_hours(hours: Decimal) -> Seconds:
    """Return the seconds of `hours`, which are a rounding: of a whole minute, if one fits, else of the nearest second.

    >>> [seconds_of_hours(Decimal(text)) for text in ("0.17", "0.02", "0.42", "0.333", "0.16", "0.01", "1.5")]
    [600, 60, 1500, 1200, 576, 36, 5400]
    """
    exponent = hours.as_tuple().exponent
    minutes = (hours * 60).to_integral_value(ROUND_HALF_UP)
    last_place = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    # |hours - minutes / 60| <= last_place / 2, without a division that does not end
    if abs(hours * 60 - minutes) <= last_place * 30:
        return int(minutes) * MINUTE
    return int((hours * HOUR).to_integral_value(ROUND_HALF_UP))


def disagreement(said: Length | None, start: Instant, end: Instant, *, by_minute: bool = False) -> str:
    """Return a remark where the length `said` is not that from `start` to `end`; empty where it is, or is not said.

    With `by_minute` the clock times have no seconds, so the length may be a minute more or less.

    >>> disagreement(Length(3600, 0, "clock"), 0, 3600), disagreement(Length(3000, 0, "clock"), 0, 3600)
    ('', 'the file says 50m, but from start to end it is 1h; start and end count.')
    """
    if said is None or abs(end - start - said.seconds) <= said.slack + (MINUTE - 1 if by_minute else 0):
        return ""
    taken = show_duration(end - start)
    return f"the file says {show_duration(abs(said.seconds))}, but from start to end it is {taken}; start and end count."
