"""A week of work as a timeline: agent, case and time, day by day."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from suptime.domain.time import Instant, Span, Zone, clock_of, rfc3339
from suptime.domain.work import WorkUnit

DAYS = 7


def monday_of(day: date) -> date:
    """Return the Monday of the week of `day`.

    >>> monday_of(date(2026, 10, 11)).isoformat()
    '2026-10-05'
    """
    return day - timedelta(days=day.weekday())


def span_of(monday: date, zone: Zone) -> Span:
    """Return the seven days from `monday` on in `zone`."""
    return Span(zone.midnight(monday), zone.midnight(monday + timedelta(days=DAYS)))


def week_report(
    units: Iterable[WorkUnit],
    clients: Mapping[str, str],
    monday: date,
    zone_of: Callable[[WorkUnit], Zone],
    now: Instant,
) -> dict[str, Any]:
    """Return the seven days from `monday` on, by agent: each day with its work, in its zone.

    `units` may touch the week; `clients` are those of their cases. A unit is cut at midnight; a running one counts
    up to `now`.
    """
    found: dict[str, dict[date, list[dict[str, Any]]]] = {}
    for unit in sorted(units, key=lambda u: (u.agent, u.started_at, u.id)):
        zone = zone_of(unit)
        week = span_of(monday, zone)
        end = max(unit.started_at, now) if unit.ended_at is None else unit.ended_at
        for day, piece in zone.days(Span(unit.started_at, end)):
            if piece.start < week.end and (piece.end > week.start or piece.start >= week.start):
                told = _as_data(unit, clients.get(unit.case), piece, zone, running=unit.ended_at is None)
                found.setdefault(unit.agent, {}).setdefault(day, []).append(told)
    days = [monday + timedelta(days=n) for n in range(DAYS)]
    agents = [
        {
            "agent": agent,
            "days": [_day(day, its.get(day, [])) for day in days],
            "seconds": sum(s["seconds"] for spans in its.values() for s in spans),
        }
        for agent, its in sorted(found.items())
    ]
    return {
        "from": days[0].isoformat(),
        "to": days[-1].isoformat(),
        "agents": agents,
        "total_seconds": sum(agent["seconds"] for agent in agents),
    }


def _day(day: date, spans: list[dict[str, Any]]) -> dict[str, Any]:
    return {"date": day.isoformat(), "seconds": sum(s["seconds"] for s in spans), "spans": spans}


def _as_data(unit: WorkUnit, client: str | None, piece: Span, zone: Zone, *, running: bool) -> dict[str, Any]:
    start, end = zone.local(piece.start), zone.local(piece.end)
    return {
        "unit": f"U{unit.id}",
        "case": unit.case,
        "client": client,
        "started_at": rfc3339(piece.start),
        "ended_at": rfc3339(piece.end),
        "start": clock_of(start),
        "end": "24:00" if end.date() > start.date() else clock_of(end),
        "seconds": piece.seconds,
        "running": running,
    }
