"""The scenarios: what suptime does, start to end, policy by policy.

They are played in this process where no shell is needed, which is many times faster; one
is played against the installed command as well, and `scenarios/run.py` plays all of them so.
"""

import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from scenarios import run

FOLDER = Path(run.__file__).parent
FILES = run.scenario_files([FOLDER])
LATER = run.waiting(FOLDER / "not-yet.txt")
POLICY = re.compile("[a-e]")
"""How the scenarios of a contract's clauses begin. Rating has no database, so the others are played on PostgreSQL."""


@pytest.fixture(scope="module")
def command():
    """The command as this Python's installation put it there."""
    found = shutil.which("suptime", path=sysconfig.get_path("scripts"))
    assert found, "the command suptime is not installed beside this Python"
    return [found]


@pytest.mark.parametrize("path", [f for f in FILES if f.stem not in LATER], ids=lambda f: f.stem)
def test_a_scenario_passes_and_leaves_a_store_that_is_whole(path, command):
    scenario = run.read(path)
    examined = run.Step(("suptime doctor > examined.txt || { cat examined.txt >&2; false; }",))
    whole = replace(scenario, steps=(*scenario.steps, examined))
    assert run.play(whole, command, call=run.in_process) == []


def test_a_scenario_passes_with_the_installed_command(command):
    assert run.play(run.read(FOLDER / "t-timer.toml"), command) == []


@pytest.mark.postgres
@pytest.mark.parametrize(
    "path",
    [f for f in FILES if f.stem not in LATER and not (f.parent == FOLDER and POLICY.match(f.stem))],
    ids=lambda f: f.stem,
)
def test_a_scenario_passes_on_postgresql(path, command, databases):
    database = databases.url(databases.fresh())
    assert run.play(run.read(path), command, database, call=run.in_process) == []


@pytest.mark.postgres
def test_a_scenario_passes_on_postgresql_with_the_installed_command(command, databases):
    words = [sys.executable, run.__file__, FOLDER / "t-timer.toml", "--suptime", command[0]]
    words += ["--database", databases.url(databases.fresh())]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "1 passed, 0 failed, 0 not yet possible"


def test_the_scenarios_that_wait_for_something_do_not_pass_yet(command):
    waiting = [path for path in FILES if path.stem in LATER]
    passing = [path.stem for path in waiting if not run.play(run.read(path), command, call=run.in_process)]
    assert passing == [], "take these out of not-yet.txt"


def test_every_waiting_scenario_is_there_and_has_a_reason():
    assert sorted(LATER) == sorted(f.stem for f in FILES if f.stem in LATER)
    assert all(LATER.values())


def test_every_clause_of_the_policies_is_named_by_a_scenario():
    named = {number for path in FILES for number in tomllib.loads(path.read_text("utf-8")).get("clauses", ())}
    counts = {"A": 7, "B": 9, "C": 5, "D": 6, "E": 10}
    assert {number for number in named if number[0] in counts} == {
        f"{policy}{n}" for policy, count in counts.items() for n in range(1, count + 1)
    }


# The runner itself: one that never fails proves nothing.

WORLD = """
title = "A small world"
now = "2026-10-05T14:00:00Z"
[[step]]
run = "suptime client add acme --name Acme --currency USD --timezone UTC"
"""


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ('run = "suptime stop"', "exit code 3, expected 0"),
        ('run = "suptime status"\nexit = 3', "exit code 0, expected 3"),
        ('run = "suptime status"\nstdout_has = ["CASE-1"]', "stdout does not say 'CASE-1'"),
        ('run = "suptime status"\nstderr_has = ["timer"]', "stderr does not say 'timer'"),
        ('run = "suptime status --format json"\njson = { "running" = "U1" }', "expected 'U1', found None"),
        ('run = "suptime status --format json"\njson = { "running/unit" = 1 }', "found 0 values"),
        ('run = "suptime status --format json"\njson = { "running" = "(absent)" }', "expected nothing"),
        ('run = "suptime status"\njson = { "running" = 1 }', "stdout is not JSON"),
        ('run = "suptime list --format json"\njson = { "units/#" = 1 }', "expected 1, found 0"),
        ('run = "suptime list --format json"\njson = { "units/#" = false }', "expected False, found 0"),
        ('run = "suptime list --format json"\njson = { "units/*/seconds+" = 1 }', "the sum is 0, expected 1"),
        ('run = "suptime list"\nid = "unit"', "no id in"),
        ("run = \"echo 'Traceback (most recent call last)' >&2\"", "a traceback"),
    ],
)
def test_the_runner_sees_what_differs(step, problem, tmp_path, command):
    path = tmp_path / "small.toml"
    path.write_text(f"{WORLD}[[step]]\n{step}\n")
    problems = run.play(run.read(path), command, call=run.in_process)
    assert len(problems) == 1
    assert problem in problems[0]


def test_a_scenario_ends_where_a_command_ends_unexpectedly(tmp_path, command):
    path = tmp_path / "small.toml"
    path.write_text(f'{WORLD}[[step]]\nrun = """\nsuptime stop\nsuptime start CASE-9\n"""\n')
    assert ["suptime stop" in problem for problem in run.play(run.read(path), command)] == [True]


def test_an_unknown_key_in_a_scenario_is_an_error(tmp_path):
    path = tmp_path / "small.toml"
    path.write_text(f'{WORLD}stdout = "Added"\n')
    with pytest.raises(ValueError, match="unknown keys stdout"):
        run.read(path)
