"""Batches of documents for a bookkeeping program, so that no document is booked twice."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from suptime.domain import values
from suptime.domain.time import Instant

FORMATS = ("xero", "quickbooks", "datev")
"""Formats with batches: all formats share one series of numbers."""


@dataclass(frozen=True, slots=True)
class BookingBatch:
    """One file for a bookkeeping program, with the numbers of its documents.

    `first` and `last` are the selected period, None for no limit. `content` is the file in base64, `file` its path.
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
        """Its number for people."""
        return f"B{self.id}"
