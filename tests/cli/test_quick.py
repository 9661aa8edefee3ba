"""The timer's commands do the same, read without Typer or by it, whatever is typed."""

import shutil
import sys
from pathlib import Path
from unittest import mock

import pytest
from driving import Suptime
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from suptime import cli
from suptime.cli import fast as quick
from suptime.cli.parameters import COMMANDS

PLAIN = (
    "start CASE-123",
    "start CASE-123 --at -15m --note 'a note' --channel phone --agent bob --guest --requested --format json",
    "start --note=--help CASE-124 --at=08:30",
    "stop",
    "stop case-123 --note done --agent=ana",
    "status",
    "status --format prompt",
    "cancel --format json",
    "resume CASE-124 --at '2026-10-05 08:30' --note again",
)
ODD = (
    "",
    "--help",
    "status --help",
    "status -h",
    "start -- CASE-123",
    "start ''",
    "start CASE-123 CASE-124",
    "start CASE-123 --note a --note b",
    "start CASE-123 --note",
    "start CASE-123 --note ''",
    "start CASE-123 --note --guest",
    "start CASE-123 --guest=yes",
    "start CASE-123 --channel fax",
    "start CASE-123 --channel PHONE",
    "start CASE-123 --chan phone",
    "start -5m",
    "stop --channel phone",
    "status CASE-123",
    "status --format csv",
    "cancel --at 09:00",
    "stat",
    "list",
)
TYPED = (
    *("CASE-123", "case-124", "CASE-125", "CASE-200", "CASE-132", "", "--", "-", "--help", "-h"),
    *("--format", "--format=json", "--format=", "json", "text", "prompt", "csv", "JSON"),
    *("--at", "--at=08:30", "--at=-15m", "--at=tomorrow", "-15m", "-1:30", "09:30", "23:30", "now", "-p5"),
    *("--note", "--note=", "--note=a note", "--note=a\nb", "a note", "--agent", "--agent=bob", "bob"),
    *("--guest", "--guest=", "--requested", "--no-guest", "--channel", "--channel=phone", "phone", "fax"),
    *("--channel=PHONE", "--case", "--notes", "-n", "--=", "=", "--version"),
)
WORDS = st.sampled_from(TYPED) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES = {
    "case": ("CASE-123", "case-124 ", "CASE-125", "CASE-200", "CASE-132"),
    "at": ("08:30", "-15m", "-1h", "13:59", "15:00", "13", "2026-10-05 08:30"),
    "note": ("a note", "  b ", "ä", "[b]", "a\x1bb", "=", "--"),
    "agent": ("bob", "ana", " x", "Ana Sousa"),
    "channel": ("phone", "email", "remote"),
    "form": ("json", "text", "prompt"),
}


@st.composite
def plain_lines(draw: st.DrawFn) -> list[str]:
    """A command with some of its own options, and values of the right kind."""
    command = draw(st.sampled_from([*COMMANDS]))
    line = [command]
    for each in draw(st.permutations(COMMANDS[command])):
        if draw(st.booleans()):
            value = draw(st.sampled_from(VALUES.get(each.name, ("",))))
            line += [word for word in (each.flag, value) if word]
    return line


ANY_LINES = st.builds(
    lambda command, words: [command, *words],
    st.sampled_from([*COMMANDS, "--version", "stat"]),
    st.lists(WORDS, max_size=5),
)
STANDS = ("nothing", "running", "worked", "interrupted")


@pytest.fixture
def stands(acme: Suptime, tmp_path: Path) -> dict[str, Path]:
    """Databases to start from, by how the timer stands in them."""
    made = {}
    for name, commands in {
        "nothing": (),
        "running": ("start CASE-123 --at 12:00 --note first",),
        "worked": ("log CASE-124 30m --from 11:00", "log CASE-123 5m --from 12:00"),
        "interrupted": ("log CASE-124 30m --from 11:00", "start CASE-123 --at 12:00"),
    }.items():
        for command in commands:
            acme(command)
        made[name] = Path(shutil.copy(acme.database, tmp_path / name))
        for _ in commands:
            acme("undo")
    return made


def both_ways(suptime: Suptime, start: Path, line: list[str]) -> list[tuple[object, ...]]:
    """What LINE leaves behind in a copy of the database START: without Typer where that may be, and by it."""
    left = []
    for way in (quick.run, lambda _: False):
        shutil.copy(start, suptime.database)
        with mock.patch.object(quick, "run", way):
            done = suptime(line, code=None)
        left.append((done.code, done.out, done.err, suptime.rows()))
    return left


@given(line=plain_lines() | ANY_LINES, stand=st.sampled_from(STANDS))
@example(line=["start", "CASE-123", "--note", "-5m"], stand="nothing")
@example(line=["start", "CASE-123", "--note", "-٣"], stand="nothing")
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_ways_say_and_do_the_same(acme: Suptime, stands: dict[str, Path], line: list[str], stand: str):
    event("without Typer" if quick.read(line) is not None else "by Typer")
    without, by_typer = both_ways(acme, stands[stand], line)
    assert without == by_typer


@pytest.mark.parametrize("line", PLAIN)
def test_plain_forms_need_no_typer(acme: Suptime, line: str):
    assert not loads_typer(acme, line)


@pytest.mark.parametrize("line", ODD)
def test_everything_else_is_left_to_typer(acme: Suptime, line: str):
    assert loads_typer(acme, line)


def loads_typer(suptime: Suptime, line: str) -> bool:
    """Whether LINE comes as far as where Typer would be loaded: here, where it cannot be."""
    with (
        mock.patch.dict(sys.modules, {"suptime.cli.tree": None}),
        mock.patch.object(cli, "tree", create=True),
    ):
        del cli.tree  # the package knows what another test imported
        done = suptime(line, code=None)
    return "suptime itself failed: ModuleNotFoundError" in done.err


@pytest.mark.parametrize("way", [quick.run, lambda _: False])
def test_without_a_store_both_ways_make_one(suptime: Suptime, way: object):
    with mock.patch.object(quick, "run", way):
        assert suptime("status").out == "No timer runs.\n"
    assert suptime.database.exists()
