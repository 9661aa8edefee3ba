"""Workbooks (xlsx, xls, ods) as CSV: one text for each sheet, whose lines are the rows of the sheet."""

import csv
import io
import struct
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from suptime.interchange.foreign.record import NotSuch, excerpt

MOST_ROWS = 1_000_000
LARGEST_SHEET = 100 * 1024 * 1024
"""Limits of one sheet: its rows, and its unpacked bytes."""

_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def is_workbook(raw: bytes) -> bool:
    """Return whether `raw` begins like a workbook."""
    return raw.startswith(_MAGIC)


def sheets_of(raw: bytes, wanted: str) -> Iterator[str]:
    """Yield each sheet of the workbook `raw` as CSV, or only the sheet that is `wanted`.

    Raises:
        NotSuch: it is no workbook, or too large; there is no such sheet; python-calamine is not installed.
    """
    try:
        import python_calamine
    except ImportError as error:
        raise NotSuch(
            "workbooks need another package: pip install 'suptime[xlsx]'. Or save the sheet as CSV"
        ) from error
    _check_size(raw)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        names = book.sheet_names
    except Exception as error:  # its errors have no common class of their own
        raise NotSuch(f"the workbook cannot be read: {error}") from error
    if wanted and wanted not in names:
        raise NotSuch(f"it has no sheet {excerpt(wanted)}; its sheets are {', '.join(names)}")
    for name in [wanted] if wanted else names:
        try:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        except Exception as error:
            raise NotSuch(f"the sheet {excerpt(name)} cannot be read: {error}") from error
        if len(rows) > MOST_ROWS:
            raise NotSuch(f"the sheet {excerpt(name)} has more than {MOST_ROWS} rows")
        if rows:
            yield _as_csv(rows)


def _check_size(raw: bytes) -> None:
    if not raw.startswith(_MAGIC[0]):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            largest = max((part.file_size for part in packed.infolist()), default=0)
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, struct.error) as error:
        raise NotSuch(f"the workbook cannot be read: {error}") from error
    if largest > LARGEST_SHEET:
        raise NotSuch(f"a sheet is larger than {LARGEST_SHEET // 1024 // 1024} MiB")


def _as_csv(rows: list[list[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> str:
    """Return a cell as text: days are days, durations lengths, whole numbers have no point."""
    match value:
        case bool():
            return "Yes" if value else "No"
        case datetime():
            return str(value.date()) if value.time() == time() else value.isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
        case timedelta():
            seconds = round(value.total_seconds())
            sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
            return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case _:
            return " ".join(str(value).split())
