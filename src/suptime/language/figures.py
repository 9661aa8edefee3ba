"""Values in the words and figures that people read: money, lengths of time, dates, quantities.

Each function takes a value of the JSON document, and writes it in the language in use (`translate.py`); templates have
each as a filter. No amount ever becomes a float.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from suptime.domain.time import shared_minutes
from suptime.language.notation import DASH, notation
from suptime.language.translate import (
    Part,
    current_language,
    current_notation,
    length_of_time,
    symbol_of,
    tr,
    trn,
)

NOTHING = "\N{EN DASH}"
"""Content of a cell without a value."""

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


_SPACES = re.compile("[^\\S\u00a0\u202f]+")


def single_line(text: str | None) -> str:
    r"""Return `text` with each run of spaces and line breaks as one space; None as nothing. No-break spaces stay.

    >>> single_line(" a\n\n b ")
    'a b'
    """
    return _SPACES.sub(" ", text or "").strip(" ")


def money(amount: str) -> str:
    """Return an amount, digits with an optional sign and decimals, with its thousands set apart.

    >>> money("1234567.50"), money("-60.00"), money("120")
    ('1,234,567.50', '−60.00', '120')
    """
    return current_notation().number(amount)


def whole(number: int) -> str:
    """Return a number with its thousands set apart.

    >>> whole(12345)
    '12,345'
    """
    return current_notation().number(str(number))


def with_currency(amount: str, currency: str) -> str:
    """Return an amount with the symbol of its currency, or with its code.

    >>> with_currency("1200.00", "EUR"), with_currency("-1.50", "CHF").replace("\N{NO-BREAK SPACE}", " ")
    ('€1,200.00', '−CHF 1.50')
    """
    return current_notation().money(amount, symbol_of(currency))


def duration(seconds: int) -> str:
    """Return seconds as whole minutes, which are never rounded up; with seconds only where `showing_seconds`.

    >>> [duration(s).replace("\N{NO-BREAK SPACE}", " ") for s in (4800, 3600, 119, 0, -1800, 4446300)]
    ['1 h 20 min', '1 h 00 min', '1 min', '0 min', '−30 min', '1,235 h 05 min']
    """
    return length_of_time(seconds)


def duration_cell(seconds: int) -> str:
    """Return seconds as `duration` does, for a cell of a table; a dash where there are none.

    >>> duration_cell(0)
    '–'
    """
    return length_of_time(seconds) if seconds else NOTHING


def add_up(
    rows: Sequence[Part], total: Part, keys: Sequence[str]
) -> tuple[list[dict[str, int]], dict[str, int]]:
    """Return the seconds of `rows` and of their `total` as whole minutes in seconds, so that all of them add up.

    The first of `keys` is the sum of the others in each row. Its total is truncated once; each column is shared by
    largest remainder.

    >>> add_up([{"all": 90, "free": 90}, {"all": 90, "free": 90}], {"all": 180, "free": 180}, ("all", "free"))
    ([{'all': 120, 'free': 120}, {'all': 60, 'free': 60}], {'all': 180, 'free': 180})
    """
    first, *others = keys
    sums = shared_minutes([total[key] for key in others])
    columns = [
        shared_minutes([row[key] for row in rows], size) for key, size in zip(others, sums, strict=True)
    ]
    shown = [
        dict(zip(others, (minutes * 60 for minutes in row), strict=True))
        for row in zip(*columns, strict=True)
    ]
    whole_rows = [{first: sum(row.values()), **row} for row in shown]
    return whole_rows, {
        first: sum(sums) * 60,
        **{key: size * 60 for key, size in zip(others, sums, strict=True)},
    }


def share(part: int, total: int) -> str:
    """Return `part` of `total` in percent, rounded down.

    >>> share(1, 3), share(0, 0)
    ('33%', '–')
    """
    return percent(str(part * 100 // total)) if total else NOTHING


def percent(number: str) -> str:
    """Return a number of percent, with the decimals that it is given with.

    >>> percent("8.1")
    '8.1%'
    """
    return current_notation().number(number) + current_notation().percent


def long_day(day: str) -> str:
    """Return an ISO date for facts and sentences.

    >>> long_day("2026-10-05").replace("\N{NO-BREAK SPACE}", " ")
    '5 October 2026'
    """
    return current_notation().long_day(date.fromisoformat(day))


def weekday(day: str) -> str:
    """Return an ISO date with its day of the week.

    >>> weekday("2026-10-05").replace("\N{NO-BREAK SPACE}", " ")
    'Monday, 5 October 2026'
    """
    return current_notation().weekday(date.fromisoformat(day))


def short_day(day: str | None, year: str = "") -> str:
    """Return an ISO date for a column of a table; without its year if that is `year`.

    >>> [short_day(*of).replace("\N{NO-BREAK SPACE}", " ") for of in (("2026-10-05",), ("2026-10-05", "2026"), (None,))]
    ['05 Oct 2026', '05 Oct', '–']
    """
    return NOTHING if day is None else _short_day(day, day[:4] == year, current_language())


@lru_cache  # the same days come again and again
def _short_day(day: str, is_of_year: bool, language: str) -> str:
    return notation(language).short_day(date.fromisoformat(day), with_year=not is_of_year)


def month(text: str) -> str:
    """Return a month such as 2026-10 in words.

    >>> month("2026-10").replace("\N{NO-BREAK SPACE}", " ")
    'October 2026'
    """
    year, _, number = text.partition("-")
    return current_notation().month(int(year), int(number))


def month_alone(text: str) -> str:
    """Return a month such as 2026-10 by its name.

    >>> month_alone("2026-10")
    'October'
    """
    return current_notation().month_alone(int(text.partition("-")[2]))


def period(span: Mapping[str, str]) -> str:
    """Return two ISO dates, `from` and `to`, in words.

    >>> period({"from": "2026-10-01", "to": "2026-10-31"}).replace("\N{NO-BREAK SPACE}", " ")
    '1–31 October 2026'
    >>> period({"from": "2026-12-15", "to": "2027-01-14"}).replace("\N{NO-BREAK SPACE}", " ")
    '15 December 2026 – 14 January 2027'
    """
    return current_notation().period(date.fromisoformat(span["from"]), date.fromisoformat(span["to"]))


def clock_span(start: str, end: str) -> str:
    """Return the times from `start` to `end`, each of 24 hours.

    >>> clock_span("08:29", "08:42")
    '08:29–08:42'
    """
    return f"{start}{DASH}{end}"


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

    >>> quantity(5, "incidents"), quantity("250.00", "money", "EUR")
    ('5', '€250.00')
    """
    if unit == "minutes":
        return duration_cell(int(value) * 60)
    if unit == "money":
        return with_currency(str(value), currency) if currency else money(str(value))
    return whole(int(value))


def quantity_in_words(value: int | str, unit: str, currency: str = "") -> str:
    """Return a quantity of a purchase in its unit, for a sentence.

    >>> quantity_in_words(0, "minutes"), quantity_in_words(2, "incidents")
    ('nothing', '2 incidents')
    """
    if not Decimal(value):
        return tr("nothing")
    if unit == "incidents":
        return trn("{number} incident", "{number} incidents", int(value))
    return duration(int(value) * 60) if unit == "minutes" else quantity(value, unit, currency)
