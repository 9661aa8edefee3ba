"""Names of the store never become code: completed in real shells, in every state of quoting, and run."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from importlib.resources import files
from itertools import product
from pathlib import Path

import pytest
from terminal import PATIENCE, Terminal

pytestmark = pytest.mark.programs

STUB = """#!/bin/sh
if [ -n "$_SUPTIME_COMPLETE" ]; then cat "$HOME/answer"; kept=asked; else kept=given; fi
for word; do printf '%s\\0' "$word"; done >"$HOME/$kept.new"; mv "$HOME/$kept.new" "$HOME/$kept"
"""
"""A `suptime` that answers with the file `answer`, and writes down what it was asked and what it was run with."""

STARTS = {
    "bash": "bash --norc --noprofile -i",
    "zsh": "zsh -f -i",
    "fish": "fish --no-config -i",
}
SET_UP = {
    "bash": "PS1='ready> '; source {script}; clear",
    "zsh": "PS1='ready> '; autoload -Uz compinit; compinit -u; source {script}; clear",
    "fish": "function fish_prompt; echo 'ready> '; end; set -g fish_greeting; source {script}; clear",
}
NAMES = (
    "Zoe$(touch X)`touch Y`",
    "Zoe; touch X; #",
    "Zoe & touch X",
    "Zoe | touch X",
    "Zoe > X",
    "Zoe' ; touch X; '",
    'Zoe" ; touch X; "',
    "Zoe'",
    'Zoe"',
    "'Zoe'",
    '"Zoe"',
    "Zoe\\",
    "\\'; touch X; \\'",
    '\\"; touch X; \\"',
    "Zoe\\\\' x",
    "$(touch X)",
    "`touch X`",
    "${Zoe:-$(touch X)} $HOME $'a' $\"b\"",
    "(touch X)",
    "<(touch X)",
    "!! !$ !Zoe Zoe!",
    "!",
    "^Zoe^touch^",
    "~",
    "~root",
    "x=~root:~",
    "=ls",
    "* ? [a-z] {a,b} Z*",
    "#Zoe",
    "-Zoe --help",
    "Zoe=a:b=c",
    "a:b",
    "%1 %n %{Zoe%}",
    "Zoë Ångström 你好 €",
    "Zoe\u00a0Sousa\u3000x",
    "ZoeΩ a^b@c,d+e",
)
"""What an agent, or anything else that the store names, could be called."""

QUOTES = ("", '"', "'", "$'", "--agent=", '--agent="', "--agent='", "''\"", '""\'', "--agent\\=")
"""How the word begins that is to be completed."""

BEGUN = {
    "Zo": "Zo",
    '"Zo': "Zo",
    "'Zo": "Zo",
    "$'Zo": "Zo",
    "Z\\o": "Zo",
    'Z"o': "Zo",
    '"Z"o': "Zo",
    '"Z"\'o': "Zo",
    "Zoe\\$\\(tou": "Zoe$(tou",
    '"Zoe\\$(tou': "Zoe$(tou",
    "'Zoe$(tou": "Zoe$(tou",
    "--agent='Zo'\"e\\$": "--agent=Zoe$",
    '--agent="Zoe\\$"\\(': "--agent=Zoe$(",
}
"""Beginnings of a word, and what `suptime` is asked about."""

ISSUE = "Zoe$(touch X)`touch Y`"


@pytest.fixture(params=STARTS)
def name(request: pytest.FixtureRequest) -> str:
    """Each shell, by its name."""
    assert shutil.which(request.param), f"{request.param} is not installed"
    return request.param


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with the stub on the path, in which nothing else is."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "suptime").write_text(STUB)
    (programs / "suptime").chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.chdir(home)
    return home


@pytest.fixture
def shell(name: str, home: Path) -> Iterator[Terminal]:
    """The shell at its prompt, with completion set up."""
    script = files("suptime.cli").joinpath(f"completion.{name}")
    with Terminal(STARTS[name], os.environ, width=200) as terminal:
        terminal.type(SET_UP[name].format(script=script))
        terminal.press("Enter")
        terminal.wait_for_line("ready>")
        yield terminal


def given(shell: Terminal, home: Path, typed: str) -> list[str]:
    """The words that `suptime` is run with, when TYPED, Tab and Enter are typed."""
    (home / "given").unlink(missing_ok=True)
    shell.type(typed)
    shell.press("Tab", "Enter")
    until = time.monotonic() + PATIENCE / 4
    while not (home / "given").exists():
        if time.monotonic() > until:
            shell.press("C-c")
            return [f"nothing was run: {shell.screen}"]
        time.sleep(0.01)
    return words_in(home / "given")


def words_in(file: Path) -> list[str]:
    """The words that the stub wrote down in FILE."""
    return file.read_text("utf-8").split("\0")[:-1]


def refuse_made(home: Path) -> None:
    """Fail where a name has made a file in HOME."""
    ours = {"answer", "given", "asked", "given.new", "asked.new"}
    assert {path.name for path in home.iterdir() if not path.name.startswith(".")} <= ours


def line(word: str) -> str:
    """A command that ends in WORD, the value of an option."""
    return f"suptime list {'' if word.startswith('--agent') else '--agent '}{word}"


def test_a_name_arrives_as_it_is_in_every_state_of_quoting(name: str, home: Path, shell: Terminal):
    wrong = []
    for quotes, one in product(QUOTES, NAMES):
        if name == "fish" and (quotes == "$'" or (one.startswith("~") and not quotes)):
            continue  # fish has no such quotes, and offers no name that it would take for a home
        before = "--agent=" if quotes.startswith("--agent") else ""
        (home / "answer").write_text(f"{before}{one}\tabout $(touch X) `touch Y`; touch Z\n", "utf-8")
        got = given(shell, home, line(quotes))
        refuse_made(home)
        if got != ["list", *([] if before else ["--agent"]), before + one]:
            wrong.append((quotes, one, got))
    assert not wrong


def test_a_name_that_fish_would_take_for_a_home_is_not_offered(home: Path):
    (home / "answer").write_text("~root\nZoe\n", "utf-8")
    script = files("suptime.cli").joinpath("completion.fish")
    asking = f"source {script}; complete -C 'suptime list --agent '"
    done = subprocess.run(["fish", "--no-config", "-c", asking], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["Zoe"]


def test_a_word_that_is_begun_is_ended_in_its_own_quoting(name: str, home: Path, shell: Terminal):
    for begun, asked in BEGUN.items():
        if name == "fish" and begun.startswith("$'"):
            continue
        whole = f"--agent={ISSUE}" if asked.startswith("--") else ISSUE
        (home / "answer").write_text(f"{whole}\n", "utf-8")
        got = given(shell, home, line(begun))
        refuse_made(home)
        assert words_in(home / "asked")[-1] == asked
        assert got[-1] == whole


@pytest.mark.parametrize("keys", [("Tab", "Tab"), ("Tab", "Tab", "Tab"), ("M-*",), ("M-?",)], ids=" ".join)
def test_several_names_run_nothing_however_they_are_listed_and_chosen(
    home: Path, shell: Terminal, keys: tuple[str, ...]
):
    (home / "answer").write_text(
        "".join(f"Zoe; touch X; $(touch Y)`touch Z`{end}\ta; touch X\n" for end in "ab")
    )
    for quotes in QUOTES:
        shell.type(line(f"{quotes}{'' if quotes.startswith('--') else 'Zo'}"))
        shell.press(*keys)
        settle(shell)
        shell.press("Enter")
        settle(shell)
        shell.press("C-c")
        settle(shell)
        refuse_made(home)


def settle(shell: Terminal) -> None:
    """Wait until what is on the screen does not change for a while."""
    until, before = time.monotonic() + PATIENCE, ""
    while (screen := shell.screen) != before and time.monotonic() < until:
        before = screen
        time.sleep(0.25)


PROMPTS = {
    "bash": "PS1='$(suptime status --format prompt) \\$ '",
    "zsh": "RPROMPT='$(suptime status --format prompt)'",
    "fish": "    suptime status --format prompt",
}
"""The lines of the manual that show the running case in the prompt, one a shell."""


def test_a_prompt_of_the_manual_runs_nothing_that_it_shows(name: str, home: Path, shell: Terminal):
    manual = Path(__file__).parents[3] / "docs" / "how-to" / "set-up-your-shell.md"
    assert PROMPTS[name] in manual.read_text("utf-8").splitlines()
    words = "CASE-1 $(touch X)`touch Y`;touch Z 25m"
    program = home.parent / "programs" / "suptime"
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{words}\nEND\n")
    set_up = {
        "bash": PROMPTS["bash"],
        "zsh": f"setopt prompt_subst; {PROMPTS['zsh']}",
        "fish": f"function fish_right_prompt; {PROMPTS['fish']}; end",
    }
    shell.type(f"{set_up[name]}; clear")
    shell.press("Enter")
    shell.wait_for(words)
    shell.press("Enter", "Enter")
    settle(shell)
    refuse_made(home)
