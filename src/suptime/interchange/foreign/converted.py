"""suptime's own JSON Lines with the ids of another program: what a converter writes (G28)."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from suptime.interchange.foreign.documents import Document, moment_of, needed_moment, text_of
from suptime.interchange.foreign.json_values import refuse_constant
from suptime.interchange.foreign.record import (
    EXACT,
    Bad,
    ForeignCase,
    ForeignUnit,
    Found,
    NotSuch,
    Reading,
)
from suptime.interchange.foreign.time_rows import instant_unit

MARK = b'"foreign"'
"""What a file with ids of another program holds."""

_EVENTS = {"respond": "responded", "resolve": "resolved", "consent": "consented", "escalate": "escalated"}

_KEYS = ("subject", "priority", "kind", "category")


def source_of(text: str) -> str:
    """Return the program whose ids the lines of `text` have; empty if they have none.

    Raises:
        NotSuch: the lines have ids of several programs.
    """
    found: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if '"foreign"' in line and (item := _object(line)) is not None:
            foreign = item.get("foreign")
            if isinstance(foreign, dict) and isinstance(foreign.get("source"), str):
                found.setdefault(foreign["source"], number)
    if len(found) > 1:
        (one, first), (other, second) = [*found.items()][:2]
        raise NotSuch(
            f"line {first} is of {one}, and line {second} of {other}: import each program by itself"
        )
    return next(iter(found), "")


def _object(line: str) -> Mapping[str, Any] | None:
    try:
        item = json.loads(line, parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        return None
    return item if isinstance(item, dict) else None


def read(text: str, reading: Reading) -> Found:
    """Yield the cases, events and work in lines that have ids of another program."""
    reading.shape = "records"
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        item = _object(line)
        try:
            if item is None:
                raise Bad("record", "is not a JSON object.")  # noqa: TRY301
            yield from _record(number, item, reading)
        except Bad as bad:
            yield bad.fault(number)


def _record(number: int, item: Document, reading: Reading) -> Iterator[ForeignCase | ForeignUnit]:
    foreign = item.get("foreign")
    kind = text_of(item, "type")
    if not isinstance(foreign, dict) or not text_of(foreign, "source") or not text_of(foreign, "id"):
        raise Bad("foreign", "is missing: every record of this file needs its source and id.")
    if item.get("id") is not None:
        raise Bad("id", "is suptime's own id: a record has that or a foreign one.")
    case = text_of(item, "case")
    if not case:
        raise Bad("case", "is missing.")
    if kind == "case":
        yield _case(number, case, text_of(foreign, "id"), item, reading)
    elif kind == "event":
        event = text_of(item, "event")
        if event not in _EVENTS:
            raise Bad("event", f"expected {', '.join(_EVENTS)}, found {event!r}.")
        values: dict[str, Any] = {_EVENTS[event]: needed_moment(item, "at", reading)}
        if text_of(item, "cause"):
            values["cause"] = text_of(item, "cause")
        yield ForeignCase(number, case, values=values)
    elif kind == "unit":
        start, end = needed_moment(item, "started_at", reading), moment_of(item, "ended_at", reading)
        unit = instant_unit(number, start, end, id=text_of(foreign, "id"), note=text_of(item, "note"))
        unit.precision, unit.case, unit.user = EXACT, case, text_of(item, "agent")
        unit.channel = text_of(item, "channel")
        yield unit
    else:
        raise Bad("type", f"expected case, event or unit with a foreign id, found {kind!r}.")


def _case(number: int, case: str, foreign: str, item: Document, reading: Reading) -> ForeignCase:
    values: dict[str, Any] = {key: text_of(item, key) or None for key in _KEYS if key in item}
    if "via" in item:
        values["channel"] = text_of(item, "via") or None
    if "contact" in item:
        values["contact"] = text_of(item, "contact") or None
    if "opened_at" in item:
        values["opened"] = moment_of(item, "opened_at", reading)
    return ForeignCase(
        number,
        case,
        foreign,
        client=text_of(item, "client"),
        contract=text_of(item, "contract"),
        values=values,
    )
