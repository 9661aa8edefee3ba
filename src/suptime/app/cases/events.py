"""What happens to a case: consent, escalation, first response, resolution, reopening."""

from dataclasses import replace

from suptime.app import agreement, lookup, units
from suptime.app.cases import listed_names
from suptime.app.cases.cases import document
from suptime.app.facts import contract_of
from suptime.app.units import not_ahead
from suptime.app.use_case import Result, changing
from suptime.contracts import classification, needs_consent, starts_free
from suptime.domain import values
from suptime.domain.case import Case, Event, EventKind
from suptime.domain.caution import Caution
from suptime.domain.contract import Contract
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
    """Record that the client consented to chargeable time `up_to` a limit, or without one (A6). It may do so again.

    Raises:
        WrongUsage: `by` is empty, or `at` is in the future.
        NotPossible: no such case, or it was opened later.
    """
    event = Event(
        EventKind.CONSENT,
        now if at is None else at,
        by=accept(values.line("name of who consented"), by),
        up_to_seconds=up_to,
    )
    not_ahead(event.at, now, zone, "A consent at")
    with changing(store, now, agent, "case consent") as tx:
        case, contract = _case_at(tx, number, event.at, zone, now)
        after = _record(tx, case, event)
    needed = needs_consent(agreement.nearest_version(contract, event.at))
    note = f"{contract.code} does not ask for consent: it is on record, and changes nothing."
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
    """Record that the client refused (A6): an earlier consent ends, and a later one counts again.

    Raises:
        WrongUsage: `by` is empty, or `at` is in the future.
        NotPossible: there is no such case, or it was opened later.
    """
    event = Event(
        EventKind.CONSENT_REFUSED,
        now if at is None else at,
        by=accept(values.line("name of who refused"), by),
    )
    not_ahead(event.at, now, zone, "A refusal at")
    with changing(store, now, agent, "case consent") as tx:
        case, contract = _case_at(tx, number, event.at, zone, now)
        after = _record(tx, case, event)
    needed = needs_consent(agreement.nearest_version(contract, event.at))
    note = f"{contract.code} does not ask for consent: the refusal is on record, and changes nothing."
    return _result(after, contract, now, told=None if needed else note)


def escalate(
    store: Store, number: str, *, at: Instant | None = None, now: Instant, agent: str, zone: Zone
) -> Result[Case]:
    """B7: the case went to the team that is billed.

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
    note = f"{contract.code} bills cases without escalation too: it is on record, and changes nothing."
    return _result(after, contract, now, told=None if free else note)


def respond(
    store: Store, number: str, *, at: Instant | None = None, now: Instant, agent: str, zone: Zone
) -> Result[Case]:
    """E4: the client has a first response.

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
                f"{case.number} has its first response already, at {units.formatted(before, zone, now)}."
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
    """Resolve a case, with its cause and the article `kb` that answers it. A cause that is `unlisted` stays as typed.

    Raises:
        WrongUsage: `at` is in the future, or the contract needs the cause or does not list it.
        NotPossible: no such case; it is resolved already, was opened or reopened later, has later
            work, a running timer, or an appointment ahead.
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
        if name is None and agreement.by_cause(version, case.category):
            causes = [*classification(version).causes]
            raise WrongUsage(
                f"{case.number} ({case.category or 'no category'}) is billed or free by its cause, "
                "and none was given.",
                f"The causes listed are {few(causes)}." if causes else "",
                "Add --cause CAUSE, or --cause unknown if it was never found.",
            )
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
        after = _record(tx, case, event)
    return _result(after, contract, now, listed.cautions(name, insisted=insisted))


def _nothing_later(tx: Transaction, case: Case, at: Instant, agent: str, zone: Zone, now: Instant) -> None:
    """A case is resolved after its work, not before it."""
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
            hint="Give an --at at or after its end, or correct the unit.",
        )
    for booked in tx.appointments.find(case=case.number):
        if booked.cancelled_at is None and booked.missed_by is None and booked.starts_at >= at:
            what = "missed" if booked.ends_at <= now else "cancel"
            raise NotPossible(
                f"{case.number} has an appointment ahead: A{booked.id} of {booked.agent}, "
                f"{units.formatted(booked.starts_at, zone, now)}.",
                hint=f"suptime appointment {what} A{booked.id}",
            )


def reopen(
    store: Store, number: str, *, at: Instant | None = None, now: Instant, agent: str, zone: Zone
) -> Result[Case]:
    """Record that the case goes on: work from here is open again.

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
        after = _record(tx, case, event)
    return _result(after, contract, now)


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
    """Return `case` as it is now, with warnings, or with what was `told` besides."""
    return Result(
        case,
        {"case": document(case, contract, now)},
        notes,
        told=(told,) if told else (),
    )
