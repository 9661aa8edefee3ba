"""Zammad: the sheet of time accounting by activity, and the tickets and time rows of its API."""

from typing import Any, NamedTuple

from suptime.domain.reading import Fault
from suptime.interchange.foreign.case_rows import RESOLVED, resolution
from suptime.interchange.foreign.documents import (
    Document,
    items_of,
    moment_of,
    needed_moment,
    read_document,
    text_of,
)
from suptime.interchange.foreign.freshdesk import with_fields
from suptime.interchange.foreign.lengths import read_length
from suptime.interchange.foreign.record import END, Bad, ForeignCase, ForeignUnit, Found, NotSuch, Reading
from suptime.interchange.foreign.sheet import read_sheet
from suptime.interchange.foreign.time_rows import KeyOf, Table, units_of

ACTIVITY = Table(
    {
        "case": "ticket#",
        "subject": "title",
        "client": "organization",
        "user": "agent - name|agent",
        "user_id": "agent - login",
        "length": "time units",
        "end": "created at",
    },
    needed=("case", "length", "end"),
    cases="all",
)


def read(text: str, reading: Reading) -> Found:
    """Yield the work in a sheet of activities; gather the objects of its API for `finish`."""
    if not text.lstrip().startswith(("[", "{")):
        table = with_fields(ACTIVITY, reading.asked.fields)
        yield from units_of(
            read_sheet(text, [ACTIVITY.columns["case"], "time units"]), table, reading, KeyOf()
        )
        return
    data = read_document(text)
    if isinstance(data, dict):
        data = data.get("tickets", data.get("time_accountings"))
        if data is None:
            raise NotSuch("an array of tickets or of time rows was expected")
    for place, item in items_of("tickets", data):
        is_time = "time_unit" in item
        if not is_time and "number" not in item:
            raise NotSuch(f"item {place} has neither number nor time_unit: it is no ticket and no time row")
        reading.shape = "times" if is_time else "tickets"
        reading.gathered.append(_Item(is_time, place, reading, item))


class _Item(NamedTuple):
    """One object of a file, with its place."""

    is_time: bool
    line: int
    reading: Reading
    value: Document


def finish(gathered: list[Any]) -> Found:
    """Yield the tickets and the time rows of all files."""
    for item in sorted(gathered, key=lambda one: one.is_time):
        try:
            found = _time(item) if item.is_time else _ticket(item)
        except Bad as bad:
            yield Fault(item.line, bad.key, bad.expected)
            continue
        found.file = item.reading.file
        yield found


def _name(item: Document, key: str) -> str:
    value = item.get(key)
    return text_of(value, "name") if isinstance(value, dict) else text_of(item, key)


def _ticket(item: _Item) -> ForeignCase:
    ticket, reading = item.value, item.reading
    customer = _name(ticket, "customer")
    case = ForeignCase(
        item.line,
        text_of(ticket, "number"),
        text_of(ticket, "id"),
        client=_name(ticket, "organization"),
        client_id=text_of(ticket, "organization_id") if not _name(ticket, "organization") else "",
        requester=customer if "@" in customer else "",
        updated=moment_of(ticket, "updated_at", reading),
    )
    case.values = {
        "subject": text_of(ticket, "title") or None,
        "priority": _name(ticket, "priority") or None,
        "contact": case.requester or None,
        "opened": moment_of(ticket, "created_at", reading),
        "responded": moment_of(ticket, "first_response_at", reading),
    }
    if "create_article_type" in ticket:
        case.values["channel"] = _name(ticket, "create_article_type") or None
    named = reading.asked.fields
    for held in ("category", "cause", "kind"):
        if held in named:
            case.values[held] = text_of(ticket, named[held]) or None
    for held in ("consented", "escalated"):
        if held in named:
            case.values[held] = moment_of(ticket, named[held], reading)
    closed = moment_of(ticket, "close_at", reading)
    state = _name(ticket, "state").casefold()
    resolution(case, is_over=state in RESOLVED if state else closed is not None, instants=(closed,))
    return case


def _time(item: _Item) -> ForeignUnit:
    row, reading = item.value, item.reading
    length = read_length("time_unit", text_of(row, "time_unit"), "", reading)
    user = row.get("created_by")
    return ForeignUnit(
        item.line,
        END,
        end=needed_moment(row, "created_at", reading),
        seconds=length.seconds,
        id=text_of(row, "id"),
        user=text_of(row, "created_by") if isinstance(user, str) else "",
        user_id=text_of(row, "created_by_id"),
        case_id=text_of(row, "ticket_id"),
        marks=("negative",) if length.seconds < 0 else () if length.seconds else ("empty",),
    )
