"""The sending of invoices: what was tried, and how far it came."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from suptime.domain.sending import OUTBOX, SENT, Sending
from suptime.store.repository.rows import Rows, batches
from suptime.store.tables import TABLES
from suptime.store.work_mapping import Row, Values

_SENDING = TABLES["sending"]
_INVOICE = TABLES["invoice"]


class Sendings(Rows):
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
        """Add SENDINGS, without an audit row for each."""
        self._writing()
        for part in batches(sendings):
            self._insert_many("sending", [_sending_row(sending) for sending in part])

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

    def save_sending(self, sending: Sending) -> None:
        """Add SENDING, or put it in the place of what was known. Its audit row is without the message."""
        author = self._writing()
        row = _sending_row(sending)
        before = self._row("sending", sending.number)
        if before is None:
            self._execute(insert(_SENDING).values(row))
        else:
            self._execute(update(_SENDING).where(_SENDING.c.invoice == sending.number).values(row))
        self._audit(author, "sending", sending.number, _without_message(before), _without_message(row))


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
