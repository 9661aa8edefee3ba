"""Invoices as one HTML page: for the screen, a telephone, and A4; it asks nothing of any network."""

from collections.abc import Mapping
from typing import Any

from suptime.render.jinja import fill


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The invoices of DOCUMENT, each beginning a page in print."""
    del width, color  # one signature for all formats
    return fill("invoice.html.j2", document)
