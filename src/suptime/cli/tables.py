"""Tables for a terminal, drawn by Rich: only free text is shortened if there is too little room."""

import io
from collections.abc import Collection, Iterable, Sequence

GAP = 2
"""Space between two columns."""
NARROWEST = 16
"""Least width of a column of free text."""

MEANINGS = {"overdue": "red", "breached": "red", "held": "yellow", "running": "green"}
"""Words of a table that have a colour."""


def draw(
    headers: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: Collection[int] = (),
    cut: Collection[int] = (),
    wrap: Collection[int] = (),
    width: int,
    color: bool = False,
) -> list[str]:
    """Return a table in lines: `headers` (none where all are empty) and a line for each row.

    Columns are given by index. Columns in `right` are aligned right, like numbers. If the table is wider than
    `width`, columns in `cut` end with an ellipsis, and columns in `wrap` take more lines. Other columns keep their
    width, even on a terminal that is too narrow. In colour, the words of MEANINGS outside free text are coloured.

    >>> draw(["Unit", "Note"], [["U1", "a long note indeed it is"]], cut=[1], width=22)
    ['Unit  Note', 'U1    a long note ind…']
    """
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = [list(row) for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(headers, *grid, strict=True)]
    yielding = [*cut, *wrap]
    room = width - GAP * (len(widths) - 1) - sum(widths) + sum(widths[place] for place in yielding)
    for left, place in enumerate(sorted(yielding, key=lambda place: widths[place])):
        share = max(NARROWEST, room // (len(yielding) - left))
        widths[place] = min(widths[place], share)
        room -= widths[place]
    table = Table(
        box=None, show_header=any(headers), header_style="bold", pad_edge=False, padding=(0, GAP, 0, 0)
    )
    for place, header in enumerate(headers):
        table.add_column(
            header,
            justify="right" if place in right else "left",
            width=widths[place],
            no_wrap=place not in wrap,
            overflow="fold" if place in wrap else "ellipsis",
        )
    for row in grid:
        cells = [Text(cell) for cell in row]
        for place, cell in enumerate(cells):
            if place not in cut and place not in wrap:
                for word, style in MEANINGS.items():
                    cell.highlight_words([word], style)
        table.add_row(*cells)
    out = io.StringIO()
    console = Console(
        file=out,
        width=sum(widths) + GAP * len(widths),
        color_system="standard" if color else None,
        force_terminal=color,
        no_color=not color,
        highlight=False,
        legacy_windows=False,
        _environ={},
    )
    console.print(table)
    return [line.rstrip() for line in out.getvalue().splitlines()]
