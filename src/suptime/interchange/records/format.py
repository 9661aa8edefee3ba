"""suptime's own format: JSON Lines, one record a line, read and written a line at a time.

The reader gives every line as a record or as what is wrong with it; the writer gives one
line per record, always the same for the same record.
"""

import json
from collections.abc import Iterator
from typing import Any, Protocol

from suptime.domain.reading import Fault, nearest, short, show
from suptime.interchange.records.fields import REQUIRED, Type, Unreadable, serialized, unreadable
from suptime.interchange.records.nouns import EVENT_KIND, EVENTS, TYPES, CaseEvent, Record
from suptime.interchange.records.receivables import OLD_PAYMENT

LONGEST_LINE = 64 * 1024 * 1024
"""A line of more bytes is no record: it is not even held in memory. An invoice of a huge month has some 10 MB."""


class LineReader(Protocol):
    """What lines of bytes come from."""

    def readline(self, size: int, /) -> bytes:
        """Return the next line with its line break, or its first `size` bytes; nothing at the end."""


_BY_CLASS = {one.record: one for one in TYPES.values()}


def write(record: Record) -> str:
    r"""Return the line for `record`, with its line break. Keys are in a fixed order; letters stay letters.

    >>> from suptime.domain.client import Client
    >>> write(Client("acme", "Müller"))
    '{"type": "client", "code": "acme", "name": "Müller", "currency": null, "timezone": null, "tax": null}\n'
    """
    found = EVENTS[record.event.kind] if isinstance(record, CaseEvent) else _BY_CLASS[type(record)]
    kept = serialized(found.keys, found.values(record))
    return json.dumps({"type": found.name, **kept}, ensure_ascii=False) + "\n"


def read(stream: LineReader) -> Iterator[tuple[int, Record | list[Fault]]]:
    """Yield every line of `stream` as (its number, its record or its faults); empty lines are passed over.

    A line is held in memory only while it is read. A byte order mark at the start is accepted.
    """
    number = 0
    while raw := stream.readline(LONGEST_LINE):
        number += 1
        if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
            _pass_over(stream)
            yield number, [Fault(number, "record", f"is longer than {LONGEST_LINE} bytes.")]
            continue
        if number == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        plain = raw.strip()
        if plain:
            yield number, read_line(number, plain)


def _pass_over(stream: LineReader) -> None:
    while (more := stream.readline(LONGEST_LINE)) and not more.endswith(b"\n"):
        pass


def read_line(number: int, raw: bytes) -> Record | list[Fault]:
    """Return the record on line `number`, or everything that is wrong with that line."""
    try:
        values = _decode(raw)
        found = _type_of(values)
    except Unreadable as error:
        key, _, expected = str(error).partition("|")
        return [Fault(number, key, expected)]
    return _record(number, found, values)


def _decode(raw: bytes) -> dict[str, Any]:
    try:
        values = _DECODER.decode(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Unreadable(f"record|is not UTF-8 text at byte {error.start + 1}.") from None
    except json.JSONDecodeError as error:
        raise Unreadable(f"record|is not JSON from column {error.colno} on.") from None
    except RecursionError:
        raise Unreadable("record|is nested too deeply for a record.") from None
    except Unreadable:
        raise
    except ValueError:
        raise Unreadable("record|holds a number of too many digits.") from None
    if not isinstance(values, dict):
        raise Unreadable(f"record|expected a record in braces, found {show(values)}.")
    return values


def _type_of(values: dict[str, Any]) -> Type:
    name = values.pop("type", REQUIRED)
    if name is REQUIRED:
        raise Unreadable('type|is missing; expected a type such as "unit".')
    if not isinstance(name, str) or name not in TYPES:
        near = nearest(name, TYPES) if isinstance(name, str) else ""
        wrong = unreadable('a type such as "client", "case" or "unit"', name, near)
        raise Unreadable(f"type|{wrong}")
    if name == "event":
        return _kind_of_event(values)
    if name == OLD_PAYMENT.name and "invoice" in values:
        return OLD_PAYMENT
    return TYPES[name]


def _kind_of_event(values: dict[str, Any]) -> Type:
    """Return the type of an event by its kind, on which its other keys depend.

    Raises:
        Unreadable: it has no kind, or an unknown one.
    """
    kind = values.get("event", REQUIRED)
    if kind is REQUIRED:
        raise Unreadable("event.event|is missing.")
    try:
        return EVENTS[EVENT_KIND.read(kind)]
    except Unreadable as error:
        raise Unreadable(f"event.event|{error}") from None


def _record(number: int, found: Type, values: dict[str, Any]) -> Record | list[Fault]:
    try:
        good = {
            name: key.read(values[name]) if name in values else key.default
            for name, key in found.keys.items()
        }
    except Unreadable:
        return _faults(number, found, values)
    if not values.keys() <= good.keys() or REQUIRED in good.values():
        return _faults(number, found, values)
    record: Record = found.build(good)
    return record


def _faults(number: int, found: Type, values: dict[str, Any]) -> list[Fault]:
    """Return all that is wrong with `values`, of which something is."""
    faults: list[Fault] = []
    for name, key in found.keys.items():
        if name not in values:
            if key.default is REQUIRED:
                faults.append(Fault(number, f"{found.name}.{name}", "is missing."))
            continue
        try:
            key.read(values[name])
        except Unreadable as error:
            faults.append(Fault(number, f"{found.name}.{name}", str(error)))
    return faults + [
        Fault(
            number,
            short(f"{found.name}.{name}"),
            f"is not a key of such a record.{nearest(name, found.keys)}",
        )
        for name in values
        if name not in found.keys
    ]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object of `pairs`, unless a key stands in it twice: then nobody knows which one is meant."""
    values = dict(pairs)
    if len(values) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Unreadable(f"record|holds the key {show(twice)} twice.")
    return values


def _no_such_number(name: str) -> Any:
    raise Unreadable(f"record|is not JSON: {name} is no number.")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_such_number)
