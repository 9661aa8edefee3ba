"""`suptime invoice list`, `show`, `explain`, `credit`, `pay` and `send`, for issued invoices; `suptime close`."""

import os
import sys
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suptime.cli import console, hooks, listing
from suptime.cli.listing import Column, ListFormat, Listing, lists
from suptime.cli.options import (
    TODAY,
    DetailOption,
    FormatOption,
    LanguageOption,
    OneClient,
    YesOption,
    argument,
    choice,
    document_format,
    option,
    read_day,
    read_month,
)
from suptime.cli.output import dated
from suptime.cli.questions import confirm_final
from suptime.domain import values
from suptime.domain.money import show_amount
from suptime.domain.time import Month
from suptime.errors import ExitCode, NotPossible, WrongUsage

if TYPE_CHECKING:
    from suptime.app.invoices.delivery import MailAccount, Outcome
    from suptime.app.invoices.issue import IssueSettings
    from suptime.app.invoices.sent_files import SentFiles

NOT_A_FORMAT = "Unknown invoice format '{}'."


Number = Annotated[str, argument("NUMBER", "Invoice number, for example INV-2026-0001.")]


def is_einvoice(form: str) -> bool:
    """Return whether the format is an e-invoice; check that its libraries are installed."""
    from suptime.documents import EINVOICES, check_libraries

    check_libraries(form)
    return form in EINVOICES


def ready(document: dict[str, Any], form: str) -> dict[str, Any]:
    """Return the `document` of issued invoices in the form that the format needs; warn of missing details."""
    if not is_einvoice(form):
        return document
    from suptime.app.invoices import draft

    with console.noting_flaws():
        return draft.ready(console.store(), document, form, console.settings())


def issue_settings(language: str | None = None, order_number: str | None = None) -> "IssueSettings":
    """Return the settings of an issue, for documents in `language` with an `order_number`."""
    from suptime.app.invoices.issue import IssueSettings

    settings = console.settings()
    return IssueSettings(settings, settings.get("documents.number"), settings.zone, language, order_number)


STATES_OF_DELIVERIES = {
    "sent": "sent",
    "outbox": "written into the outbox",
    "unknown": "unknown whether it arrived",
    "sending": "being sent now",
}

STATES = ("issued", "part-paid", "paid", "credited", "overdue", "written-off", "settled")


INVOICES = Listing(
    (
        Column("number", "Number", lambda one: one.head.number),
        Column(
            "state",
            "State",
            lambda one: one.now["state"],
            lambda one: f"{one.now['state']} credit" if one.is_credit else one.now["state"],
        ),
        Column("issued_on", "Issued", lambda one: one.head.issued_on),
        Column("due_on", "Due", lambda one: one.head.due_on),
        Column("client", "Client", lambda one: one.head.client),
        Column("currency", "Currency", lambda one: one.head.currency),
        Column("gross", "Total", lambda one: show_amount(one.gross, one.head.currency), is_number=True),
        Column("open", "Open", lambda one: one.now["open"], is_number=True),
        Column("month", "Month", lambda one: one.head.month),
    )
)


@lists(INVOICES)
def list_(
    client: OneClient = None,
    state: Annotated[
        str | None,
        choice("--state", "Only invoices in this state.", STATES, "Unknown invoice state '{}'."),
    ] = None,
    form: ListFormat = None,
) -> None:
    """List issued invoices, with the paid and the open amount of each."""
    from suptime.app.invoices import issued

    today = console.zone().day(console.now())
    if form == "json":
        documents = issued.list_all(console.store(), client, state, today)
        console.show_json({"invoices": _with_sending(documents)})
        return
    found = issued.summaries(console.store(), client, state, today)
    nothing = "No invoices." if state is None else f"No invoices in the state {state}."
    listing.show(INVOICES, found, {}, form, nothing)


