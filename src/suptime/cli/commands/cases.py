"""`suptime case`: opened, edited, resolved, and what happens in between."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suptime.cli import console
from suptime.cli.commands import case_events
from suptime.cli.moments import read_time
from suptime.cli.options import Format, FormatOption, LanguageOption
from suptime.cli.output import card, dated, list_or_none, report, supported_language
from suptime.domain.time import show_duration
from suptime.errors import WrongUsage

if TYPE_CHECKING:
    from suptime.app.cases.cases import CaseDetails
    from suptime.domain.case import Case, Event, Message


class Kind(StrEnum):
    """What a case is: the client wants something, or something broke."""

    REQUEST = "request"
    INCIDENT = "incident"


class Status(StrEnum):
    """Whether a case is done."""

    OPEN = "open"
    RESOLVED = "resolved"


Number = Annotated[str, typer.Argument(metavar="CASE", help="The case's number.")]

KindOption = Annotated[Kind | None, typer.Option("--kind", case_sensitive=False, help="What it is.")]

PriorityOption = Annotated[
    str | None,
    typer.Option("--priority", metavar="PRIORITY", help="How urgent: P1 to P4, or as the contract names it."),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    group = typer.Typer(help="Open cases and record what happens to them.")
    group.command("open")(open_case)
    case_events.register(group)
    register_estimate(group)
    group.command("edit")(edit)
    group.command("list")(list_cases)
    group.command("show")(show)
    app.add_typer(group, name="case")


def open_case(
    number: Annotated[
        str | None, typer.Argument(metavar="[CASE]", help="Its number; the next one if left out.")
    ] = None,
    client: Annotated[
        str | None, typer.Option("--client", metavar="CLIENT", help="Whose case it is.")
    ] = None,
    contract: Annotated[
        str | None,
        typer.Option(
            "--contract", metavar="CONTRACT", help="Under which contract, where the client has several."
        ),
    ] = None,
    subject: Annotated[
        str | None, typer.Option("--subject", metavar="TEXT", help="What it is about, in one line.")
    ] = None,
    category: Annotated[
        str | None,
        typer.Option("--category", metavar="CATEGORY", help="What it asks for, as the contract names it."),
    ] = None,
    kind: KindOption = None,
    priority: PriorityOption = None,
    contact: Annotated[
        str | None, typer.Option("--contact", metavar="EMAIL", help="Who asked, by e-mail address.")
    ] = None,
    via: Annotated[str | None, typer.Option("--via", metavar="CHANNEL", help="How it reached us.")] = None,
    project: Annotated[
        str | None, typer.Option("--project", metavar="CODE", help="The project it belongs to.")
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="When it was opened; now if left out.")
    ] = None,
    from_email: Annotated[
        str | None,
        typer.Option(
            "--from-email", metavar="FILE", help="A message that asks for it, as an .eml file; - is stdin."
        ),
    ] = None,
    outbox: Annotated[
        Path | None,
        typer.Option("--outbox", metavar="DIR", help="Where the acknowledgement of the message is put."),
    ] = None,
    form: FormatOption = Format.text,
) -> None:
    """Open a case, or add a message to the case whose number is in its subject."""
    from suptime.app.cases import opening

    typed = opening.Opening(
        number=number,
        client=client,
        contract=contract,
        subject=subject,
        category=category,
        kind=kind.value if kind else None,
        priority=priority,
        contact=contact,
        via=via,
        project=project,
    )
    opened_at = None if at is None else read_time(at, console.zone(), console.now())
    if from_email is not None:
        from suptime.cli.commands import case_events

        case_events.receive(from_email, typed, outbox, opened_at, form)
        return
    if outbox is not None:
        raise WrongUsage("--outbox is for the acknowledgement of a message.", hint="Add --from-email FILE.")
    done = opening.open_case(
        console.store(),
        typed,
        at=opened_at,
        now=console.now(),
        agent=console.agent(),
        zone=console.zone(),
    )
    case = done.value
    subject = f": {case.subject}" if case.subject else ""
    report(done, form, f"Opened {case.number} for {case.client}, under {case.contract}{subject}.")


def edit(
    number: Number,
    subject: Annotated[
        str | None, typer.Option("--subject", metavar="TEXT", help="What it is about; '' for nothing.")
    ] = None,
    category: Annotated[
        str | None, typer.Option("--category", metavar="CATEGORY", help="What it asks for; '' for none.")
    ] = None,
    kind: KindOption = None,
    priority: PriorityOption = None,
    project: Annotated[
        str | None, typer.Option("--project", metavar="CODE", help="Its project; '' for none.")
    ] = None,
    form: FormatOption = Format.text,
) -> None:
    """Change what a case says."""
    from suptime.app.cases import cases

    done = cases.edit(
        console.store(),
        number,
        cases.Changes(
            subject=subject,
            category=category,
            kind=kind.value if kind else None,
            priority=priority,
            project=project,
        ),
        now=console.now(),
        agent=console.agent(),
    )
    case = done.value
    now_says = {
        "subject": case.subject if subject is not None else None,
        "category": case.category or "none" if category is not None else None,
        "kind": case.kind if kind is not None else None,
        "priority": case.priority if priority is not None else None,
        "project": case.project or "none" if project is not None else None,
    }
    says = ", ".join(f"{key} {value or 'none'}" for key, value in now_says.items() if value is not None)
    report(done, form, f"Changed {case.number}: {says}.", f"{case.number} says this already: {says}.")


def list_cases(
    client: Annotated[
        str | None, typer.Option("--client", metavar="CLIENT", help="Only this client's.")
    ] = None,
    status: Annotated[
        Status | None, typer.Option("--status", case_sensitive=False, help="Only open or only resolved ones.")
    ] = None,
    form: FormatOption = Format.text,
) -> None:
    """List cases by number."""
    from suptime.app.cases import cases

    found, documents = cases.list_all(
        console.store(), client=client, status=status.value if status else None, now=console.now()
    )
    zone = console.zone()
    list_or_none(
        {"cases": documents},
        form,
        ("Case", "Client", "Status", "Opened", "Category", "Subject"),
        (
            (
                case.number,
                case.client,
                case.status,
                str(zone.day(case.opened_at)),
                case.category or "",
                case.subject,
            )
            for case in found
        ),
        "There are no such cases."
        if client or status
        else "There are no cases yet. Open one: suptime case open",
        wrap="Subject",
    )


def show(number: Number, form: FormatOption = Format.text) -> None:
    """Show one case, and what happened to it."""
    from suptime.app.cases import cases

    found = cases.get(console.store(), number, now=console.now())
    console.show(found.document, form, lambda: _card(found))


def _card(found: "CaseDetails") -> str:
    case = found.case
    status = case.status if case.resolved_at is None else f"resolved {dated(case.resolved_at)}"
    happened = [f"{dated(event.at)}  {_in_words(event)}" for event in case.events]
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
            ("Worked", show_duration(found.worked_seconds)),
            ("Consent", _consent(case)),
            ("Happened", "\n".join(happened)),
            ("Messages", "\n".join(_in_short(message) for message in found.messages)),
        ),
    )


def _consent(case: "Case") -> str | None:
    """How far the open request for consent is, or who refused; None where a consent holds or nobody was asked."""
    from suptime.domain.case import EventKind

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
    """The priority of the case FOUND, and whether the contract gave it."""
    default = found.document["case"]["effective_priority"]
    return found.case.priority or (f"{default}, the contract's default" if default else None)


def _in_short(message: "Message") -> str:
    """MESSAGE in a line: when, from or to us, what about, and what was attached."""
    way = f"from {message.sender}" if message.direction == "in" else "sent by us"
    attached = f" (attached: {', '.join(message.attachments)})" if message.attachments else ""
    subject = console.plain(message.subject) or "no subject"
    return f"{dated(message.at)}  {way}: {subject}{attached}"


def _in_words(event: "Event") -> str:
    """EVENT, without its time, in words."""
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
    }[event.kind.value]


def register_estimate(group: typer.Typer) -> None:
    """Add the command to GROUP, `suptime case`."""
    group.command("estimate")(estimate)


def estimate(
    number: Annotated[str, typer.Argument(metavar="CASE", help="The case's number.")],
    duration: Annotated[
        str | None,
        typer.Argument(metavar="[DURATION]", help="How long it will take: 4h, 90m.", show_default=False),
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="text, html or json.")] = "text",
    language: LanguageOption = None,
) -> None:
    """Record how long a case will take; without DURATION, print the estimate for the client.

    The estimate says what was asked, the time, the price of today, and how to agree.
    """
    from suptime.documents import formats

    if form not in formats("estimate"):
        raise WrongUsage(
            f"There is no format {console.quoted(form)}.",
            hint=f"Use one of {', '.join(formats('estimate'))}.",
        )
    from suptime.app.cases import cases

    store, now = console.store(), console.now()
    if duration is not None:
        done = cases.estimate(store, number, duration, now=now, agent=console.agent())
        case = done.value
        length = show_duration(case.estimate_seconds or 0)
        if form != "html":
            report(
                done,
                Format(form),
                f"Estimated {case.number} at {length}. For the client: suptime case estimate {case.number}",
                f"{case.number} is estimated at {length} already.",
            )
            return
    from suptime.invoicing.draft import Letterhead

    head = Letterhead.of(console.settings(), supported_language(language))
    console.show_document("estimate", form, cases.paper(store, number, head, now=now))
