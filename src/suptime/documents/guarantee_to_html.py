"""Guarantees as one HTML page, to be sent or printed; it asks nothing of any network."""

from collections.abc import Mapping
from typing import Any

from suptime.render.jinja import fill


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The projects of DOCUMENT, each with its last day and the open cases within it."""
    del width, color  # one signature for all formats
    return fill("guarantee.html.j2", document)
