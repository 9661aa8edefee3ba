"""`log`, `list`, `edit`, `split`, `delete` and `waive`: recorded work."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suptime.app.units import ahead, formatted
from suptime.cli import console, hooks, listing, moments, parameters
from suptime.cli.listing import Column, Listing, SheetFormat, lists, rfc3339_in
from suptime.cli.options import (
    CONTRACT,
    AdjustOption,
    DayPeriod,
    FormatOption,
    Group,
    NoteOption,
    OneAgent,
    OneClient,
    OneWordedCase,
    PageZoneOption,
    Recording,
    UnitArgument,
    WordedCaseArgument,
    argument,
    declared,
    option,
    unit_name,
)
from suptime.cli.parameters import read_note
from suptime.domain import caution, values
from suptime.domain.time import Instant, Seconds, Span, show_duration, zones_as_data
from suptime.domain.typed_time import Clocks, TypedTime, back, check_length, resolve, working_span
from suptime.errors import WrongUsage

if TYPE_CHECKING:
    from suptime.app.work.log import Recorded


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("log")(log)
    app.command("list")(list_units)
    for name, command in (
        ("edit", edit),
        ("split", split),
        ("delete", delete),
        ("waive", waive),
    ):
        app.command(name)(command)


@dataclass(frozen=True, slots=True)
class WorkTime(Group):
    """Time of the work: two of duration, start and end. A duration alone ends now."""

    duration: Annotated[
        Seconds | None,
        argument("[DURATION]", "Duration: 90m, 1h30m, 1.5h, 1:30.", moments.read_duration),
    ] = None
    start: Annotated[
        TypedTime | None,
        option("--from", "Start: 09:30, 'yesterday 17:00', -2h (ago).", "TIME", moments.read_typed),
    ] = None
    end: Annotated[
        TypedTime | None,
        option(
            "--to",
            "End: the first such time after --from [default: now].",
            "TIME",
            moments.read_typed,
        ),
    ] = None

    def span(self, form: str) -> Span:
        """Return the time from start to end; ask about a likely reading unless `form` is json.

        Raises:
            WrongUsage: too little is given, the end is in the future, or the three do not agree.
        """
        return moments.settled(self._span, self.start, self.end, form=form)

    def _span(self, typed_start: TypedTime | None, typed_end: TypedTime | None) -> Span:
        length, now = self.duration, console.now()
        clocks = Clocks(console.zone(), now)
        start = end = None
        if typed_start and typed_end:
            start, end = working_span(typed_start, typed_end, clocks)
        elif typed_start:
            start = resolve(typed_start, back(), clocks)
        elif typed_end:
            end = resolve(typed_end, back(takes_end=True), clocks)
        if end is not None and end > now:
            raise ahead(end, console.zone(), now, "The end")
        if start is not None and end is not None:
            if start >= end:
                raise _reversed(start, end, now)
            if length is not None and end - start != length:
                raise WrongUsage(
                    f"--from and --to are {show_duration(end - start)} apart, not {show_duration(length)}.",
                    hint="Leave out one of DURATION, --from and --to.",
                )
            check_length(Span(start, end), (typed_start, typed_end), clocks, "Work")
            return Span(start, end)
        if length is None:
            missing = {
                (True, True): "the duration",
                (False, True): "the duration or the end",
                (True, False): "the duration or the start",
            }[start is None, end is None]
            raise WrongUsage(
                f"Missing: {missing}.",
                hint="suptime log CASE 25m, or suptime log CASE --from 09:00 --to 09:25",
            )
        if start is not None:
            return Span(start, start + length)
        end = now if end is None else end
        if end < length:
            raise WrongUsage(
                f"{show_duration(length)} before that is earlier than 1970.", hint="Give a shorter duration."
            )
        return Span(end - length, end)


def _reversed(start: Instant, end: Instant, now: Instant) -> WrongUsage:
    """Return the error for an end that is not after the start."""
    zone = console.zone()
    return WrongUsage(
        f"--to, {formatted(end, zone, now)}, is not later than --from, {formatted(start, zone, now)}.",
        hint="Swap them, or give another day.",
    )


def log(
    case: WordedCaseArgument,
    time: WorkTime,
    recording: Recording,
    adjust: AdjustOption = False,
    form: FormatOption = "text",
) -> None:
    """Record work that is already done.

    Give two of DURATION, --from and --to. With DURATION alone, it ends now.
    """
    now, zone, me = console.now(), console.zone(), console.agent()
    span, worker = time.span(form), recording.worker
    from suptime.app import units
    from suptime.app.work.log import log as log_unit

    done = log_unit(
        console.store(),
        case,
        span,
        worker=worker,
        channel=recording.channel,
        note=recording.note or "",
        guest=recording.guest,
        requested=recording.requested,
        role=recording.role,
        work_type=recording.work_type,
        adjust=adjust,
        now=now,
        agent=me,
        zone=zone,
    )
    unit = done.unit
    document = {
        "unit": units.document(unit, done.client, now),
        "adjusted": units.adjusted_documents(done.adjusted, now),
        **_effect(done),
        **caution.document(done.notes),
    }
    hooks.after("log", document)
    console.show(
        document,
        form,
        lambda: (
            f"Logged U{unit.id}: {units.length(unit, now)} on {unit.case}, {units.stretch(unit, zone, now)}"
            + ("." if worker == me else f", by {worker}.")
        ),
    )
    for line in units.made_room(done.adjusted, zone, now):
        console.note(line)
    if done.named:
        console.note(f"{done.named.number}: {done.named.subject or 'no subject'}")
    for each in done.notes:
        console.note(f"{unit.case}: {each.text}")
    if done.effect and done.effect.is_free and not done.notes:
        console.note(f"{unit.case}: No further time is billed.")
    _note_beyond_balance(done)


def _effect(done: "Recorded") -> dict[str, Any]:
    return done.effect.document if done.effect else {}


def _note_beyond_balance(done: "Recorded") -> None:
    if done.effect and (said := done.effect.beyond_balance):
        console.note(f"{done.unit.case}: {said}")


UNITS = Listing(
    (
        Column("id"),
        Column("started_at", "", lambda unit: rfc3339_in(unit["started_at"], unit["zone"])),
        Column("ended_at", "", lambda unit: rfc3339_in(unit["ended_at"], unit["zone"])),
        Column("range_seconds"),
        Column("case"),
        Column("client"),
        Column("agent"),
        Column("channel"),
        Column("note"),
    )
)


@lists(UNITS)
def list_units(
    days: DayPeriod,
    case: OneWordedCase = None,
    client: OneClient = None,
    agent: OneAgent = None,
    zone: PageZoneOption = None,
    form: SheetFormat = None,
) -> None:
    """List work units: all of them, or those of a period, case, client or agent.

    Days are in your zone, or in --zone. Totals only count the part of each unit that is in the period.
    """
    now, by_contract = console.now(), zone == CONTRACT
    page = None if by_contract else console.zone()
    from suptime.app import units
    from suptime.app.work.log import between
    from suptime.cli.output import by_days

    found = between(
        console.store(), now=now, zone=page, period=days.span_in, case=case, client=client, agent=agent
    )
    documents = [
        units.document(one.unit, one.client, now)
        | {"range_seconds": one.part.seconds, "date": one.zone.day(one.unit.started_at).isoformat()}
        for one in found
    ]
    zones = [one.zone for one in found] if page is None else [page]
    its_zone = zones_as_data(zones, by_contract=by_contract)
    if form == "csv":
        console.write(_csv(documents))
        return
    listing.show(
        UNITS,
        [document | {"zone": one.zone} for document, one in zip(documents, found, strict=True)],
        {
            "range": days.as_data,
            **its_zone,
            "units": documents,
            "total_seconds": sum(one.part.seconds for one in found),
        },
        form,
        "No work.",
        table=lambda: by_days(found, now, its_zone, me=console.agent()),
    )


COLUMNS = (
    *("id", "case", "client", "agent", "channel", "started_at", "ended_at", "seconds", "note"),
    *("date", "range_seconds"),
)


def _csv(documents: list[dict[str, Any]]) -> str:
    import csv
    import io

    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(document[column]) for column in COLUMNS] for document in documents)
    return page.getvalue()


def _cell(value: object) -> object:
    """Return `value` as a cell; a quote keeps spreadsheets from reading a text as a formula."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return "" if value is None else value


