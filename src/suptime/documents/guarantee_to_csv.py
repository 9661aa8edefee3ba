"""Guarantees as CSV: one row for each project."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from suptime.language.figures import clean
from suptime.render.csv import sheet

COLUMNS = (
    *("as_of", "client", "client_name", "project", "contract", "budget", "currency", "completed"),
    *("days", "last_day", "active", "days_left", "open_cases"),
)
"""Scripts rely on these: names are only ever added, at the end."""


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The projects of DOCUMENT in its order."""
    del width, color  # one signature for all formats
    document = clean(document)
    rows = [
        project
        | {
            "as_of": document["as_of"],
            "budget": Decimal(project["budget"]),
            "active": "yes" if project["active"] else "no",
            "open_cases": " ".join(case["case"] for case in project["cases"]),
        }
        for project in document["projects"]
    ]
    return sheet(COLUMNS, rows)
