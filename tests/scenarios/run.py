#!/usr/bin/env python3
"""Play scenarios against the `suptime` command, as people and scripts use it.

    python tests/scenarios/run.py [--suptime COMMAND | --in-process] [--jobs N] [--not-yet FILE] [PATH ...]

A PATH is a scenario file or a folder of them; without one, all scenarios beside this file.
README.md in this folder describes the format. Python's standard library is all this needs,
so that an installed wheel can be tried with nothing else around it.
"""

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ACCEPTED = "all,seller-name,seller-address,client-tax-id,einvoice-data"
"""The findings against issuing that a scenario accepts, unless it sets SUPTIME_ACCEPT itself."""

LONGEST_COMMAND = 300
"""Seconds after which a command counts as hanging."""

Done = tuple[int, str, str]
Call = Callable[[str, Path, Mapping[str, str]], Done]


@dataclass(frozen=True)
class Step:
    """Some commands and what is expected of each of them."""

    commands: tuple[str, ...]
    exit_code: int = 0
    now: str | None = None
    keep_id_as: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    stdout_has: tuple[str, ...] = ()
    stderr_has: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """A scenario file, read."""

    path: Path
    title: str
    steps: tuple[Step, ...]
    files: Mapping[str, str]
    now: str | None
    zone: str
    has_store: bool = True
    """Whether a store is made before the first step."""

    @property
    def name(self) -> str:
        return self.path.stem


