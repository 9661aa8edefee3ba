"""Burn-downs as one HTML page: what was left day by day, and when it ends at the present pace."""

from collections.abc import Mapping
from typing import Any

from suptime.render.jinja import fill


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The burn-downs of DOCUMENT, each drawn."""
    del width, color  # one signature for all formats
    return fill("burndown.html.j2", document)
