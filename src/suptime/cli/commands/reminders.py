"""`suptime invoice remind` and `hold`: remind clients of overdue invoices, or put invoices on hold."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suptime.cli import console, hooks
from suptime.cli.commands.issued import Number, mail_account, summary
from suptime.cli.options import FormatOption, OneClient, YesOption, option, read_day
from suptime.cli.questions import confirm_final
from suptime.domain import values
from suptime.errors import ExitCode, WrongUsage

if TYPE_CHECKING:
    from suptime.app.invoices.reminders import Reminded


def remind(
    client: OneClient = None,
    dry_run: Annotated[bool, option("--dry-run", "Show the reminders that are due; change nothing.")] = False,
    outbox: Annotated[
        Path | None,
        option("--outbox", "Write them into this folder, for another program to send.", "DIR"),
    ] = None,
    yes: YesOption = False,
    form: FormatOption = "text",
) -> None:
    """Remind clients of overdue invoices by e-mail, each level once.

    A client gets one letter for each account with an invoice that has reached its next level: see the settings
    reminders.levels, interval, fees and interest. Fees and interest are charged to the account. suptime records
    a reminder, such as R1, before it is sent, so that nothing is sent twice.

    To send a reminder again after a failure: suptime invoice send --pending. If everything on the reminder is settled
    by then, suptime withdraws it and its charge.
    """
    from suptime.app.invoices import delivery, reminders
    from suptime.invoicing.draft import Letterhead

    settings, today = console.settings(), console.today()
    policy = reminders.policy_of(settings)
    if dry_run or console.interactive():
        found = reminders.preview(console.store(), policy, today, client, now=console.now())
    if dry_run:
        console.show(
            {"reminders": [{**one, "sending": None} for one in found]},
            form,
            lambda: "\n".join(console.plain(_line(one)) for one in found) or "No reminder is due.",
        )
        return
    if console.interactive() and found:
        confirm_final([_line(one) for one in found], f"Send {len(found)} reminders?", yes=yes, form=form)
    account = mail_account(outbox)
    with account.smtp, console.noting_flaws():
        for known in delivery.withdraw_settled(account):
            console.note(f"{known.number} is withdrawn: everything on it is settled.")
        _report(
            [*reminders.remind(account, policy, Letterhead.of(settings), client)], form, now=account.now()
        )


def _report(done: "list[Reminded]", form: str, *, now: int) -> None:
    """Report the outcome of each reminder.

    Raises:
        Exit: one could not be made or sent.
    """
    from suptime.app.invoices import delivery

    documents: list[dict[str, Any]] = []
    for one in done:
        if one.document is not None:
            sending = None if one.outcome is None else delivery.document(one.outcome.sending, now)
            documents.append({**one.document, "sending": sending})
            hooks.after("remind", {"reminders": documents[-1:]})
            if form == "text":
                console.print_text(console.plain(_line(one.document)))
        if one.problem is not None:
            console.warn(f"{one.problem} {one.problem.hint}")
            if one.outcome is not None and one.outcome.stops:
                console.warn("The mail server was not tried again. The other reminders are still due.")
        elif one.outcome is not None and form == "text":
            console.print_text(console.plain(f"  {summary(one.outcome, noted=False)}"))
    if form == "json":
        console.show_json({"reminders": documents})
    elif not done:
        console.note("No reminder is due.")
    if any(one.problem is not None for one in done):
        raise typer.Exit(ExitCode.NOT_POSSIBLE)


def _line(document: dict[str, Any]) -> str:
    """Return a reminder in one line."""
    late = [item["number"] for item in document["items"] if item["days_overdue"]]
    name = document["id"] or "Due"
    balance = f"{document['total']} {document['currency']}"
    return f"{name} for {document['client']}: level {document['level']}, {', '.join(late)}; balance {balance}"


def hold(
    number: Number,
    reason: Annotated[
        str | None, option("--reason", "Reason why the client does not pay.", "TEXT", values.line("reason"))
    ] = None,
    until: Annotated[
        date | None,
        option("--until", "Last day on hold [default: until --off].", "DAY", read_day, show_default=False),
    ] = None,
    off: Annotated[bool, option("--off", "Remind of the invoice again.")] = False,
    form: FormatOption = "text",
) -> None:
    """Send no reminders of an invoice, because the client disputes it.

    Reminders of other invoices list it, without a new level and without interest.
    """
    from suptime.app.invoices import reminders

    if off and (reason is not None or until is not None):
        raise WrongUsage(
            "--off cannot be used with --reason or --until.", hint="Leave out --off, or the others."
        )
    now, today = console.now(), console.today()
    if off:
        document = reminders.release(console.store(), number, today, now=now, agent=console.agent())
    elif reason is None:
        raise WrongUsage(
            "The reason for the hold is missing.", hint="Add --reason TEXT, or --off to end a hold."
        )
    else:
        document = reminders.hold(
            console.store(), number, reason, until, today, now=now, agent=console.agent()
        )
    one = document["hold"]
    console.show(document, form, lambda: _held(one))


def _held(one: dict[str, Any]) -> str:
    if one["off"]:
        return f"Ended the hold of {one['invoice']}."
    until = f" until {one['until']}" if one["until"] else ""
    return f"Put {one['invoice']} on hold{until}: suptime sends no reminders of it."
