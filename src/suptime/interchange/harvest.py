"""Harvest: the detailed time report as CSV. It has no clock times: days and hours alone."""

from suptime.interchange.clock_times import read_day, read_length
from suptime.interchange.csv_rows import Cells, billable, cell, read_rows
from suptime.interchange.entries import Asked, Bad, Entry, Found, key_of
from suptime.interchange.placed import placing

NEEDED = ("date", "hours", "project")


def read(text: str, asked: Asked) -> Found:
    """The entries of a detailed time report of Harvest, by line."""
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

    return read_rows(text, NEEDED, entry)
