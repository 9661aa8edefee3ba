"""Deliveries of issued invoices: the bytes that left, or may have left, kept compressed with their digest."""

import hashlib
import zlib
from dataclasses import dataclass

from suptime.domain.sending import OUTBOX, SENT, UNKNOWN
from suptime.domain.timespan import Instant

STATES = (UNKNOWN, OUTBOX, SENT)
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
    """One message about an invoice that left, or may have left: the invoice's `attempt`, and its bytes.

    `at` is when the message was handed over.
    """

    number: str
    attempt: int
    state: str
    recipient: str
    at: Instant
    content: Content
    id: int = 0
