"""Redmine: the CSV exports of time entries and of issues."""

import re

from suptime.interchange.foreign.freshdesk import with_fields
from suptime.interchange.foreign.record import ForeignCase, ForeignUnit, Found, Reading
from suptime.interchange.foreign.sheet import read_sheet
from suptime.interchange.foreign.time_rows import KeyOf, Table, units_of

ENTRIES = Table(
    {
        "project": "project|projekt",
        "date": "date|datum",
        "user": "user|mitarbeiter|benutzer",
        "task": "activity|aktivität",
        "case": "issue|ticket",
        "note": "comment|kommentar",
        "length": "hours|stunden",
    },
    needed=("date", "length", "case"),
    unit="hours",
)

ISSUES = Table(
    {
        "case": "#",
        "project": "project|projekt",
        "status": "status",
        "priority": "priority|priorität",
        "subject": "subject|thema",
        "opened": "created|angelegt",
        "resolved": "closed|geschlossen",
        "updated": "updated|aktualisiert",
        "kind": "tracker",
    },
    needed=("case", "subject"),
    cases="all",
    works=False,
)

_ISSUE = re.compile(r"(?:[^#]*)#([0-9]{1,12})(?:: *(.*))?", re.ASCII)


def read(text: str, reading: Reading) -> Found:
    """Yield the time entries or the issues in a file of Redmine."""
    sheet = read_sheet(text, [*ENTRIES.columns.values()])
    if "#" in sheet.names and not {"hours", "stunden"} & {*sheet.names}:
        reading.shape = "issues"
        yield from units_of(sheet, with_fields(ISSUES, reading.asked.fields), reading, KeyOf())
        return
    for found in units_of(sheet, ENTRIES, reading, KeyOf()):
        if not isinstance(found, ForeignUnit):
            yield found
            continue
        named = _ISSUE.fullmatch(found.case)
        if named is not None:
            found.case, found.subject = named[1], named[2] or ""
            values = {"subject": found.subject} if found.subject else {}
            yield ForeignCase(found.line, found.case, project=found.project, values=values)
        yield found
