"""Jira: issues with their work logs, as its REST API and its CSV export write them; and Tempo's work logs."""

from dataclasses import replace
from typing import Any

from suptime.domain.reading import Fault
from suptime.interchange.foreign.case_rows import resolution
from suptime.interchange.foreign.clock_times import read_clock, read_day, readings_of, unclear
from suptime.interchange.foreign.documents import (
    Document,
    items_of,
    list_of,
    moment_of,
    needed_moment,
    object_of,
    read_document,
    seconds_of,
    text_of,
)
from suptime.interchange.foreign.freshdesk import with_fields
from suptime.interchange.foreign.record import (
    EXACT,
    Bad,
    ForeignCase,
    ForeignUnit,
    Found,
    NotSuch,
    Reading,
    single_line,
)
from suptime.interchange.foreign.sheet import read_sheet
from suptime.interchange.foreign.time_rows import KeyOf, Table, units_of

ISSUES = Table(
    {
        "case": "issue key",
        "case_id": "issue id",
        "subject": "summary",
        "priority": "priority",
        "status": "status category",
        "requester": "reporter email|reporter",
        "opened": "created",
        "resolved": "resolved",
        "updated": "updated",
        "project": "project key",
    },
    needed=("case",),
    cases="all",
    works=False,
)

TEMPO = Table(
    {
        "case": "issue key",
        "subject": "issue summary",
        "length": "hours",
        "date": "work date",
        "user": "full name",
        "email": "username",
        "client": "account customer",
        "project": "project key",
        "note": "work description",
        "billed": "billed hours",
    },
    needed=("case", "length", "date"),
    unit="hours",
    cases="all",
)

FIRST_RESPONSE = "Time to first response"
"""Name of the service-desk cycle that ends with the first response."""


def read_jira(text: str, reading: Reading) -> Found:
    """Yield the issues and work logs in a file of Jira."""
    if not text.lstrip().startswith(("[", "{")):
        reading.shape = "issues"
        table = with_fields(ISSUES, reading.asked.fields)
        yield from units_of(read_sheet(text, [ISSUES.columns["case"]]), table, reading, KeyOf())
        return
    data = read_document(text)
    if isinstance(data, dict) and "worklogs" in data:
        if not reading.asked.case:
            raise NotSuch("it holds the work logs of one issue: name the issue with --case KEY")
        reading.shape = "worklogs"
        for place, log in items_of("worklogs", data["worklogs"]):
            try:
                yield _worklog(place, log, reading.asked.case, "", reading)
            except Bad as bad:
                yield bad.fault(place)
        return
    if not isinstance(data, dict) or "issues" not in data:
        raise NotSuch("a JSON object with issues or worklogs was expected")
    reading.shape = "issues"
    for place, issue in items_of("issues", data["issues"]):
        try:
            fields = object_of(issue, "fields")
            case = _issue(place, issue, fields, reading)
        except Bad as bad:
            yield bad.fault(place)
            continue
        yield case
        try:
            logs = object_of(fields, "worklog")
            held = list_of(logs, "worklogs")
            total = seconds_of(logs, "total")
        except Bad as bad:
            yield bad.fault(place)
            continue
        if total is not None and total > len(held):
            said = f"{case.number} has {total} worklogs, but the file holds {len(held)}: fetch the rest."
            yield Fault(place, "worklog", said)
        for log in held:
            try:
                yield _worklog(place, log, case.number, case.id, reading)
            except Bad as bad:
                yield bad.fault(place)


def _issue(place: int, issue: Document, fields: Document, reading: Reading) -> ForeignCase:
    number = text_of(issue, "key")
    if not number:
        raise Bad("key", "is missing.")
    case = ForeignCase(
        place,
        number,
        text_of(issue, "id"),
        requester=text_of(fields, "reporter", "emailAddress"),
        project=text_of(fields, "project", "key"),
        updated=moment_of(fields, "updated", reading),
        tracked=seconds_of(fields, "timespent"),
    )
    case.values = {
        "subject": text_of(fields, "summary") or None,
        "priority": text_of(fields, "priority", "name") or None,
        "contact": case.requester or None,
        "opened": moment_of(fields, "created", reading),
    }
    named = reading.asked.fields
    for held in ("category", "cause", "kind"):
        if held in named:
            case.values[held] = _field_text(fields, named[held]) or None
    for held in ("consented", "escalated"):
        if held in named:
            case.values[held] = moment_of(fields, named[held], reading)
    found, responded = _first_response(fields, named.get("first-response", ""), reading)
    if found:
        case.values["responded"] = responded
    is_over = text_of(fields, "status", "statusCategory", "key") == "done"
    resolution(case, is_over=is_over, instants=(moment_of(fields, "resolutiondate", reading),))
    return case


