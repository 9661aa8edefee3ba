"""Any CSV file, where a person says which column holds what."""

import re
from dataclasses import replace
from datetime import date

from suptime.clauses.reading import any_of
from suptime.interchange.clock_times import (
    Clock,
    after,
    disagreement,
    ends,
    instant_of,
    read_clock,
    read_day,
    read_length,
)
from suptime.interchange.csv_rows import Cells, billable, cell, head, plain, read_rows, tags_in
from suptime.interchange.entries import Asked, Bad, Entry, Found, NotSuch, key_of, shown
from suptime.interchange.placed import placing

HELD = (
    "start", "end", "date", "duration", "case", "note", "agent", "email", "client", "project", "task", "tags",
    "billable", "id",
)  # fmt: skip
"""What a column may hold."""

_BOTH = re.compile(r"([0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4})(?:T|\s+)(\S.*)")


def read(text: str, asked: Asked) -> Found:
    """The entries of a CSV file, by line: of the columns that were named, else of those called as what they hold."""
    columns = _columns(text, asked)
    place = placing(asked)

    def entry(line: int, cells: Cells) -> Entry:
        of = {held: cell(cells, columns[held]) if held in columns else "" for held in HELD}
        plainly = Entry(
            line,
            "",
            0,
            None,
            user=of["agent"],
            email=of["email"],
            client=of["client"],
            project=of["project"],
            task=of["task"],
            note=of["note"],
            tags=tags_in(of["tags"]),
            case=of["case"],
            billable=billable(of["billable"]),
        )
        who = (of["email"] or of["agent"]).casefold()
        if "start" in columns:
            made, key = _clocked(plainly, of, who, asked)
        else:
            day = read_day("date", of["date"], day_first=asked.day_first)
            seconds = read_length("duration", of["duration"])[0]
            start, end = place(who, day, seconds)
            made = replace(plainly, start=start, end=end)
            key = key_of(who, day, seconds, of["case"], of["client"], of["project"], of["task"], of["note"])
        return replace(made, key=key_of("id", of["id"]) if of["id"] else key)

    return read_rows(text, list(columns.values()), entry)


def _columns(text: str, asked: Asked) -> dict[str, str]:
    """Which column holds what, by what it holds.

    Raises:
        NotSuch: one holds what no column can, or there is no telling when the work was.
    """
    for held in asked.columns:
        if held not in HELD:
            raise NotSuch(f"--columns says {shown(held)}, but a column holds {any_of(HELD)}")
    columns = {held: plain(name) for held, name in asked.columns.items()}
    if not columns:
        names = head(text, HELD).names
        columns = {held: held for held in HELD if held in names}
    if "start" not in columns and not {"date", "duration"} <= columns.keys():
        raise NotSuch(
            "neither a start nor a date and a duration is among its columns: name them with --columns"
        )
    return columns


def _clocked(entry: Entry, of: Cells, who: str, asked: Asked) -> tuple[Entry, str]:
    """ENTRY with its start and end, and what tells it from others."""
    day, clock = _moment("start", of["start"], of["date"], asked)
    start = instant_of("start", day, clock, asked.zone)
    key = key_of(who, f"{day}T{clock[0]}{clock[1]}", of["end"], of["duration"])
    if of["end"]:
        its_day, its_clock = _moment("end", of["end"], "", asked, (day, clock), of["duration"])
        end = instant_of("end", its_day, its_clock, asked.zone)
        ends(start, end)
        return replace(entry, start=start, end=end, remark=disagreement(of["duration"], start, end)), key
    if of["duration"]:
        return replace(entry, start=start, end=start + read_length("duration", of["duration"])[0]), key
    return replace(entry, start=start), key


def _moment(
    key: str, text: str, day: str, asked: Asked, since: tuple[date, Clock] | None = None, said: str = ""
) -> tuple[date, Clock]:
    """The day and the clock time of TEXT; its day may be DAY, or follow from the start, SINCE."""
    if found := _BOTH.fullmatch(text):
        return read_day(key, found[1], day_first=asked.day_first), read_clock(key, found[2])
    clock = read_clock(key, text)
    if since is not None:
        return after(since[0], since[1], clock, said), clock
    if not day:
        raise Bad(key, f"expected a day and a time such as 2026-10-05 09:00, found {shown(text)}.")
    return read_day("date", day, day_first=asked.day_first), clock