def show(
    number: Number,
    form: Annotated[
        str,
        document_format(
            "invoice",
            NOT_A_FORMAT,
            more=("message", "xml"),
            help_text="Output format; message and xml need --sent.",
        ),
    ] = "text",
    language: LanguageOption = None,
    detail: DetailOption = None,
    sent: Annotated[bool, option("--sent", "Show the sent files, byte for byte.")] = False,
    delivery: Annotated[
        int | None,
        option("--delivery", "With --sent: number of the delivery [default: the newest].", "NUMBER", min=1),
    ] = None,
    out: Annotated[
        Path | None, option("--out", "Write the file, or with --sent the files, into this folder.", "DIR")
    ] = None,
) -> None:
    """Show an issued invoice or a reminder exactly as it was issued or sent.

    Use --language to show it in another language.

    With --sent, suptime lists each delivery with its files. Add --format message, pdf or xml to print one file, or
    --out to write all of them. Later changes to templates do not change these files.
    """
    if sent:
        _show_deliveries(number, form, language, delivery, out)
        return
    if delivery is not None:
        raise WrongUsage("--delivery requires --sent.", hint="Add --sent, or leave out --delivery.")
    if form in ("message", "xml"):
        raise WrongUsage(f"--format {form} requires --sent.", hint="Add --sent, or choose another format.")
    console.refuse_on_terminal(form, out)
    from suptime.app.invoices import issued

    if _show_reminder(number, form, language, out):
        return
    invoice, document = issued.show(console.store(), number, console.zone().day(console.now()))
    if out is not None:
        for path in write_invoices(issued.as_issued([invoice], language), form, out, detail):
            console.print_text(console.plain(str(path)))
        return
    shown = with_detail(issued.as_issued([invoice], language), form, detail)
    if form == "json":
        console.show_json({"invoices": _with_sending([document])})
        return
    console.show_document("invoice", form, ready(shown, form))


def _show_reminder(number: str, form: str, language: str | None, out: Path | None) -> bool:
    """Show or write a reminder as it was made; return False if no reminder has the number.

    Raises:
        WrongUsage: reminders have no such format.
    """
    from suptime.app.invoices import reminders
    from suptime.documents import SUFFIXES, formats

    found = reminders.show(console.store(), number)
    if found is None:
        return False
    if form not in formats("reminder"):
        raise WrongUsage(
            f"Unknown reminder format '{form}'.", hint=f"Choose {', '.join(formats('reminder'))}."
        )
    document = found | ({"language": language} if language else {})
    if out is None:
        console.show_document("reminder", form, document)
        return True
    from suptime.app.upkeep.files import write_files
    from suptime.documents import render

    settings = console.settings()
    with console.noting_flaws():
        made = render(
            "reminder",
            form,
            document,
            fonts=settings.fonts,
            templates=settings.templates,
            brand=settings.brand,
        )
    for path in write_files(out, [(f"{document['id']}{SUFFIXES[form]}", made)]):
        console.print_text(console.plain(str(path)))
    return True


def with_detail(document: dict[str, Any], form: str, detail: str | None) -> dict[str, Any]:
    """Return the `document` of invoices with or without worksheets, as `detail` or the client or the setting says."""
    from suptime.app.invoices import issued

    return issued.with_detail(console.store(), document, form, console.settings(), detail)


def write_invoices(
    document: dict[str, Any], form: str, folder: Path, detail: str | None = None
) -> list[Path]:
    """Write each invoice of `document` in a format as a file in `folder`; return the files."""
    from suptime.app.upkeep import files

    document = with_detail(document, form, detail)
    settings = console.settings()
    with console.noting_flaws():
        return files.write_invoices(
            ready(document, form), form, folder, settings.fonts, settings.templates, settings.brand
        )


def _show_deliveries(
    number: str, form: str, language: str | None, delivery: int | None, out: Path | None
) -> None:
    """Show the deliveries of an invoice, or the bytes of one file, or write files."""
    from suptime.app.invoices import sent_files

    if language is not None:
        raise WrongUsage(
            "--language cannot be used with --sent: sent files do not change.", hint="Leave out one of them."
        )
    listing = form in ("text", "json")
    if not listing:
        console.refuse_on_terminal(form, out)
    name, found = sent_files.deliveries(console.store(), number, console.now())
    chosen = sent_files.get(found, name, delivery)
    if out is not None:
        for path in sent_files.write(chosen, out, None if listing else form):
            console.print_text(console.plain(str(path)))
    elif not listing:
        sys.stdout.flush()
        sys.stdout.buffer.write(sent_files.file_of(chosen, form).content)
    else:
        shown = found if delivery is None else [chosen]
        document = {"invoice": name, "deliveries": [one.document() for one in shown]}
        console.show(document, form, lambda: "\n\n".join(_delivery(one) for one in shown))


