"""Timewarrior: what `timew export` prints, and the lines of its own data/YYYY-MM.data files.

Both are UTC. An interval has no id that lasts; but one person's intervals never overlap, so the
start tells one from all others of the agent.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from suptime.domain.reading import Fault
from suptime.interchange.foreign.clock_times import aware, whole
from suptime.interchange.foreign.record import (
    Bad,
    ForeignUnit,
    Found,
    NotSuch,
    Reading,
    excerpt,
    single_line,
)
from suptime.interchange.foreign.time_rows import instant_unit

DEEPEST = 500

"""An entry of a time log has a handful of brackets."""

_BLANK = re.compile(r"[ \t\r\n]*")


def refuse_constant(text: str) -> Any:
    """Refuse NaN and the infinities, which JSON does not have."""
    raise ValueError(f"{text} is no number of JSON")


# Numbers with a fraction stay texts: whoever asked for whole seconds says what was wrong.
_DECODER = json.JSONDecoder(parse_float=str, parse_constant=refuse_constant)


def items(text: str) -> Iterator[tuple[int, Any] | Fault]:
    """Yield each item of the array that `text` is, with its line; what cannot be read is a fault, and the last one.

    Raises:
        NotSuch: `text` is no array.
    """
    at = _skip(text, 0)
    if not text.startswith("[", at):
        raise NotSuch("a JSON array was expected")
    line, counted = 1, 0
    at = _skip(text, at + 1)
    first = True
    while not text.startswith("]", at):
        line += text.count("\n", counted, at)
        counted = at
        if not first:
            if not text.startswith(",", at):
                yield Fault(line, "file", "ends in the middle." if at == len(text) else "a comma is missing.")
                return
            at = _skip(text, at + 1)
            line += text.count("\n", counted, at)
            counted = at
        try:
            item, end = _DECODER.raw_decode(text, at)
            if text.count("[", at, end) + text.count("{", at, end) > DEEPEST:
                raise RecursionError  # noqa: TRY301 - brackets in a note are counted, too: nobody has so many
        except RecursionError:
            yield Fault(line, "file", "is nested too deeply for a time log.")
            return
        except ValueError as error:
            yield Fault(line, "file", _message(error, text, at))
            return
        yield line, item
        at, first = _skip(text, end), False
    at = _skip(text, at + 1)
    if at != len(text):
        line += text.count("\n", counted, at)
        yield Fault(line, "file", "has more in it after the array's end.")


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _message(error: ValueError, text: str, at: int) -> str:
    if at == len(text):
        return "ends in the middle."
    if isinstance(error, json.JSONDecodeError):
        return f"is not JSON from column {error.colno} of line {error.lineno} on."
    return "holds a number of too many digits." if "digits" in str(error) else f"is not JSON: {error}."


_LINE = re.compile(r"inc (\d{8}T\d{6}Z)(?: - (\d{8}T\d{6}Z))?(?: # ?(.*))?", re.ASCII)

_TAG = re.compile(r'"((?:[^"\\]|\\.)*)"|(#)(?= |$)|(\S+)')


def read_timewarrior(text: str, reading: Reading) -> Found:  # noqa: ARG001 - all readers are called alike
    """Yield the intervals of a time log of Timewarrior, by line."""
    if text.lstrip().startswith("["):
        yield from _of_json(text)
        return
    if not any(line.startswith(("inc ", "exc ")) for line in text.splitlines()):
        raise NotSuch(
            "a JSON array as `timew export` prints, or lines such as `inc 20261005T140000Z # acme` was expected"
        )
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("exc "):
            try:
                yield _of_line(number, line.strip())
            except Bad as bad:
                yield bad.fault(number)


def _of_json(text: str) -> Found:
    for found in items(text):
        if isinstance(found, Fault):
            yield found
            continue
        line, item = found
        try:
            if not isinstance(item, dict):
                raise Bad("interval", f"expected an interval in braces, found {excerpt(item)}.")  # noqa: TRY301
            yield _timewarrior_entry(
                line, item.get("start"), item.get("end"), item.get("tags", []), item.get("annotation", "")
            )
        except Bad as bad:
            yield bad.fault(line)


def _timewarrior_entry(line: int, start: Any, end: Any, tags: Any, note: Any) -> ForeignUnit:
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise Bad("tags", f"expected a list of texts, found {excerpt(tags)}.")
    if not isinstance(note, str):
        raise Bad("annotation", f"expected a text, found {excerpt(note)}.")
    for name, value in (("start", start), ("end", end)):
        if not isinstance(value, str) and (name == "start" or value is not None):
            raise Bad(name, f"expected a time such as 20261005T140000Z, found {excerpt(value)}.")
    began = aware("start", start)
    return instant_unit(
        line,
        began,
        None if end is None else aware("end", end),
        key=(began,),
        note=single_line("annotation", note),
        tags=tuple(single_line("tags", tag) for tag in tags),
    )


def _of_line(number: int, line: str) -> ForeignUnit:
    found = _LINE.fullmatch(line)
    if found is None:
        raise Bad("interval", f"expected a line such as inc 20261005T140000Z # acme, found {excerpt(line)}.")
    tags: list[str] = []
    notes: list[str] = []
    into = tags
    for quoted, mark, plain in _TAG.findall(found[3] or ""):
        if mark and into is tags:
            into = notes
        else:
            into.append(re.sub(r"\\(.)", r"\1", quoted) if quoted else plain or mark)
    return _timewarrior_entry(number, found[1], found[2], [tag for tag in tags if tag], " ".join(notes))


_ID = re.compile(r"[0-9a-f]{32}")


def read_watson(text: str, reading: Reading) -> Found:  # noqa: ARG001 - all readers are called alike
    """Yield the frames of a time log of Watson, by line."""
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


def _of_frames(line: int, item: Any) -> ForeignUnit:
    if not isinstance(item, list) or not 4 <= len(item) <= 6:
        raise Bad("frame", f"expected [start, stop, project, id, [tags], updated], found {excerpt(item)}.")
    return _watson_entry(line, item[2], item[3], item[4] if len(item) > 4 else [], *map(_seconds, item[:2]))


def _of_log(line: int, item: dict[str, Any]) -> ForeignUnit:
    times = []
    for name in ("start", "stop"):
        if not isinstance(item.get(name), str):
            raise Bad(name, f"expected a time such as 2026-10-05T14:00:00Z, found {excerpt(item.get(name))}.")
        times.append(aware(name, item[name]))
    return _watson_entry(line, item.get("project"), item.get("id"), item.get("tags", []), *times)


def _seconds(value: Any) -> int:
    """VALUE as seconds since 1970; the parts of a second that Watson never writes are dropped."""
    text = value.partition(".")[0] if isinstance(value, str) else ""
    return whole("start", int(text) if text.isascii() and text.isdigit() and len(text) < 12 else value)


def _watson_entry(line: int, project: Any, id: Any, tags: Any, start: int, stop: int) -> ForeignUnit:  # noqa: A002 - an id is called an id
    if not isinstance(project, str):
        raise Bad("project", f"expected a text, found {excerpt(project)}.")
    if not isinstance(id, str) or not _ID.fullmatch(id):
        raise Bad("id", f"expected 32 digits and letters a to f, found {excerpt(id)}.")
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise Bad("tags", f"expected a list of texts, found {excerpt(tags)}.")
    return instant_unit(
        line,
        start,
        stop,
        id=id,
        project=single_line("project", project),
        tags=tuple(single_line("tags", tag) for tag in tags),
    )
