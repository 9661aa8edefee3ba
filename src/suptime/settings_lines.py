"""Where in a TOML text each setting stands."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any


def lines_of(text: str) -> dict[str, int]:
    r"""The line of each setting and table in TEXT, which is TOML, by its name: `seller.name`.

    The text is read again and again, each time to one line further: what is new in it was said
    by the lines since it could last be read. So it is TOML's own reader that knows what a line
    means, and a value of several lines has its first one.

    >>> lines_of('agent = "ana"\n[seller]\n# who\nname = "x"')
    {'agent': 1, 'seller': 2, 'seller.name': 4}
    """
    found: dict[str, int] = {}
    lines = text.splitlines(keepends=True)
    begun = 1
    for count in range(1, len(lines) + 1):
        try:
            read = tomllib.loads("".join(lines[:count]))
        except tomllib.TOMLDecodeError:
            continue
        for name in _names(read):
            found.setdefault(name, begun)
        begun = count + 1
    return found


def _names(table: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in table.items():
        name = f"{prefix}{key}"
        yield name
        if isinstance(value, dict):
            yield from _names(value, f"{name}.")
