"""The records of what was issued: invoices with what they claim, payments, and months closed without an invoice."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from suptime.domain import values
from suptime.domain.charge import PURCHASED, ChargeKind, Draw, IssuedLine, RowKey
from suptime.domain.delivery import DELIVERED_STATES, Content, Delivery
from suptime.domain.invoice import Invoice, Issue
from suptime.interchange.records.fields import (
    BYTES,
    DIGEST,
    Key,
    Type,
    Unreadable,
    each,
    key,
    rare,
    serialized,
    table,
    unreadable,
)

Check = Callable[[Any], object]


def _text(value: Any) -> None:
    if not isinstance(value, str):
        raise unreadable("a text in quotes", value)


def _text_or_none(value: Any) -> None:
    if value is not None:
        _text(value)


_balance = key(values.BALANCE).read


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

_DOCUMENT_LINE = _has(
    {
        **dict.fromkeys(("kind", "date", "description", "contract", "unit", "price_per", "reason"), _text),
        **dict.fromkeys(("worked_seconds", "billed_minutes", "prepaid_minutes", "invoiced_minutes"), _number),
        **dict.fromkeys(("quantity", "unit_price", "net"), _balance),
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
        "lines": _all(_DOCUMENT_LINE),
    }
)

_TAX = _has(dict.fromkeys(("net", "tax"), _balance))

_TOTALS = _has(
    {**dict.fromkeys(("net", "tax", "gross", "prepaid", "due"), _balance), "taxes": _all(_TAX)},
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
        "other_lines": _all(_DOCUMENT_LINE),
        "held": _all(_has({"case": _text})),
        "prepaid": _all(_has({"contract": _text})),
        "time": _TIME,
        "totals": _TOTALS,
    }
)


_LETTER = _has(
    {
        **dict.fromkeys(("client", "client_name", "currency", "on", "drawn_up_at"), _text),
        **dict.fromkeys(("open", "fee", "interest", "on_account", "deposits", "total"), _balance),
        "level": _number,
        "items": _all(
            _has(
                {
                    **dict.fromkeys(("number", "kind", "on", "due_on"), _text),
                    **dict.fromkeys(("days_overdue", "level"), _number),
                    "open": _balance,
                }
            )
        ),
    },
)


def document(value: Any) -> dict[str, Any]:
    """Return the document of an issued invoice, as it is."""
    _DOCUMENT(value)
    _written(value)
    found: dict[str, Any] = value
    return found


def letter(value: Any) -> str:
    """Return the document of a reminder, as it is stored."""
    _LETTER(value)
    return _written(value)


def _written(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Unreadable("expected texts that are whole, found half a character.") from None
    return text


@dataclass(frozen=True, slots=True)
class IssuedInvoice:
    """An issued invoice or credit note, the step it was issued in, and the lines that it claims."""

    invoice: Invoice
    step: Issue
    lines: tuple[IssuedLine, ...]


@dataclass(frozen=True, slots=True)
class Closing:
    """A step that issued no invoice, and what it settled."""

    step: Issue
    lines: tuple[IssuedLine, ...]


_DRAW = {"purchase": key(values.identity("P")), "quantity": key(values.WHOLE)}

_LINE = {
    "contract": key(values.CONTRACT_CODE),
    "kind": key(values.choice("kind", ChargeKind)),
    "case": rare(values.CASE_NUMBER),
    "day": key(values.DAY),
    "appointment": rare(values.identity("A")),
    "purchase": rare(values.identity("P")),
    "starts_at": rare(values.INSTANT),
    "tariff": rare(values.line("tariff", empty=True), ""),
    "quantity": key(values.WHOLE),
    "worked_seconds": key(values.WHOLE),
    "net": key(values.BALANCE),
    "draws": Key(
        each(table(_DRAW, lambda found: Draw(**found))),
        (),
        always=False,
        write=lambda draws: [
            serialized(_DRAW, {"purchase": draw.purchase, "quantity": draw.quantity}) for draw in draws
        ],
    ),
    "capped": rare(values.WHOLE, 0),
}

_STEP = {
    "id": key(values.COUNT),
    "previous": key(values.COUNT, None),
    "kind": key(values.choice("kind", ("issue", "supplement", "close", "credit"))),
    "month": key(values.MONTH, None),
    "at": key(values.INSTANT),
    "agent": key(values.AGENT),
}


def _line(found: dict[str, Any]) -> IssuedLine:
    about = found["purchase"] if found["kind"] in PURCHASED else found["appointment"]
    row = RowKey(
        ChargeKind(found["kind"]),
        found["case"] or "",
        found["day"],
        about or 0,
        found["starts_at"] or 0,
        found["tariff"],
    )
    return IssuedLine(
        found["contract"],
        row,
        found["quantity"],
        found["worked_seconds"],
        found["net"],
        found["draws"],
        capped=found["capped"],
    )


def _line_values(line: IssuedLine) -> dict[str, Any]:
    row = line.key
    sale = row.kind in PURCHASED
    return serialized(
        _LINE,
        {
            "contract": line.contract,
            "kind": row.kind,
            "case": row.case or None,
            "day": row.day,
            "appointment": row.appointment if row.appointment and not sale else None,
            "purchase": row.appointment if row.appointment and sale else None,
            "starts_at": row.starts_at or None,
            "tariff": row.tariff,
            "quantity": line.quantity,
            "worked_seconds": line.worked_seconds,
            "net": line.net,
            "draws": line.draws,
            "capped": line.capped,
        },
    )


def _step(found: Mapping[str, Any], client: str) -> Issue:
    return Issue(
        client,
        found["previous"] or 0,
        found["kind"],
        found["at"],
        found["agent"],
        found["month"],
        found["id"],
    )


def _step_values(step: Issue) -> dict[str, Any]:
    return {name: getattr(step, name) for name in _STEP} | {"previous": step.previous or None}


def _lines(values: Iterable[IssuedLine], number: str | None) -> tuple[IssuedLine, ...]:
    return tuple(replace(line, number=number) for line in values)


_LINES = Key(each(table(_LINE, _line)), write=lambda lines: [_line_values(line) for line in lines])


def _invoice(found: dict[str, Any]) -> IssuedInvoice:
    lines, step = found.pop("lines"), found.pop("step")
    made = Invoice(**found, issue=step["id"])
    return IssuedInvoice(made, _step(step, made.client), _lines(lines, made.number))


def _invoice_values(record: IssuedInvoice) -> dict[str, Any]:
    own = {name: getattr(record.invoice, name) for name in INVOICE.keys if name not in {"step", "lines"}}
    return own | {"step": record.step, "lines": record.lines}


INVOICE = Type(
    "invoice",
    IssuedInvoice,
    {
        "number": key(values.line("number")),
        "client": key(values.CLIENT_CODE),
        "month": key(values.MONTH, None),
        "currency": key(values.CURRENCY),
        "issued_on": key(values.DAY),
        "due_on": key(values.DAY, None),
        "due": key(values.BALANCE),
        "year": key(values.YEAR),
        "serial": key(values.COUNT),
        "credits": rare(values.line("number")),
        "mode": rare(values.choice("mode", ("reopen", "write-off"))),
        "step": Key(table(_STEP, dict), write=lambda step: serialized(_STEP, _step_values(step))),
        "lines": _LINES,
        "document": Key(document),
    },
    _invoice,
    _invoice_values,
)

DELIVERY = Type(
    "delivery",
    Delivery,
    {
        "id": rare(values.COUNT, 0),
        "invoice": key(values.line("number")),
        "attempt": key(values.COUNT),
        "state": key(values.choice("state", DELIVERED_STATES)),
        "recipient": key(values.line("recipient", empty=True)),
        "at": key(values.INSTANT),
        "digest": key(DIGEST),
        "size": key(values.WHOLE),
        "content": key(BYTES),
    },
    lambda found: Delivery(
        found["invoice"],
        found["attempt"],
        found["state"],
        found["recipient"],
        found["at"],
        Content(found["digest"], found["size"], found["content"]),
        found["id"],
    ),
    lambda one: {
        "id": one.id,
        "invoice": one.number,
        "attempt": one.attempt,
        "state": one.state,
        "recipient": one.recipient,
        "at": one.at,
        "digest": one.content.digest,
        "size": one.content.size,
        "content": one.content.packed,
    },
)

CLOSING = Type(
    "closing",
    Closing,
    {"client": key(values.CLIENT_CODE), **_STEP, "lines": _LINES},
    lambda found: Closing(_step(found, found["client"]), _lines(found["lines"], None)),
    lambda record: {"client": record.step.client, "lines": record.lines} | _step_values(record.step),
)
