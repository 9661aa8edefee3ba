"""Places of work: work with start and end keeps its place, other work moves to free places around it (G15)."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from datetime import datetime, time

from suptime.app.exchange.foreign.row import Against, Row
from suptime.domain.time import NEVER, Instant, Seconds, Zone
from suptime.errors import ExitCode

Taken = tuple[Instant, Instant, str]


class Calendar:
    """When one agent works, in order: each stretch with the words that name it."""

    def __init__(self, taken: Iterable[Taken]) -> None:
        self._taken = sorted(taken)

    def other(self, start: Instant, end: Instant) -> str:
        """Return the words for the work that `start` to `end` would overlap, or an empty text."""
        place = bisect_left(self._taken, (end,)) - 1
        if place >= 0 and self._taken[place][1] > start:
            return self._taken[place][2]
        return ""

    def add(self, start: Instant, end: Instant, what: str) -> None:
        """Have the agent work from `start` to `end`."""
        insort(self._taken, (start, end, what))

    def remove(self, start: Instant, end: Instant) -> None:
        """Have the agent no longer work from `start` to `end`."""
        place = bisect_left(self._taken, (start, end))
        if place < len(self._taken) and self._taken[place][:2] == (start, end):
            del self._taken[place]

    def before(self, end: Instant, seconds: Seconds, first: Instant) -> Instant | None:
        """Return the start of the last free place of `seconds` that ends by `end` and starts at `first` or later."""
        while end - seconds >= first:
            place = bisect_left(self._taken, (end,)) - 1
            if place < 0 or self._taken[place][1] <= end - seconds:
                return end - seconds
            end = min(end, self._taken[place][0])
        return None

    def after(self, start: Instant, seconds: Seconds, last: Instant) -> Instant | None:
        """Return the start of the first free place of `seconds` that starts at `start` or later and ends by `last`."""
        while start + seconds <= last:
            place = bisect_right(self._taken, (start + seconds - 1, NEVER, "")) - 1
            if place < 0 or self._taken[place][1] <= start:
                return start
            start = self._first_end(start)
        return None

    def _first_end(self, start: Instant) -> Instant:
        """Return the end of the first work in the way from `start` on."""
        place = bisect_left(self._taken, (start,))
        if place and self._taken[place - 1][1] > start:
            return self._taken[place - 1][1]
        return self._taken[place][1]


def place(row: Row, calendar: Calendar, zone: Zone, day_start: time, floor: Instant | None = None) -> None:
    """Find a place for `row`, whose file says its end or its day alone; `floor` is its earliest start.

    Raises:
        Against: there is none on that day.
    """
    unit = row.unit
    if unit.end is not None:
        day = zone.day(max(unit.end - 1, 0))
        first, last = zone.midnight(day), _midnight_after(zone, unit.end - 1)
        wanted = unit.end - unit.seconds
        if not calendar.other(wanted, unit.end):
            row.start = wanted
        else:
            found = calendar.before(unit.end, unit.seconds, first if floor is None else max(first, floor))
            if found is None:
                found = calendar.after(unit.end, unit.seconds, last)
            if found is None:
                raise Against("end", _no_place(row, str(day)), ExitCode.NOT_POSSIBLE)
            row.start, row.is_placed = found, True
    else:
        day = unit.day or zone.day(0)
        first, last = zone.midnight(day), _midnight_after(zone, zone.midnight(day))
        nine = zone.readings(datetime.combine(day, day_start))[0]
        found = calendar.after(nine, unit.seconds, last)
        if found is None:
            found = calendar.before(nine, unit.seconds, first)
        if found is None:
            found = calendar.after(first, unit.seconds, last)
        if found is None:
            raise Against("hours", _no_place(row, str(day)), ExitCode.NOT_POSSIBLE)
        row.start = found
    row.end = row.start + unit.seconds


def move(row: Row, calendar: Calendar, zone: Zone) -> bool:
    """Move `row`, which overlaps, to its nearest free place of the same day, whole; return whether there is one."""
    day = zone.day(row.start)
    first, last = zone.midnight(day), _midnight_after(zone, row.start)
    found = [
        start
        for start in (
            calendar.before(row.end, row.seconds, first),
            calendar.after(row.start, row.seconds, last),
        )
        if start is not None
    ]
    if not found:
        return False
    seconds = row.seconds
    row.start = min(found, key=lambda start: (abs(start - row.start), start))
    row.end, row.is_placed = row.start + seconds, True
    return True


def _midnight_after(zone: Zone, instant: Instant) -> Instant:
    from datetime import timedelta

    return zone.midnight(zone.day(instant) + timedelta(days=1))


def _no_place(row: Row, day: str) -> str:
    return f"{row.agent} has no free place of {row.unit.seconds // 60} minutes on {day}."
