"""The overview as one HTML page, with all of its charts; it asks nothing of any network."""

from collections.abc import Mapping
from typing import Any

from suptime.render.jinja import fill


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """All parts of DOCUMENT, as charts and tables."""
    del width, color  # one signature for all formats
    return fill("overview.html.j2", document)
