"""Kimai: an export as CSV. One date for both ends, so that work past midnight ends the next day."""

from suptime.interchange.clock_times import after, read_clock, read_day
from suptime.interchange.clocked import entry_of
from suptime.interchange.csv_rows import Cells, billable, cell, read_rows, tags_in
from suptime.interchange.entries import Asked, Entry, Found

NEEDED = ("date", "from|begin", "to|end")


def read(text: str, asked: Asked) -> Found:
    """The entries of an export of Kimai, by line."""

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

    return read_rows(text, NEEDED, entry)
