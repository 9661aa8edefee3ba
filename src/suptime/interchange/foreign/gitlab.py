"""GitLab: time logs of its GraphQL API, and the CSV export of issues."""

from collections.abc import Iterator
from typing import Any

from suptime.interchange.foreign.documents import (
    Document,
    needed_moment,
    object_of,
    read_document,
    seconds_of,
    text_of,
)
from suptime.interchange.foreign.record import END, Bad, ForeignCase, ForeignUnit, Found, NotSuch, Reading
from suptime.interchange.foreign.sheet import read_sheet
from suptime.interchange.foreign.time_rows import KeyOf, Table, units_of

ISSUES = Table(
    {
        "case": "issue id",
        "subject": "title",
        "status": "state",
        "opened": "created at (utc)",
        "closed": "closed at (utc)",
        "labels": "labels",
        "requester": "author email",
    },
    needed=("case", "subject"),
    cases="all",
    works=False,
)

DEEPEST = 100


def read(text: str, reading: Reading) -> Found:
    """Yield the time logs or the issues in a file of GitLab."""
    if not text.lstrip().startswith(("[", "{")):
        reading.shape = "issues"
        found = units_of(_in_utc(read_sheet(text, [ISSUES.columns["case"]])), ISSUES, reading, KeyOf())
        yield from found
        return
    logs = [*_timelogs(read_document(text), 0)]
    if not logs:
        raise NotSuch("timelogs with nodes were expected")
    place = 0
    for nodes in logs:
        for node in nodes:
            place += 1
            try:
                if not isinstance(node, dict):
                    raise Bad("nodes", "expected an object.")  # noqa: TRY301
                yield from _log(place, node, reading)
            except Bad as bad:
                yield bad.fault(place)


def _in_utc(sheet: Any) -> Any:
    """Return `sheet` with the zone of its times written out: their columns' names say it."""
    places = [place for place, name in enumerate(sheet.names) if name.endswith("(utc)")]
    for _, cells in sheet.rows:
        for place in places:
            if cells[place].strip() and not cells[place].strip().endswith("Z"):
                cells[place] = cells[place].strip().removesuffix(" UTC") + "Z"
    return sheet


def _timelogs(value: Any, depth: int) -> Iterator[list[Any]]:
    """Yield the nodes of all time logs in `value`, at any depth."""
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "timelogs" and isinstance(inner, dict) and isinstance(inner.get("nodes"), list):
                yield inner["nodes"]
            else:
                yield from _timelogs(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _timelogs(inner, depth + 1)


def _log(place: int, node: Document, reading: Reading) -> Iterator[ForeignCase | ForeignUnit]:
    issue = object_of(node, "issue") or object_of(node, "mergeRequest")
    number = text_of(issue, "reference")
    if not number:
        number = text_of(issue, "iid")
        if not number:
            raise Bad("issue", "is missing.")
        if not reading.asked.case_prefix:
            raise NotSuch(
                "its issues have no reference, only a number: name their project with --case-prefix"
            )
    seconds = seconds_of(node, "timeSpent")
    if seconds is None:
        raise Bad("timeSpent", "is missing.")
    reading.length_unit = "seconds"
    title = text_of(issue, "title")
    yield ForeignCase(place, number, values={"subject": title} if title else {})
    yield ForeignUnit(
        place,
        END,
        end=needed_moment(node, "spentAt", reading),
        seconds=seconds,
        id=text_of(node, "id"),
        user=text_of(node, "user", "name"),
        user_id=text_of(node, "user", "username"),
        note=text_of(node, "summary"),
        case=number,
        marks=("negative",) if seconds < 0 else () if seconds else ("empty",),
    )
