"""The report of time as plain text: worked time and what became of it, as h:mm, with bars where there is room."""

from collections.abc import Mapping
from typing import Any

from suptime.documents.invoice import phrases
from suptime.documents.time import days_told
from suptime.language.figures import clean, clock, one_line
from suptime.render import page as bars
from suptime.render.page import BOLD, DIM, GAP, Column, Page, Row
from suptime.render.page import width as cells_of

NAME = 12
"""Cells that a name keeps."""
LEAST, MOST = 8, 40
"""Cells of a bar: with fewer it says nothing, more it does not need."""


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The rows of DOCUMENT and their total. The column `worked` is the sum of those after it, which the bars show."""
    document = clean(document)
    page = Page.of(width, color)
    page.heading(f"TIME BY {document['by'].upper()}", end=days_told(document))
    page.rule("\N{BOX DRAWINGS DOUBLE HORIZONTAL}")
    if not document["rows"]:
        page.line("No time was worked.")
        return page.made()
    parts = phrases.time_parts(document["total"])
    names = [name.strip("=+ ") for name, _ in parts]
    figures = [[_key(row["key"], document["by"]), *_cells(row)] for row in document["rows"]]
    total = ["Total", *_cells(document["total"])]
    taken = sum(
        max(cells_of(name), *(cells_of(row[n]) for row in (*figures, total))) + GAP
        for n, name in enumerate(names, 1)
    )
    room = page.width - taken - GAP - max(NAME, *(cells_of(row[0]) for row in figures))
    size = min(room, MOST)
    if drawn := size >= LEAST:
        page.text(bars.legend(names[1:]), style=DIM)
    page.blank()
    most = max(row["worked_seconds"] for row in document["rows"])
    rows = [
        Row([name, *([_bar(row, most, size)] if drawn else []), *cells])
        for row, (name, *cells) in zip(document["rows"], figures, strict=True)
    ]
    columns = (
        Column("h:mm", fills=not drawn, least=NAME),
        *([Column(size=size, least=size, fills=True)] if drawn else []),
        *(Column(name, "right", least=4) for name in names),
    )
    beneath = Row([total[0], *([""] if drawn else []), *total[1:]], style=BOLD)
    page.table(columns, rows, beneath=beneath)
    return page.made()


def _bar(row: Mapping[str, Any], most: int, size: int) -> str:
    return bars.stacked([seconds for _, seconds in phrases.time_parts(row)[1:]], most, size)


def _key(key: str | None, by: str) -> str:
    return one_line(key) or f"no {by}"


def _cells(time: Mapping[str, Any]) -> list[str]:
    return [clock(seconds) for _, seconds in phrases.time_parts(time)]
