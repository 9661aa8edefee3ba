"""Response clocks as plain text: what is overdue and what is due next before what is done."""

from collections.abc import Mapping, Sequence
from typing import Any

from suptime.documents import sla as tell
from suptime.language.figures import NOTHING, clean, one_line
from suptime.language.translate import Part, tr
from suptime.render.page import DIM, Column, Page, Row

INDENT = 2


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The cases of DOCUMENT in groups, the most urgent first; in each the one due first before the others."""
    document = clean(document)
    page = Page.of(width, color)
    rows = document["cases"]
    page.heading(tr("Response clocks").upper(), end=tell.registered_in(document))
    page.rule("\N{BOX DRAWINGS DOUBLE HORIZONTAL}")
    page.text(tell.clock_summary(rows))
    if rows:
        page.text(tell.clocks_of(rows), style=DIM)
    for heading, its in tell.clock_groups(rows):
        page.blank()
        clocks(page, heading, its, rows, document["as_of"][:4])
    return page.made()


def clocks(
    page: Page, heading: str, its: Sequence[Part], every: Sequence[Part], year: str, client: bool = True
) -> None:
    """The cases ITS under their HEADING, with the client's name where CLIENT is wanted.

    EVERY is all cases of the report; the days of YEAR are told without it.
    """
    page.heading(heading, end=str(len(its)))
    page.rule()
    rows = []
    for row in its:
        about = (tell.whose(row) if client else "", tell.promised(row), tell.placed(row, every))
        rows.append(
            Row(
                [
                    row["case"],
                    row["priority"] or NOTHING,
                    one_line(row["subject"]) or NOTHING,
                    tell.clock_left(row),
                ],
                [", ".join(text for text in about if text), tell.milestones(row, year)],
            )
        )
    columns = (Column(size=8), Column(size=2), Column(fills=True, least=16), Column("", "right", size=15))
    page.table(columns, rows, indent=INDENT)
