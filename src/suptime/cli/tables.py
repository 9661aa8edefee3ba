"""Tables of plain text, as wide as a terminal: nothing is left out where there is no room."""

from collections.abc import Collection, Iterable, Sequence

from suptime.render import page

GAP = "  "
NARROWEST = 16
"""Cells that the column which wraps keeps, however narrow the terminal is."""


def table(
    rows: Iterable[Sequence[str]], headers: Sequence[str], *, right: Collection[str], wrap: str, width: int
) -> str:
    """Return rows under their headers, in columns; those in `right` are aligned right, as numbers are.

    The column `wrap` breaks its lines so that the table fits in `width`. No other column does: on a terminal that
    is too narrow, lines are longer.

    >>> print(table([["U1", "a long note indeed"]], ["Unit", "Note"], right=[], wrap="Note", width=22))
    Unit  Note
    U1    a long note
          indeed
    """
    grid = [[*row] for row in rows]
    widths = [max(page.width(cell) for cell in column) for column in zip(headers, *grid, strict=True)]
    if wrap in headers:
        column = headers.index(wrap)
        others = sum(widths) - widths[column] + len(GAP) * (len(widths) - 1)
        widths[column] = min(widths[column], max(width - others, NARROWEST))
    lines = []
    for row in [headers, *grid]:
        parts = [
            page.wrap(cell, size) if header == wrap else [cell]
            for cell, header, size in zip(row, headers, widths, strict=True)
        ]
        for place in range(max(map(len, parts))):
            line = (
                (page.right if header in right else page.left)(part[place] if place < len(part) else "", size)
                for part, header, size in zip(parts, headers, widths, strict=True)
            )
            lines.append(GAP.join(line).rstrip())
    return "\n".join(lines)
