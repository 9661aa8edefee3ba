"""`edit`, `split`, `delete`, `undo`, `waive`: what was recorded, put right."""

from typing import Annotated

import typer

from suptime.cli import console, when
from suptime.cli.options import Format, FormatOption, channel_of, note_of, unit_of
from suptime.domain.work import Channel
from suptime.errors import WrongUsage

UnitArgument = Annotated[
    str, typer.Argument(metavar="UNIT", help="The unit's id, such as U7.", show_default=False)
]


def register(app: typer.Typer) -> None:
    """Add the commands to APP."""
    for name, command in (
        ("edit", edit),
        ("split", split),
        ("delete", delete),
        ("undo", undo),
        ("waive", waive),
    ):
        app.command(name)(command)


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
    from suptime.app import corrections, units

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
        console.say(f"{done.unit.case}: {sentence}")


def split(
    unit: UnitArgument,
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="Where to cut.", show_default=False)],
    form: FormatOption = Format.text,
) -> None:
    """Cut UNIT in two that touch, to correct each on its own."""
    key = unit_of(unit)
    now, zone = console.now(), console.zone()
    instant = when.read_time(at, zone, now)
    from suptime.app import corrections, units

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
    from suptime.app import corrections, units

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
    from suptime.app import corrections, units
    from suptime.domain.timespan import rfc3339

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
            f"Took back '{change.command}' of {units.shown(change.at, zone, now)}, "
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
    from suptime.app import corrections

    name, changed = corrections.waive(console.store(), what, why, now=console.now(), agent=console.agent())
    console.show(
        {"waived": {"id": name, "reason": why}, "changed": changed},
        form,
        lambda: f"Waived {name}: {why}" if changed else f"{name} is waived for that reason already.",
    )
