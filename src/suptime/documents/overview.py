"""The overview as plain text: what is left, response clocks, time, free time and margins."""

from collections.abc import Mapping
from typing import Any

from suptime.documents import time as say
from suptime.language.figures import clean
from suptime.render.page import Page
from suptime.render.text import burndown, chart


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The parts of DOCUMENT, each as its own report tells it, in fewer columns."""
    document = clean(document)
    page = Page.of(width, color)
    page.heading("OVERVIEW", end=say.months_told(document))
    page.rule("\N{BOX DRAWINGS DOUBLE HORIZONTAL}")
    if document["hours"]["balances"]:
        chart(page, say.hours_chart(document["hours"]), (2, 5))
    for its in document["burndown"]["burndowns"]:
        burndown(page, its, document["burndown"]["pace_days"])
    if document["response"]["cases"]:
        for its in say.response_charts(document["response"]):
            chart(page, its)
    chart(page, say.time_chart(document["time"]), (1, 7))
    for its in say.free_charts(document["free"]):
        chart(page, its, (1, 5))
    hours, *amounts = say.margin_charts(document["margin"])
    chart(page, hours, (1, 2, 5))
    for its in amounts:
        chart(page, its, (5, 6))
    return page.made()
