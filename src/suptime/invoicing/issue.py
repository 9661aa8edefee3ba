"""From a draft to an invoice: numbered, dated, frozen; and credit notes."""

import re
import string
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from suptime.domain.charge import ChargeKind
from suptime.domain.invoice import Invoice
from suptime.domain.money import rounded, show_amount
from suptime.domain.outcome import Outcome
from suptime.domain.payment_terms import Terms, frozen_terms
from suptime.domain.time import day_number
from suptime.errors import NotPossible, WrongUsage
from suptime.invoicing.draft import CREDIT_NOTE, Draft
from suptime.invoicing.receivables import shared
from suptime.invoicing.summary import summary_of
from suptime.invoicing.tax import totals_of
from suptime.rating.rated import RatedContract


def number_for(form: str, year: int, serial: int) -> str:
    """Return the number in the `form` of the settings, with `{year}` and `{serial}` (or `{serial:04}`).

    >>> number_for("INV-{year}-{serial:04}", 2026, 7)
    'INV-2026-0007'

    Raises:
        WrongUsage: `form` has other fields, or lacks one, so numbers would repeat.
    """
    try:
        parts = [part[1:] for part in string.Formatter().parse(form) if part[1] is not None]
        # Checked before use: a width of nine digits would make a number of a gigabyte.
        usable = all(re.fullmatch("0?[0-9]?", spec or "") and not change for _, spec, change in parts)
        fields = {name for name, _, _ in parts} if usable else set()
        number = form.format(year=year, serial=serial) if fields == {"year", "serial"} else ""
    except (ValueError, KeyError, IndexError, AttributeError):
        fields, number = set(), ""
    if fields != {"year", "serial"} or not number.isprintable() or len(number) > 40 or "/" in number:
        raise WrongUsage(
            f"The number format {form[:100]} of the settings is not valid.",
            hint=(
                "Include {year} and {serial}, as in INV-{year}-{serial:04}, and no /, because numbers are "
                "file names."
            ),
        )
    return number


def serial_in(form: str, year: int, numbers: Iterable[str]) -> int:
    """Return the next serial in the series of numbers of a `form` in a `year`, of which `numbers` are given.

    >>> serial_in("CN-{year}-{serial:04}", 2026, ["INV-2026-0007", "CN-2026-0001"])
    2
    """
    pattern = ""
    for text, name, *_ in string.Formatter().parse(form):
        held = "[0-9]+" if "(?P<serial>" in pattern else "(?P<serial>[0-9]+)"
        pattern += re.escape(text) + {"year": str(year), "serial": held}.get(name or "", "")
    found = (re.fullmatch(pattern, number) for number in numbers)
    return max((int(match["serial"]) for match in found if match), default=0) + 1


REDUCE, RETURN = "reduce", "return"
"""Modes of partial credit notes: they reduce a price (F11), or return a part of a purchase (F17)."""


class Applied(NamedTuple):
    """Credit that pays an invoice when it is issued: its id, day and amount (F12)."""

    id: str
    on: date
    amount: Decimal


def frozen(
    draft: Draft,
    number: str,
    month: str,
    drawn_up_at: str,
    issued_on: date,
    terms: Terms | None,
    applied: Sequence[Applied] = (),
) -> dict[str, Any]:
    """Return the document of `draft` as issued under `number`, with the client's `terms` of payment.

    `applied` is the credit that pays it at its issue.
    """
    currency, totals = draft.document["currency"], draft.document["totals"]
    prepaid = sum((one.amount for one in applied), Decimal(0))
    due = Decimal(totals["gross"]) - prepaid
    terms = terms if due > 0 else None
    return dict(draft.document) | {
        "totals": totals | {"prepaid": show_amount(prepaid, currency), "due": show_amount(due, currency)},
        "applied": [
            {"id": one.id, "on": one.on.isoformat(), "amount": show_amount(one.amount, currency)}
            for one in applied
        ],
        "number": number,
        "state": "issued",
        "month": month,
        "drawn_up_at": drawn_up_at,
        "issued_on": issued_on.isoformat(),
        "due_on": terms.due_on(issued_on).isoformat() if terms else None,
        "terms": frozen_terms(terms, due, currency, issued_on) if terms else None,
    }


_NEGATED_COUNTS = (
    "worked_seconds",
    "billed_minutes",
    "capped_minutes",
    "prepaid_minutes",
    "invoiced_minutes",
    "prepaid_incidents",
)


