"""Clockify: the detailed report as CSV, with commas or semicolons, with clocks of 12 or 24 hours."""

from suptime.interchange.clock_times import read_clock, read_day
from suptime.interchange.clocked import entry_of
from suptime.interchange.csv_rows import Cells, billable, cell, read_rows, tags_in
from suptime.interchange.entries import Asked, Entry, Found

NEEDED = ("start date", "start time", "end date", "end time")


def read(text: str, asked: Asked) -> Found:
    """The entries of a detailed report of Clockify, by line."""

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

    return read_rows(text, NEEDED, entry)
