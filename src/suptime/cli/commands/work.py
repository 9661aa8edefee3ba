"""`log` and `list`: work that is done."""

from datetime import timedelta
from typing import Annotated, Any

import typer

from suptime.cli import console, hooks
from suptime.cli import moments as when
from suptime.cli.options import (
    AgentOption,
    ChannelOption,
    Format,
    FormatOption,
    GuestOption,
    ListFormat,
    NoteOption,
    RequestedOption,
    channel_of,
    note_of,
    unit_of,
)
from suptime.domain.booking import Channel
from suptime.domain.time import Instant, Span, Zone
from suptime.errors import WrongUsage


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("log")(log)
    app.command("list")(list_units)
    for name, command in (
        ("edit", edit),
        ("split", split),
        ("delete", delete),
        ("undo", undo),
        ("waive", waive),
    ):
        app.command(name)(command)


def log(
    case: Annotated[str, typer.Argument(metavar="CASE", help="The case's number.", show_default=False)],
    duration: Annotated[
        str | None,
        typer.Argument(metavar="[DURATION]", help="How long: 90m, 1h30m, 1.5h, 1:30.", show_default=False),
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="TIME", help="When it began: 09:30, 'yesterday 17:00', -2h (ago)."),
    ] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="TIME", help="When it ended [now].")] = None,
    note: NoteOption = None,
    channel: ChannelOption = None,
    agent: AgentOption = None,
    guest: GuestOption = False,
    requested: RequestedOption = False,
    form: FormatOption = Format.text,
) -> None:
    """Record work on CASE that is already done.

    Give two of DURATION, --from and --to. With DURATION alone, it ends now.
    """
    now, zone = console.now(), console.zone()
    span = span_of(duration, from_, to, zone, now)
    text = note_of(note) or ""
    worker, me = console.agent(agent), console.agent()
    from suptime.app import units
    from suptime.app.work import log as work

    done = work.log(
        console.store(),
        case,
        span,
        worker=worker,
        channel=channel_of(channel),
        note=text,
        guest=guest,
        requested=requested,
        now=now,
        agent=me,
        zone=zone,
    )
    unit = done.unit
    document = {"unit": units.document(unit, done.client, now), "warnings": list(done.notes)}
    hooks.after("log", document)
    console.show(
        document,
        form,
        lambda: (
            f"Logged U{unit.id}: {units.length(unit, now)} on {unit.case}, {units.stretch(unit, zone, now)}"
            + ("." if worker == me else f", by {worker}.")
        ),
    )
    for sentence in done.notes:
        console.note(f"{unit.case}: {sentence}")


def list_units(
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="The first day: 2026-10-05, today, yesterday.")
    ] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="DAY", help="The last day.")] = None,
    case: Annotated[str | None, typer.Option("--case", metavar="CASE", help="Of this case alone.")] = None,
    client: Annotated[
        str | None, typer.Option("--client", metavar="CLIENT", help="Of this client alone.")
    ] = None,
    agent: Annotated[str | None, typer.Option("--agent", metavar="NAME", help="Of this agent alone.")] = None,
    form: Annotated[
        ListFormat, typer.Option("--format", help="For people, or for programs.")
    ] = ListFormat.text,
) -> None:
    """List work units: all, or those that touch some days, or of a case, client or agent.

    Days are days in your zone.
    """
    now, zone = console.now(), console.zone()
    first = None if from_ is None else when.read_day(from_, zone, now)
    last = None if to is None else when.read_day(to, zone, now)
    if first and last and first > last:
        raise WrongUsage(f"--from {first} is later than --to {last}.", hint="Put the earlier day first.")
    from suptime.app import units
    from suptime.app.work import log
    from suptime.cli.output import listing

    found = log.between(
        console.store(),
        start=None if first is None else zone.midnight(first),
        end=None if last is None else zone.midnight(last + timedelta(days=1)),
        case=case,
        client=client,
        agent=None if agent is None else console.agent(agent),
    )
    documents = [units.document(unit, its_client, now) for unit, its_client in found]
    if form is ListFormat.csv:
        console.write(_csv(documents))
    else:
        console.show(
            {"units": documents, "total_seconds": sum(d["seconds"] for d in documents)},
            form,
            lambda: listing(found, zone, now, console.width()),
        )


