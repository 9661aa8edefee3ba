"""The report of time as one HTML page: what became of the time, as bars and as a table."""

from collections.abc import Mapping
from typing import Any

from suptime.render.jinja import fill


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The time of DOCUMENT in its rows."""
    del width, color  # one signature for all formats
    return fill("time.html.j2", document)
