"""The command line as such: help, versions, pipes, interrupts, crashes, strange terminals."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from driving import Suptime

import suptime as package
from suptime.cli import main
from suptime.cli import tree as commands
from suptime.cli.main import rewrite

COMMANDS = [entry for entries in commands.PANELS.values() for entry in entries]


def test_the_version_is_shown(suptime: Suptime):
    assert suptime("--version").out == f"suptime {package.__version__}\n"
    assert suptime.process("--version").stdout == f"suptime {package.__version__}\n"


def test_the_help_lists_every_command_in_eighty_columns(suptime: Suptime):
    shown = suptime("--help").out
    assert suptime("").out == shown
    assert max(map(len, shown.splitlines())) <= 80
    for entry in COMMANDS:
        assert f"\n  {entry.name} " in shown


@pytest.mark.parametrize("entry", COMMANDS, ids=[entry.name for entry in COMMANDS])
def test_every_command_has_a_help_that_says_what_the_list_says(suptime: Suptime, entry: commands.Entry):
    shown = suptime([entry.name, "--help"])
    assert shown.out.startswith(f"Usage: suptime {entry.name} ")
    assert shown.err == ""
    assert max(map(len, shown.out.splitlines())) <= 80


def test_a_group_without_its_command_names_them(suptime: Suptime):
    said = suptime("case", code=2).err
    assert said.startswith("Error: 'suptime case' needs a command: open, ")
    assert len(said.splitlines()) == 2


def test_a_wrong_command_of_a_group_names_the_nearest(suptime: Suptime):
    assert suptime("case opne", code=2).err.startswith(
        "Error: Unknown command 'suptime case opne'. Did you mean 'suptime case open'?\n"
    )


@pytest.mark.parametrize(
    ("typed", "rewritten"),
    [
        ("invoice --month", "invoice --month last"),
        ("invoice --month --format json", "invoice --month last --format json"),
        ("invoice --month 2026-10", "invoice --month 2026-10"),
        ("explain CASE-1 --month", "explain CASE-1 --month last"),
        ("compare --month --client x", "compare --month last --client x"),
        ("log CASE-1 5m --note --month", "log CASE-1 5m --note --month"),
    ],
)
def test_a_bare_month_is_spelled_out(typed: str, rewritten: str):
    assert rewrite(typed.split()) == rewritten.split()


def test_an_interrupt_is_quiet(suptime: Suptime, monkeypatch: pytest.MonkeyPatch):
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "root", interrupted)
    assert suptime("list", code=130).err == ""


def test_ctrl_c_while_waiting_for_a_lock_is_quiet(acme: Suptime):
    import sqlite3
    import time

    lock = sqlite3.connect(acme.database, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    waiting = acme.spawn("start CASE-123", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(1)
    waiting.send_signal(signal.SIGINT)
    lock.execute("ROLLBACK")
    lock.close()
    out, err = waiting.communicate(timeout=30)
    assert "Traceback" not in err
    assert (waiting.returncode, out, err) in ((130, "", ""), (0, out, ""))


def test_a_reader_that_goes_away_is_no_error(acme: Suptime):
    acme("log CASE-123 30m")
    reading, writing = os.pipe()
    os.close(reading)
    done = acme.process("list --format json", stdout=writing, stderr=subprocess.PIPE, capture_output=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("unbuffered", ["1", None])
def test_a_full_disk_behind_stdout_is_said(acme: Suptime, unbuffered: str | None):
    acme.set(PYTHONUNBUFFERED=unbuffered)
    with Path("/dev/full").open("w") as full:
        done = acme.process("status", stdout=full, stderr=subprocess.PIPE, capture_output=False)
    assert (done.returncode, done.stderr) == (1, "Error: No space left on device.\n")


def test_a_fault_of_its_own_is_one_line_and_a_hint(suptime: Suptime, monkeypatch: pytest.MonkeyPatch):
    def broken() -> None:
        raise ZeroDivisionError("oops\nmore")

    monkeypatch.setattr(commands, "root", broken)
    assert suptime("list", code=1).err == (
        "Error: suptime itself failed: ZeroDivisionError: oops\n"
        "Run the command again with SUPTIME_DEBUG=1 to see the traceback.\n"
    )
    suptime.set(SUPTIME_DEBUG="1")
    with pytest.raises(ZeroDivisionError):
        main.run(["list"])


def test_a_database_error_that_slipped_through_is_the_stores(
    suptime: Suptime, monkeypatch: pytest.MonkeyPatch
):
    import sqlite3

    def broken() -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(commands, "root", broken)
    assert (
        suptime("list", code=5).err == "Error: The database failed: disk I/O error.\nNothing was changed.\n"
    )


def test_an_argument_that_is_no_text_is_refused(suptime: Suptime):
    assert suptime(["log", "CASE-1", "5m", "--note", "caf\udce9"], code=2).err == (
        'Error: The argument "caf\\udce9" is not valid text in this terminal\'s encoding.\nType it as UTF-8.\n'
    )


def test_utf_8_in_a_locale_without_it_is_read_all_the_same(acme: Suptime):
    posix = {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    acme.process(["log", "CASE-123", "5m", "--note", "Café"], env=os.environ | posix)
    assert acme.units[0]["note"] == "Café"


@pytest.mark.parametrize(
    ("command", "code"), [("status >&-", 0), ("stop 2>&-", 3), ("nope 2>&-", 2), ("nope >&- 2>&-", 2)]
)
def test_closed_streams_are_no_fault(acme: Suptime, command: str, code: int):
    done = subprocess.run(["sh", "-c", f"{sys.executable} -m suptime {command}"], check=False)
    assert done.returncode == code


def test_a_terminal_of_another_encoding_gets_what_it_can_show(acme: Suptime):
    acme("log CASE-123 30m --note 'Café ☕'")
    latin = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1"}
    shown = acme.process("list", env=os.environ | latin, text=False).stdout
    assert b"Caf\xe9 \\u2615" in shown
    shown = acme.process("list --format json", env=os.environ | latin, text=False).stdout
    assert b'"Caf\\u00e9 \\u2615"' in shown


def test_cron_needs_no_home_no_terminal_and_no_zone(acme: Suptime):
    done = subprocess.run(
        [sys.executable, "-m", "suptime", "status"],
        env={"SUPTIME_DB": str(acme.database), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        cwd="/",
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "No timer runs.\n", "")
