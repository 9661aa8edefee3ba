"""`suptime case`: open, edit, estimate, list and show cases."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suptime.cli import console, listing
from suptime.cli.commands import case_events
from suptime.cli.listing import Column, ListFormat, Listing, lists, local, rfc3339_here
from suptime.cli.moments import instant_of, read_typed
from suptime.cli.options import (
    CaseArgument,
    EffectOption,
    Field,
    FormatOption,
    LanguageOption,
    OneClient,
    UnlistedOption,
    Values,
    WordedCaseArgument,
    argument,
    changes,
    choice,
    document_format,
    option,
    takes,
)
from suptime.cli.output import card, dated, report, show_effect
from suptime.cli.questions import confirming
from suptime.domain import values
from suptime.domain.case import Case, Event, EventKind, Message
from suptime.domain.time import Seconds, show_duration
from suptime.domain.typed_time import TypedTime, on
from suptime.errors import WrongUsage

if TYPE_CHECKING:
    from suptime.app.cases.cases import CaseDetails


FIELDS = {
    "number": Field("[CASE]", "Case number [default: next free number]."),
    "client": Field("CLIENT", "Client of the case."),
    "contract": Field("CONTRACT", "Contract; required if the client has more than one."),
    "subject": Field("TEXT", "Subject, in one line."),
    "category": Field("CATEGORY", "Category of the request, as the contract names it."),
    "kind": Field(None, "Kind of case.", choices=("request", "incident")),
    "priority": Field("PRIORITY", "Priority: P1 to P4, or as the contract names it.", clears=False),
    "contact": Field("EMAIL", "E-mail address of the person who asked."),
    "via": Field("CHANNEL", "Channel on which the request arrived."),
    "project": Field("CODE", "Project of the case."),
}
"""Fields of a case that can be given, in the order of the help."""


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    group = typer.Typer()
    group.command("open")(open_case)
    case_events.register(group)
    group.command("estimate")(estimate)
    group.command("edit")(edit)
    group.command("delete")(delete)
    group.command("merge")(merge)
    group.command("list")(list_cases)
    group.command("show")(show)
    app.add_typer(group, name="case")


@takes(Case, FIELDS, arguments=("number",))
def open_case(
    typed: Values,
    at: Annotated[
        TypedTime | None,
        option("--at", "Time at which the case was opened [default: now].", "TIME", read_typed),
    ] = None,
    from_email: Annotated[
        str | None,
        option(
            "--from-email", "Message with the request, as an .eml file; - reads from standard input.", "FILE"
        ),
    ] = None,
    outbox: Annotated[
        Path | None, option("--outbox", "Folder for the acknowledgement of the message.", "DIR")
    ] = None,
    unlisted: UnlistedOption = False,
    form: FormatOption = "text",
) -> None:
    """Open a case, or add a message to the case whose number is in its subject."""
    from suptime.app.cases import opening

    request = opening.Opening(**typed, unlisted=unlisted)
    opened_at = None if at is None else instant_of(at, form)
    if from_email is not None:
        case_events.receive(from_email, request, outbox, opened_at, form)
        return
    if outbox is not None:
        raise WrongUsage("--outbox requires --from-email.", hint="Add --from-email FILE.")
    done = confirming(
        lambda category: opening.open_case(
            console.store(),
            replace(request, category=category),
            at=opened_at,
            now=console.now(),
            agent=console.agent(),
            zone=console.zone(),
        ),
        request.category,
        form,
    )
    case = done.value
    subject = f": {case.subject}" if case.subject else ""
    report(done, form, f"Opened {case.number} for {case.client}, under {case.contract}{subject}.")


@changes(Case, FIELDS, fixed=("number", "contact", "via"))
def edit(
    number: CaseArgument,
    changed: Values,
    at: Annotated[
        TypedTime | None, option("--at", "Time at which the case was opened.", "TIME", read_typed)
    ] = None,
    unlisted: UnlistedOption = False,
    dry_run: EffectOption = False,
    form: FormatOption = "text",
) -> None:
    """Change the details of a case; '' clears a field.

    The client can be changed until part of the case is issued. The contract can be changed at any time.
    """
    from suptime.app.cases import cases

    typed = {**changed}
    if at is not None:
        opened = cases.get(console.store(), number, now=console.now()).case.opened_at
        context = on(console.zone().day(opened))
        typed["opened_at"] = instant_of(at, form, context)
    if dry_run:
        now, agent = console.now(), console.agent()
        effect = cases.effect_of_editing(
            console.store(), number, typed, unlisted=unlisted, now=now, agent=agent
        )
        show_effect(effect, form)
        return
    done = confirming(
        lambda category: cases.edit(
            console.store(),
            number,
            {**typed, "category": category} if "category" in typed else typed,
            unlisted=unlisted,
            now=console.now(),
            agent=console.agent(),
        ),
        changed.get("category"),
        form,
    )
    case = done.value
    says = [f"{name} {getattr(case, name) or 'none'}" for name in changed]
    says += [f"opened {dated(case.opened_at)}"] if at is not None else []
    now_says = ", ".join(says)
    report(done, form, f"Changed {case.number}: {now_says}.", f"{case.number} is unchanged: {now_says}.")


def delete(number: CaseArgument, form: FormatOption = "text") -> None:
    """Delete a case with its messages and events, if it has no work, appointments or invoice lines.

    Its number is not used again.
    """
    from suptime.app.cases import cases

    done = cases.delete(console.store(), number, now=console.now(), agent=console.agent())
    report(done, form, f"Deleted {done.value.number}.")


def merge(
    number: CaseArgument,
    into: Annotated[str, argument("INTO", "Case to merge into.")],
    dry_run: EffectOption = False,
    form: FormatOption = "text",
) -> None:
    """Merge a case into another case of the same client and contract.

    Its work, messages and appointments move to INTO; its events are dropped. Its number becomes another name of INTO.
    """
    from suptime.app.cases import cases

    store, now, agent, zone = console.store(), console.now(), console.agent(), console.zone()
    if dry_run:
        show_effect(cases.effect_of_merging(store, number, into, now=now, agent=agent, zone=zone), form)
        return
    done = cases.merge(store, number, into, now=now, agent=agent, zone=zone)
    case = done.value
    subject = f": {case.subject}" if case.subject else ""
    report(done, form, f"Merged {number} into {case.number}{subject}.")


CASES = Listing(
    (
        Column("case", "Case"),
        Column("status", "Status"),
        Column("client", "Client"),
        Column("contract"),
        Column(
            "opened_at", "Opened", local("opened_at"), lambda row: (rfc3339_here(row["opened_at"]) or "")[:10]
        ),
        Column("category", "Category"),
        Column("priority", "Priority"),
        Column("subject", "Subject", is_free=True),
    )
)


@lists(CASES)
def list_cases(
    client: OneClient = None,
    status: Annotated[
        str | None, choice("--status", "Only cases in this state.", ("open", "waiting", "resolved"))
    ] = None,
    form: ListFormat = None,
) -> None:
    """List cases by number."""
    from suptime.app.cases import cases

    _, found = cases.list_all(console.store(), client=client, status=status, now=console.now())
    nothing = "No cases match." if client or status else "There are no cases yet. Open one: suptime case open"
    listing.show(CASES, found, {"cases": found}, form, nothing)


def show(number: WordedCaseArgument, form: FormatOption = "text") -> None:
    """Show one case and its history."""
    from suptime.app.cases import cases

    found = cases.get(console.store(), number, now=console.now())
    console.show(found.document, form, lambda: _card(found))


def _card(found: "CaseDetails") -> str:
    case = found.case
    status = case.status if case.resolved_at is None else f"resolved {dated(case.resolved_at)}"
    if case.wait is not None:
        what = f" for {case.wait.waits_for}" if case.wait.waits_for else " for the client"
        status = f"open, waiting{what} since {dated(case.wait.at)}"
    happened = [f"{event.n}. {dated(event.at)}  {_in_words(event)}" for event in case.numbered]
    return card(
        ": ".join(filter(None, (case.number, case.subject))),
        (
            ("Status", status),
            ("Client", case.client),
            ("Contract", f"{case.contract} ({found.title})"),
            ("Category", f"{case.category or 'none'}: {found.rule}"),
            ("Kind", case.kind),
            ("Priority", _priority(found)),
            ("Contact", case.contact),
            ("Via", case.via),
            ("Project", case.project),
            ("Waived", case.waived),
            ("Opened", dated(case.opened_at)),
            ("Estimate", show_duration(case.estimate_seconds) if case.estimate_seconds else None),
            ("Merged", ", ".join(found.document["case"]["aliases"])),
            ("Worked", show_duration(found.worked_seconds)),
            ("Consent", _consent(case)),
            ("Happened", "\n".join(happened)),
            ("Messages", "\n".join(_message_in_words(message) for message in found.messages)),
        ),
    )


def _consent(case: Case) -> str | None:
    """Return the state of the open request for consent, or who refused; None if consented or never asked."""
    request, reply = case.open_request, case.reply
    if request is None:
        last = case.last(EventKind.CONSENT, EventKind.CONSENT_REFUSED)
        refused = last is not None and last.kind is EventKind.CONSENT_REFUSED
        return f"refused on {dated(last.at)} by {last.by}" if last and refused else None
    asked = f"asked for on {dated(request.at)}"
    return (
        f"{asked}, reply from {reply.by} on {dated(reply.at)}: see its message"
        if reply
        else f"{asked}, no answer yet"
    )


def _priority(found: "CaseDetails") -> str | None:
    """Return the priority of a case, and whether it is the contract's default."""
    default = found.document["case"]["effective_priority"]
    return found.case.priority or (f"{default}, the contract's default" if default else None)


