"""What every foreign file comes down to: records, each with its line, or what is wrong on that line."""

import hashlib
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from suptime.domain.reading import Fault, show
from suptime.domain.time import Instant, Seconds, Zone

LONGEST = 10_000
"""How many letters a note may have: as many as one that is typed."""

_CONTROL = frozenset({"Cc", "Cs"})

EXACT, END, DAY_ALONE = "exact", "end", "day"
"""How much a file says about when work was: start and end; when it was logged; the day alone."""

MARKS = ("running", "empty", "break", "invoiced", "not-billable", "negative")
"""What a file may say about a row besides its work, in the order in which it is told."""


@dataclass(slots=True)
class ForeignUnit:
    """One stretch of work as another program recorded it.

    `key` told it from all others of its format in earlier versions. `shown_start` and `shown_end` are
    the clock times as the file shows them: they stay the same in whatever zone it is read.
    `start` is None where only the end or the day is known, `end` while it runs.
    `billed` is how much of it the file bills, None where it does not say; `invoice` is the number
    under which it was invoiced elsewhere, and empty where the file gives none.
    """

    line: int
    precision: str = EXACT
    start: Instant | None = None
    end: Instant | None = None
    day: date | None = None
    seconds: Seconds = 0
    shown_start: str = ""
    shown_end: str = ""
    id: str = ""
    key: tuple[object, ...] = ()
    user: str = ""
    email: str = ""
    user_id: str = ""
    client: str = ""
    client_id: str = ""
    requester: str = ""
    project: str = ""
    task: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    case: str = ""
    case_id: str = ""
    subject: str = ""
    remark: str = ""
    channel: str = ""
    marks: tuple[str, ...] = ()
    billable: bool | None = None
    billed: Seconds | None = None
    invoiced: bool = False
    invoice: str = ""
    file: int = 0


@dataclass(slots=True)
class ForeignCase:
    """One case as a file of another program describes it.

    `number` is its number there, `id` another id by which other files refer to it. `values` holds only what the file
    says, by key: subject, priority, kind, category, cause, channel, contact, and the instants opened, responded,
    resolved, consented, escalated; None where the file says that there is none. `updated` is the last update,
    `tracked` the total length of its work. `told` holds sentences for the report.
    """

    line: int
    number: str
    id: str = ""
    client: str = ""
    client_id: str = ""
    requester: str = ""
    project: str = ""
    contract: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    updated: Instant | None = None
    tracked: Seconds | None = None
    told: tuple[str, ...] = ()
    file: int = 0


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a person said about a file: what it does not say itself.

    `columns` are those of the format csv, by what they hold; `day_order` is `dmy` or `mdy`, or empty;
    `unit` is the unit of bare lengths, `hours_per_day` what `1d` stands for. `fields` names columns or custom fields
    of a helpdesk, by what they hold; `time_field` is the field of Zendesk that counts time; `case` is the case of
    files that do not name one; `sheet` is the sheet of a workbook.
    """

    zone: Zone | None = None
    day_order: str = ""
    unit: str = ""
    hours_per_day: int | None = None
    encoding: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    time_field: str = ""
    case: str = ""
    case_prefix: str = ""
    sheet: str = ""


@dataclass(slots=True)
class Question:
    """What a file leaves open: how many rows, and one of them."""

    rows: int = 0
    sample: str = ""


class Reading:
    """One file as it is read: what was said about it, what it says of itself, and what it leaves open.

    `gathered` is shared by all files of an import: what can only be read together.
    """

    def __init__(self, asked: ReadOptions, gathered: list[Any] | None = None, file: int = 0) -> None:
        self.asked = asked
        self.gathered = [] if gathered is None else gathered
        self.file = file
        self.shape = "work"
        self.total: Seconds | None = None
        self.questions: dict[str, Question] = {}
        self.day_order = asked.day_order or "iso"
        self.day_order_from = "option" if asked.day_order else "file"
        self.length_unit = ""
        self.has_local_times = False

    def ask(self, question: str, sample: str) -> None:
        """Note that a row leaves `question` open; `sample` is what it says."""
        found = self.questions.setdefault(question, Question(sample=sample))
        found.rows += 1

    @property
    def zone(self) -> Zone:
        """Whose clocks the file's local times are from; UTC, and a question, where nobody said."""
        self.has_local_times = True
        return self.asked.zone or _UTC


_UTC = Zone("UTC")

Found = Iterator[ForeignUnit | ForeignCase | Fault]
Read = Callable[[str, Reading], Found]
"""A format's reader: from the text of a file to its records and faults, in order of lines.

It raises `NotSuch` where the file as a whole is none of its format, or cannot be trusted."""


class NotSuch(ValueError):
    """The file is none of the format: the words say what was expected."""


class Bad(ValueError):
    """What is wrong in one record, and at which of its values."""

    def __init__(self, key: str, expected: str) -> None:
        super().__init__(expected)
        self.key = key
        self.expected = expected

    def fault(self, line: int) -> Fault:
        """This, on its `line`."""
        return Fault(line, self.key, self.expected)


def key_of(*parts: object) -> str:
    """Return what tells a record from all others, made of `parts` that do not change from export to export.

    >>> key_of("ana", 7) == key_of("ana", "7"), key_of("ana", 7) == key_of("an", "a7")
    (True, False)
    """
    return hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def single_line(key: str, text: str) -> str:
    """TEXT on one line, blanks and line breaks in it as single blanks, without control characters.

    Raises:
        Bad: it is longer than a note; `key` says where.
    """
    shown = " ".join(text.split())
    if not shown.isprintable():
        shown = "".join(letter for letter in shown if unicodedata.category(letter) not in _CONTROL)
    if len(shown) > LONGEST:
        raise Bad(key, f"expected at most {LONGEST} letters, found {len(shown)}.")
    return shown


def decoded(raw: bytes, encoding: str | None = None) -> tuple[str, str]:
    """RAW as text, and the encoding: UTF-8, UTF-16 with its mark, or else Windows-1252; or the `encoding` given.

    Raises:
        NotSuch: it is none of these, or holds a NUL, or nothing at all.
    """
    utf_16 = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    tried = [encoding] if encoding else ["utf-16"] if utf_16 else ["utf-8-sig", "windows-1252"]
    text = None
    for name in tried:
        try:
            text = raw.decode(name)
        except LookupError:
            raise NotSuch(f"there is no encoding {excerpt(name)}") from None
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            continue
        break
    if text is None:
        raise NotSuch(f"line {line} is no text of {' or '.join(tried).removesuffix('-sig')}: say --encoding")
    if not text.strip():
        raise NotSuch("it is empty")
    if "\0" in text:
        raise NotSuch(f"line {text.count(chr(10), 0, text.index(chr(0))) + 1} holds a NUL: it is no text")
    return text, name.removesuffix("-sig")


def excerpt(value: object) -> str:
    """VALUE as an error shows it."""
    return "null" if value is None else show(value)
