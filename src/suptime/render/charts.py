"""A chart as data, from which the terminal, a page and its table are made alike, so that none disagrees.

A chart has bars that belong to the rows of its table. The numbers are whole: seconds, minutes, cases, minor
units of money. What is drawn is reckoned in whole parts of ten thousand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from suptime.domain.money import minor_digits
from suptime.language.figures import short_day, spoken
from suptime.language.translate import tr

Part = Mapping[str, Any]

LONGEST = 26
"""Letters of a name beside its bar; in the table and to a screen reader it is whole."""
WIDE, HIGH = 10_000, 1_000
"""The size of a burn-down in its own units."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: its `cells` in the table, the first of them its name, and its numbers as `tracks`.

    Each track is one bar, with a number for each name of the chart. `value` is said at the end of
    the bars; `most` is what a full bar would be.
    """

    cells: Sequence[str]
    tracks: Sequence[Sequence[int]]
    value: str
    most: int

    @property
    def label(self) -> str:
        """Its name, shortened."""
        name = self.cells[0]
        return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars under a `title`, with the `names` of their parts, and the heads of the table; `foot` is its last row."""

    id: str
    title: str
    names: Sequence[str]
    heads: Sequence[str]
    bars: Sequence[Bar]
    note: str = ""
    foot: Sequence[str] = field(default=())


def segments(chart: Chart, bar: Bar) -> list[list[dict[str, Any]]]:
    """Each track of BAR as its parts: where they begin and how wide they are, and what a reader is told of them."""
    drawn = []
    for track in bar.tracks:
        before, parts = 0, []
        for place, number in enumerate(track):
            if number > 0 and bar.most > 0:
                start, end = (min(n, bar.most) * WIDE // bar.most for n in (before, before + number))
                parts.append(
                    {
                        "place": place,
                        "x": percent(start),
                        "width": percent(end - start),
                        "name": chart.names[place],
                        "number": number,
                    }
                )
                before += number
        drawn.append(parts)
    return drawn


def percent(parts: int) -> str:
    """PARTS of ten thousand as a percentage.

    >>> percent(1234), percent(5)
    ('12.34%', '0.05%')
    """
    return f"{parts // 100}.{parts % 100:02}%"


def largest(tracks: Sequence[Sequence[Sequence[int]]]) -> int:
    """The longest of all bars of TRACKS, each of some rows' bars."""
    return max((sum(n for n in track if n > 0) for its in tracks for track in its), default=0)


def minor(amount: str, currency: str) -> int:
    """AMOUNT of CURRENCY in its minor unit.

    >>> minor("12.50", "USD"), minor("12", "JPY")
    (1250, 12)
    """
    return int(Decimal(amount).scaleb(minor_digits(currency)))


def exact(value: int | str | None) -> int | Decimal | None:
    """VALUE, a whole number or an amount, as a number that a sheet can reckon with."""
    return Decimal(value) if isinstance(value, str) else value


def units_of(value: int | str, unit: str, currency: str) -> int:
    """VALUE, a quantity of what was bought ahead, as a whole number."""
    return minor(str(value), currency) if unit == "money" else int(value)


def burndown_drawn(its: Part) -> dict[str, Any]:
    """The burn-down ITS as paths in a frame of `WIDE` by `HIGH`: what was, and what is to come at the present pace."""
    unit, currency = its["unit"], its["currency"]
    past = [(date.fromisoformat(p["date"]), units_of(p["remaining"], unit, currency)) for p in its["points"]]
    first, today = past[0][0], past[-1][0]
    span = max((today - first).days, 30)
    ahead = _cut(
        [(date.fromisoformat(p["date"]), units_of(p["remaining"], unit, currency)) for p in its["forecast"]],
        today + timedelta(days=span),
    )
    last = max(today, ahead[-1][0] if ahead else today)
    days, top = max((last - first).days, 1), max(1, *(left for _, left in past))

    def x(day: date) -> int:
        return (day - first).days * WIDE // days

    def y(left: int) -> int:
        return HIGH - left * HIGH // top

    steps = f"M{x(first)} {y(past[0][1])}" + "".join(f"H{x(day)}V{y(left)}" for day, left in past[1:])
    area = f"{steps}V{HIGH}H0Z"
    highest = max(past, key=lambda point: point[1])[1]
    largest_left = next(
        p["remaining"] for p in its["points"] if units_of(p["remaining"], unit, currency) == highest
    )
    return {
        "steps": steps,
        "area": area,
        "forecast": "M" + "L".join(f"{x(day)} {y(left)}" for day, left in ahead) if len(ahead) > 1 else "",
        "today": percent(x(today)),
        "today_middle": WIDE // 5 < x(today) < WIDE * 4 // 5,
        "first_day": short_day(first.isoformat()),
        "last_day": short_day(last.isoformat()),
        "today_day": short_day(today.isoformat()),
        "top": spoken(largest_left, unit, currency),
        "expiring": [
            {
                "x": percent(x(day)),
                "said": tr(
                    "{size} of {purchase} expire on {day}",
                    size=spoken(one["remaining"], unit, currency),
                    purchase=one["purchase"],
                    day=short_day(one["valid_through"]),
                ),
            }
            for one in its["expiring"]
            if first <= (day := date.fromisoformat(one["valid_through"])) <= last
        ],
        "numbers": " ".join(f"{p['date']}={p['remaining']}" for p in its["points"]),
    }


def _cut(points: Sequence[tuple[date, int]], end: date) -> list[tuple[date, int]]:
    """POINTS up to the day END, the last one on the line to the next."""
    kept = [point for point in points if point[0] <= end]
    beyond = next((point for point in points if point[0] > end), None)
    if kept and beyond and kept[-1][0] < end:
        (day, left), (next_day, next_left) = kept[-1], beyond
        part, whole = (end - day).days, (next_day - day).days
        kept.append((end, left + (next_left - left) * part // whole))
    return kept
