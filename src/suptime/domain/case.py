"""A case: one matter of a client, and its history."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Annotated

from suptime.domain import values
from suptime.domain.client import Project
from suptime.domain.time import Instant, Seconds, Span
from suptime.domain.work import AgentRole, WorkUnit


class EventKind(StrEnum):
    """Kinds of events of a case."""

    CONSENT = "consent"
    CONSENT_REQUEST = "consent-request"
    CONSENT_REPLY = "consent-reply"
    CONSENT_REFUSED = "consent-refused"
    ESCALATE = "escalate"
    RESPOND = "respond"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    WAIT = "wait"
    RESUME = "resume"


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a case. Fields that do not belong to its kind are None.

    `unlisted` is True if a person insisted on a cause that the contract does not list. `n` is its number within its
    case, which is never reused; 0 if it follows from the order of recording (`Case.numbered`). `waits_for` is what the
    client was asked for.
    """

    kind: Annotated[EventKind, values.choice("event", EventKind)]
    at: Annotated[Instant, values.INSTANT]
    by: Annotated[str | None, values.line("name")] = None
    up_to_seconds: Annotated[Seconds | None, values.SECONDS] = None
    cause: Annotated[str | None, values.line("cause")] = None
    kb: Annotated[str | None, values.line("address of the article")] = None
    id: Annotated[int, values.COUNT] = 0
    unlisted: Annotated[bool, values.FLAG] = False
    n: Annotated[int, values.COUNT] = 0
    waits_for: Annotated[str | None, values.line("subject of the question")] = None


class CaseStatus(StrEnum):
    """States of a case. One that waits for the client is still open."""

    OPEN = "open"
    WAITING = "waiting"
    RESOLVED = "resolved"


TURNS = {
    EventKind.WAIT: ({CaseStatus.OPEN}, CaseStatus.WAITING),
    EventKind.RESUME: ({CaseStatus.WAITING}, CaseStatus.OPEN),
    EventKind.RESOLVE: ({CaseStatus.OPEN, CaseStatus.WAITING}, CaseStatus.RESOLVED),
    EventKind.REOPEN: ({CaseStatus.RESOLVED}, CaseStatus.OPEN),
}
"""Kinds of events that change the state of a case: the states in which each is possible, and the new state."""


def impossible(events: Iterable[Event]) -> tuple[Event, CaseStatus] | None:
    """Return the first of `events`, in order of time, that the state of the case does not allow, and that state."""
    state = CaseStatus.OPEN
    for event in events:
        if event.kind in TURNS:
            allowed, becomes = TURNS[event.kind]
            if state not in allowed:
                return event, state
            state = becomes
    return None


