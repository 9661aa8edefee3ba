"""Rows as CSV by RFC 4180, harmless to a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from suptime.language.figures import single_line

# What makes a spreadsheet take a cell for a formula (OWASP), and the same signs in full width.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class Sheet(NamedTuple):
    """Rows of a spreadsheet, and the names of their columns: scripts rely on these, so names are only added, at the end."""

    columns: Sequence[str]
    rows: Iterable[Mapping[str, Any]]


def write(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return `rows` under the names of their `columns`, in UTF-8, their lines ended by CRLF.

    Whole numbers and Decimals are unchanged. Everything else is text: on one line, quoted, so that a
    separator in it does not begin a new cell, with a single quote before text that a spreadsheet could
    read as a formula. None is an empty cell.
    """
    made = io.StringIO(newline="")
    writer = csv.writer(made, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return made.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, int | Decimal):
        return value
    text = single_line(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
