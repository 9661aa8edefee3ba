"""Values in the words and figures that people read: money, lengths of time, dates, quantities.

Each function takes a value of the JSON document, and writes it in the language in use (`translate.py`); templates have
each as a filter. No amount ever becomes a float.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from suptime.domain.time import MONTHS, in_words
from suptime.language.translate import current_catalogue, tr, trn

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

NOTHING = "\N{EN DASH}"
"""Stands in a cell that has no value."""

# A terminal's escape sequences, other control characters, and what turns the direction of the text around it (bidi embeddings,
# overrides and isolates), half a surrogate pair, and the two that are no characters at all.
_UNSAFE = re.compile(
    "\x1b\\[[0-?]*[ -/]*[@-~]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_BREAKS = re.compile("\r\n|[\r\x85\u2028\u2029]")


_PLAIN = frozenset({int, bool, type(None)})


def sanitize(value: Any) -> Any:
    r"""Return a JSON value with all text in it free of control characters and bidi overrides.

    Line breaks stay, in one form; a tab becomes a space.

    >>> sanitize({"note": "a\tb\x1b[31m\r\nc"})
    {'note': 'a b\nc'}
    """
    if isinstance(value, str):
        # A document of a month has a hundred thousand texts, and nearly all of them are plain.
        return value if value.isprintable() else _UNSAFE.sub("", _BREAKS.sub("\n", value).replace("\t", " "))
    if isinstance(value, Mapping):
        return {key: item if type(item) in _PLAIN else sanitize(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [sanitize(item) for item in value]
    return value


def single_line(text: str | None) -> str:
    r"""Return `text` with each run of spaces and line breaks as one space; None as nothing.

    >>> single_line(" a\n\n b ")
    'a b'
    """
    return " ".join((text or "").split())


def money(amount: str) -> str:
    """Return an amount, digits with an optional sign and decimals, with its thousands set apart.

    >>> money("1234567.50"), money("-60.00"), money("120")
    ('1,234,567.50', '-60.00', '120')
    """
    if words := current_catalogue():
        return words.number(amount)
    whole, point, decimals = amount.partition(".")
    return f"{int(whole):,}{point}{decimals}" if int(whole) else f"{whole}{point}{decimals}"


def whole(number: int) -> str:
    """Return a number with its thousands set apart.

    >>> whole(12345)
    '12,345'
    """
    words = current_catalogue()
    return words.whole(number) if words else f"{number:,}"


def with_currency(amount: str, currency: str) -> str:
    """Return an amount as `money` writes it, after its currency.

    >>> with_currency("1200.00", "EUR")
    'EUR 1,200.00'
    """
    if words := current_catalogue():
        return words.with_currency(amount, currency)
    return f"{currency} {money(amount)}"


def duration(seconds: int) -> str:
    """Return seconds in words, as they stand in a sentence.

    >>> [duration(s) for s in (4800, 3600, 119, 0, -1800)]
    ['1 h 20 min', '1 h', '1 min 59 s', '0 min', '-30 min']
    """
    if words := current_catalogue():
        return words.length(seconds)
    return in_words(seconds)


def column(seconds: int) -> str:
    """Return seconds in words for a column: minutes always with their place, so that right-aligned ones line up.

    >>> [column(s) for s in (4800, 3600, 300, 119, 3907, 0)]
    ['1 h 20 min', '1 h 00 min', '5 min', '1 min 59 s', '1 h 05 min 7 s', '–']
    """
    if not seconds:
        return NOTHING
    sign, size = ("-", -seconds) if seconds < 0 else ("", seconds)
    hours, rest = divmod(size, 3600)
    if not hours:
        return duration(seconds)
    return f"{sign}{whole(hours)} h {rest // 60:02} min" + (f" {rest % 60} s" if rest % 60 else "")


def clock(seconds: int) -> str:
    """Return seconds as h:mm, or as h:mm:ss where they are not whole minutes.

    >>> [clock(s) for s in (4800, 0, 119, -1800)]
    ['1:20', '0:00', '0:01:59', '-0:30']
    """
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{sign}{hours}:{minutes:02}" + (f":{left:02}" if left else "")


def clock_cell(seconds: int) -> str:
    """Return `seconds` as h:mm for a table; a dash where there are none.

    >>> clock_cell(4800), clock_cell(0)
    ('1:20', '–')
    """
    return clock(seconds) if seconds else NOTHING


def share(part: int, total: int) -> str:
    """Return `part` of `total` in percent, rounded down.

    >>> share(1, 3), share(0, 0)
    ('33 %', '–')
    """
    return f"{part * 100 // total} %" if total else NOTHING


def long_day(day: str) -> str:
    """Return an ISO date as it stands in a sentence.

    >>> long_day("2026-10-05")
    '5 October 2026'
    """
    if words := current_catalogue():
        return words.long_day(day)
    on = date.fromisoformat(day)
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def weekday(day: str) -> str:
    """Return an ISO date with its day of the week.

    >>> weekday("2026-10-05")
    'Monday, 5 October 2026'
    """
    if words := current_catalogue():
        return words.weekday(day)
    return f"{DAYS[date.fromisoformat(day).weekday()]}, {long_day(day)}"


def short_day(day: str | None, year: str = "") -> str:
    """Return an ISO date with a short month; without its year where that is `year`.

    >>> short_day("2026-10-05"), short_day("2026-10-05", "2026"), short_day(None)
    ('5 Oct 2026', '5 Oct', '–')
    """
    if day is None:
        return NOTHING
    if words := current_catalogue():
        return words.short_day(day, year)
    return _short_day(day, year)


@lru_cache
def _short_day(day: str, year: str) -> str:
    on = date.fromisoformat(day)
    return f"{on.day} {MONTHS[on.month - 1][:3]}" + ("" if day[:4] == year else f" {on.year}")


def month(text: str) -> str:
    """Return a month such as 2026-10 in words.

    >>> month("2026-10")
    'October 2026'
    """
    year, _, number = text.partition("-")
    if words := current_catalogue():
        return words.month(int(year), int(number))
    return f"{MONTHS[int(number) - 1]} {year}"


def month_alone(text: str) -> str:
    """Return a month such as 2026-10 by its name.

    >>> month_alone("2026-10")
    'October'
    """
    number = int(text.partition("-")[2])
    words = current_catalogue()
    return words.month_alone(number) if words else MONTHS[number - 1]


def period(span: Mapping[str, str]) -> str:
    """Return two ISO dates, `from` and `to`, in words.

    >>> period({"from": "2026-10-01", "to": "2026-10-31"})
    '1 to 31 October 2026'
    >>> period({"from": "2026-12-15", "to": "2027-01-14"})
    '15 December 2026 to 14 January 2027'
    """
    if current_catalogue():
        return tr("{first} to {last}", first=short_day(span["from"]), last=short_day(span["to"]))
    first, last = date.fromisoformat(span["from"]), date.fromisoformat(span["to"])
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {long_day(span['to'])}" if first != last else long_day(span["to"])
    return f"{long_day(span['from'])} to {long_day(span['to'])}"


def wall(instant: str, zone: str) -> datetime:
    """Return an RFC 3339 time on the clocks of `zone`.

    >>> wall("2026-11-01T06:30:00Z", "America/Chicago").isoformat()
    '2026-11-01T01:30:00-05:00'
    """
    return datetime.fromisoformat(instant).astimezone(ZoneInfo(zone))


def day_in(instant: str, zone: str) -> str:
    """Return the day, an ISO date, of an RFC 3339 time in `zone`.

    >>> day_in("2026-11-02T02:00:00Z", "America/Chicago")
    '2026-11-01'
    """
    return wall(instant, zone).date().isoformat()


def quantity(value: int | str, unit: str, currency: str = "") -> str:
    """Return a quantity of a purchase in its unit: minutes as a length of time, money with its currency, or a number.

    >>> quantity(90, "minutes"), quantity(5, "incidents"), quantity("250.00", "money", "USD")
    ('1 h 30 min', '5', 'USD 250.00')
    """
    if unit == "minutes":
        return column(int(value) * 60)
    if unit == "money":
        return with_currency(str(value), currency) if currency else money(str(value))
    return whole(int(value))


def quantity_in_words(value: int | str, unit: str, currency: str = "") -> str:
    """Return a quantity of a purchase in its unit, as it stands in a sentence.

    >>> quantity_in_words(120, "minutes"), quantity_in_words(0, "minutes"), quantity_in_words(2, "incidents")
    ('2 h', 'nothing', '2 incidents')
    """
    if not Decimal(value):
        return tr("nothing")
    if unit == "incidents":
        return trn("{number} incident", "{number} incidents", int(value))
    return duration(int(value) * 60) if unit == "minutes" else quantity(value, unit, currency)
