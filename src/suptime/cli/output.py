"""Results as text for a terminal: reports of changes, lists, cards and listings of work units."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeVar

from suptime.app.units import formatted
from suptime.app.use_case import Result
from suptime.cli import console
from suptime.cli.console import plain
from suptime.domain import caution
from suptime.domain.time import DAY, Instant, Seconds, Zone, show_day, show_duration
from suptime.domain.work import WorkUnit
from suptime.render import page

if TYPE_CHECKING:
    from suptime.app.work.log import Listed

Value = TypeVar("Value")


def report(done: Result[Value], form: str, sentence: str, otherwise: str = "") -> None:
    """Print a sentence about a change (`otherwise` if nothing was changed), then its notices and warnings."""
    facts = done.document | caution.document(done.notes)
    console.show(facts, form, lambda: console.plain(sentence if done.changed else otherwise))
    for line in done.told:
        console.note(line)
    for each in done.notes:
        console.warn(each.text)


def list_or_none(
    document: Mapping[str, Any],
    form: str,
    headers: tuple[str, ...],
    rows: Iterable[tuple[str, ...]],
    nothing: str,
    *,
    right: tuple[str, ...] = (),
    wrap: str = "",
) -> None:
    """Print a list as a table or as JSON; print `nothing` on stderr if there are no rows."""
    if form == "json":
        console.show_json(document)
        return
    found = [*rows]
    if found:
        console.print_text(console.table(found, headers, right=right, wrap=wrap))
    else:
        console.note(nothing)


def show_effect(effect: Sequence[Mapping[str, Any]], form: str) -> None:
    """Print what open drafts would charge before and after a correction."""
    list_or_none(
        {"effect": [*effect]},
        form,
        ("Client", "Month", "Before", "After"),
        (
            (
                row["client"],
                row["month"],
                f"{row['net_before']} {row['currency']}",
                f"{row['net_after']} {row['currency']}",
            )
            for row in effect
        ),
        "Nothing is open before or after it.",
        right=("Before", "After"),
    )


def card(title: str, rows: Iterable[tuple[str, str | None]]) -> str:
    """Return a title, and the values under it with their labels; values that are None or empty are left out."""
    known = [(label, value) for label, value in rows if value]
    widest = max((len(label) for label, _ in known), default=0)
    lines = [wrapped(console.plain(title))]
    for label, value in known:
        first, *more = value.splitlines()
        lines.append(wrapped(console.plain(first), f"  {label:<{widest}}  "))
        lines += [wrapped(console.plain(line), " " * (widest + 4)) for line in more]
    return "\n".join(lines)


def dated(instant: Instant) -> str:
    """Return an instant on the engineer's clocks, always with its date."""
    return formatted(instant, console.zone(), instant + 2 * DAY)


def wrapped(text: str, lead: str = "") -> str:
    """Return a text in lines as wide as the terminal, the first one after `lead`, the others under it.

    Letters that take two columns count as two; a word longer than a line is cut.
    """
    from rich.console import Console
    from rich.text import Text

    width = max(40, shutil.get_terminal_size((80, 24)).columns) - len(lead)
    lines = Text(text).wrap(Console(width=width, color_system=None), width, overflow="fold")
    first, *more = [line.plain.rstrip() for line in lines] or [""]
    return "\n".join([lead + first, *(" " * len(lead) + line for line in more)])


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

ROOM = 30

"""Cells that a note needs to stand beside its unit."""


def listing(found: "Sequence[Listed]", now: Instant, width: int, zones: Mapping[str, Any]) -> str:
    """Return work units by the days on which they start, in `width` cells, and the `zones` of the page in words."""
    if not found:
        return "No work."
    rows = [_row(one, now) for one in found]
    if len({one.unit.agent for one in found}) == 1:
        rows = [row[:-1] for row in rows]
    widths = [max(map(page.width, column)) for column in zip(*rows, strict=True)]
    indent = "  " + " " * widths[0] + "  "
    used = sum(widths) + 2 * len(widths) + 2
    lines: list[str] = []
    for day, units in groupby(
        zip(found, rows, strict=True), key=lambda it: it[0].zone.day(it[0].unit.started_at)
    ):
        group = [*units]
        lines.append(_heading(day, sum(one.part.seconds for one, _ in group)))
        for one, row in group:
            line = "  " + "  ".join(
                (page.right if place == 2 else page.left)(cell, size)
                for place, (cell, size) in enumerate(zip(row, widths, strict=True))
            )
            note = _note(one.unit)
            if note and width - used >= ROOM:
                first, *more = page.wrap(note, width - used)
                lines += [f"{line}  {first}", *(" " * used + rest for rest in more)]
            else:
                lines.append(line.rstrip())
                lines += (
                    [indent + rest for rest in page.wrap(note, max(width - len(indent), ROOM))]
                    if note
                    else []
                )
    total: Seconds = sum(one.part.seconds for one in found)
    return "\n".join([*lines, f"Total: {show_duration(total)}", zone_in_words(zones)])


def zone_in_words(zones: Mapping[str, Any]) -> str:
    """Return on whose clocks the times of a page are; `zones` is as JSON has them."""
    if "timezones" in zones:
        named = ", ".join(zones["timezones"])
        return f"Times are those of each contract{f': {named}' if named else ''}."
    return f"Times are those of {zones['timezone']}."


def _heading(day: date, seconds: Seconds) -> str:
    return f"{WEEKDAYS[day.weekday()]}, {show_day(day)}: {show_duration(seconds)}"


def _row(one: "Listed", now: Instant) -> list[str]:
    """Return the cells of a unit: id, hours, length (that in the period, of the whole), case, client, agent."""
    unit, zone = one.unit, one.zone
    whole, part = unit.seconds(now), one.part.seconds
    end = "running"
    if unit.ended_at is not None:
        days = (zone.day(unit.ended_at) - zone.day(unit.started_at)).days
        end = _clock(unit.ended_at, zone) + (f" +{days}d" if days else "")
    start = _clock(unit.started_at, zone)
    # A hyphen beside an offset would read as a second one.
    hours = f"{start}{'–' if start[5:] or end[5:6] in ('+', '-') else '-'}{end}"
    return [
        f"U{unit.id}",
        hours,
        show_duration(whole) if part == whole else f"{show_duration(part)} of {show_duration(whole)}",
        plain(unit.case),
        plain(one.client),
        plain(unit.agent),
    ]


def _clock(instant: Instant, zone: Zone) -> str:
    """Return the hour and minute, with the offset in an hour that a clock change repeats."""
    return zone.clock(instant)


def _note(unit: WorkUnit) -> str:
    """Return the note, and the channel, guest and waiver in brackets."""
    marks = [
        *([unit.channel] if unit.channel != "other" else []),
        *(["guest, requested" if unit.requested else "guest"] if unit.guest else []),
        *([f"waived: {unit.waived}"] if unit.waived else []),
    ]
    return plain(" ".join(filter(None, (unit.note, f"({', '.join(marks)})" if marks else ""))))
