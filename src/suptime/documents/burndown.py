"""Burn-downs as CSV: one row for each day on which something changed."""

from collections.abc import Mapping
from typing import Any

from suptime.language.figures import clean
from suptime.render.charts import exact
from suptime.render.csv import sheet

COLUMNS = ("client", "client_name", "contract", "unit", "currency", "date", "remaining", "projected")
"""Scripts rely on these: names are only ever added, at the end."""


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The points of DOCUMENT, quantities in the unit of their row; `projected` is what is to come at the present pace."""
    del width, color  # one signature for all formats
    document = clean(document)
    rows = [
        {key: its[key] for key in ("client", "client_name", "contract", "unit", "currency")}
        | {"date": point["date"], "remaining": exact(point["remaining"]), "projected": projected}
        for its in document["burndowns"]
        for projected, points in (("no", its["points"]), ("yes", its["forecast"][1:]))
        for point in points
    ]
    return sheet(COLUMNS, rows)
