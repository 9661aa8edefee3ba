"""Cases: opened, edited, listed and shown. What happens to them is in case_events.py."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from suptime.app import agreement, checks, lookup
from suptime.app.done import Done
from suptime.app.facts import contract_of
from suptime.app.transaction import changing
from suptime.app.wording import few, quoted
from suptime.domain.case import Case, Event, EventKind
from suptime.domain.contract import Contract, Version
from suptime.domain.timespan import Instant, Zone, rfc3339
from suptime.errors import NotPossible, WrongUsage
from suptime.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class Opening:
    """What was typed about a new case; None is what was left out."""

    number: str | None = None
    client: str | None = None
    contract: str | None = None
    subject: str | None = None
    category: str | None = None
    kind: str | None = None
    priority: str | None = None
    contact: str | None = None
    via: str | None = None
    project: str | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What was typed to change about a case; None is left as it is, an empty text takes it away."""

    subject: str | None = None
    category: str | None = None
    priority: str | None = None
    project: str | None = None


def open_case(
    store: Store, typed: Opening, *, at: Instant | None = None, now: Instant, agent: str, zone: Zone
) -> Done[Case]:
    """Open a case AT an instant (now, where none is given), under the next number where none was typed.

    Raises:
        WrongUsage: a value cannot be read; AT is in the future; the client or the contract must be named.
        NotPossible: no such client, contract or project; the number is taken.
        Refused: the contract does not sell the category, or is not in force on that day.
    """
    opened_at = now if at is None else at
    number = None if typed.number is None else checks.case_number(typed.number)
    fresh = Case(
        number=number or "",
        client="",
        contract="",
        opened_at=opened_at,
        subject="" if typed.subject is None else checks.line(typed.subject, "subject"),
        category=None if typed.category is None else checks.filled(typed.category, "category"),
        kind=typed.kind,
        priority=typed.priority,
        contact=None if typed.contact is None else checks.email(typed.contact, "contact"),
        via=None if typed.via is None else checks.filled(typed.via, "channel"),
        project=None if typed.project is None else checks.filled(typed.project, "project"),
    )
    checks.not_ahead(opened_at, now, zone, "The opening at")
    with changing(store, now, agent, "case open") as tx:
        code = _whose(tx, typed)
        contract = contract_of(tx, _which(tx, code, typed.contract))
        if fresh.project is not None:
            _project(tx, fresh.project, code)
        if number is not None:
            _free(tx, number)
        version = agreement.in_force(contract, opened_at, "The case would be opened")
        agreement.sold(version, fresh.category)
        case = replace(fresh, number=number or tx.next_case_number(), client=code, contract=contract.code)
        tx.add_case(case)
    note = agreement.category_note(version, case.category)
    return Done(case, {"case": document(case, contract, now)}, (note,) if note else ())


def _whose(tx: Transaction, typed: Opening) -> str:
    """The code of the client of a new case: named, or whose contract was named, or the only one."""
    if typed.client is not None:
        return lookup.client(tx, typed.client).code
    if typed.contract is not None:
        code = lookup.contract_code(tx, typed.contract)
        return next(row.client for row in tx.contract_rows(code=code))
    codes = [client.code for client in tx.clients()]
    if not codes:
        raise NotPossible("There is no client yet.", hint="suptime client add CODE --name NAME")
    if len(codes) > 1:
        raise WrongUsage(
            "It is not clear whose case this is.",
            f"The clients are {few(codes)}.",
            "Add --client CODE.",
        )
    return codes[0]


def _which(tx: Transaction, client: str, typed: str | None) -> str:
    """The code of the contract of a new case of CLIENT: named, or the only one."""
    if typed is not None:
        return lookup.contract_code(tx, typed, client=client)
    codes = list(dict.fromkeys(row.code for row in tx.contract_rows(client=client)))
    if not codes:
        raise NotPossible(
            f"The client {client} has no contract yet.", hint=f"suptime contract add {client} FILE"
        )
    if len(codes) > 1:
        raise WrongUsage(
            f"The client {client} has several contracts: {few(codes)}.", hint="Add --contract CODE."
        )
    return codes[0]


def _project(tx: Transaction, code: str, client: str) -> None:
    found = tx.project(code)
    if found is None:
        raise NotPossible(f"There is no project {quoted(code)}.", hint="Leave --project out.")
    if found.client != client:
        raise NotPossible(f"The project {found.code} is {found.client}'s, not {client}'s.")


def _free(tx: Transaction, number: str) -> None:
    taken = tx.case(number)
    if taken is None:
        return
    alike = (
        ""
        if taken.number == number
        else f" Numbers that differ from {number} in letter case alone are the same."
    )
    raise NotPossible(
        f"There is a case {taken.number} already: {taken.subject or 'no subject'}.{alike}",
        hint="Choose another number, or give none to take the next.",
    )


