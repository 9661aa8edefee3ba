"""Where the free time goes as plain text: bars and figures by category, cause, clause and client."""

from collections.abc import Mapping
from typing import Any

from suptime.documents import time as say
from suptime.language.figures import clean
from suptime.render.page import Page
from suptime.render.text import chart

ALL, SHARE = 1, 5
"""The columns of the table that stand beside bars; the bars say the others."""


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The free time of DOCUMENT, in one table for each way of looking at it."""
    document = clean(document)
    page = Page.of(width, color)
    page.heading("FREE TIME", end=say.days_told(document))
    page.rule("\N{BOX DRAWINGS DOUBLE HORIZONTAL}")
    page.text(say.free_said(document))
    for its in say.free_charts(document):
        chart(page, its, (ALL, SHARE))
    return page.made()
