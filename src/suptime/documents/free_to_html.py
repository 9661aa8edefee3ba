"""Where the free time goes as one HTML page, with a chart for each way of looking at it."""

from collections.abc import Mapping
from typing import Any

from suptime.render.jinja import fill


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The free time of DOCUMENT, as charts and tables."""
    del width, color  # one signature for all formats
    return fill("free.html.j2", document)
