"""Where the free time goes as CSV: one row for each key of each way of looking at it, in seconds."""

from collections.abc import Mapping
from typing import Any

from suptime.language.figures import clean
from suptime.render.csv import sheet

SECONDS = ("free_seconds", "covered_seconds", "non_billable_seconds", "waived_seconds")
WAYS = ("category", "cause", "clause", "client")


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The rows of DOCUMENT; `by` says which way of looking a row belongs to, and each way adds up to the same."""
    del width, color  # one signature for all formats
    document = clean(document)
    rows = [
        {"by": by, "key": row["key"]} | {key: row[key] for key in SECONDS}
        for by in WAYS
        for row in document[f"by_{by}"]
    ]
    return sheet(("by", "key", *SECONDS), rows)
