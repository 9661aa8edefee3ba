"""Invoices as CSV: one row for each line."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from suptime.render.filters import clean
from suptime.render.language import each, said
from suptime.render.sheet import sheet

OF_CASE = ("case", "subject", "category", "cause")
PLAIN = ("contract", "kind", "date", "description", "reason", "unit", "price_per", "corrects")
MINUTES = ("worked_seconds", "billed_minutes", "prepaid_minutes", "invoiced_minutes")
AMOUNTS = ("quantity", "unit_price", "net")

COLUMNS = (
    *("month", "invoice_number", "invoice_state", "client", "client_name", "contract", "currency"),
    *(
        "case",
        "subject",
        "category",
        "cause",
        "kind",
        "date",
        "description",
        "agents",
        "units",
        "appointment",
    ),
    *MINUTES,
    *("quantity", "unit", "unit_price", "price_per", "net", "clauses", "reason", "corrects"),
    *("prepaid_incidents", "tariff", "period_from", "period_to", "purchase"),
)
"""Scripts rely on these: names are only ever added, at the end."""


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The lines of all invoices of DOCUMENT; cases without lines and held time have no row."""
    del width, color  # one signature for all formats
    return sheet(COLUMNS, _rows(clean(document)))


def _rows(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for invoice in each(document["invoices"]):
        head = {
            "month": document["month"],
            "invoice_number": invoice["number"],
            "invoice_state": invoice["state"],
            **{key: invoice[key] for key in ("client", "client_name", "currency")},
        }
        for case in invoice["cases"]:
            about = {key: case[key] for key in OF_CASE}
            for line in case["lines"]:
                yield head | about | line_cells(line)
        for line in invoice["other_lines"]:
            yield head | line_cells(line)


def line_cells(line: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of LINE: numbers as numbers, several agents, units or clauses as words in one cell."""
    return {
        **{key: line.get(key) for key in PLAIN},
        **{key: said(line, key) for key in ("description", "reason")},
        **{key: int(line[key]) for key in MINUTES},
        **{key: Decimal(line[key]) for key in AMOUNTS},
        **{key: " ".join(line[key]) for key in ("agents", "units", "clauses")},
        "appointment": line["appointment"],
        "prepaid_incidents": int(line.get("prepaid_incidents", 0)),
        "tariff": line.get("tariff"),
        "purchase": line.get("purchase"),
        **{f"period_{end}": day for end, day in (line.get("period") or {}).items()},
    }
