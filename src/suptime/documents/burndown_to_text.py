"""Burn-downs as plain text: what was left at the end of each month, and when it ends at the present pace."""

from collections.abc import Mapping
from typing import Any

from suptime.language.figures import clean, long_day
from suptime.language.translate import tr
from suptime.render.page import Page
from suptime.render.text import burndown


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The burn-downs of DOCUMENT in the order given."""
    document = clean(document)
    page = Page.of(width, color)
    page.heading(tr("Burn-down of what was bought ahead").upper(), end=long_day(document["as_of"]))
    page.rule("\N{BOX DRAWINGS DOUBLE HORIZONTAL}")
    if not document["burndowns"]:
        page.line(tr("Nothing was bought ahead."))
    for its in document["burndowns"]:
        burndown(page, its, document["pace_days"])
    return page.made()
