"""Values in the JSON documents of helpdesks: read with their names, and never trusted."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from suptime.domain.time import Instant, Seconds
from suptime.interchange.foreign.clock_times import read_moment
from suptime.interchange.foreign.json_values import refuse_constant
from suptime.interchange.foreign.record import Bad, NotSuch, Reading, excerpt, single_line

Document = Mapping[str, Any]


def read_document(text: str) -> Any:
    """Return the JSON document `text`, or the list of its documents where each line is one.

    Raises:
        NotSuch: it is not JSON.
    """
    try:
        return json.loads(text, parse_constant=refuse_constant)
    except RecursionError:
        raise NotSuch("it is nested too deeply") from None
    except ValueError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2 or not lines[0].lstrip().startswith("{"):
            raise NotSuch(f"it is not JSON: {error}") from error
    found = []
    for number, line in enumerate(lines, 1):
        try:
            found.append(json.loads(line, parse_constant=refuse_constant))
        except (ValueError, RecursionError) as error:
            raise NotSuch(f"line {number} is not JSON: {error}") from error
    return found


def items_of(name: str, value: Any) -> Iterator[tuple[int, Document]]:
    """Yield each object of the array `value` with its position, from 1.

    Raises:
        NotSuch: it is no array of objects.
    """
    if not isinstance(value, list):
        raise NotSuch(f"{name}: a JSON array was expected, found {excerpt(value)[:80]}")
    for place, item in enumerate(value, 1):
        if not isinstance(item, dict):
            raise NotSuch(f"{name}: item {place} is not an object")
        yield place, item


def text_of(item: Document, *path: str) -> str:
    """Return the text or number at `path`, on one line; empty where it is null or not there.

    Raises:
        Bad: it is something else, or too long.
    """
    value: Any = item
    for name in path:
        if value is None:
            return ""
        if not isinstance(value, dict):
            raise Bad(".".join(path), f"expected an object around {name}, found {excerpt(value)[:80]}.")
        value = value.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Bad(".".join(path), f"expected a text, found {excerpt(value)[:80]}.")
    return single_line(".".join(path), str(value))


def object_of(item: Document, name: str) -> Document:
    """Return the object `name`; an empty one where it is null or not there.

    Raises:
        Bad: it is something else.
    """
    value = item.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Bad(name, f"expected an object, found {excerpt(value)[:80]}.")
    return value


def list_of(item: Document, name: str) -> list[Document]:
    """Return the objects in the array `name`; none where it is null or not there.

    Raises:
        Bad: it is something else.
    """
    value = item.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Bad(name, f"expected an array of objects, found {excerpt(value)[:80]}.")
    return value


def moment_of(item: Document, name: str, reading: Reading) -> Instant | None:
    """Return the instant `name`, or None.

    Raises:
        Bad: it is not a time.
    """
    text = text_of(item, name)
    return read_moment(name, text, reading) if text else None


def needed_moment(item: Document, name: str, reading: Reading) -> Instant:
    """Return the instant `name`.

    Raises:
        Bad: it is missing, or not a time.
    """
    found = moment_of(item, name, reading)
    if found is None:
        raise Bad(name, "is missing.")
    return found


def seconds_of(item: Document, name: str) -> Seconds | None:
    """Return the whole number of seconds `name`, or None.

    Raises:
        Bad: it is something else.
    """
    value = item.get(name)
    if value is None:
        return None
    if isinstance(value, str) and value.removeprefix("-").isascii() and value.removeprefix("-").isdigit():
        value = int(value[:12])
    if type(value) is not int or abs(value) > 10 * 366 * 86400:
        raise Bad(name, f"expected whole seconds, found {excerpt(value)[:80]}.")
    return value
