"""Start-up is a feature: the timer's commands load no heavy library, and no command loads more than it needs."""

import json
import shlex
import subprocess
import sys

import pytest
from driving import Suptime

HEAVY = {
    "sqlmodel",
    "sqlalchemy",
    "alembic",
    "pydantic",
    "jinja2",
    "rich",
    "tzlocal",
    "asyncio",
    "typst",
    "babel",
    "tomllib",
}
BEYOND_A_TIMER = HEAVY | {
    "typer",
    "click",
    "argparse",
    "dataclasses",
    "inspect",
    "pathlib",
    "difflib",
    "platformdirs",
    "logging",
    "urllib",
    "subprocess",
    "decimal",
    "hashlib",
}

REPORT = """
import json, sys
from suptime.cli.main import run
code = run(sys.argv[1:])
print(json.dumps([code, sorted(name.partition(".")[0] for name in sys.modules)]), file=sys.stderr)
"""


def loaded(command: str) -> set[str]:
    """The top-level modules that COMMAND loads."""
    done = subprocess.run(
        [sys.executable, "-c", REPORT, *shlex.split(command)], capture_output=True, text=True, check=True
    )
    code, names = json.loads(done.stderr.splitlines()[-1])
    assert code == 0, done.stderr
    return set(names)


@pytest.mark.parametrize(
    "command", ["start CASE-124", "stop", "status", "status --format json", "cancel", "resume"]
)
def test_the_timer_loads_neither_typer_nor_anything_heavy(acme: Suptime, command: str):
    acme("log CASE-124 5m --from 12:00")
    acme("start CASE-123")
    assert not loaded(command) & BEYOND_A_TIMER


@pytest.mark.parametrize("command", ["start CASE-124", "stop", "status"])
def test_a_settings_file_loads_its_reader_and_no_more(acme: Suptime, command: str):
    settings = acme.home / ".config/suptime/config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('timezone = "Europe/Berlin"\n[seller]\nname = "Good Firm"\n')
    acme("start CASE-123")
    assert loaded(command) & BEYOND_A_TIMER == {"tomllib"}


@pytest.mark.parametrize(
    "words", ["sta", "start CASE-1", "invoice show I", "edit U", "log CASE-123 5m --agent a"]
)
def test_a_shells_question_loads_no_more_than_the_timer(
    acme: Suptime, monkeypatch: pytest.MonkeyPatch, words: str
):
    acme("log CASE-124 5m --from 12:00")
    monkeypatch.setenv("_SUPTIME_COMPLETE", "bash")
    assert not loaded(words) & BEYOND_A_TIMER


def test_the_check_above_sees_a_heavy_library_where_there_is_one(acme: Suptime):
    assert {"sqlalchemy", "sqlmodel"} <= loaded("client edit acme --city Bonn")


READERS = [
    *("list", "gaps", "case list", "case show CASE-123", "client list", "client show acme", "contract list"),
    *(
        "invoice --month 2026-09",
        "invoice list",
        "prepaid list",
        "appointment list",
        "report hours",
    ),
]


@pytest.mark.parametrize("command", [*READERS, "log CASE-123 5m --from '2026-10-05 07:00'"])
def test_what_only_reads_loads_no_tables_and_neither_does_log(acme: Suptime, command: str):
    assert not loaded(command) & {"sqlalchemy", "sqlmodel", "pydantic"}


@pytest.mark.parametrize("command", ["--help", "--version", "start --help"])
def test_help_loads_nothing_heavy(suptime: Suptime, command: str):
    assert not loaded(command) & HEAVY
