"""A client's statement as one HTML page, to be sent or printed; it asks nothing of any network."""

from collections.abc import Mapping
from typing import Any

from suptime.render.jinja import fill


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The statement of DOCUMENT: what matters most first."""
    del width, color  # one signature for all formats
    return fill("statement.html.j2", document)
