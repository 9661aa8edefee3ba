"""Issued documents: their frozen invoices, and their lines, which claim rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from suptime.domain.charge import IssuedLine, RowKey
from suptime.domain.time import Instant, Minutes, Month, Seconds


class LineHistory(NamedTuple):
    """An issued line with its issue, and the credit note that reverses it, if any."""

    line: IssuedLine
    issue: int
    credit_issue: int | None = None
    credit_mode: str | None = None


class WrittenOff(NamedTuple):
    """The permanent charge of a row, since invoice `number` was credited with --write-off.

    It is 0, unless other invoices hold a part of the row. `filled` are the minutes of the row that permanently
    fill the limits of the contract, including written-off ones.
    """

    number: str
    quantity: int
    worked_seconds: Seconds
    capped: Minutes = 0
    filled: Minutes = 0


def written_off_rows(lines: Iterable[LineHistory]) -> dict[RowKey, WrittenOff]:
    """Return the written-off rows of `lines`, which are in order of issue.

    A row keeps its lines on other invoices. If one of those is credited later with --reopen, only its
    part of the row is open again.
    """
    by_row: dict[RowKey, list[LineHistory]] = {}
    for one in lines:
        by_row.setdefault(one.line.key, []).append(one)
    found = {}
    for key, its in by_row.items():
        latest = max(
            (one for one in its if one.credit_mode == "write-off"),
            key=lambda one: one.credit_issue or 0,
            default=None,
        )
        if latest is None:
            continue
        at = latest.credit_issue or 0
        kept = [one for one in its if one.issue < at and (one.credit_issue is None or one.credit_issue > at)]
        if not any(one.credit_mode for one in kept):
            kept = [one for one in its if one.credit_issue is None]
        found[key] = WrittenOff(
            latest.line.number or "",
            sum(one.line.quantity for one in kept),
            sum(one.line.worked_seconds for one in kept),
            sum(one.line.capped for one in kept),
            max(
                0,
                sum(one.line.payable for one in kept)
                + sum(one.line.payable for one in its if one.credit_mode == "write-off"),
            ),
        )
    return found


@dataclass(frozen=True, slots=True)
class Issue:
    """One step in the issues of a client: `kind` is issue, supplement, close or credit.

    Each refers to the client's issue before it (0: none), and no two to the same one: so the database
    refuses a second claim of the same work. `month` is the issued month, or the last closed one.
    """

    client: str
    previous: int
    kind: str
    at: Instant
    agent: str
    month: Month | None = None
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceHead:
    """Data of an issued invoice or credit note outside its document.

    `serial` counts the numbers of `year`. `credits` is the number of the invoice that it
    reverses, with `mode` "reopen" or "write-off"; both None for invoices.
    """

    number: str
    year: int
    serial: int
    client: str
    currency: str
    month: Month | None
    issued_on: date
    due_on: date | None
    due: Decimal
    credits: str | None = None
    mode: str | None = None
    issue: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice(InvoiceHead):
    """An issued invoice or credit note, frozen. It is always rendered from the JSON in `document`."""

    document: Mapping[str, Any] = field(hash=False)
