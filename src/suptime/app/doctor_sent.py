"""Whether the copies of sent messages are whole, and are copies of what was sent."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from suptime.store import Transaction


def copies(tx: "Transaction") -> Iterator[str]:
    """Yield a sentence for each copy that is damaged, or is not of the message that was sent."""
    digests = {one.number: (one.attempts, one.digest) for one in tx.sendings()}
    for delivery in tx.each_delivery():
        name = f"The copy of delivery {delivery.attempt} of {delivery.number}"
        try:
            delivery.content.unpack()
        except ValueError as error:
            yield f"{name} {error}."
        attempts, digest = digests.get(delivery.number, (0, None))
        if delivery.attempt > attempts:
            yield f"{name} is of an attempt that was not made."
        elif delivery.attempt == attempts and digest != delivery.content.digest:
            yield f"{name} is not of the message that was sent: its digest differs."
    for digest in tx.stray_contents():
        yield f"The sent message {digest[:16]} belongs to no delivery."