def _delivery(sent: "SentFiles") -> str:
    """Return one delivery as a headline and a table of its files."""
    one = sent.delivery
    to = f" to {one.recipient}" if one.recipient else ""
    headline = console.plain(
        f"Delivery {one.attempt}, {dated(one.at)}{to}: {STATES_OF_DELIVERIES[one.state]}"
    )
    rows = [(f.name, f.type, str(len(f.content)), f.digest[:16]) for f in sent.files]
    headers = ("File", "Type", "Bytes", "SHA-256 (start)")
    return f"{headline}\n{console.table(rows, headers, right=('Bytes',), wrap='')}"


def _with_sending(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the `documents` of invoices, each with the state of its delivery."""
    from suptime.app.invoices import delivery

    return delivery.with_delivery(console.store(), documents, console.now())


def explain(
    number: Number,
    line: Annotated[int | None, option("--line", "Only this line, counted from 1.", min=1)] = None,
    form: FormatOption = "text",
) -> None:
    """Explain how each line of an invoice was calculated."""
    from suptime.app.invoices import issued

    invoice, _ = issued.show(console.store(), number, console.zone().day(console.now()))
    lines = issued.explained(invoice, line)
    if form == "json":
        console.show_json({"invoice": invoice.number, "lines": lines})
        return
    for one in lines:
        console.print_text(
            f"{one['line']}. {one['case'] or '-'}  {one['date']}  {one['kind']}  {one['net']} {invoice.currency}"
        )
        console.print_text(f"   {one['description']}")
        for sentence in one["why"]:
            console.print_text(f"   {sentence}")


def credit(
    number: Number,
    reason: Annotated[
        str, option("--reason", "Reason, as the client reads it.", "TEXT", values.line("reason"))
    ],
    reopen: Annotated[bool, option("--reopen", "Open its charges again, for a new invoice.")] = False,
    write_off: Annotated[bool, option("--write-off", "Waive its charges permanently.")] = False,
    reduce: Annotated[
        str | None,
        option("--reduce", "Reduce its price by this amount, without tax; its charges stay invoiced.", "NET"),
    ] = None,
    yes: YesOption = False,
    form: FormatOption = "text",
) -> None:
    """Reverse a whole invoice by a credit note, or reduce its price.

    The credit note pays what is open on the invoice. The rest is on account.
    """
    asked = [mode for mode, on in (("reopen", reopen), ("write-off", write_off), ("reduce", reduce)) if on]
    if reduce == "":
        asked.append("reduce")
    if len(asked) != 1:
        raise WrongUsage(
            "--reopen, --write-off and --reduce cannot be used together."
            if asked
            else "The outcome of the charges is missing.",
            hint="Add --reopen to invoice them again, --write-off to waive them permanently, or --reduce NET.",
        )
    from suptime.app.invoices import issue

    (mode,) = asked
    if console.interactive():
        from suptime.app.invoices.issued import show as issued_document

        _, known = issued_document(console.store(), number, console.zone().day(console.now()))
        total = f"{known['totals']['gross']} {known['currency']}"
        deed = f"Reduces {known['number']} of {known['client']} by {reduce} {known['currency']} without tax."
        if mode != "reduce":
            deed = f"Credits {known['number']} of {known['client']}, {total}."
        confirm_final([deed], "Credit it?", yes=yes, form=form)
    document, now = issue.credit(
        console.store(),
        number,
        reason,
        mode,
        issue_settings(),
        net=reduce,
        now=console.now(),
        agent=console.agent(),
    )
    hooks.after("credit", {"invoices": [document]})
    if form == "json":
        console.show_json({"invoices": [now]})
        return
    after = {
        "reopen": "its charges are open again",
        "write-off": "its charges are waived",
        "reduce": "its charges stay",
    }
    console.print_text(
        f"{document['number']} credits {document['credits']}: {document['totals']['gross']} "
        f"{document['currency']}; {after[mode]}."
    )


def pay(
    number: Number,
    on: Annotated[date, option("--on", "Day of the payment.", "DAY", read_day)] = TODAY,
    amount: Annotated[str | None, option("--amount", "Amount [default: all that is open].", "AMOUNT")] = None,
    form: FormatOption = "text",
) -> None:
    """Record a payment of an invoice, in full or in part. Any excess stays on account."""
    from suptime.app import payments
    from suptime.cli.commands.payments import entry_day

    payment, document = payments.pay(
        console.store(), number, amount, entry_day(on), now=console.now(), agent=console.agent()
    )
    hooks.after("pay", {"invoices": [document]})
    if form == "json":
        console.show_json({"invoices": [document], "payment": payment})
        return
    left = f" {payment['left']} on account." if Decimal(payment["left"]) else ""
    console.print_text(
        f"{document['number']}: {payment['amount']} {payment['currency']} paid on {on}; {document['open']} open, "
        f"{document['state']}.{left}"
    )


def write_off(
    number: Number,
    reason: Annotated[str, option("--reason", "Why.", "TEXT", values.line("reason"))],
    amount: Annotated[str | None, option("--amount", "Amount [default: all that is open].", "AMOUNT")] = None,
    on: Annotated[date, option("--on", "Day of the write-off.", "DAY", read_day)] = TODAY,
    with_tax: Annotated[
        bool, option("--with-tax", "Deduct its tax from the tax owed, where the law allows it.")
    ] = False,
    form: FormatOption = "text",
) -> None:
    """Write off a bad debt: close the open amount without a document.

    The client gets no credit, and still owes the amount. To undo: suptime payment void W1.
    """
    from suptime.app import payments
    from suptime.cli.commands.payments import entry_day

    document = payments.write_off(
        console.store(),
        number,
        reason,
        amount,
        entry_day(on),
        with_tax=with_tax,
        now=console.now(),
        agent=console.agent(),
    )
    hooks.after("write-off", document)
    one = document["write_off"]
    console.show(
        document,
        form,
        lambda: f"Wrote off {one['amount']} {one['currency']} of {one['invoice']} as {one['id']}.",
    )


def close(
    through: Annotated[
        Month, option("--through", "Last month to close, for example 2026-09.", "MONTH", read_month)
    ],
    client: OneClient = None,
    yes: YesOption = False,
    form: FormatOption = "text",
) -> None:
    """Close months without invoices: their charges count as invoiced elsewhere.

    Use this after an import of earlier work. Late work in a closed month is invoiced by the
    difference.
    """
    from suptime.app.invoices import issue

    now = console.now()
    whose = client or "all clients"
    plan = [
        f"Closes the months through {through} for {whose} without invoices: their charges count as invoiced."
    ]
    confirm_final(plan, "Close them?", yes=yes, form=form)
    closed = issue.close(
        console.store(), through, client, zone=console.zone(), now=now, agent=console.agent()
    )
    if form == "json":
        console.show_json({"closed": [{"client": c, "through": str(through), "rows": n} for c, n in closed]})
        return
    for code, rows in closed:
        console.print_text(
            f"Closed {code} through {through}: settled {rows} open {'row' if rows == 1 else 'rows'}."
        )
    if not closed:
        console.note(f"Nothing to close: every client is already closed through {through}.")


def send(
    number: Annotated[
        str | None,
        argument(
            "[NUMBER]", "Invoice number, for example INV-2026-0001, or reminder number, for example R1."
        ),
    ] = None,
    pending: Annotated[
        bool, option("--pending", "Send every invoice and reminder not yet delivered.")
    ] = False,
    outbox: Annotated[
        Path | None,
        option("--outbox", "Write the message into this folder, for another program to send.", "DIR"),
    ] = None,
    to: Annotated[
        str | None, option("--to", "Send to this address instead of the client's.", "EMAIL", values.EMAIL)
    ] = None,
    again: Annotated[bool, option("--again", "Send again even if it was already sent.")] = False,
    sent: Annotated[bool, option("--sent", "Mark as delivered without sending.")] = False,
    yes: YesOption = False,
    form: FormatOption = "text",
) -> None:
    """E-mail an issued invoice, a credit note or a reminder to the client, once.

    The message contains the documents of mail.attach. suptime gives it to the mail server of the settings, or writes it
    into the outbox if there is no server. If the server does not accept a message, --pending sends it again.

    suptime sends nothing twice. If the connection breaks after the message was sent, suptime cannot know whether it
    arrived: use --again to send it again, or --sent to mark it as delivered.
    """
    _check_exclusive(number, pending=pending, again=again, sent=sent, to=to, outbox=outbox)
    from suptime.app.invoices import delivery

    if console.interactive() and pending:
        from suptime.app.invoices.delivery import waiting

        since = console.settings().get("mail.since")
        plan = [f"{one}: to {receiver or 'no address'}" for one, receiver in waiting(console.store(), since)]
        if plan:
            confirm_final(plan, f"Send {len(plan)} documents?", yes=yes, form=form)
    account = mail_account(outbox)
    with account.smtp, console.noting_flaws():
        if number is None:
            _show(delivery.send_pending(account), account, form)
        elif sent:
            _show([delivery.mark_sent(account, number)], account, form, noted=True)
        else:
            _show([delivery.send(account, number, again=again, to=to)], account, form, alone=True)


def _check_exclusive(
    number: str | None, *, pending: bool, again: bool, sent: bool, to: str | None, outbox: Path | None
) -> None:
    """Refuse options that exclude each other.

    Raises:
        WrongUsage: two options exclude each other, or all are missing.
    """
    if (number is None) != pending:
        what = (
            "A number and --pending cannot be used together."
            if pending
            else "The document to send is missing."
        )
        raise WrongUsage(
            what,
            hint="Give a number, for example INV-2026-0001, or --pending for every document not yet delivered.",
        )
    if pending and (again or sent or to):
        raise WrongUsage(
            "--again, --sent and --to require one number.", hint="Give a number instead of --pending."
        )
    if sent and (again or to or outbox):
        raise WrongUsage(
            "--sent cannot be used with --again, --to or --outbox.", hint="Leave out --sent or the others."
        )


def mail_account(outbox: Path | None) -> "MailAccount":
    """Return how to send mail now: by the server of the settings, or into the folder `outbox`."""
    from suptime.app.invoices.delivery import MailAccount
    from suptime.app.invoices.mail import Mail, password
    from suptime.app.invoices.smtp import SmtpClient

    mail = Mail.of(console.settings(), outbox)
    smtp = SmtpClient(mail, lambda: password(os.environ, mail))
    return MailAccount(console.store(), mail, smtp, console.now, console.agent())


def _show(
    outcomes: "Iterable[Outcome]",
    account: "MailAccount",
    form: str,
    *,
    alone: bool = False,
    noted: bool = False,
) -> None:
    """Report each outcome as soon as it is known.

    Raises:
        NotPossible: the one invoice (`alone`) could not be sent.
        Exit: one of several could not be sent.
    """
    from suptime.app.invoices import delivery

    documents, problems, first = [], 0, None
    for one in outcomes:
        documents.append(delivery.document(one.sending, account.now()))
        if one.problem is None and one.changed:
            hooks.after("send", {"sendings": documents[-1:]})
        if one.problem is None:
            if form == "text":
                console.print_text(console.plain(summary(one, noted=noted)))
            continue
        problems += 1
        first = first or one.problem
        if not alone:
            console.warn(f"{one.problem} {one.problem.hint}")
        if one.stops and not alone:
            console.warn(
                "The mail server was not tried again. To send the rest: suptime invoice send --pending"
            )
    if form == "json":
        console.show_json({"sendings": documents})
    elif not documents:
        console.note("There is nothing to send.")
    if alone and first is not None:
        raise NotPossible(first.what, first.why, first.hint)
    if problems:
        raise typer.Exit(ExitCode.NOT_POSSIBLE)


def summary(outcome: "Outcome", *, noted: bool) -> str:
    """Return the outcome of a delivery in one line."""
    from suptime.domain.delivery import OUTBOX, WITHDRAWN

    one = outcome.sending
    if one.state == WITHDRAWN:
        return f"{one.number} is withdrawn: everything on it is settled."
    to = f" to {one.recipient}" if one.recipient else ""
    if one.state == OUTBOX:
        if outcome.changed:
            return f"{one.number} for {one.recipient}: {one.file}"
        return f"{one.number} is in the outbox already: {one.file}"
    if outcome.changed:
        return f"Marked {one.number} as delivered." if noted else f"Sent {one.number}{to}."
    return f"{one.number} was already sent{to}, {dated(one.sent_at or 0)}."
