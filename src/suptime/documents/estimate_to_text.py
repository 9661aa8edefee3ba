"""An estimate as plain text: what is asked, what it takes and costs, what is not included, how to agree."""

from collections.abc import Mapping, Sequence
from typing import Any

from suptime.documents import estimate as tell
from suptime.documents.invoice import letterhead
from suptime.language.figures import clean, long_day, one_line
from suptime.language.translate import said_of, tr
from suptime.render.page import BOLD, DIM, Page

INDENT = 2


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The estimate of DOCUMENT."""
    document = clean(document)
    page = Page.of(width, color)
    seller = document["seller"]
    if seller:
        page.text(one_line(seller["name"]), style=BOLD)
        for line in letterhead.address(seller):
            page.text(line)
        page.blank()
    page.heading(tr("Estimate").upper(), end=long_day(document["on"]))
    page.rule("\N{BOX DRAWINGS DOUBLE HORIZONTAL}")
    page.blank()
    client = letterhead.client(document)
    page.sides([one_line(client["name"]), *letterhead.address(client)], tell.estimate_facts(document))
    page.blank()
    page.heading(tr("The work"), end=tell.comes_to(document))
    page.rule()
    page.pairs(tell.estimated(document), indent=INDENT)
    if reckoned := tell.reckoned(document):
        page.blank()
        page.text(reckoned, indent=INDENT)
    for sentence in said_of(document, "remarks"):
        page.text(sentence, indent=INDENT, style=DIM)
    _part(page, tr("Not included"), said_of(document, "not_included"))
    _part(page, tr("How to agree"), said_of(document, "consent"))
    if footer := (seller or {}).get("footer"):
        page.blank()
        page.text(tr(footer))
    return page.made()


def _part(page: Page, title: str, sentences: Sequence[str]) -> None:
    page.blank()
    page.heading(title)
    page.rule()
    for sentence in sentences:
        page.text(sentence, indent=INDENT)
