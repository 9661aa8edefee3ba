"""Zendesk: tickets with their users, organisations and metrics, and the audits in which its time field changed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from suptime.domain.reading import Fault
from suptime.domain.time import Seconds
from suptime.interchange.foreign.case_rows import resolution
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
from suptime.interchange.foreign.record import (
    END,
    Bad,
    ForeignCase,
    ForeignUnit,
    Found,
    NotSuch,
    Reading,
    excerpt,
)

_KINDS = {
    "tickets": "tickets",
    "ticket": "tickets",
    "users": "users",
    "organizations": "organizations",
    "ticket_metrics": "metrics",
    "ticket_metric": "metrics",
    "metric_sets": "metrics",
    "audits": "audits",
}

_OVER = {"solved", "closed"}


class _Item(NamedTuple):
    """One object of a file, with its place."""

    kind: str
    line: int
    reading: Reading
    value: Document


def read(text: str, reading: Reading) -> Found:
    """Gather the objects of a file; `finish` reads the objects of all files together."""
    data = read_document(text)
    documents = data if isinstance(data, list) else [data]
    found = False
    shapes = []
    for number, document in enumerate(documents, 1):
        if not isinstance(document, dict):
            raise NotSuch("JSON objects were expected")
        for name, kind in _KINDS.items():
            if name in document:
                value = document[name] if isinstance(document[name], list) else [document[name]]
                found = True
                shapes.append(kind)
                for place, item in items_of(name, value):
                    line = number if len(documents) > 1 else place
                    reading.gathered.append(_Item(kind, line, reading, item))
    if not found:
        raise NotSuch("tickets, users, organizations, ticket_metrics or audits were expected")
    reading.shape = "+".join(dict.fromkeys(shapes))
    yield from ()


@dataclass(slots=True)
class _Totals:
    """The values of the time field of one ticket, as its audits go by."""

    last: dict[str, int] = field(default_factory=dict)
    is_whole: dict[str, bool] = field(default_factory=dict)


def finish(gathered: list[Any]) -> Found:
    """Yield the tickets and the work of all files."""
    by_kind: dict[str, list[_Item]] = {}
    for item in gathered:
        by_kind.setdefault(item.kind, []).append(item)
    users = {str(item.value.get("id")): item.value for item in by_kind.get("users", ())}
    organizations = {str(item.value.get("id")): item.value for item in by_kind.get("organizations", ())}
    metrics = {str(item.value.get("ticket_id")): item.value for item in by_kind.get("metrics", ())}
    whole = _Totals()
    work = [*_work(by_kind.get("audits", []), users, whole)]
    for item in by_kind.get("tickets", ()):
        try:
            case = _ticket(item, users, organizations, metrics, whole)
        except Bad as bad:
            yield bad.fault(item.line)
            continue
        case.file = item.reading.file
        yield case
    yield from work


def _ticket(
    item: _Item,
    users: dict[str, Document],
    organizations: dict[str, Document],
    metrics: dict[str, Document],
    whole: _Totals,
) -> ForeignCase:
    ticket, reading = item.value, item.reading
    number = text_of(ticket, "id")
    if not number:
        raise Bad("id", "is missing.")
    organization = text_of(ticket, "organization_id")
    requester = users.get(text_of(ticket, "requester_id"), {})
    case = ForeignCase(
        item.line,
        number,
        client=text_of(organizations.get(organization, {}), "name"),
        client_id=organization,
        requester=text_of(requester, "email"),
        updated=moment_of(ticket, "updated_at", reading),
    )
    opened = moment_of(ticket, "created_at", reading)
    case.values = {
        "subject": text_of(ticket, "subject") or None,
        "priority": text_of(ticket, "priority") or None,
        "kind": text_of(ticket, "type") or None,
        "channel": text_of(object_of(ticket, "via"), "channel") or None,
        "contact": case.requester or None,
        "opened": opened,
    }
    fields = {str(one.get("id")): one.get("value") for one in list_of(ticket, "custom_fields")}
    _custom(case, fields, reading)
    metric = metrics.get(number) or object_of(ticket, "metric_set")
    solved = None
    if metric:
        case.values["responded"] = _response(metric, opened)
        solved = moment_of(metric, "solved_at", reading)
    resolution(case, is_over=text_of(ticket, "status") in _OVER, instants=(solved,))
    if whole.is_whole.get(number) and fields.get(reading.asked.time_field) is not None:
        case.tracked = seconds_of(fields, reading.asked.time_field)
    return case


def _custom(case: ForeignCase, fields: Document, reading: Reading) -> None:
    named = reading.asked.fields
    for held in ("category", "cause", "kind", "priority"):
        if held in named:
            case.values[held] = text_of(fields, named[held]) or None
    for held in ("consented", "escalated"):
        if held in named:
            case.values[held] = moment_of(fields, named[held], reading)


def _response(metric: Document, opened: int | None) -> int | None:
    """Return when the ticket was answered: its opening, and the reply time after it."""
    in_seconds = object_of(metric, "reply_time_in_seconds")
    if "calendar" in in_seconds:
        reply = seconds_of(in_seconds, "calendar")
        if reply is not None:
            return None if opened is None else opened + reply
    minutes = seconds_of(object_of(metric, "reply_time_in_minutes"), "calendar")
    return None if minutes is None or opened is None else opened + 60 * minutes


def _work(audits: list[_Item], users: dict[str, Document], whole: _Totals) -> Iterator[ForeignUnit | Fault]:
    """Yield what each audit added to the time field of its ticket, in the order of time."""

    def order(item: _Item) -> tuple[str, str]:
        return str(item.value.get("created_at")), str(item.value.get("id")).zfill(20)

    for item in sorted(audits, key=order):
        reading = item.reading
        wanted = reading.asked.time_field
        try:
            events = list_of(item.value, "events")
            if not wanted:
                numbers = [one for one in events if str(one.get("field_name", "")).isdigit()]
                if numbers:
                    reading.ask("time-field", f"field {excerpt(numbers[-1]['field_name'])}")
                continue
            for event in events:
                if str(event.get("field_name")) == wanted and str(event.get("type")) in {"Change", "Create"}:
                    yield _added(item, event, users, whole)
        except Bad as bad:
            yield bad.fault(item.line)


def _added(item: _Item, event: Document, users: dict[str, Document], whole: _Totals) -> ForeignUnit:
    reading = item.reading
    number = text_of(item.value, "ticket_id")
    value: Seconds = seconds_of(event, "value") or 0
    if "previous_value" in event:
        before: Seconds = seconds_of(event, "previous_value") or 0
    else:
        before = whole.last.get(number, 0)
    whole.is_whole.setdefault(number, before == 0)
    whole.last[number] = value
    author = text_of(item.value, "author_id")
    person = users.get(author, {})
    seconds = _as_seconds(value - before, reading)
    return ForeignUnit(
        item.line,
        END,
        end=needed_moment(item.value, "created_at", reading),
        seconds=seconds,
        id=text_of(event, "id"),
        user=text_of(person, "name"),
        email=text_of(person, "email"),
        user_id=author,
        case=number,
        marks=("negative",) if seconds < 0 else () if seconds else ("empty",),
        file=reading.file,
    )


def _as_seconds(value: int, reading: Reading) -> Seconds:
    unit = reading.asked.unit or "seconds"
    reading.length_unit = unit
    return value * {"minutes": 60, "hours": 3600}.get(unit, 1)
