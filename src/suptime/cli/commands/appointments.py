"""`suptime appointment`: book, cancel and list appointments."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from suptime.app.units import formatted, span_of
from suptime.cli import console, listing, moments, parameters
from suptime.cli.listing import Column, ListFormat, Listing, lists, rfc3339_in
from suptime.cli.options import (
    CONTRACT,
    NOW,
    AgentOption,
    AtOption,
    DayPeriod,
    FormatOption,
    OneAgent,
    OneCase,
    OneClient,
    PageZoneOption,
    argument,
    choice,
    declared,
    option,
)
from suptime.cli.output import dated, report
from suptime.domain.time import Instant, Seconds, Span, from_rfc3339, show_duration, zones_as_data
from suptime.domain.typed_time import Clocks, TypedTime, after, check_length, forward, on, resolve
from suptime.domain.values import identity
from suptime.errors import WrongUsage

Id = Annotated[int, argument("ID", "Appointment, for example A3.", identity("A"))]
By = Annotated[str, choice("--by", "Party that caused it.", ("client", "us"))]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    group = typer.Typer()
    group.command("book")(book)
    group.command("edit")(edit)
    group.command("delete")(delete)
    group.command("cancel")(cancel)
    group.command("missed")(missed)
    group.command("list")(list_appointments)
    app.add_typer(group, name="appointment")


def book(
    case: Annotated[str, argument("CASE", "Case of the appointment.")],
    start: Annotated[
        TypedTime,
        option("--from", "Start: 16:00, 'tuesday 16:00', +2h.", "TIME", moments.read_typed_ahead),
    ],
    length: Annotated[
        Seconds | None, argument("[DURATION]", "Length: 45m, 1h30m.", moments.read_duration)
    ] = None,
    end: Annotated[
        TypedTime | None,
        option("--to", "End, instead of DURATION.", "TIME", moments.read_typed_ahead),
    ] = None,
    agent: AgentOption = None,
    channel: Annotated[str | None, declared(parameters.CHANNEL._replace(help="Agreed channel."))] = None,
    form: FormatOption = "text",
) -> None:
    """Book an appointment on a case.

    Give DURATION or --to. To record a past appointment, give a past day: --from 'last tuesday 16:00'.
    """
    if (length is None) == (end is None):
        raise WrongUsage(
            "An appointment takes DURATION or --to, not both."
            if length
            else "The length of the appointment is missing: give DURATION or --to.",
            hint="suptime appointment book CASE 1h --from 'tuesday 16:00'",
        )
    from suptime.app.work import appointments

    now, zone = console.now(), console.zone()
    clocks = Clocks(zone, now)

    def span(start: TypedTime | None, end: TypedTime | None) -> Span:
        begins = resolve(start, forward(), clocks) if start else now
        if end is None:
            return Span(begins, begins + (length or 0))
        booked = Span(begins, resolve(end, after(begins, forward=True), clocks))
        check_length(booked, (None, end), clocks, "An appointment")
        return booked

    time = moments.settled(span, start, end, form=form)
    done = appointments.book(
        console.store(),
        appointments.Booking(
            case=case,
            starts_at=time.start,
            ends_at=time.end,
            agent=agent or console.agent(),
            channel=channel,
        ),
        now=now,
        agent=console.agent(),
        zone=zone,
    )
    booked = done.value
    when = formatted(booked.starts_at, zone, now)
    if zone.day(booked.starts_at) != zone.day(booked.ends_at):
        when = span_of(booked.starts_at, booked.ends_at, zone, now)
    length_in_words = show_duration(booked.span.seconds)
    report(done, form, f"Booked A{booked.id}: {booked.agent} on {booked.case}, {when}, {length_in_words}.")


def edit(
    number: Id,
    start: Annotated[
        TypedTime | None,
        option("--from", "New start; on its own, the length is kept.", "TIME", moments.read_typed_ahead),
    ] = None,
    end: Annotated[TypedTime | None, option("--to", "New end.", "TIME", moments.read_typed_ahead)] = None,
    case: Annotated[str | None, option("--case", "Case of the appointment.", "CASE")] = None,
    channel: Annotated[str | None, declared(parameters.CHANNEL._replace(help="Agreed channel."))] = None,
    agent: AgentOption = None,
    form: FormatOption = "text",
) -> None:
    """Correct an appointment. A time without a day is on the day of the appointment."""
    from suptime.app.work import appointments

    now, zone = console.now(), console.zone()
    clocks = Clocks(zone, now)
    booked = appointments.get(console.store(), number)

    def times(start: TypedTime | None, end: TypedTime | None) -> tuple[Instant | None, Instant | None]:
        day = zone.day(booked.starts_at)
        begins = resolve(start, on(day, forward=True), clocks) if start else None
        from_start = after(booked.starts_at if begins is None else begins, forward=True)
        return begins, resolve(end, from_start, clocks) if end else None

    begins, ends = moments.settled(times, start, end, form=form)
    done = appointments.edit(
        console.store(),
        number,
        starts_at=begins,
        ends_at=ends,
        case=case,
        channel=channel,
        worker=agent,
        now=now,
        agent=console.agent(),
        zone=zone,
    )
    one = done.value
    hours = f"{formatted(one.starts_at, zone, now)} to {formatted(one.ends_at, zone, now)}"
    says = f"{one.agent} on {one.case}, {hours}"
    report(done, form, f"Changed A{one.id}: {says}.", f"A{one.id} is unchanged: {says}.")


def delete(number: Id, form: FormatOption = "text") -> None:
    """Delete an appointment that was never agreed. To cancel an agreed one: suptime appointment cancel."""
    from suptime.app.work import appointments

    done = appointments.delete(console.store(), number, now=console.now(), agent=console.agent())
    report(done, form, f"Deleted A{done.value.id} on {done.value.case}.")


def cancel(
    number: Id,
    at: AtOption = NOW,
    by: By = "client",
    form: FormatOption = "text",
) -> None:
    """Cancel an appointment [default: cancelled by the client]."""
    from suptime.app.work import appointments

    now, zone = console.now(), console.zone()
    done = appointments.cancel(
        console.store(),
        number,
        by=by,
        at=moments.instant_of(at, form),
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


def missed(number: Id, by: By = "client", form: FormatOption = "text") -> None:
    """Record that nobody worked in an appointment [default: missed by the client]."""
    from suptime.app.work import appointments

    done = appointments.record_missed(
        console.store(),
        number,
        by=by,
        now=console.now(),
        agent=console.agent(),
        zone=console.zone(),
    )
    gone = done.value
    report(
        done,
        form,
        f"Recorded that {_party(by)} missed A{gone.id} on {gone.case}.",
        f"A{gone.id} on {gone.case} is already recorded as missed by {_party(by)}.",
    )


def _party(by: str) -> str:
    return {"us": "us", "client": "the client"}[by]


def _state(row: Mapping[str, Any]) -> str:
    by = row["cancelled_by"] or row["missed_by"]
    return f"{row['state']} by {by}" if by else str(row["state"])


def _seconds(row: Mapping[str, Any]) -> int:
    return from_rfc3339(row["ends_at"]) - from_rfc3339(row["starts_at"])


APPOINTMENTS = Listing(
    (
        Column("id", "Id"),
        Column(
            "starts_at",
            "From",
            lambda row: rfc3339_in(row["starts_at"], row["zone"]),
            lambda row: dated(from_rfc3339(row["starts_at"]), row["zone"]),
        ),
        Column("ends_at", "", lambda row: rfc3339_in(row["ends_at"], row["zone"])),
        Column(
            "seconds",
            "Length",
            _seconds,
            lambda row: show_duration(_seconds(row)),
            is_number=True,
        ),
        Column("case", "Case"),
        Column("agent", "Agent"),
        Column("channel", "Channel"),
        Column("state", "State", shown=_state),
        Column("by", "", lambda row: row["cancelled_by"] or row["missed_by"]),
    )
)


@lists(APPOINTMENTS)
def list_appointments(
    days: DayPeriod,
    client: OneClient = None,
    case: OneCase = None,
    agent: OneAgent = None,
    zone: PageZoneOption = None,
    form: ListFormat = None,
) -> None:
    """List appointments by start: all of them, or those that overlap a period."""
    from suptime.app.work import appointments

    now, by_contract = console.now(), zone == CONTRACT
    page = None if by_contract else console.zone()
    found = appointments.list_all(
        console.store(), client=client, case=case, agent=agent, now=now, zone=page, period=days.span_in
    )
    zones = zones_as_data([page] if page else [its for _, its in found], by_contract=by_contract)
    document = {**zones, "appointments": [one for one, _ in found]}
    rows = [one | {"zone": its} for one, its in found]
    listing.show(APPOINTMENTS, rows, document, form, "There are no appointments.")
