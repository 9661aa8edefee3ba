"""Files as other programs write them, and what comes in of each: the tables beside this file.

A table's `comes_in` holds a line per unit: case, agent, start, end, and the note. `faults` are
`line: value: words`; `says` is what is printed on stderr where the file as a whole is refused.
"""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from driving import Suptime

from suptime.cli.commands.imports import LOGS
from suptime.interchange.foreign import FORMATS

TABLES = sorted(Path(__file__).parent.glob("*.toml"))
FILES = [
    pytest.param(path.stem, log, id=f"{path.stem}: {log['name']}")
    for path in TABLES
    for log in tomllib.loads(path.read_text("utf-8"))["log"]
]


@pytest.mark.parametrize(("form", "log"), FILES)
def test_a_file_comes_in_as_its_table_says(acme: Suptime, form: str, log: dict[str, Any]):
    acme.at("2026-11-22T18:00:00Z")
    text = log["file"] if log.get("ends_in_line_break", True) else log["file"].rstrip("\n")
    (acme.home / "log").write_bytes(text.replace("<NUL>", "\0").encode(log.get("encoding", "utf-8")))
    options = log.get("options", "")
    done = acme(f"import {form} log {options} --dry-run --format json", code=log.get("code", 0))
    if "says" in log:
        assert done.err == log["says"]
        return
    found = done.json["import"]
    shown = [
        f"{unit['case']} {unit['agent']} {unit['started_at']} {unit['ended_at']} {unit['note']}".strip()
        for unit in found["units"]
    ]
    assert shown == log["comes_in"]
    faults = [f"{fault['line']}: {fault['key']}: {fault['expected']}" for fault in found["faults"]]
    assert faults == log.get("faults", [])
    assert [at["line"] for at in found["running"]] == log.get("running", [])
    assert [f"{at['line']}: {at['remark']}" for at in found["remarks"]] == log.get("remarks", [])
    assert [f"{case['case']}: {case['subject']}" for case in found["opened"]] == log.get("opens", [])


def test_every_format_has_a_table_and_the_command_knows_it():
    assert sorted(path.stem for path in TABLES) == sorted(FORMATS) == sorted(LOGS)
