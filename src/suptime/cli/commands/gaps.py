"""`gaps`: what of the working day is not logged, and whose it was."""

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suptime.cli import console, hooks
from suptime.cli import moments as when
from suptime.cli.options import AgentOption, ChannelOption, Format, FormatOption, channel_of, note_of
from suptime.domain.time import Span, show_duration
from suptime.errors import SuptimeError, WrongUsage

if TYPE_CHECKING:
    from suptime.app.work.log import GapSearch, Recorded
    from suptime.reports.time import Gap

LONGEST = 366
"""Days: more are a slip of the finger."""


def register(app: typer.Typer) -> None:
    """Add the command to APP."""
    app.command("gaps")(gaps)


def gaps(
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="DAY", help="The first day: 2026-10-05, yesterday [today]."),
    ] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="DAY", help="The last day [today].")] = None,
    agent: AgentOption = None,
    day: Annotated[
        str | None,
        typer.Option("--day", metavar="HOURS", help="The working hours, such as 09:00-17:00 [timer.hours]."),
    ] = None,
    every_day: Annotated[bool, typer.Option("--every-day", help="Weekends and holidays, too.")] = False,
    least: Annotated[
        str, typer.Option("--least", metavar="DURATION", help="Leave out what is shorter.")
    ] = "5m",
    case: Annotated[
        str | None, typer.Option("--log", metavar="CASE", help="Log all of them on this case.")
    ] = None,
    only_list: Annotated[bool, typer.Option("--list", help="List them, and ask nothing.")] = False,
    note: Annotated[
        str | None, typer.Option("--note", metavar="TEXT", help="With --log: what was done.")
    ] = None,
    channel: ChannelOption = None,
    form: FormatOption = Format.text,
) -> None:
    """Show what of your working days is not logged; on a terminal, asks which case it was.

    An answer is a case, and a note behind it where you like; nothing leaves the gap as it is,
    and q ends the questions. The settings timer.hours, timer.days and timer.holidays say when you work.
    """
    if case is not None and only_list:
        raise WrongUsage("--log and --list contradict each other.", hint="Give one of them.")
    if case is None and (note is not None or channel is not None):
        raise WrongUsage("--note and --channel are for what is logged.", hint="Give --log CASE with them.")
    asked = _search(from_, to, agent, day, least, every_day=every_day)
    text = note_of(note) or ""
    from suptime.app.work.log import document, find

    now, zone = console.now(), console.zone()
    found = find(console.store(), asked, now=now, zone=zone)
    logged: list[Recorded] = []
    if case is not None and found:
        logged = _filled(asked, case, [gap.span for gap in found], text, channel_of(channel))
    if form is Format.json:
        console.show_json(document(asked, found, [_document(one) for one in logged]))
    elif not found:
        console.print_text(f"Nothing is missing{_days(asked)}.")
    elif case is None:
        console.print_text(_listing(found))
    _report(logged, form)
    if case is None and not only_list and form is Format.text and found and console.interactive():
        _ask(asked, found)


def _search(
    from_: str | None, to: str | None, agent: str | None, day: str | None, least: str, *, every_day: bool
) -> "GapSearch":
    """Which gaps are looked for.

    Raises:
        WrongUsage: what was typed does not say.
    """
    from suptime.app.upkeep.settings import holidays_of
    from suptime.app.work.log import GapSearch
    from suptime.domain.service_hours import ServiceHours, is_holiday
    from suptime.domain.values import accept
    from suptime.settings.keys import HOURS

    now, zone, settings = console.now(), console.zone(), console.settings()
    last = zone.day(now) if to is None else when.read_day(to, zone, now)
    first = min(last, zone.day(now)) if from_ is None else when.read_day(from_, zone, now)
    if first > last:
        raise WrongUsage(f"--from {first} is later than --to {last}.", hint="Put the earlier day first.")
    if (last - first).days >= LONGEST:
        raise WrongUsage(f"From {first} to {last} is longer than a year.", hint="Ask for less at once.")
    opens, closes = settings.get("timer.hours")
    if day is not None:
        opens, closes = accept(HOURS, day)
    days = range(7) if every_day else settings.working_days
    free = None if every_day else holidays_of(settings)
    return GapSearch(
        console.agent(agent),
        first,
        last,
        ServiceHours(opens, closes, frozenset(days)),
        lambda each: is_holiday(free, each),
        when.read_duration(least),
    )


def _filled(
    asked: "GapSearch", case: str, spans: Sequence[Span], note: str, channel: str | None
) -> "list[Recorded]":
    """Log the SPANS on CASE, all or none."""
    from suptime.app.work.log import fill

    done = fill(
        console.store(),
        case,
        spans,
        worker=asked.worker,
        channel=channel,
        note=note,
        now=console.now(),
        agent=console.agent(),
        zone=console.zone(),
    )
    for one in done:
        hooks.after("log", {"unit": _document(one), "warnings": list(one.notes)})
    return done


def _ask(asked: "GapSearch", found: "Sequence[Gap]") -> None:
    """Ask for each gap whose it was, and log it at once."""
    for gap in found:
        while True:
            question = f"{gap.day} {_hours(gap.span)}, {show_duration(gap.span.seconds)}: which case?"
            try:
                answer = typer.prompt(question, default="", show_default=False, err=True).strip()
            except typer.Abort:  # what was answered before is logged, and the rest is left
                console.note("")
                return
            number, _, note = answer.partition(" ")
            if number.lower() in ("q", "quit"):
                return
            if not number:
                break
            try:
                done = _filled(asked, number, [gap.span], note_of(note) or "", None)
            except SuptimeError as error:
                console.error(error)
                continue
            _report(done, Format.text)
            break


def _report(logged: "Sequence[Recorded]", form: Format) -> None:
    from suptime.app import units

    now, zone = console.now(), console.zone()
    for one in logged:
        if form is Format.text:
            unit = one.unit
            console.print_text(
                f"Logged U{unit.id}: {units.length(unit, now)} on {unit.case}, {units.stretch(unit, zone, now)}."
            )
        for sentence in one.notes:
            console.note(f"{one.unit.case}: {sentence}")


def _document(one: "Recorded") -> dict[str, Any]:
    from suptime.app import units

    return units.document(one.unit, one.client, console.now())


def _days(asked: "GapSearch") -> str:
    """Which days ASKED is about, as the end of a sentence."""
    if asked.first == asked.last:
        return f" on {asked.first}"
    return f" from {asked.first} to {asked.last}"


def _listing(found: "Sequence[Gap]") -> str:
    from suptime.cli.output import WEEKDAYS
    from suptime.domain.time import show_day

    def total(gaps: "Sequence[Gap]") -> str:
        return show_duration(sum(gap.span.seconds for gap in gaps))

    lines = []
    for day, group in groupby(found, key=lambda gap: gap.day):
        of_day = [*group]
        lines.append(f"{WEEKDAYS[day.weekday()]}, {show_day(day)}: {total(of_day)} not logged")
        lines += [f"  {_hours(gap.span)}  {show_duration(gap.span.seconds)}" for gap in of_day]
    return "\n".join([*lines, f"Total: {total(found)}"])


def _hours(span: Span) -> str:
    """From when to when SPAN lasts on the engineer's clocks."""
    start, end = (f"{console.zone().local(instant):%H:%M:%S}".removesuffix(":00") for instant in span)
    return f"{start}-{end}"
