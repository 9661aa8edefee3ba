"""Response times: due time of the first response to each case, its result, and the working time left (E4)."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from suptime.contracts import response_terms
from suptime.domain.case import Case, EventKind, number_order
from suptime.domain.client import Client
from suptime.domain.contract import Contract
from suptime.domain.time import Instant, Month, Zone, from_rfc3339, rfc3339

MET, BREACHED, WAITING = "met", "breached", "waiting"
MISSING = "priority-missing"
"""State of a clock without a priority, if response times depend on the priority."""

STATES = (MET, BREACHED, WAITING, MISSING)


def sla_report(
    accounts: Iterable[tuple[Client, Contract, Iterable[Case]]],
    days: tuple[date | None, date | None],
    at: Instant,
    zone: Zone | None = None,
) -> dict[str, Any]:
    """Return the response clocks at the instant `at` of cases registered on `days`, by client, then number.

    `days` are the first and the last one. Days and times are in `zone`, or the zone of each contract if it is None.
    Cases whose priority has no response time are left out; those without a priority are listed as `priority-missing`.
    """
    rows = []
    first, last = days
    for client, contract, cases in accounts:
        for case in cases:
            clock = response_clock(case, contract, at)
            version = contract.at(case.opened_at)
            if clock is None or version is None:
                continue
            its = zone or version.zone
            if (first or date.min) <= its.day(case.opened_at) <= (last or date.max):
                named = {"case": case.number, "client": client.code, "client_name": client.name}
                rows.append(named | clock | {"timezone": its.name})
    rows.sort(key=lambda row: (row["client"], number_order(row["case"])))
    month = Month.of(first) if first else None
    whole = month if month and (month.first, month.last) == days else None
    return {
        "month": str(whole) if whole else None,
        "from": first.isoformat() if first else None,
        "to": last.isoformat() if last else None,
        "as_of": rfc3339(at),
        "cases": rows,
        **results(rows),
    }


def results(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the number of clocks of `rows` by result: in all, by priority, and by month.

    The month is that of registration, in each contract's own zone.
    """

    def counted(its: Iterable[Mapping[str, Any]]) -> dict[str, int]:
        states = Counter(row["state"] for row in its)
        return {state: states[state] for state in STATES}

    def by(key: Callable[[Mapping[str, Any]], str]) -> list[dict[str, Any]]:
        return [
            {"key": name, **counted(row for row in rows if key(row) == name)}
            for name in sorted({key(row) for row in rows})
        ]

    return {
        "total": counted(rows),
        "by_priority": by(lambda row: row["priority"] or ""),
        "by_month": by(registered_in),
    }


def registered_in(row: Mapping[str, Any]) -> str:
    """Return the month in which the case of `row` was registered, in the zone of its contract."""
    return str(Month.of(Zone(row["timezone"]).day(from_rfc3339(row["registered_at"]))))


def response_clock(case: Case, contract: Contract, at: Instant) -> dict[str, Any] | None:
    """Return the response clock of `case` at the instant `at`; None without a response time, or before its opening.

    A case without a priority has the contract's default one. If there is none either, the state is
    `priority-missing`, and nothing is due.

    The version in force at registration sets the response time, and the first response counts. The working time
    until the response (or `at`) is used: target = used + left - over.
    """
    version = contract.at(case.opened_at)
    terms = response_terms(version) if version else None
    if version is None or terms is None or case.opened_at > at:
        return None
    priority = terms.priority_of(case.priority)
    target = terms.response.get(priority or "")
    missing = terms.misses_priority(case.priority)
    if target is None and not missing:
        return None
    due = terms.due_at(version.zone, case.opened_at, case.priority)
    responded = case.first(EventKind.RESPOND)
    if responded is not None and responded > at:
        responded = None
    until = at if responded is None else responded
    late = due is not None and until > due
    state = MISSING if missing else BREACHED if late else WAITING if responded is None else MET
    return {
        "contract": contract.code,
        "timezone": version.zone.name,
        "subject": case.subject,
        "kind": case.kind,
        "priority": priority,
        "priority_by": None if priority is None else "case" if case.priority else "contract",
        "registered_at": rfc3339(case.opened_at),
        "due_at": None if due is None else rfc3339(due),
        "responded_at": None if responded is None else rfc3339(responded),
        "state": state,
        "working_seconds_target": target,
        "working_seconds_used": terms.working_seconds(version.zone, case.opened_at, until),
        "working_seconds_left": 0 if due is None else terms.working_seconds(version.zone, until, due),
        "working_seconds_over": 0 if due is None else terms.working_seconds(version.zone, due, until),
    }
