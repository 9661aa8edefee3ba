"""`suptime gaps`: working time that is not logged, and its cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suptime.cli import console, hooks
from suptime.cli.moments import read_duration
from suptime.cli.options import (
    AgentOption,
    ChannelOption,
    FormatOption,
    LastDay,
    Period,
    ZoneOption,
    check_order,
    option,
    read_day,
    read_last_day,
)
from suptime.cli.parameters import read_note
from suptime.domain import caution
from suptime.domain.time import Instant, Seconds, Span, clock_of, show_duration
from suptime.errors import SuptimeError, WrongUsage
from suptime.settings.keys import HOURS

if TYPE_CHECKING:
    from suptime.app.work.log import GapSearch, Recorded
    from suptime.reports.time import Gap


FIVE_MINUTES: Any = "5m"
LONGEST = 366
"""Most days of a search: more are probably a typing mistake."""


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("gaps")(gaps)


@dataclass(frozen=True, slots=True)
class WorkDays(Period):
    """Days to search for gaps; both are today by default."""

    start: Annotated[
        date | None, option("--from", "First day, for example 2026-10-05 [default: today].", "DAY", read_day)
    ] = None
    end: Annotated[LastDay | None, option("--to", "Last day [default: today].", "DAY", read_last_day)] = None

    def resolve(self, today: date) -> tuple[date, date]:
        """Return the first and the last day.

        Raises:
            WrongUsage: the days are in the wrong order, or more than a year.
        """
        last = self.last or today
        first = self.first or min(last, today)
        check_order(first, last, "--from {first} is later than --to {last}.", "Put the earlier day first.")
        if (last - first).days >= LONGEST:
            raise WrongUsage(
                f"The period from {first} to {last} is longer than a year.", hint="Give a shorter period."
            )
        return first, last


def gaps(
    days: WorkDays,
    agent: AgentOption = None,
    day: Annotated[
        Sequence[int] | None,
        option("--day", "Working hours, for example 09:00-17:00 [default: timer.hours].", "HOURS", HOURS),
    ] = None,
    every_day: Annotated[bool, option("--every-day", "Include weekends and holidays.")] = False,
    least: Annotated[
        Seconds, option("--least", "Leave out gaps shorter than this.", "DURATION", read_duration)
    ] = FIVE_MINUTES,
    case: Annotated[str | None, option("--log", "Log all gaps on this case.", "CASE")] = None,
    only_list: Annotated[bool, option("--list", "List the gaps without asking.")] = False,
    note: Annotated[str | None, option("--note", "With --log: note on the work.", "TEXT", read_note)] = None,
    channel: ChannelOption = None,
    zone: ZoneOption = None,  # noqa: ARG001 - the console has it
    form: FormatOption = "text",
) -> None:
    """Show gaps in your logged working time; on a terminal, ask for the case of each.

    Answer with a case, and a note after it if you like. Press Enter to skip a gap, or q to end the questions.
    The settings timer.hours, timer.days and timer.holidays define your working time.
    """
    if case is not None and only_list:
        raise WrongUsage("--log and --list cannot be used together.", hint="Give one of them.")
    if case is None and (note is not None or channel is not None):
        raise WrongUsage("--note and --channel require --log.", hint="Add --log CASE.")
    asked = _search(days, agent, day, least, every_day=every_day)
    from suptime.app.work.log import document, find

    found = find(console.store(), asked, now=console.now(), zone=console.zone())
    logged: list[Recorded] = []
    if case is not None and found:
        logged = _filled(asked, case, [gap.span for gap in found], note or "", channel)
    if form == "json":
        console.show_json(document(asked, found, [_document(one) for one in logged], console.zone()))
    elif not found:
        console.print_text(f"No gaps{_days(asked)}.")
    elif case is None:
        console.print_text(_listing(found))
    _report(logged, form)
    if case is None and not only_list and form == "text" and found and console.interactive():
        _ask(asked, found)


def _search(
    days: WorkDays, agent: str | None, hours: Sequence[int] | None, least: Seconds, *, every_day: bool
) -> "GapSearch":
    """Return the search for gaps that was asked for.

    Raises:
        WrongUsage: the days are in the wrong order, or there are too many.
    """
    from suptime.app.work.log import GapSearch
    from suptime.domain.service_hours import ServiceHours, is_holiday

    settings = console.settings()
    first, last = days.resolve(console.zone().day(console.now()))
    opens, closes = hours or settings.get("timer.hours")
    free = None if every_day else settings.holidays
    return GapSearch(
        agent or console.agent(),
        first,
        last,
        ServiceHours.daily(opens, closes, range(7) if every_day else settings.working_days),
        lambda each: is_holiday(free, each),
        least,
    )


def _filled(
    asked: "GapSearch", case: str, spans: Sequence[Span], note: str, channel: str | None
) -> "list[Recorded]":
    """Log the `spans` on a case, all or none."""
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
        hooks.after("log", {"unit": _document(one), **caution.document(one.notes)})
    return done


def _ask(asked: "GapSearch", found: "Sequence[Gap]") -> None:
    """Ask for the case of each gap, and log it at once."""
    for gap in found:
        while True:
            question = f"{gap.day} {_hours(gap.span)}, {show_duration(gap.span.seconds)}: which case?"
            try:
                answer = typer.prompt(question, default="", show_default=False, err=True).strip()
            except typer.Abort:  # Earlier answers are already logged; the other gaps stay open.
                console.note("")
                return
            number, _, note = answer.partition(" ")
            if number.lower() in ("q", "quit"):
                return
            if not number:
                break
            try:
                done = _filled(asked, number, [gap.span], read_note(note), None)
            except SuptimeError as error:
                console.error(error)
                continue
            _report(done, "text")
            break


def _report(logged: "Sequence[Recorded]", form: str) -> None:
    from suptime.app import units

    now, zone = console.now(), console.zone()
    for one in logged:
        if form == "text":
            unit = one.unit
            console.print_text(
                f"Logged U{unit.id}: {units.length(unit, now)} on {unit.case}, {units.stretch(unit, zone, now)}."
            )
        for each in one.notes:
            console.note(f"{one.unit.case}: {each.text}")


def _document(one: "Recorded") -> dict[str, Any]:
    from suptime.app import units

    return units.document(one.unit, one.client, console.now())


def _days(asked: "GapSearch") -> str:
    """Return the days that were searched, as the end of a sentence."""
    if asked.first == asked.last:
        return f" on {asked.first}"
    return f" from {asked.first} to {asked.last}"


def _listing(found: "Sequence[Gap]") -> str:
    from suptime.cli.listing import zone_in_words
    from suptime.cli.output import WEEKDAYS
    from suptime.domain.time import show_day, zones_as_data

    def total(gaps: "Sequence[Gap]") -> str:
        return show_duration(sum(gap.span.seconds for gap in gaps))

    lines = []
    for day, group in groupby(found, key=lambda gap: gap.day):
        of_day = [*group]
        lines.append(f"{WEEKDAYS[day.weekday()]}, {show_day(day)}: {total(of_day)} not logged")
        lines += [f"  {_hours(gap.span)}  {show_duration(gap.span.seconds)}" for gap in of_day]
    closing = zone_in_words(zones_as_data([console.zone()]))
    return "\n".join([*lines, f"Total: {total(found)}", closing])


def _hours(span: Span) -> str:
    """Return the hours of `span` on the engineer's clocks."""
    start, end = (_clock(instant) for instant in span)
    return f"{start}-{end}"


def _clock(instant: Instant) -> str:
    local = console.zone().local(instant)
    return f"{clock_of(local)}:{local:%S}" if local.second else clock_of(local)
