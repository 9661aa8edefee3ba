"""Read a table of a contract file: every fault is collected, none is raised.

A clause's `read` asks its `Table` for each key it knows. Invalid values and unknown keys become a
`Fault` with its line and the nearest known word.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from suptime.domain import values
from suptime.domain.time import Seconds
from suptime.domain.values import Kind, Problem, near

if TYPE_CHECKING:
    from decimal import Decimal

Value = TypeVar("Value")
Default = TypeVar("Default")

MOST = 10**9

"""Limit of a count: larger ones are typing mistakes."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


LONGEST_KEY = 200


class Fault(NamedTuple):
    """One fault in a file: its line, its key, and the expected value."""

    line: int
    key: str
    expected: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.key}: {self.expected}"


def short(key: str) -> str:
    """Return a key short enough for a line of an error: it may be as long as its file."""
    return key if len(key) <= LONGEST_KEY else f"{key[: LONGEST_KEY - 3]}..."


class Lines:
    """Lines of tables and keys in a TOML text (1 if unknown)."""

    _HEADER = re.compile(r"\s*\[{1,2}\s*([^\[\]#]+?)\s*\]{1,2}\s*(?:#.*)?")
    _KEY = re.compile(
        r"\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'))*)\s*="
    )

    def __init__(self, text: str) -> None:
        self._at: dict[str, int] = {}
        table = ""
        several: dict[str, int] = {}
        for number, line in enumerate(text.splitlines(), 1):
            if header := self._HEADER.fullmatch(line):
                table = self._plain(header[1])
                if line.lstrip().startswith("[["):
                    several[table] = several.get(table, 0) + 1
                    self._at.setdefault(table, number)
                    table = f"{table}[{several[table]}]"
                self._at.setdefault(table, number)
            elif key := self._KEY.match(line):
                path = f"{table}.{self._plain(key[1])}" if table else self._plain(key[1])
                self._at.setdefault(path, number)

    @staticmethod
    def _plain(path: str) -> str:
        return ".".join(part.strip().strip("\"'") for part in path.split("."))

    def has(self, path: str) -> bool:
        """Return whether `path` is in the text."""
        return path in self._at

    def of(self, path: str) -> int:
        """Return the line of `path`, or of the nearest table around it."""
        while path and path not in self._at:
            # An entry of a list within a line has the line of the list.
            path = path.rpartition("[")[0] if path.endswith("]") else path.rpartition(".")[0]
        return self._at.get(path, 1)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ` Did you mean X?` if a known word is near `word`, else nothing.

    >>> nearest("incremant", ["increment", "minimum"])
    ' Did you mean "increment"?'
    """
    close = near(word, known, 1)
    return f' Did you mean "{close[0]}"?' if close else ""


TEXT = Kind(
    "text",
    lambda text: text if text.strip() else Problem("The text is empty.", "a text in quotes"),
    "a text in quotes",
    str,
    lambda value: value if isinstance(value, str) and value.strip() else Problem("", "a text in quotes"),
)
"""A text of a contract file, with the blanks around it."""

_LIST = 'a list of texts such as ["phone", "email"]'

TEXTS = values.many(TEXT, _LIST)


class Table:
    """One table of a contract file, for its clause to read.

    Every method returns a usable value even after a fault, so that one reading finds every fault.
    """

    __slots__ = ("faults", "known", "lines", "name", "values")

    def __init__(self, name: str, values: Mapping[str, object], lines: Lines, faults: list[Fault]) -> None:
        self.name = name
        self.values = values
        self.lines = lines
        self.faults = faults
        self.known: dict[str, None] = {}

    def fault(self, key: str, expected: str) -> None:
        """Record a fault at `key`."""
        path = f"{self.name}.{key}" if key else self.name
        self.faults.append(Fault(self.lines.of(path), short(path), expected))

    def value(self, key: str, kind: Kind[Value], default: Default) -> Value | Default:
        """Return a value of a kind; the default if the key is missing or has another kind of value."""
        self.known[key] = None
        if key not in self.values:
            return default
        found = from_toml(kind, self.values[key])
        if isinstance(found, Problem):
            self.fault(key, wording(found, self.values[key]))
            return default
        return found

    def has(self, key: str) -> bool:
        """Return whether a required text is present; otherwise record a fault."""
        self.known[key] = None
        if key not in self.values:
            self.fault(key, "is missing; expected a text.")
        return key in self.values

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text that is not empty; required if `default` is None."""
        if default is None and not self.has(key):
            return ""
        if isinstance(value := self.values.get(key), str) and _CONTROL.search(value):
            self.known[key] = None
            self.fault(key, "expected a text without control characters.")
            return default or ""
        return self.value(key, TEXT, default or "")

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        return self.value(key, values.FLAG, default)

    def count(self, key: str, default: int, least: int = 0) -> int:
        """Return a whole number, not below `least`."""
        return self.value(
            key, values.whole("number", least, MOST, f"a whole number, at least {least}"), default
        )

    def choice(self, key: str, choices: Sequence[str], default: str) -> str:
        """Return one of several words."""
        return self.value(key, values.choice("word", choices), default)

    def day(self, key: str) -> date | None:
        """Return a date of the years 1970 to 2200, written without quotes, or None."""
        return self.value(key, values.DAY, None)

    def duration(self, key: str, default: Seconds, *, whole_minutes: bool = False) -> Seconds:
        """Return a length of time in seconds: "30m", "2h", "1h30m", "90d"."""
        return self.value(key, values.period(minutes=whole_minutes), default)

    def days(self, key: str) -> int | None:
        """Return a number of whole days ("90d"), or None."""
        return self.value(key, values.DAYS, None)

    def amount(self, key: str) -> "Decimal | None":
        """Return an amount in quotes ("95.00"), or None."""
        return self.value(key, values.amount(), None)

    def texts(self, key: str) -> tuple[str, ...] | None:
        """Return a list of texts, not empty and without repeats, or None."""
        return self.value(key, TEXTS, None)

    def sub(self, key: str) -> "Table | None":
        """Return the table `key` inside this one, or None. Its reader closes it."""
        self.known[key] = None
        if key not in self.values:
            return None
        value = self.values[key]
        if not isinstance(value, dict):
            self.fault(key, f"expected a table [{self.name}.{key}], found {show(value)}.")
            return None
        return Table(f"{self.name}.{key}", value, self.lines, self.faults)

    def tables(self, key: str, expected: str) -> "list[Table]":
        """Return the tables of the required list `key`; their readers close them. `expected` is a noun phrase."""
        self.known[key] = None
        value = self.values.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(one, dict) for one in value):
            found = f", found {show(value)}" if key in self.values else ""
            self.fault(key, f"expected {expected}{found}.")
            return []
        return [
            Table(f"{self.name}.{key}[{n}]", one, self.lines, self.faults) for n, one in enumerate(value, 1)
        ]

    def words(self, key: str, choices: Sequence[str]) -> dict[str, str]:
        """Return the table `key` inside this one, with any names, each with one of `choices`."""
        table = self.sub(key)
        return (
            {} if table is None else {name: table.choice(name, choices, choices[0]) for name in table.values}
        )

    def close(self) -> None:
        """Record every key that was not read."""
        for key in self.values:
            if key not in self.known:
                self.fault(key, f"is not a key of [{self.name}].{nearest(key, self.known)}")