def span_of(duration: str | None, from_: str | None, to: str | None, zone: Zone, now: Instant) -> Span:
    """The time that a DURATION, a start and an end name, any two of them; a DURATION alone ends NOW.

    Raises:
        WrongUsage: one cannot be read, they do not agree, or name no time, or too little or much is given.
    """
    length = None if duration is None else when.read_duration(duration)
    start = None if from_ is None else when.read_time(from_, zone, now)
    end = None if to is None else when.read_time(to, zone, now)
    if end is not None and end > now:
        from suptime.app.units import ahead

        raise ahead(end, zone, now, "The end")
    if length is None and (start is None or end is None):
        missing = (
            "how long it took"
            if start is None and end is None
            else "how long it took, or when it " + ("ended" if end is None else "began")
        )
        raise WrongUsage(
            f"Say {missing}.", hint="For instance: suptime log CASE 25m, or --from 09:00 --to 09:25"
        )
    if length is None:
        assert start is not None  # noqa: S101 - for the type checker
        assert end is not None  # noqa: S101 - for the type checker
        return _forward(start, end, zone, now)
    if start is not None and end is not None and end - start != length:
        _forward(start, end, zone, now)
        from suptime.domain.time import show_duration

        raise WrongUsage(
            f"From --from to --to it is {show_duration(end - start)}, not {duration}.",
            hint="Leave one of the three out.",
        )
    if start is not None:
        return Span(start, start + length)
    end = now if end is None else end
    return Span(_since_1970(end - length, duration), end)


def _since_1970(start: Instant, typed: str | None) -> Instant:
    if start < 0:
        raise WrongUsage(f"{typed} before that is earlier than 1970.", hint="Give a shorter time.")
    return start


def _forward(start: Instant, end: Instant, zone: Zone, now: Instant) -> Span:
    if start >= end:
        from suptime.app.units import formatted

        raise WrongUsage(
            f"--to, {formatted(end, zone, now)}, is not later than --from, {formatted(start, zone, now)}.",
            hint="A time without a date is today's: give the dates too, if it was another day.",
        )
    return Span(start, end)


COLUMNS = ("id", "case", "client", "agent", "channel", "started_at", "ended_at", "seconds", "note")


def _csv(documents: list[dict[str, Any]]) -> str:
    import csv
    import io

    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(document[column]) for column in COLUMNS] for document in documents)
    return page.getvalue()


def _cell(value: object) -> object:
    """A spreadsheet takes a cell that begins like this for a formula; with a quote before it, for text."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return "" if value is None else value


UnitArgument = Annotated[
    str, typer.Argument(metavar="UNIT", help="The unit's id, such as U7.", show_default=False)
]


def edit(
    unit: UnitArgument,
    from_: Annotated[str | None, typer.Option("--from", metavar="TIME", help="When it began.")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="TIME", help="When it ended.")] = None,
    case: Annotated[str | None, typer.Option("--case", metavar="CASE", help="The case it was for.")] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="What was done.")] = None,
    channel: Annotated[
        Channel | None, typer.Option("--channel", help="How you spoke with the client.")
    ] = None,
    form: FormatOption = Format.text,
) -> None:
    """Correct UNIT. A time without a date is today's."""
    key = unit_of(unit)
    now, zone = console.now(), console.zone()
    start = None if from_ is None else when.read_time(from_, zone, now)
    end = None if to is None else when.read_time(to, zone, now)
    text = note_of(note)
    if (start, end, case, text, channel) == (None,) * 5:
        raise WrongUsage(
            f"Say what to correct in U{key}.", hint="Give --from, --to, --case, --note or --channel."
        )
    from suptime.app import units
    from suptime.app.work import corrections

    done = corrections.edit(
        console.store(),
        key,
        corrections.Correction(start, end, case, text, channel_of(channel)),
        now=now,
        agent=console.agent(),
        zone=zone,
    )
    was = "Changed" if done.changed else "Nothing to change:"
    console.show(
        {
            "unit": units.document(done.unit, done.client, now),
            "changed": done.changed,
            "warnings": list(done.notes),
        },
        form,
        lambda: (
            f"{was} U{key}: {units.length(done.unit, now)} on {done.unit.case}, "
            f"{units.stretch(done.unit, zone, now)}." + (f" {done.unit.note}" if done.unit.note else "")
        ),
    )
    for sentence in done.notes:
        console.note(f"{done.unit.case}: {sentence}")


