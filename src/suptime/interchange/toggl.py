"""Toggl Track: the detailed report as CSV. Its clocks are those of the person's profile; it says no zone."""

from suptime.interchange.clock_times import read_clock, read_day
from suptime.interchange.clocked import entry_of
from suptime.interchange.csv_rows import Cells, billable, cell, read_rows, tags_in
from suptime.interchange.entries import Asked, Entry, Found

NEEDED = ("start date", "start time", "end date|stop date", "end time|stop time")


def read(text: str, asked: Asked) -> Found:
    """The entries of a detailed report of Toggl Track, by line."""

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

    return read_rows(text, NEEDED, entry)
