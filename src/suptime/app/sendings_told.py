"""How far the sending of invoices came, beside what was issued."""

from typing import TYPE_CHECKING, Any

from suptime.app import sending_words
from suptime.domain.timespan import Instant

if TYPE_CHECKING:
    from suptime.store import Store


def told(store: "Store", documents: list[dict[str, Any]], now: Instant) -> list[dict[str, Any]]:
    """DOCUMENTS of invoices, each with how far its sending came: `sent_at` and `sending`."""
    with store.reading() as tx:
        known = {one.number: one for one in tx.sendings()}
    return [
        document
        | {
            "sent_at": sending_words.document(one, now)["sent_at"] if one else None,
            "sending": sending_words.document(one, now) if one else None,
        }
        for document in documents
        for one in [known.get(document["number"])]
    ]
