"""Unlogged stretches of working days: found, and filled."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from suptime.app import work
from suptime.app.transaction import changing
from suptime.domain.service_hours import ServiceHours
from suptime.domain.timespan import Instant, Seconds, Span, Zone, rfc3339
from suptime.reports.gaps import Gap, gaps
from suptime.store import Store


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose gaps are looked for: from the day `first` to the day `last`, in working `hours`, but for holidays.

    None shorter than `least` seconds.
    """

    worker: str
    first: date
    last: date
    hours: ServiceHours
    is_holiday: Callable[[date], bool]
    least: Seconds


def find(store: Store, asked: Asked, *, now: Instant, zone: Zone) -> list[Gap]:
    """The gaps that are ASKED for, up to NOW: what is still ahead is none, and a running timer is work."""
    openings = [*_openings(asked, now, zone)]
    if not openings:
        return []
    with store.reading() as tx:
        units = tx.units(start=openings[0][1].start, end=openings[-1][1].end, agent=asked.worker)
    spans = [Span(unit.started_at, now if unit.ended_at is None else unit.ended_at) for unit in units]
    return gaps(openings, spans, asked.least)


def fill(
    store: Store,
    number: str,
    spans: Sequence[Span],
    *,
    worker: str,
    channel: str | None,
    note: str,
    now: Instant,
    agent: str,
    zone: Zone,
) -> list[work.Recorded]:
    """Record that WORKER worked on a case in all SPANS, or in none.

    Raises:
        WrongUsage, NotPossible, Refused: as `work.log`, for any of them.
    """
    with changing(store, now=now, agent=agent, command="gaps") as tx:
        return [
            work.record(tx, number, span, worker=worker, channel=channel, note=note, now=now, zone=zone)
            for span in spans
        ]


def document(asked: Asked, found: Sequence[Gap], logged: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The gaps FOUND as JSON shows them, and the units that were LOGGED in them."""
    return {
        "agent": asked.worker,
        "from": str(asked.first),
        "to": str(asked.last),
        "gaps": [
            {
                "day": str(gap.day),
                "started_at": rfc3339(gap.span.start),
                "ended_at": rfc3339(gap.span.end),
                "seconds": gap.span.seconds,
            }
            for gap in found
        ],
        "total_seconds": sum(gap.span.seconds for gap in found),
        "logged": list(logged),
    }


def _openings(asked: Asked, now: Instant, zone: Zone) -> Iterator[tuple[date, Span]]:
    """The working hours of each day, as far as they have passed."""
    day = asked.first
    while day <= asked.last:
        opening = asked.hours.on(day, zone, asked.is_holiday)
        if opening and opening.start < now:
            yield day, Span(opening.start, min(opening.end, now))
        day += timedelta(days=1)
