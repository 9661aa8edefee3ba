"""Summary of an invoice: one row per case and kind of charge, as page 1 shows them (P27)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from suptime.domain.case import number_order
from suptime.domain.charge import ChargeKind
from suptime.domain.money import show_amount

Document = Mapping[str, Any]

_KINDS = [str(kind) for kind in ChargeKind]
_SUMS = ("billed_minutes", "prepaid_minutes", "invoiced_minutes")


def summary_of(document: Document) -> list[dict[str, Any]]:
    """Return the rows of page 1 of an invoice, by case number, kind and older price, what belongs to no case last.

    Lines of one case, contract, kind, unit price, tax and corrected invoice are one row. `quantity` and `net`
    are sums of its lines.
    """
    return [row for row, _ in rows_of(document)]


def rows_of(document: Document) -> list[tuple[dict[str, Any], list[Document]]]:
    """Return each row of `summary_of` with its lines."""
    rows: dict[tuple[Any, ...], list[tuple[str | None, Document]]] = {}
    for case, subject, line in _lines(document):
        tax = line.get("tax") or {}
        key = (
            case,
            line["contract"],
            line["kind"],
            line["unit_price"],
            tax.get("treatment"),
            tax.get("rate"),
            line.get("corrects"),
        )
        rows.setdefault(key, []).append((subject, line))

    def place(key: tuple[Any, ...]) -> tuple[Any, ...]:
        case, _, kind = key[:3]
        first = min(line["date"] for _, line in rows[key])
        order = _KINDS.index(kind) if kind in _KINDS else len(_KINDS)
        return (case is None, number_order(case) if case else (), order, first)

    found = []
    for key in sorted(rows, key=place):
        lines = [line for _, line in rows[key]]
        found.append((_row(key, lines, rows[key][0][0], document["currency"]), lines))
    return found


def _lines(document: Document) -> Iterator[tuple[str | None, str | None, Document]]:
    """Yield each line with its case and the case's subject; None for lines that belong to no case."""
    for case in document["cases"]:
        for line in case["lines"]:
            yield case["case"], case["subject"], line
    for line in document["other_lines"]:
        yield None, None, line


def _row(key: tuple[Any, ...], lines: list[Document], subject: str | None, currency: str) -> dict[str, Any]:
    case, contract, kind, unit_price, _, _, corrects = key
    first = lines[0]
    described = "; ".join(dict.fromkeys(str(line["description"]) for line in lines))
    return {
        "case": case,
        "contract": contract,
        "kind": kind,
        "subject": described if case is None else subject,
        "corrects": corrects,
        "lines": len(lines),
        **{key: sum(line[key] for line in lines) for key in _SUMS},
        "quantity": str(sum(Decimal(line["quantity"]) for line in lines)),
        "unit": first["unit"],
        "unit_price": unit_price,
        "price_per": first["price_per"],
        "net": show_amount(sum((Decimal(line["net"]) for line in lines), Decimal(0)), currency),
    }
