"""`suptime appointment`: time booked ahead."""

from typing import Annotated

import typer

from suptime.app.units import formatted
from suptime.cli import console
from suptime.cli.moments import read_time
from suptime.cli.options import AgentOption, Format, FormatOption, channel_of
from suptime.cli.output import Party, dated, list_or_none, report
from suptime.domain.booking import Channel
from suptime.domain.time import show_duration

Id = Annotated[str, typer.Argument(metavar="ID", help="The appointment, such as A3.")]
By = Annotated[Party, typer.Option("--by", case_sensitive=False, help="Whose doing it was.")]


def register(app: typer.Typer) -> None:
    """Add `appointment` to APP."""
    group = typer.Typer(help="Book, cancel and list appointments.")
    group.command("book")(book)
    group.command("cancel")(cancel)
    group.command("missed")(missed)
    group.command("list")(list_appointments)
    app.add_typer(group, name="appointment")


def book(
    case: Annotated[str, typer.Argument(metavar="CASE", help="The case it is for.")],
    start: Annotated[str, typer.Option("--from", metavar="TIME", help="When it begins.")],
    end: Annotated[str, typer.Option("--to", metavar="TIME", help="When it ends.")],
    agent: AgentOption = None,
    channel: Annotated[
        Channel | None, typer.Option("--channel", help="How you will talk, if agreed.")
    ] = None,
    form: FormatOption = Format.text,
) -> None:
    """Book an appointment on a case."""
    from suptime.app.work import appointments

    now, zone = console.now(), console.zone()
    done = appointments.book(
        console.store(),
        appointments.Booking(
            case=case,
            starts_at=read_time(start, zone, now),
            ends_at=read_time(end, zone, now),
            agent=console.agent(agent),
            channel=channel_of(channel),
        ),
        now=now,
        agent=console.agent(),
        zone=zone,
    )
    booked = done.value
    length = show_duration(booked.span.seconds)
    begins = formatted(booked.starts_at, zone, now)
    report(done, form, f"Booked A{booked.id}: {booked.agent} on {booked.case}, {begins}, {length}.")


def cancel(
    number: Id,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="When it was cancelled; now if left out.")
    ] = None,
    by: By = Party.client,
    form: FormatOption = Format.text,
) -> None:
    """Record that an appointment was cancelled, by the client unless said otherwise."""
    from suptime.app.work import appointments
    from suptime.domain.values import accept, identity

    now, zone = console.now(), console.zone()
    done = appointments.cancel(
        console.store(),
        accept(identity("A"), number),
        by=by.value,
        at=None if at is None else read_time(at, zone, now),
        now=now,
        agent=console.agent(),
        zone=zone,
    )
    gone = done.value
    report(
        done,
        form,
        f"Cancelled A{gone.id} on {gone.case} at {formatted(gone.cancelled_at or now, zone, now)}, by {_party(by)}.",
    )


def missed(number: Id, by: By = Party.client, form: FormatOption = Format.text) -> None:
    """Record that nobody worked in an appointment: the client missed it, unless said otherwise."""
    from suptime.app.work import appointments
    from suptime.domain.values import accept, identity

    done = appointments.record_missed(
        console.store(),
        accept(identity("A"), number),
        by=by.value,
        now=console.now(),
        agent=console.agent(),
        zone=console.zone(),
    )
    gone = done.value
    report(
        done,
        form,
        f"A{gone.id} on {gone.case} was missed by {_party(by)}.",
        f"A{gone.id} on {gone.case} is on record as missed by {_party(by)} already.",
    )


def _party(by: Party) -> str:
    return "us" if by is Party.us else "the client"


def list_appointments(
    client: Annotated[
        str | None, typer.Option("--client", metavar="CLIENT", help="Only this client's.")
    ] = None,
    case: Annotated[
        str | None, typer.Option("--case", metavar="CASE", help="Only those on this case.")
    ] = None,
    agent: Annotated[str | None, typer.Option("--agent", metavar="NAME", help="Only this agent's.")] = None,
    form: FormatOption = Format.text,
) -> None:
    """List appointments by their start."""
    from suptime.app.work import appointments

    now = console.now()
    whose = None if agent is None else console.agent(agent)
    found, documents = appointments.list_all(console.store(), client=client, case=case, agent=whose, now=now)
    list_or_none(
        {"appointments": documents},
        form,
        ("Id", "Case", "Agent", "From", "Length", "Channel", "State"),
        (
            (
                f"A{a.id}",
                a.case,
                a.agent,
                dated(a.starts_at),
                show_duration(a.span.seconds),
                a.channel or "",
                document["state"]
                + (f" by {a.cancelled_by or a.missed_by}" if a.cancelled_by or a.missed_by else ""),
            )
            for a, document in zip(found, documents, strict=True)
        ),
        "There are no appointments.",
        right=("Length",),
        wrap="State",
    )
