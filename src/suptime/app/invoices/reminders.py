"""Reminders of overdue invoices: recorded with their charge, then sent once; and invoices on hold (F28, F29)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from suptime.app import lookup
from suptime.app.invoices import delivery, issued
from suptime.app.invoices.delivery import MailAccount, Outcome
from suptime.app.invoices.mail import find_letter
from suptime.app.use_case import changing
from suptime.domain.client import Client
from suptime.domain.delivery import PENDING, WITHDRAWN, Sending
from suptime.domain.ledger import Account, EntryKey, EntryKind, Hold, Reminder
from suptime.domain.time import Instant, rfc3339
from suptime.errors import NotPossible, SuptimeError, WrongUsage
from suptime.invoicing.draft import Letterhead
from suptime.invoicing.receivables import Ledger, Posting, check_day
from suptime.invoicing.reminders import Letter, ReminderPolicy, hold_of, letter
from suptime.reports.reminder import reminder_report
from suptime.settings.settings import Settings

if TYPE_CHECKING:
    from suptime.store import Store, Transaction

COMMAND = "invoice remind"
LAST = 3
"""The level of the last reminder that has a text of its own."""


@dataclass(frozen=True, slots=True)
class Reminded:
    """Result for one reminder: its document, the state of its sending, or why it could not be made."""

    document: dict[str, Any] | None = None
    outcome: Outcome | None = None
    problem: SuptimeError | None = None


def policy_of(settings: Settings) -> ReminderPolicy:
    """Return the reminder settings: levels and charges.

    Raises:
        NotPossible: they have no levels.
        WrongUsage: a currency has more or fewer fees than there are levels.
    """
    levels = settings.get("reminders.levels")
    if levels is None:
        raise NotPossible(
            "The setting reminders.levels is missing.",
            hint="suptime config set reminders.levels 7d,21d,35d",
        )
    fees = settings.get("reminders.fees") or {}
    for currency, amounts in fees.items():
        if len(amounts) != len(levels):
            raise WrongUsage(
                f"reminders.fees has {len(amounts)} amounts in {currency}, but reminders.levels has "
                f"{len(levels)} levels.",
                hint="Give an amount for each level, 0.00 for none.",
            )
    interest = Decimal(settings.get("reminders.interest") or 0)
    days = settings.get("reminders.days")
    return ReminderPolicy(levels, settings.get("reminders.interval"), fees, interest, days)


def preview(
    store: "Store", policy: ReminderPolicy, today: date, client: str | None = None, *, now: Instant
) -> list[dict[str, Any]]:
    """Return the reminders that are due, by client, then currency. They have no numbers.

    Raises:
        NotPossible: there is no such client.
    """
    with store.reading() as tx:
        return [
            reminder_report(due, None)
            for one in _clients(tx, client)
            for ledger, withdrawn in _settled(tx, one, today, now)
            if (due := _due(tx, one, ledger, policy, today, withdrawn)) is not None
        ]


def show(store: "Store", number: str) -> dict[str, Any] | None:
    """Return the document of a reminder as it was made; None if no reminder has the number."""
    with store.reading() as tx:
        return find_letter(tx, number)


def remind(
    account: MailAccount, policy: ReminderPolicy, head: Letterhead, client: str | None = None
) -> Iterator[Reminded]:
    """Record and send the reminders that are due, one after another, by client, then currency.

    Each is recorded with its number and its charge before it is sent. A reminder that cannot be sent waits. A client
    without a valid address gets no reminder, but is reported.

    Raises:
        NotPossible: there is no such client; the books are closed through today.
        WrongUsage: the settings have no sender or no password; the outbox cannot be written.
    """
    with account.store.reading() as tx:
        due = [
            (one, ledger.account)
            for one in _clients(tx, client)
            for ledger in tx.receivables.ledgers(one.code).values()
            if _due(tx, one, ledger, policy, account.today) is not None
        ]
    if due and account.mail.host is not None:
        account.smtp.prepare()
    mailable = []
    for one, its in due:
        try:
            _check_address(account, one)
        except NotPossible as problem:
            yield Reminded(problem=problem)
        else:
            mailable.append((one, its))
    for one, its in mailable:
        document = _record(account, one, its, policy, head)
        if document is None:
            continue  # Another process was faster.
        try:
            outcome = delivery.send(account, document["id"])
        except NotPossible as problem:
            yield Reminded(document, problem=problem)
            continue
        yield Reminded(document, outcome, outcome.problem)
        if outcome.stops:
            return


def _record(
    account: MailAccount, client: Client, its: Account, policy: ReminderPolicy, head: Letterhead
) -> dict[str, Any] | None:
    """Record the due reminder of an account, with its number and charge, for sending; None if none is due."""
    now, today = account.now(), account.today
    with changing(account.store, now, account.agent, COMMAND) as tx:
        ledger = tx.receivables.ledger(its)
        made = _due(tx, client, ledger, policy, today)
        if made is None:
            return None
        if made.fee or made.interest:
            check_day(today, today, account.mail.settings.get("books.closed_through"))
        whole = _document(made, client, head, now)
        reminder = tx.receivables.add_reminder(made.numbered(0), whole)
        if reminder.entry is not None:
            tx.receivables.post(its, Posting((reminder.entry,)))
        number = f"R{reminder.id}"
        tx.sendings.save(Sending(number, PENDING))
    return reminder_report(made, number)


def _document(made: Letter, client: Client, head: Letterhead, now: Instant) -> dict[str, Any]:
    """Return the permanent document of a reminder, still without a number."""
    report = reminder_report(made, None)
    del report["id"]
    return {
        **report,
        "drawn_up_at": rfc3339(now),
        "client_name": client.name,
        "client_address": client.address,
        "client_city": client.city,
        "client_postcode": client.postcode,
        "client_country": client.country,
        "client_email": client.email,
        "client_tax_id": client.tax_id,
        **head.frame(client),
        "words": head.wording.text(f"reminder{min(made.level, LAST)}", head.language_for(client)),
        "has_code": head.has_codes,
    }


def _clients(tx: "Transaction", code: str | None) -> list[Client]:
    return tx.clients.list_all() if code is None else [lookup.client(tx, code)]


def _settled(
    tx: "Transaction", client: Client, today: date, now: Instant
) -> Iterator[tuple[Ledger, list[int]]]:
    """Yield the accounts of a client, each with the ids of the reminders that would be withdrawn now."""
    for account, ledger in tx.receivables.ledgers(client.code).items():
        after, withdrawn = ledger, []
        for one in tx.receivables.reminders(client.code):
            if one.account == account:
                known = tx.sendings.get(f"R{one.id}")
                if found := delivery.withdrawal(tx, known, today, now):
                    after = after.plus(found[1])
                    withdrawn.append(one.id)
        yield after, withdrawn


def _due(
    tx: "Transaction",
    client: Client,
    ledger: Ledger,
    policy: ReminderPolicy,
    today: date,
    withdrawn: Collection[int] = (),
) -> Letter | None:
    """Return the reminder for an account today, or None; `withdrawn` are ids of reminders to be withdrawn first."""
    sent: list[Reminder] = []
    gone: list[Reminder] = []
    for one in tx.receivables.reminders(client.code):
        if one.account == ledger.account:
            known = tx.sendings.get(f"R{one.id}")
            is_gone = one.id in withdrawn or (known is not None and known.state == WITHDRAWN)
            (gone if is_gone else sent).append(one)
    return letter(
        ledger,
        policy,
        today,
        reminders=sent,
        withdrawn=gone,
        holds=tx.receivables.holds(),
        is_reminded=client.reminders != "off",
    )


def hold(
    store: "Store", number: str, reason: str, until: date | None, today: date, *, now: Instant, agent: str
) -> dict[str, Any]:
    """Put an invoice on hold: no reminders through the day `until`, or until the hold ends.

    Raises:
        WrongUsage: the day is in the past.
        NotPossible: there is no such invoice.
    """
    if until is not None and until < today:
        raise WrongUsage(f"--until {until} is in the past.", hint=f"Give {today} or a later day.")
    with changing(store, now, agent, "invoice hold") as tx:
        return _held(tx, Hold(_invoice(tx, number), today, reason, until))


def release(store: "Store", number: str, today: date, *, now: Instant, agent: str) -> dict[str, Any]:
    """End the hold of an invoice.

    Raises:
        NotPossible: there is no such invoice, or it is not on hold.
    """
    with changing(store, now, agent, "invoice hold --off") as tx:
        code = _invoice(tx, number)
        if hold_of(tx.receivables.holds(code), code, today) is None:
            raise NotPossible(f"{code} is not on hold.", hint=f"suptime invoice hold {code} --reason TEXT")
        return _held(tx, Hold(code, today, is_off=True))


def _held(tx: "Transaction", one: Hold) -> dict[str, Any]:
    stored = tx.receivables.add_hold(one)
    return {
        "hold": {
            "invoice": stored.number,
            "on": stored.on.isoformat(),
            "reason": stored.reason,
            "until": None if stored.until is None else stored.until.isoformat(),
            "off": stored.is_off,
        }
    }


def _invoice(tx: "Transaction", number: str) -> str:
    """Return the number of an invoice, as it was issued.

    Raises:
        NotPossible: there is none, or it is a credit note.
    """
    invoice = issued.get(tx, number)
    ledger = tx.receivables.ledger(Account(invoice.client, invoice.currency))
    if EntryKey(EntryKind.INVOICE, invoice.number) not in ledger.by_key:
        raise NotPossible(f"{invoice.number} is a credit note, so there is nothing to remind of.")
    return invoice.number


def _check_address(account: MailAccount, client: Client) -> None:
    if not client.email:
        raise NotPossible(
            f"{client.code} has no e-mail address, so it gets no reminders.",
            hint=f"suptime client edit {client.code} --email EMAIL, or --reminders off",
        )
    delivery.check_addresses(account.mail, client.email)
