"""Response times and resolution times: when each is due, its result, and the working time left (E4, T47)."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from suptime.contracts.clocks import RESOLUTION_STATES, RESPONSE_STATES, Clocks, clocks_of
from suptime.domain.case import Case, number_order
from suptime.domain.client import Client
from suptime.domain.contract import Contract
from suptime.domain.time import Instant, Month, Zone, from_rfc3339, rfc3339


def sla_report(
    accounts: Iterable[tuple[Client, Contract, Iterable[Case]]],
    days: tuple[date | None, date | None],
    at: Instant,
    zone: Zone | None = None,
) -> dict[str, Any]:
    """Return the clocks at the instant `at` of cases registered on `days`, by client, then number.

    `days` are the first and the last one. Days and times are in `zone`, or the zone of each contract if it is None.
    Cases whose priority has neither a response time nor a resolution time are left out; those without a priority are
    listed as `priority-missing`.
    """
    rows = []
    first, last = days
    for client, contract, cases in accounts:
        for case in cases:
            clocks = clocks_of(case, contract, at)
            if clocks is None:
                continue
            its = zone or clocks.version.zone
            if (first or date.min) <= its.day(case.opened_at) <= (last or date.max):
                named = {"case": case.number, "client": client.code, "client_name": client.name}
                rows.append(named | _as_data(case, clocks) | {"timezone": its.name})
    rows.sort(key=lambda row: (row["client"], number_order(row["case"])))
    month = Month.of(first) if first else None
    whole = month if month and (month.first, month.last) == days else None
    resolutions = Counter(row["resolution"]["state"] for row in rows if row["resolution"])
    return {
        "month": str(whole) if whole else None,
        "from": first.isoformat() if first else None,
        "to": last.isoformat() if last else None,
        "as_of": rfc3339(at),
        "cases": rows,
        **results(rows),
        "total_resolution": {state: resolutions[state] for state in RESOLUTION_STATES},
    }


def results(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the number of response clocks of `rows` by result: in all, by priority, and by month.

    The month is that of registration, in each contract's own zone.
    """

    def counted(its: Iterable[Mapping[str, Any]]) -> dict[str, int]:
        states = Counter(row["state"] for row in its)
        return {state: states[state] for state in RESPONSE_STATES}

    def by(key: Callable[[Mapping[str, Any]], str]) -> list[dict[str, Any]]:
        return [
            {"key": name, **counted(row for row in answers if key(row) == name)}
            for name in sorted({key(row) for row in answers})
        ]

    answers = [row for row in rows if row["state"] is not None]
    return {
        "total": counted(answers),
        "by_priority": by(lambda row: row["priority"] or ""),
        "by_month": by(registered_in),
    }


def registered_in(row: Mapping[str, Any]) -> str:
    """Return the month in which the case of `row` was registered, in the zone of its contract."""
    return str(Month.of(Zone(row["timezone"]).day(from_rfc3339(row["registered_at"]))))


def response_clock(case: Case, contract: Contract, at: Instant) -> dict[str, Any] | None:
    """Return the clock of the first response to `case` at the instant `at`; None without a response time."""
    clocks = clocks_of(case, contract, at)
    return None if clocks is None or clocks.response is None else _as_data(case, clocks)


def _as_data(case: Case, clocks: Clocks) -> dict[str, Any]:
    response, resolution = clocks.response, clocks.resolution
    return {
        "contract": clocks.version.code,
        "timezone": clocks.version.zone.name,
        "subject": case.subject,
        "kind": case.kind,
        "priority": clocks.priority,
        "priority_by": None if clocks.priority is None else "case" if case.priority else "contract",
        "registered_at": rfc3339(case.opened_at),
        "due_at": _time(response.due_at if response else None),
        "responded_at": _time(response.responded_at if response else None),
        "answered_at": _time(response.answered_at if response else None),
        "answered_by": response and response.answered_by,
        "state": response and response.state,
        "working_seconds_target": response and response.target,
        "working_seconds_used": response and response.used,
        "working_seconds_left": response and response.left,
        "working_seconds_over": response and response.over,
        "resolution": None
        if resolution is None
        else {
            "due_at": _time(resolution.due_at),
            "resolved_at": _time(resolution.resolved_at),
            "state": resolution.state,
            "working_seconds_target": resolution.target,
            "working_seconds_used": resolution.used,
            "working_seconds_left": resolution.left,
            "working_seconds_over": resolution.over,
            "waited_seconds": resolution.waited,
        },
    }


def _time(instant: Instant | None) -> str | None:
    return None if instant is None else rfc3339(instant)
