"""The page that lists what the demo made, in plain words; it asks nothing of any network."""

from collections.abc import Mapping
from typing import Any

from suptime.render.jinja import fill


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The clients of DOCUMENT with their invoices, the reports and the contract files, each as a link."""
    del width, color  # one signature for all formats
    return fill("demo.html.j2", document)
