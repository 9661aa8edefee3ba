"""What the document of an issued invoice must have, so that it can be shown for ever.

Keys that came into documents later are not asked for: an invoice that was issued before has
none of them.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from suptime.interchange.fields import Unreadable, balance, unreadable

Check = Callable[[Any], object]


def _text(value: Any) -> None:
    if not isinstance(value, str):
        raise unreadable("a text in quotes", value)


def _text_or_none(value: Any) -> None:
    if value is not None:
        _text(value)


def _number(value: Any) -> None:
    if type(value) is not int:
        raise unreadable("a whole number", value)


def _has(shape: Mapping[str, Check]) -> Check:
    def check(value: Any) -> None:
        if not isinstance(value, dict):
            raise unreadable("a record in braces", value)
        for name, inner in shape.items():
            if name not in value:
                raise Unreadable(f"{name}: is missing.")
            try:
                inner(value[name])
            except Unreadable as error:
                raise Unreadable(f"{name}: {error}") from None

    return check


def _all(inner: Check) -> Check:
    def check(value: Any) -> None:
        if not isinstance(value, list):
            raise unreadable("a list", value)
        for place, item in enumerate(value, 1):
            try:
                inner(item)
            except Unreadable as error:
                raise Unreadable(f"entry {place}: {error}") from None

    return check


_TEXTS = _all(_text)
_TIME = _has(
    dict.fromkeys(
        (
            "worked_seconds",
            "chargeable_seconds",
            "covered_seconds",
            "non_billable_seconds",
            "waived_seconds",
            "held_seconds",
        ),
        _number,
    )
)
_REASON: dict[str, Check] = {"outcome": _text, "seconds": _number, "clause": _text, "reason": _text}
_WORK = _has(
    {
        **dict.fromkeys(
            ("unit", "date", "start", "end", "started_at", "ended_at", "agent", "channel"), _text
        ),
        "note": _text,
        "seconds": _number,
        "shares": _all(_has(_REASON)),
    }
)
_LINE = _has(
    {
        **dict.fromkeys(("kind", "date", "description", "contract", "unit", "price_per", "reason"), _text),
        **dict.fromkeys(("worked_seconds", "billed_minutes", "prepaid_minutes", "invoiced_minutes"), _number),
        **dict.fromkeys(("quantity", "unit_price", "net"), balance),
        **dict.fromkeys(("units", "agents", "clauses"), _TEXTS),
        "draws": _all(_has({"purchase": _text})),
        "appointment": _text_or_none,
    }
)
_CASE = _has(
    {
        **dict.fromkeys(("case", "subject", "contract", "status"), _text),
        **dict.fromkeys(("category", "cause"), _text_or_none),
        "time": _TIME,
        "work": _all(_WORK),
        "reasons": _all(_has(_REASON)),
        "lines": _all(_LINE),
    }
)
_TAX = _has(dict.fromkeys(("net", "tax"), balance))
_TOTALS = _has(
    {**dict.fromkeys(("net", "tax", "gross", "prepaid", "due"), balance), "taxes": _all(_TAX)},
)
_DOCUMENT = _has(
    {
        **dict.fromkeys(
            ("kind", "number", "state", "client", "client_name", "currency", "timezone", "issued_on"), _text
        ),
        **dict.fromkeys(("month", "drawn_up_at"), _text),
        **dict.fromkeys(
            ("client_address", "client_email", "client_tax_id", "due_on", "credits"), _text_or_none
        ),
        "contracts": _TEXTS,
        "period": _has({"from": _text, "to": _text}),
        "cases": _all(_CASE),
        "other_lines": _all(_LINE),
        "held": _all(_has({"case": _text})),
        "prepaid": _all(_has({"contract": _text})),
        "time": _TIME,
        "totals": _TOTALS,
    }
)


def document(value: Any) -> dict[str, Any]:
    """The document of an issued invoice, as it is."""
    _DOCUMENT(value)
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Unreadable("expected texts that are whole, found half a character.") from None
    found: dict[str, Any] = value
    return found
