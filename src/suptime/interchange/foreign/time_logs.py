"""The CSV files of time trackers, as tables of their columns; and any CSV file, where a person says what holds what."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from suptime.domain.values import any_of
from suptime.interchange.foreign.lengths import read_number
from suptime.interchange.foreign.record import Bad, ForeignUnit, Found, NotSuch, Reading, excerpt
from suptime.interchange.foreign.sheet import Cells, plain, read_sheet
from suptime.interchange.foreign.time_rows import KeyOf, Table, units_of

TOGGL = Table(
    {
        "start_day": "start date",
        "start": "start time",
        "end_day": "end date|stop date",
        "end": "end time|stop time",
        "length": "duration",
        "user": "user|member",
        "email": "email",
        "client": "client",
        "project": "project",
        "task": "task",
        "note": "description",
        "tags": "tags",
        "billable": "billable",
    },
    needed=("start_day", "start", "end_day", "end"),
    unit="hours",
    blanks=("-",),
    runs_without_end=True,
)

CLOCKIFY = Table(
    {
        "start_day": "start date",
        "start": "start time",
        "end_day": "end date",
        "end": "end time",
        "length": "duration (h)|duration (decimal)|duration",
        "user": "user",
        "email": "email",
        "client": "client",
        "project": "project",
        "task": "task|activity|task (or activity)",
        "note": "description",
        "tags": "tags|tag",
        "billable": "billable",
        "type": "type",
        "invoiced": "invoiced",
        "invoice": "invoice id",
    },
    needed=("start_day", "start", "end_day", "end"),
    unit="hours",
)

HARVEST = Table(
    {
        "date": "date|datum",
        "length": "hours|stunden",
        "project": "project|projekt",
        "client": "client|kunde",
        "task": "task|aufgabe",
        "note": "notes|notizen",
        "first_name": "first name|vorname",
        "last_name": "last name|nachname",
        "code": "project code",
        "billable": "billable?|billable",
        "invoiced": "invoiced?|invoiced",
    },
    needed=("date", "length", "project"),
    unit="hours",
)

KIMAI = Table(
    {
        "date": "date|datum",
        "start": "from|begin|von",
        "end": "to|end|bis",
        "length": "duration|dauer",
        "break": "break|pause",
        "user": "user|username|name|benutzer",
        "email": "email",
        "client": "customer|kunde",
        "project": "project|projekt",
        "task": "activity|tätigkeit",
        "note": "description|beschreibung",
        "tags": "tags|tag",
        "billable": "billable",
    },
    needed=("date", "start", "end"),
    unit="hours",
    runs_without_end=True,
)

_KEY = KeyOf()


def _reader(table: Table):  # type: ignore[no-untyped-def]  # noqa: ANN202
    def read(text: str, reading: Reading) -> Found:
        """Yield the work in a report, by line."""
        hints = [table.columns[held] for held in table.needed]
        return units_of(read_sheet(text, hints), table, reading, _KEY)

    return read


read_toggl, read_clockify, read_harvest, read_kimai = map(_reader, (TOGGL, CLOCKIFY, HARVEST, KIMAI))

LENGTHS = {"duration": "", "minutes": "minutes", "seconds": "seconds", "hours": "hours"}
"""What a column of lengths may be called, and the unit that this says."""

HELD = (
    *("start", "end", "date", *LENGTHS, "case", "subject", "note", "agent", "email", "client", "project"),
    *("task", "tags", "billable", "invoiced", "break", "requester"),
    *(
        "priority",
        "opened",
        "responded",
        "resolved",
        "kind",
        "category",
        "cause",
        "consented",
        "escalated",
        "id",
    ),
)
"""What a column may hold."""

CASE_FACTS = (
    *("subject", "priority", "opened", "responded", "resolved", "kind", "category", "cause"),
    *("consented", "escalated", "requester"),
)
"""What a row may say of its case, besides its number and client."""

_HELD_AS = {"agent": "user"}


class _CsvKey(KeyOf):
    def clocked(self, who: str, start: str, end: str, of: Cells) -> tuple[object, ...]:  # noqa: ARG002 - others need it
        return who, start, of.get("end", ""), of.get("length", "")

    def of_day(self, who: str, day: date, unit: ForeignUnit, of: Cells) -> tuple[object, ...]:
        try:
            seconds = int((read_number("", of["length"]) * 3600).to_integral_value("ROUND_HALF_UP"))
        except Bad:
            seconds = unit.seconds
        return who, day, seconds, unit.case, unit.client, unit.project, unit.task, unit.note


def read_csv(text: str, reading: Reading) -> Found:
    """Yield the work in a CSV file, by line: of the columns that were named, else of those called as what they hold."""
    named = {held: plain(name) for held, name in reading.asked.columns.items()}
    for held in named:
        if held not in HELD:
            raise NotSuch(f"--columns says {excerpt(held)}, but a column holds {any_of(HELD)}")
    sheet = read_sheet(text, [*named.values()] or HELD)
    columns = named or {held: held for held in HELD if held in sheet.names}
    lengths = [held for held in LENGTHS if held in columns]
    if len(lengths) > 1:
        raise NotSuch(f"both {lengths[0]} and {lengths[1]} are lengths: name one of them with --columns")
    describes = "case" in columns and bool({*CASE_FACTS} & columns.keys())
    is_work = "start" in columns or (lengths and {"date", "end"} & columns.keys())
    if not is_work and not describes:
        raise NotSuch(
            "neither a start nor a date and a duration is among its columns: name them with --columns"
        )
    table = replace(
        _table(columns, lengths),
        cases="some" if describes else "",
        case_facts=CASE_FACTS,
        works=bool(is_work),
    )
    return units_of(sheet, table, reading, _CsvKey())


def _table(columns: Mapping[str, str], lengths: list[str]) -> Table:
    wanted = {_HELD_AS.get(held, held): name for held, name in columns.items() if held not in LENGTHS}
    unit = ""
    for held in lengths:
        wanted["length"] = columns[held]
        unit = LENGTHS[held]
    return Table(wanted, tuple(wanted), unit)
