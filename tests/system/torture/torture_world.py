"""A small firm whose store is tortured: how it is made, how commands run on it, how it is looked at afterwards."""

import os
import random
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from calling import call

from suptime.app.upkeep import doctor
from suptime.domain.time import from_rfc3339

NOW = "2026-11-02T15:00:00Z"
BESIDE = ("", "-wal", "-shm", "-journal")

CONTRACT = """
[contract]
code = "{code}-hours"
title = "Support"
currency = "USD"
timezone = "UTC"
starts_on = 2026-01-01
[prices]
hour = "120.00"
[rounding]
increment = "30m"
[prepaid]
unit = "hours"
"""
CLIENTS = ("acme", "beta", "gamma")
MANY = 400
"""Work units in the file that is imported."""

KINDS: Mapping[str, str] = {
    "log": "log CASE-1 20m --from '2026-11-02 09:00' --agent ben --note 'Mail again'",
    "start": "start CASE-2 --note 'Printer'",
    "stop": "stop --note 'Done'",
    "import": "import suptime many.jsonl",
    "issue": "invoice --month 2026-10 --issue",
    "credit": "invoice credit INV-2026-0001 --reason 'Wrong rate' --reopen",
}
"""What is done while it fails: one command of each kind."""

Rows = tuple[str, ...]


@dataclass
class World:
    """A folder with the firm's store in it, as it was before each try."""

    folder: Path
    rng: random.Random = field(default_factory=lambda: random.Random(1))

    @property
    def database(self) -> Path:
        return self.folder / "suptime.db"

    @property
    def environ(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SUPTIME_", "XDG_"))}
        return kept | {
            "HOME": str(self.folder),
            "SUPTIME_DB": str(self.database),
            "SUPTIME_AGENT": "ana",
            "SUPTIME_ACCEPT": "all,seller-name,seller-address,client-tax-id,einvoice-data",
            "SUPTIME_NOW": NOW,
            "TZ": "UTC",
            "NO_COLOR": "1",
        }

    def here(self, line: str, **environ: str) -> tuple[int, str, str]:
        """Run a command in this process."""
        return tuple(call(shlex.split(line), self.folder, self.environ | environ))  # type: ignore[return-value]

    def spawn(self, line: str, *, before: tuple[str, ...] = (), **options: Any) -> subprocess.Popen[bytes]:
        """Start a command as people do."""
        words = [*before, sys.executable, "-m", "suptime", *shlex.split(line)]
        given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL} | options
        return subprocess.Popen(words, cwd=self.folder, env=self.environ, **given)

    def reset(self, kind: str) -> None:
        """Put the store back as it was before a command of KIND."""
        for end in BESIDE:
            Path(f"{self.database}{end}").unlink(missing_ok=True)
        shutil.copy(self.folder / ("issued.db" if kind == "credit" else "base.db"), self.database)

    def rows(self, path: Path | None = None) -> Rows:
        """Every row of the store, to compare."""
        with closing(sqlite3.connect(path or self.database)) as raw:
            return tuple(raw.iterdump())

    def damage(self) -> list[str]:
        """What `doctor` calls damaged; an error on opening it is one such thing."""
        try:
            found = doctor.examine(str(self.database), now=from_rfc3339(NOW))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            return [f"{type(error).__name__}: {error}"]
        return [finding.text for finding in found.damage]


def make(folder: Path, seed: int = 1) -> World:
    """The firm: three clients with work of October, a timer that runs, a file to import."""
    folder.mkdir(parents=True, exist_ok=True)
    world = World(folder, random.Random(seed))
    _done(world, "init")
    for number, code in enumerate(CLIENTS, 1):
        (folder / f"{code}.toml").write_text(CONTRACT.format(code=code))
        for line in (
            f"client add {code} --name {code.title()} --currency USD --timezone UTC --tax 10",
            f"contract add {code} {code}.toml",
            f"prepaid add {code}-hours 30m --on 2026-10-01 --price 50.00",
            f"case open CASE-{number} --client {code} --at '2026-10-01 09:00'",
            f"log CASE-{number} 95m --from '2026-10-{4 + number:02} 09:00'",
            f"log CASE-{number} 20m --from '2026-10-{8 + number:02} 09:00'",
        ):
            _done(world, line)
    _done(world, "start CASE-1 --at '2026-11-02 13:00'")
    (folder / "many.jsonl").write_text("".join(_unit(n) for n in range(MANY)))
    shutil.copy(world.database, folder / "base.db")
    _done(world, KINDS["issue"])
    shutil.copy(world.database, folder / "issued.db")
    assert world.damage() == []
    return world


def _done(world: World, line: str) -> None:
    code, out, err = world.here(line)
    assert code == 0, (line, out, err)


def _unit(number: int) -> str:
    start = f"2026-09-{1 + number // 20:02}T{number % 20:02}:00:00Z"
    end = f"2026-09-{1 + number // 20:02}T{number % 20:02}:30:00Z"
    return (
        f'{{"type": "unit", "id": "U{1000 + number}", "case": "CASE-1", "agent": "eve", "channel": "phone",'
        f' "started_at": "{start}", "ended_at": "{end}", "note": ""}}\n'
    )


@dataclass
class Count:
    """What became of one fault: how often it was tried, confirmed work lost, stores damaged, and what was seen.

    `wrong` tells what must not be, `told` what could be said better.
    """

    fault: str
    tried: int = 0
    lost: int = 0
    damaged: int = 0
    seen: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def saw(self, what: str) -> None:
        self.seen[what] = self.seen.get(what, 0) + 1

    def bad(self, why: str, *, lost: bool = False) -> None:
        """Something that must not be."""
        if lost:
            self.lost += 1
        else:
            self.damaged += 1
        self.wrong.append(why)


def judge(count: Count, world: World, before: Rows, after: Rows, *, confirmed: bool, what: str) -> None:
    """Count a try: the store must be as BEFORE or AFTER, AFTER if that was CONFIRMED, and whole; and work on."""
    count.tried += 1
    rows = world.rows()
    if rows not in (before, after):
        count.bad(f"{what}: neither as it was nor as it should be")
    elif confirmed and rows != after:
        count.bad(f"{what}: was confirmed, and is gone", lost=True)
    elif damage := world.damage():
        count.bad(f"{what}: {damage[0]}")
    else:
        count.saw("done" if rows == after else "as before")
        code, _, err = world.here("log CASE-3 5m --from '2026-11-01 08:00' --agent zoe")
        if code or world.damage():
            count.bad(f"{what}: no work is possible afterwards: {err}")


def outcomes(world: World) -> dict[str, tuple[Rows, Rows]]:
    """Of each kind of command: every row before it, and after it."""
    found = {}
    for kind, line in KINDS.items():
        world.reset(kind)
        before = world.rows()
        _done(world, line)
        found[kind] = (before, world.rows())
    return found


Fault = Callable[[World, int], Iterator[Count]]
