"""Rows for programs: a line for each record, its values separated by tabs, without a header."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from suptime.domain.time import Zone, from_rfc3339

_BREAKS = re.compile("\r\n|[\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def write(rows: Iterable[Sequence[Any]]) -> str:
    r"""Return `rows` in lines.

    None is an empty value, a truth is `true` or `false`, and a tab or line break inside a value is a space.

    >>> write([["U1", 3600, None, "a\tb\r\nc"], ["U2", 60, True, ""]])
    'U1\t3600\t\ta b c\nU2\t60\ttrue\t\n'
    """
    return "".join("\t".join(map(_value, row)) + "\n" for row in rows)


def write_sheet(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the rows of a sheet in lines. An instant is on the clocks of its row's time zone, with their offset."""
    return write([_placed(row, column) for column in columns] for row in rows)


def _placed(row: Mapping[str, Any], column: str) -> Any:
    value = row.get(column)
    if column.endswith("_at") and value:
        return Zone(row.get("timezone") or "UTC").local(from_rfc3339(value)).isoformat()
    return value


def _value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _BREAKS.sub(" ", str(value))
