r"""Timewarrior: what `timew export` prints, and the lines of its own data/YYYY-MM.data files.

Both are UTC. An interval has no id that lasts; but one person's intervals never overlap, so the
start tells one from all others of the agent.
"""

import re
from typing import Any

from suptime.clauses.reading import Fault
from suptime.interchange.clock_times import aware, ends
from suptime.interchange.entries import Asked, Bad, Entry, Found, NotSuch, key_of, one_line, shown
from suptime.interchange.json_items import items

_LINE = re.compile(r"inc (\d{8}T\d{6}Z)(?: - (\d{8}T\d{6}Z))?(?: # ?(.*))?", re.ASCII)
_TAG = re.compile(r'"((?:[^"\\]|\\.)*)"|(#)(?= |$)|(\S+)')


def read(text: str, asked: Asked) -> Found:  # noqa: ARG001 - all readers are called alike
    """The intervals of a time log of Timewarrior, by line."""
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
                raise Bad("interval", f"expected an interval in braces, found {shown(item)}.")  # noqa: TRY301
            yield _entry(
                line, item.get("start"), item.get("end"), item.get("tags", []), item.get("annotation", "")
            )
        except Bad as bad:
            yield bad.fault(line)


def _entry(line: int, start: Any, end: Any, tags: Any, note: Any) -> Entry:
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise Bad("tags", f"expected a list of texts, found {shown(tags)}.")
    if not isinstance(note, str):
        raise Bad("annotation", f"expected a text, found {shown(note)}.")
    for name, value in (("start", start), ("end", end)):
        if not isinstance(value, str) and (name == "start" or value is not None):
            raise Bad(name, f"expected a time such as 20261005T140000Z, found {shown(value)}.")
    began = aware("start", start)
    ended = None if end is None else aware("end", end)
    if ended is not None:
        ends(began, ended)
    return Entry(
        line,
        key_of(began),
        began,
        ended,
        note=one_line("annotation", note),
        tags=tuple(one_line("tags", tag) for tag in tags),
    )


def _of_line(number: int, line: str) -> Entry:
    found = _LINE.fullmatch(line)
    if found is None:
        raise Bad("interval", f"expected a line such as inc 20261005T140000Z # acme, found {shown(line)}.")
    tags: list[str] = []
    notes: list[str] = []
    into = tags
    for quoted, mark, plain in _TAG.findall(found[3] or ""):
        if mark and into is tags:
            into = notes
        else:
            into.append(re.sub(r"\\(.)", r"\1", quoted) if quoted else plain or mark)
    return _entry(number, found[1], found[2], [tag for tag in tags if tag], " ".join(notes))
