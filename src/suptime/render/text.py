"""Charts in plain text: the table of each, with a bar beside the name where there is room for one."""

from collections.abc import Sequence

from suptime.documents.time import month_ends, pace
from suptime.documents.wording_reports import owned
from suptime.language.figures import month, one_line, quantity, short_day
from suptime.language.translate import Part, tr
from suptime.render import page as bars
from suptime.render.charts import Chart, units_of
from suptime.render.page import BOLD, DIM, GAP, Column, Page, Row, width

INDENT = 2
LEAST, MOST = 8, 40
"""Cells of a bar: with fewer it says nothing, more it does not need."""
NAME = 16
"""Cells that a name keeps beside a bar."""
MONTHS_SHOWN = 12


def chart(page: Page, its: Chart, figures: Sequence[int] | None = None) -> None:
    """The rows of the chart ITS under its title, with those FIGURES of the table alone, where they are given."""
    page.blank()
    page.heading(its.title)
    page.rule()
    if not its.bars:
        page.line(tr("Nothing to show."))
        return
    kept = [n for n in range(1, len(its.heads)) if figures is None or n in figures]
    rows = [*(bar.cells for bar in its.bars), *([its.foot] if its.foot else [])]
    taken = sum(max(width(its.heads[n]), *(width(row[n]) for row in rows)) + GAP for n in kept)
    names = max(width(its.heads[0]), *(width(row[0]) for row in rows))
    room = page.width - INDENT - taken - GAP - min(names, max(NAME, page.width // 3))
    size = min(room, MOST)
    drawn = size >= LEAST
    if drawn and len(its.names) > 1:
        page.text(bars.legend(its.names), indent=INDENT, style=DIM)

    def row(cells: Sequence[str], bar: Sequence[str]) -> list[Row]:
        bar_cells = [bar[0] if bar else ""] if drawn else []
        first = Row([cells[0], *bar_cells, *(cells[n] for n in kept)])
        return [first, *(Row(["", more, *([""] * len(kept))]) for more in bar[1:] if drawn)]

    table = [
        one
        for its_bar in its.bars
        for one in row(
            its_bar.cells, [bars.stacked(track, its_bar.most, max(size, 1)) for track in its_bar.tracks]
        )
    ]
    beneath = row(its.foot, ())[0] if its.foot else None
    columns = (
        Column(
            its.heads[0],
            fills=not drawn,
            least=NAME,
            most=page.width if not drawn else max(NAME, page.width // 3),
        ),
        *([Column(size=size, fills=True, least=size)] if drawn else []),
        *(Column(its.heads[n], "right") for n in kept),
    )
    page.table(columns, table, indent=INDENT, beneath=Row(beneath.cells, style=BOLD) if beneath else None)


def burndown(page: Page, its: Part, days: int) -> None:
    """What was left of ITS at the ends of the last months, as bars, and when it ends at the pace of the last DAYS."""
    unit, currency = its["unit"], its["currency"]
    page.blank()
    page.heading(
        one_line(its["client_name"]) or its["client"], owned(its), quantity(its["remaining"], unit, currency)
    )
    page.rule()
    page.text(pace(its, days), indent=INDENT)
    months = month_ends(its)[-MONTHS_SHOWN:]
    left = [units_of(size, unit, currency) for _, size in months]
    rows = [
        Row([month(key), bars.stacked([number], max(*left, 1), MOST), quantity(size, unit, currency)])
        for (key, size), number in zip(months, left, strict=True)
    ]
    page.blank()
    page.table(
        (Column(tr("end of"), size=14), Column(size=MOST, least=LEAST), Column(tr("left"), "right")),
        rows,
        indent=INDENT,
    )
    for one in its["expiring"]:
        size = quantity(one["remaining"], unit, currency)
        day = short_day(one["valid_through"])
        page.text(
            tr("{size} of {purchase} expire on {day}", size=size, purchase=one["purchase"], day=day),
            indent=INDENT,
        )
