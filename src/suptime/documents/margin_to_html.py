"""Margins by client as one HTML page: worked against billed, and what it brings."""

from collections.abc import Mapping
from typing import Any

from suptime.render.jinja import fill


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The clients of DOCUMENT, as charts and tables."""
    del width, color  # one signature for all formats
    return fill("margin.html.j2", document)
