"""Checks of an issued document: its lines match its claims, its totals are their sums, to the cent."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from suptime.domain.charge import IssuedLine
from suptime.domain.invoice import Invoice
from suptime.domain.money import rounded
from suptime.invoicing.tax import TREATMENTS

_Place = tuple[str, str, str, str]
"""Contract, case, kind and day of a row."""


def faults_of(
    invoice: Invoice,
    lines: Sequence[IssuedLine],
    applied: Decimal,
    original: Invoice | None,
    reductions: Sequence[Invoice] = (),
    *,
    is_reopened: bool = False,
) -> Iterator[str]:
    """Yield the differences between `invoice`, its document, the `lines` that it claims and the credit `applied`.

    `applied` is the payment by credit and deposits at its issue. `original` is the invoice that a credit note
    reverses, with its `reductions`; None for an invoice, or if it is missing. A document that is credited with
    --reopen, and its credit note, keep the code of a client that has another one since.
    """
    document = invoice.document
    yield from _heading(invoice, document, ("client",) if is_reopened else ())
    found = list(_lines(document))
    is_reversal = invoice.credits is not None and bool(reductions)
    yield from _sums(document, [line for _, line in found], invoice.currency, is_reversal=is_reversal)
    if invoice.credits is None:
        if document.get("credit_mode") is None:
            yield from _claims(found, lines)
        yield from _draws(found, lines)
        prepaid = Decimal(document["totals"]["prepaid"])
        if applied != prepaid:
            yield f"deposits and credit pay {applied}, but its document has {prepaid}."
    else:
        yield from _reversal(document, original, reductions)
        if lines:
            yield f"it is a credit note, but claims {len(lines)} lines."


def _heading(invoice: Invoice, document: Mapping[str, Any], free: Sequence[str]) -> Iterator[str]:
    """Yield the differences between an invoice and the head of its document, without the keys that are `free`."""
    stored = {
        "number": invoice.number,
        "client": invoice.client,
        "currency": invoice.currency,
        "issued_on": invoice.issued_on.isoformat(),
        "due_on": invoice.due_on.isoformat() if invoice.due_on else None,
        "credits": invoice.credits or (document["credits"] if document.get("credit_mode") else None),
    }
    for key, value in stored.items():
        if document[key] != value and key not in free:
            yield f"its {key} is {value}, but its document has {document[key]}."
    if Decimal(document["totals"]["due"]) != invoice.due:
        yield f"{invoice.due} is due, but its document has {document['totals']['due']}."


def _lines(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the lines of a document, each with its case, or ""."""
    for case in document["cases"]:
        for line in case["lines"]:
            yield case["case"], line
    for line in document["other_lines"]:
        yield "", line


def _sums(
    document: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], currency: str, *, is_reversal: bool
) -> Iterator[str]:
    """Yield the differences between the lines of a document and its totals.

    The tax of a reversal is the sum of what it reverses, each rounded by itself: it may differ by a cent from the tax
    of its net.
    """
    totals = {key: Decimal(document["totals"][key]) for key in ("net", "tax", "gross", "prepaid", "due")}
    net = sum((Decimal(line["net"]) for line in lines), Decimal(0))
    if net != totals["net"]:
        yield f"its lines add up to {net}, but its net is {totals['net']}."
    by_rate: dict[tuple[str, str | None], Decimal] = {}
    for line in lines:
        taxed = (line["tax"]["treatment"], line["tax"]["rate"])
        by_rate[taxed] = by_rate.get(taxed, Decimal(0)) + Decimal(line["net"])
    rows = {(row["treatment"], row["rate"]): row for row in document["totals"]["taxes"]}
    for (treatment, rate), amount in sorted(by_rate.items(), key=lambda item: TREATMENTS.index(item[0][0])):
        row = rows.pop((treatment, rate), None)
        if treatment == "none":
            continue
        if row is None:
            yield f"its lines have tax at {rate}, but its totals do not."
            continue
        tax = Decimal(row["tax"]) if is_reversal else rounded(amount * Decimal(rate or 0) / 100, currency)
        if (Decimal(row["net"]), Decimal(row["tax"])) != (amount, tax):
            yield f"tax at {rate} is {tax} on {amount}, but its totals have {row['tax']} on {row['net']}."
    for row in rows.values():
        yield f"its totals have tax at {row['rate']}, but its lines do not."
    taxes = sum((Decimal(row["tax"]) for row in document["totals"]["taxes"]), Decimal(0))
    for key, sum_ in (
        ("tax", taxes),
        ("gross", totals["net"] + totals["tax"]),
        ("due", totals["gross"] - totals["prepaid"]),
    ):
        if totals[key] != sum_:
            yield f"its {key} is {totals[key]}, but adds up to {sum_}."


def _claims(found: Sequence[tuple[str, Mapping[str, Any]]], lines: Sequence[IssuedLine]) -> Iterator[str]:
    """Yield the differences between the lines of the document and the lines that it claims."""
    # A row with returns may have several lines in the document: their sums are compared.
    shown: dict[_Place, Decimal] = defaultdict(Decimal)
    claimed: dict[_Place, Decimal] = defaultdict(Decimal)
    for case, line in found:
        kind = line.get("adjusts") or line["kind"]
        shown[line["contract"], case, kind, line["date"]] += Decimal(line["net"])
    for one in lines:
        key = one.key
        claimed[one.contract, key.case, str(key.kind), key.day.isoformat()] += one.net
    for place in sorted(shown.keys() | claimed.keys()):
        contract, case, kind, day = place
        name = f"the line of {case or contract} on {day}"
        if place in shown and shown[place] != claimed.get(place):
            yield f"{name} ({kind}, {shown[place]}) is in its document, but not claimed."
        if place in claimed and claimed[place] != shown.get(place):
            yield f"{name} ({kind}, {claimed[place]}) is claimed, but not in its document."


def _draws(found: Sequence[tuple[str, Mapping[str, Any]]], lines: Sequence[IssuedLine]) -> Iterator[str]:
    shown: Counter[str] = Counter()
    stored: Counter[str] = Counter()
    for _, line in found:
        for draw in line["draws"]:
            shown[draw["purchase"]] += draw["quantity"]
    for claim in lines:
        for draw in claim.draws:
            stored[f"P{draw.purchase}"] += draw.quantity
    for purchase in sorted(shown.keys() | stored.keys()):
        if shown[purchase] != stored[purchase]:
            yield f"it draws {stored[purchase]} from {purchase}, but its document has {shown[purchase]}."


def _reversal(
    document: Mapping[str, Any], original: Invoice | None, reductions: Sequence[Invoice]
) -> Iterator[str]:
    if original is None:
        yield f"it reverses {document['credits']}, which does not exist."
        return
    for key in ("net", "tax", "gross", "prepaid", "due"):
        mine = Decimal(document["totals"][key])
        its = sum((Decimal(one.document["totals"][key]) for one in (original, *reductions)), Decimal(0))
        if mine != -its:
            yield f"its {key} is {mine}, but {original.number}, which it reverses, has {its}."
    parts = [row for one in (original, *reductions) for row in one.document["totals"]["taxes"]]
    for row in document["totals"]["taxes"]:
        same = (
            part for part in parts if (part["treatment"], part["rate"]) == (row["treatment"], row["rate"])
        )
        its = sum((Decimal(part["tax"]) for part in same), Decimal(0))
        if Decimal(row["tax"]) != -its:
            yield f"its tax at {row['rate']} is {row['tax']}, but {original.number}, which it reverses, has {its}."
