"""Open a case for a message, or add the message to the case of its subject or its thread (A1)."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from suptime.app import agreement, lookup
from suptime.app.cases import consent_request as asking
from suptime.app.cases import events, opening
from suptime.app.cases import outgoing_mail as outgoing
from suptime.app.cases.cases import document, message_document
from suptime.app.facts import contract_of
from suptime.app.units import not_ahead
from suptime.app.use_case import Result, changing
from suptime.domain import values
from suptime.domain.case import Case, EventKind, Message
from suptime.domain.caution import Caution
from suptime.domain.time import DAY, Instant, Zone
from suptime.domain.values import accept, few
from suptime.errors import NotPossible, WrongUsage
from suptime.interchange.mail.letter import Answer, is_answerable
from suptime.interchange.mail.message import Mail, read_mail, without_answer_marks
from suptime.store import Store, Transaction

FOR_NEW_CASES = ("subject", "category", "kind", "priority", "project", "contract")


@dataclass(frozen=True, slots=True)
class Received:
    """Result of an incoming message: its case, the message, and the file of its acknowledgement, if any.

    `matched_by` is "subject" or "thread" if the message was added to an existing case.
    """

    case: Case
    message: Message
    acknowledgement: Path | None = None
    opened: bool = False
    matched_by: str | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """Settings for incoming mail: our mail hosts, and limits for one address in 24 hours."""

    received_by: Sequence[str] = ()
    acknowledge_limit: int = 5
    case_limit: int = 20


def receive(
    store: Store,
    raw: bytes,
    typed: opening.Opening,
    firm: outgoing.Firm,
    intake: Intake,
    *,
    file: str | None = None,
    at: Instant | None = None,
    now: Instant,
    agent: str,
    zone: Zone,
) -> Result[Received]:
    """Add the message in `raw`, from `file`, to its case, or open a new case for it and acknowledge it.

    Values that were `typed` take precedence over the message. The default of `at` is the receipt of the message.

    Raises:
        WrongUsage: `raw` is not a readable message or has no sender; the client of the case is
            unclear; `at` is in the future; the outbox cannot be written.
        NotPossible: no such client, contract or project; the typed number is taken; the message is an automatic
            reply that matches no case; its sender opened too many cases.
        Refused: the contract does not sell the category, or is not in force on that day.
    """
    mail = read_mail(raw)
    address = accept(values.EMAIL, typed.contact) if typed.contact is not None else mail.sender
    if address is None:
        raise WrongUsage("The message has no sender.", hint="Add --contact EMAIL.")
    if at is not None:
        not_ahead(at, now, zone, "The opening at")
    came_at = at if at is not None else _receipt(mail, intake, now)
    said = Message(
        id=0,
        case="",
        direction="in",
        at=came_at,
        message_id=mail.message_id,
        sender=address,
        subject=mail.subject,
        body=mail.body,
        attachments=mail.attachments,
        file=file,
        sent_at=mail.sent_at,
    )
    new = replace(
        typed,
        contact=address,
        subject=without_answer_marks(mail.subject) if typed.subject is None else typed.subject,
        via="email" if typed.via is None else typed.via,
    )
    fresh = opening.drafted(new, came_at)
    with outgoing.placing() as placed, changing(store, now, agent, "case open") as tx:
        if there := tx.messages.by_message_id(mail.message_id):
            return _result(tx, Received(_case(tx, there.case), there), now, changed=False)
        notes: list[Caution] = []
        request = None if fresh.number else asking.answered_request(tx, mail.thread)
        by_subject = None if fresh.number else _case_in_subject(tx, mail, typed, address, notes)
        in_thread = None if fresh.number or by_subject else _case_in_thread(tx, mail, typed, address)
        if case := by_subject or in_thread:
            added = tx.messages.add(replace(said, case=case.number))
            if not mail.automatic:
                events.on_message(tx, case, came_at)
            told: tuple[str, ...] = ()
            if request and request.case == case.number and not mail.automatic:
                told = (asking.add_reply(tx, case, request, address, came_at),)
            matched_by = "subject" if by_subject else "thread"
            received = Received(_case(tx, case.number), added, matched_by=matched_by)
            return _result(tx, received, now, (*notes, *_on_added(case, typed)), told)
        if mail.answered_by_program:
            raise NotPossible(
                "This message is an automatic reply, and it belongs to no case.",
                "Nothing was recorded.",
                "If it contains a request, open a case for it: suptime case open --client CLIENT --subject "
                "TEXT",
            )
        before = tx.messages.that_opened(address, came_at - DAY, came_at)
        if len(before) >= intake.case_limit:
            raise NotPossible(
                f"{address} opened {len(before)} cases by e-mail in 24 hours.",
                f"The limit is {intake.case_limit} (mail.case_limit). Nothing was recorded.",
                "suptime config set mail.case_limit N",
            )
        client, doubts = whose(tx, typed, address)
        opened = opening.add(tx, new, fresh, client, mail.body)
        notes += _alike(tx, opened.case)
        added = tx.messages.add(replace(said, case=opened.case.number))
        answer = _answer(tx, mail, address, opened, firm, now)
        acknowledged = sum(is_acknowledged for _, is_acknowledged in before)
        why_not = _unanswered(mail, answer, firm, typed) or _enough(address, acknowledged, intake)
        if not why_not:
            placed.append(outgoing.place(tx, opened.case, "acknowledgement", answer, firm))
        received = Received(opened.case, added, placed[0] if placed else None, opened=True)
        notes += [*doubts, *opened.notes]
        told = (*opened.told, *([f"No acknowledgement was written: {why_not}."] if why_not else ()))
        done = _result(tx, received, now, tuple(notes), told)
    return replace(done, document=done.document | opened.document(now))


def _receipt(mail: Mail, intake: Intake, now: Instant) -> Instant:
    """Return the time of receipt: from the topmost Received header of our hosts, or `now`.

    The sender could have written all other headers.
    """
    ours = {host.rstrip(".").lower() for host in intake.received_by}
    hop = next((hop for hop in mail.received if not ours or hop.host in ours), None)
    return now if hop is None or hop.at is None or hop.at > now else hop.at


def _case_in_subject(
    tx: Transaction, mail: Mail, typed: opening.Opening, address: str, notes: list[Caution]
) -> Case | None:
    """Return the case whose number is in the subject of `mail`, if `address` may write about it; add to `notes` if not."""
    client = None if typed.client is None else own_client(tx, typed.client)
    foreign = []
    for case in case_numbers_in(tx, mail.subject):
        if case.client == client or (client is None and belongs(tx, address, case)):
            return case
        foreign.append(case)
    if foreign:
        who = f"not a case of {client}" if client else f"and {address} is not known there"
        said = (
            f"The subject contains {foreign[0].number}, a case of {foreign[0].client}, {who}. The message "
            "was not added to it."
        )
        notes.append(Caution("case-foreign", said))
    return None


def _case_in_thread(tx: Transaction, mail: Mail, typed: opening.Opening, address: str) -> Case | None:
    """Return the case of the message that `mail` replies to, else of the messages that it refers to, newest first.

    `address` must be allowed to write about the case.
    """
    for identity in dict.fromkeys((*mail.answers, *mail.refers_to)):
        message = tx.messages.by_message_id(identity)
        if message and (case := _threaded_case(tx, message, typed, address)):
            return case
    return None


def _alike(tx: Transaction, case: Case) -> Iterator[Caution]:
    """Yield a warning if the client of `case` has another open case with the same subject."""
    subject = without_answer_marks(case.subject).casefold()
    for other in tx.cases.find(client=case.client, status="open") if subject else ():
        if other.number != case.number and without_answer_marks(other.subject).casefold() == subject:
            said = (
                f"{other.number} of {case.client} is open and has the same subject. To merge the two: suptime "
                f"case merge {case.number} {other.number}"
            )
            yield Caution("case-alike", said)
            return


def _enough(address: str, acknowledged: int, intake: Intake) -> str:
    """Return the reason why `address` gets no more acknowledgements within 24 hours, or nothing."""
    if acknowledged < intake.acknowledge_limit:
        return ""
    return (
        f"{address} had {acknowledged} in 24 hours; the limit is {intake.acknowledge_limit} "
        "(mail.acknowledge_limit)"
    )


def _threaded_case(tx: Transaction, message: Message, typed: opening.Opening, address: str) -> Case | None:
    """Return the case of `message` if `address` may write about it or was asked for consent."""
    case = _case(tx, message.case)
    if typed.client is not None:
        return case if case.client == own_client(tx, typed.client) else None
    asked = {(event.by or "").casefold() for event in case.of_kind(EventKind.CONSENT_REQUEST)}
    return case if address.casefold() in asked or belongs(tx, address, case) else None


def _on_added(case: Case, typed: opening.Opening) -> Iterator[Caution]:
    """Yield warnings about a message that was added to `case`."""
    if case.resolved_at is not None:
        said = f"{case.number} is resolved. To reopen it: suptime case reopen {case.number}"
        yield Caution("case-resolved", said)
    if unused := [f"--{name}" for name in FOR_NEW_CASES if getattr(typed, name) is not None]:
        verb = "is" if len(unused) == 1 else "are"
        said = f"{case.number} is unchanged: {', '.join(unused)} {verb} for a new case."
        yield Caution("options-unused", said)


def _unanswered(mail: Mail, answer: Answer, firm: outgoing.Firm, typed: opening.Opening) -> str:
    """Return why `mail` gets no acknowledgement (RFC 3834: none for programs and lists), without a full stop; or nothing."""
    own = (firm.seller.get("email") or "").casefold()
    if typed.contact is None and mail.automatic:
        reason = mail.automatic
    elif own and own in {answer.to.casefold(), (mail.sender or "").casefold()}:
        reason = "it is from our own address"
    elif not is_answerable(answer):
        reason = f"{answer.to} is not a valid recipient"
    else:
        return ""
    return reason


def _answer(
    tx: Transaction, mail: Mail, address: str, opened: opening.Opened, firm: outgoing.Firm, now: Instant
) -> Answer:
    """Return the acknowledgement of `mail` from `address`."""
    from suptime.documents import fill
    from suptime.resources import looking_in

    case = opened.case
    sender = firm.seller.get("email") or mail.to
    digest = hashlib.sha256(f"{case.number}\n{mail.message_id}\n{case.opened_at}".encode()).hexdigest()[:24]
    name = mail.sender_name[:100] if address == mail.sender else ""
    said = {
        "case": document(case, opened.contract, now),
        "message": {"sender": address, "sender_name": name, "subject": mail.subject},
        "asks_for_consent": agreement.awaits_consent(
            tx, case, opened.contract, opened.version, case.opened_at
        ),
        "seller": {"name": firm.seller.get("name", ""), "email": sender or ""},
    }
    with looking_in(firm.templates):
        text = fill("acknowledgement.txt.j2", said).decode()
    return Answer(
        to=mail.reply_to or address if address == mail.sender else address,
        to_name=name,
        sender=sender,
        sender_name=firm.seller.get("name", ""),
        subject=f"[{case.number}] {case.subject}",
        text=text,
        at=now,
        message_id=f"<{digest}@{(sender or 'suptime.invalid').rpartition('@')[2]}>",
        answered=mail.thread,
    )


def _case(tx: Transaction, number: str) -> Case:
    found = tx.cases.get(number)
    assert found is not None  # noqa: S101 - every message in the database has a case
    return found


def _result(
    tx: Transaction,
    received: Received,
    now: Instant,
    notes: tuple[Caution, ...] = (),
    told: tuple[str, ...] = (),
    *,
    changed: bool = True,
) -> Result[Received]:
    path = received.acknowledgement
    case = document(received.case, contract_of(tx, received.case.contract), now)
    shown = {"case": case, "message": message_document(received.message)}
    more = {"acknowledgement": str(path) if path else None, "matched_by": received.matched_by}
    return Result(received, shown | more, notes, changed, told)


MOST_TRIED = 50

PROVIDERS = frozenset(
    """
    aol.com fastmail.com free.fr gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com
    hotmail.com hotmail.co.uk hotmail.de hotmail.fr icloud.com laposte.net libero.it live.com
    mac.com mail.com mail.ru me.com msn.com orange.fr outlook.com outlook.de proton.me
    protonmail.com qq.com t-online.de wanadoo.fr web.de yahoo.ca yahoo.co.jp yahoo.co.uk
    yahoo.com yahoo.de yahoo.fr yandex.ru zoho.com
    """.split()
)

"""Domains of public mail providers: users of the same domain need not belong to the same client."""

_TOKEN = re.compile(r"[A-Za-z0-9_./#-]+")

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")


def case_numbers_in(tx: Transaction, subject: str) -> Iterator[Case]:
    """Yield the cases whose numbers are separate words in `subject`, in any letter case."""
    text = unicodedata.normalize("NFKC", subject.translate(_DASHES))
    seen = set()
    for token in _TOKEN.findall(text)[:MOST_TRIED]:
        for number in dict.fromkeys((token, token.strip("./#-"))):
            if (
                any(c.isdigit() for c in number)
                and (found := tx.cases.get(number))
                and found.number not in seen
            ):
                seen.add(found.number)
                yield found


def belongs(tx: Transaction, address: str, case: Case) -> bool:
    """Return whether `address` belongs to the client of `case`, or wrote about the case before.

    If there is only one client, every address belongs to it.
    """
    theirs = {case.contact or "", *(m.sender for m in tx.messages.of(case.number) if m.direction == "in")}
    if address.casefold() in {known.casefold() for known in theirs}:
        return True
    clients = _by(tx, address)
    return clients == [case.client] or (
        not clients and [c.code for c in tx.clients.list_all()] == [case.client]
    )


def whose(tx: Transaction, typed: opening.Opening, address: str) -> tuple[str, tuple[Caution, ...]]:
    """Return the client of a new case from `address`, with warnings.

    It is the client that was `typed`, else the one with the address, else the only one with
    an address at its domain, else the only client of all.

    Raises:
        WrongUsage: no client fits.
        NotPossible: there is no such client, or none at all.
    """
    if typed.client is not None or typed.contract is not None:
        return opening.whose(tx, typed), ()
    clients = _by(tx, address)
    if len(clients) == 1:
        return clients[0], ()
    if clients:
        raise WrongUsage(
            "The client of this case is unclear.",
            f"{few(clients)} have addresses like {address}.",
            "Add --client CODE.",
        )
    known = [client.code for client in tx.clients.list_all()]
    if len(known) > 1:
        raise WrongUsage(
            f"The client of this case is unclear: no client has the address {address} or its domain.",
            hint=f"Add --client CODE, or add the contact: suptime contact add CLIENT {address}",
        )
    said = f"{address} is not a known contact of {few(known)}, the only client."
    return opening.whose(tx, typed), (Caution("sender-unknown", said),)


def own_client(tx: Transaction, code: str) -> str:
    """Return the code of the client that was typed as `code`."""
    return lookup.client(tx, code).code


def _by(tx: Transaction, address: str) -> list[str]:
    """Return the clients with `address`; if there are none, the clients with an address at its domain."""
    wanted = address.casefold()
    domain = wanted.rpartition("@")[2]
    exact, near = [], []
    for client in tx.clients.list_all():
        known = {(client.email or "").casefold(), *(c.email.casefold() for c in tx.contacts.of(client.code))}
        if wanted in known:
            exact.append(client.code)
        if domain not in PROVIDERS and domain in {each.rpartition("@")[2] for each in known}:
            near.append(client.code)
    return exact or near
