"""Any CSV file, where a person says which column holds what."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

from suptime.domain.values import any_of
from suptime.interchange.time_logs.clock_times import (
    Clock,
    after,
    disagreement,
    ends,
    instant_of,
    placing,
    read_clock,
    read_day,
    read_length,
)
from suptime.interchange.time_logs.csv_rows import Cells, billable, cell, head, plain, read_rows, tags_in
from suptime.interchange.time_logs.entry import Bad, Entry, Found, NotSuch, ReadOptions, excerpt, key_of

HELD = (
    "start", "end", "date", "duration", "case", "note", "agent", "email", "client", "project", "task", "tags",
    "billable", "id",
)  # fmt: skip

"""What a column may hold."""

_BOTH = re.compile(r"([0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4})(?:T|\s+)(\S.*)")


def read_csv(text: str, asked: ReadOptions) -> Found:
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


def _columns(text: str, asked: ReadOptions) -> dict[str, str]:
    """Return which column holds what, by what it holds.

    Raises:
        NotSuch: one holds what no column can, or there is no telling when the work was.
    """
    for held in asked.columns:
        if held not in HELD:
            raise NotSuch(f"--columns says {excerpt(held)}, but a column holds {any_of(HELD)}")
    columns = {held: plain(name) for held, name in asked.columns.items()}
    if not columns:
        names = head(text, HELD).names
        columns = {held: held for held in HELD if held in names}
    if "start" not in columns and not {"date", "duration"} <= columns.keys():
        raise NotSuch(
            "neither a start nor a date and a duration is among its columns: name them with --columns"
        )
    return columns


def _clocked(entry: Entry, of: Cells, who: str, asked: ReadOptions) -> tuple[Entry, str]:
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
    key: str, text: str, day: str, asked: ReadOptions, since: tuple[date, Clock] | None = None, said: str = ""
) -> tuple[date, Clock]:
    """Return the day and the clock time of `text`; its day may be `day`, or follow from the start, `since`."""
    if found := _BOTH.fullmatch(text):
        return read_day(key, found[1], day_first=asked.day_first), read_clock(key, found[2])
    clock = read_clock(key, text)
    if since is not None:
        return after(since[0], since[1], clock, said), clock
    if not day:
        raise Bad(key, f"expected a day and a time such as 2026-10-05 09:00, found {excerpt(text)}.")
    return read_day("date", day, day_first=asked.day_first), clock


def entry_of(
    line: int,
    asked: ReadOptions,
    start: tuple[date, Clock],
    end: tuple[date, Clock] | None,
    said: str,
    *,
    by_minute: bool = False,
    **its: Any,
) -> Entry:
    """Return the entry of a row from `start` to `end` (None: it runs), each a day and what the clock showed.

    `said` is how long it took, as the file says; `its` are the other values of the entry. The person
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


_CLOCKIFY_COLUMNS = ("start date", "start time", "end date", "end time")


def read_clockify(text: str, asked: ReadOptions) -> Found:
    """Return the entries of a detailed report of Clockify, by line."""

    def entry(line: int, cells: Cells) -> Entry:
        start = (
            read_day("start date", cells["start date"], day_first=asked.day_first),
            read_clock("start time", cells["start time"]),
        )
        end = None
        if cells["end time"]:
            end = (
                read_day("end date", cells["end date"], day_first=asked.day_first),
                read_clock("end time", cells["end time"]),
            )
        return entry_of(
            line,
            asked,
            start,
            end,
            cell(cells, "duration (h)", "duration (decimal)", "duration"),
            by_minute=any(cells[name].count(":") == 1 for name in ("start time", "end time")),
            user=cell(cells, "user"),
            email=cell(cells, "email"),
            client=cell(cells, "client"),
            project=cell(cells, "project"),
            task=cell(cells, "task", "activity", "task (or activity)"),
            note=cell(cells, "description"),
            tags=tags_in(cell(cells, "tags", "tag")),
            billable=billable(cell(cells, "billable")),
        )

    return read_rows(text, _CLOCKIFY_COLUMNS, entry)


_HARVEST_COLUMNS = ("date", "hours", "project")


def read_harvest(text: str, asked: ReadOptions) -> Found:
    """Return the entries of a detailed time report of Harvest, by line."""
    place = placing(asked)

    def entry(line: int, cells: Cells) -> Entry:
        day = read_day("date", cells["date"], day_first=asked.day_first)
        seconds = read_length("hours", cells["hours"])[0]
        if seconds == 0 and "-" in cells["hours"]:
            raise Bad("hours", "work takes time.")
        user = f"{cell(cells, 'first name')} {cell(cells, 'last name')}".strip()
        client, project, task, note = (cell(cells, n) for n in ("client", "project", "task", "notes"))
        code = cell(cells, "project code")
        key = key_of(user.casefold(), day, client, project, task, note, seconds)
        start, end = place(user.casefold(), day, seconds)
        return Entry(
            line,
            key,
            start,
            end,
            user=user,
            client=client,
            project=project,
            task=task,
            note=note,
            tags=(code,) if code else (),
            billable=billable(cell(cells, "billable?", "billable")),
        )

    return read_rows(text, _HARVEST_COLUMNS, entry)


_KIMAI_COLUMNS = ("date", "from|begin", "to|end")


def read_kimai(text: str, asked: ReadOptions) -> Found:
    """Return the entries of an export of Kimai, by line."""

    def entry(line: int, cells: Cells) -> Entry:
        day = read_day("date", cells["date"], day_first=asked.day_first)
        start_text, end_text = cell(cells, "from", "begin"), cell(cells, "to", "end")
        start = read_clock("from", start_text)
        said = cell(cells, "duration")
        end = None
        if end_text:
            clock = read_clock("to", end_text)
            end = after(day, start, clock, said), clock
        return entry_of(
            line,
            asked,
            (day, start),
            end,
            said,
            by_minute=start_text.count(":") == 1,
            user=cell(cells, "user", "username", "name"),
            email=cell(cells, "email"),
            client=cell(cells, "customer"),
            project=cell(cells, "project"),
            task=cell(cells, "activity"),
            note=cell(cells, "description"),
            tags=tags_in(cell(cells, "tags", "tag")),
            billable=billable(cell(cells, "billable")),
        )

    return read_rows(text, _KIMAI_COLUMNS, entry)


_TOGGL_COLUMNS = ("start date", "start time", "end date|stop date", "end time|stop time")


def read_toggl(text: str, asked: ReadOptions) -> Found:
    """Return the entries of a detailed report of Toggl Track, by line."""

    def entry(line: int, cells: Cells) -> Entry:
        start = (
            read_day("start date", cells["start date"], day_first=asked.day_first),
            read_clock("start time", cells["start time"]),
        )
        end_day, end_time = cell(cells, "end date", "stop date"), cell(cells, "end time", "stop time")
        end = None
        if end_time:
            end = (
                read_day("end date", end_day, day_first=asked.day_first),
                read_clock("end time", end_time),
            )
        return entry_of(
            line,
            asked,
            start,
            end,
            cell(cells, "duration"),
            user=cell(cells, "user", "member"),
            email=cell(cells, "email"),
            client=cell(cells, "client"),
            project=cell(cells, "project"),
            task=cell(cells, "task"),
            note=cell(cells, "description"),
            tags=tags_in(cell(cells, "tags")),
            billable=billable(cell(cells, "billable")),
        )

    return read_rows(text, _TOGGL_COLUMNS, entry)