_ROLE, _WORK_TYPE = values.line("role", empty=True), values.line("work type", empty=True)


def edit(
    unit: UnitArgument,
    start: Annotated[
        TypedTime | None,
        option("--from", "Start: the last such time before the end of the unit.", "TIME", moments.read_typed),
    ] = None,
    end: Annotated[
        TypedTime | None,
        option("--to", "End: the first such time after the start of the unit.", "TIME", moments.read_typed),
    ] = None,
    case: Annotated[str | None, option("--case", "Case of the work.", "CASE")] = None,
    note: NoteOption = None,
    more: Annotated[str | None, option("--add-note", "Text to add to the note.", "TEXT", read_note)] = None,
    channel: Annotated[
        str | None, declared(parameters.CHANNEL._replace(help="Channel used with the client."))
    ] = None,
    role: Annotated[
        str | None,
        declared(
            parameters.ROLE._replace(help="Role of the agent in this work; '' for the agent's own."), _ROLE
        ),
    ] = None,
    work_type: Annotated[
        str | None,
        declared(parameters.WORK_TYPE._replace(help="Type of the work; '' for none."), _WORK_TYPE),
    ] = None,
    adjust: AdjustOption = False,
    form: FormatOption = "text",
) -> None:
    """Correct a work unit.

    A time without a day is near the unit: the first such end after its start, the last such start before its end.
    """
    now, zone = console.now(), console.zone()
    if (start, end, case, note, more, channel, role, work_type) == (None,) * 8:
        raise WrongUsage(
            f"There is nothing to correct in {unit_name(unit)}.",
            hint="Give --from, --to, --case, --note, --add-note, --channel, --role or --work-type.",
        )
    if note is not None and more is not None:
        raise WrongUsage("--note cannot be used with --add-note.", hint="Give one of them.")
    from suptime.app import units
    from suptime.app.work import corrections

    def run(start: TypedTime | None, end: TypedTime | None) -> "Recorded":
        return corrections.edit(
            console.store(),
            unit,
            corrections.Correction(start, end, case, note, more, channel, adjust, role, work_type),
            now=now,
            agent=console.agent(),
            zone=zone,
        )

    done = moments.settled(run, start, end, form=form)
    was = "Changed" if done.changed else "Unchanged"
    console.show(
        {
            "unit": units.document(done.unit, done.client, now),
            "changed": done.changed,
            "adjusted": units.adjusted_documents(done.adjusted, now),
            **_effect(done),
            **caution.document(done.notes),
        },
        form,
        lambda: (
            f"{was} U{done.unit.id}: {units.length(done.unit, now)} on {done.unit.case}, "
            f"{units.stretch(done.unit, zone, now)}." + (f" {done.unit.note}" if done.unit.note else "")
        ),
    )
    for line in units.made_room(done.adjusted, zone, now):
        console.note(line)
    for each in done.notes:
        console.note(f"{done.unit.case}: {each.text}")
    _note_beyond_balance(done)


