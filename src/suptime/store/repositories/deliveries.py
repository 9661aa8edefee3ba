"""What was issued: the steps of each client, invoices, the lines they claim, payments."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from suptime.domain.delivery import (
    FAILED,
    HANDED,
    LEASE,
    OUTBOX,
    PENDING,
    SENT,
    UNKNOWN,
    Content,
    Delivery,
    Sending,
)
from suptime.store.repositories.rows import Repository, batches
from suptime.store.tables.work import TABLES
from suptime.store.timer.rows import Row, Values

_ISSUE = TABLES["issue"]

_INVOICE = TABLES["invoice"]

_LINE = TABLES["issued_line"]

_DRAW = TABLES["draw_down"]

_PAYMENT = TABLES["payment"]

_CLOSING = TABLES["closing"]

CLOSING_KINDS = frozenset({"issue", "close"})

"""The kinds of issues that close their month."""

_ADD_USE = (
    "INSERT INTO purchase_use (purchase, month, quantity) VALUES (:purchase, :month, :quantity)"
    " ON CONFLICT (purchase, month) DO UPDATE SET quantity = purchase_use.quantity + excluded.quantity"
)

_DROP_USE = (
    "DELETE FROM purchase_use WHERE purchase = :purchase AND month = :month AND purchase_use.quantity = 0"
)

_CONTENT = TABLES["sent_content"]
_DELIVERY = TABLES["delivery"]
_SENDING = TABLES["sending"]


class Sendings(Repository):
    """One row of each invoice that was to be sent."""

    def get(self, number: str) -> Sending | None:
        """The sending of the invoice NUMBER, or None where nobody tried."""
        row = self.rows.row("sending", number)
        return None if row is None else _sending_of(row)

    def list_all(self) -> list[Sending]:
        """All sendings, in the order of the invoices' numbers; without their messages, which may be large."""
        columns = [column for column in _SENDING.c if column.name != "message"]
        statement = (
            select(*columns)
            .join(_INVOICE, _INVOICE.c.number == _SENDING.c.invoice)
            .order_by(_INVOICE.c.year, _INVOICE.c.serial)
        )
        return [_sending_of({"message": None} | dict(row)) for row in self.rows.all(statement)]

    def each(self) -> Iterator[Sending]:
        """All sendings with their messages, by number, one at a time: messages may be large."""
        numbers = self.rows.execute(select(_SENDING.c.invoice).order_by(_SENDING.c.invoice)).scalars().all()
        found = (self.get(number) for number in numbers)
        return (sending for sending in found if sending is not None)

    def add_many(self, sendings: Iterable[Sending]) -> None:
        """Add SENDINGS, with a digest of each in the audit trail."""
        self.rows.writing()
        for part in batches(sendings):
            rows = [_sending_row(sending) for sending in part]
            self.rows.insert_many("sending", rows)
            self.rows.note_rows("sending", rows)

    def pending(self, since: date | None) -> list[str]:
        """The numbers that may wait to be sent, in order: those tried and not sent, and those issued SINCE a day."""
        waits: ColumnElement[bool] = _SENDING.c.state.not_in((SENT, OUTBOX))
        if since is not None:
            waits |= _SENDING.c.state.is_(None) & (_INVOICE.c.issued_on >= since)
        statement = (
            select(_INVOICE.c.number)
            .outerjoin(_SENDING, _SENDING.c.invoice == _INVOICE.c.number)
            .where(waits)
            .order_by(_INVOICE.c.year, _INVOICE.c.serial)
        )
        return list(self.rows.execute(statement).scalars().all())

    def save(self, sending: Sending, *, keep: bool = True) -> None:
        """Add `sending`, or put it in the place of what was known. Its audit row is without the message.

        If a message left, or may have left, by what was known, it becomes a delivery, unless `keep` is
        false. This is the transaction that ends the attempt, so a delivery is never lost or invented.
        """
        author = self.rows.writing()
        row = _sending_row(sending)
        before = self.rows.row("sending", sending.number)
        if keep and before is not None and sending.state not in {PENDING, FAILED}:
            self._keep_delivery(_sending_of(before), sending.state)
        if before is None:
            self.rows.execute(insert(_SENDING).values(row))
        else:
            self.rows.execute(update(_SENDING).where(_SENDING.c.invoice == sending.number).values(row))
        self.rows.audit(author, "sending", sending.number, _without_message(before), _without_message(row))

    def _keep_delivery(self, left: Sending, state: str) -> None:
        """Add the delivery of the message that `left`, if it did; `state` is what is known of it now."""
        if left.state not in {HANDED, UNKNOWN} or left.message is None:
            return
        mine = (_DELIVERY.c.invoice == left.number, _DELIVERY.c.attempt == left.attempts)
        if self.rows.one(select(_DELIVERY.c.id).where(*mine)) is not None:
            return
        content = Content.of(left.message.encode("ascii"))
        at = left.leased_until - LEASE if left.leased_until is not None else left.made_at or 0
        known = state if state in {SENT, OUTBOX} else UNKNOWN
        Deliveries(self.rows).add_content(content)
        self.rows.insert(
            "delivery",
            _delivery_row(Delivery(left.number, left.attempts, known, left.recipient, at, content)),
        )


