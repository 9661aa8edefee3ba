"""`suptime invoice list`, `show`, `explain`, `credit` and `pay`: what becomes of issued invoices. `suptime close`."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suptime.cli import console, hooks
from suptime.cli.moments import read_day, requested_month
from suptime.cli.options import Format, FormatOption, LanguageOption
from suptime.cli.output import supported_language as spoken_in
from suptime.domain.money import show_amount
from suptime.errors import ExitCode, NotPossible, WrongUsage

FORMATS = ("text", "markdown", "html", "pdf", "json", "csv", "ubl", "facturx")

Number = Annotated[str, typer.Argument(help="The invoice's number, such as INV-2026-0001.")]

OneClient = Annotated[str | None, typer.Option(help="One client only.")]

ShownFormat = Annotated[
    str,
    typer.Option("--format", help="text, markdown, html, pdf, json, csv, ubl or facturx.", metavar="FORMAT"),
]

ShowFormat = Annotated[
    str,
    typer.Option(
        "--format",
        help="text, markdown, html, pdf, json, csv, ubl or facturx; with --sent also message or xml.",
        metavar="FORMAT",
    ),
]

ShortFormat = Annotated[str, typer.Option("--format", help="text or json.", metavar="FORMAT")]


def check_format(form: str, forms: tuple[str, ...]) -> None:
    """Refuse FORM where it is none of FORMS."""
    if form not in forms:
        raise WrongUsage(f'"{form}" is not a format of invoices.', hint=f"Use one of {', '.join(forms)}.")


def is_einvoice(form: str) -> bool:
    """Whether FORM is one of e-invoices; what it needs is installed then."""
    from suptime.documents import EINVOICES, check_libraries

    check_libraries(form)
    return form in EINVOICES


def ready(document: dict[str, Any], form: str) -> dict[str, Any]:
    """DOCUMENT of issued invoices as FORM needs it: an e-invoice says what it lacks."""
    if not is_einvoice(form):
        return document
    from suptime.app.invoices import draft

    return draft.ready(console.store(), document, form, console.settings())


def issue_settings(spoken: str | None = None) -> Any:
    """What issuing needs of the settings, in the language SPOKEN, where one was asked for."""
    from suptime.app.invoices.issue import IssueSettings

    settings = console.settings()
    return IssueSettings(settings, settings.get("documents.number"), settings.zone, spoken)


if TYPE_CHECKING:
    from suptime.app.invoices.sent_files import SentFiles

STATES_OF_DELIVERIES = {
    "sent": "sent",
    "outbox": "written into the outbox",
    "unknown": "unknown whether it arrived",
    "sending": "being sent now",
}

STATES = ("issued", "part-paid", "paid", "credited", "overdue")


def list_(
    client: OneClient = None,
    state: Annotated[str | None, typer.Option(help=f"One of {', '.join(STATES)}.", metavar="STATE")] = None,
    form: ShortFormat = "text",
) -> None:
    """List the invoices that were issued, with what is paid and open of each."""
    check_format(form, ("text", "json"))
    if state is not None and state not in STATES:
        raise WrongUsage(f'"{state}" is not a state of an invoice.', hint=f"Use one of {', '.join(STATES)}.")
    from suptime.app.invoices import issued as records

    today = console.zone().day(console.now())
    if form == "json":
        documents = records.list_all(console.store(), client, state, today)
        console.show_json({"invoices": _with_sending(documents)})
        return
    found = records.summaries(console.store(), client, state, today)
    if not found:
        console.note("No invoices." if state is None else f"No invoices in the state {state}.")
        return
    rows = [
        (
            one.head.number,
            f"{one.now['state']} credit" if one.is_credit else one.now["state"],
            one.head.client,
            str(one.head.month or ""),
            one.head.issued_on.isoformat(),
            one.head.due_on.isoformat() if one.head.due_on else "",
            f"{show_amount(one.gross, one.head.currency)} {one.head.currency}",
            one.now["open"],
        )
        for one in found
    ]
    headers = ("Number", "State", "Client", "Month", "Issued", "Due", "Total", "Open")
    console.print_text(console.table(rows, headers, right=("Total", "Open"), wrap=""))


def show(
    number: Number,
    form: ShowFormat = "text",
    language: LanguageOption = None,
    sent: Annotated[
        bool, typer.Option("--sent", help="Show the files that were sent to the client, byte by byte.")
    ] = False,
    delivery: Annotated[
        int | None,
        typer.Option(metavar="NUMBER", help="With --sent: one delivery [default: the newest].", min=1),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="With --sent: write the files into this folder.")
    ] = None,
) -> None:
    """Show an issued invoice exactly as it was issued, or as it was sent.

    With --language it is shown in another language than it was issued in.

    With --sent, suptime lists each delivery with its files. Add --format message, pdf or xml for the
    bytes of one file, or --out for all of them. Templates that changed since do not change these files.
    """
    if sent:
        _show_deliveries(number, form, language, delivery, out)
        return
    for option, value in (("--delivery", delivery), ("--out", out)):
        if value is not None:
            raise WrongUsage(f"{option} needs --sent.", hint=f"Add --sent, or leave out {option}.")
    if form in ("message", "xml"):
        raise WrongUsage(f"--format {form} needs --sent.", hint="Add --sent, or choose another format.")
    check_format(form, FORMATS)
    console.refuse_on_terminal(form, None)
    from suptime.app.invoices import issued as records

    spoken = spoken_in(language)
    issued, document = records.show(console.store(), number, console.zone().day(console.now()))
    if form == "json":
        console.show_json({"invoices": _with_sending([document])})
        return
    console.show_document("invoice", form, ready(records.as_issued([issued], spoken), form))


def _show_deliveries(
    number: str, form: str, language: str | None, delivery: int | None, out: Path | None
) -> None:
    """Show the deliveries of an invoice, or the bytes of one file, or write files."""
    from suptime.app.invoices import sent_files as sent

    check_format(form, (*FORMATS, sent.MESSAGE, sent.XML))
    if language is not None:
        raise WrongUsage(
            "--language does not go with --sent: a sent file does not change.", hint="Leave one of them out."
        )
    listing = form in ("text", "json")
    if not listing:
        console.refuse_on_terminal(form, out)
    name, found = sent.deliveries(console.store(), number, console.now())
    chosen = sent.get(found, name, delivery)
    if out is not None:
        for path in sent.write(chosen, out, None if listing else form):
            console.print_text(console.plain(str(path)))
    elif not listing:
        sys.stdout.flush()
        sys.stdout.buffer.write(sent.file_of(chosen, form).content)
    else:
        shown = found if delivery is None else [chosen]
        document = {"invoice": name, "deliveries": [one.document() for one in shown]}
        console.show(document, form, lambda: "\n\n".join(_delivery(one) for one in shown))


def _delivery(sent: "SentFiles") -> str:
    """Return one delivery as a headline and a table of its files."""
    from suptime.cli.output import dated

    one = sent.delivery
    to = f" to {one.recipient}" if one.recipient else ""
    headline = console.plain(
        f"Delivery {one.attempt}, {dated(one.at)}{to}: {STATES_OF_DELIVERIES[one.state]}"
    )
    rows = [(f.name, f.type, str(len(f.content)), f.digest[:16]) for f in sent.files]
    headers = ("File", "Type", "Bytes", "SHA-256 (start)")
    return f"{headline}\n{console.table(rows, headers, right=('Bytes',), wrap='')}"


def _with_sending(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """DOCUMENTS of invoices, each with how far its sending came."""
    from suptime.app.invoices import delivery

    return delivery.with_delivery(console.store(), documents, console.now())


def explain(
    number: Number,
    line: Annotated[int | None, typer.Option(help="One line only, counted from 1.", min=1)] = None,
    form: ShortFormat = "text",
) -> None:
    """Explain the lines of an invoice: what was worked, what became of it, and how each amount came about."""
    check_format(form, ("text", "json"))
    from suptime.app.invoices import issued as records

    issued, _ = records.show(console.store(), number, console.zone().day(console.now()))
    lines = records.explained(issued, line)
    if form == "json":
        console.show_json({"invoice": issued.number, "lines": lines})
        return
    for one in lines:
        console.print_text(
            f"{one['line']}. {one['case'] or '-'}  {one['date']}  {one['kind']}  {one['net']} {issued.currency}"
        )
        console.print_text(f"   {one['description']}")
        for sentence in one["why"]:
            console.print_text(f"   {sentence}")


def credit(
    number: Number,
    reason: Annotated[str, typer.Option(help="Why, as the client will read it.")],
    reopen: Annotated[
        bool, typer.Option("--reopen", help="Its charges are open again, to be invoiced anew.")
    ] = False,
    write_off: Annotated[bool, typer.Option("--write-off", help="Its charges are waived for good.")] = False,
    form: ShortFormat = "text",
) -> None:
    """Reverse a whole invoice by a credit note."""
    check_format(form, ("text", "json"))
    if reopen == write_off:
        raise WrongUsage(
            "It is not clear what becomes of the charges." if not reopen else "Only one of both can be.",
            hint="Add --reopen to invoice them anew, or --write-off to waive them for good.",
        )
    from suptime.app.invoices import issue as issuing
    from suptime.domain import values

    mode = "reopen" if reopen else "write-off"
    words = values.accept(values.line("reason"), reason)
    document = issuing.credit(
        console.store(), number, words, mode, issue_settings(), now=console.now(), agent=console.agent()
    )
    hooks.after("credit", {"invoices": [document]})
    if form == "json":
        console.show_json({"invoices": [document]})
        return
    after = "its charges are open again" if reopen else "its charges are waived"
    console.print_text(
        f"{document['number']} credits {document['credits']}: {document['totals']['gross']} {document['currency']}; {after}."
    )


def pay(
    number: Number,
    on: Annotated[str, typer.Option(help="The day the money came; today if left out.")] = "today",
    amount: Annotated[str | None, typer.Option(help="How much; all that is open if left out.")] = None,
    form: ShortFormat = "text",
) -> None:
    """Record a payment of an invoice, whole or in part."""
    check_format(form, ("text", "json"))
    from suptime.app.invoices import issued as records
    from suptime.domain import values as checks

    now, zone = console.now(), console.zone()
    today, day = zone.day(now), read_day(on, zone, now)
    if day > today:
        raise WrongUsage(f"{day} is in the future.", hint="Record a payment on the day it came, or later.")
    store = console.store()
    currency = records.show(store, number, today)[0].currency
    paid = None if amount is None else checks.accept(checks.price(currency), amount)
    if paid is not None and not paid:
        raise WrongUsage("A payment of nothing is none.", hint="Leave --amount out to pay all that is open.")
    payment, document = records.pay(store, number, paid, day, now=now, agent=console.agent(), today=today)
    hooks.after("pay", {"invoices": [document]})
    if form == "json":
        console.show_json({"invoices": [document]})
        return
    console.print_text(
        f"{document['number']}: {payment.amount} {currency} paid on {day}; {document['open']} open, {document['state']}."
    )


def close(
    through: Annotated[str, typer.Option(help="The last month to close, such as 2026-09.")],
    client: OneClient = None,
    form: ShortFormat = "text",
) -> None:
    """Close months without invoicing them: what they hold is settled, as it was invoiced elsewhere.

    How a firm with years of imported work begins. Late work on a closed month is invoiced by
    what it adds.
    """
    check_format(form, ("text", "json"))
    from suptime.app.invoices import issue as issuing

    now = console.now()
    month = requested_month(through, console.zone(), now)
    closed = issuing.close(console.store(), month, client, now=now, agent=console.agent())
    if form == "json":
        console.show_json({"closed": [{"client": c, "through": str(month), "rows": n} for c, n in closed]})
        return
    for code, rows in closed:
        console.print_text(
            f"{code}: closed through {month}, {rows} open {'row' if rows == 1 else 'rows'} settled."
        )
    if not closed:
        console.note(f"Nothing to close: every client is closed through {month}.")


if TYPE_CHECKING:
    from suptime.app.invoices.delivery import MailAccount, Outcome


def send(
    number: Annotated[
        str | None, typer.Argument(help="The invoice's number, such as INV-2026-0001.", show_default=False)
    ] = None,
    pending: Annotated[
        bool, typer.Option("--pending", help="All that waits: not accepted yet, or issued since mail.since.")
    ] = False,
    outbox: Annotated[
        Path | None,
        typer.Option(help="Write it into this folder, for another program to send.", metavar="DIR"),
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", help="To this address, not the client's.", metavar="EMAIL")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Though it was sent, or may have been.")] = False,
    sent: Annotated[
        bool, typer.Option("--sent", help="Send nothing: note that it has reached the client.")
    ] = False,
    form: FormatOption = Format.text,
) -> None:
    """Send an issued invoice or credit note to the client by e-mail, once.

    The message has the documents of mail.attach with it. It is handed to the mail server of the
    settings, or written into the outbox where there is none. What the server does not accept is
    kept, and tried again by --pending.

    Whatever fails, nothing is sent twice: where the connection breaks after the message has left,
    nobody knows whether it was taken, and only you can say --again, or --sent.
    """
    _check_exclusive(number, pending=pending, again=again, sent=sent, to=to, outbox=outbox)
    from suptime.app.invoices import delivery
    from suptime.domain import values

    theirs = None if to is None else values.accept(values.EMAIL, to)
    office = _office(outbox)
    with office.postman, console.noting_flaws():
        if number is None:
            _show(delivery.send_pending(office), office, form)
        elif sent:
            _show([delivery.mark_sent(office, number)], office, form, noted=True)
        else:
            _show([delivery.send(office, number, again=again, to=theirs)], office, form, alone=True)


def _check_exclusive(
    number: str | None, *, pending: bool, again: bool, sent: bool, to: str | None, outbox: Path | None
) -> None:
    """Refuse what asks for two things at once, or for none."""
    if (number is None) != pending:
        what = "Both a number and --pending were given." if pending else "Nothing to send was named."
        raise WrongUsage(
            what, hint="Name an invoice, such as INV-2026-0001, or --pending for all that waits."
        )
    if pending and (again or sent or to):
        raise WrongUsage(
            "--again, --sent and --to are for one invoice.", hint="Name it in place of --pending."
        )
    if sent and (again or to or outbox):
        raise WrongUsage(
            "With --sent nothing is sent.", hint="Leave out --again, --to and --outbox, or leave out --sent."
        )


def _office(outbox: Path | None) -> "MailAccount":
    import os

    from suptime.app.invoices.delivery import MailAccount
    from suptime.app.invoices.mail import Mail, password
    from suptime.app.invoices.smtp import SmtpClient

    mail = Mail.of(console.settings(), outbox)
    postman = SmtpClient(mail, lambda: password(os.environ, mail))
    return MailAccount(console.store(), mail, postman, console.now, console.agent())


def _show(
    outcomes: "Iterable[Outcome]",
    office: "MailAccount",
    form: Format,
    *,
    alone: bool = False,
    noted: bool = False,
) -> None:
    """Say of each what became of it, as soon as that is known; the exit code says whether all is well."""
    from suptime.app.invoices import delivery

    documents, problems, first = [], 0, None
    for one in outcomes:
        documents.append(delivery.document(one.sending, office.now()))
        if one.problem is None and one.changed:
            hooks.after("send", {"sendings": documents[-1:]})
        if one.problem is None:
            if form is Format.text:
                console.print_text(console.plain(_summary(one, noted=noted)))
            continue
        problems += 1
        first = first or one.problem
        if not alone:
            console.warn(f"{one.problem} {one.problem.hint}")
        if one.stops and not alone:
            console.warn("The mail server was asked no further; what waits is tried by the next --pending.")
    if form is Format.json:
        console.show_json({"sendings": documents})
    elif not documents:
        console.note("Nothing waits to be sent.")
    if alone and first is not None:
        raise NotPossible(first.what, first.why, first.hint)
    if problems:
        raise typer.Exit(ExitCode.NOT_POSSIBLE)


def _summary(outcome: "Outcome", *, noted: bool) -> str:
    """What became of an invoice, in a line."""
    from suptime.cli.output import dated
    from suptime.domain.delivery import OUTBOX

    one = outcome.sending
    to = f" to {one.recipient}" if one.recipient else ""
    if one.state == OUTBOX:
        if outcome.changed:
            return f"{one.number} for {one.recipient}: {one.file}"
        return f"{one.number} is in the outbox already: {one.file}"
    if outcome.changed:
        return f"{one.number} is noted as sent." if noted else f"{one.number} is sent{to}."
    return f"{one.number} was sent{to} already, {dated(one.sent_at or 0)}."
