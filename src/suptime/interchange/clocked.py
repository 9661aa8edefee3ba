"""What the time logs with clock times but no zone share: from the cells of a row to an entry."""

from datetime import date
from typing import Any

from suptime.interchange.clock_times import Clock, disagreement, ends, instant_of
from suptime.interchange.entries import Asked, Entry, key_of


def entry_of(
    line: int,
    asked: Asked,
    start: tuple[date, Clock],
    end: tuple[date, Clock] | None,
    said: str,
    *,
    by_minute: bool = False,
    **its: Any,
) -> Entry:
    """The entry of a row from START to END (None: it runs), each a day and what the clock showed.

    SAID is how long it took, as the file says; ITS are the other values of the entry. The person
    and what the clocks showed tell it from all others: one person's work does not overlap.

    Raises:
        ZoneNeeded: the times are local, and nobody said where.
        Bad: a clock change makes one unclear, or it ends before it starts.
    """
    began = instant_of("start", *start, asked.zone)
    ended = None if end is None else instant_of("end", *end, asked.zone)
    remark = ""
    if ended is not None:
        ends(began, ended)
        remark = disagreement(said, began, ended, by_minute=by_minute)
    who = its.get("email") or its.get("user", "")
    shown = (f"{day}T{clock[0]}{clock[1]}" for day, clock in (start, *([end] if end else [])))
    return Entry(line, key_of(who.casefold(), *shown), began, ended, remark=remark, **its)
