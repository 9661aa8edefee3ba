"""The items of a JSON array, one after another, each with the line on which it begins."""

import json
import re
from collections.abc import Iterator
from typing import Any

from suptime.clauses.reading import Fault
from suptime.interchange.entries import NotSuch

DEEPEST = 500
"""An entry of a time log has a handful of brackets."""

_BLANK = re.compile(r"[ \t\r\n]*")


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")


# Numbers with a fraction stay texts: whoever asked for whole seconds says what was wrong.
_DECODER = json.JSONDecoder(parse_float=str, parse_constant=_refuse)


def items(text: str) -> Iterator[tuple[int, Any] | Fault]:
    """Each item of the array that TEXT is, with its line; what cannot be read is a fault, and the last one.

    Raises:
        NotSuch: TEXT is no array.
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
            yield Fault(line, "file", _said(error, text, at))
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


def _said(error: ValueError, text: str, at: int) -> str:
    if at == len(text):
        return "ends in the middle."
    if isinstance(error, json.JSONDecodeError):
        return f"is not JSON from column {error.colno} of line {error.lineno} on."
    return "holds a number of too many digits." if "digits" in str(error) else f"is not JSON: {error}."
