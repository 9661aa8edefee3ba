"""The sending of invoices: how far each attempt came, and the bytes that left."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from suptime.domain.delivery import Content, Delivery
from suptime.domain.sending import FAILED, HANDED, LEASE, OUTBOX, PENDING, SENT, UNKNOWN, Sending
from suptime.store.repository.recording import Recording
from suptime.store.repository.rows import batches
from suptime.store.tables import TABLES
from suptime.store.work_mapping import Row, Values

_SENDING = TABLES["sending"]
_INVOICE = TABLES["invoice"]
_DELIVERY = TABLES["delivery"]
_CONTENT = TABLES["sent_content"]


class Sendings(Recording):
    """One row of each invoice that was to be sent."""

    def sending(self, number: str) -> Sending | None:
        """The sending of the invoice NUMBER, or None where nobody tried."""
        row = self._row("sending", number)
        return None if row is None else _sending_of(row)

    def sendings(self) -> list[Sending]:
        """All sendings, in the order of the invoices' numbers; without their messages, which may be large."""
        columns = [column for column in _SENDING.c if column.name != "message"]
        statement = (
            select(*columns)
            .join(_INVOICE, _INVOICE.c.number == _SENDING.c.invoice)
            .order_by(_INVOICE.c.year, _INVOICE.c.serial)
        )
        return [_sending_of({"message": None} | dict(row)) for row in self._all(statement)]

    def each_sending(self) -> Iterator[Sending]:
        """All sendings with their messages, by number, one at a time: messages may be large."""
        numbers = self._execute(select(_SENDING.c.invoice).order_by(_SENDING.c.invoice)).scalars().all()
        found = (self.sending(number) for number in numbers)
        return (sending for sending in found if sending is not None)

    def add_sendings(self, sendings: Iterable[Sending]) -> None:
        """Add SENDINGS, with a digest of each in the audit trail."""
        self._writing()
        for part in batches(sendings):
            rows = [_sending_row(sending) for sending in part]
            self._insert_many("sending", rows)
            self._note_rows("sending", rows)

    def to_be_sent(self, since: date | None) -> list[str]:
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
        return list(self._execute(statement).scalars().all())

    def save_sending(self, sending: Sending, *, keep: bool = True) -> None:
        """Add `sending`, or put it in the place of what was known. Its audit row is without the message.

        If a message left, or may have left, by what was known, it becomes a delivery, unless `keep` is
        false. This is the transaction that ends the attempt, so a delivery is never lost or invented.
        """
        author = self._writing()
        row = _sending_row(sending)
        before = self._row("sending", sending.number)
        if keep and before is not None and sending.state not in {PENDING, FAILED}:
            self._keep_delivery(_sending_of(before), sending.state)
        if before is None:
            self._execute(insert(_SENDING).values(row))
        else:
            self._execute(update(_SENDING).where(_SENDING.c.invoice == sending.number).values(row))
        self._audit(author, "sending", sending.number, _without_message(before), _without_message(row))

    def _keep_delivery(self, left: Sending, state: str) -> None:
        """Add the delivery of the message that `left`, if it did; `state` is what is known of it now."""
        if left.state not in {HANDED, UNKNOWN} or left.message is None:
            return
        mine = (_DELIVERY.c.invoice == left.number, _DELIVERY.c.attempt == left.attempts)
        if self._one(select(_DELIVERY.c.id).where(*mine)) is not None:
            return
        content = Content.of(left.message.encode("ascii"))
        at = left.leased_until - LEASE if left.leased_until is not None else left.made_at or 0
        known = state if state in {SENT, OUTBOX} else UNKNOWN
        self._add_content(content)
        self._insert(
            "delivery",
            _delivery_row(Delivery(left.number, left.attempts, known, left.recipient, at, content)),
        )

    def _add_content(self, content: Content) -> None:
        there = select(_CONTENT.c.digest).where(_CONTENT.c.digest == content.digest)
        if self._one(there) is None:
            row = {"digest": content.digest, "size": content.size, "packed": content.packed}
            self._execute(insert(_CONTENT).values(row))

    def deliveries(self, number: str) -> list[Delivery]:
        """Return the deliveries of the invoice `number`, the oldest first."""
        ids = select(_DELIVERY.c.id).where(_DELIVERY.c.invoice == number).order_by(_DELIVERY.c.attempt)
        return [*self._deliveries(self._execute(ids).scalars().all())]

    def each_delivery(self) -> Iterator[Delivery]:
        """Yield all deliveries by id, one at a time, as messages may be large."""
        ids = self._execute(select(_DELIVERY.c.id).order_by(_DELIVERY.c.id)).scalars().all()
        yield from self._deliveries(ids)

    def _deliveries(self, ids: Iterable[int]) -> Iterator[Delivery]:
        both = select(_DELIVERY, _CONTENT.c.size, _CONTENT.c.packed).outerjoin(
            _CONTENT, _CONTENT.c.digest == _DELIVERY.c.digest
        )
        for id in ids:  # noqa: A001
            row = self._one(both.where(_DELIVERY.c.id == id))
            if row is not None:
                yield _delivery_of(row)

    def delivery(self, number: str, attempt: int) -> Delivery | None:
        """Return the delivery of an invoice by its attempt, or None."""
        return next((one for one in self.deliveries(number) if one.attempt == attempt), None)

    def add_deliveries(self, deliveries: Iterable[Delivery]) -> None:
        """Add `deliveries` with their content, and with a digest of each in the audit trail."""
        self._writing()
        for delivery in deliveries:
            self._add_content(delivery.content)
            row = _delivery_row(delivery)
            row = row if delivery.id else self._numbered("delivery", [row])[0]
            self._execute(insert(_DELIVERY).values(row))
            self._note_rows("delivery", [row])
        self._ids_taken("delivery")

    def stray_contents(self) -> list[str]:
        """Return the digests of kept bytes that no delivery points to."""
        used = select(_DELIVERY.c.digest)
        strays = select(_CONTENT.c.digest).where(_CONTENT.c.digest.not_in(used))
        return list(self._execute(strays.order_by(_CONTENT.c.digest)).scalars().all())


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