def split(
    unit: UnitArgument,
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="Where to cut.", show_default=False)],
    form: FormatOption = Format.text,
) -> None:
    """Cut UNIT in two that touch, to correct each on its own."""
    key = unit_of(unit)
    now, zone = console.now(), console.zone()
    instant = when.read_time(at, zone, now)
    from suptime.app import units
    from suptime.app.work import corrections

    first, second = corrections.split(
        console.store(), key, instant, now=now, agent=console.agent(), zone=zone
    )
    console.show(
        {
            "unit": units.document(first.unit, first.client, now),
            "new_unit": units.document(second.unit, second.client, now),
        },
        form,
        lambda: (
            f"Split U{key}: U{first.unit.id} is {units.length(first.unit, now)}, "
            f"{units.stretch(first.unit, zone, now)}; U{second.unit.id} is {units.length(second.unit, now)}, "
            f"{units.stretch(second.unit, zone, now)}."
        ),
    )


def delete(unit: UnitArgument, form: FormatOption = Format.text) -> None:
    """Delete UNIT. `suptime undo` brings it back."""
    key = unit_of(unit)
    now, zone = console.now(), console.zone()
    from suptime.app import units
    from suptime.app.work import corrections

    done = corrections.delete(console.store(), key, now=now, agent=console.agent())
    console.show(
        {"unit": units.document(done.unit, done.client, now), "deleted": True},
        form,
        lambda: (
            f"Deleted U{key}: {units.length(done.unit, now)} on {done.unit.case}, "
            f"{units.stretch(done.unit, zone, now)}."
        ),
    )


def undo(form: FormatOption = Format.text) -> None:
    """Take back your last change, whatever it was. Again: the one before."""
    now, zone = console.now(), console.zone()
    from suptime.app import units
    from suptime.app.work import corrections
    from suptime.domain.time import rfc3339

    change = corrections.undo(console.store(), now=now, agent=console.agent())
    console.show(
        {
            "undone": {
                "id": change.id,
                "command": change.command,
                "at": rfc3339(change.at),
                "rows": [{"what": row.name, "was": row.verb} for row in change.rows],
            }
        },
        form,
        lambda: (
            f"Took back '{change.command}' of {units.formatted(change.at, zone, now)}, "
            f"which had {', '.join(f'{row.verb} {row.name}' for row in change.rows)}."
        ),
    )


def waive(
    what: Annotated[
        str,
        typer.Argument(metavar="UNIT|CASE|APPOINTMENT", help="What: U7, CASE-123 or A3.", show_default=False),
    ],
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why, as the client reads it.", show_default=False)
    ],
    form: FormatOption = Format.text,
) -> None:
    """Give up charging for a work unit, a whole case or an appointment."""
    why = note_of(reason)
    if not why:
        raise WrongUsage(
            "The reason is empty.", hint="Say why, as the client may read it: --reason 'Our mistake'."
        )
    from suptime.app.work import corrections

    name, changed = corrections.waive(console.store(), what, why, now=console.now(), agent=console.agent())
    console.show(
        {"waived": {"id": name, "reason": why}, "changed": changed},
        form,
        lambda: f"Waived {name}: {why}" if changed else f"{name} is waived for that reason already.",
    )
