"""One case explained as CSV: one row for each piece of time."""

from collections.abc import Mapping
from typing import Any

from suptime.documents.wording_reports import pieces, zone
from suptime.language.figures import clean
from suptime.render.csv import sheet

COLUMNS = (
    *("case", "client", "contract", "unit", "date", "start", "end", "agent", "channel", "seconds"),
    *("outcome", "clause", "reason", "note"),
)
"""Scripts rely on these: names are only ever added, at the end."""


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The pieces of time of DOCUMENT in order of time, dates and clock times in its time zone."""
    del width, color  # one signature for all formats
    document = clean(document)
    head = {key: document[key] for key in ("case", "client", "contract")}
    rows = [
        head
        | {key: piece["of"][key] for key in ("unit", "agent", "channel", "note")}
        | {key: piece[key] for key in ("date", "start", "end", "seconds", "outcome", "clause", "reason")}
        for piece in pieces(document["work"], zone(document))
    ]
    return sheet(COLUMNS, rows)
