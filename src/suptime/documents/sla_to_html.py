"""Response clocks as one HTML page, to be sent or printed; it asks nothing of any network."""

from collections.abc import Mapping
from typing import Any

from suptime.render.jinja import fill


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The cases of DOCUMENT in groups, the most urgent first."""
    del width, color  # one signature for all formats
    return fill("sla.html.j2", document)
