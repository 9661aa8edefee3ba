"""Work that a file gives by its day and its length alone: each person's work of a day, one after another."""

from collections.abc import Callable
from datetime import date, timedelta

from suptime.domain.timespan import Instant, Seconds, Zone
from suptime.interchange.clock_times import instant_of
from suptime.interchange.entries import Asked, Bad, ZoneNeeded

Place = Callable[[str, date, Seconds], tuple[Instant, Instant]]
"""From a person, a day and a length to start and end."""


def placing(asked: Asked) -> Place:
    """A way to give each person's work of a day its place: from the start of the day on, in the file's order."""
    free: dict[tuple[str, date], Instant] = {}

    def place(who: str, day: date, seconds: Seconds) -> tuple[Instant, Instant]:
        """Where the next SECONDS of work of WHO on DAY stand.

        Raises:
            ZoneNeeded: nobody said in which zone the day is.
            Bad: they would end after midnight.
        """
        if asked.zone is None:
            raise ZoneNeeded
        begins = free.get((who, day))
        if begins is None:
            begins = instant_of("date", day, (asked.day_start, ""), asked.zone)
        if begins + seconds > _end_of(day, asked.zone):
            raise Bad(
                "hours",
                f"the work of this day would end after midnight: it begins at {asked.day_start:%H:%M} and is "
                "placed one after another. Say an earlier --day-start.",
            )
        free[who, day] = begins + seconds
        return begins, begins + seconds

    return place


def _end_of(day: date, zone: Zone) -> Instant:
    return zone.midnight(day + timedelta(days=1))
