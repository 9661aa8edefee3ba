"""Conditions under which a rate holds: who works, on what, and when (T13)."""

from collections.abc import Iterator
from dataclasses import dataclass

from suptime.contracts.clauses.sla import read_holidays, read_hours, when_there
from suptime.domain.case import CaseFacts
from suptime.domain.outcome import Piece
from suptime.domain.reading import Table
from suptime.domain.service_hours import ServiceHours, is_holiday
from suptime.domain.time import Instant, Span

WORDS = {
    "roles": "role",
    "agents": "agent",
    "work_types": "work type",
    "channels": "channel",
    "categories": "category",
    "kinds": "kind",
    "priorities": "priority",
}
"""Keys of conditions on words, each with its name for the client."""

_OF_CASE = ("categories", "kinds", "priorities")


@dataclass(frozen=True, slots=True)
class Conditions:
    """All stated conditions must hold, each by any of its values.

    `words` are the values by key. `hours`, except `holidays`, are the calendar; `outside` is True if the time outside it
    is meant. `on_holidays` are the holidays of a country or a part of it.
    """

    words: tuple[tuple[str, tuple[str, ...]], ...] = ()
    hours: ServiceHours | None = None
    holidays: str | None = None
    outside: bool = False
    on_holidays: str | None = None

    @property
    def are_stated(self) -> bool:
        """Whether there is any condition."""
        return bool(self.words) or self.is_timed

    @property
    def is_timed(self) -> bool:
        """Whether there is a condition of time."""
        return self.hours is not None or self.on_holidays is not None

    def edges(self, piece: Piece) -> Iterator[Instant]:
        """Yield the instants at which the calendar opens or closes around `piece`."""
        for span in self._windows(piece):
            yield from (span.start, span.end)

    def hold(self, piece: Piece, facts: CaseFacts) -> bool:
        """Return whether all conditions hold for `piece`, which lies on one side of every edge."""
        found = {
            "roles": facts.role_of(piece.unit, piece.day),
            "agents": piece.unit.agent,
            "work_types": piece.unit.work_type,
            "channels": piece.unit.channel,
            "categories": facts.case.category,
            "kinds": facts.case.kind,
            "priorities": facts.case.priority,
        }
        if not all(found[key] in values for key, values in self.words):
            return False
        return not self.is_timed or self._holds_in_time(piece)

    def _holds_in_time(self, piece: Piece) -> bool:
        if self.on_holidays is not None and not is_holiday(self.on_holidays, piece.day):
            return False
        if self.hours is None:
            return True
        inside = any(span.start <= piece.span.start < span.end for span in self._windows(piece))
        return inside is not self.outside

    def _windows(self, piece: Piece) -> list[Span]:
        if self.hours is None:
            return []
        return self.hours.covering(piece.day, piece.version.zone, lambda day: is_holiday(self.holidays, day))

    def in_words(self) -> str:
        """Return the conditions in words for the client: "role senior, Sat, Sun"."""
        parts = [f"{WORDS[key]} {' or '.join(values)}" for key, values in self.words]
        if self.hours is not None:
            there = when_there(self.hours, self.holidays).replace("from 00:00 to 24:00, ", "")
            parts.append(f"outside of {there}" if self.outside else there)
        if self.on_holidays is not None:
            parts.append(f"on holidays of {self.on_holidays}")
        return ", ".join(parts)


def read_conditions(table: Table) -> Conditions:
    """Return the conditions of `table`."""
    words = tuple((key, values) for key in WORDS if (values := table.texts(key)) is not None)
    is_timed = any(key in table.values for key in ("hours", "days", "holidays"))
    hours, holidays = read_hours(table), read_holidays(table)
    outside = table.flag("outside", False)
    if outside and not is_timed:
        table.fault("outside", "needs a calendar: hours, days or holidays.")
    on_holidays = read_holidays(table, "on_holidays")
    return Conditions(words, hours if is_timed else None, holidays, outside, on_holidays)