def read(path: Path) -> Scenario:
    """The scenario in the file PATH. A key that no scenario has is an error: it would check nothing."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    _known(path, data, {"title", "clauses", "now", "tz", "init", "files", "step"})
    return Scenario(
        path,
        data["title"],
        tuple(_step(path, step) for step in data["step"]),
        data.get("files", {}),
        data.get("now"),
        data.get("tz", "UTC"),
        data.get("init", True),
    )


def _step(path: Path, step: Mapping[str, Any]) -> Step:
    _known(path, step, {"run", "exit", "id", "now", "json", "stdout_has", "stderr_has"})
    return Step(
        tuple(line.strip() for line in step["run"].splitlines() if line.strip()),
        step.get("exit", 0),
        step.get("now"),
        step.get("id"),
        step.get("json", {}),
        tuple(step.get("stdout_has", ())),
        tuple(step.get("stderr_has", ())),
    )


def _known(path: Path, table: Mapping[str, Any], keys: set[str]) -> None:
    if strange := sorted(set(table) - keys):
        raise ValueError(f"{path}: unknown keys {', '.join(strange)}")


def play(
    scenario: Scenario, command: Sequence[str], database: str | None = None, *, call: Call | None = None
) -> list[str]:
    """Run SCENARIO against COMMAND, in a home and a database of its own; what differs from it, in words.

    A command that ends with another exit code ends the scenario: what follows builds on it.
    DATABASE is a URL to use instead of a file; `{name}` in it stands for the scenario's name.
    CALL runs a line in another way than by a shell.
    """
    with tempfile.TemporaryDirectory(prefix="suptime-") as folder:
        home = Path(folder) / "home"
        environ = _prepare(scenario, command, Path(folder), home, database)
        problems = _init(home, environ, call or by_shell) if scenario.has_store else []
        for number, step in enumerate(scenario.steps, 1):
            if step.now:
                environ["SUPTIME_NOW"] = step.now
            for line in step.commands:
                found, stop = _run(step, line, home, environ, call or by_shell)
                problems += [f"step {number}: {line}\n      {problem}" for problem in found]
                if stop:
                    return problems
        return problems + _damage(home, environ, call or by_shell)


def _init(home: Path, environ: dict[str, str], call: Call) -> list[str]:
    """Make the store of a scenario, and return what is wrong with that."""
    code, _, stderr = call("suptime init --if-missing", home, environ)
    return [f"at the beginning, suptime init: {stderr}"] if code else []


def _damage(home: Path, environ: dict[str, str], call: Call) -> list[str]:
    """Return the damage that `suptime doctor` finds after a scenario: whatever was done, it must find none."""
    code, stdout, stderr = call("suptime doctor", home, environ)
    without_a_store = 5
    return [] if code in {0, without_a_store} else [f"at the end, suptime doctor: {stdout}{stderr}"]


def _prepare(
    scenario: Scenario, command: Sequence[str], folder: Path, home: Path, database: str | None
) -> dict[str, str]:
    home.mkdir()
    contracts = scenario.path.parent / "contracts"
    if contracts.is_dir():
        shutil.copytree(contracts, home / "contracts")
    for name, text in scenario.files.items():
        place = home / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    shim = folder / "bin" / "suptime"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', encoding="utf-8")
    shim.chmod(0o755)
    url = (
        database.replace("{name}", scenario.name.replace("-", "_")) if database else str(home / "suptime.db")
    )
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("SUPTIME_", "XDG_"))}
    environ |= {
        "PATH": f"{shim.parent}{os.pathsep}{environ.get('PATH', os.defpath)}",
        "HOME": str(home),
        "TZ": scenario.zone,
        "COLUMNS": "200",
        "NO_COLOR": "1",
        "SUPTIME_AGENT": "ana",
        "SUPTIME_DB": url,
        "SUPTIME_ACCEPT": ACCEPTED,
    }
    if scenario.now:
        environ["SUPTIME_NOW"] = scenario.now
    return environ


def by_shell(line: str, home: Path, environ: Mapping[str, str]) -> Done:
    """Run LINE as a shell does: exit code, stdout, stderr."""
    done = subprocess.run(
        ["sh", "-c", line],
        cwd=home,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONGEST_COMMAND,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def in_process(line: str, home: Path, environ: Mapping[str, str]) -> Done:
    """Run `line` in this process, whose Python has suptime, many times faster; by a shell if it needs one."""
    sys.path.append(str(HERE.parent / "support"))
    from calling import call, words_of  # only here: it needs suptime

    words = words_of(line, environ)
    return by_shell(line, home, environ) if words is None else call(words, home, environ)


def _run(step: Step, line: str, home: Path, environ: dict[str, str], call: Call) -> tuple[list[str], bool]:
    """Run one LINE of STEP: what differs, and whether the scenario ends here."""
    typed = f"{line} --format json" if step.keep_id_as else line
    try:
        code, stdout, stderr = call(typed, home, environ)
    except subprocess.TimeoutExpired:
        return [f"did not end within {LONGEST_COMMAND} s"], True
    if code != step.exit_code:
        said = (stderr or stdout).strip()
        return [f"exit code {code}, expected {step.exit_code}: {said}"], True
    problems = []
    if "Traceback (most recent call last)" in stderr:
        problems.append(f"a traceback: {stderr}")
    if step.keep_id_as:
        kept = _id_in(stdout)
        if kept is None:
            problems.append(f"no id in {stdout!r}")
        else:
            environ[step.keep_id_as] = kept
    if step.values:
        problems += differences(stdout, step.values)
    for stream, text, words in (
        ("stdout", stdout, step.stdout_has),
        ("stderr", stderr, step.stderr_has),
    ):
        problems += [
            f"{stream} does not say {word!r}: {text!r}"
            for word in words
            if word.casefold() not in text.casefold()
        ]
    return problems, False


def _id_in(text: str) -> str | None:
    """The id of the thing that a command printed as JSON: `{"unit": {"id": "U7", ...}}` gives U7."""
    try:
        data = json.loads(text)
    except ValueError:
        return None
    things = data.values() if isinstance(data, dict) else ()
    return next((str(thing["id"]) for thing in things if isinstance(thing, dict) and "id" in thing), None)


def differences(text: str, values: Mapping[str, Any]) -> list[str]:
    """Where TEXT, a JSON document, differs from VALUES: path to expected value.

    >>> differences('{"rows": [{"n": 1}, {"n": null}]}', {"rows/#": 2, "rows/*/n+": 1, "rows/1/n": "(null)"})
    []
    """
    try:
        document = json.loads(text)
    except ValueError:
        return [f"stdout is not JSON: {text!r}"]
    problems = []
    for path, expected in values.items():
        found = list(follow(document, path.removesuffix("+").split("/")))
        if path.endswith("+"):
            total = sum((Decimal(str(value)) for value in found if value is not None), Decimal(0))
            if total != Decimal(str(expected)):
                problems.append(f"{path}: the sum is {total}, expected {expected}")
        elif expected == "(absent)":
            problems += [f"{path}: expected nothing, found {found!r}"] if found else []
        elif len(found) != 1:
            problems.append(f"{path}: expected {expected!r}, found {len(found)} values: {found!r}")
        elif not _same(found[0], None if expected == "(null)" else expected):
            problems.append(f"{path}: expected {expected!r}, found {found[0]!r}")
    return problems


def _same(found: object, expected: object) -> bool:
    # In Python True == 1, in JSON it is not.
    return found == expected and isinstance(found, bool) == isinstance(expected, bool)


def follow(value: Any, parts: Sequence[str]) -> Iterator[Any]:
    """Every value that the path PARTS leads to from VALUE."""
    if not parts:
        yield value
        return
    part, rest = parts[0], parts[1:]
    for inner in _one_step(value, part):
        yield from follow(inner, rest)


def _one_step(value: Any, part: str) -> Iterator[Any]:
    if part == "#":
        if isinstance(value, list | dict):
            yield len(value)
    elif isinstance(value, dict):
        if part in value:
            yield value[part]
    elif isinstance(value, list):
        if part == "*":
            yield from value
        elif "=" in part:
            key, _, expected = part.partition("=")
            yield from (row for row in value if isinstance(row, dict) and str(row.get(key)) == expected)
        elif part.removeprefix("-").isdigit() and -len(value) <= int(part) < len(value):
            yield value[int(part)]


def waiting(path: Path) -> dict[str, str]:
    """The scenarios that PATH says cannot be played yet, each with its reason."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition(":") for line in lines if line and not line.startswith("#"))
    return {name.strip(): reason.strip() for name, _, reason in pairs}


