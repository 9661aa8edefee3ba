"""A settings file's TOML, read; and where in it each setting stands."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from suptime.domain.toml_text import too_much

DEEPEST = 5
"""Tables within tables that are looked into: there are settings two deep."""


def read_toml(text: str) -> dict[str, Any]:
    """What TEXT says, which is TOML.

    Raises:
        TOMLDecodeError: it is none; or it is one that only a program writes, too large or too deep
            to be read, or with a number of thousands of digits.
    """
    if why := too_much(text):
        raise tomllib.TOMLDecodeError(why)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise tomllib.TOMLDecodeError("it is nested too deeply") from None
    except ValueError:
        raise tomllib.TOMLDecodeError("it has a number or a day that there is none of") from None


def lines_of(text: str) -> dict[str, int]:
    r"""The line of each setting and table in TEXT, which is TOML, by its name: `seller.name`.

    A piece of the text is read again and again, each time to one line further, under the head of
    its table, until it can be read: then its lines are one setting's. So it is TOML's own reader
    that knows what a line means, and a value of several lines has its first one.

    >>> lines_of('agent = "ana"\n[seller]\n# who\nname = "x"')
    {'agent': 1, 'seller': 2, 'seller.name': 4}
    """
    found: dict[str, int] = {}
    head, begun, piece = "", 1, ""
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        piece += line
        try:
            read = read_toml(head + piece)
        except tomllib.TOMLDecodeError:
            continue
        for name in _names(read):
            found.setdefault(name, begun)
        if piece.lstrip().startswith("["):
            head = piece
        begun, piece = number + 1, ""
    return found


def _names(table: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in table.items():
        name = f"{prefix}{key}"
        yield name
        if isinstance(value, dict) and name.count(".") < DEEPEST:
            yield from _names(value, f"{name}.")
