"""Events of a case: consent, escalation, first response, resolution, reopening."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from suptime.app import agreement, lookup, units
from suptime.app.cases import listed_names
from suptime.app.cases.cases import document, shown
from suptime.app.facts import contract_of
from suptime.app.units import not_ahead
from suptime.app.use_case import Result, changing
from suptime.contracts import classification, needs_consent, starts_free
from suptime.domain import values
from suptime.domain.case import TURNS, Case, CaseStatus, Event, EventKind, impossible, in_time
from suptime.domain.caution import Caution
from suptime.domain.contract import Contract, Version
from suptime.domain.time import Instant, Seconds, Zone
from suptime.domain.values import accept, few
from suptime.errors import NotPossible, WrongUsage
from suptime.store import Store, Transaction


def consent(
    store: Store,
    number: str,
    *,
    by: str,
    up_to: Seconds | None = None,
    at: Instant | None = None,
    now: Instant,
    agent: str,
    zone: Zone,
) -> Result[Case]:
    """Record the client's consent to chargeable time, `up_to` a limit or without one (A6). It can be repeated.

    Raises:
        WrongUsage: `by` is empty, or `at` is in the future.
        NotPossible: no such case, or it was opened later.
    """
    event = Event(
        EventKind.CONSENT,
        now if at is None else at,
        by=accept(values.line("name of the person who consented"), by),
        up_to_seconds=up_to,
    )
    not_ahead(event.at, now, zone, "A consent at")
    with changing(store, now, agent, "case consent") as tx:
        case, contract = _case_at(tx, number, event.at, zone, now)
        after = _record(tx, case, event)
    needed = needs_consent(agreement.nearest_version(contract, event.at))
    note = f"{contract.code} does not require consent: it was recorded, but changes nothing."
    return _result(after, contract, now, told=None if needed else note)


def refuse(
    store: Store,
    number: str,
    *,
    by: str,
    at: Instant | None = None,
    now: Instant,
    agent: str,
    zone: Zone,
) -> Result[Case]:
    """Record that the client refused (A6). This ends an earlier consent; a later consent is valid again.

    Raises:
        WrongUsage: `by` is empty, or `at` is in the future.
        NotPossible: there is no such case, or it was opened later.
    """
    event = Event(
        EventKind.CONSENT_REFUSED,
        now if at is None else at,
        by=accept(values.line("name of the person who refused"), by),
    )
    not_ahead(event.at, now, zone, "A refusal at")
    with changing(store, now, agent, "case consent") as tx:
        case, contract = _case_at(tx, number, event.at, zone, now)
        after = _record(tx, case, event)
    needed = needs_consent(agreement.nearest_version(contract, event.at))
    note = f"{contract.code} does not require consent: the refusal was recorded, but changes nothing."
    return _result(after, contract, now, told=None if needed else note)


def escalate(
    store: Store, number: str, *, at: Instant | None = None, now: Instant, agent: str, zone: Zone
) -> Result[Case]:
    """Record that a case was escalated to the billable team (B7).

    Raises:
        WrongUsage: `at` is in the future.
        NotPossible: no such case, it was opened later, or is escalated already.
    """
    event = Event(EventKind.ESCALATE, now if at is None else at)
    not_ahead(event.at, now, zone, "An escalation at")
    with changing(store, now, agent, "case escalate") as tx:
        case, contract = _case_at(tx, number, event.at, zone, now)
        before = case.first(EventKind.ESCALATE)
        if before is not None:
            raise NotPossible(
                f"{case.number} is escalated already, since {units.formatted(before, zone, now)}."
            )
        after = _record(tx, case, event)
    free = starts_free(agreement.nearest_version(contract, event.at))
    note = f"{contract.code} bills cases without escalation, too: it was recorded, but changes nothing."
    return _result(after, contract, now, told=None if free else note)


def respond(
    store: Store, number: str, *, at: Instant | None = None, now: Instant, agent: str, zone: Zone
) -> Result[Case]:
    """Record the first response to the client (E4).

    Raises:
        WrongUsage: `at` is in the future.
        NotPossible: no such case, it was opened later, or has a first response already.
    """
    event = Event(EventKind.RESPOND, now if at is None else at)
    not_ahead(event.at, now, zone, "A response at")
    with changing(store, now, agent, "case respond") as tx:
        case, contract = _case_at(tx, number, event.at, zone, now)
        before = case.first(EventKind.RESPOND)
        if before is not None:
            raise NotPossible(
                f"{case.number} already has its first response, at {units.formatted(before, zone, now)}."
            )
        after = _record(tx, case, event)
    return _result(after, contract, now)


def resolve(
    store: Store,
    number: str,
    *,
    cause: str | None = None,
    unlisted: bool = False,
    kb: str | None = None,
    at: Instant | None = None,
    now: Instant,
    agent: str,
    zone: Zone,
) -> Result[Case]:
    """Resolve a case with its cause and the article `kb`. An `unlisted` cause stays as typed.

    Raises:
        WrongUsage: `at` is in the future, or the contract needs the cause or does not list it.
        NotPossible: no such case; it is resolved already, was opened or reopened later, has later
            work, a running timer, or a future appointment.
    """
    event = Event(EventKind.RESOLVE, now if at is None else at, kb=kb)
    not_ahead(event.at, now, zone, "A resolution at")
    with changing(store, now, agent, "case resolve") as tx:
        case = lookup.case(tx, number)
        contract = contract_of(tx, case.contract)
        version = agreement.nearest_version(contract, event.at)
        listed = listed_names.causes(version)
        name, insisted = listed.accept(cause, unlisted=unlisted)
        event = replace(event, cause=name, unlisted=insisted)
        _refuse_no_cause(case, version, name)
        if case.resolved_at is not None:
            raise NotPossible(
                f"{case.number} is resolved already, since {units.formatted(case.resolved_at, zone, now)}.",
                hint=f"suptime case reopen {case.number}",
            )
        _not_before_opening(case, event.at, zone, now)
        turn = case.last_turn
        if turn is not None and event.at < turn.at:
            raise NotPossible(
                f"{case.number} was reopened at {units.formatted(turn.at, zone, now)}, "
                f"after {units.formatted(event.at, zone, now)}.",
                hint="Give a later --at.",
            )
        _nothing_later(tx, case, event.at, agent, zone, now)
        _refuse_turn(case, event, zone, now)
        after = _record(tx, case, event)
    return _result(after, contract, now, listed.cautions(name, insisted=insisted))


def _refuse_no_cause(case: Case, version: Version, cause: str | None) -> None:
    """Refuse to resolve a case without its `cause` if the cause decides whether work is billed."""
    if cause is None and agreement.by_cause(version, case.category):
        causes = [*classification(version).causes]
        raise WrongUsage(
            f"{case.number} ({case.category or 'no category'}) is billed or free by its cause, "
            "but the cause is missing.",
            f"The contract lists the causes {few(causes)}." if causes else "",
            "Add --cause CAUSE, or --cause unknown if it was not found.",
        )


def _nothing_later(tx: Transaction, case: Case, at: Instant, agent: str, zone: Zone, now: Instant) -> None:
    """Refuse to resolve a case before its last work, timer or appointment."""
    later = [u for u in tx.units.find(case=case.number, start=at) if u.ended_at is None or u.ended_at > at]
    for unit in later:
        if unit.ended_at is None:
            raise NotPossible(
                f"The timer of {unit.agent} runs on {case.number} (U{unit.id}), "
                f"since {units.formatted(unit.started_at, zone, now)}.",
                hint="suptime stop" if unit.agent == agent else f"Ask {unit.agent} to stop it.",
            )
    if later:
        last = max(later, key=lambda u: (u.ended_at or 0, u.id))
        raise NotPossible(
            f"{case.number} has work after {units.formatted(at, zone, now)}: U{last.id} of {last.agent}, "
            f"until {units.formatted(last.ended_at or 0, zone, now)}.",
            hint="Give the end of the unit or a later time with --at, or correct the unit.",
        )
    for booked in tx.appointments.find(case=case.number):
        if booked.cancelled_at is None and booked.missed_by is None and booked.starts_at >= at:
            what = "missed" if booked.ends_at <= now else "cancel"
            raise NotPossible(
                f"{case.number} has a future appointment: A{booked.id} of {booked.agent}, "
                f"{units.formatted(booked.starts_at, zone, now)}.",
                hint=f"suptime appointment {what} A{booked.id}",
            )


def reopen(
    store: Store, number: str, *, at: Instant | None = None, now: Instant, agent: str, zone: Zone
) -> Result[Case]:
    """Reopen a resolved case: later work is open again.

    Raises:
        WrongUsage: `at` is in the future.
        NotPossible: no such case, it is open, or was resolved later.
    """
    event = Event(EventKind.REOPEN, now if at is None else at)
    not_ahead(event.at, now, zone, "A reopening at")
    with changing(store, now, agent, "case reopen") as tx:
        case = lookup.case(tx, number)
        contract = contract_of(tx, case.contract)
        if case.resolved_at is None:
            raise NotPossible(f"{case.number} is open.", "Only a resolved case can be reopened.")
        if event.at < case.resolved_at:
            raise NotPossible(
                f"{case.number} was resolved at {units.formatted(case.resolved_at, zone, now)}, "
                f"after {units.formatted(event.at, zone, now)}.",
                hint="Give a later --at.",
            )
        _refuse_turn(case, event, zone, now)
        after = _record(tx, case, event)
    return _result(after, contract, now)


def wait(
    store: Store,
    number: str,
    *,
    waits_for: str | None = None,
    at: Instant | None = None,
    now: Instant,
    agent: str,
    zone: Zone,
) -> Result[Case]:
    """Record that it is the client's turn (T46).

    Raises:
        WrongUsage: `at` is in the future.
        NotPossible: no such case, it was opened later, is resolved, waits already, or was resumed later.
    """
    what = None if waits_for is None else accept(values.line("subject of the question"), waits_for)
    event = Event(EventKind.WAIT, now if at is None else at, waits_for=what)
    not_ahead(event.at, now, zone, "A wait at")
    return _take_turn(store, number, event, now, agent, zone)


def resume(
    store: Store, number: str, *, at: Instant | None = None, now: Instant, agent: str, zone: Zone
) -> Result[Case]:
    """Record that the client's turn is over (T46).

    Raises:
        WrongUsage: `at` is in the future.
        NotPossible: no such case, it does not wait, or waits since a later time.
    """
    event = Event(EventKind.RESUME, now if at is None else at)
    not_ahead(event.at, now, zone, "A resumption at")
    return _take_turn(store, number, event, now, agent, zone)


def _take_turn(store: Store, number: str, event: Event, now: Instant, agent: str, zone: Zone) -> Result[Case]:
    """Record the beginning or the end of a wait, if the state of the case allows it then."""
    with changing(store, now, agent, f"case {event.kind}") as tx:
        case, contract = _case_at(tx, number, event.at, zone, now)
        _refuse_turn(case, event, zone, now)
        after = _record(tx, case, event)
    return _result(after, contract, now)


def on_message(tx: Transaction, case: Case, at: Instant) -> None:
    """Resume `case` if it waits, at the instant `at` of a message from the client (T46)."""
    if case.wait is not None and at >= case.wait.at:
        tx.cases.add_event(case.number, Event(EventKind.RESUME, at))


def _refuse_turn(case: Case, event: Event, zone: Zone, now: Instant) -> None:
    """Refuse a new event that the state of `case` does not allow then, or after which a later event is impossible.

    Raises:
        NotPossible: it is so.
    """
    newest = replace(event, id=max((each.id for each in case.events), default=0) + 1)
    with_it = in_time([*case.numbered, newest])
    found = impossible(with_it)
    if found is None:
        return
    if found[0] is not newest:
        raise _out_of_order(case.number, *found, zone, now)
    state = found[1]
    earlier = [e for e in with_it[: with_it.index(newest)] if e.kind in TURNS]
    since = f", since {units.formatted(earlier[-1].at, zone, now)}" if earlier else ""
    if state is CaseStatus.WAITING:
        raise NotPossible(
            f"{case.number} waits for the client already{since}.", hint=f"suptime case resume {case.number}"
        )
    if state is CaseStatus.RESOLVED:
        raise NotPossible(f"{case.number} is resolved{since}.", hint=f"suptime case reopen {case.number}")
    raise NotPossible(f"{case.number} does not wait for the client.", hint=f"suptime case show {case.number}")


HAS_FIELD = {
    "by": {
        EventKind.CONSENT,
        EventKind.CONSENT_REQUEST,
        EventKind.CONSENT_REPLY,
        EventKind.CONSENT_REFUSED,
    },
    "up_to_seconds": {EventKind.CONSENT, EventKind.CONSENT_REQUEST},
    "cause": {EventKind.RESOLVE},
    "kb": {EventKind.RESOLVE},
    "waits_for": {EventKind.WAIT},
}
"""Kinds of events with each field."""


def get(store: Store, number: str, n: int) -> Event:
    """Return the event `n` of a case.

    Raises:
        NotPossible: there is no such case or event.
    """
    with store.reading() as tx:
        return _event(lookup.case(tx, number), n)


def edit(
    store: Store,
    number: str,
    n: int,
    changed: Mapping[str, Any],
    *,
    unlisted: bool = False,
    now: Instant,
    agent: str,
    zone: Zone,
) -> Result[Case]:
    """Correct the event `n` of a case: the fields `changed`, by their names.

    Raises:
        WrongUsage: no change is given, events of its kind have no such field, the time is in the future, or the
            contract needs the cause or does not list it.
        NotPossible: no such case or event; resolutions and reopenings would not alternate, work would be after
            a resolution, or the event before the opening.
    """
    if not changed:
        raise WrongUsage(
            "Nothing to change.", hint="Add --at, --by, --up-to, --cause, --unlisted, --kb or --for."
        )
    if "at" in changed:
        not_ahead(changed["at"], now, zone, "An event at")
    with changing(store, now, agent, "case event edit") as tx:
        case = lookup.case(tx, number)
        before = _event(case, n)
        for name in changed:
            if before.kind not in HAS_FIELD.get(name, EventKind):
                option = {"up_to_seconds": "--up-to", "waits_for": "--for"}.get(name, f"--{name}")
                raise WrongUsage(f"{option} cannot be set on event {n} of {case.number}, a {before.kind}.")
        event, notes = _with_cause(tx, case, replace(before, **changed), changed, unlisted=unlisted)
        _not_before_opening(case, event.at, zone, now)
        after = replace(case, events=in_time(event if each.n == n else each for each in case.numbered))
        if event.at != before.at:
            _refuse_disorder(tx, after, event.kind, agent, zone, now)
        if event != before:
            tx.cases.save_event(case.number, event)
        facts = shown(tx, after, now)
    return Result(after, {"case": facts}, notes, event != before)


def _with_cause(
    tx: Transaction, case: Case, event: Event, changed: Mapping[str, Any], *, unlisted: bool
) -> tuple[Event, tuple[Caution, ...]]:
    """Return an event with the cause as its contract lists it, with warnings."""
    if "cause" not in changed:
        if unlisted:
            raise WrongUsage("--unlisted requires --cause.", hint="Add --cause NAME.")
        return event, ()
    version = agreement.nearest_version(contract_of(tx, case.contract), event.at)
    listed = listed_names.causes(version)
    name, insisted = listed.accept(changed["cause"], unlisted=unlisted)
    _refuse_no_cause(case, version, name)
    return replace(event, cause=name, unlisted=insisted), listed.cautions(name, insisted=insisted)


def remove(
    store: Store, number: str, n: int, *, now: Instant, agent: str, zone: Zone
) -> Result[tuple[Case, Event]]:
    """Remove the event `n` of a case. Its number is not used again.

    Raises:
        NotPossible: no such case or event; resolutions and reopenings would not alternate, or work would be after
            a resolution.
    """
    with changing(store, now, agent, "case event remove") as tx:
        case = lookup.case(tx, number)
        event = _event(case, n)
        after = replace(case, events=tuple(each for each in case.numbered if each.n != n))
        _refuse_disorder(tx, after, event.kind, agent, zone, now)
        tx.cases.remove_event(case, event)
        facts = shown(tx, after, now)
    return Result((after, event), {"case": facts})


def _event(case: Case, n: int) -> Event:
    """Return the event `n` of a case.

    Raises:
        NotPossible: there is none.
    """
    found = next((event for event in case.numbered if event.n == n), None)
    if found is None:
        known = few([f"{event.n} ({event.kind})" for event in sorted(case.numbered, key=lambda e: e.n)])
        has = f"Events: {known}." if known else "The case has no events."
        raise NotPossible(f"{case.number} has no event {n}.", has, f"suptime case show {case.number}")
    return found


def _refuse_disorder(
    tx: Transaction, case: Case, touched: EventKind, agent: str, zone: Zone, now: Instant
) -> None:
    """Refuse the events of a case if they are impossible after a change of one of the kind `touched`.

    Raises:
        NotPossible: an event is not possible in the state of the case, or work is after a resolution.
    """
    if touched not in TURNS:
        return
    if found := impossible(case.events):
        raise _out_of_order(case.number, *found, zone, now)
    turns = case.of_kind(EventKind.RESOLVE, EventKind.REOPEN)
    for unit in tx.units.find(case=case.number, end=turns[-1].at) if turns else ():
        if resolved := case.resolved_in(unit.started_at, unit.ended_at):
            raise NotPossible(
                f"U{unit.id} of {unit.agent} would be after the resolution of {case.number} at "
                f"{units.formatted(resolved, zone, now)}.",
                hint="Give another --at, or correct the unit.",
            )
    if case.resolved_at is not None:
        _nothing_later(tx, case, case.resolved_at, agent, zone, now)


def _out_of_order(number: str, event: Event, state: CaseStatus, zone: Zone, now: Instant) -> NotPossible:
    return NotPossible(
        f"{number} would already be {state} at its event {event.n}, the {event.kind} of "
        f"{units.formatted(event.at, zone, now)}.",
        hint="First correct or remove that event.",
    )


def _case_at(tx: Transaction, number: str, at: Instant, zone: Zone, now: Instant) -> tuple[Case, Contract]:
    case = lookup.case(tx, number)
    _not_before_opening(case, at, zone, now)
    return case, contract_of(tx, case.contract)


def _not_before_opening(case: Case, at: Instant, zone: Zone, now: Instant) -> None:
    if at < case.opened_at:
        raise NotPossible(
            f"{case.number} was opened at {units.formatted(case.opened_at, zone, now)}, "
            f"after {units.formatted(at, zone, now)}.",
            hint="Give a later --at.",
        )


def _record(tx: Transaction, case: Case, event: Event) -> Case:
    tx.cases.add_event(case.number, event)
    return lookup.case(tx, case.number)


def _result(
    case: Case,
    contract: Contract,
    now: Instant,
    notes: tuple[Caution, ...] = (),
    told: str | None = None,
) -> Result[Case]:
    """Return `case` as it is now, with warnings and the notices `told`."""
    return Result(
        case,
        {"case": document(case, contract, now)},
        notes,
        told=(told,) if told else (),
    )
