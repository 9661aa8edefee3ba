"""Send issued documents once, whatever fails in between.

There are three transactions: one process records and claims the message; it records that the message leaves now; it
records the server's answer. A process that dies before the second step has sent nothing. A process that dies after it,
or gets no answer, leaves a sending with an unknown result: only a person repeats it, and then with the same id.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from suptime.app.invoices import mail as outbox
from suptime.app.invoices.mail import Mail, Mailing, find_letter, letter_for, mailing
from suptime.app.invoices.smtp import Lost, NotAccepted, SmtpClient
from suptime.app.use_case import changing
from suptime.domain.delivery import (
    CLAIMED,
    FAILED,
    HANDED,
    LEASE,
    OUTBOX,
    PENDING,
    SENT,
    UNKNOWN,
    WITHDRAWN,
    Sending,
)
from suptime.domain.ledger import Account
from suptime.domain.time import MINUTE, Instant, rfc3339
from suptime.errors import NotPossible, StorageFault, SuptimeError, WrongUsage
from suptime.interchange.mail.letter import file_name, mailable, message_id, write_letter
from suptime.invoicing.receivables import Posting, check_day, void
from suptime.invoicing.reminders import is_settled

if TYPE_CHECKING:
    from suptime.store import Store, Transaction

COMMAND = "invoice send"


@dataclass(frozen=True, slots=True)
class MailAccount:
    """Everything for sending: the store, the way of sending, the time, the agent."""

    store: "Store"
    mail: Mail
    smtp: SmtpClient
    now: Callable[[], Instant]
    agent: str

    @property
    def today(self) -> date:
        """Today in the zone of the settings."""
        return self.mail.settings.zone.day(self.now())


@dataclass(frozen=True, slots=True)
class Outcome:
    """Result for one invoice or reminder. `changed`: something was done. `stops`: the next document would fail, too."""

    sending: Sending
    problem: SuptimeError | None = None
    changed: bool = True
    stops: bool = False


def send(account: MailAccount, number: str, *, again: bool = False, to: str | None = None) -> Outcome:
    """Send the invoice or reminder `number` to its client, or `to` an address; resend only with `again`.

    Raises:
        NotPossible: there is no such document or no recipient; another process sends it;
            it may have been sent, and `again` is not set.
        WrongUsage: the settings have no sender or no password; the outbox cannot be
            written.
        StorageFault: it was sent, but that could not be recorded.
    """
    while True:
        with account.store.reading() as tx:
            mailed = mailing(tx, number)
            known = tx.sendings.get(mailed.number)
            client = tx.clients.get(mailed.client)
        now = account.now()
        if known is not None and (done := _finished(known, now, again=again)):
            return done
        chosen = to is not None or (known is not None and known.chosen)
        theirs = to or (known.recipient if known is not None and known.chosen else client and client.email)
        if not theirs:
            raise no_address(mailed.client, mailed.number)
        wanted = _claimed(account, mailed, known, theirs, now, chosen=chosen)
        if account.mail.host is not None:
            account.smtp.prepare()
        with changing(account.store, now, account.agent, COMMAND) as tx:
            if tx.sendings.get(mailed.number) != known:
                continue  # Another process was faster: look at its result.
            if (gone := _withdrawn(account, tx, known, now)) is not None:
                return Outcome(gone)
            tx.sendings.save(wanted, keep=account.mail.settings.get("documents.keep_sent"))
        return _posted(account, wanted) if account.mail.host is not None else _place(account, wanted)


def send_pending(account: MailAccount) -> Iterator[Outcome]:
    """Send waiting documents by number: those not accepted before, and those issued since mail.since.

    A document that was refused permanently or may have been sent is not tried, but reported each time. A document
    that another process sends is skipped.
    """
    now = account.now()
    with account.store.reading() as tx:
        known = {one.number: one for one in tx.sendings.list_all()}
        numbers = tx.sendings.pending(account.mail.since)
    for number in numbers:
        one = known.get(number)
        state = PENDING if one is None else one.state_at(now)
        if one is not None and state in {FAILED, UNKNOWN}:
            yield Outcome(one, problem(replace(one, state=state)), changed=False)
            continue
        if state != PENDING:
            continue
        try:
            done = send(account, number)
        except InProgress:
            continue
        except NotPossible as error:
            yield Outcome(one or Sending(number, PENDING), error, changed=False)
            continue
        yield done
        if done.stops:
            return


def waiting(store: "Store", since: date | None) -> list[tuple[str, str | None]]:
    """Return the documents that `send_pending` would try, by number, each with its recipient, if any."""
    with store.reading() as tx:
        known = {one.number: one for one in tx.sendings.list_all()}
        found: list[tuple[str, str | None]] = []
        for number in tx.sendings.pending(since):
            client, mine = tx.clients.get(mailing(tx, number).client), known.get(number)
            theirs = client.email if client else None
            found.append((number, mine.recipient if mine and mine.chosen else theirs))
        return found


def mark_sent(account: MailAccount, number: str) -> Outcome:
    """Record that the invoice or reminder `number` has reached its client, in any way.

    Raises:
        NotPossible: there is no such document, a process is sending it now, or it was withdrawn.
    """
    now = account.now()
    with changing(account.store, now, account.agent, f"{COMMAND} --sent") as tx:
        mailed = mailing(tx, number)
        known = tx.sendings.get(mailed.number) or Sending(mailed.number, PENDING)
        if known.is_held(now):
            raise in_progress(known, now)
        if known.state == WITHDRAWN:
            raise withdrawn(known)
        if known.state == SENT:
            return Outcome(known, changed=False)
        done = replace(known, state=SENT, sent_at=now, leased_until=None, message=None)
        tx.sendings.save(done, keep=account.mail.settings.get("documents.keep_sent"))
    return Outcome(done)


def withdraw_settled(account: MailAccount) -> Iterator[Sending]:
    """Withdraw waiting reminders if everything on them is settled (F29); yield each."""
    now = account.now()
    with account.store.reading() as tx:
        waiting = [
            one for one in tx.sendings.list_all() if withdrawal(tx, one, account.today, now) is not None
        ]
    for one in waiting:
        with changing(account.store, now, account.agent, COMMAND) as tx:
            done = _withdrawn(account, tx, tx.sendings.get(one.number), now)
        if done is not None:
            yield done


def withdrawal(
    tx: "Transaction", known: Sending | None, today: date, now: Instant
) -> tuple[Account, Posting] | None:
    """Return the ledger entry of a withdrawn reminder: the void of its charge.

    None while the reminder is due.
    """
    if known is None or known.state_at(now) not in {PENDING, FAILED} or not find_letter(tx, known.number):
        return None
    reminder = tx.receivables.reminder(int(known.number[1:]))
    if reminder is None:
        return None
    # Entries with a later date, from a clock in another zone, are already known and count.
    ledger = tx.receivables.ledger(reminder.account)
    if not is_settled(ledger, reminder, date.max):
        return None
    entry = reminder.entry
    if entry is None or entry.key in ledger.void_of:
        return reminder.account, Posting()
    on = max(today, ledger.days_of(entry.key)[-1])
    return reminder.account, void(ledger, entry.key, on=on, reason="Settled before the reminder was sent.")


def _withdrawn(
    account: MailAccount, tx: "Transaction", known: Sending | None, now: Instant
) -> Sending | None:
    """Withdraw a waiting reminder if everything on it is settled; None if it is to be sent."""
    found = withdrawal(tx, known, account.today, now)
    if known is None or found is None:
        return None
    books, posting = found
    for one in posting.voids:
        check_day(one.on, one.on, account.mail.settings.get("books.closed_through"))
    if posting:
        tx.receivables.post(books, posting)
    done = replace(known, state=WITHDRAWN, leased_until=None, message=None)
    tx.sendings.save(done)
    return done


def _finished(known: Sending, now: Instant, *, again: bool) -> Outcome | None:
    """Return the outcome of a sending that is finished; None if it is to be tried."""
    if known.is_held(now):
        raise in_progress(known, now)
    state = known.state_at(now)
    if state == WITHDRAWN:
        if again:
            raise withdrawn(known)
        return Outcome(known, changed=False)
    if again or state in {PENDING, FAILED}:
        return None
    if state == UNKNOWN:
        raise unknown(known)
    return Outcome(known, changed=False)


def _claimed(
    account: MailAccount, mailed: Mailing, known: Sending | None, to: str, now: Instant, *, chosen: bool
) -> Sending:
    """Return the claimed sending; if an earlier message may have arrived, with the same message."""
    sender = check_addresses(account.mail, to)
    attempts = (known.attempts if known else 0) + 1
    until = now + LEASE
    if known and known.message and known.state_at(now) in {PENDING, UNKNOWN}:
        same = replace(known, state=CLAIMED, attempts=attempts, leased_until=until, chosen=chosen)
        if (known.sender, known.recipient) == (sender, to):
            return same
    letter = letter_for(account.store, mailed, account.mail, sender, to, now, attempts)
    try:
        message = write_letter(letter)
    except ValueError as error:
        raise unmailable(to) from error
    return Sending(
        mailed.number,
        CLAIMED,
        to,
        sender,
        message_id(letter),
        hashlib.sha256(message).hexdigest(),
        message.decode("ascii"),
        now,
        attempts,
        until,
        chosen=chosen,
    )


def check_addresses(mail: Mail, to: str) -> str:
    """Return the sender of a message to an address, if mail servers accept all addresses.

    Raises:
        WrongUsage: the settings have no sender.
        NotPossible: mail servers do not take an address.
    """
    if mail.sender is None:
        raise WrongUsage(
            "There is no sender for invoices.",
            hint=f"Set mail.from in {mail.settings.path}, or seller.email.",
        )
    for address in (mail.sender, to, *mail.bcc):
        try:
            mailable(address)
        except ValueError as error:
            raise unmailable(address) from error
    return mail.sender


def _posted(account: MailAccount, mine: Sending) -> Outcome:
    """Hand the message of `mine` to the mail server, and record the result."""
    handed = False

    def about_to() -> None:
        nonlocal handed
        _about_to(account, mine)
        handed = True

    recipients = [mailable(one) for one in (mine.recipient, *account.mail.bcc)]
    try:
        account.smtp.hand_over(
            mailable(mine.sender), recipients, (mine.message or "").encode("ascii"), about_to
        )
    except NotAccepted as no:
        state = FAILED if no.for_good else PENDING
        return _ended(account, mine, state, no.why, stops=no.of_all)
    except Lost as lost:
        return _ended(account, mine, UNKNOWN, lost.why)
    except BaseException:
        with suppress(SuptimeError):
            _ended(account, mine, UNKNOWN if handed else PENDING, "it was interrupted")
        raise
    try:
        return _ended(account, mine, SENT)
    except StorageFault as fault:
        raise not_recorded(mine, fault) from fault


def _place(account: MailAccount, mine: Sending) -> Outcome:
    """Write the message of `mine` into the outbox. An existing file with the same content is kept."""
    _about_to(account, replace(mine, file=str(account.mail.outbox)))
    try:
        name = file_name(mine.number)
        path = outbox.place(account.mail.outbox, name, (mine.message or "").encode("ascii"), once=True)
    except WrongUsage as error:
        _ended(account, mine, PENDING, error.what)
        raise
    return _ended(account, replace(mine, file=str(path)), OUTBOX)


def _about_to(account: MailAccount, mine: Sending) -> None:
    """Record that the message of `mine` leaves now, unless another process has taken it over."""
    now = account.now()
    with changing(account.store, now, account.agent, COMMAND) as tx:
        there = tx.sendings.get(mine.number)
        if there is None or (there.state, there.attempts) != (CLAIMED, mine.attempts):
            raise NotPossible(
                f"{mine.number} was taken over by another process, which sends it.",
                hint=f"suptime invoice show {mine.number} --format json",
            )
        tx.sendings.save(
            replace(mine, state=HANDED, leased_until=now + LEASE),
            keep=account.mail.settings.get("documents.keep_sent"),
        )


def _ended(
    account: MailAccount, mine: Sending, state: str, why: str | None = None, *, stops: bool = False
) -> Outcome:
    """Record that `mine` ended in `state`, unless somebody has decided otherwise meanwhile."""
    now = account.now()
    kept = state in {PENDING, UNKNOWN, FAILED}
    done = replace(
        mine,
        state=state,
        leased_until=None,
        sent_at=now if state == SENT else None,
        message=mine.message if kept else None,
        last_error=why,
    )
    with changing(account.store, now, account.agent, COMMAND) as tx:
        there = tx.sendings.get(mine.number)
        if there is not None and there.attempts == mine.attempts and there.state in {CLAIMED, HANDED}:
            tx.sendings.save(done, keep=account.mail.settings.get("documents.keep_sent"))
    return Outcome(done, problem(done), stops=stops)


GONE = "the process that sent it is gone"

_SHOWN = {CLAIMED: "sending", HANDED: "sending"}


class InProgress(NotPossible):
    """Another process is sending the document. Exit 3."""


def document(sending: Sending, now: Instant) -> dict[str, Any]:
    """Return a sending as a JSON document, with its state at `now`."""
    state = sending.state_at(now)
    return {
        "number": sending.number,
        "state": _SHOWN.get(state, state),
        "recipient": sending.recipient or None,
        "from": sending.sender or None,
        "message_id": sending.message_id,
        "digest": sending.digest,
        "attempts": sending.attempts,
        "made_at": None if sending.made_at is None else rfc3339(sending.made_at),
        "sent_at": None if sending.sent_at is None else rfc3339(sending.sent_at),
        "last_error": sending.last_error,
        "file": sending.file,
    }


def problem(sending: Sending) -> NotPossible | None:
    """Return the problem of `sending` by its state, with the next step; None if there is none."""
    number, why = sending.number, sending.last_error or GONE
    if sending.state == PENDING:
        return NotPossible(
            f"{number} was not sent: {why}.",
            hint="To try again: suptime invoice send --pending",
        )
    if sending.state == FAILED:
        return NotPossible(
            f"{number} was refused: {why}.", hint=f"Correct the problem, then: suptime invoice send {number}"
        )
    return unknown(sending) if sending.state == UNKNOWN else None


def unknown(sending: Sending) -> NotPossible:
    """Return the error for a `sending` whose message left but got no answer."""
    where = sending.file or "the mail server's log"
    why = sending.last_error or GONE
    return NotPossible(
        f"It is unknown whether {sending.number} was sent: {why}.",
        hint=(
            f"Ask {sending.recipient}, or look at {where}. Then: suptime invoice send {sending.number} "
            "--sent, or --again"
        ),
    )


def in_progress(sending: Sending, now: Instant) -> InProgress:
    """Return the error for a `sending` of another process."""
    minutes = -(-((sending.leased_until or now) - now) // MINUTE)
    return InProgress(
        f"{sending.number} is being sent by another process.",
        hint=f"If that process has ended, try again in {minutes} minutes.",
    )


def no_address(client: str, number: str) -> NotPossible:
    """Return the error for a document of a `client` without an address."""
    return NotPossible(
        f"{client} has no e-mail address, so {number} cannot be sent.",
        hint=f"suptime client edit {client} --email EMAIL; or send it with --to EMAIL, or --sent.",
    )


def withdrawn(sending: Sending) -> NotPossible:
    """Return the error for a reminder that was withdrawn."""
    return NotPossible(
        f"{sending.number} was withdrawn: everything on it was settled before it was sent.",
        hint="suptime invoice remind",
    )


def unmailable(address: str) -> NotPossible:
    """Return the error for an `address` with characters that mail servers do not accept."""
    return NotPossible(
        f"Cannot send to {address}: before the @ only ASCII characters are safe.",
        hint="Use another address: --to EMAIL, or in the settings under mail.",
    )


def not_recorded(sending: Sending, fault: StorageFault) -> StorageFault:
    """Return the error for a `sending` that was accepted but could not be recorded."""
    return StorageFault(
        f"{sending.number} was sent, but that could not be recorded: {fault.what}",
        hint=f"When the store is writable again: suptime invoice send {sending.number} --sent",
    )


if TYPE_CHECKING:
    from suptime.store import Store


def with_delivery(store: "Store", documents: list[dict[str, Any]], now: Instant) -> list[dict[str, Any]]:
    """Return `documents` of invoices, each with `sent_at` and its `sending`."""
    with store.reading() as tx:
        known = {one.number: one for one in tx.sendings.list_all()}
    return [
        invoice
        | {
            "sent_at": document(one, now)["sent_at"] if one else None,
            "sending": document(one, now) if one else None,
        }
        for invoice in documents
        for one in [known.get(invoice["number"])]
    ]
