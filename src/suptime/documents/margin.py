"""Margins by client as plain text: worked against billed, and what it brings, with bars where there is room."""

from collections.abc import Mapping
from typing import Any

from suptime.documents import time as say
from suptime.language.figures import clean
from suptime.render.page import Page
from suptime.render.text import chart

HOURS = (1, 2, 5)
AMOUNTS = (4, 5, 6)
"""The columns of the tables that stand beside bars."""


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The clients of DOCUMENT: their hours, then the amounts of each currency."""
    document = clean(document)
    page = Page.of(width, color)
    page.heading("MARGIN BY CLIENT", end=say.months_told(document))
    page.rule("\N{BOX DRAWINGS DOUBLE HORIZONTAL}")
    hours, *amounts = say.margin_charts(document)
    page.text(hours.note)
    chart(page, hours, HOURS)
    for its in amounts:
        chart(page, its, AMOUNTS)
    return page.made()
