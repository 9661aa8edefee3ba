"""`suptime invoice send`: what was issued goes out by e-mail, once."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suptime.cli import console, hooks
from suptime.cli.options import Format, FormatOption
from suptime.errors import ExitCode, NotPossible, WrongUsage

if TYPE_CHECKING:
    from suptime.app.sending import Office, Outcome


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
    _one_way(number, pending=pending, again=again, sent=sent, to=to, outbox=outbox)
    from suptime.app import checks, sending

    theirs = None if to is None else checks.email(to)
    office = _office(outbox)
    with office.postman, console.telling_of_flaws():
        if number is None:
            _show(sending.send_pending(office), office, form)
        elif sent:
            _show([sending.mark_sent(office, number)], office, form, noted=True)
        else:
            _show([sending.send(office, number, again=again, to=theirs)], office, form, alone=True)


def _one_way(
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


def _office(outbox: Path | None) -> "Office":
    import os

    from suptime.app.mail_settings import Mail, password
    from suptime.app.sending import Office
    from suptime.app.smtp import Postman

    mail = Mail.of(console.settings(), outbox)
    postman = Postman(mail, lambda: password(os.environ, mail))
    return Office(console.store(), mail, postman, console.now, console.agent())


def _show(
    outcomes: "Iterable[Outcome]",
    office: "Office",
    form: Format,
    *,
    alone: bool = False,
    noted: bool = False,
) -> None:
    """Say of each what became of it, as soon as that is known; the exit code says whether all is well."""
    from suptime.app import sending_words

    documents, problems, first = [], 0, None
    for one in outcomes:
        documents.append(sending_words.document(one.sending, office.now()))
        if one.problem is None and one.changed:
            hooks.after("send", {"sendings": documents[-1:]})
        if one.problem is None:
            if form is Format.text:
                console.out(console.plain(_said(one, noted=noted)))
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
        console.say("Nothing waits to be sent.")
    if alone and first is not None:
        raise NotPossible(first.what, first.why, first.hint)
    if problems:
        raise typer.Exit(ExitCode.NOT_POSSIBLE)


def _said(outcome: "Outcome", *, noted: bool) -> str:
    """What became of an invoice, in a line."""
    from suptime.cli.telling import dated
    from suptime.domain.sending import OUTBOX

    one = outcome.sending
    to = f" to {one.recipient}" if one.recipient else ""
    if one.state == OUTBOX:
        if outcome.changed:
            return f"{one.number} for {one.recipient}: {one.file}"
        return f"{one.number} is in the outbox already: {one.file}"
    if outcome.changed:
        return f"{one.number} is noted as sent." if noted else f"{one.number} is sent{to}."
    return f"{one.number} was sent{to} already, {dated(one.sent_at or 0)}."
