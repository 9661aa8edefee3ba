"""A week as plain text: a timeline of each day, for each agent."""

from collections.abc import Mapping
from typing import Any

from suptime.documents.week import Scale, clients_of, day_named, timeline
from suptime.language.figures import clean, clock, period
from suptime.render import page as bars
from suptime.render.page import BOLD, DIM, GAP, Column, Page, Row

INDENT = 2
DAY = 10
"""Cells of the name of a day."""
BESIDE = 26
"""Cells that the day and the time worked, as h:mm, take beside the timeline."""


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The week of DOCUMENT: which client each stretch was for is told by its pattern."""
    document = clean(document)
    page = Page.of(width, color)
    page.heading("WEEK, h:mm", end=f"{period(document)}, {document['timezone']}")
    page.rule("\N{BOX DRAWINGS DOUBLE HORIZONTAL}")
    if not document["agents"]:
        page.line("No time was worked.")
        return page.made()
    clients = clients_of(document)
    page.text(bars.legend(clients), style=DIM)
    scale = Scale.of(document, page.width - BESIDE)
    for agent in document["agents"]:
        page.blank()
        page.heading(agent["agent"], end=clock(agent["seconds"]))
        page.rule()
        page.line(" " * (INDENT + DAY + GAP) + scale.axis, DIM)
        columns = (
            Column(size=DAY),
            Column(size=scale.cells, least=scale.cells),
            Column(side="right", size=8),
        )
        rows = [
            Row([day_named(day["date"]), timeline(day, scale, clients), clock(day["seconds"])])
            for day in agent["days"]
        ]
        page.table(columns, rows, indent=INDENT)
    if len(document["agents"]) > 1:
        page.blank()
        page.line(f"In all: {clock(document['total_seconds'])}", BOLD)
    return page.made()
