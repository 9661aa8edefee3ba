"""An estimate as one HTML page, to be sent or printed; it asks nothing of any network."""

from collections.abc import Mapping
from typing import Any

from suptime.render.jinja import fill


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The estimate of DOCUMENT: what is asked, what it takes and costs, what is not included, how to agree."""
    del width, color  # one signature for all formats
    return fill("estimate.html.j2", document)
