"""The records of what was issued: invoices with what they claim, payments, and months closed without an invoice."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from suptime.domain.charge import ChargeKind, Draw, IssuedLine, RowKey
from suptime.domain.delivery import DELIVERED_STATES as STATES
from suptime.domain.delivery import Content, Delivery, Sending
from suptime.domain.invoice import Invoice, Issue, Payment
from suptime.domain.time import rfc3339
from suptime.interchange.records import fields
from suptime.interchange.records.fields import (
    Key,
    Type,
    Unreadable,
    balance,
    each,
    fields_of,
    maybe,
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
        "lines": _all(_DOCUMENT_LINE),
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
        "other_lines": _all(_DOCUMENT_LINE),
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


_DRAW = {"purchase": Key(fields.identity("P")), "quantity": Key(fields.whole)}

_LINE = {
    "contract": Key(fields.contract_code),
    "kind": Key(fields.choice([*ChargeKind])),
    "case": rare(fields.case_number),
    "day": Key(fields.day),
    "appointment": rare(fields.identity("A")),
    "purchase": rare(fields.identity("P")),
    "starts_at": rare(fields.instant),
    "tariff": rare(fields.line, ""),
    "quantity": Key(fields.whole),
    "worked_seconds": Key(fields.whole),
    "net": Key(fields.balance),
    "draws": rare(each(table(_DRAW, lambda values: Draw(**values))), ()),
}

_STEP = {
    "id": Key(fields.count),
    "previous": maybe(fields.count),
    "kind": Key(fields.choice(("issue", "supplement", "close", "credit"))),
    "month": maybe(fields.month),
    "at": Key(fields.instant),
    "agent": Key(fields.agent),
}


def _line(values: dict[str, Any]) -> IssuedLine:
    about = values["purchase"] if values["kind"] == ChargeKind.PREPAID_SALE else values["appointment"]
    key = RowKey(
        ChargeKind(values["kind"]),
        values["case"] or "",
        values["day"],
        about or 0,
        values["starts_at"] or 0,
        values["tariff"],
    )
    return IssuedLine(
        values["contract"], key, values["quantity"], values["worked_seconds"], values["net"], values["draws"]
    )


def _line_values(line: IssuedLine) -> dict[str, Any]:
    key = line.key
    sale = key.kind is ChargeKind.PREPAID_SALE
    return serialized(
        _LINE,
        {
            "contract": line.contract,
            "kind": str(key.kind),
            "case": key.case or None,
            "day": key.day.isoformat(),
            "appointment": f"A{key.appointment}" if key.appointment and not sale else None,
            "purchase": f"P{key.appointment}" if key.appointment and sale else None,
            "starts_at": rfc3339(key.starts_at) if key.starts_at else None,
            "tariff": key.tariff,
            "quantity": line.quantity,
            "worked_seconds": line.worked_seconds,
            "net": f"{line.net:f}",
            "draws": tuple({"purchase": f"P{d.purchase}", "quantity": d.quantity} for d in line.draws),
        },
    )


def _step(values: Mapping[str, Any], client: str) -> Issue:
    return Issue(
        client,
        values["previous"] or 0,
        values["kind"],
        values["at"],
        values["agent"],
        values["month"],
        values["id"],
    )


def _step_values(step: Issue) -> dict[str, Any]:
    return {
        "id": step.id,
        "previous": step.previous or None,
        "kind": step.kind,
        "month": str(step.month) if step.month else None,
        "at": rfc3339(step.at),
        "agent": step.agent,
    }


def _lines(values: Iterable[IssuedLine], number: str | None) -> tuple[IssuedLine, ...]:
    return tuple(
        IssuedLine(v.contract, v.key, v.quantity, v.worked_seconds, v.net, v.draws, number) for v in values
    )


_LINES = each(table(_LINE, _line))


def _invoice(values: dict[str, Any]) -> IssuedInvoice:
    lines, step = values.pop("lines"), values.pop("step")
    made = Invoice(**values, issue=step["id"])
    return IssuedInvoice(made, _step(step, made.client), _lines(lines, made.number))


def _invoice_values(record: IssuedInvoice) -> dict[str, Any]:
    invoice = record.invoice
    return {
        "number": invoice.number,
        "client": invoice.client,
        "month": str(invoice.month) if invoice.month else None,
        "currency": invoice.currency,
        "issued_on": invoice.issued_on.isoformat(),
        "due_on": invoice.due_on.isoformat() if invoice.due_on else None,
        "due": f"{invoice.due:f}",
        "year": invoice.year,
        "serial": invoice.serial,
        "credits": invoice.credits,
        "mode": invoice.mode,
        "step": _step_values(record.step),
        "lines": [_line_values(line) for line in record.lines],
        "document": invoice.document,
    }


INVOICE = Type(
    "invoice",
    IssuedInvoice,
    {
        "number": Key(fields.filled),
        "client": Key(fields.code),
        "month": maybe(fields.month),
        "currency": Key(fields.currency),
        "issued_on": Key(fields.day),
        "due_on": maybe(fields.day),
        "due": Key(fields.balance),
        "year": Key(fields.year),
        "serial": Key(fields.count),
        "credits": rare(fields.filled),
        "mode": rare(fields.choice(("reopen", "write-off"))),
        "step": Key(table(_STEP, dict)),
        "lines": Key(_LINES),
        "document": Key(document),
    },
    _invoice,
    _invoice_values,
)

PAYMENT = Type(
    "payment",
    Payment,
    {
        "id": rare(fields.count),
        "invoice": Key(fields.filled),
        "on": Key(fields.day),
        "amount": Key(fields.amount),
        "purchase": maybe(fields.identity("P")),
    },
    lambda values: Payment(
        values["invoice"], values["on"], values["amount"], values["purchase"], values["id"] or 0
    ),
    lambda p: {
        "id": p.id or None,
        "invoice": p.number,
        "on": p.on.isoformat(),
        "amount": f"{p.amount:f}",
        "purchase": f"P{p.purchase}" if p.purchase else None,
    },
)

SENDING = Type(
    "sending",
    Sending,
    {
        "invoice": Key(fields.filled),
        "state": Key(fields.choice(("pending", "claimed", "handed", "unknown", "failed", "outbox", "sent"))),
        "recipient": Key(fields.line, ""),
        "sender": Key(fields.line, ""),
        "message_id": maybe(fields.filled),
        "digest": maybe(fields.filled),
        "made_at": maybe(fields.instant),
        "attempts": Key(fields.whole, 0),
        "leased_until": rare(fields.instant),
        "sent_at": rare(fields.instant),
        "last_error": rare(fields.paragraph),
        "file": rare(fields.filled),
        "chosen": rare(fields.flag, default=False),
        "message": rare(fields.mail),
    },
    lambda values: Sending(values.pop("invoice"), **values),
    lambda s: (
        fields_of(s)
        | {"invoice": s.number}
        | {
            name: None if getattr(s, name) is None else rfc3339(getattr(s, name))
            for name in ("made_at", "leased_until", "sent_at")
        }
    ),
)

DELIVERY = Type(
    "delivery",
    Delivery,
    {
        "id": rare(fields.count),
        "invoice": Key(fields.filled),
        "attempt": Key(fields.count),
        "state": Key(fields.choice(STATES)),
        "recipient": Key(fields.line),
        "at": Key(fields.instant),
        "digest": Key(fields.digest),
        "size": Key(fields.whole),
        "content": Key(fields.packed),
    },
    lambda values: Delivery(
        values["invoice"],
        values["attempt"],
        values["state"],
        values["recipient"],
        values["at"],
        Content(values["digest"], values["size"], values["content"]),
        values["id"] or 0,
    ),
    lambda one: {
        "id": one.id or None,
        "invoice": one.number,
        "attempt": one.attempt,
        "state": one.state,
        "recipient": one.recipient,
        "at": rfc3339(one.at),
        "digest": one.content.digest,
        "size": one.content.size,
        "content": b64encode(one.content.packed).decode("ascii"),
    },
)

CLOSING = Type(
    "closing",
    Closing,
    {"client": Key(fields.code), **_STEP, "lines": Key(_LINES)},
    lambda values: Closing(_step(values, values["client"]), _lines(values["lines"], None)),
    lambda record: (
        {"client": record.step.client}
        | _step_values(record.step)
        | {"lines": [_line_values(line) for line in record.lines]}
    ),
)