def in_time(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return events in order of time; events of one instant in order of recording."""
    return tuple(sorted(events, key=lambda event: (event.at, event.id)))


@dataclass(frozen=True, slots=True)
class Case:
    """One matter of a client, with its events in order of time.

    `unlisted` is True if a person insisted on a category that the contract does not list.
    """

    number: Annotated[str, values.CASE_NUMBER]
    client: Annotated[str, values.CLIENT_CODE]
    contract: Annotated[str, values.CONTRACT_CODE]
    opened_at: Annotated[Instant, values.INSTANT]
    subject: Annotated[str, values.line("subject", empty=True)] = ""
    category: Annotated[str | None, values.line("category")] = None
    kind: Annotated[str | None, values.choice("kind", ("request", "incident"))] = None
    priority: Annotated[str | None, values.line("priority")] = None
    contact: Annotated[str | None, values.EMAIL] = None
    via: Annotated[str | None, values.line("channel")] = None
    project: Annotated[str | None, values.line("project")] = None
    waived: Annotated[str | None, values.line("reason")] = None
    estimate_seconds: Annotated[Seconds | None, values.SECONDS] = None
    unlisted: Annotated[bool, values.FLAG] = False
    events: tuple[Event, ...] = ()

    @property
    def numbered(self) -> tuple[Event, ...]:
        """Its events in order of time, each with its number for people.

        Events without a number are numbered in the order of recording.
        """
        found, last = [], 0
        for event in sorted(self.events, key=lambda event: event.id):
            found.append(replace(event, n=event.n or last + 1))
            last = max(last, found[-1].n)
        return in_time(found)

    def of_kind(self, *kinds: EventKind) -> tuple[Event, ...]:
        """Return its events of these `kinds`, in order of time."""
        return tuple([e for e in self.events if e.kind in kinds])

    def last(self, *kinds: EventKind) -> Event | None:
        """Return the latest event of `kinds`, or None."""
        for event in reversed(self.events):
            if event.kind in kinds:
                return event
        return None

    @property
    def last_turn(self) -> Event | None:
        """The latest resolution or reopening."""
        return self.last(EventKind.RESOLVE, EventKind.REOPEN)

    @property
    def resolved_at(self) -> Instant | None:
        """Time of its final resolution, or None while it is open."""
        turn = self.last_turn
        return turn.at if turn and turn.kind is EventKind.RESOLVE else None

    def course(self, at: Instant) -> Iterator[tuple[CaseStatus, Span]]:
        """Yield each state from its opening until the instant `at`, with its span."""
        state, since = CaseStatus.OPEN, self.opened_at
        for event in self.events:
            if event.at <= at and event.kind in TURNS:
                yield state, Span(since, event.at)
                state, since = TURNS[event.kind][1], event.at
        yield state, Span(since, at)

    @property
    def status(self) -> str:
        """`open` or `resolved`."""
        return "open" if self.resolved_at is None else "resolved"

    @property
    def wait(self) -> Event | None:
        """The event since which it is the client's turn, or None (T46)."""
        last = self.last(*TURNS)
        return last if last and last.kind is EventKind.WAIT else None

    def resolved_in(self, start: Instant, end: Instant | None) -> Instant | None:
        """Return the resolution before work from `start` to `end` (None: open), or None.

        Work may end when the case is resolved, and start when it is reopened.
        """
        turns = self.of_kind(EventKind.RESOLVE, EventKind.REOPEN)
        for place, turn in enumerate(turns):
            until = next((later.at for later in turns[place:] if later.kind is EventKind.REOPEN), None)
            is_over = end is None or end > turn.at
            if turn.kind is EventKind.RESOLVE and is_over and (until is None or start < until):
                return turn.at
        return None

    def resolution_after(self, instant: Instant) -> Event | None:
        """Return the latest resolution after `instant`, whose cause decides about work at that instant.

        None if there is no later resolution: the work is open.
        """
        last = self.last(EventKind.RESOLVE)
        return last if last and last.at > instant else None

    def completion_after(self, instant: Instant) -> Event | None:
        """Return the first resolution after `instant`, which completes an incident."""
        return next((e for e in self.of_kind(EventKind.RESOLVE) if e.at > instant), None)

    @property
    def open_request(self) -> Event | None:
        """The latest request for consent without a later consent or refusal, or None."""
        last = self.last(EventKind.CONSENT, EventKind.CONSENT_REFUSED, EventKind.CONSENT_REQUEST)
        return last if last and last.kind is EventKind.CONSENT_REQUEST else None

    @property
    def reply(self) -> Event | None:
        """The latest message that replies to the latest request for consent, or None."""
        last = self.last(EventKind.CONSENT_REQUEST, EventKind.CONSENT_REPLY)
        return last if last and last.kind is EventKind.CONSENT_REPLY else None

    def first(self, kind: EventKind) -> Instant | None:
        """Return the time of the first event of `kind`, or None."""
        return next((e.at for e in self.events if e.kind is kind), None)


@dataclass(frozen=True, slots=True)
class CaseAlias:
    """Another name of a `case`: the number of a case that was merged into it."""

    number: Annotated[str, values.CASE_NUMBER]
    case: Annotated[str, values.CASE_NUMBER]


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case with further facts that clauses need.

    `first_day` is the first day of work on it, or None; `opened_on` is the day of its opening in the
    contract's zone; `project` is its project. `roles` are those of agents, by agent and day.
    """

    case: Case
    opened_on: date
    first_day: date | None = None
    project: Project | None = None
    roles: tuple[AgentRole, ...] = ()

    def role_of(self, unit: WorkUnit, day: date) -> str | None:
        """Return the role in which `unit` is worked: its own, or the agent's on `day`; None for no role (T16)."""
        if unit.role:
            return unit.role
        its = [one for one in self.roles if one.agent == unit.agent and one.since <= day]
        return max(its, key=lambda one: one.since).role or None if its else None


@lru_cache(maxsize=100_000)
def number_order(number: str) -> tuple[tuple[int, ...], str]:
    """Return the key that sorts case numbers in natural order: CASE-9 before CASE-10.

    >>> sorted(["CASE-10", "CASE-9", "ACME-9"], key=number_order)
    ['ACME-9', 'CASE-9', 'CASE-10']
    """
    return tuple(int(digits) for digits in re.findall(r"[0-9]+", number)), number


ATTACHMENTS = values.many(values.line("name"), "a list of texts", empty=True, repeats=True)


@dataclass(frozen=True, slots=True)
class Message:
    """One message about a case. `direction` is "in" or "out"; `at` is when it arrived or left.

    `sent_at` is the time in its Date header, which the sender can choose.
    `message_id` is the one of its header (RFC 5322), unique if not None. `sender` is an address, `body` the text;
    `attachments` are names; `file` is the file that it was read from or written to. Sender and subject are one line
    each. Texts have no control characters, except line breaks and tabs in the body.
    """

    id: Annotated[int, values.identity("M")]
    case: Annotated[str, values.CASE_NUMBER]
    direction: Annotated[str, values.choice("direction", ("in", "out"))]
    at: Annotated[Instant, values.INSTANT]
    message_id: Annotated[str | None, values.line("id of the message")] = None
    sender: Annotated[str, values.line("sender", empty=True)] = ""
    subject: Annotated[str, values.line("subject", empty=True)] = ""
    body: Annotated[str, values.FILE_TEXT] = ""
    attachments: Annotated[tuple[str, ...], ATTACHMENTS] = ()
    file: Annotated[str | None, values.line("file")] = None
    sent_at: Annotated[Instant | None, values.INSTANT] = None
