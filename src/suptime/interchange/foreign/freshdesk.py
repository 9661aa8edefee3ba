"""Freshdesk: the export of tickets, and the time entries of its API."""

from collections.abc import Mapping

from suptime.interchange.foreign.documents import (
    Document,
    items_of,
    needed_moment,
    read_document,
    text_of,
)
from suptime.interchange.foreign.lengths import read_length
from suptime.interchange.foreign.record import END, Bad, ForeignUnit, Found, Reading
from suptime.interchange.foreign.sheet import read_sheet
from suptime.interchange.foreign.time_rows import KeyOf, Table, units_of

TICKETS = Table(
    {
        "case": "ticket id",
        "subject": "subject",
        "status": "status",
        "priority": "priority",
        "channel": "source",
        "kind": "type",
        "opened": "created time",
        "resolved": "resolved time",
        "closed": "closed time",
        "updated": "last update time|last updated time",
        "responded": "initial response time",
        "tracked": "time tracked",
        "requester": "email|requester email",
        "client": "company name|company",
    },
    needed=("case",),
    cases="all",
    works=False,
)


def read(text: str, reading: Reading) -> Found:
    """Yield the tickets or the time entries in a file of Freshdesk."""
    if text.lstrip().startswith(("[", "{")):
        yield from _entries(text, reading)
        return
    reading.shape = "tickets"
    table = with_fields(TICKETS, reading.asked.fields)
    yield from units_of(read_sheet(text, [TICKETS.columns["case"]]), table, reading, KeyOf())


def with_fields(table: Table, fields: Mapping[str, str]) -> Table:
    """Return `table` with the columns that a person named with `--field`."""
    from dataclasses import replace

    from suptime.interchange.foreign.sheet import plain

    held = {
        "responded" if name == "first-response" else name: plain(column) for name, column in fields.items()
    }
    return replace(table, columns={**table.columns, **held})


def _entries(text: str, reading: Reading) -> Found:
    reading.shape = "times"
    for place, item in items_of("time entries", read_document(text)):
        try:
            yield _entry(place, item, reading)
        except Bad as bad:
            yield bad.fault(place)


def _entry(place: int, item: Document, reading: Reading) -> ForeignUnit:
    number = text_of(item, "ticket_id")
    if not number:
        raise Bad("ticket_id", "is missing.")
    spent = read_length("time_spent", text_of(item, "time_spent"), "hours", reading)
    unit = ForeignUnit(
        place,
        END,
        end=needed_moment(item, "executed_at", reading),
        seconds=spent.seconds,
        id=text_of(item, "id"),
        user_id=text_of(item, "agent_id"),
        note=text_of(item, "note"),
        case=number,
        billable=None if item.get("billable") is None else item["billable"] is not False,
    )
    marks = {
        "running": item.get("timer_running") is True,
        "empty": not unit.seconds and item.get("timer_running") is not True,
        "not-billable": unit.billable is False,
    }
    unit.marks = tuple(mark for mark, holds in marks.items() if holds)
    return unit
