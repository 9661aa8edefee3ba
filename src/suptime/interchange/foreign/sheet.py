"""The rows of a CSV file by the names of its columns, in whatever order, with whatever separator."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from suptime.domain.reading import Fault
from suptime.interchange.foreign.record import NotSuch, single_line

SEPARATORS = ",;\t|"

Cells = Mapping[str, str]
"""One row: its cells by what they hold, without blanks around them; what no column holds is not there."""


def plain(name: str) -> str:
    """NAME as columns are compared by.

    >>> plain(" Duration  (h) ")
    'duration (h)'
    """
    return " ".join(name.split()).casefold()


@dataclass(frozen=True, slots=True)
class Sheet:
    """The names of a file's columns, and its rows, each with its line."""

    names: list[str]
    rows: list[tuple[int, list[str]]]
    faults: list[Fault]

    def columns(self, wanted: Mapping[str, str], needed: Iterable[str]) -> dict[str, list[int]]:
        """Return which columns hold what is `wanted`: of alternatives, parted by `|`, all that are there, in that order.

        Raises:
            NotSuch: what is `needed` is not there, or stands twice.
        """
        found: dict[str, list[int]] = {}
        for held, names in wanted.items():
            places = [self.names.index(name) for name in names.split("|") if name in self.names]
            if places:
                found[held] = places
        for held in needed:
            if held not in found:
                columns = ", ".join(f'"{name}"' for name in self.names[:30])
                raise NotSuch(
                    f'it has no column "{wanted[held].partition("|")[0]}"; its columns are {columns[:600]}'
                )
            name = self.names[found[held][0]]
            if self.names.count(name) > 1:
                raise NotSuch(f'it has {self.names.count(name)} columns "{name}"')
        return found


def read_sheet(text: str, hints: Iterable[str] = ()) -> Sheet:
    """Return the columns and rows of the CSV file `text`; rows of blanks alone are passed over.

    `hints` are names of columns that may be there, alternatives parted by `|`.

    Raises:
        NotSuch: a quote breaks it: what follows cannot be trusted.
    """
    lines = text.splitlines(keepends=True)
    at, names, separator = _head(lines, [*hints])
    reader = csv.reader(lines[at:], delimiter=separator, strict=True)
    rows: list[tuple[int, list[str]]] = []
    faults: list[Fault] = []
    for begun, cells in _numbered(reader, at):
        if not any(cell and not cell.isspace() for cell in cells):
            continue
        if len(cells) == len(names):
            rows.append((begun, cells))
        else:
            said = f"expected {len(names)} cells, as in the first line, found {len(cells)}."
            faults.append(Fault(begun, "row", said))
    return Sheet(names, rows, faults)


def _numbered(reader: Iterable[list[str]], at: int) -> Iterator[tuple[int, list[str]]]:
    line = at + 1
    source = iter(reader)
    while True:
        try:
            cells = next(source)
        except StopIteration:
            return
        except csv.Error as error:
            raise NotSuch(f"line {line} is not CSV: {error}; what follows cannot be trusted") from error
        yield line, cells
        line = at + 1 + reader.line_num  # type: ignore[attr-defined]  # of csv.reader


def _head(lines: list[str], hints: Sequence[str]) -> tuple[int, list[str], str]:
    """Return how many lines the head ends after, the names of the columns, and what parts them."""
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    given = lines[first].strip().casefold() if lines else ""
    if given.startswith("sep=") and len(given) == 5:  # a line for Excel, which says what parts the cells
        return first + 2, _names(lines[first + 1 : first + 2], given[4]), given[4]
    line = lines[first : first + 1]
    parted = [(_names(line, mark), mark) for mark in SEPARATORS]
    names, separator = max(parted, key=lambda one: (_known(one[0], hints), len(one[0])))
    return first + 1, names, separator


def _names(lines: list[str], separator: str) -> list[str]:
    try:
        return [plain(name) for name in next(csv.reader(lines, delimiter=separator, strict=True), [])]
    except csv.Error:
        return []


def _known(names: Iterable[str], hints: Sequence[str]) -> int:
    there = set(names)
    return sum(not there.isdisjoint(alternatives.split("|")) for alternatives in hints)


def cell(of: Cells, held: str) -> str:
    """Return what the cell that holds `held` says, on one line; empty where there is none.

    Raises:
        Bad: it is too long.
    """
    text = of.get(held, "")
    return single_line(held, text) if text else ""


def tags_in(text: str) -> tuple[str, ...]:
    """Return the tags in `text`, which commas part."""
    return tuple(tag for part in text.split(",") if (tag := part.strip())) if text else ()


_YES_OR_NO = {
    **dict.fromkeys(("yes", "true", "1", "y", "ja", "x"), True),
    **dict.fromkeys(("no", "false", "0", "n", "nein"), False),
}


def yes_or_no(text: str) -> bool | None:
    """Return whether a cell says yes; None where it does not say.

    >>> yes_or_no("Yes"), yes_or_no("no"), yes_or_no("")
    (True, False, None)
    """
    return _YES_OR_NO.get(text.casefold())
