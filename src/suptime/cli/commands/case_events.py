"""Events and messages of a case: `suptime case consent`, `escalate`, `respond`, `resolve` and `reopen`."""

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suptime.app.units import formatted
from suptime.cli import console, parameters
from suptime.cli.moments import instant_of, read_typed
from suptime.cli.options import (
    NOW,
    AtOption,
    CaseArgument,
    Field,
    FormatOption,
    UnlistedOption,
    Values,
    argument,
    changes,
    declared,
    option,
)
from suptime.cli.output import report
from suptime.cli.questions import confirming
from suptime.domain import values
from suptime.domain.case import Event
from suptime.domain.time import Instant, Seconds, show_duration
from suptime.domain.typed_time import TypedTime, on
from suptime.errors import WrongUsage
from suptime.settings.settings import Settings

if TYPE_CHECKING:
    from suptime.app.cases.email import Received
    from suptime.app.cases.opening import Opening
    from suptime.app.use_case import Result
    from suptime.domain.case import Case


def register(group: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    group.command("consent")(consent)
    group.command("escalate")(escalate)
    group.command("respond")(respond)
    group.command("resolve")(resolve)
    group.command("reopen")(reopen)
    group.command("wait")(wait)
    group.command("resume")(resume)
    events = typer.Typer(help="Correct the events of a case.")
    events.command("edit")(edit)
    events.command("remove")(remove)
    group.add_typer(events, name="event")


def _formatted(instant: Instant) -> str:
    return formatted(instant, console.zone(), console.now())


def consent(
    number: CaseArgument,
    by: Annotated[
        str | None, option("--by", "Person at the client who consented or refused.", "NAME")
    ] = None,
    at: Annotated[TypedTime | None, declared(parameters.AT, read_typed)] = None,
    up_to: Annotated[
        Seconds | None,
        option(
            "--up-to",
            "Limit of the consent: chargeable time, for example 4h.",
            "DURATION",
            values.duration("limit"),
        ),
    ] = None,
    refused: Annotated[bool, option("--refused", "Record a refusal. It ends an earlier consent.")] = False,
    request: Annotated[
        bool, option("--request", "Write a message that asks the client for consent.")
    ] = False,
    length: Annotated[
        Seconds | None,
        option(
            "--for",
            "Time to ask for [default: the case's estimate].",
            "DURATION",
            values.duration("time to consent to"),
        ),
    ] = None,
    to: Annotated[
        str | None,
        option("--to", "Recipient [default: the case's contact, or the client].", "EMAIL", values.EMAIL),
    ] = None,
    outbox: Annotated[Path | None, option("--outbox", "Folder for the message.", "DIR")] = None,
    form: FormatOption = "text",
) -> None:
    """Record the client's consent to billable work, or a refusal, or ask for consent."""
    asking = {"--for": length, "--to": to, "--outbox": outbox}
    answering = {"--by": by, "--at": at, "--up-to": up_to, "--refused": refused or None}
    if other := [flag for flag, value in (answering if request else asking).items() if value is not None]:
        raise WrongUsage(
            f"{other[0]} cannot be used with --request." if request else f"{other[0]} requires --request.",
            hint="To ask the client: --request. To record the answer: --by NAME, or --refused --by NAME.",
        )
    if request:
        _ask(number, length, to, outbox, form)
        return
    if by is None:
        raise WrongUsage(
            "The name of the person who refused is missing."
            if refused
            else "The name of the person who consented is missing.",
            hint="Add --by NAME." if refused else "Add --by NAME, or --request to ask the client.",
        )
    if refused and up_to is not None:
        raise WrongUsage("--up-to cannot be used with --refused: a refusal has no limit.")
    from suptime.app.cases import events
    from suptime.domain.case import EventKind

    now = console.now()
    moment = now if at is None else instant_of(at, form)
    store, agent, zone = console.store(), console.agent(), console.zone()
    if refused:
        done = events.refuse(store, number, by=by, at=moment, now=now, agent=agent, zone=zone)
        report(
            done,
            form,
            f"{by.strip()} refused work on {done.value.number} at {_formatted(moment)}.",
        )
        return
    done = events.consent(store, number, by=by, up_to=up_to, at=moment, now=now, agent=agent, zone=zone)
    given = next(
        e for e in reversed(done.value.of_kind(EventKind.CONSENT)) if e.at == moment and e.by == by.strip()
    )
    limit = f", up to {show_duration(given.up_to_seconds)}" if given.up_to_seconds else ""
    report(
        done,
        form,
        f"{given.by} consented to work on {done.value.number} at {_formatted(moment)}{limit}.",
    )


def _ask(number: str, length: Seconds | None, to: str | None, outbox: Path | None, form: str) -> None:
    """Write the message that asks for consent, and report where it is."""
    from suptime.app.cases import consent_request, outgoing_mail
    from suptime.invoicing.draft import Letterhead

    settings = console.settings()
    done = consent_request.ask(
        console.store(),
        number,
        to=to,
        length=length,
        firm=outgoing_mail.Firm(
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
        f"Asked {asked.request.by} for consent to work on {asked.case.number}{limit}. Message: "
        f"{asked.message}",
    )


def _recorded(
    record: "Callable[..., Result[Case]]", number: str, at: TypedTime, form: str
) -> "tuple[Result[Case], Instant]":
    """Record an event of a case with `record`. Return its result, and the time of the event."""
    moment = instant_of(at, form)
    now, agent, zone = console.now(), console.agent(), console.zone()
    return record(console.store(), number, at=moment, now=now, agent=agent, zone=zone), moment


def escalate(number: CaseArgument, at: AtOption = NOW, form: FormatOption = "text") -> None:
    """Record that a case was escalated to the billable team."""
    from suptime.app.cases import events

    done, moment = _recorded(events.escalate, number, at, form)
    report(done, form, f"Escalated {done.value.number} at {_formatted(moment)}.")


def respond(number: CaseArgument, at: AtOption = NOW, form: FormatOption = "text") -> None:
    """Record the first response to the client."""
    from suptime.app.cases import events

    done, moment = _recorded(events.respond, number, at, form)
    report(done, form, f"Recorded the first response to {done.value.number} at {_formatted(moment)}.")


def resolve(
    number: CaseArgument,
    cause: Annotated[
        str | None,
        option(
            "--cause",
            "Cause of the problem, as the contract names it, or unknown.",
            "CAUSE",
            values.line("cause"),
        ),
    ] = None,
    unlisted: UnlistedOption = False,
    at: AtOption = NOW,
    kb: Annotated[str | None, option("--kb", "Article that answers the question.", "URL", values.URL)] = None,
    form: FormatOption = "text",
) -> None:
    """Resolve a case."""
    from suptime.app.cases import events

    moment = instant_of(at, form)
    done = confirming(
        lambda cause: events.resolve(
            console.store(),
            number,
            cause=cause,
            unlisted=unlisted,
            kb=kb,
            at=moment,
            now=console.now(),
            agent=console.agent(),
            zone=console.zone(),
        ),
        cause,
        form,
    )
    turn = done.value.last_turn
    why = f", cause {turn.cause}" if turn and turn.cause else ""
    report(done, form, f"Resolved {done.value.number} at {_formatted(moment)}{why}.")


def reopen(number: CaseArgument, at: AtOption = NOW, form: FormatOption = "text") -> None:
    """Open a resolved case again."""
    from suptime.app.cases import events

    done, moment = _recorded(events.reopen, number, at, form)
    report(done, form, f"Reopened {done.value.number} at {_formatted(moment)}.")


def wait(
    number: CaseArgument,
    waits_for: Annotated[
        str | None,
        option("--for", "Question to the client.", "TEXT", values.line("subject of the question")),
    ] = None,
    at: AtOption = NOW,
    form: FormatOption = "text",
) -> None:
    """Record that it is the client's turn: the resolution clock stops."""
    from suptime.app.cases import events

    done, moment = _recorded(partial(events.wait, waits_for=waits_for), number, at, form)
    what = f" for {waits_for}" if waits_for else " for the client"
    report(done, form, f"{done.value.number} waits{what} since {_formatted(moment)}.")


def resume(number: CaseArgument, at: AtOption = NOW, form: FormatOption = "text") -> None:
    """Record that the client's turn is over: the resolution clock goes on."""
    from suptime.app.cases import events

    done, moment = _recorded(events.resume, number, at, form)
    report(done, form, f"Resumed {done.value.number} at {_formatted(moment)}.")


EventNumber = Annotated[int, argument("N", "Number of the event, as `suptime case show` prints it.", min=1)]

CORRECTABLE = {
    "by": Field("NAME", "Person who consented, refused or was asked.", clears=False),
    "up_to_seconds": Field(
        "DURATION",
        "Limit of the consent: chargeable time; '' for no limit.",
        read=values.duration("limit"),
        option="--up-to",
    ),
    "cause": Field("CAUSE", "Cause of the problem, as the contract names it, or unknown."),
    "kb": Field("URL", "Article that answers the question.", read=values.URL),
    "waits_for": Field("TEXT", "Question to the client.", option="--for"),
}
"""Fields of an event that can be corrected, apart from its time."""


@changes(Event, CORRECTABLE)
def edit(
    number: CaseArgument,
    n: EventNumber,
    changed: Values,
    at: Annotated[
        TypedTime | None,
        option("--at", "Time of the event; without a day, on its present day.", "TIME", read_typed),
    ] = None,
    unlisted: UnlistedOption = False,
    form: FormatOption = "text",
) -> None:
    """Correct an event of a case; '' clears a field."""
    from suptime.app.cases import events

    store, now, zone = console.store(), console.now(), console.zone()
    typed = {**changed}
    if at is not None:
        typed["at"] = instant_of(at, form, on(zone.day(events.get(store, number, n).at)))
    done = confirming(
        lambda cause: events.edit(
            store,
            number,
            n,
            {**typed, "cause": cause} if "cause" in typed else typed,
            unlisted=unlisted,
            now=now,
            agent=console.agent(),
            zone=zone,
        ),
        changed.get("cause"),
        form,
    )
    event = next(each for each in done.value.numbered if each.n == n)
    said = f"event {n} of {done.value.number}, {event.kind} at {_formatted(event.at)}"
    report(done, form, f"Changed {said}.", f"Nothing to change: {said}.")


def remove(number: CaseArgument, n: EventNumber, form: FormatOption = "text") -> None:
    """Remove an event that did not happen. Its number is not used again."""
    from suptime.app.cases import events

    done = events.remove(
        console.store(), number, n, now=console.now(), agent=console.agent(), zone=console.zone()
    )
    case, event = done.value
    report(done, form, f"Removed event {n} of {case.number}, {event.kind} at {_formatted(event.at)}.")


def receive(file: str, typed: "Opening", outbox: Path | None, at: Instant | None, form: str) -> None:
    """Record the message in `file` (- is standard input), and report its case."""
    from suptime.app.cases import email, outgoing_mail

    raw = read(file)
    settings: Settings = console.settings()
    firm = outgoing_mail.Firm(
        settings.seller, settings.outbox if outbox is None else outbox, settings.templates
    )
    intake = email.Intake(
        settings.get("mail.received_by") or (),
        settings.get("mail.acknowledge_limit"),
        settings.get("mail.case_limit"),
    )
    done = confirming(
        lambda category: email.receive(
            console.store(),
            raw,
            replace(typed, category=category),
            firm,
            intake,
            file=None if file == "-" else file,
            at=at,
            now=console.now(),
            agent=console.agent(),
            zone=console.zone(),
        ),
        typed.category,
        form,
    )
    its = done.value
    report(done, form, _in_words(its), f"This message is recorded already, in {its.case.number}.")


def _in_words(its: "Received") -> str:
    """Return the report of a recorded message."""
    case, attached = its.case, its.message.attachments
    subject = f": {case.subject}" if case.subject else ""
    if its.opened:
        said = f"Opened {case.number} for {case.client}, under {case.contract}{subject}."
    else:
        said = f"Added the message from {its.message.sender} to {case.number}{subject}."
    if attached:
        said += f" Attachments, kept in the message: {', '.join(attached)}."
    if its.acknowledgement:
        said += f" Acknowledgement: {its.acknowledgement}"
    return said


def read(file: str) -> bytes:
    """Return the bytes of `file` (- is standard input), at most one more than a message may have.

    Raises:
        WrongUsage: the file does not exist or cannot be read.
    """
    from suptime.interchange.mail.message import LARGEST

    if file == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    try:
        with Path(file).open("rb") as stream:
            return stream.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise WrongUsage(
            f"File {console.quoted(file)} does not exist.",
            hint="Give the file of the message, or - to read from a pipe.",
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not a valid path"
        raise WrongUsage(f"{console.quoted(file)} cannot be read: {reason}.") from error
