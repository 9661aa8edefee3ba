"""Issued documents that depend on agreements: without any, agreements can be corrected.

A document that was credited with --reopen does not count, nor does its credit note.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from suptime.contracts import sold_channels
from suptime.domain.contract import Contract
from suptime.domain.time import MONTHS, Month, Span, show_day
from suptime.domain.work import WorkUnit
from suptime.errors import NotPossible, Refused

if TYPE_CHECKING:
    from suptime.store import Transaction


@dataclass(frozen=True, slots=True)
class Facts:
    """The subject of a correction: a client, a case, or a contract on the days from `since` until before `until`.

    None for no limit.
    """

    client: str | None = None
    case: str | None = None
    contract: str | None = None
    since: date | None = None
    until: date | None = None


def earliest(tx: "Transaction", facts: Facts) -> str | None:
    """Return the number of the earliest document with a line that depends on `facts`, or None."""
    return tx.lines.earliest_document(
        client=facts.client, case=facts.case, contract=facts.contract, since=facts.since, until=facts.until
    )


def refuse_issued(tx: "Transaction", facts: Facts, what: str, instead: str) -> None:
    """Refuse to correct `facts` if something issued depends on them; `instead` is the command to use then.

    Raises:
        NotPossible: a document does, or a month that was settled by `close`.
    """
    if number := earliest(tx, facts):
        raise NotPossible(
            f"{what} cannot be changed: {number} depends on it.",
            "Issued documents do not change.",
            f"{instead}, or first: suptime invoice credit {number} --reason S --reopen",
        )
    if facts.contract is not None and (month := _settled(tx, facts)):
        raise NotPossible(
            f"{what} cannot be changed: {MONTHS[month.month - 1]} {month.year} was closed under it.",
            hint=f"{instead}.",
        )


def _settled(tx: "Transaction", facts: Facts) -> Month | None:
    """Return the first month that `close` settled and that has one of the days of a contract's facts."""
    (client,) = {row.client for row in tx.contracts.versions(code=facts.contract)}
    before: Month | None = None
    for issue in tx.issues.list_all():
        if issue.client != client or issue.kind not in {"issue", "close"} or issue.month is None:
            continue
        first = before.next.first if before else date.min
        since, until = facts.since or date.min, facts.until or date.max
        if issue.kind == "close" and since <= issue.month.last and until > first:
            return max(Month.of(max(since, first)), Month.of(date.min)) if since > date.min else issue.month
        before = issue.month if before is None else max(before, issue.month)
    return None


def refuse_untaken(contract: Contract, units: Iterable[WorkUnit], appointments: "Iterable[Booked]") -> None:
    """Refuse a contract that does not take work or appointments, and name the first one.

    Raises:
        Refused: some work is outside every version, or on a channel that is not sold.
    """
    every = [
        *((f"U{u.id}", Span(u.started_at, u.ended_at or u.started_at), u.channel) for u in units),
        *((f"A{a.id}", a.span, a.channel) for a in appointments if a.cancelled_at is None),
    ]
    for name, span, channel in sorted(every, key=lambda one: (one[1].start, one[0])):
        for piece in span.split(contract.boundaries) or [span]:
            version = contract.at(piece.start)
            if version is None:
                day = show_day(contract.latest.zone.day(piece.start))
                raise Refused(
                    f"{name} is on {day}, outside the contract {contract.code}.",
                    hint=f"suptime contract show {contract.code}",
                )
            sold = sold_channels(version)
            if channel is not None and sold and channel not in sold:
                raise Refused(
                    f"{name} is by {channel}, which {contract.code} does not sell.",
                    f"It sells {', '.join(sold)}.",
                    f"suptime contract show {contract.code}",
                )


if TYPE_CHECKING:
    from suptime.domain.booking import Appointment as Booked
