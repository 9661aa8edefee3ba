"""Reading a table of a contract file: every fault is collected, none is raised.

A clause's `read` asks its `Table` for each key it knows. What is asked for and wrong, and
what is there and never asked for, becomes a `Fault` with its line and the nearest known word.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from suptime.domain.time import DAY, MINUTE, Seconds, parse_duration
from suptime.domain.values import Problem, near

if TYPE_CHECKING:
    from decimal import Decimal

Value = TypeVar("Value")

MOST = 10**9

"""A count beyond is a slip of the finger."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

_DAYS = re.compile(r"(\d{1,5})\s*d")

LONGEST_KEY = 200


class Fault(NamedTuple):
    """One thing wrong in a file: where, on which key, what was expected."""

    line: int
    key: str
    expected: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.key}: {self.expected}"


def short(key: str) -> str:
    """Return a key so that it fits into a line of an error: it may be as long as its file."""
    return key if len(key) <= LONGEST_KEY else f"{key[: LONGEST_KEY - 3]}..."


class Lines:
    """At which line of a TOML text each table and key stands (1 where it cannot be told)."""

    _HEADER = re.compile(r"\s*\[{1,2}\s*([^\[\]#]+?)\s*\]{1,2}\s*(?:#.*)?")
    _KEY = re.compile(
        r"\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'))*)\s*="
    )

    def __init__(self, text: str) -> None:
        self._at: dict[str, int] = {}
        table = ""
        for number, line in enumerate(text.splitlines(), 1):
            if header := self._HEADER.fullmatch(line):
                table = self._plain(header[1])
                self._at.setdefault(table, number)
            elif key := self._KEY.match(line):
                path = f"{table}.{self._plain(key[1])}" if table else self._plain(key[1])
                self._at.setdefault(path, number)

    @staticmethod
    def _plain(path: str) -> str:
        return ".".join(part.strip().strip("\"'") for part in path.split("."))

    def has(self, path: str) -> bool:
        """Whether PATH stands in the text."""
        return path in self._at

    def of(self, path: str) -> int:
        """The line of PATH, or of the nearest table around it."""
        while path and path not in self._at:
            path = path.rpartition(".")[0]
        return self._at.get(path, 1)


def nearest(word: str, known: Iterable[str]) -> str:
    """` Did you mean X?` where a known word is near WORD, else nothing.

    >>> nearest("incremant", ["increment", "minimum"])
    ' Did you mean "increment"?'
    """
    close = near(word, known, 1)
    return f' Did you mean "{close[0]}"?' if close else ""


