"""What every foreign time log comes down to: entries, each with its line, or what is wrong on that line."""

import hashlib
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import time

from suptime.domain.reading import Fault, show
from suptime.domain.time import Instant, Zone

LONGEST = 10_000
"""How many letters a note may have: as many as one that is typed."""

_FORBIDDEN = frozenset({"Cc", "Cs"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One stretch of work as another program recorded it. `end` is None while it runs.

    `key` tells it from all others of its format, whatever zone it is read in. `case` is a case's
    number where the file has a column for it. `remark` is what the file says against itself;
    `billable` whether the row is marked so, None where the file does not say.
    """

    line: int
    key: str
    start: Instant
    end: Instant | None
    user: str = ""
    email: str = ""
    client: str = ""
    project: str = ""
    task: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    case: str = ""
    remark: str = ""
    billable: bool | None = None


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a person said about a file: what it does not say itself.

    `columns` are those of the format csv, by what they hold; `day_first` is how a date such as
    05/10/2026 is read; `day_start` is when the first work of a day without clock times begins.
    """

    zone: Zone | None = None
    day_start: time = time(9)
    day_first: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)


Found = Iterator[Entry | Fault]
Read = Callable[[str, ReadOptions], Found]
"""A format's reader: from the text of a file to its entries and faults, in order of lines.

It raises `ZoneNeeded` where the file has local times, and nobody said whose; `NotSuch` where
the file as a whole is none of its format."""


class ZoneNeeded(ValueError):
    """The file has times without a zone, and none was given."""


class NotSuch(ValueError):
    """The file is none of the format: the words say what was expected."""


class Bad(ValueError):
    """What is wrong in one entry, and at which of its values."""

    def __init__(self, key: str, expected: str) -> None:
        super().__init__(expected)
        self.key = key
        self.expected = expected

    def fault(self, line: int) -> Fault:
        """This, on its `line`."""
        return Fault(line, self.key, self.expected)


def key_of(*parts: object) -> str:
    """Return what tells an entry from all others, made of `parts` that do not change from export to export.

    >>> key_of("ana", 7) == key_of("ana", "7"), key_of("ana", 7) == key_of("an", "a7")
    (True, False)
    """
    return hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def single_line(key: str, text: str) -> str:
    """TEXT on one line, blanks and line breaks in it as single blanks.

    Raises:
        Bad: it holds other control characters, or is longer than a note; `key` says where.
    """
    shown = " ".join(text.split())
    if len(shown) > LONGEST:
        raise Bad(key, f"expected at most {LONGEST} letters, found {len(shown)}.")
    if not shown.isprintable():
        for letter in shown:
            if unicodedata.category(letter) in _FORBIDDEN:
                raise Bad(key, f"expected a text without control characters, found {letter!a}.")
    return shown


def decoded(raw: bytes) -> str:
    """RAW as text: UTF-8, or UTF-16 with its mark, with or without one.

    Raises:
        NotSuch: it is neither, or holds a NUL, or nothing at all.
    """
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        name = encoding.removesuffix("-sig").upper()
        raise NotSuch(f"line {line} is not {name} text: save the file as UTF-8") from error
    if not text.strip():
        raise NotSuch("it is empty")
    if "\0" in text:
        raise NotSuch(f"line {text.count(chr(10), 0, text.index(chr(0))) + 1} holds a NUL: it is no text")
    return text


def excerpt(value: object) -> str:
    """VALUE as an error shows it."""
    return "null" if value is None else show(value)
