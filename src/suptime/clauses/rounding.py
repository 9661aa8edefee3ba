"""B4: billable time is rounded up to the increment once per day: 5 and 30 minutes are 35, billed as 60."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date

from suptime.clauses.base import Clause
from suptime.clauses.reading import Table
from suptime.domain.case import number_order
from suptime.domain.contract import Version
from suptime.domain.duration import show_duration
from suptime.domain.timespan import MINUTE, Minutes, Month, Seconds

PER = ("unit", "case-day", "day", "case-month", "month")
DIRECTIONS = ("up", "nearest", "down")
PARTIAL = ("drop", "up")


@dataclass(frozen=True, slots=True)
class Rounding:
    """How a group's chargeable time becomes billed minutes. `increment` 0: no increment."""

    increment: Minutes = 0
    per: str = "day"
    direction: str = "up"
    minimum: Minutes = 0
    partial_minute: str = "drop"


UNROUNDED = Rounding()
"""What a contract without `[rounding]` means: worked minutes, once per day."""


@dataclass(frozen=True, slots=True)
class Row:
    """A case and day within a group, with its chargeable seconds."""

    case: str
    day: date
    seconds: Seconds


def group_of(terms: Rounding, unit: int, case: str, day: date) -> Hashable:
    """Which group the time of UNIT on CASE and DAY is rounded with (rating.md, 2).

    >>> group_of(Rounding(per="case-month"), 7, "CASE-1", date(2026, 10, 5))
    ('CASE-1', '2026-10')
    """
    month = str(Month.of(day))
    return {
        "unit": (unit, day),
        "case-day": (case, day),
        "day": (day,),
        "case-month": (case, month),
        "month": (month,),
    }[terms.per]


def whole_minutes(seconds: Seconds, partial: str) -> Minutes:
    """The minutes of a group: seconds short of a minute are dropped, or a started minute counts.

    >>> whole_minutes(119, "drop"), whole_minutes(61, "up")
    (1, 2)
    """
    return -(-seconds // MINUTE) if partial == "up" else seconds // MINUTE


def billed_minutes(terms: Rounding, seconds: Seconds) -> Minutes:
    """The minutes that a group of SECONDS chargeable seconds is billed as; nothing for nothing.

    First whole minutes, then the increment (`nearest`: halves up), then the minimum.

    >>> [billed_minutes(Rounding(increment=30), s * 60) for s in (0, 2, 30, 31, 35)]
    [0, 30, 30, 60, 60]
    """
    if seconds <= 0:
        return 0
    minutes = whole_minutes(seconds, terms.partial_minute)
    if step := terms.increment:
        if terms.direction == "up":
            minutes = -(-minutes // step) * step
        elif terms.direction == "down":
            minutes = minutes // step * step
        else:
            minutes = (2 * minutes + step) // (2 * step) * step
    return max(minutes, terms.minimum)


def share_out(minutes: Minutes, rows: Sequence[Row]) -> dict[Row, Minutes]:
    """MINUTES of a group shared among its ROWS by largest remainder, in proportion to their seconds.

    Ties go to the lower case number, as numbers, then by name, then to the earlier day. The
    shares add up to MINUTES wherever a row has any seconds.

    >>> day = date(2026, 10, 5)
    >>> list(share_out(60, [Row("CASE-1", day, 300), Row("CASE-2", day, 1800)]).values())
    [9, 51]
    """
    total = sum(row.seconds for row in rows)
    if not total:
        return dict.fromkeys(rows, 0)
    shares = {row: minutes * row.seconds // total for row in rows}
    left = minutes - sum(shares.values())
    by_remainder = sorted(rows, key=lambda r: (-(minutes * r.seconds % total), number_order(r.case), r.day))
    for row in by_remainder[:left]:
        shares[row] += 1
    return shares


def read(table: Table) -> Rounding:
    """The terms of `[rounding]`."""
    return Rounding(
        increment=table.duration("increment", 0, whole_minutes=True) // MINUTE,
        per=table.choice("per", PER, "day"),
        direction=table.choice("direction", DIRECTIONS, "up"),
        minimum=table.duration("minimum", 0, whole_minutes=True) // MINUTE,
        partial_minute=table.choice("partial_minute", PARTIAL, "drop"),
    )


_GROUPS = {
    "unit": "each work unit, day by day",
    "case-day": "each case and day",
    "day": "each day, across all cases and agents",
    "case-month": "each case and month",
    "month": "each month, across all cases and agents",
}


def rule_in_words(terms: Rounding) -> str:
    """How a group is rounded, as part of a sentence."""
    if not terms.increment:
        return "counted in whole minutes"
    way = {"up": "rounded up to", "nearest": "rounded to the nearest", "down": "rounded down to"}[
        terms.direction
    ]
    return f"{way} {terms.increment}-minute steps"


def sentences(terms: Rounding, version: Version) -> list[str]:  # noqa: ARG001
    """How time is counted, in the client's words."""
    said = [f"Billable time is added up for {_GROUPS[terms.per]}, then {rule_in_words(terms)}."]
    if terms.partial_minute == "up":
        said.append("A started minute counts as a whole one.")
    if terms.minimum:
        said.append(
            f"The least charge where there is any billable time is {show_duration(terms.minimum * MINUTE)}."
        )
    return said


CLAUSE = Clause("rounding", Rounding, read, sentences, ("B4",))
