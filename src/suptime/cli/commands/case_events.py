"""What happens to a case: `suptime case consent`, `escalate`, `respond`, `resolve`, `reopen`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suptime.app.units import formatted
from suptime.cli import console
from suptime.cli.moments import read_time
from suptime.cli.options import AtOption, Format, FormatOption
from suptime.cli.output import report
from suptime.domain.time import Instant, show_duration
from suptime.errors import WrongUsage
from suptime.settings.settings import Settings

Number = Annotated[str, typer.Argument(metavar="CASE", help="The case's number.")]


def register(group: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    group.command("consent")(consent)
    group.command("escalate")(escalate)
    group.command("respond")(respond)
    group.command("resolve")(resolve)
    group.command("reopen")(reopen)


def _instant(typed: str | None) -> Instant:
    """When it happened: as TYPED, or now."""
    return console.now() if typed is None else read_time(typed, console.zone(), console.now())


def _formatted(instant: Instant) -> str:
    return formatted(instant, console.zone(), console.now())


def consent(
    number: Number,
    by: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="Who at the client consented, or refused.")
    ] = None,
    at: AtOption = None,
    up_to: Annotated[
        str | None, typer.Option("--up-to", metavar="DURATION", help="For how much chargeable time.")
    ] = None,
    refused: Annotated[
        bool, typer.Option("--refused", help="Record a refusal. It ends an earlier consent.")
    ] = False,
    request: Annotated[
        bool, typer.Option("--request", help="Write a message that asks the client for consent.")
    ] = False,
    length: Annotated[
        str | None,
        typer.Option(
            "--for", metavar="DURATION", help="How much time to ask for [default: the case's estimate]."
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="EMAIL", help="Whom to ask [default: the case's contact, or the client]."
        ),
    ] = None,
    outbox: Annotated[
        Path | None, typer.Option("--outbox", metavar="DIR", help="Where the message is put.")
    ] = None,
    form: FormatOption = Format.text,
) -> None:
    """Record the client's consent to billable work, or a refusal, or ask for consent."""
    asking = {"--for": length, "--to": to, "--outbox": outbox}
    answering = {"--by": by, "--at": at, "--up-to": up_to, "--refused": refused or None}
    if other := [flag for flag, value in (answering if request else asking).items() if value is not None]:
        raise WrongUsage(
            f"{other[0]} cannot be used with --request." if request else f"{other[0]} requires --request.",
            hint="Ask first: --request. Then record the answer: --by NAME, or --refused --by NAME.",
        )
    if request:
        _ask(number, length, to, outbox, form)
        return
    if by is None:
        raise WrongUsage(
            "It is not known who refused." if refused else "It is not known who consented.",
            hint="Add --by NAME." if refused else "Add --by NAME, or --request to ask the client.",
        )
    if refused and up_to is not None:
        raise WrongUsage("--up-to cannot be used with --refused: a refusal has no limit.")
    from suptime.app.cases import events as case_events
    from suptime.domain.case import EventKind

    when, now = _instant(at), console.now()
    store, agent, zone = console.store(), console.agent(), console.zone()
    if refused:
        done = case_events.refuse(store, number, by=by, at=when, now=now, agent=agent, zone=zone)
        report(done, form, f"{by.strip()} refused work on {done.value.number} at {_formatted(when)}.")
        return
    done = case_events.consent(store, number, by=by, up_to=up_to, at=when, now=now, agent=agent, zone=zone)
    given = next(
        e for e in reversed(done.value.of_kind(EventKind.CONSENT)) if e.at == when and e.by == by.strip()
    )
    limit = f", up to {show_duration(given.up_to_seconds)}" if given.up_to_seconds else ""
    report(done, form, f"{given.by} consented to work on {done.value.number} at {_formatted(when)}{limit}.")


def _ask(number: str, length: str | None, to: str | None, outbox: Path | None, form: Format) -> None:
    """Write the message that asks for consent, and say where it is."""
    from suptime.app.cases import consent_request as asking
    from suptime.app.cases import outgoing_mail as outgoing
    from suptime.invoicing.draft import Letterhead

    settings = console.settings()
    done = asking.ask(
        console.store(),
        number,
        to=to,
        length=length,
        firm=outgoing.Firm(
            settings.seller, settings.outbox if outbox is None else outbox, settings.templates
        ),
        head=Letterhead.of(settings),
        now=console.now(),
        agent=console.agent(),
        zone=console.zone(),
    )
    asked = done.value
    seconds = asked.request.up_to_seconds
    limit = f" for {show_duration(seconds)}" if seconds else ""
    report(
        done,
        form,
        f"Asked {asked.request.by} for consent to work on {asked.case.number}{limit}. Message: {asked.message}",
    )


