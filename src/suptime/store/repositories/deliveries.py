"""How far the sending of each invoice and reminder came, and the messages that left."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from suptime.domain.delivery import (
    FAILED,
    HANDED,
    LEASE,
    OUTBOX,
    PENDING,
    SENT,
    UNKNOWN,
    WITHDRAWN,
    Content,
    Delivery,
    Sending,
)
from suptime.store.mapped import Mapped, Row, Values
from suptime.store.repositories.rows import Query, Repository, batches

CONTENT = Mapped(Content, "sent_content")


class Sendings(Repository[Sending]):
    """One row of each invoice or reminder that was to be sent."""

    mapped = Mapped(Sending, "sending", columns={"number": "invoice", "file": "file_name"})
    # Reminders, R1 and on, follow the invoices.
    ORDER = "ORDER BY invoice.number IS NULL, invoice.year, invoice.serial, length(sending.invoice), sending.invoice"
    # Without their messages, which may be large.
    LIST = (
        f"SELECT {mapped.columns.replace('sending.message,', 'NULL,')} FROM sending"
        f" LEFT JOIN invoice ON invoice.number = sending.invoice {ORDER}"
    )
    NUMBERS = "SELECT invoice FROM sending ORDER BY invoice"
    PENDING = Query(
        "SELECT invoice.number FROM invoice LEFT JOIN sending ON sending.invoice = invoice.number",
        {"since": "(sending.state NOT IN :left OR (sending.state IS NULL AND invoice.issued_on >= :since))"},
        "ORDER BY invoice.year, invoice.serial",
    )
    TRIED = (
        "SELECT sending.invoice FROM sending LEFT JOIN invoice ON invoice.number = sending.invoice"
        f" WHERE sending.state NOT IN :left {ORDER}"
    )
    LETTERS = (
        "SELECT sending.invoice FROM sending LEFT JOIN invoice ON invoice.number = sending.invoice"
        f" WHERE sending.state NOT IN :left AND invoice.number IS NULL {ORDER}"
    )
    STRAY = (
        "SELECT invoice FROM sending WHERE invoice NOT IN (SELECT number FROM invoice)"
        " AND invoice NOT IN (SELECT 'R' || id FROM reminder) ORDER BY invoice"
    )

    def get(self, number: str) -> Sending | None:
        """Return the sending of the invoice or reminder `number`, or None where nobody tried."""
        return self.by_key(number)

    def list_all(self) -> list[Sending]:
        """Return all sendings, invoices by number, then reminders; without their messages, which may be large."""
        return self.read(self.LIST)

    def each(self) -> Iterator[Sending]:
        """Yield all sendings with their messages, by number, one at a time: messages may be large."""
        found = (self.get(number) for number in self.driver.column(self.NUMBERS))
        return (sending for sending in found if sending is not None)

    def pending(self, since: date | None) -> list[str]:
        """Return the numbers that may wait to be sent, in order.

        They are those tried and not sent, those of invoices issued since a day, and those of reminders.
        """
        left = [SENT, OUTBOX, WITHDRAWN]
        if since is None:
            return self.driver.column(self.TRIED, left=left)
        invoices = self.driver.column(self.PENDING, left=left, since=since)
        return [*invoices, *self.driver.column(self.LETTERS, left=left)]

    def stray(self) -> list[str]:
        """Return the numbers of sendings that are no invoice's and no reminder's."""
        return self.driver.column(self.STRAY)

    def add_many(self, sendings: Iterable[Sending]) -> None:
        """Add many sendings, with a digest of each in the audit trail."""
        self.insert_all(sendings)

    def save(self, sending: Sending, *, keep: bool = True) -> None:
        """Add `sending`, or put it in the place of what was known. Its audit row is without the message.

        If a message left, or may have left, by what was known, it becomes a delivery, unless `keep` is
        false. This is the transaction that ends the attempt, so a delivery is never lost or invented.
        """
        values = self.mapped.values(sending)
        before = self.rows.row("sending", sending.number)
        known = self.get(sending.number)
        if keep and known is not None and sending.state not in {PENDING, FAILED, WITHDRAWN}:
            self._keep_delivery(known, sending.state)
        if before is None:
            self.rows.insert_unaudited("sending", values)
        else:
            self.rows.update_unaudited("sending", before, values)
        self.rows.audit.add("sending", sending.number, _without_message(before), _without_message(values))

    def _keep_delivery(self, left: Sending, state: str) -> None:
        """Add the delivery of the message that `left`, if it did; `state` is what is known of it now."""
        if left.state not in {HANDED, UNKNOWN} or left.message is None:
            return
        deliveries = Deliveries(self.rows)
        if deliveries.get(left.number, left.attempts) is not None:
            return
        content = Content.of(left.message.encode("ascii"))
        at = left.leased_until - LEASE if left.leased_until is not None else left.made_at or 0
        known = state if state in {SENT, OUTBOX} else UNKNOWN
        deliveries.add(Delivery(left.number, left.attempts, known, left.recipient, at, content))


class Deliveries(Repository[Delivery]):
    """Messages about invoices and reminders that left, or may have left."""

    mapped = Mapped(Delivery, "delivery", columns={"number": "invoice"}, without=("content",))
    GET = (
        f"SELECT delivery.digest, sent_content.size, sent_content.packed, {mapped.columns} FROM delivery"
        " LEFT JOIN sent_content ON sent_content.digest = delivery.digest WHERE delivery.id = :id"
    )
    OF = "SELECT id FROM delivery WHERE invoice = :number ORDER BY attempt"
    ATTEMPT = "SELECT id FROM delivery WHERE invoice = :number AND attempt = :attempt"
    IDS = "SELECT id FROM delivery ORDER BY id"
    KEPT = "SELECT digest FROM sent_content WHERE digest = :digest"
    STRAY = (
        "SELECT digest FROM sent_content WHERE digest NOT IN (SELECT digest FROM delivery) ORDER BY digest"
    )

    def get(self, number: str, attempt: int) -> Delivery | None:
        """Return the delivery of an invoice or a reminder by its attempt, or None."""
        return next(self._each(self.driver.column(self.ATTEMPT, number=number, attempt=attempt)), None)

    def of(self, number: str) -> list[Delivery]:
        """Return the deliveries of the invoice or reminder `number`, the oldest first."""
        return [*self._each(self.driver.column(self.OF, number=number))]

    def each(self) -> Iterator[Delivery]:
        """Yield all deliveries by id, one at a time, as messages may be large."""
        return self._each(self.driver.column(self.IDS))

    def _each(self, ids: Iterable[int]) -> Iterator[Delivery]:
        for id in ids:  # noqa: A001
            row = self.driver.one(self.GET, id=id)
            if row is not None:
                digest, size, packed = row[:3]
                yield self.mapped.noun(row[3:], content=Content(digest, size or 0, bytes(packed or b"")))

    def add(self, delivery: Delivery) -> None:
        """Add a delivery with its content, and an audit row."""
        self._add_content(delivery.content)
        self.rows.insert("delivery", self._values(delivery))

    def add_many(self, deliveries: Iterable[Delivery]) -> None:
        """Add many deliveries with their content, and with a digest of each in the audit trail."""
        for part in batches(deliveries):
            for delivery in part:
                self._add_content(delivery.content)
            self.rows.add_many("delivery", map(self._values, part))

    def _values(self, delivery: Delivery) -> Values:
        return self.mapped.values(delivery, digest=delivery.content.digest)

    def _add_content(self, content: Content) -> None:
        """Keep the bytes of a message, unless they are kept already."""
        self.rows.require_author()
        if self.driver.one(self.KEPT, digest=content.digest) is None:
            self.rows.insert_many("sent_content", [CONTENT.values(content)])

    def stray_contents(self) -> list[str]:
        """Return the digests of kept bytes that no delivery points to."""
        return self.driver.column(self.STRAY)


def _without_message(row: Row | None) -> Any:
    return None if row is None else {name: value for name, value in row.items() if name != "message"}
