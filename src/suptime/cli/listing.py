"""Work units as people read them: day by day, one line each, the note under it where there is no room beside."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from suptime.cli.console import plain
from suptime.domain.duration import show_duration
from suptime.domain.timespan import Instant, Seconds, Zone, show_day
from suptime.domain.work import WorkUnit
from suptime.render import cells

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ROOM = 30
"""Cells that a note needs to stand beside its unit."""


def listing(found: Sequence[tuple[WorkUnit, str]], zone: Zone, now: Instant, width: int) -> str:
    """The units FOUND, each with its client, by the days of ZONE on which they start, in WIDTH cells."""
    if not found:
        return "No work."
    rows = [_row(unit, client, zone, now) for unit, client in found]
    if len({unit.agent for unit, _ in found}) == 1:
        rows = [row[:-1] for row in rows]
    widths = [max(map(cells.width, column)) for column in zip(*rows, strict=True)]
    indent = "  " + " " * widths[0] + "  "
    used = sum(widths) + 2 * len(widths) + 2
    lines: list[str] = []
    for day, units in groupby(zip(found, rows, strict=True), key=lambda it: zone.day(it[0][0].started_at)):
        group = [*units]
        lines.append(_heading(day, sum(unit.seconds(now) for (unit, _), _ in group)))
        for (unit, _), row in group:
            line = "  " + "  ".join(
                (cells.right if place == 2 else cells.left)(cell, size)
                for place, (cell, size) in enumerate(zip(row, widths, strict=True))
            )
            note = _note(unit)
            if note and width - used >= ROOM:
                first, *more = cells.wrap(note, width - used)
                lines += [f"{line}  {first}", *(" " * used + rest for rest in more)]
            else:
                lines.append(line.rstrip())
                lines += (
                    [indent + rest for rest in cells.wrap(note, max(width - len(indent), ROOM))]
                    if note
                    else []
                )
    total: Seconds = sum(unit.seconds(now) for unit, _ in found)
    return "\n".join([*lines, f"Total: {show_duration(total)}"])


def _heading(day: date, seconds: Seconds) -> str:
    return f"{WEEKDAYS[day.weekday()]}, {show_day(day)}: {show_duration(seconds)}"


def _row(unit: WorkUnit, client: str, zone: Zone, now: Instant) -> list[str]:
    """Id, hours, length, case, client, agent."""
    end = "running"
    if unit.ended_at is not None:
        days = (zone.day(unit.ended_at) - zone.day(unit.started_at)).days
        end = _clock(unit.ended_at, zone) + (f" +{days}d" if days else "")
    hours = f"{_clock(unit.started_at, zone)}-{end}"
    return [
        f"U{unit.id}",
        hours,
        show_duration(unit.seconds(now)),
        plain(unit.case),
        plain(client),
        plain(unit.agent),
    ]


def _clock(instant: Instant, zone: Zone) -> str:
    """The hour and minute; in an hour that a clock change repeats, the zone's letters too."""
    local = zone.local(instant)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:%H:%M %Z}" if twice else f"{local:%H:%M}"


def _note(unit: WorkUnit) -> str:
    """The note, and in brackets what else there is to say."""
    marks = [
        *([unit.channel] if unit.channel != "other" else []),
        *(["guest, requested" if unit.requested else "guest"] if unit.guest else []),
        *([f"waived: {unit.waived}"] if unit.waived else []),
    ]
    return plain(" ".join(filter(None, (unit.note, f"({', '.join(marks)})" if marks else ""))))