def read_amount(value: object) -> "Decimal | None":
    """Return the amount in a text, or None if it is not an amount."""
    found = values.amount().strict(value)
    return None if isinstance(found, Problem) else found


def from_toml(kind: Kind[Value], value: object) -> Value | Problem:
    """Return the value of a TOML value; days are written without quotes."""
    if kind.read is values.DAY.read and isinstance(value, str):
        return Problem("It is in quotes.", f"{kind.expected}, without quotes")
    return kind.strict(value)


def wording(problem: Problem, value: object) -> str:
    """Return a fault in words: the expected value, and the value found."""
    there = problem.actual or ("null" if value is None else show(value))
    return f"expected {problem.expected}, found {there}.{nearest(problem.word, problem.among)}"


def show(value: object) -> str:
    """Return a value as in a contract file, shortened."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}..."'
    try:
        shown = str(value)
    except (ValueError, RecursionError):  # Python refuses to print numbers with thousands of digits.
        return "a number of too many digits" if isinstance(value, int) else "a value that cannot be shown"
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


LARGEST = 64 * 1024

"""Most characters of a contract file or a settings file: ten times the longest known one."""

_DEEPEST = 50

# Keys within keys: the reader scans all of them again for each.
_PART = r"(?:[A-Za-z0-9_-]+|\"[^\"\n]*\"|'[^'\n]*')[ \t]*\.[ \t]*"


def too_much(text: str) -> str:
    """Return the reason why `text` is too large for a TOML file, or nothing.

    >>> too_much("a.b = 1"), too_much("a." * 60 + "b = 1")
    ('', 'it is nested too deeply')
    """
    if len(text) > LARGEST:
        return f"it has {len(text)} characters, more than {LARGEST}"
    if text.count(".") >= _DEEPEST and re.search(rf"(?<![A-Za-z0-9_-])(?:{_PART}){{{_DEEPEST}}}", text):
        return "it is nested too deeply"
    return ""
