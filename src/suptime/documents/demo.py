"""The page that lists what the demo made, in plain words; it asks nothing of any network."""

from collections.abc import Mapping
from typing import Any

from suptime.render.jinja import fill


def render(document: Mapping[str, Any]) -> bytes:
    """Return the clients of `document` with their invoices, the reports and the contract files, each as a link."""
    return fill("demo.html.j2", document)
