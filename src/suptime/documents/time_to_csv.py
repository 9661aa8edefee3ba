"""The report of time as CSV: one row for each of its rows, in seconds."""

from collections.abc import Mapping
from typing import Any

from suptime.documents.invoice.phrases import OUTCOMES
from suptime.language.figures import clean
from suptime.render.csv import sheet

SECONDS = ("worked_seconds", *(f"{outcome}_seconds" for outcome in OUTCOMES))


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The rows of DOCUMENT, without their total; the first column is called as what they are by."""
    del width, color  # one signature for all formats
    document = clean(document)
    rows = [{document["by"]: row["key"]} | {key: row[key] for key in SECONDS} for row in document["rows"]]
    return sheet((document["by"], *SECONDS), rows)
