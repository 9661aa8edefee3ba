"""Response clocks as CSV: one row for each case."""

from collections.abc import Mapping
from typing import Any

from suptime.language.figures import clean
from suptime.render.csv import sheet

COLUMNS = (
    *("client", "client_name", "contract", "case", "subject", "kind", "priority", "state"),
    *("registered_at", "due_at", "responded_at", "timezone"),
    *(f"working_seconds_{part}" for part in ("target", "used", "left", "over")),
)
"""Scripts rely on these: names are only ever added, at the end."""


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The cases of DOCUMENT in its order, instants in UTC."""
    del width, color  # one signature for all formats
    return sheet(COLUMNS, clean(document)["cases"])
