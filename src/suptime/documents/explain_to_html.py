"""One case explained as one HTML page, to be sent or printed; it asks nothing of any network."""

from collections.abc import Mapping
from typing import Any

from suptime.render.jinja import fill


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The case of DOCUMENT: what happened, what became of its time and why, what it comes to."""
    del width, color  # one signature for all formats
    return fill("explain.html.j2", document)
