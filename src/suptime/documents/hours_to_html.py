"""The report of prepaid hours as one HTML page, to be sent or printed; it asks nothing of any network."""

from collections.abc import Mapping
from typing import Any

from suptime.render.jinja import fill


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The balances of DOCUMENT, each with its purchases and what was drawn, case by case."""
    del width, color  # one signature for all formats
    return fill("hours.html.j2", document)
