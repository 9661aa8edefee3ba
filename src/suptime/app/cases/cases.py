"""Cases: edit, delete, merge, list and show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from suptime.app import agreement, lookup
from suptime.app.agreement import moment_of, usual_channel
from suptime.app.cases import listed_names
from suptime.app.dependence import Facts, refuse_issued, refuse_untaken
from suptime.app.effect import effect_of
from suptime.app.facts import contract_of, taxes_of
from suptime.app.units import formatted
from suptime.app.use_case import Result, changing
from suptime.contracts import category_rule, refuse_priority
from suptime.domain.case import Case, Event, EventKind, Message
from suptime.domain.caution import Caution
from suptime.domain.contract import Contract, Version
from suptime.domain.outcome import Outcome
from suptime.domain.time import Instant, Seconds, Zone, rfc3339
from suptime.domain.values import few
from suptime.errors import NotPossible, WrongUsage
from suptime.invoicing.draft import Letterhead
from suptime.reports.estimate import estimate as told
from suptime.store import Store, Transaction


def edit(
    store: Store,
    number: str,
    changed: Mapping[str, Any],
    *,
    unlisted: bool = False,
    now: Instant,
    agent: str,
) -> Result[Case]:
    """Change fields of a case. A category that is `unlisted` is recorded as typed.

    Raises:
        WrongUsage: no change is given, or the contract does not list the category.
        NotPossible: no such case or project; a resolved case would need a cause that it lacks.
        Refused: the contract does not sell the category, or gives cases of that kind no such priority.
    """
    with changing(store, now, agent, "case edit") as tx:
        before, after, notes = _edit(tx, number, changed, unlisted=unlisted)
        facts = shown(tx, after, now)
    return Result(after, {"case": facts}, notes, after != before)


def effect_of_editing(
    store: Store, number: str, changed: Mapping[str, Any], *, unlisted: bool = False, now: Instant, agent: str
) -> list[dict[str, Any]]:
    """Return the charges of open drafts before and after `edit`. Change nothing.

    Raises:
        WrongUsage, NotPossible, Refused: as `edit`.
    """

    def clients(tx: Transaction) -> set[str]:
        named = [changed["client"]] if changed.get("client") else []
        return {lookup.case(tx, number).client, *(lookup.client(tx, code).code for code in named)}

    return effect_of(
        store, clients, lambda tx: _edit(tx, number, changed, unlisted=unlisted), now=now, agent=agent
    )


def _edit(
    tx: Transaction, number: str, changed: Mapping[str, Any], *, unlisted: bool
) -> tuple[Case, Case, tuple[Caution, ...]]:
    """Change fields of a case within a transaction; return it before and after, with warnings."""
    if not changed:
        raise WrongUsage(
            "Nothing to change.",
            hint="Add --subject, --category, --kind, --priority, --project, --client, --contract or --at.",
        )
    before = lookup.case(tx, number)
    moved = _moved(tx, before, changed)
    own = {name: value for name, value in changed.items() if name not in MOVING}
    contract = contract_of(tx, moved.contract)
    version = agreement.nearest_version(contract, moved.opened_at)
    listed = listed_names.categories(version)
    category, insisted = listed.accept(own.get("category"), unlisted=unlisted)
    agreement.check_name(version, own.get("priority"))
    after = replace(moved, **own)
    if "category" in own:
        after = replace(after, category=category, unlisted=insisted)
    if after.project is not None and (after.project, after.client) != (before.project, before.client):
        after = replace(after, project=lookup.project(tx, after.project, after.client).code)
    if (after.category, after.contract) != (before.category, before.contract):
        _still_resolved(after, contract)
        agreement.sold(version, after.category)
    if (after.kind, after.priority) != (before.kind, before.priority):
        refuse_priority(version, after.kind, after.priority)
    if after != before:
        tx.cases.save(after)
    changes = (after.category, after.unlisted) != (before.category, before.unlisted)
    return before, after, listed.cautions(after.category, insisted=after.unlisted) if changes else ()


MOVING = frozenset({"client", "contract", "opened_at"})
"""Fields of a case that select the contract of its work."""


def _moved(tx: Transaction, case: Case, changed: Mapping[str, Any]) -> Case:
    """Return a case with another client, contract or opening time, if its work and appointments allow it.

    Raises:
        WrongUsage: the new client has several contracts, and none is named.
        NotPossible: no such client or contract, something issued has the case, or work or an event would lie
            before the opening.
        Refused: the contract does not take its work or appointments.
    """
    if not MOVING & changed.keys():
        return case
    client = lookup.client(tx, changed["client"]).code if changed.get("client") else case.client
    if client != case.client:
        instead = f"Open a case for {client}, and move the work that is not invoiced"
        refuse_issued(tx, Facts(case=case.number), f"The client of {case.number}", instead)
    named = changed.get("contract") or None
    stays = named is None and client == case.client
    contract = case.contract if stays else lookup.which_contract(tx, client, named)
    opened_at = changed.get("opened_at") or case.opened_at
    units = tx.units.find(case=case.number)
    dated = [
        *((unit.started_at, f"U{unit.id}") for unit in units),
        *((e.at, f"its {e.kind}") for e in case.events),
    ]
    if early := [name for at, name in sorted(dated) if at < opened_at]:
        raise NotPossible(
            f"{case.number} cannot be opened later than {early[0]}.", hint="Give an earlier --at."
        )
    if contract != case.contract:
        agreed = contract_of(tx, contract)
        agreement.in_force(agreed, opened_at, f"{case.number} would be opened")
        refuse_untaken(agreed, units, tx.appointments.find(case=case.number))
    return replace(case, client=client, contract=contract, opened_at=opened_at)


def delete(store: Store, number: str, *, now: Instant, agent: str) -> Result[Case]:
    """Delete a case with its messages and events. Its number is not used again.

    Raises:
        NotPossible: there is no such case, or it has units, appointments or issued lines.
    """
    with changing(store, now, agent, "case delete") as tx:
        case = lookup.case(tx, number)
        if document_number := tx.cases.has_lines(case.number):
            raise NotPossible(
                f"{case.number} cannot be deleted: it has a line on {document_number}.",
                "Issued documents do not change.",
                "To waive its time: suptime waive",
            )
        units = [f"U{unit.id}" for unit in tx.units.find(case=case.number)]
        booked = [f"A{one.id}" for one in tx.appointments.find(case=case.number)]
        if needed := [*units, *booked]:
            raise NotPossible(
                f"{case.number} cannot be deleted: it has {few(needed)}.",
                hint="First delete them or move them to another case.",
            )
        contract = contract_of(tx, case.contract)
        tx.cases.remove(case)
    return Result(case, {"case": document(case, contract, now)})


def merge(store: Store, number: str, into: str, *, now: Instant, agent: str, zone: Zone) -> Result[Case]:
    """Move everything of a case except its events `into` another case. Its number becomes another name of that case.

    Raises:
        NotPossible: no such case; another client or contract; something issued has it; or work would lie before the
            opening or after the resolution of the other one.
    """
    with changing(store, now, agent, "case merge") as tx:
        case, after = _merge(tx, number, into, zone, now)
        facts = shown(tx, after, now)
    told = (
        (f"{case.number} was waived ({case.waived}). Its time is now charged as time of {after.number}.",)
        if case.waived and not after.waived
        else ()
    )
    return Result(after, {"case": facts}, told=told)


def effect_of_merging(
    store: Store, number: str, into: str, *, now: Instant, agent: str, zone: Zone
) -> list[dict[str, Any]]:
    """Return the charges of open drafts before and after `merge`. Change nothing.

    Raises:
        NotPossible: as `merge`.
    """
    return effect_of(
        store,
        lambda tx: {lookup.case(tx, number).client},
        lambda tx: _merge(tx, number, into, zone, now),
        now=now,
        agent=agent,
    )


def _merge(tx: Transaction, number: str, into: str, zone: Zone, now: Instant) -> tuple[Case, Case]:
    """Merge a case into another within a transaction. Return both, the merged case first."""
    case, other = lookup.case(tx, number), lookup.case(tx, into)
    if case.number == other.number:
        raise NotPossible(f"{case.number} cannot be merged into itself.", hint="Give two different cases.")
    for what, mine, theirs in (
        ("client", case.client, other.client),
        ("contract", case.contract, other.contract),
    ):
        if mine != theirs:
            raise NotPossible(
                f"{case.number} cannot be merged into {other.number}: the {what} is {mine}, not {theirs}.",
                hint=f"suptime case edit {case.number} --{what} {theirs}, first.",
            )
    if document_number := tx.cases.has_lines(case.number):
        raise NotPossible(
            f"{case.number} cannot be merged into {other.number}: it has a line on {document_number}.",
            "Issued documents do not change.",
            f"To merge them the other way round: suptime case merge {other.number} {case.number}",
        )
    for name, start, end in (
        *((f"U{u.id}", u.started_at, u.ended_at) for u in tx.units.find(case=case.number)),
        *(
            (f"A{a.id}", a.starts_at, a.ends_at)
            for a in tx.appointments.find(case=case.number)
            if a.cancelled_at is None and a.missed_by is None
        ),
    ):
        if start < other.opened_at:
            raise NotPossible(
                f"{name} would be before the opening of {other.number} at "
                f"{formatted(other.opened_at, zone, now)}.",
                hint=f"To change the opening: suptime case edit {other.number} --at TIME",
            )
        if resolved := other.resolved_in(start, end):
            raise NotPossible(
                f"{name} would be after the resolution of {other.number} at {formatted(resolved, zone, now)}.",
                hint=f"suptime case event edit {other.number} N --at TIME, or suptime case reopen {other.number}",
            )
    tx.cases.merge(case, other)
    return case, other


def _still_resolved(case: Case, contract: Contract) -> None:
    """Refuse a resolved case whose new category needs a cause that it does not have."""
    turn = case.last_turn
    if turn is None or turn.kind is not EventKind.RESOLVE or turn.cause is not None:
        return
    version = agreement.nearest_version(contract, turn.at)
    if agreement.by_cause(version, case.category):
        raise NotPossible(
            f"{case.number} was resolved without a cause, but {case.category or 'it'} is billed or free by its cause.",
            hint=f"suptime case reopen {case.number}",
        )


def list_all(
    store: Store, *, client: str | None = None, status: str | None = None, now: Instant
) -> tuple[list[Case], list[dict[str, Any]]]:
    """Return the cases (of one client, of one status) by number, and their documents.

    Raises:
        NotPossible: there is no such client.
    """
    with store.reading() as tx:
        code = None if client is None else lookup.client(tx, client).code
        cases = tx.cases.find(client=code, status=status)
        contracts = {code: contract_of(tx, code) for code in {case.contract for case in cases}}
    return cases, [document(case, contracts[case.contract], now) for case in cases]


@dataclass(frozen=True, slots=True)
class CaseDetails:
    """A case with its time and history for `case show`."""

    case: Case
    title: str
    rule: str
    worked_seconds: int
    messages: list[Message]
    document: dict[str, Any]


def get(store: Store, number: str, *, now: Instant) -> CaseDetails:
    """Return one case with its history and the time worked on it.

    Raises:
        NotPossible: there is no such case.
    """
    with store.reading() as tx:
        case = lookup.case(tx, number, by_words=True)
        return _details(tx, case, now)


def shown(tx: Transaction, case: Case, now: Instant) -> dict[str, Any]:
    """Return a case as JSON shows it, with its worked time and its messages."""
    facts: dict[str, Any] = _details(tx, case, now).document["case"]
    return facts


def _details(tx: Transaction, case: Case, now: Instant) -> CaseDetails:
    contract = contract_of(tx, case.contract)
    messages = tx.messages.of(case.number)
    facts = document(case, contract, now)
    facts["worked_seconds"] = sum(unit.seconds(now) for unit in tx.units.find(case=case.number))
    facts["aliases"] = [alias.number for alias in tx.cases.aliases(case.number)]
    facts["messages"] = [message_document(message) for message in messages]
    return CaseDetails(
        case,
        contract.latest.title,
        facts["category_rule"],
        facts["worked_seconds"],
        messages,
        {"case": facts},
    )


def document(case: Case, contract: Contract, now: Instant) -> dict[str, Any]:
    """Return a case as JSON shows it, its category by the version in force when it was resolved, or `now`."""
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
        "category_rule": category_rule(version, case.category),
        "cause": resolved.cause if resolved else None,
        "kb": resolved.kb if resolved else None,
        "kind": case.kind,
        "priority": case.priority,
        "effective_priority": agreement.effective_priority(
            agreement.nearest_version(contract, case.opened_at), case
        ),
        "contact": case.contact,
        "via": case.via,
        "project": case.project,
        "waived": case.waived,
        "opened_at": rfc3339(case.opened_at),
        "consented_at": _instant(case.first(EventKind.CONSENT)),
        "consent": _consent(case),
        "escalated_at": _instant(case.first(EventKind.ESCALATE)),
        "responded_at": _instant(case.first(EventKind.RESPOND)),
        "resolved_at": _instant(case.resolved_at),
        "waiting_since": _instant(case.wait.at if case.wait else None),
        "waiting_for": case.wait.waits_for if case.wait else None,
        "estimate_seconds": case.estimate_seconds,
        "events": [*_events(case.numbered)],
    }


def _consent(case: Case) -> dict[str, Any]:
    """Return the latest request for consent to work on `case`, the reply to it, and the latest refusal."""
    request, reply = case.last(EventKind.CONSENT_REQUEST), case.reply
    refusal = case.last(EventKind.CONSENT_REFUSED)
    return {
        "requested_at": _instant(request.at if request else None),
        "requested_of": request.by if request else None,
        "requested_seconds": request.up_to_seconds if request else None,
        "replied_at": _instant(reply.at if reply else None),
        "replied_by": reply.by if reply else None,
        "refused_at": _instant(refusal.at if refusal else None),
        "refused_by": refusal.by if refusal else None,
    }


def message_document(message: Message) -> dict[str, Any]:
    """Return a message as JSON shows it."""
    return {
        "id": message.id,
        "case": message.case,
        "direction": message.direction,
        "at": rfc3339(message.at),
        "received_at": rfc3339(message.at),
        "sent_at": _instant(message.sent_at),
        "message_id": message.message_id,
        "from": message.sender,
        "subject": message.subject,
        "body": message.body,
        "attachments": [*message.attachments],
        "file": message.file,
    }


def rules_for(case: Case, contract: Contract, now: Instant) -> Version:
    """Return the version of `contract` for showing `case`: the one of its resolution, or of `now`."""
    return agreement.nearest_version(contract, now if case.resolved_at is None else case.resolved_at)


def _events(events: Iterable[Event]) -> Iterable[dict[str, Any]]:
    for event in events:
        yield {
            "n": event.n,
            "kind": event.kind.value,
            "at": rfc3339(event.at),
            "by": event.by,
            "up_to_seconds": event.up_to_seconds,
            "cause": event.cause,
            "kb": event.kb,
            "for": event.waits_for,
        }


def _instant(instant: Instant | None) -> str | None:
    return None if instant is None else rfc3339(instant)


def estimate(store: Store, number: str, seconds: Seconds, *, now: Instant, agent: str) -> Result[Case]:
    """Record an estimate for a case (A2). A later estimate replaces it; the audit trail keeps both.

    Raises:
        NotPossible: there is no such case.
    """
    with changing(store, now, agent, "case estimate") as tx:
        before = lookup.case(tx, number)
        after = replace(before, estimate_seconds=seconds)
        if after != before:
            tx.cases.save(after)
        contract = contract_of(tx, after.contract)
    return Result(after, {"case": document(after, contract, now)}, changed=after != before)


def paper(store: Store, number: str, head: Letterhead, *, now: Instant) -> dict[str, Any]:
    """Return the estimate of a case as a document for the client, under `head`, at today's prices.

    Raises:
        NotPossible: there is no such case, or it has no estimate yet.
        Refused: the contract is not in force today.
    """
    with store.reading() as tx:
        case = lookup.case(tx, number)
        if case.estimate_seconds is None:
            raise NotPossible(
                f"{case.number} has no estimate yet.", hint=f"suptime case estimate {case.number} DURATION"
            )
        return facts_of(tx, case, head, now)


def facts_of(tx: Transaction, case: Case, head: Letterhead, now: Instant) -> dict[str, Any]:
    """Return the cost of `case`, with its estimate, at today's prices, for a document under `head`.

    Raises:
        Refused: the contract is not in force today.
    """
    contract = contract_of(tx, case.contract)
    client = lookup.client(tx, case.client)
    version = agreement.in_force(contract, now, "The estimate would be made")
    share = moment_of(case, version, now, usual_channel(version))
    # If the cause decides, the estimate assumes the billable cause.
    outcome, reason, _ = share.at_worst
    covered = reason.text if outcome is Outcome.COVERED else None
    day, language = version.zone.day(now), head.language_for(client)
    taxed = replace(client, tax=taxes_of(tx, client).on(day))
    facts = told(case, taxed, version, covered, day, now, head.wording.tax_rules(head.tax, language))
    until = day + timedelta(days=head.estimate_days)
    words = head.wording.text("estimate", language)
    return facts | head.frame(client) | {"valid_until": until.isoformat(), "words": words}
