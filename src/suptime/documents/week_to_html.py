"""A week as one HTML page: a timeline for each agent."""

from collections.abc import Mapping
from typing import Any

from suptime.render.jinja import fill


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The week of DOCUMENT, by agent, then day."""
    del width, color  # one signature for all formats
    return fill("week.html.j2", document)
