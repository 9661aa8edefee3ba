"""Margins by client as CSV: one row for each client and currency."""

from collections.abc import Mapping
from typing import Any

from suptime.language.figures import clean
from suptime.render.charts import exact
from suptime.render.csv import sheet

TEXTS = ("client", "client_name", "currency")
NUMBERS = (
    *("worked_seconds", "billed_minutes", "prepaid_minutes", "invoiced_minutes", "incidents"),
    *("work_net", "fees_net", "sales_net", "invoiced_net", "open_net", "net", "per_hour"),
)


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The rows of DOCUMENT, amounts in the currency of their row."""
    del width, color  # one signature for all formats
    document = clean(document)
    rows = [
        {"from": document["from"], "to": document["to"]}
        | {key: row[key] for key in TEXTS}
        | {key: exact(row[key]) for key in NUMBERS}
        for row in document["rows"]
    ]
    return sheet(("from", "to", *TEXTS, *NUMBERS), rows)
