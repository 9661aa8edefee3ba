"""Clocks of a case: when its first response and its resolution are due, and how they stand (E4, T45 to T48)."""

from collections.abc import Sequence
from dataclasses import dataclass

from suptime.contracts.clauses.sla import Sla
from suptime.domain.case import Case, CaseStatus, EventKind
from suptime.domain.contract import Contract, Version
from suptime.domain.time import Instant, Seconds, Span, Zone

MET, BREACHED = "met", "breached"
WAITING = "waiting"
"""State of a response clock that runs."""
MISSING = "priority-missing"
"""State of a response clock without a priority, if response times depend on the priority."""
RUNNING, PAUSED = "running", "paused"
"""States of a resolution clock that runs, and of one that stands while the case waits for the client."""

RESPONSE_STATES = (MET, BREACHED, WAITING, MISSING)
RESOLUTION_STATES = (MET, BREACHED, RUNNING, PAUSED)


@dataclass(frozen=True, slots=True)
class ResponseClock:
    """First response to a case, in working seconds: `target` = `used` + `left` - `over` (0 without a target).

    `responded_at` is the recorded response. The answer is this or the first resolution, which was first.
    """

    state: str
    due_at: Instant | None
    responded_at: Instant | None
    answered_at: Instant | None
    answered_by: str | None
    target: Seconds | None
    used: Seconds
    left: Seconds
    over: Seconds


@dataclass(frozen=True, slots=True)
class ResolutionClock:
    """Resolution of a case, in working seconds: `target` = `used` + `left` - `over`.

    `used` leaves out what the case `waited` for the client, and the time between a resolution and its reopening.
    `due_at` is None while the clock is paused.
    """

    state: str
    due_at: Instant | None
    resolved_at: Instant | None
    target: Seconds
    used: Seconds
    left: Seconds
    over: Seconds
    waited: Seconds


@dataclass(frozen=True, slots=True)
class Clocks:
    """Clocks of a case under the `version` in force at its registration; None is a clock that its priority does not have."""

    version: Version
    priority: str | None
    response: ResponseClock | None
    resolution: ResolutionClock | None


def clocks_of(case: Case, contract: Contract, at: Instant) -> Clocks | None:
    """Return the clocks of `case` at the instant `at`; None if it has none, or is opened later.

    A case without a priority has the contract's default one.
    """
    version = contract.at(case.opened_at)
    terms = version.get(Sla) if version else None
    if version is None or terms is None or case.opened_at > at:
        return None
    priority = terms.priority_of(case.priority)
    response = _response(case, terms, version.zone, at)
    resolution = _resolution(case, terms, version.zone, at)
    return Clocks(version, priority, response, resolution) if response or resolution else None


def _response(case: Case, terms: Sla, zone: Zone, at: Instant) -> ResponseClock | None:
    target = terms.response.get(terms.priority_of(case.priority) or "")
    missing = bool(terms.response) and terms.misses_priority(case.priority)
    if target is None and not missing:
        return None
    due = terms.due_at(zone, case.opened_at, case.priority)
    events = [event for event in case.of_kind(EventKind.RESPOND, EventKind.RESOLVE) if event.at <= at]
    # A case that was closed with an explanation is answered, whatever is recorded later.
    answer = min(events, key=lambda event: (event.at, event.kind is EventKind.RESOLVE), default=None)
    until = at if answer is None else answer.at
    late = due is not None and until > due
    return ResponseClock(
        MISSING if missing else BREACHED if late else WAITING if answer is None else MET,
        due,
        next((event.at for event in events if event.kind is EventKind.RESPOND), None),
        None if answer is None else answer.at,
        None if answer is None else "response" if answer.kind is EventKind.RESPOND else "resolution",
        None if target is None else terms.length_of(target, zone, case.opened_at),
        terms.working_seconds(zone, case.opened_at, until),
        0 if due is None else terms.working_seconds(zone, until, due),
        0 if due is None else terms.working_seconds(zone, due, until),
    )


def _resolution(case: Case, terms: Sla, zone: Zone, at: Instant) -> ResolutionClock | None:
    agreed = terms.resolution.get(terms.priority_of(case.priority) or "")
    if agreed is None:
        return None
    target = terms.length_of(agreed, zone, case.opened_at)
    if target is None:
        return None
    course = [*case.course(at)]
    state, latest = course[-1]
    running = [span for its, span in course if its is CaseStatus.OPEN]
    used = sum(terms.working_seconds(zone, *span) for span in running)
    done = state is CaseStatus.RESOLVED
    clock = BREACHED if used > target else MET if done else PAUSED if state is CaseStatus.WAITING else RUNNING
    return ResolutionClock(
        clock,
        None if clock == PAUSED else _due(terms, zone, running, target),
        latest.start if done else None,
        target,
        used,
        max(0, target - used),
        max(0, used - target),
        sum(terms.working_seconds(zone, *span) for its, span in course if its is CaseStatus.WAITING),
    )


def _due(terms: Sla, zone: Zone, running: Sequence[Span], target: Seconds) -> Instant | None:
    """Return when `target` is used up in the `running` periods, the last of which is taken to go on."""
    left = target
    for span in running[:-1]:
        working = terms.working_seconds(zone, *span)
        if left <= working:
            return terms.end_of(left, zone, span.start)
        left -= working
    return terms.end_of(left, zone, running[-1].start)
