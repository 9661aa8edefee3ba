"""Results as text for a terminal: reports of changes, cards, and work units by days."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeVar

from suptime.app.units import formatted
from suptime.app.use_case import Result
from suptime.cli import console
from suptime.cli.console import plain
from suptime.cli.listing import zone_in_words
from suptime.domain import caution
from suptime.domain.time import DAY, Instant, Seconds, Zone, show_day, show_duration
from suptime.domain.work import WorkUnit

if TYPE_CHECKING:
    from suptime.app.work.log import Listed

Value = TypeVar("Value")


def report(done: Result[Value], form: str, sentence: str, otherwise: str = "") -> None:
    """Print a sentence about a change (`otherwise` if nothing changed), then its notices and warnings."""
    facts = done.document | caution.document(done.notes)
    console.show(facts, form, lambda: console.plain(sentence if done.changed else otherwise))
    for line in done.told:
        console.note(line)
    for each in done.notes:
        console.warn(each.text)


def show_effect(effect: Sequence[Mapping[str, Any]], form: str) -> None:
    """Print the charges of open drafts before and after a correction."""
    from suptime.cli import listing

    listing.show(
        listing.EFFECT, effect, {"effect": [*effect]}, form, "There are no open charges before or after it."
    )


def card(title: str, rows: Iterable[tuple[str, str | None]]) -> str:
    """Return a title, with labelled values under it; values that are None or empty are left out."""
    known = [(label, value) for label, value in rows if value]
    widest = max((len(label) for label, _ in known), default=0)
    lines = [wrapped(console.plain(title))]
    for label, value in known:
        first, *more = value.splitlines()
        lines.append(wrapped(console.plain(first), f"  {label:<{widest}}  "))
        lines += [wrapped(console.plain(line), " " * (widest + 4)) for line in more]
    return "\n".join(lines)


def dated(instant: Instant, zone: Zone | None = None) -> str:
    """Return an instant in `zone`, or the engineer's zone, always with its date."""
    return formatted(instant, zone or console.zone(), instant + 2 * DAY)


def wrapped(text: str, lead: str = "") -> str:
    """Return a text in lines as wide as the terminal: the first one after `lead`, the others under it.

    Wide characters count as two columns. A word longer than a line is cut.
    """
    from rich.console import Console
    from rich.text import Text

    width = max(40, console.width()) - len(lead)
    lines = Text(text).wrap(Console(width=width, color_system=None), width, overflow="fold")
    first, *more = [line.plain.rstrip() for line in lines] or [""]
    return "\n".join([lead + first, *(" " * len(lead) + line for line in more)])


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def by_days(found: "Sequence[Listed]", now: Instant, zones: Mapping[str, Any], *, me: str) -> str:
    """Return work units by start day, their total, and the sentence about the zone, `zones`.

    There is a column for agents if any agent is not `me`.
    """
    from suptime.cli import tables

    rows = [_row(one, now) for one in found]
    if all(one.unit.agent == me for one in found):
        rows = [row[:5] + row[6:] for row in rows]
    cells = tables.draw(
        [""] * len(rows[0]),
        rows,
        right=[2],
        cut=[len(rows[0]) - 1],
        width=console.width() - 2,
        color=console.has_color(),
    )
    lines: list[str] = []
    for day, units in groupby(
        zip(found, cells, strict=True), key=lambda it: it[0].zone.day(it[0].unit.started_at)
    ):
        group = [*units]
        lines.append(_heading(day, sum(one.part.seconds for one, _ in group)))
        lines += [f"  {line}" for _, line in group]
    total: Seconds = sum(one.part.seconds for one in found)
    return "\n".join([*lines, f"Total: {show_duration(total)}", zone_in_words(zones)])


def _heading(day: date, seconds: Seconds) -> str:
    return f"{WEEKDAYS[day.weekday()]}, {show_day(day)}: {show_duration(seconds)}"


def _row(one: "Listed", now: Instant) -> list[str]:
    """Return the cells of a unit: id, hours, length (in the period, of the whole), case, client, agent, note."""
    unit, zone = one.unit, one.zone
    whole, part = unit.seconds(now), one.part.seconds
    end = "running"
    if unit.ended_at is not None:
        days = (zone.day(unit.ended_at) - zone.day(unit.started_at)).days
        end = _clock(unit.ended_at, zone) + (f" +{days}d" if days else "")
    start = _clock(unit.started_at, zone)
    # A hyphen beside an offset would look like a minus sign.
    hours = f"{start}{'–' if start[5:] or end[5:6] in ('+', '-') else '-'}{end}"
    return [
        f"U{unit.id}",
        hours,
        show_duration(whole) if part == whole else f"{show_duration(part)} of {show_duration(whole)}",
        plain(unit.case),
        plain(one.client),
        plain(unit.agent),
        _note(unit),
    ]


def _clock(instant: Instant, zone: Zone) -> str:
    """Return the hour and minute, with the offset in an hour that a clock change repeats."""
    return zone.clock(instant)


def _note(unit: WorkUnit) -> str:
    """Return the note, and the channel, guest and waiver in brackets."""
    marks = [
        *([unit.channel] if unit.channel != "other" else []),
        *(["guest, requested" if unit.requested else "guest"] if unit.guest else []),
        *([unit.role] if unit.role else []),
        *([unit.work_type] if unit.work_type else []),
        *([f"waived: {unit.waived}"] if unit.waived else []),
    ]
    return plain(" ".join(filter(None, (unit.note, f"({', '.join(marks)})" if marks else ""))))
