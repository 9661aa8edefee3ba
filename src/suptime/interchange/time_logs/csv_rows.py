"""The rows of a CSV file by the names of its columns, in whatever order, with whatever separator."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from suptime.domain.reading import Fault
from suptime.interchange.time_logs.entry import Bad, Entry, Found, NotSuch, single_line

_BEYOND = "\0"
"""Under this name stand cells that no column names; no column is called so, since no file with a NUL is read."""

SEPARATORS = ",;\t"

Cells = Mapping[str, str]
"""One row: its cells by their columns' names, in lower case, without blanks around them."""


def plain(name: str) -> str:
    """NAME as columns are compared by.

    >>> plain(" Duration  (h) ")
    'duration (h)'
    """
    return " ".join(name.split()).casefold()


def read_rows(text: str, needed: Sequence[str], entry: Callable[[int, Cells], Entry | None]) -> Found:
    """Yield what `entry` makes of each row of `text`, told its line and cells; rows of blanks alone are passed over.

    `needed` are the names of columns that must be there; alternatives are parted by `|`.

    Raises:
        NotSuch: `text` has no such columns.
    """
    for found in _rows(text, needed):
        if isinstance(found, Fault):
            yield found
            continue
        line, cells = found
        try:
            made = entry(line, cells)
        except Bad as bad:
            yield bad.fault(line)
        else:
            if made is not None:
                yield made


@dataclass(frozen=True, slots=True)
class Head:
    """The first line of a CSV file: the names of the columns, what parts them, and how many lines it is the end of."""

    names: list[str]
    separator: str
    lines: int


def head(text: str, hints: Sequence[str]) -> Head:
    """Return the head of `text`; `hints` are names of columns that may be there, alternatives parted by `|`."""
    lines = text.splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if line.strip())
    given = lines[first].strip().casefold()
    if given.startswith("sep=") and len(given) == 5:  # a line for Excel, which says what parts the cells
        return Head(_names(lines[first + 1 : first + 2], given[4]), given[4], first + 2)
    line = lines[first : first + 1]
    separator = max(SEPARATORS, key=lambda mark: _known(_names(line, mark), hints))
    return Head(_names(line, separator), separator, first + 1)


def _rows(text: str, needed: Sequence[str]) -> Iterator[tuple[int, Cells] | Fault]:
    top = head(text, needed)
    _check(top.names, needed)
    lines = text.splitlines(keepends=True)[top.lines :]
    reader = csv.DictReader(
        lines, fieldnames=top.names, restkey=_BEYOND, delimiter=top.separator, strict=True, restval=None
    )
    line = top.lines + 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Fault(line, "file", f"is not CSV: {error}; the rest was not read.")
            return
        # What is beyond the named cells stands in a list of its own; what is missing is None.
        begun, line = line, top.lines + 1 + reader.line_num
        more = row.pop(_BEYOND, None)
        cells = {name: (text or "").strip() for name, text in row.items()}
        if not any(cells.values()):
            continue
        count = sum(text is not None for text in row.values()) + len(more or ())
        if count == len(top.names):
            yield begun, cells
        else:
            yield Fault(
                begun, "row", f"expected {len(top.names)} cells, as in the first line, found {count}."
            )


def _names(lines: list[str], separator: str) -> list[str]:
    try:
        return [plain(name) for name in next(csv.reader(lines, delimiter=separator, strict=True), [])]
    except csv.Error:
        return []


def _known(names: Iterable[str], needed: Sequence[str]) -> int:
    there = set(names)
    return sum(not there.isdisjoint(alternatives.split("|")) for alternatives in needed)


def _check(names: list[str], needed: Sequence[str]) -> None:
    for alternatives in needed:
        wanted = alternatives.split("|")
        there = [name for name in wanted if name in names]
        if not there:
            columns = ", ".join(f'"{name}"' for name in names[:30])
            raise NotSuch(f'it has no column "{wanted[0]}"; its columns are {columns[:600]}')
        if names.count(there[0]) > 1:
            raise NotSuch(f'it has {names.count(there[0])} columns "{there[0]}"')


def cell(cells: Cells, *names: str) -> str:
    """Return the first cell of `names` that is there and not empty, on one line.

    Raises:
        Bad: it holds control characters, or is too long.
    """
    for name in names:
        if cells.get(name):
            return single_line(name, cells[name])
    return ""


def tags_in(text: str) -> tuple[str, ...]:
    """Return the tags in `text`, which commas part."""
    return tuple(tag for part in text.split(",") if (tag := part.strip()))


def billable(text: str) -> bool | None:
    """Return whether a row is marked as billable; None where it does not say.

    >>> billable("Yes"), billable("no"), billable("")
    (True, False, None)
    """
    return {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}.get(
        text.casefold()
    )