class Deliveries(Repository):
    """Messages about invoices that left, or may have left."""

    def of(self, number: str) -> list[Delivery]:
        """Return the deliveries of the invoice `number`, the oldest first."""
        ids = select(_DELIVERY.c.id).where(_DELIVERY.c.invoice == number).order_by(_DELIVERY.c.attempt)
        return [*self._deliveries(self.rows.execute(ids).scalars().all())]

    def each(self) -> Iterator[Delivery]:
        """Yield all deliveries by id, one at a time, as messages may be large."""
        ids = self.rows.execute(select(_DELIVERY.c.id).order_by(_DELIVERY.c.id)).scalars().all()
        yield from self._deliveries(ids)

    def _deliveries(self, ids: Iterable[int]) -> Iterator[Delivery]:
        both = select(_DELIVERY, _CONTENT.c.size, _CONTENT.c.packed).outerjoin(
            _CONTENT, _CONTENT.c.digest == _DELIVERY.c.digest
        )
        for id in ids:  # noqa: A001
            row = self.rows.one(both.where(_DELIVERY.c.id == id))
            if row is not None:
                yield _delivery_of(row)

    def get(self, number: str, attempt: int) -> Delivery | None:
        """Return the delivery of an invoice by its attempt, or None."""
        return next((one for one in self.of(number) if one.attempt == attempt), None)

    def add_many(self, deliveries: Iterable[Delivery]) -> None:
        """Add `deliveries` with their content, and with a digest of each in the audit trail."""
        self.rows.writing()
        for delivery in deliveries:
            self.add_content(delivery.content)
            row = _delivery_row(delivery)
            row = row if delivery.id else self.rows.numbered("delivery", [row])[0]
            self.rows.execute(insert(_DELIVERY).values(row))
            self.rows.note_rows("delivery", [row])
        self.rows.ids_taken("delivery")

    def add_content(self, content: Content) -> None:
        """Keep the bytes of a message, unless they are kept already."""
        there = select(_CONTENT.c.digest).where(_CONTENT.c.digest == content.digest)
        if self.rows.one(there) is None:
            row = {"digest": content.digest, "size": content.size, "packed": content.packed}
            self.rows.execute(insert(_CONTENT).values(row))

    def stray_contents(self) -> list[str]:
        """Return the digests of kept bytes that no delivery points to."""
        used = select(_DELIVERY.c.digest)
        strays = select(_CONTENT.c.digest).where(_CONTENT.c.digest.not_in(used))
        return list(self.rows.execute(strays.order_by(_CONTENT.c.digest)).scalars().all())


def _delivery_row(delivery: Delivery) -> Values:
    return {
        "id": delivery.id,
        "invoice": delivery.number,
        "attempt": delivery.attempt,
        "state": delivery.state,
        "recipient": delivery.recipient,
        "at": delivery.at,
        "digest": delivery.content.digest,
    }


def _delivery_of(row: Row) -> Delivery:
    return Delivery(
        row["invoice"],
        row["attempt"],
        row["state"],
        row["recipient"],
        row["at"],
        Content(row["digest"], row["size"] or 0, bytes(row["packed"] or b"")),
        row["id"],
    )


def _without_message(row: Row | None) -> Any:
    return None if row is None else {name: value for name, value in row.items() if name != "message"}


def _sending_row(sending: Sending) -> Values:
    return {
        "invoice": sending.number,
        "state": sending.state,
        "recipient": sending.recipient,
        "sender": sending.sender,
        "message_id": sending.message_id,
        "digest": sending.digest,
        "message": sending.message,
        "made_at": sending.made_at,
        "attempts": sending.attempts,
        "leased_until": sending.leased_until,
        "sent_at": sending.sent_at,
        "last_error": sending.last_error,
        "file_name": sending.file,
        "chosen": sending.chosen,
    }


def _sending_of(row: Row) -> Sending:
    return Sending(
        row["invoice"],
        row["state"],
        row["recipient"],
        row["sender"],
        row["message_id"],
        row["digest"],
        row["message"],
        row["made_at"],
        row["attempts"],
        row["leased_until"],
        row["sent_at"],
        row["last_error"],
        row["file_name"],
        bool(row["chosen"]),
    )
