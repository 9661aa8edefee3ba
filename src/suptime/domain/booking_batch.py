"""Batches of documents that were handed to a bookkeeping program, so that none is booked twice."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from suptime.domain import values
from suptime.domain.time import Instant

FORMATS = ("xero", "quickbooks")
"""The formats of which batches are made: all formats have one series of numbers."""


@dataclass(frozen=True, slots=True)
class BookingBatch:
    """One file for a bookkeeping program, with the numbers of the documents that it holds.

    `first` and `last` are the period that was asked for, None for no limit. `content` is the file in base64, `file`
    where it was written.
    """

    id: Annotated[int, values.COUNT]
    format: Annotated[str, values.choice("format", FORMATS)]
    made_at: Annotated[Instant, values.INSTANT]
    agent: Annotated[str, values.AGENT]
    documents: Annotated[
        tuple[str, ...], values.many(values.line("number"), "a list of numbers", repeats=True)
    ]
    sha256: Annotated[str, values.line("digest")]
    content: Annotated[str, values.FILE_TEXT]
    first: Annotated[date | None, values.DAY] = None
    last: Annotated[date | None, values.DAY] = None
    file: Annotated[str | None, values.line("file")] = None

    @property
    def name(self) -> str:
        """Its number as people write it."""
        return f"B{self.id}"
