"""The records of the receivables ledger: payments, what was used for what, and what is void."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, NamedTuple

from suptime.domain import values
from suptime.domain.ledger import Cause, EntryKind
from suptime.interchange.records.fields import REQUIRED, Key, Type, key, rare, type_of
from suptime.interchange.records.issued import letter


@dataclass(frozen=True, slots=True)
class OldPayment:
    """Money for one invoice, as older versions exported it."""

    number: Annotated[str, values.line("number")]
    on: Annotated[date, values.DAY]
    amount: Annotated[Decimal, values.amount()]
    purchase: Annotated[int | None, values.identity("P")] = None
    id: Annotated[int, values.COUNT] = 0


@dataclass(frozen=True)
class LedgerRow:
    """A row of a table of the ledger: its columns, as they are stored."""

    table: ClassVar[str]
    columns: Mapping[str, Any]


class TransferRow(LedgerRow):
    """A payment or a refund."""

    table = "transfer"


class AssignmentRow(LedgerRow):
    """Whose a payment is that came in without a client."""

    table = "assignment"


class DiscountRow(LedgerRow):
    """A cash discount that a payment earned."""

    table = "discount"


class WriteOffRow(LedgerRow):
    """A debt that is given up."""

    table = "write_off"


class ReminderRow(LedgerRow):
    """A letter about open items."""

    table = "reminder"


class ReminderStepRow(LedgerRow):
    """An open item of a letter, with its level."""

    table = "reminder_step"


class DepositEntryRow(LedgerRow):
    """A draw or a forfeiture of a deposit."""

    table = "deposit_entry"


class DepositReturnRow(LedgerRow):
    """A part of a deposit that is free credit again."""

    table = "deposit_return"


class PurchaseReturnRow(LedgerRow):
    """A quantity that a purchase holds no longer."""

    table = "purchase_return"


class AllocationRow(LedgerRow):
    """An amount of a credit that is used for a debit."""

    table = "allocation"


class VoidRow(LedgerRow):
    """An entry that is cancelled."""

    table = "voided"


class HoldRow(LedgerRow):
    """An invoice that is not reminded of."""

    table = "hold"


class _Column(NamedTuple):
    """A column of a record: its key, how it is read, and its default."""

    key: str
    kind: values.Kind[Any] | Key
    default: Any = REQUIRED
    column: str = ""


_ID = values.whole("number", 1, 10**12 - 1)
_FREE = values.line("text", empty=True)
_ENTRY = values.choice("kind", [str(kind) for kind in EntryKind])
_CLIENT = _Column("client", values.CLIENT_CODE)
_CURRENCY = _Column("currency", values.CURRENCY)
_INVOICE = _Column("invoice", values.line("number"))
_AMOUNT = _Column("amount", values.BALANCE)
_PURCHASE = _Column("purchase", values.identity("P"), None)
_REASON = _Column("reason", _FREE, "")


def _on(column: str) -> _Column:
    return _Column("on", values.DAY, column=column)


def _type(name: str, row: type[LedgerRow], *columns: _Column) -> Type:
    """Return the type of the records of a table."""
    keys = {"id": rare(values.COUNT, 0)}
    places = {"id": "id"}
    amounts = {one.key for one in columns if one.kind is values.BALANCE}
    for one in columns:
        keys[one.key] = (
            one.kind if isinstance(one.kind, Key) else key(one.kind, one.default, null=one.default is None)
        )
        places[one.key] = one.column or one.key
    return Type(
        name,
        row,
        keys,
        lambda found: row({places[name]: _stored(value) for name, value in found.items()}),
        lambda record: {
            name: Decimal(value) if name in amounts and value is not None else value
            for name, value in ((name, record.columns[place]) for name, place in places.items())
        },
    )


def _stored(value: Any) -> Any:
    return f"{value:f}" if isinstance(value, Decimal) else value


OLD_PAYMENT = type_of(
    "payment", OldPayment, ("number", "on", "amount", "purchase"), renamed={"number": "invoice"}
)
"""The record `payment` of older versions, which names an invoice: it is converted (F35)."""

LEDGER_TYPES = (
    _type(
        "payment",
        TransferRow,
        _Column("client", values.CLIENT_CODE, None),
        _Column("is_refund", values.FLAG),
        _on("paid_on"),
        _AMOUNT,
        _CURRENCY,
        _Column("fee", values.BALANCE),
        _Column("reference", _FREE, ""),
        _Column("iban", _FREE, ""),
        _Column("name", _FREE, ""),
        _Column("bank_key", values.line("key"), None),
        _PURCHASE,
        _Column("entered_on", values.DAY, None),
    ),
    _type("assignment", AssignmentRow, _Column("transfer", _ID), _CLIENT, _on("assigned_on")),
    _type(
        "discount",
        DiscountRow,
        _Column("transfer", _ID),
        _Column("part", values.WHOLE),
        _CLIENT,
        _CURRENCY,
        _INVOICE,
        _on("earned_on"),
        _AMOUNT,
    ),
    _type(
        "write_off",
        WriteOffRow,
        _CLIENT,
        _CURRENCY,
        _INVOICE,
        _on("written_on"),
        _AMOUNT,
        _REASON,
        _Column("with_tax", values.FLAG),
    ),
    _type(
        "reminder",
        ReminderRow,
        _CLIENT,
        _CURRENCY,
        _on("sent_on"),
        _Column("fee", values.BALANCE),
        _Column("document", Key(letter, write=json.loads)),
    ),
    _type(
        "reminder_step",
        ReminderStepRow,
        _Column("reminder", _ID),
        _Column("number", values.line("number")),
        _Column("level", values.WHOLE),
        _Column("interest", values.BALANCE),
        _Column("repeat", values.WHOLE, 0),
    ),
    _type(
        "deposit_entry",
        DepositEntryRow,
        _Column("kind", values.choice("kind", ("draw", "forfeiture"))),
        _Column("purchase", values.identity("P")),
        _Column("part", values.WHOLE),
        _CLIENT,
        _CURRENCY,
        _on("entered_on"),
        _AMOUNT,
    ),
    _type(
        "deposit_return",
        DepositReturnRow,
        _CLIENT,
        _CURRENCY,
        _Column("purchase", values.identity("P")),
        _Column("transfer", _ID),
        _on("returned_on"),
        _AMOUNT,
    ),
    _type(
        "purchase_return",
        PurchaseReturnRow,
        _Column("purchase", values.identity("P")),
        _on("returned_on"),
        _Column("quantity", values.BALANCE),
        _REASON,
        _Column("sale", values.line("number"), None),
        _Column("invoice", values.line("number"), None),
        _Column("net", values.BALANCE, None),
        _Column("becomes", values.identity("P"), None),
    ),
    _type(
        "allocation",
        AllocationRow,
        _CLIENT,
        _CURRENCY,
        _Column("credit_kind", _ENTRY),
        _Column("credit", values.line("id")),
        _Column("credit_part", values.WHOLE),
        _Column("debit_kind", _ENTRY),
        _Column("debit", values.line("id")),
        _Column("debit_part", values.WHOLE),
        _on("allocated_on"),
        _AMOUNT,
        _Column("cause", values.choice("cause", [str(cause) for cause in Cause])),
        _PURCHASE,
    ),
    _type(
        "void",
        VoidRow,
        _Column("client", values.CLIENT_CODE, None),
        _CURRENCY,
        _Column("kind", _ENTRY),
        _Column("entry", values.line("id")),
        _Column("part", values.WHOLE),
        _on("voided_on"),
        _REASON,
    ),
    _type(
        "hold",
        HoldRow,
        _INVOICE,
        _on("held_on"),
        _REASON,
        _Column("until", values.DAY, None),
        _Column("is_off", values.FLAG),
    ),
)
"""The records of the ledger, in the order in which they stand in a file."""