def credit_note(
    invoice: Invoice,
    reductions: Sequence[Mapping[str, Any]],
    number: str,
    reason: str,
    mode: str,
    issued_on: date,
    drawn_up_at: str,
) -> dict[str, Any]:
    """Return the document that reverses the whole of `invoice`: every line and total negated.

    It returns the prepaid draw-downs of the invoice, in both modes. It also reverses earlier `reductions`,
    so that invoice + reductions + credit note = 0, for each rate.
    """
    original = invoice.document
    currency = invoice.currency
    document = dict(original) | {
        "kind": "credit-note",
        "type_code": CREDIT_NOTE,
        "number": number,
        "state": "issued",
        "issued_on": issued_on.isoformat(),
        "due_on": None,
        "terms": None,
        "payment": None,
        "drawn_up_at": drawn_up_at,
        "credits": invoice.number,
        "credited_on": original.get("issued_on"),
        "credit_mode": mode,
        "credit_reason": reason,
        "cases": [
            dict(case)
            | {"work": [], "reasons": [], "lines": [_negated(line, invoice) for line in case["lines"]]}
            for case in original["cases"]
            if case["lines"]
        ],
        "other_lines": [
            _negated(line, invoice) for part in (original, *reductions) for line in part["other_lines"]
        ],
        "held": [],
        "prepaid": [],
        "totals": _negated_totals(original["totals"], currency, reductions),
    }
    empty = dict.fromkeys(original["time"], 0)
    document["time"] = empty
    for case in document["cases"]:
        case["time"] = empty
    return document | {"summary": summary_of(document)}


def _negated(line: Mapping[str, Any], invoice: Invoice) -> dict[str, Any]:
    changed = {key: -line[key] for key in _NEGATED_COUNTS if key in line}
    changed |= {"net": _minus(line["net"], invoice.currency), "quantity": str(-int(line["quantity"]))}
    if "price_difference" in line:
        changed["price_difference"] = _minus(line["price_difference"], invoice.currency)
    draws = [
        {key: -value if isinstance(value, int) else value for key, value in draw.items()}
        for draw in line["draws"]
    ]
    return (
        dict(line)
        | changed
        | {
            "kind": str(ChargeKind.CREDIT),
            "credits": line.get("credits") or line["kind"],
            "corrects": invoice.number,
            "draws": draws,
        }
    )


