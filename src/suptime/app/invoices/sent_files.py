"""Sent files: the deliveries of an invoice, with the exact bytes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suptime.app.invoices.mail import mailing
from suptime.app.upkeep.files import write_files
from suptime.documents import SUFFIXES
from suptime.domain.delivery import HANDED, LEASE, SENT, UNKNOWN, Content, Delivery, Sending
from suptime.domain.time import Instant, rfc3339
from suptime.errors import NotPossible, StorageFault, WrongUsage
from suptime.interchange.mail.letter import Enclosed, enclosed_in, file_name

if TYPE_CHECKING:
    from suptime.store import Store, Transaction

MESSAGE, XML = "message", "xml"
"""Formats of a delivery that are not formats of an invoice: the whole message, and any XML in it."""


@dataclass(frozen=True, slots=True)
class SentFiles:
    """One delivery, with its files: the message first, then the files that are attached to it."""

    delivery: Delivery
    files: tuple[Enclosed, ...]

    def document(self) -> dict[str, Any]:
        """Return it as JSON shows it."""
        return {
            "delivery": self.delivery.attempt,
            "state": self.delivery.state,
            "recipient": self.delivery.recipient,
            "at": rfc3339(self.delivery.at),
            "files": [
                {"file": one.name, "type": one.type, "size": len(one.content), "sha256": one.digest}
                for one in self.files
            ],
        }


def deliveries(store: "Store", number: str, now: Instant) -> tuple[str, list[SentFiles]]:
    """Return the number of an invoice or a reminder, and its deliveries, the newest first.

    Raises:
        NotPossible: there is no such document, or no copy of a delivery.
        StorageFault: a copy is damaged.
    """
    with store.reading() as tx:
        mailed = mailing(tx, number)
        sending = tx.sendings.get(mailed.number)
        found = [*_deliveries_of(tx, sending, now)]
    if not found:
        raise _no_copy(mailed.number, sending)
    return mailed.number, [_files(one) for one in reversed(found)]


def get(found: list[SentFiles], number: str, delivery: int | None) -> SentFiles:
    """Return one delivery of the invoice `number` by its number, or the newest.

    Raises:
        NotPossible: there is none of that number.
    """
    if delivery is None:
        return found[0]
    for each in found:
        if each.delivery.attempt == delivery:
            return each
    known = ", ".join(str(each.delivery.attempt) for each in reversed(found))
    raise NotPossible(f"{number} has no delivery {delivery}.", hint=f"Choose {known}.")


def file_of(sent: SentFiles, form: str) -> Enclosed:
    """Return the file of the format `form`.

    Raises:
        NotPossible: the delivery has no such file.
    """
    if form == MESSAGE:
        return sent.files[0]
    suffix = SUFFIXES["ubl"] if form == XML else SUFFIXES[form]
    suits = [one for one in sent.files[1:] if one.name.endswith(suffix)]
    # The name of a Factur-X file ends with that of a PDF: it is the PDF only if no plain one was sent.
    suits.sort(key=lambda one: one.name.endswith(SUFFIXES["facturx"]))
    if not suits:
        names = ", ".join(one.name for one in sent.files)
        raise NotPossible(
            f"No {form} file was sent with {sent.delivery.number}.",
            f"Delivery {sent.delivery.attempt} has: {names}.",
            "Choose another --format, or write all files with --out DIR.",
        )
    return suits[0]


def write(sent: SentFiles, folder: Path, form: str | None) -> list[Path]:
    """Write the files of a delivery, or the one of the format `form`, into `folder`.

    Raises:
        NotPossible: the delivery has no such file.
        WrongUsage: a file cannot be written.
    """
    chosen = sent.files if form is None else (file_of(sent, form),)
    names = [one.name for one in chosen]
    if len(set(names)) < len(names):
        raise WrongUsage(
            "Two files of this delivery have the same name.",
            hint="Write the message instead: --format message",
        )
    return write_files(folder, [(one.name, one.content) for one in chosen])


def _deliveries_of(tx: "Transaction", sending: Sending | None, now: Instant) -> Iterator[Delivery]:
    """Yield the deliveries of a sending, oldest first, with the present state of the last one."""
    if sending is None:
        return
    last = None
    for last in tx.deliveries.of(sending.number):
        marked = last.attempt == sending.attempts and sending.state == SENT
        yield replace(last, state=SENT) if marked else last
    if last is not None and last.attempt == sending.attempts:
        return
    # An unfinished attempt: its message may have left, and is still in the sending.
    if sending.message is not None and sending.state in {HANDED, UNKNOWN}:
        until = sending.leased_until
        at = until - LEASE if until is not None else sending.made_at or now
        state = "sending" if sending.is_held(now) else UNKNOWN
        content = Content.of(sending.message.encode("ascii"))
        yield Delivery(sending.number, sending.attempts, state, sending.recipient, at, content)


def _files(delivery: Delivery) -> SentFiles:
    try:
        raw = delivery.content.unpack()
    except ValueError as error:
        raise StorageFault(
            f"The copy of delivery {delivery.attempt} of {delivery.number} is damaged: it {error}.",
            hint="For details: suptime doctor. An earlier backup may be intact.",
        ) from error
    message = Enclosed(f"{file_name(delivery.number)}.eml", "message/rfc822", raw)
    return SentFiles(delivery, (message, *enclosed_in(raw)))


def _no_copy(number: str, sending: Sending | None) -> NotPossible:
    if sending is None or (sending.sent_at is None and sending.file is None):
        return NotPossible(f"{number} was not sent.", hint=f"suptime invoice send {number}")
    if sending.digest is None:
        return NotPossible(
            f"{number} was marked as delivered by hand, so there is no copy.",
            hint=f"suptime invoice show {number}",
        )
    return NotPossible(
        f"There is no copy of {number} as sent.",
        "It was sent by an older version, while documents.keep_sent was false, or in another way.",
        f"suptime invoice show {number}",
    )
