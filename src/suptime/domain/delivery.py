"""Deliveries of invoices and reminders: the exact bytes, compressed, with their digest."""

import hashlib
import zlib
from dataclasses import dataclass
from typing import Annotated

from suptime.domain import values
from suptime.domain.time import MINUTE, Instant, Seconds

LEASE: Seconds = 15 * MINUTE

"""Time for which one process claims a document. No attempt takes longer, unless the machine sleeps."""

PENDING = "pending"

"""Certainly not accepted by a server: it is tried again."""

CLAIMED = "claimed"

"""A process is about to send it. Nothing has left."""

HANDED = "handed"

"""A process is sending it. If the process stops here, the result is unknown."""

UNKNOWN = "unknown"

"""It was sent, but no answer came: it may have arrived or not."""

FAILED = "failed"

"""It was refused permanently: trying again would fail, too."""

OUTBOX = "outbox"

"""It is a file in the outbox, for another program to send."""

SENT = "sent"

"""The mail server has accepted it, or a person has marked it as delivered."""

WITHDRAWN = "withdrawn"

"""A reminder that was never sent: everything on it was settled while it waited."""

STATES = (PENDING, CLAIMED, HANDED, UNKNOWN, FAILED, OUTBOX, SENT, WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Sending:
    """The sending of one invoice or reminder, by its number. Each document has at most one.

    `sender` and `recipient` are addresses; `message` is the exact message (7-bit text with CRLF), kept until it is
    sent; `digest` is its SHA-256, kept permanently. `made_at` is the date in its header. `attempts` counts the claims:
    only the latest one may write. `leased_until` is the end of that claim. `file` is its path in the outbox, or the
    outbox. `chosen`: the recipient was given for this document, and is not the client's address.
    """

    number: Annotated[str, values.line("number")]
    state: Annotated[str, values.choice("state", STATES)]
    recipient: Annotated[str, values.line("recipient", empty=True)] = ""
    sender: Annotated[str, values.line("sender", empty=True)] = ""
    message_id: Annotated[str | None, values.line("id of the message")] = None
    digest: Annotated[str | None, values.line("digest")] = None
    message: Annotated[str | None, values.MAIL] = None
    made_at: Annotated[Instant | None, values.INSTANT] = None
    attempts: Annotated[int, values.WHOLE] = 0
    leased_until: Annotated[Instant | None, values.INSTANT] = None
    sent_at: Annotated[Instant | None, values.INSTANT] = None
    last_error: Annotated[str | None, values.paragraph("error")] = None
    file: Annotated[str | None, values.line("file")] = None
    chosen: Annotated[bool, values.FLAG] = False

    def state_at(self, now: Instant) -> str:
        """Return the state, without the claim of a process that has ended.

        >>> Sending("INV-2026-0001", CLAIMED, leased_until=60).state_at(61)
        'pending'
        >>> Sending("INV-2026-0001", HANDED, leased_until=60).state_at(61)
        'unknown'
        """
        if self.leased_until is None or now < self.leased_until:
            return self.state
        return {CLAIMED: PENDING, HANDED: UNKNOWN}.get(self.state, self.state)

    def is_held(self, now: Instant) -> bool:
        """Return whether another process is sending it."""
        return self.state_at(now) in {CLAIMED, HANDED}


DELIVERED_STATES = (UNKNOWN, OUTBOX, SENT)

"""States of a delivery: only a message that left, or may have left, is one."""

LARGEST = 64 * 1024 * 1024

"""Most bytes of an unpacked message."""


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a message, compressed, with their unpacked size and SHA-256."""

    digest: str
    size: int
    packed: bytes

    @classmethod
    def of(cls, raw: bytes) -> "Content":
        """Return `raw` compressed."""
        return cls(hashlib.sha256(raw).hexdigest(), len(raw), zlib.compress(raw, 9))

    def unpack(self) -> bytes:
        """Return the bytes as they were delivered.

        Raises:
            ValueError: they are damaged. The text is the end of a sentence.
        """
        reader = zlib.decompressobj()
        try:
            raw = reader.decompress(self.packed, min(self.size, LARGEST) + 1)
        except zlib.error:
            raise ValueError("cannot be decompressed") from None
        if len(raw) != self.size or not reader.eof or reader.unused_data:
            raise ValueError(f"does not have the {self.size} bytes that were delivered")
        if hashlib.sha256(raw).hexdigest() != self.digest:
            raise ValueError("does not have the digest of the bytes that were delivered")
        return raw


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message about an invoice or a reminder that left, or may have left: its `attempt`, and its bytes.

    `at` is when the message was sent.
    """

    number: str
    attempt: int
    state: str
    recipient: str
    at: Instant
    content: Content
    id: int = 0
