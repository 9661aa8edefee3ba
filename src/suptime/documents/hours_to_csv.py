"""The report of prepaid hours as CSV: one row for each purchase."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from suptime.language.figures import clean
from suptime.render.csv import sheet

COLUMNS = (
    *("as_of", "client", "client_name", "contract", "unit", "purchase", "bought_on", "valid_through"),
    *("quantity", "used", "forfeited", "remaining", "currency", "balance_pending", "cases"),
)
"""Scripts rely on these: names are only ever added, at the end."""


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The purchases of DOCUMENT, quantities in the unit of their row, with the cases that drew from each.

    `balance_pending` is of the whole balance, and stands in each of its rows.
    """
    del width, color  # one signature for all formats
    return sheet(COLUMNS, _rows(clean(document)))


def _rows(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for balance in document["balances"]:
        for purchase in balance["purchases"]:
            its = [draw["case"] for draw in balance["draws"] if draw["purchase"] == purchase["id"]]
            yield {
                "as_of": balance["as_of"],
                **{key: balance[key] for key in ("client", "client_name", "contract", "unit")},
                "purchase": purchase["id"],
                "bought_on": purchase["on"],
                "valid_through": purchase["valid_through"],
                "currency": balance.get("currency"),
                "balance_pending": Decimal(balance["pending"]),
                "cases": " ".join(dict.fromkeys(its)),
                **{key: Decimal(purchase[key]) for key in ("quantity", "used", "forfeited", "remaining")},
            }