def _negated_totals(
    totals: Mapping[str, Any], currency: str, reductions: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the totals negated. Credit that paid is returned, so nothing of it is due."""
    every = [totals, *(one["totals"] for one in reductions)]

    def minus(rows: Iterable[Mapping[str, Any]], key: str) -> str:
        return _minus(str(sum((Decimal(row[key]) for row in rows), Decimal(0))), currency)

    changed = {key: minus(every, key) for key in ("net", "tax", "gross", "prepaid", "due")}
    taxes = []
    for tax in totals["taxes"]:
        alike = [row for one in every for row in one["taxes"] if _rate_of(row) == _rate_of(tax)]
        taxes.append(dict(tax) | {key: minus(alike, key) for key in ("net", "tax")})
    return dict(totals) | changed | {"taxes": taxes}


def _rate_of(tax: Mapping[str, Any]) -> tuple[str, str | None]:
    return tax["treatment"], tax["rate"]


def reduction(
    invoice: Invoice,
    before: Sequence[Mapping[str, Any]],
    net: Decimal,
    number: str,
    reason: str,
    issued_on: date,
    drawn_up_at: str,
) -> dict[str, Any]:
    """Return the credit note that reduces an invoice's price by `net`: one line for each of its rates (F11).

    `before` are its earlier reductions. The charges and draw-downs of the invoice do not change.

    Raises:
        WrongUsage: `net` is not greater than zero.
        NotPossible: `net` is more than the rest of the invoice's net.
    """
    original, currency = invoice.document, invoice.currency
    left = _net_by_rate([original, *before])
    if net <= 0:
        raise WrongUsage(
            "The reduction must be greater than zero.", hint="Give the net amount of the reduction."
        )
    total = sum(left.values(), Decimal(0))
    if net > total:
        raise NotPossible(
            f"{show_amount(net, currency)} is more than the {show_amount(total, currency)} {currency} "
            f"left of the net of {invoice.number}.",
            hint=f"suptime invoice credit {invoice.number} --reason S --write-off",
        )
    shares = shared(-net, list(left.values()), currency)
    lines = [
        _reduction_line(original, tax, share, reason, issued_on, invoice)
        for tax, share in zip(left, shares, strict=True)
        if share
    ]
    return _part_of(invoice, lines, REDUCE, number, reason, issued_on, drawn_up_at)


def reduced_sale(invoice: Invoice, reductions: Sequence[Mapping[str, Any]], purchase: int) -> Decimal:
    """Return the part of `reductions` of an invoice that falls on its sale of a purchase, by net and rate of tax."""
    sale = _sale_line(invoice, purchase)
    rate = _rate_of(sale["tax"])
    off = -_net_by_rate(reductions).get(rate, Decimal(0))
    return (
        rounded(off * Decimal(sale["net"]) / _net_by_rate([invoice.document])[rate], invoice.currency)
        if off
        else off
    )


def return_note(
    invoice: Invoice,
    purchase: int,
    net: Decimal,
    number: str,
    reason: str,
    issued_on: date,
    drawn_up_at: str,
) -> dict[str, Any]:
    """Return the credit note for the price of a part of a purchase, with the tax of its sale (F17)."""
    sale = _sale_line(invoice, purchase)
    tax = (sale["tax"]["treatment"], sale["tax"]["rate"])
    line = _reduction_line(invoice.document, tax, -net, reason, issued_on, invoice) | {
        "contract": sale["contract"],
        "purchase": sale["purchase"],
        "credits": sale["kind"],
        "tax": dict(sale["tax"]),
    }
    return _part_of(invoice, [line], RETURN, number, reason, issued_on, drawn_up_at)


def _sale_line(invoice: Invoice, purchase: int) -> Mapping[str, Any]:
    (sale,) = (
        line
        for line in invoice.document["other_lines"]
        if line["kind"] == ChargeKind.PREPAID_SALE and line.get("purchase") == f"P{purchase}"
    )
    return sale  # type: ignore[no-any-return]


def _part_of(
    invoice: Invoice,
    lines: list[dict[str, Any]],
    mode: str,
    number: str,
    reason: str,
    issued_on: date,
    drawn_up_at: str,
) -> dict[str, Any]:
    """Return a credit note of a part of an invoice."""
    original = invoice.document
    document = dict(original) | {
        "kind": "credit-note",
        "type_code": CREDIT_NOTE,
        "number": number,
        "state": "issued",
        "issued_on": issued_on.isoformat(),
        "due_on": None,
        "terms": None,
        "drawn_up_at": drawn_up_at,
        "credits": invoice.number,
        "credited_on": original.get("issued_on"),
        "credit_mode": mode,
        "credit_reason": reason,
        "applied": [],
        "payment": None,
        "cases": [],
        "other_lines": lines,
        "held": [],
        "prepaid": [],
        "time": dict.fromkeys(original["time"], 0),
        "totals": totals_of(lines, invoice.currency),
    }
    return document | {"summary": summary_of(document)}


_Rate = tuple[str, str | None]


def _net_by_rate(documents: Iterable[Mapping[str, Any]]) -> dict[_Rate, Decimal]:
    """Return the net of documents by treatment and rate of tax, in the order of their lines."""
    found: dict[_Rate, Decimal] = {}
    for document in documents:
        for line in [line for case in document["cases"] for line in case["lines"]] + document["other_lines"]:
            key = _rate_of(line["tax"])
            found[key] = found.get(key, Decimal(0)) + Decimal(line["net"])
    return found


def _reduction_line(
    original: Mapping[str, Any], tax: _Rate, net: Decimal, reason: str, day: date, invoice: Invoice
) -> dict[str, Any]:
    shown = show_amount(net, invoice.currency)
    return {
        "kind": str(ChargeKind.CREDIT),
        "date": day.isoformat(),
        "description": reason,
        "contract": original["contracts"][0],
        "units": [],
        "agents": [],
        "worked_seconds": 0,
        "billed_minutes": 0,
        "prepaid_minutes": 0,
        "invoiced_minutes": 0,
        "quantity": "-1",
        "unit": "item",
        "price_per": "item",
        "unit_price": show_amount(-net, invoice.currency),
        "net": shown,
        "draws": [],
        "appointment": None,
        "clauses": [],
        "reason": "",
        "credits": None,
        "corrects": invoice.number,
        "tax": {"rate": tax[1], "treatment": tax[0]},
    }


def _minus(amount: str, currency: str) -> str:
    negated = -Decimal(amount)
    return show_amount(negated or Decimal(0), currency)


_PENDING = frozenset({"ahead", "running"})


def still_open(contracts: Iterable[RatedContract], through: date) -> dict[str, set[int]]:
    """Return the days through `through` that may still be charged without any change, by case number.

    They are the days of held time, of running units, and of appointments that are not over, counted
    from 1970. All other days are settled by the closing.
    """
    found: dict[str, set[int]] = {}

    def stays(case: str, day: date) -> None:
        if day <= through:
            found.setdefault(case, set()).add(day_number(day))

    for contract in contracts:
        zone = contract.facts.contract.latest.zone
        for share in contract.rating.shares:
            if share.outcome is Outcome.HELD:
                stays(share.piece.unit.case, share.piece.day)
        for fate in contract.rating.fates:
            if fate.outcome is Outcome.HELD or fate.state in _PENDING:
                stays(fate.appointment.case, fate.day)
        for unit in contract.facts.units:
            if unit.ended_at is None:
                stays(unit.case, zone.day(unit.started_at))
    return found