def _message_in_words(message: "Message") -> str:
    """Return a message in a line: its time, direction, subject and attachments."""
    way = f"from {message.sender}" if message.direction == "in" else "sent by us"
    attached = f" (attached: {', '.join(message.attachments)})" if message.attachments else ""
    subject = console.plain(message.subject) or "no subject"
    return f"{dated(message.at)}  {way}: {subject}{attached}"


def _in_words(event: "Event") -> str:
    """Return an event in words, without its time."""
    limit = f", up to {show_duration(event.up_to_seconds)}" if event.up_to_seconds else ""
    cause = f", cause {event.cause}" if event.cause else ""
    article = f", see {event.kb}" if event.kb else ""
    return {
        "consent": f"{event.by} consented{limit}",
        "consent-request": f"asked {event.by} for consent{limit}",
        "consent-reply": f"reply from {event.by} to the request for consent",
        "consent-refused": f"{event.by} refused",
        "escalate": "escalated",
        "respond": "first response",
        "resolve": f"resolved{cause}{article}",
        "reopen": "reopened",
        "wait": f"waiting for {event.waits_for or 'the client'}",
        "resume": "work resumed",
    }[event.kind.value]


def estimate(
    number: CaseArgument,
    duration: Annotated[
        Seconds | None,
        argument("[DURATION]", "Expected time: 4h, 90m.", values.duration("estimate")),
    ] = None,
    form: Annotated[str, document_format("estimate", "Unknown format '{}'.")] = "text",
    language: LanguageOption = None,
) -> None:
    """Record how long a case will take; without DURATION, print the estimate for the client.

    The estimate shows the request, the time, today's price, and how to agree.
    """
    from suptime.app.cases import cases

    store, now = console.store(), console.now()
    if duration is not None:
        done = cases.estimate(store, number, duration, now=now, agent=console.agent())
        case = done.value
        length = show_duration(case.estimate_seconds or 0)
        if form != "html":
            report(
                done,
                form,
                f"Estimated {case.number} at {length}. To print the estimate for the client: suptime case "
                f"estimate {case.number}",
                f"{case.number} is already estimated at {length}.",
            )
            return
    from suptime.invoicing.draft import Letterhead

    head = Letterhead.of(console.settings(), language)
    console.show_document("estimate", form, cases.paper(store, number, head, now=now))
