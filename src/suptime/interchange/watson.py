"""Watson: its `frames` file, and what `watson log --json` prints. A frame has an id of its own."""

import re
from typing import Any

from suptime.clauses.reading import Fault
from suptime.interchange.clock_times import aware, ends, whole
from suptime.interchange.entries import Asked, Bad, Entry, Found, NotSuch, one_line, shown
from suptime.interchange.json_items import items

_ID = re.compile(r"[0-9a-f]{32}")


def read(text: str, asked: Asked) -> Found:  # noqa: ARG001 - all readers are called alike
    """The frames of a time log of Watson, by line."""
    if text.lstrip().startswith("{"):
        raise NotSuch("the file `frames` was expected, a JSON array; this is one JSON object, as `state` is")
    for found in items(text):
        if isinstance(found, Fault):
            yield found
            continue
        line, item = found
        try:
            yield _of_log(line, item) if isinstance(item, dict) else _of_frames(line, item)
        except Bad as bad:
            yield bad.fault(line)


def _of_frames(line: int, item: Any) -> Entry:
    if not isinstance(item, list) or not 4 <= len(item) <= 6:
        raise Bad("frame", f"expected [start, stop, project, id, [tags], updated], found {shown(item)}.")
    return _entry(line, item[2], item[3], item[4] if len(item) > 4 else [], *map(_seconds, item[:2]))


def _of_log(line: int, item: dict[str, Any]) -> Entry:
    times = []
    for name in ("start", "stop"):
        if not isinstance(item.get(name), str):
            raise Bad(name, f"expected a time such as 2026-10-05T14:00:00Z, found {shown(item.get(name))}.")
        times.append(aware(name, item[name]))
    return _entry(line, item.get("project"), item.get("id"), item.get("tags", []), *times)


def _seconds(value: Any) -> int:
    """VALUE as seconds since 1970; the parts of a second that Watson never writes are dropped."""
    text = value.partition(".")[0] if isinstance(value, str) else ""
    return whole("start", int(text) if text.isascii() and text.isdigit() and len(text) < 12 else value)


def _entry(line: int, project: Any, id: Any, tags: Any, start: int, stop: int) -> Entry:  # noqa: A002 - an id is called an id
    if not isinstance(project, str):
        raise Bad("project", f"expected a text, found {shown(project)}.")
    if not isinstance(id, str) or not _ID.fullmatch(id):
        raise Bad("id", f"expected 32 digits and letters a to f, found {shown(id)}.")
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise Bad("tags", f"expected a list of texts, found {shown(tags)}.")
    ends(start, stop)
    return Entry(
        line,
        id,
        start,
        stop,
        project=one_line("project", project),
        tags=tuple(one_line("tags", tag) for tag in tags),
    )
