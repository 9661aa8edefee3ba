"""Geometry of charts: from the numbers of a block to whole parts of ten thousand, the same for every picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from suptime.language.figures import short_day
from suptime.render.blocks import Bar, Curve, Point

WIDE, HIGH = 10_000, 1_000
"""The size of a curve in its own units."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Part of a bar: the place of its name in the legend, where it begins and how wide it is, and its number."""

    place: int
    x: str
    width: str
    number: int


def segments(bar: Bar) -> list[list[Segment]]:
    """Return each track of `bar` as its parts."""
    tracks = []
    for track in bar.tracks:
        before, parts = 0, []
        for place, number in enumerate(track):
            if number > 0 and bar.most > 0:
                start, end = (min(n, bar.most) * WIDE // bar.most for n in (before, before + number))
                parts.append(Segment(place, percent(start), percent(end - start), number))
                before += number
        tracks.append(parts)
    return tracks


def percent(parts: int) -> str:
    """Return `parts` of ten thousand as a percentage.

    >>> percent(1234), percent(5)
    ('12.34%', '0.05%')
    """
    return f"{parts // 100}.{parts % 100:02}%"


def largest(tracks: Sequence[Sequence[Sequence[int]]]) -> int:
    """Return the length of the longest bar of `tracks`, each of some rows' bars."""
    return max((sum(n for n in track if n > 0) for its in tracks for track in its), default=0)


@dataclass(frozen=True, slots=True)
class Paths:
    """A curve as paths in a frame of `WIDE` by `HIGH`, with the texts and places around it."""

    steps: str
    area: str
    forecast: str
    today: str
    is_today_central: bool
    first_day: str
    last_day: str
    today_day: str
    top: str
    events: Sequence[tuple[str, str]]
    numbers: str


def paths(curve: Curve) -> Paths:
    """Return `curve` as paths; what is to come takes no more room than what was, and at least 30 days."""
    past = curve.past
    first, today = past[0].day, past[-1].day
    ahead = _cut(
        [(point.day, point.number) for point in curve.forecast],
        today + timedelta(days=max((today - first).days, 30)),
    )
    last = max(today, ahead[-1][0] if ahead else today)
    days, top = max((last - first).days, 1), max(1, *(point.number for point in past))

    def x(day: date) -> int:
        return (day - first).days * WIDE // days

    def y(number: int) -> int:
        return HIGH - number * HIGH // top

    steps = f"M{x(first)} {y(past[0].number)}" + "".join(f"H{x(p.day)}V{y(p.number)}" for p in past[1:])
    return Paths(
        steps=steps,
        area=f"{steps}V{HIGH}H0Z",
        forecast="M" + "L".join(f"{x(day)} {y(left)}" for day, left in ahead) if len(ahead) > 1 else "",
        today=percent(x(today)),
        is_today_central=WIDE // 5 < x(today) < WIDE * 4 // 5,
        first_day=short_day(first.isoformat()),
        last_day=short_day(last.isoformat()),
        today_day=short_day(today.isoformat()),
        top=_highest(past).text,
        events=[(percent(x(day)), text) for day, text in curve.events if first <= day <= last],
        numbers=" ".join(f"{point.day}={point.number}" for point in past),
    )


def _highest(points: Sequence[Point]) -> Point:
    return max(points, key=lambda point: point.number)


def _cut(points: Sequence[tuple[date, int]], end: date) -> list[tuple[date, int]]:
    """Return `points` up to the day `end`, the last one on the line to the next."""
    kept = [point for point in points if point[0] <= end]
    beyond = next((point for point in points if point[0] > end), None)
    if kept and beyond and kept[-1][0] < end:
        (day, left), (next_day, next_left) = kept[-1], beyond
        part, whole = (end - day).days, (next_day - day).days
        kept.append((end, left + (next_left - left) * part // whole))
    return kept