def edit(store: Store, number: str, changes: Changes, *, now: Instant, agent: str) -> Done[Case]:
    """Change what a case says.

    Raises:
        WrongUsage: nothing to change was given, or a value cannot be read.
        NotPossible: no such case or project; a resolved case would need a cause that it lacks.
        Refused: the contract does not sell the category.
    """
    if changes == Changes():
        raise WrongUsage(
            "Nothing to change was given.", hint="Add --subject, --category, --priority or --project."
        )
    typed: dict[str, str | None] = {}
    if changes.subject is not None:
        typed["subject"] = checks.line(changes.subject, "subject")
    if changes.category is not None:
        typed["category"] = checks.line(changes.category, "category") or None
    if changes.project is not None:
        typed["project"] = checks.line(changes.project, "project") or None
    if changes.priority is not None:
        typed["priority"] = changes.priority
    with changing(store, now, agent, "case edit") as tx:
        before = lookup.case(tx, number)
        contract = contract_of(tx, before.contract)
        version = agreement.nearest_version(contract, before.opened_at)
        after = replace(before, **typed)  # type: ignore[arg-type]
        if after.project is not None and after.project != before.project:
            _project(tx, after.project, after.client)
        if after.category != before.category:
            _still_resolved(after, contract)
            agreement.sold(version, after.category)
        if after != before:
            tx.save_case(after)
    note = agreement.category_note(version, after.category) if after.category != before.category else None
    return Done(after, {"case": document(after, contract, now)}, (note,) if note else (), after != before)


def _still_resolved(case: Case, contract: Contract) -> None:
    """A resolved case may not become one that is decided by a cause it does not have."""
    turn = case.last_turn
    if turn is None or turn.kind is not EventKind.RESOLVE or turn.cause is not None:
        return
    version = agreement.nearest_version(contract, turn.at)
    if agreement.by_cause(version, case.category):
        raise NotPossible(
            f"{case.number} was resolved without a cause, and {case.category or 'it'} is billed or free by its cause.",
            hint=f"suptime case reopen {case.number}",
        )


def every(
    store: Store, *, client: str | None = None, status: str | None = None, now: Instant
) -> tuple[list[Case], list[dict[str, Any]]]:
    """The cases (of one client, of one status) by number, and their documents.

    Raises:
        NotPossible: there is no such client.
    """
    with store.reading() as tx:
        code = None if client is None else lookup.client(tx, client).code
        cases = tx.cases(client=code, status=status)
        contracts = {code: contract_of(tx, code) for code in {case.contract for case in cases}}
    return cases, [document(case, contracts[case.contract], now) for case in cases]


@dataclass(frozen=True, slots=True)
class Shown:
    """A case with what its card tells besides."""

    case: Case
    title: str
    rule: str
    worked_seconds: int
    document: dict[str, Any]


def one(store: Store, number: str, *, now: Instant) -> Shown:
    """One case with what happened to it and the time worked on it.

    Raises:
        NotPossible: there is no such case.
    """
    with store.reading() as tx:
        case = lookup.case(tx, number)
        contract = contract_of(tx, case.contract)
        worked = sum(unit.seconds(now) for unit in tx.units(case=case.number))
    facts = document(case, contract, now) | {"worked_seconds": worked}
    return Shown(case, contract.latest.title, facts["category_rule"], worked, {"case": facts})


def document(case: Case, contract: Contract, now: Instant) -> dict[str, Any]:
    """CASE as JSON shows it, its category by the version in force when it was resolved, or NOW."""
    version = rules_for(case, contract, now)
    turn = case.last_turn
    resolved = turn if turn and turn.kind is EventKind.RESOLVE else None
    return {
        "case": case.number,
        "client": case.client,
        "contract": case.contract,
        "subject": case.subject,
        "status": case.status,
        "category": case.category,
        "category_rule": agreement.category_rule(version, case.category),
        "cause": resolved.cause if resolved else None,
        "kind": case.kind,
        "priority": case.priority,
        "contact": case.contact,
        "via": case.via,
        "project": case.project,
        "waived": case.waived,
        "opened_at": rfc3339(case.opened_at),
        "consented_at": _instant(case.first(EventKind.CONSENT)),
        "escalated_at": _instant(case.first(EventKind.ESCALATE)),
        "responded_at": _instant(case.first(EventKind.RESPOND)),
        "resolved_at": _instant(case.resolved_at),
        "estimate_seconds": case.estimate_seconds,
        "events": [*_events(case.events)],
    }


def rules_for(case: Case, contract: Contract, now: Instant) -> Version:
    """The version of CONTRACT by which CASE is shown: of its resolution, or NOW."""
    return agreement.nearest_version(contract, now if case.resolved_at is None else case.resolved_at)


def _events(events: Iterable[Event]) -> Iterable[dict[str, Any]]:
    for event in events:
        yield {
            "kind": event.kind.value,
            "at": rfc3339(event.at),
            "by": event.by,
            "up_to_seconds": event.up_to_seconds,
            "cause": event.cause,
            "kb": event.kb,
        }


def _instant(instant: Instant | None) -> str | None:
    return None if instant is None else rfc3339(instant)
