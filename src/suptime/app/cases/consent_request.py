"""Requests for consent by e-mail (A6), and the client's replies."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from suptime.app import agreement, lookup, units
from suptime.app.cases import cases
from suptime.app.cases import outgoing_mail as outgoing
from suptime.app.cases.cases import document
from suptime.app.facts import contract_of
from suptime.app.use_case import Result, changing
from suptime.contracts import needs_consent
from suptime.domain.case import Case, Event, EventKind, Message
from suptime.domain.caution import Caution
from suptime.domain.contract import Contract, Version
from suptime.domain.outcome import Outcome
from suptime.domain.time import Instant, Seconds, Zone
from suptime.errors import NotPossible, WrongUsage
from suptime.interchange.mail.letter import Answer, is_answerable
from suptime.invoicing.draft import Letterhead
from suptime.store import Store, Transaction

TEMPLATE = "consent_request.txt.j2"
"""Template of the request: its first line is the subject; the text begins after an empty line."""

_ID = "<consent-"
"""Prefix of the Message-ID of each request, which identifies a reply."""


@dataclass(frozen=True, slots=True)
class ConsentRequest:
    """A case, the request for consent to work on it, and the file of the message."""

    case: Case
    request: Event
    message: Path


def ask(
    store: Store,
    number: str,
    *,
    to: str | None,
    length: Seconds | None,
    firm: outgoing.Firm,
    head: Letterhead,
    now: Instant,
    agent: str,
    zone: Zone,
) -> Result[ConsentRequest]:
    """Write the message that asks the client for consent to `length` of work, and record the request.

    The default of `length` is the case's estimate, if any. The default of `to` is the case's contact, else the
    client's address.

    Raises:
        WrongUsage: there is no recipient, the outbox cannot be written,
            or a template of the user's own is invalid.
        NotPossible: there is no such case, it is resolved, or its work needs no consent.
        Refused: the contract is not in force today.
    """
    with outgoing.placing() as placed, changing(store, now, agent, "case consent") as tx:
        case = lookup.case(tx, number)
        contract = contract_of(tx, case.contract)
        version = agreement.in_force(contract, now, "The request for consent would be made")
        _may_ask(tx, case, contract, version, now)
        address = to or case.contact or lookup.client(tx, case.client).email
        if not address:
            raise WrongUsage(
                f"There is no recipient: {case.number} has no contact, and {case.client} has no e-mail "
                "address.",
                hint="Add --to EMAIL.",
            )
        request = Event(
            EventKind.CONSENT_REQUEST,
            now,
            by=address,
            up_to_seconds=length or case.estimate_seconds or None,
        )
        if any((e.at, e.by) == (now, address) for e in case.of_kind(EventKind.CONSENT_REQUEST)):
            raise NotPossible(
                f"{address} was already asked for consent to work on {case.number}, at "
                f"{units.formatted(now, zone, now)}."
            )
        answer = _letter(tx, case, request, firm, head, now)
        placed.append(outgoing.place(tx, case, "consent-request", answer, firm))
        tx.cases.add_event(case.number, request)
        after = lookup.case(tx, case.number)
    asked = {"to": address, "for_seconds": request.up_to_seconds, "message": str(placed[0])}
    notes = (
        ()
        if answer.sender
        else (
            Caution(
                "sender-missing", "The message has no sender. Set one: suptime config set seller.email EMAIL"
            ),
        )
    )
    return Result(
        ConsentRequest(after, request, placed[0]),
        {"case": document(after, contract, now), "request": asked},
        notes,
    )


def _may_ask(tx: Transaction, case: Case, contract: Contract, version: Version, now: Instant) -> None:
    """Refuse a request if consent would change nothing.

    Raises:
        NotPossible: the contract needs no consent, the case is resolved, or its work is free or covered.
    """
    if not needs_consent(version):
        raise NotPossible(f"{contract.code} does not require consent: billable work can start without it.")
    if case.resolved_at is not None:
        raise NotPossible(f"{case.number} is resolved.", hint=f"suptime case reopen {case.number}")
    outcome, reason, _ = agreement.ordinary(tx, case, contract, version, now).at_worst
    if outcome is not Outcome.CHARGEABLE and reason.clause != "consent":
        raise NotPossible(f"Work on {case.number} is not billed, so it needs no consent: {reason.text}")


def _letter(
    tx: Transaction, case: Case, request: Event, firm: outgoing.Firm, head: Letterhead, now: Instant
) -> Answer:
    """Return the message for `request` in the client's language."""
    from suptime.documents import fill
    from suptime.language.translate import using_language
    from suptime.resources import looking_in

    facts = cases.facts_of(tx, replace(case, estimate_seconds=request.up_to_seconds), head, now)
    facts["seller"] = {"name": firm.seller.get("name", ""), "email": firm.seller.get("email", "")}
    with looking_in(firm.templates), using_language(facts["language"]):
        subject, _, text = fill(TEMPLATE, facts).decode().partition("\n")
    sender = firm.seller.get("email")
    to = request.by or ""
    digest = hashlib.sha256(f"{case.number}\n{to}\n{now}".encode()).hexdigest()[:24]
    before = [m.message_id for m in tx.messages.of(case.number) if m.direction == "in" and m.message_id]
    answer = Answer(
        to=to,
        to_name="",
        sender=sender,
        sender_name=firm.seller.get("name", ""),
        subject=subject,
        text=text.strip("\n") + "\n",
        at=now,
        message_id=f"{_ID}{digest}@{(sender or 'suptime.invalid').rpartition('@')[2]}>",
        answered=tuple(before),
        automatic=False,
    )
    if not is_answerable(answer):
        raise WrongUsage(f"Cannot write a message to {to}.", hint="Give another address: --to EMAIL.")
    return answer


def answered_request(tx: Transaction, thread: Iterable[str]) -> Message | None:
    """Return the request for consent that a message answers, given the ids of its `thread`, oldest first."""
    for identity in reversed([*thread]):
        if (
            identity.startswith(_ID)
            and (found := tx.messages.by_message_id(identity))
            and found.direction == "out"
        ):
            return found
    return None


def add_reply(tx: Transaction, case: Case, request: Message, sender: str, at: Instant) -> str:
    """Record the reply of `sender` to `request`, and return the next step as a sentence."""
    # A client's clock may be slow, but a reply always follows its request.
    tx.cases.add_event(case.number, Event(EventKind.CONSENT_REPLY, max(at, request.at), by=sender))
    return (
        f"This is a reply to the request for consent to work on {case.number}. If the client agrees: "
        f"suptime case consent {case.number} --by {sender}. If not: add --refused"
    )