def escalate(number: Number, at: AtOption = None, form: FormatOption = Format.text) -> None:
    """Record that a case went to the team that is billed."""
    from suptime.app.cases import events as case_events

    done = case_events.escalate(
        console.store(),
        number,
        at=(when := _instant(at)),
        now=console.now(),
        agent=console.agent(),
        zone=console.zone(),
    )
    report(done, form, f"Escalated {done.value.number} at {_formatted(when)}.")


def respond(number: Number, at: AtOption = None, form: FormatOption = Format.text) -> None:
    """Record the first response to the client."""
    from suptime.app.cases import events as case_events

    done = case_events.respond(
        console.store(),
        number,
        at=(when := _instant(at)),
        now=console.now(),
        agent=console.agent(),
        zone=console.zone(),
    )
    shown = _formatted(when)
    report(done, form, f"The first response to {done.value.number} was at {shown}.")


def resolve(
    number: Number,
    cause: Annotated[
        str | None,
        typer.Option(
            "--cause", metavar="CAUSE", help="What it turned out to be, as the contract names it, or unknown."
        ),
    ] = None,
    at: AtOption = None,
    kb: Annotated[
        str | None, typer.Option("--kb", metavar="URL", help="The article that answers it.")
    ] = None,
    form: FormatOption = Format.text,
) -> None:
    """Resolve a case."""
    from suptime.app.cases import events as case_events

    done = case_events.resolve(
        console.store(),
        number,
        cause=cause,
        kb=kb,
        at=(when := _instant(at)),
        now=console.now(),
        agent=console.agent(),
        zone=console.zone(),
    )
    shown = _formatted(when)
    turn = done.value.last_turn
    why = f", cause {turn.cause}" if turn and turn.cause else ""
    report(done, form, f"Resolved {done.value.number} at {shown}{why}.")


def reopen(number: Number, at: AtOption = None, form: FormatOption = Format.text) -> None:
    """Open a resolved case again."""
    from suptime.app.cases import events as case_events

    done = case_events.reopen(
        console.store(),
        number,
        at=(when := _instant(at)),
        now=console.now(),
        agent=console.agent(),
        zone=console.zone(),
    )
    report(done, form, f"Reopened {done.value.number} at {_formatted(when)}.")


if TYPE_CHECKING:
    from suptime.app.cases.email import Received
    from suptime.app.cases.opening import Opening


def receive(file: str, typed: "Opening", outbox: Path | None, at: Instant | None, form: Format) -> None:
    """Take the message in FILE (- is standard input), and say what became of it."""
    from suptime.app.cases import email
    from suptime.app.cases import outgoing_mail as outgoing

    raw = read(file)
    settings: Settings = console.settings()
    done = email.receive(
        console.store(),
        raw,
        typed,
        outgoing.Firm(settings.seller, settings.outbox if outbox is None else outbox, settings.templates),
        file=None if file == "-" else file,
        at=at,
        now=console.now(),
        agent=console.agent(),
        zone=console.zone(),
    )
    its = done.value
    report(done, form, _became(its), f"This message is recorded already, in {its.case.number}.")


def _became(its: "Received") -> str:
    """What became of a message, in a line."""
    case, attached = its.case, its.message.attachments
    subject = f": {case.subject}" if case.subject else ""
    if its.opened:
        said = f"Opened {case.number} for {case.client}, under {case.contract}{subject}."
    else:
        said = f"Added the message from {its.message.sender} to {case.number}{subject}."
    if attached:
        said += f" Attached, and left in the message: {', '.join(attached)}."
    if its.acknowledgement:
        said += f" Acknowledgement: {its.acknowledgement}"
    return said


def read(file: str) -> bytes:
    """The bytes of FILE (- is standard input), at most one more than a message may have.

    Raises:
        WrongUsage: it is not there, or cannot be read.
    """
    from suptime.interchange.mail.message import LARGEST

    if file == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    try:
        with Path(file).open("rb") as stream:
            return stream.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise WrongUsage(
            f"There is no file {console.quoted(file)}.", hint="Name the message's file, or - for a pipe."
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "that is no path"
        raise WrongUsage(f"{console.quoted(file)} cannot be read: {reason}.") from error
