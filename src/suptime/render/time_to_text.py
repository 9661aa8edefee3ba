"""The report of time as plain text: worked time and what became of it, as h:mm."""

from collections.abc import Mapping
from typing import Any

from suptime.render import wording as say
from suptime.render.filters import clean, clock, long_day, one_line, period
from suptime.render.page import BOLD, Column, Page, Row


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The rows of DOCUMENT and their total. The column `worked` is the sum of those after it."""
    document = clean(document)
    page = Page.of(width, color)
    page.heading(f"TIME BY {document['by'].upper()}", end=span(document))
    page.rule("\N{BOX DRAWINGS DOUBLE HORIZONTAL}")
    if not document["rows"]:
        page.line("No time was worked.")
        return page.made()
    rows = [Row([_key(row["key"], document["by"]), *_cells(row)]) for row in document["rows"]]
    total = Row(["Total", *_cells(document["total"])], style=BOLD)
    heads = [Column(name.strip("=+ "), "right", least=4) for name, _ in say.time_parts(document["total"])]
    page.blank()
    page.table((Column("h:mm", fills=True, least=12), *heads), rows, beneath=total)
    return page.made()


def span(document: Mapping[str, Any]) -> str:
    """From when to when DOCUMENT counts, in words."""
    first, last = document["from"], document["to"]
    if first and last:
        return period(document)
    if first:
        return f"from {long_day(first)}"
    return f"through {long_day(last)}" if last else "all time"


def _key(key: str | None, by: str) -> str:
    return one_line(key) or f"no {by}"


def _cells(time: Mapping[str, Any]) -> list[str]:
    return [clock(seconds) for _, seconds in say.time_parts(time)]
