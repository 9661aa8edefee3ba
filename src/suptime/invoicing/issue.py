"""From draft to invoice: numbered, dated, frozen; and the credit note that reverses one."""

import re
import string
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from suptime.domain.charge import ChargeKind
from suptime.domain.invoice import Invoice
from suptime.domain.money import show_amount
from suptime.domain.outcome import Outcome
from suptime.domain.payment_terms import Terms, frozen_terms
from suptime.domain.time import day_number
from suptime.errors import WrongUsage
from suptime.invoicing.draft import Draft
from suptime.rating.rated import RatedContract


def number_for(form: str, year: int, serial: int) -> str:
    """Return the number in the `form` of the settings, with `{year}` and `{serial}` (or `{serial:04}`).

    >>> number_for("INV-{year}-{serial:04}", 2026, 7)
    'INV-2026-0007'

    Raises:
        WrongUsage: `form` has other fields, or lacks one: numbers would repeat.
    """
    try:
        parts = [part[1:] for part in string.Formatter().parse(form) if part[1] is not None]
        # Looked at before it is used: a width of nine digits is a number of a gigabyte.
        usable = all(re.fullmatch("0?[0-9]?", spec or "") and not change for _, spec, change in parts)
        fields = {name for name, _, _ in parts} if usable else set()
        number = form.format(year=year, serial=serial) if fields == {"year", "serial"} else ""
    except (ValueError, KeyError, IndexError, AttributeError):
        fields, number = set(), ""
    if fields != {"year", "serial"} or not number.isprintable() or len(number) > 40 or "/" in number:
        raise WrongUsage(
            f"The number format {form[:100]!r} of the settings cannot be used.",
            hint="Write {year} and {serial} into it, as in INV-{year}-{serial:04}, and no /: numbers name files.",
        )
    return number


def frozen(
    draft: Draft, number: str, month: str, drawn_up_at: str, issued_on: date, terms: Terms | None
) -> dict[str, Any]:
    """Return the document of `draft` as it is issued under `number`, on the client's `terms` of payment."""
    due, currency = Decimal(draft.document["totals"]["due"]), draft.document["currency"]
    terms = terms if due > 0 else None
    return dict(draft.document) | {
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
    invoice: Invoice, number: str, reason: str, mode: str, issued_on: date, drawn_up_at: str
) -> dict[str, Any]:
    """The document that reverses the whole of `invoice`: every line and total negated, invoice + credit note = 0.

    It gives back the prepaid draw-downs of the invoice, in both modes.
    """
    original = invoice.document
    currency = invoice.currency
    document = dict(original) | {
        "kind": "credit-note",
        "number": number,
        "state": "issued",
        "issued_on": issued_on.isoformat(),
        "due_on": None,
        "terms": None,
        "payment": None,
        "drawn_up_at": drawn_up_at,
        "credits": invoice.number,
        "credit_mode": mode,
        "credit_reason": reason,
        "cases": [
            dict(case)
            | {"work": [], "reasons": [], "lines": [_negated(line, invoice) for line in case["lines"]]}
            for case in original["cases"]
            if case["lines"]
        ],
        "other_lines": [_negated(line, invoice) for line in original["other_lines"]],
        "held": [],
        "prepaid": [],
        "totals": _negated_totals(original["totals"], currency),
    }
    empty = dict.fromkeys(original["time"], 0)
    document["time"] = empty
    for case in document["cases"]:
        case["time"] = empty
    return document


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
            "credits": line["kind"],
            "corrects": invoice.number,
            "draws": draws,
        }
    )


def _negated_totals(totals: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """Return the totals negated. What a deposit paid goes back to the deposit, so nothing of it is due."""
    changed = {key: _minus(totals[key], currency) for key in ("net", "tax", "gross", "prepaid", "due")}
    taxes = [
        dict(tax) | {key: _minus(tax[key], currency) for key in ("net", "tax")} for tax in totals["taxes"]
    ]
    return dict(totals) | changed | {"taxes": taxes}


def _minus(amount: str, currency: str) -> str:
    negated = -Decimal(amount)
    return show_amount(negated or Decimal(0), currency)


_PENDING = frozenset({"ahead", "running"})


def still_open(contracts: Iterable[RatedContract], through: date) -> dict[str, set[int]]:
    """Return the days through `through` that may come to be charged without anything being touched, by case number.

    They are those of held time, of units that run, and of appointments that are not over, counted
    from 1970. All else that is dated through then is settled by the closing.
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
