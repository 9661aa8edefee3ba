"""Report of all worked time, by outcome (B9). Σ outcomes = Σ worked."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from suptime.domain.case import Case, number_order
from suptime.domain.outcome import Share
from suptime.domain.time import Seconds, Span, Zone
from suptime.rating.as_data import time_of
from suptime.rating.rated import RatedContract

NONE = "(none)"

"""Key of time on cases without a category."""

BY: dict[str, Callable[[Share, Case], str]] = {
    "case": lambda share, case: case.number,  # noqa: ARG005
    "client": lambda share, case: case.client,  # noqa: ARG005
    "agent": lambda share, case: share.piece.unit.agent,  # noqa: ARG005
    "day": lambda share, case: share.piece.day.isoformat(),  # noqa: ARG005
    "category": lambda share, case: case.category or NONE,  # noqa: ARG005
}


def with_cases(contracts: Iterable[RatedContract]) -> Iterator[tuple[Share, Case]]:
    """Yield all shares of `contracts`, each with its case."""
    for contract in contracts:
        for share in contract.rating.shares:
            yield share, contract.cases[share.piece.unit.case]


def time_report(
    shares: Iterable[tuple[Share, Case]],
    since: date | None,
    through: date | None,
    by: str,
    zone: Zone | None = None,
) -> dict[str, Any]:
    """Return the time of `shares`, each with its case, of all days from `since` through `through` (None: no limit).

    It has rows `by` one of `BY`. Days are in `zone`, or in each contract's own zone if it is None.
    """
    rows: dict[str, list[Share]] = {}
    for share, case in shares if zone is None else _moved(shares, zone):
        day = share.piece.day
        if (since is None or since <= day) and (through is None or day <= through):
            rows.setdefault(BY[by](share, case), []).append(share)
    keys = sorted(rows, key=number_order) if by == "case" else sorted(rows)
    return {
        "from": since.isoformat() if since else None,
        "to": through.isoformat() if through else None,
        "by": by,
        "rows": [{"key": key} | time_of(rows[key]) for key in keys],
        "total": time_of(share for key in keys for share in rows[key]),
    }


def _moved(shares: Iterable[tuple[Share, Case]], zone: Zone) -> Iterator[tuple[Share, Case]]:
    """Yield `shares` cut at the midnights of `zone`: only their days change."""
    for share, case in shares:
        for day, span in zone.days(share.piece.span):
            yield share._replace(piece=share.piece._replace(span=span, day=day)), case


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of a working day without work."""

    day: date
    span: Span


def gaps(openings: Iterable[tuple[date, Span]], work: Sequence[Span], least: Seconds) -> list[Gap]:
    """Return the parts of `openings`, each the working hours of a day, without `work`; at least `least` seconds each.

    `work` is sorted by start. Work from two combined stores may overlap; both count.

    >>> nine_to_five = [(date(2026, 10, 5), Span(0, 100))]
    >>> [gap.span for gap in gaps(nine_to_five, [Span(-5, 10), Span(40, 80), Span(60, 70)], 1)]
    [Span(start=10, end=40), Span(start=80, end=100)]
    """
    found: list[Gap] = []
    for day, opening in openings:
        free = opening.start
        for span in work:
            if span.end <= free or span.start >= opening.end:
                continue
            if span.start > free:
                found.append(Gap(day, Span(free, span.start)))
            free = span.end
        if free < opening.end:
            found.append(Gap(day, Span(free, opening.end)))
    return [gap for gap in found if gap.span.seconds >= least]
