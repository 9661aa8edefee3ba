"""Deliveries of invoices and reminders: the bytes that left, or may have left, kept compressed with their digest."""

import hashlib
import zlib
from dataclasses import dataclass
from typing import Annotated

from suptime.domain import values
from suptime.domain.time import MINUTE, Instant, Seconds

LEASE: Seconds = 15 * MINUTE

"""How long a process has an invoice to itself. No attempt takes longer, unless the machine sleeps."""

PENDING = "pending"

"""Not accepted by anyone for certain: it is tried again."""

CLAIMED = "claimed"

"""A process is about to hand it over. Nothing has left."""

HANDED = "handed"

"""A process is handing it over. Who stops here knows no more."""

UNKNOWN = "unknown"

"""It was handed over, and no answer came: it may have arrived, or not."""

FAILED = "failed"

"""It was refused for good: trying the same again is of no use."""

OUTBOX = "outbox"

"""It is a file in the outbox, for another program to send."""

SENT = "sent"

"""The mail server has accepted it, or somebody said that it arrived."""

WITHDRAWN = "withdrawn"

"""A reminder that never left: all that it asks for was settled while it waited."""

STATES = (PENDING, CLAIMED, HANDED, UNKNOWN, FAILED, OUTBOX, SENT, WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Sending:
    """The sending of one invoice or reminder, by its number. There is one of each at most.

    `sender` and `recipient` are addresses, `message` the message as it goes out (7-bit text with
    CRLF), kept until it is sent; `digest` its SHA-256, kept for good. `made_at` is the date in its
    header. `attempts` counts the claims: who holds the latest one may write. `leased_until` is the
    end of that claim. `file` is where it lies in the outbox, or the outbox that it was for. `chosen`:
    the recipient was named for it alone, and is not the client's address.
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
        """Return the state, where a process that is gone no longer counts: a lapsed claim left nothing behind.

        >>> Sending("INV-2026-0001", CLAIMED, leased_until=60).state_at(61)
        'pending'
        >>> Sending("INV-2026-0001", HANDED, leased_until=60).state_at(61)
        'unknown'
        """
        if self.leased_until is None or now < self.leased_until:
            return self.state
        return {CLAIMED: PENDING, HANDED: UNKNOWN}.get(self.state, self.state)

    def is_held(self, now: Instant) -> bool:
        """Return whether another process is at it."""
        return self.state_at(now) in {CLAIMED, HANDED}


DELIVERED_STATES = (UNKNOWN, OUTBOX, SENT)

"""The states of a delivery: only what left, or may have left, is one."""

LARGEST = 64 * 1024 * 1024

"""The most bytes that a message may have when it is unpacked."""


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a message, compressed, with the size and the SHA-256 of what they unpack to."""

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
            ValueError: they are damaged. The text says how, for a sentence about them.
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
    """One message about an invoice or a reminder that left, or may have left: its `attempt`, and its bytes.

    `at` is when the message was handed over.
    """

    number: str
    attempt: int
    state: str
    recipient: str
    at: Instant
    content: Content
    id: int = 0
