"""Unpaid time by category, cause, reason and client (B9)."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from suptime.domain.case import Case
from suptime.domain.outcome import Outcome, Share
from suptime.domain.time import Seconds
from suptime.rating.rated import RatedContract

FREE = (Outcome.COVERED, Outcome.NON_BILLABLE, Outcome.WAIVED)
NONE = "(none)"
"""Key of time on cases without a category, or resolved without a cause."""
OPEN = "(open)"
"""Key of time without a later resolution: its cause is not known."""


def _cause(share: Share, case: Case) -> str:
    resolution = case.resolution_after(share.piece.span.start)
    return OPEN if resolution is None else resolution.cause or NONE


BY: dict[str, Callable[[Share, Case], str]] = {
    "category": lambda share, case: case.category or NONE,  # noqa: ARG005
    "cause": _cause,
    "clause": lambda share, case: share.reason.clause,  # noqa: ARG005
    "client": lambda share, case: case.client,  # noqa: ARG005
}


def free_report(
    contracts: Iterable[RatedContract], since: date | None, through: date | None
) -> dict[str, Any]:
    """Return the covered, non-billable and waived time of the days from `since` through `through` (None: no limit).

    The rows by each of `BY` add up to the same total; the largest come first. Days are those of
    each contract's own zone.
    """
    found: dict[str, dict[str, dict[Outcome, Seconds]]] = {by: {} for by in BY}
    total = dict.fromkeys(FREE, 0)
    worked = 0
    for contract in contracts:
        for share in contract.rating.shares:
            day = share.piece.day
            if (since and day < since) or (through and through < day):
                continue
            worked += share.seconds
            if share.outcome not in FREE or not share.seconds:
                continue
            total[share.outcome] += share.seconds
            case = contract.cases[share.piece.unit.case]
            for by, key in BY.items():
                sums = found[by].setdefault(key(share, case), dict.fromkeys(FREE, 0))
                sums[share.outcome] += share.seconds
    return {
        "from": since.isoformat() if since else None,
        "to": through.isoformat() if through else None,
        "worked_seconds": worked,
        "total": _as_data(total),
        **{f"by_{by}": _rows(rows) for by, rows in found.items()},
    }


def _as_data(sums: dict[Outcome, Seconds]) -> dict[str, Seconds]:
    return {"free_seconds": sum(sums.values())} | {f"{outcome}_seconds": n for outcome, n in sums.items()}


def _rows(rows: dict[str, dict[Outcome, Seconds]]) -> list[dict[str, Any]]:
    told = [{"key": key} | _as_data(sums) for key, sums in rows.items()]
    return sorted(told, key=lambda row: (-row["free_seconds"], row["key"]))
