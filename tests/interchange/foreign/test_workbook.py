"""Workbooks: their cells as text, and files that are none."""

import base64
import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from suptime.interchange.foreign import workbook
from suptime.interchange.foreign.record import NotSuch

SCENARIO = Path(__file__).parents[2] / "scenarios" / "imports" / "g22-zammad-redmine-gitlab.toml"


@pytest.fixture(scope="module")
def sheet() -> bytes:
    files = tomllib.loads(SCENARIO.read_text("utf-8"))["files"]
    return base64.b64decode(files["zammad.xlsx.b64"])


def test_a_sheet_is_csv_with_a_line_for_each_row(sheet: bytes):
    assert workbook.is_workbook(sheet)
    (text,) = workbook.sheets_of(sheet, "")
    assert text.splitlines()[0].startswith("Ticket#,Title,")


def test_a_sheet_that_is_not_there_and_broken_files_are_named(sheet: bytes):
    with pytest.raises(NotSuch, match="it has no sheet"):
        list(workbook.sheets_of(sheet, "Hours"))
    directory = sheet.index(b"PK\x01\x02")
    newer = sheet[: directory + 6] + b"\xff" + sheet[directory + 7 :]
    for raw in (sheet[:200], newer, b"PK\x03\x04"):
        with pytest.raises(NotSuch, match="cannot be read"):
            list(workbook.sheets_of(raw, ""))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2026, 10, 5), "2026-10-05"),  # noqa: DTZ001 - cells have no zone
        (datetime(2026, 10, 5, 9, 30), "2026-10-05 09:30:00"),  # noqa: DTZ001
        (date(2026, 10, 5), "2026-10-05"),
        (time(9, 30), "09:30:00"),
        (timedelta(hours=25, minutes=5), "25:05:00"),
        (timedelta(minutes=-10), "-0:10:00"),
        (15.0, "15"),
        (0.25, "0.25"),
        (True, "Yes"),
        ("two\nlines", "two lines"),
    ],
)
def test_days_are_days_and_durations_lengths(value: object, text: str):
    assert workbook._cell(value) == text
