"""Completion in real shells: typed into bash, zsh and fish in a terminal, and read off the screen."""

import os
import shutil
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from driving import Suptime
from terminal import Terminal

pytestmark = pytest.mark.programs

STARTS = {
    "bash": "bash --norc --noprofile -i",
    "zsh": "zsh -f -i",
    "fish": "fish --no-config -i",
}
SET_UP = {
    "bash": """PS1='ready> '; eval "$(suptime completion bash)"; clear""",
    "zsh": """PS1='ready> '; autoload -Uz compinit; compinit -u; eval "$(suptime completion zsh)"; clear""",
    "fish": "function fish_prompt; echo 'ready> '; end; set -g fish_greeting; suptime completion fish | source; clear",
}
MORE = {"bash": 2, "zsh": 1, "fish": 0}
"""How often the tab key is pressed until what there is is listed, after it has typed what all have in common."""


@pytest.fixture(params=["bash", "zsh", "fish"])
def name(request: pytest.FixtureRequest) -> str:
    """Each shell, by its name."""
    assert shutil.which(request.param), f"{request.param} is not installed"
    return request.param


@pytest.fixture
def shell(name: str, acme: Suptime) -> Iterator[Terminal]:
    """The shell at its prompt, with completion set up as the manual says."""
    acme("case edit CASE-123 --subject 'Nightly export fails'")
    environ = {
        **os.environ,
        "PATH": f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "LC_ALL": "C.UTF-8",
    }
    del environ["COLUMNS"]
    with Terminal(STARTS[name], environ) as terminal:
        terminal.type(SET_UP[name])
        terminal.press("Enter")
        terminal.wait_for_line("ready>")
        yield terminal


def test_a_command_an_option_and_its_value_are_typed_to_the_end(name: str, shell: Terminal):
    shell.type("suptime sta")
    shell.press(*["Tab"] * max(1, MORE[name]))
    shell.wait_for("start", "status")
    shell.type("tus --fo")
    shell.press("Tab")
    shell.wait_for_line("suptime status --format")
    shell.type("j")
    shell.press("Tab")
    shell.wait_for_line("suptime status --format json")
    shell.press("Enter")
    shell.wait_for('"running": null')


def test_a_value_behind_an_equals_sign_is_typed_to_the_end(shell: Terminal):
    shell.type("suptime status --format=js")
    shell.press("Tab")
    shell.wait_for_line("suptime status --format=json")


def test_open_cases_are_shown_with_their_subjects(name: str, shell: Terminal):
    shell.type("suptime start case-1")
    shell.press("Tab")
    shell.wait_for("CASE-12")
    shell.press(*["Tab"] * MORE[name])
    screen = shell.wait_for("CASE-123", "CASE-124", "CASE-125", "acme: Nightly export fails")
    assert "CASE-200" not in screen
    shell.type("3")
    shell.press("Enter")
    shell.wait_for("Started U1 on CASE-123")


def test_a_name_with_a_blank_and_marks_of_the_shell_stays_one_word(acme: Suptime, shell: Terminal):
    acme(["log", "CASE-123", "5m", "--agent", "Ana $(touch hacked) Sousa"])
    shell.type("suptime list --agent A")
    shell.press("Tab")
    shell.wait_for("hacked")
    shell.press("Enter")
    shell.wait_for("CASE-123", "Total: 5m")
    assert not (acme.home / "hacked").exists()


@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_name_that_is_code_runs_nothing_where_a_quote_is_open(acme: Suptime, shell: Terminal, quote: str):
    acme(["log", "CASE-123", "5m", "--agent", "Zoe$(touch X)`touch Y`"])
    shell.type(f"suptime list --agent {quote}Zo")
    shell.press("Tab", "Enter")
    shell.wait_for("CASE-123", "Total: 5m")
    assert not (acme.home / "X").exists()
    assert not (acme.home / "Y").exists()


def test_a_file_is_completed_where_a_quote_is_open(acme: Suptime, shell: Terminal):
    Path(acme.home, "won $(touch X).toml").touch()
    shell.type('suptime contract check "won')
    shell.press("Tab", "Enter")
    shell.wait_for("is missing")
    assert not (acme.home / "X").exists()


def test_folders_are_completed_by_the_shell(acme: Suptime, shell: Terminal):
    Path(acme.home, "wonder").mkdir()
    Path(acme.home, "wonderful.toml").touch()
    shell.type("suptime invoice --out=wond")
    shell.press("Tab")
    shell.wait_for_line("suptime invoice --out=wonder/")


def test_files_are_completed_by_the_shell(acme: Suptime, shell: Terminal):
    Path(acme.home, "wonderful.toml").touch()
    shell.type("suptime contract check wond")
    shell.press("Tab")
    shell.wait_for_line("suptime contract check wonderful.toml")


def test_without_a_store_nothing_is_said_and_nothing_made(acme: Suptime, shell: Terminal):
    acme.database.unlink()
    shell.type("suptime start CASE-1")
    shell.press("Tab", "Tab")
    shell.type("2")
    shell.wait_for_line("suptime start CASE-12")
    assert not acme.database.exists()


def test_gaps_are_asked_for_on_a_terminal(acme: Suptime, shell: Terminal):
    shell.type("suptime gaps")
    shell.press("Enter")
    shell.wait_for("2026-10-05 09:00-14:00, 5h: which case?")
    shell.type("CASE-124 Read the logs")
    shell.press("Enter")
    shell.wait_for("Logged U1: 5h on CASE-124, 09:00 to 14:00.")
    assert acme.units[0]["note"] == "Read the logs"