class Table:
    """One table of a contract file, as its clause reads it.

    Every method returns a usable value even where it has recorded a fault, so that one
    reading finds every fault.
    """

    __slots__ = ("faults", "known", "lines", "name", "values")

    def __init__(self, name: str, values: Mapping[str, object], lines: Lines, faults: list[Fault]) -> None:
        self.name = name
        self.values = values
        self.lines = lines
        self.faults = faults
        self.known: dict[str, None] = {}

    def fault(self, key: str, expected: str) -> None:
        """Record what was expected at KEY."""
        path = f"{self.name}.{key}" if key else self.name
        self.faults.append(Fault(self.lines.of(path), short(path), expected))

    def _take(
        self, key: str, default: Value, expected: str, convert: Callable[[object], Value | None]
    ) -> Value:
        self.known[key] = None
        if key not in self.values:
            return default
        value = convert(self.values[key])
        if value is None:
            self.fault(key, f"expected {expected}, found {show(self.values[key])}.")
            return default
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """A piece of text that is not empty; required where DEFAULT is None."""
        if default is None and key not in self.values:
            self.known[key] = None
            self.fault(key, "is missing; expected a text.")
            return ""
        if isinstance(value := self.values.get(key), str) and _CONTROL.search(value):
            self.known[key] = None
            self.fault(key, "expected a text without control characters.")
            return default or ""
        return self._take(
            key, default or "", "a text in quotes", lambda v: v if isinstance(v, str) and v.strip() else None
        )

    def flag(self, key: str, default: bool) -> bool:
        """A yes or no: true or false."""
        return self._take(key, default, "true or false", lambda v: v if isinstance(v, bool) else None)

    def count(self, key: str, default: int, least: int = 0) -> int:
        """A whole number, not below LEAST."""

        def convert(value: object) -> int | None:
            whole = isinstance(value, int) and not isinstance(value, bool) and least <= value <= MOST
            return value if whole and isinstance(value, int) else None

        return self._take(key, default, f"a whole number from {least} on", convert)

    def choice(self, key: str, choices: Sequence[str], default: str) -> str:
        """One of CHOICES."""
        self.known[key] = None
        value = self.values.get(key, default)
        if value in choices:
            return str(value)
        near = nearest(value, choices) if isinstance(value, str) else ""
        self.fault(key, f"expected {any_of(choices)}, found {show(value)}.{near}")
        return default

    def day(self, key: str) -> date | None:
        """A date of the years 1970 to 2200, written without quotes, or None where there is none."""
        day = self._take(
            key,
            None,
            "a date such as 2026-01-01, without quotes",
            lambda v: v if type(v) is date else None,
        )
        if day is not None and not 1970 <= day.year <= 2200:
            self.fault(key, f"expected a date from 1970 to 2200, found {day}.")
            return None
        return day

    def duration(self, key: str, default: Seconds, *, whole_minutes: bool = False) -> Seconds:
        """A length of time in seconds: "30m", "2h", "1h30m", "90d"."""
        expected = (
            'a duration in whole minutes such as "30m"'
            if whole_minutes
            else 'a duration such as "30m" or "24h"'
        )

        def convert(value: object) -> Seconds | None:
            seconds = read_duration(value)
            return None if seconds is None or (whole_minutes and seconds % MINUTE) else seconds

        return self._take(key, default, expected, convert)

    def days(self, key: str) -> int | None:
        """A number of whole days ("90d"), or None where there is none."""

        def convert(value: object) -> int | None:
            seconds = read_duration(value)
            return seconds // DAY if seconds and seconds % DAY == 0 else None

        return self._take(key, None, 'a number of days such as "90d"', convert)

    def amount(self, key: str) -> "Decimal | None":
        """An amount in quotes ("95.00"), or None where there is none."""
        return self._take(key, None, 'an amount in quotes such as "95.00"', read_amount)

    def texts(self, key: str) -> tuple[str, ...] | None:
        """A list of texts, not empty and without repeats, or None where there is none."""

        def convert(value: object) -> tuple[str, ...] | None:
            if (
                not isinstance(value, list)
                or not value
                or not all(isinstance(v, str) and v.strip() for v in value)
            ):
                return None
            return tuple(value) if len(set(value)) == len(value) else None

        return self._take(key, None, 'a list of texts such as ["phone", "email"]', convert)

    def sub(self, key: str) -> "Table | None":
        """The table KEY inside this one, or None. Its reader closes it."""
        self.known[key] = None
        if key not in self.values:
            return None
        value = self.values[key]
        if not isinstance(value, dict):
            self.fault(key, f"expected a table [{self.name}.{key}], found {show(value)}.")
            return None
        return Table(f"{self.name}.{key}", value, self.lines, self.faults)

    def words(self, key: str, choices: Sequence[str]) -> dict[str, str]:
        """The table KEY inside this one, of any names, each with one of CHOICES."""
        table = self.sub(key)
        return (
            {} if table is None else {name: table.choice(name, choices, choices[0]) for name in table.values}
        )

    def close(self) -> None:
        """Record every key that is there and was never asked for."""
        for key in self.values:
            if key not in self.known:
                self.fault(key, f"is not a key of [{self.name}].{nearest(key, self.known)}")


def read_duration(value: object) -> Seconds | None:
    """The seconds of a contract file's duration, or None where VALUE is none."""
    if not isinstance(value, str):
        return None
    if days := _DAYS.fullmatch(value.strip()):
        return int(days[1]) * DAY
    try:
        return parse_duration(value)
    except ValueError:
        return None


def read_amount(value: object) -> "Decimal | None":
    """The amount that VALUE, a text, writes, or None where it is none."""
    from suptime.domain.money import parse_amount

    try:
        return parse_amount(value) if isinstance(value, str) else None
    except ValueError:
        return None


def wording(problem: Problem, value: object) -> str:
    """Return what a file says of a value that has a problem: what was expected, and what is there."""
    there = problem.actual or ("null" if value is None else show(value))
    return f"expected {problem.expected}, found {there}.{nearest(problem.word, problem.among)}"


def any_of(words: Sequence[str]) -> str:
    """WORDS as `"a", "b" or "c"`."""
    quoted = [f'"{w}"' for w in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def show(value: object) -> str:
    """VALUE as a contract file would write it, shortened."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}..."'
    try:
        shown = str(value)
    except (ValueError, RecursionError):  # Python writes no number of thousands of digits
        return "a number of too many digits" if isinstance(value, int) else "what cannot be shown"
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


LARGEST = 64 * 1024

"""Letters that a contract file or a settings file may have: ten times as many as the longest that was seen."""

_DEEPEST = 50

# Keys within keys: the reader goes over all of them once more for each.
_PART = r"(?:[A-Za-z0-9_-]+|\"[^\"\n]*\"|'[^'\n]*')[ \t]*\.[ \t]*"


def too_much(text: str) -> str:
    """What TEXT has too much of for a TOML file, or nothing.

    >>> too_much("a.b = 1"), too_much("a." * 60 + "b = 1")
    ('', 'it is nested too deeply')
    """
    if len(text) > LARGEST:
        return f"it has {len(text)} characters, and at most {LARGEST} are read"
    if text.count(".") >= _DEEPEST and re.search(rf"(?<![A-Za-z0-9_-])(?:{_PART}){{{_DEEPEST}}}", text):
        return "it is nested too deeply"
    return ""
