"""A week measured in the hours of its days: for the terminal in cells, for a page in percent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from suptime.language.figures import DAYS, short_day
from suptime.render.charts import WIDE, percent
from suptime.render.page import EMPTY, MARKS

Part = Mapping[str, Any]
OTHERS = "others"
FINEST = (12, 6, 4, 3, 2, 1)
"""Into how many cells an hour may be cut."""
EARLIEST, LATEST = 8, 18
"""The hours that are shown in any case."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The hours from `first` to `last` of a day, each of so many cells."""

    first: int
    last: int
    per_hour: int

    @classmethod
    def of(cls, document: Part, room: int) -> "Scale":
        """The hours in which somebody worked in the week of DOCUMENT, as fine as ROOM cells allow."""
        spans = [span for agent in document["agents"] for day in agent["days"] for span in day["spans"]]
        first = min([EARLIEST, *(minutes(span["start"]) // 60 for span in spans)])
        last = max([LATEST, *(-(-minutes(span["end"]) // 60) for span in spans)])
        fitting = (fine for fine in FINEST if fine * (last - first) <= room)
        return cls(first, last, next(fitting, 1))

    @property
    def cells(self) -> int:
        """How wide a day is."""
        return (self.last - self.first) * self.per_hour

    @property
    def axis(self) -> str:
        """The hours over their cells."""
        line = ""
        for hour in range(self.first, self.last):
            at = (hour - self.first) * self.per_hour
            if len(line) <= at and at + 2 <= self.cells:
                line = f"{line:<{at}}{hour:02}"
                line += "" if self.per_hour > 2 else " "
        return line.rstrip()


def minutes(clock: str) -> int:
    """The minutes of the day that CLOCK shows.

    >>> minutes("09:30"), minutes("24:00")
    (570, 1440)
    """
    hours, _, rest = clock.partition(":")
    return int(hours) * 60 + int(rest)


def clients_of(document: Part) -> list[str]:
    """The clients that were worked for in the week of DOCUMENT, most of all first; beyond the patterns, `others`."""
    seconds: dict[str, int] = {}
    for agent in document["agents"]:
        for span in (span for day in agent["days"] for span in day["spans"]):
            name = str(span["client"] or OTHERS)
            seconds[name] = seconds.get(name, 0) + span["seconds"]
    names = sorted(seconds, key=lambda name: (-seconds[name], name))
    return names if len(names) <= len(MARKS) else [*names[: len(MARKS) - 1], OTHERS]


def place_of(span: Part, clients: Sequence[str]) -> int:
    """Which pattern the client of SPAN has."""
    name = str(span["client"] or OTHERS)
    return clients.index(name) if name in clients else len(clients) - 1


def timeline(day: Part, scale: Scale, clients: Sequence[str]) -> str:
    """DAY in the cells of SCALE: a cell belongs to whoever has most of it, and a stretch has one at least."""
    cells = [EMPTY] * scale.cells
    had = [0] * scale.cells
    for span in day["spans"]:
        start, end = minutes(span["start"]), minutes(span["end"])
        mark = MARKS[place_of(span, clients)]
        low = start * scale.per_hour // 60
        high = max(low + 1, -(-end * scale.per_hour // 60))
        for cell in range(low, high):
            at = cell - scale.first * scale.per_hour
            its = max(1, min(end * scale.per_hour, (cell + 1) * 60) - max(start * scale.per_hour, cell * 60))
            if 0 <= at < len(cells) and its > had[at]:
                cells[at], had[at] = mark, its
    return "".join(cells)


def lying(span: Part, clients: Sequence[str]) -> dict[str, Any]:
    """Where SPAN lies in its day of twenty-four hours, in percent, and its pattern."""
    start, end = minutes(span["start"]), minutes(span["end"])
    return {
        "x": percent(start * WIDE // 1440),
        "width": percent(max(end - start, 3) * WIDE // 1440),
        "place": place_of(span, clients),
    }


def day_named(day: str) -> str:
    """DAY with its weekday, short.

    >>> day_named("2026-10-05")
    'Mon 5 Oct'
    """
    return f"{DAYS[date.fromisoformat(day).weekday()][:3]} {short_day(day, day[:4])}"
