"""Lengths of time as people write them, read and shown."""

import re

from suptime.domain.timespan import DAY, HOUR, MINUTE, Seconds

LONGEST: Seconds = 3653 * DAY
"""Ten years: a longer one is a slip of the finger."""

# Compiled when they are first asked for: the timer only shows durations.
_UNITS = r"(?:(?P<h>\d{1,6}(?:\.\d{1,4})?)\s*h)?\s*(?:(?P<m>\d{1,6}(?:\.\d{1,4})?)\s*m(?:in)?)?\s*(?:(?P<s>\d{1,9})\s*s)?"
_CLOCK = r"(?P<h>\d{1,6}):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?"
_ISO = r"pt(?:(?P<h>\d{1,6})h)?(?:(?P<m>\d{1,7})m)?(?:(?P<s>\d{1,9})s)?"


def parse_duration(text: str) -> Seconds:
    """The whole seconds that TEXT stands for: `90m`, `1h30m`, `1.5h`, `1:30`, `PT1H30M`, `45s`.

    Colons separate hours, minutes and seconds. A fraction that is not whole seconds is refused,
    and so is what is longer than ten years.

    >>> [parse_duration(t) for t in ("90m", "1h30m", "1.5h", "1:30", "PT1H30M", "45s", "1m59s")]
    [5400, 5400, 5400, 5400, 5400, 45, 119]

    Raises:
        ValueError: TEXT is not a duration, or negative, or has no unit; the message is a sentence.
    """
    plain = text.strip().lower()
    for pattern in (_CLOCK, _ISO, _UNITS):
        # ASCII: a digit of another script is no digit here, though int() would read it.
        found = re.fullmatch(pattern, plain, re.ASCII)
        if found and any(found.groupdict().values()):
            seconds: Seconds = sum(
                _whole(found[unit], size)
                for unit, size in (("h", HOUR), ("m", MINUTE), ("s", 1))
                if found[unit]
            )
            if seconds > LONGEST:
                raise ValueError(f"{text!r} is longer than ten years")
            return seconds
    raise ValueError(f"{text!r} is not a duration such as 90m, 1h30m, 1.5h, 1:30 or 45s")


def _whole(number: str, size: Seconds) -> Seconds:
    whole, _, fraction = number.partition(".")
    scaled, parts = int(fraction or "0") * size, int("1" + "0" * len(fraction))
    if scaled % parts:
        raise ValueError(f"{number} does not come to whole seconds")
    return int(whole) * size + scaled // parts


def show_duration(seconds: Seconds) -> str:
    """SECONDS as `1h30m`, `45m`, `1m59s` or `0m`: what `parse_duration` reads back.

    >>> [show_duration(s) for s in (5400, 2700, 119, 0, 90000)]
    ['1h30m', '45m', '1m59s', '0m', '25h']
    """
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    hours, rest = divmod(seconds, HOUR)
    minutes, left = divmod(rest, MINUTE)
    shown = "".join(f"{n}{unit}" for n, unit in ((hours, "h"), (minutes, "m"), (left, "s")) if n)
    return sign + (shown or "0m")


def in_words(seconds: Seconds) -> str:
    """SECONDS as a client reads them: `1 h 30 min`, `45 min`, `1 min 59 s`, `0 min`.

    >>> [in_words(s) for s in (5400, 2700, 119, 0, 90000)]
    ['1 h 30 min', '45 min', '1 min 59 s', '0 min', '25 h']
    """
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    hours, rest = divmod(seconds, HOUR)
    minutes, left = divmod(rest, MINUTE)
    shown = " ".join(f"{n} {unit}" for n, unit in ((hours, "h"), (minutes, "min"), (left, "s")) if n)
    return sign + (shown or "0 min")