def _field_text(fields: Document, name: str) -> str:
    value = fields.get(name)
    if isinstance(value, dict):
        return text_of(value, "value") or text_of(value, "name")
    return text_of(fields, name)


def _first_response(fields: Document, named: str, reading: Reading) -> tuple[bool, int | None]:
    """Return whether `fields` say anything of the first response, and when it was."""
    names = [named] if named else [*fields]
    for name in names:
        cycle = fields.get(name)
        if not isinstance(cycle, dict) or (not named and cycle.get("name") != FIRST_RESPONSE):
            continue
        for done in list_of(cycle, "completedCycles"):
            at = moment_of(object_of(done, "stopTime"), "iso8601", reading)
            if at is not None:
                return True, at
        return True, None
    return False, None


def _worklog(place: int, log: Document, number: str, case_id: str, reading: Reading) -> ForeignUnit:
    start = needed_moment(log, "started", reading)
    seconds = seconds_of(log, "timeSpentSeconds")
    if seconds is None:
        raise Bad("timeSpentSeconds", "is missing.")
    reading.length_unit = "seconds"
    return ForeignUnit(
        place,
        EXACT,
        start,
        start + seconds,
        seconds=seconds,
        id=text_of(log, "id"),
        user=text_of(log, "author", "displayName"),
        email=text_of(log, "author", "emailAddress"),
        user_id=text_of(log, "author", "accountId"),
        note=single_line("comment", _words(log.get("comment"))),
        case=number,
        case_id=case_id,
        marks=("negative",) if seconds < 0 else () if seconds else ("empty",),
    )


def _words(comment: Any, depth: int = 0) -> str:
    """Return the text of a comment, which may be a document of Atlassian's: its paragraphs, parted by a blank."""
    if isinstance(comment, str):
        return comment
    if not isinstance(comment, dict) or depth > 50:
        return ""
    if comment.get("type") == "text":
        return str(comment.get("text") or "")
    inner = comment.get("content")
    parts = [_words(one, depth + 1) for one in inner] if isinstance(inner, list) else []
    is_line = str(comment.get("type")) in {"paragraph", "heading"}
    return ("" if is_line else " ").join(part for part in parts if part)


def read_tempo(text: str, reading: Reading) -> Found:
    """Yield the work logs in a report or an API answer of Tempo."""
    if not text.lstrip().startswith(("[", "{")):
        for found in units_of(
            read_sheet(text, [TEMPO.columns["billed"], "work date"]), TEMPO, reading, KeyOf()
        ):
            yield _with_user(found) if isinstance(found, ForeignUnit) else found
        return
    data = read_document(text)
    if not isinstance(data, dict) or "results" not in data:
        raise NotSuch("a JSON object with results was expected")
    for place, log in items_of("results", data["results"]):
        try:
            yield _tempo_log(place, log, reading)
        except Bad as bad:
            yield bad.fault(place)


def _with_user(unit: ForeignUnit) -> ForeignUnit:
    """Return `unit` with the user's login as a name: a login is no address."""
    return replace(unit, email="", user_id=unit.email if unit.user else "", user=unit.user or unit.email)


def _tempo_log(place: int, log: Document, reading: Reading) -> ForeignUnit:
    seconds, billed = seconds_of(log, "timeSpentSeconds"), seconds_of(log, "billableSeconds")
    if seconds is None:
        raise Bad("timeSpentSeconds", "is missing.")
    day = read_day("startDate", text_of(log, "startDate"))
    clock = read_clock("startTime", text_of(log, "startTime"))
    starts = readings_of("startTime", day, clock, reading)
    if len(starts) > 1:
        raise unclear("startTime", day, clock, reading.zone, starts)
    reading.length_unit = "seconds"
    marks = {
        "empty": not seconds,
        "not-billable": billed is not None and billed != seconds,
        "negative": seconds < 0,
    }
    return ForeignUnit(
        place,
        EXACT,
        starts[0],
        starts[0] + seconds,
        seconds=seconds,
        shown_start=f"{day}T{clock[0]}{clock[1]}",
        id=text_of(log, "tempoWorklogId"),
        user=text_of(log, "author", "displayName"),
        user_id=text_of(log, "author", "accountId"),
        note=text_of(log, "description"),
        case=text_of(log, "issue", "key"),
        case_id=text_of(log, "issue", "id"),
        billed=billed,
        marks=tuple(mark for mark, holds in marks.items() if holds),
    )