def scenario_files(paths: Sequence[Path]) -> list[Path]:
    """The scenario files among PATHS, folders looked into, but for the contracts that they use."""
    return [file for path in paths for file in (_inside(path) if path.is_dir() else [path])]


def _inside(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*.toml") if file.parent.name != "contracts")


def main() -> int:
    """Play what the command line asks for. Exit code 1 where a scenario failed, or passed that should not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", default=[HERE])
    parser.add_argument("--suptime", default=shutil.which("suptime"), help="the command")
    parser.add_argument(
        "--in-process", action="store_true", help="run the suptime of this Python, without processes"
    )
    parser.add_argument("--jobs", type=int, default=2, help="how many scenarios at once")
    parser.add_argument("--not-yet", type=Path, default=HERE / "not-yet.txt", help="what cannot pass yet")
    parser.add_argument("--database", help="a database URL; {name} in it stands for the scenario's name")
    asked = parser.parse_args()
    scenarios = [read(path) for path in scenario_files(asked.paths)]
    if not asked.suptime and not asked.in_process:
        parser.error("there is no suptime on PATH: give --suptime or --in-process")
    command = [sys.executable, "-m", "suptime"] if asked.in_process else shlex.split(asked.suptime)
    later = waiting(asked.not_yet)
    passed = expected = 0
    # What runs in this process changes its folder and its variables, which threads share.
    workers = ProcessPoolExecutor if asked.in_process else ThreadPoolExecutor
    call = in_process if asked.in_process else by_shell
    with workers(asked.jobs) as pool:
        results = pool.map(partial(play, command=command, database=asked.database, call=call), scenarios)
        for scenario, problems in zip(scenarios, results, strict=True):
            if problems and scenario.name in later:
                expected += 1
                print(f"not yet {scenario.name}: {later[scenario.name]}")
            elif problems:
                print(f"FAILED {scenario.name}: {scenario.title}", *problems, sep="\n    ")
            elif scenario.name in later:
                print(f"FAILED {scenario.name}: it passes, but stands in {asked.not_yet.name}; take it out")
            else:
                passed += 1
                print(f"passed {scenario.name}: {scenario.title}")
    failed = len(scenarios) - passed - expected
    print(f"{passed} passed, {failed} failed, {expected} not yet possible")
    return 1 if failed or not scenarios else 0


if __name__ == "__main__":
    sys.exit(main())
