"""Invoices as Markdown with GitHub's tables."""

from collections.abc import Mapping
from typing import Any

from suptime.render.jinja import fill


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The invoices of DOCUMENT under a heading each; what people typed is never taken for a mark."""
    del width, color  # one signature for all formats
    return fill("invoice.md.j2", document)
