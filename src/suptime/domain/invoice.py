"""What was issued: lines that claim rows, invoices that are frozen, and how a row is known again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from suptime.domain.charge import IssuedLine, RowKey
from suptime.domain.time import Instant, Minutes, Month, Seconds


class LineHistory(NamedTuple):
    """An issued line with the issue that made it, and the credit note that reverses it, if there is one."""

    line: IssuedLine
    issue: int
    credit_issue: int | None = None
    credit_mode: str | None = None


class WrittenOff(NamedTuple):
    """The charge that is left of a row for good, since invoice `number` was credited with --write-off.

    It is 0, unless other invoices hold a part of the row. `filled` are the minutes of the row, those
    that were written off among them, that fill the limits of the contract for good.
    """

    number: str
    quantity: int
    worked_seconds: Seconds
    capped: Minutes = 0
    filled: Minutes = 0


def written_off_rows(lines: Iterable[LineHistory]) -> dict[RowKey, WrittenOff]:
    """Return the rows of which `lines`, in order of issue, were written off.

    A row keeps the lines that other invoices hold of it. If one of those is credited later with
    --reopen, its part of the row is open again, and no more than that.
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
    """One step in what was issued to a client: `kind` is issue, supplement, close or credit.

    Each knows the client's issue before it (0: none), and no two the same one: the database
    refuses a second claim of the same work. `month` is the one issued, or closed through.
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
    """What is known of an issued invoice or credit note without reading its document.

    `serial` counts the numbers of `year`. `credits` is the number of the invoice that it
    reverses, with `mode` "reopen" or "write-off"; both None elsewhere.
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
    """An issued invoice or credit note, frozen. `document` is the JSON it is rendered from, for ever."""

    document: Mapping[str, Any] = field(hash=False)
