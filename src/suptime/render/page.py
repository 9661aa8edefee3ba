"""A page of plain text: lines, headings and tables that stay within its width."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

from rich.cells import cell_len

USUAL, NARROWEST, WIDEST = 80, 60, 120

BOLD, DIM, PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"

GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its head, the alignment of its cells, and whether it takes the remaining room.

    `least` is how narrow it may get where the page is too narrow for the table, `size` how
    wide it is where nothing in it is wider: columns of several tables line up by it; `most`
    is where its cells begin to wrap.
    """

    head: str = ""
    side: Literal["left", "right"] = "left"
    fills: bool = False
    least: int = 6
    size: int = 0
    most: int = WIDEST


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, with lines beneath it that start at the column `details_at` and end at the right edge."""

    cells: Sequence[str]
    details: Sequence[str] = ()
    details_at: int = 1
    style: str = ""


class _Cell(NamedTuple):
    """A cell, how wide its widest line is, and whether it is one line as it stands: then it needs no wrapping."""

    text: str
    width: int
    plain: bool


@lru_cache(maxsize=10_000)  # days, names and prices come again and again
def _cell(text: str) -> _Cell:
    if "\n" in text:
        return _Cell(text, max(map(width, text.split("\n"))), plain=False)
    return _Cell(text, width(text), _is_plain(text))


def _is_plain(text: str) -> bool:
    """Return whether `text` is one line with single spaces between its words."""
    return "  " not in text and "\n" not in text and text.strip() == text


@dataclass(slots=True)
class Page:
    """Lines of at most `width` cells. Styles are used only where `color` allows them.

    `indent` is how far from the edge the blocks of a section stand.
    """

    width: int
    color: bool = False
    lines: list[str] = field(default_factory=list)
    indent: int = 0

    @classmethod
    def of(cls, cells: int | None, color: bool) -> "Page":
        """Return a page of so many `cells`: 80 where None, never under 60 or over 120."""
        return cls(min(max(cells or USUAL, NARROWEST), WIDEST), color)

    def line(self, text: str = "", style: str = "") -> None:
        """Add one line, that must fit."""
        text = text.rstrip()
        self.lines.append(f"{style}{text}{PLAIN}" if style and text and self.color else text)

    def blank(self) -> None:
        """Add an empty line, unless there is one already or nothing before it."""
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def rule(self, mark: str = "\N{BOX DRAWINGS LIGHT HORIZONTAL}") -> None:
        """Add a rule from edge to edge."""
        self.line(mark * self.width)

    def text(self, text: str, *, indent: int = 0, style: str = "") -> None:
        """Add a paragraph."""
        for line in wrap(text, self.width - indent):
            self.line(" " * indent + line, style)

    def heading(self, start: str, text: str = "", end: str = "") -> None:
        """Add `start` at the left, `text` wrapped beside it, `end` at the right edge of the first line."""
        hanging = width(start) + GAP if text else 0
        if hanging > self.width // 2:
            start, text, hanging = "", f"{start} {text}", 0
        below, end = (end, "") if width(end) > self.width // 2 else ("", end)
        ending = width(end) + GAP if end else 0
        for number, line in enumerate(wrap(text or start, self.width - hanging - ending)):
            shown = (left(start, hanging) if text and not number else " " * hanging) + line
            self.line(shown if number else left(shown, self.width - width(end)) + end, BOLD)
        if below:
            self.text(below, indent=hanging, style=DIM)

    def sides(self, first: Sequence[str], second: Sequence[tuple[str, str]]) -> None:
        """Add lines, and beside them names with their values, each wrapped in its half."""
        half = self.width // 2
        start = [line for text in first for line in wrap(text, half - GAP)]
        side = Page(self.width - half)
        side.pairs(second)
        for number in range(max(len(start), len(side.lines))):
            shown = start[number] if number < len(start) else ""
            self.line(left(shown, half) + (side.lines[number] if number < len(side.lines) else ""))

    def pairs(self, pairs: Sequence[tuple[str, str]], *, indent: int = 0) -> None:
        """Add names with their values beside them, the values wrapped in a column of their own."""
        self.table((Column(), Column(fills=True)), [Row(pair) for pair in pairs], indent=indent)

    def table(
        self, columns: Sequence[Column], rows: Sequence[Row], *, indent: int = 0, beneath: Row | None = None
    ) -> None:
        """Add `rows` under the heads of their `columns`, each cell wrapped in its column; `beneath` after a rule."""
        sizes = self._sizes(columns, [*rows, beneath] if beneath else rows, indent)
        if any(column.head for column in columns):
            self._row(columns, sizes, Row([column.head for column in columns], style=DIM), indent)
        for row in rows:
            self._row(columns, sizes, row, indent)
        if beneath:
            self.rule()
            self._row(columns, sizes, beneath, indent)

    def _sizes(self, columns: Sequence[Column], rows: Sequence[Row], indent: int) -> list[int]:
        """Return the width of each column: that of its widest cell, and less from the widest down if that is too much."""
        wanted = [
            max(
                [
                    column.size,
                    width(column.head),
                    *(_cell(row.cells[n]).width for row in rows),
                ]
            )
            for n, column in enumerate(columns)
        ]
        wanted = [min(size, column.most) for size, column in zip(wanted, columns, strict=True)]
        room = self.width - indent - GAP * (len(columns) - 1)
        while (over := sum(wanted) - room) > 0:
            able = [n for n, size in enumerate(wanted) if size > columns[n].least]
            filling = [n for n in able if columns[n].fills]
            widest = max(filling or able or range(len(wanted)), key=lambda n: wanted[n])
            wanted[widest] -= min(over, wanted[widest] - columns[widest].least) if widest in able else 1
        for n, column in enumerate(columns):
            if column.fills:
                wanted[n] += room - sum(wanted)
        return wanted

    def _row(self, columns: Sequence[Column], sizes: Sequence[int], row: Row, indent: int) -> None:
        known = [_cell(cell) for cell in row.cells]
        if all(one.plain and one.width <= size for one, size in zip(known, sizes, strict=True)):
            shown = [
                " " * (size - one.width) + one.text
                if column.side == "right"
                else one.text + " " * (size - one.width)
                for column, one, size in zip(columns, known, sizes, strict=True)
            ]
            self.line(" " * indent + (" " * GAP).join(shown), row.style)
        else:
            self._wrapped(columns, sizes, row, indent)
        at = indent + sum(sizes[: row.details_at]) + GAP * row.details_at
        for detail in row.details:
            self.text(detail, indent=at)

    def _wrapped(self, columns: Sequence[Column], sizes: Sequence[int], row: Row, indent: int) -> None:
        cells = [wrap(cell, size) for cell, size in zip(row.cells, sizes, strict=True)]
        for number in range(max(map(len, cells))):
            shown = [
                (right if column.side == "right" else left)(cell[number] if number < len(cell) else "", size)
                for column, cell, size in zip(columns, cells, sizes, strict=True)
            ]
            self.line(" " * indent + (" " * GAP).join(shown), row.style)

    def made(self) -> bytes:
        """Return the page as UTF-8, every line ended, no empty lines at the end.

        The lines are broken by now, so no-break spaces become plain ones: people search text for `1 h 05 min`.
        """
        while self.lines and not self.lines[-1]:
            self.lines.pop()
        return "".join(f"{line}\n" for line in self.lines).translate(_PLAIN_SPACES).encode()


_PLAIN_SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2007", " "))
_WORDS = re.compile("[^\\s]+(?:[\u00a0\u202f\u2007]+[^\\s]*)*")
"""Words, with the spaces at which no line breaks: those inside a number, or before its unit."""

JOINER = "\N{ZERO WIDTH JOINER}"


def width(text: str) -> int:
    r"""Return how many cells `text` takes.

    >>> width("abc"), width("漢字"), width("e\u0301")
    (3, 4, 1)
    """
    return len(text) if text.isascii() and text.isprintable() else cell_len(text)


def left(text: str, cells: int) -> str:
    """Return `text` at the left of so many `cells`."""
    return text + " " * (cells - width(text))


def right(text: str, cells: int) -> str:
    """Return `text` at the right of so many `cells`."""
    return " " * (cells - width(text)) + text


def wrap(text: str, cells: int) -> list[str]:
    """Return `text` in lines of at most so many `cells`, one empty line where it is empty.

    Lines break at spaces and at the line breaks in `text`, inside a word only where it is
    longer than a line, as words of East Asian text are.

    >>> wrap("two forms post", 9)
    ['two forms', 'post']
    >>> wrap("漢字漢字", 5)
    ['漢字', '漢字']
    """
    if width(text) <= cells and _is_plain(text):
        return [text]  # as most cells are, and sooner than by words
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in _WORDS.findall(paragraph):
            longer = f"{line} {word}" if line else word
            if width(longer) <= cells:
                line = longer
                continue
            rest = longer if _starts_wide(word) else word
            if line and rest is word:
                lines.append(line)
            *full, line = _pieces(rest, cells)
            lines.extend(full)
        lines.append(line)
    return lines


def _starts_wide(word: str) -> bool:
    return width(word[0]) > 1


def _pieces(word: str, cells: int) -> list[str]:
    """Return `word` in pieces that fit, never cut between a character and what is written on it."""
    pieces, piece = [], ""
    for character in word:
        longer = piece + character
        if piece and width(longer) > cells and width(character) and not piece.endswith(JOINER):
            pieces.append(piece.rstrip())
            longer = character.lstrip()
        piece = longer
    return [*pieces, piece]


MARKS = "\N{FULL BLOCK}\N{DARK SHADE}\N{LIGHT SHADE}\N{BLACK DIAMOND}\N{WHITE CIRCLE}"

"""The pattern of each part of a bar, in their order."""

EMPTY = "\N{MIDDLE DOT}"

"""A cell of a timeline in which nobody worked."""


def stacked(parts: Sequence[int], most: int, cells: int) -> str:
    """Return `parts` as a bar in so many `cells`, of which all are full where the parts come to `most`.

    A part that is there at all has a cell, where there is one left for it.

    >>> stacked([2, 1, 1], 8, 16)
    '████▓▓░░'
    >>> stacked([1000, 1], 1001, 8)
    '███████▓'
    """
    if most <= 0:
        return ""
    sizes = [max(0, part) for part in parts]
    total = min(sum(sizes), most)
    room = min(cells, -(-total * cells // most))
    made, before, taken = "", 0, 0
    for place, size in enumerate(sizes):
        before += size
        waiting = sum(1 for later in sizes[place + 1 :] if later)
        end = min(max((before * cells + most // 2) // most, taken + (size > 0)), room - waiting)
        if size:
            end = room if not waiting else end
            made += MARKS[place % len(MARKS)] * max(0, end - taken)
            taken = max(taken, end)
    return made


def legend(names: Sequence[str]) -> str:
    """Return the `names` of the parts, each after its pattern.

    >>> legend(["met", "breached"])
    '█ met   ▓ breached'
    """
    return "   ".join(f"{MARKS[place % len(MARKS)]} {name}" for place, name in enumerate(names))
