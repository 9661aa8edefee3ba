"""Response and resolution times: due time of each case, its result, and the working time left (E4, T47, T48)."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from suptime.contracts import ResponseTerms, response_terms
from suptime.domain.case import Case, EventKind, number_order
from suptime.domain.client import Client
from suptime.domain.contract import Contract, Version
from suptime.domain.time import Instant, Month, Span, Zone, from_rfc3339, rfc3339

MET, BREACHED, WAITING = "met", "breached", "waiting"
MISSING = "priority-missing"
"""State of a clock without a priority, if response times depend on the priority."""

STATES = (MET, BREACHED, WAITING, MISSING)

RUNNING, PAUSED = "running", "paused"
RESOLUTION_STATES = (MET, BREACHED, RUNNING, PAUSED)


def sla_report(
    accounts: Iterable[tuple[Client, Contract, Iterable[Case]]],
    days: tuple[date | None, date | None],
    at: Instant,
    zone: Zone | None = None,
) -> dict[str, Any]:
    """Return the clocks at the instant `at` of cases registered on `days`, by client, then number.

    `days` are the first and the last one. Days and times are in `zone`, or the zone of each contract if it is None.
    Cases whose priority has no response or resolution time are left out; those without a priority are listed as
    `priority-missing`. Cases with a resolution time alone have no values of a response.
    """
    rows = []
    first, last = days
    for client, contract, cases in accounts:
        for case in cases:
            version = contract.at(case.opened_at)
            clock = clocks_of(case, contract, at)
            if clock is None or version is None:
                continue
            its = zone or version.zone
            if (first or date.min) <= its.day(case.opened_at) <= (last or date.max):
                named = {"case": case.number, "client": client.code, "client_name": client.name}
                rows.append(named | clock | {"timezone": its.name})
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
    """Return the number of clocks of `rows` by result: in all, by priority, and by month.

    The month is that of registration, in each contract's own zone.
    """

    def counted(its: Iterable[Mapping[str, Any]]) -> dict[str, int]:
        states = Counter(row["state"] for row in its)
        return {state: states[state] for state in STATES}

    def by(key: Callable[[Mapping[str, Any]], str]) -> list[dict[str, Any]]:
        return [
            {"key": name, **counted(row for row in timed if key(row) == name)}
            for name in sorted({key(row) for row in timed})
        ]

    timed = [row for row in rows if row["state"] is not None]
    return {
        "total": counted(timed),
        "by_priority": by(lambda row: row["priority"] or ""),
        "by_month": by(registered_in),
    }


def registered_in(row: Mapping[str, Any]) -> str:
    """Return the month in which the case of `row` was registered, in the zone of its contract."""
    return str(Month.of(Zone(row["timezone"]).day(from_rfc3339(row["registered_at"]))))


_OF_RESPONSE = (
    *("due_at", "responded_at", "answered_at", "answered_by", "state"),
    *(f"working_seconds_{part}" for part in ("target", "used", "left", "over")),
)


def clocks_of(case: Case, contract: Contract, at: Instant) -> dict[str, Any] | None:
    """Return the clocks of `case` at the instant `at`: of its response, and `resolution`; None if it has neither."""
    version = contract.at(case.opened_at)
    terms = response_terms(version) if version else None
    if version is None or terms is None or case.opened_at > at:
        return None
    response = response_clock(case, contract, at)
    resolution = resolution_clock(case, version, terms, at)
    if response is None and resolution is None:
        return None
    if response is None:
        response = _head(case, contract, version, terms) | dict.fromkeys(_OF_RESPONSE)
    return response | {"resolution": resolution}


def _head(case: Case, contract: Contract, version: Version, terms: ResponseTerms) -> dict[str, Any]:
    priority = terms.priority_of(case.priority)
    return {
        "contract": contract.code,
        "timezone": version.zone.name,
        "subject": case.subject,
        "kind": case.kind,
        "priority": priority,
        "priority_by": None if priority is None else "case" if case.priority else "contract",
        "registered_at": rfc3339(case.opened_at),
    }


def answer_of(case: Case, at: Instant) -> tuple[Instant | None, str | None]:
    """Return when `case` was answered by the instant `at`, and by what: a response, or the first resolution (T48)."""
    found = [
        (instant, by)
        for kind, by in ((EventKind.RESPOND, "response"), (EventKind.RESOLVE, "resolution"))
        if (instant := case.first(kind)) is not None and instant <= at
    ]
    return min(found, key=lambda one: one[0], default=(None, None))


def resolution_clock(
    case: Case, version: Version, terms: ResponseTerms, at: Instant
) -> dict[str, Any] | None:
    """Return the resolution clock of `case` at the instant `at`; None without a resolution time (T47).

    It runs in working time from registration to the last resolution, except while the case waits for the client and
    between a resolution and its reopening.
    """
    target = terms.resolution.get(terms.priority_of(case.priority) or "")
    length = None if target is None else terms.length_of(target, version.zone, case.opened_at)
    if length is None:
        return None
    periods = _periods(case, at)
    seconds = [terms.working_seconds(version.zone, span.start, span.end) for span, _ in periods]
    running = [(span.start, n) for (span, state), n in zip(periods, seconds, strict=True) if state == RUNNING]
    due: Instant | None = None
    left = length
    for place, (start, passed) in enumerate(running):
        # Due where the time ends; the last period counts as if it went on.
        if left <= passed or place == len(running) - 1:
            due = terms.end_of(left, version.zone, start)
            break
        left -= passed
    used = sum(n for _, n in running)
    state = BREACHED if used > length else periods[-1][1]
    resolved = case.last(EventKind.RESOLVE) if periods[-1][1] == MET else None
    return {
        "due_at": None if due is None or state == PAUSED else rfc3339(due),
        "resolved_at": None if resolved is None else rfc3339(resolved.at),
        "state": state,
        "working_seconds_target": length,
        "working_seconds_used": used,
        "working_seconds_left": max(0, length - used),
        "working_seconds_over": max(0, used - length),
        "waited_seconds": sum(n for (_, state), n in zip(periods, seconds, strict=True) if state == PAUSED),
    }


def _periods(case: Case, at: Instant) -> list[tuple[Span, str]]:
    """Return the periods of `case` up to the instant `at`, each with its state: running, paused or met."""
    found: list[tuple[Span, str]] = []
    since, state = case.opened_at, RUNNING
    for event in case.events:
        after = _AFTER.get(event.kind)
        is_turn = event.kind in {EventKind.WAIT, EventKind.RESUME}
        if event.at > at or after is None or (state == MET and is_turn):
            continue
        until = max(since, event.at)
        found.append((Span(since, until), state))
        since, state = until, after
    return [*found, (Span(since, max(since, at)), state)]


_AFTER = {
    EventKind.WAIT: PAUSED,
    EventKind.RESUME: RUNNING,
    EventKind.REOPEN: RUNNING,
    EventKind.RESOLVE: MET,
}


def response_clock(case: Case, contract: Contract, at: Instant) -> dict[str, Any] | None:
    """Return the response clock of `case` at the instant `at`; None without a response time, or before its opening.

    A case without a priority has the contract's default one. If there is none either, the state is
    `priority-missing`, and nothing is due.

    The version in force at registration sets the response time. The first answer counts: the first response, or the
    first resolution if that was earlier (T48). The working time until the answer (or `at`) is used:
    target = used + left - over.
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
    answered, by = answer_of(case, at)
    responded = case.first(EventKind.RESPOND)
    until = at if answered is None else answered
    late = due is not None and until > due
    state = MISSING if missing else BREACHED if late else WAITING if answered is None else MET
    length = None if target is None else terms.length_of(target, version.zone, case.opened_at)
    return _head(case, contract, version, terms) | {
        "due_at": None if due is None else rfc3339(due),
        "responded_at": None if responded is None or responded > at else rfc3339(responded),
        "answered_at": None if answered is None else rfc3339(answered),
        "answered_by": by,
        "state": state,
        "working_seconds_target": length,
        "working_seconds_used": terms.working_seconds(version.zone, case.opened_at, until),
        "working_seconds_left": 0 if due is None else terms.working_seconds(version.zone, until, due),
        "working_seconds_over": 0 if due is None else terms.working_seconds(version.zone, due, until),
    }