def split(
    unit: UnitArgument,
    at: Annotated[
        TypedTime,
        option("--at", "Time at which to split the unit.", "TIME", moments.read_typed, show_default=False),
    ],
    form: FormatOption = "text",
) -> None:
    """Split a work unit into two adjacent units, to correct each on its own."""
    now, zone = console.now(), console.zone()
    from suptime.app import units
    from suptime.app.work import corrections

    first, second = corrections.split(console.store(), unit, at, now=now, agent=console.agent(), zone=zone)
    console.show(
        {
            "unit": units.document(first.unit, first.client, now),
            "new_unit": units.document(second.unit, second.client, now),
            **_effect(first),
        },
        form,
        lambda: (
            f"Split U{first.unit.id}: U{first.unit.id} is {units.length(first.unit, now)}, "
            f"{units.stretch(first.unit, zone, now)}; U{second.unit.id} is {units.length(second.unit, now)}, "
            f"{units.stretch(second.unit, zone, now)}."
        ),
    )


def delete(unit: UnitArgument, form: FormatOption = "text") -> None:
    """Delete a work unit. `suptime undo` restores it."""
    now, zone = console.now(), console.zone()
    from suptime.app import units
    from suptime.app.work import corrections

    done = corrections.delete(console.store(), unit, now=now, agent=console.agent())
    console.show(
        {"unit": units.document(done.unit, done.client, now), "deleted": True, **_effect(done)},
        form,
        lambda: (
            f"Deleted U{done.unit.id}: {units.length(done.unit, now)} on {done.unit.case}, "
            f"{units.stretch(done.unit, zone, now)}."
        ),
    )


def waive(
    what: Annotated[
        str,
        argument("UNIT|CASE|APPOINTMENT", "Unit (U7, last or running), case (CASE-123) or appointment (A3)."),
    ],
    reason: Annotated[
        str,
        option("--reason", "Reason, as the client reads it.", "TEXT", read_note, show_default=False),
    ],
    form: FormatOption = "text",
) -> None:
    """Waive the charges of a work unit, a whole case or an appointment."""
    if not reason:
        raise WrongUsage(
            "The reason is empty.", hint="Give a reason that the client may read: --reason 'Our mistake'."
        )
    from suptime.app.work import corrections

    name, changed = corrections.waive(console.store(), what, reason, now=console.now(), agent=console.agent())
    console.show(
        {"waived": {"id": name, "reason": reason}, "changed": changed},
        form,
        lambda: f"Waived {name}: {reason}" if changed else f"{name} is already waived for that reason.",
    )
