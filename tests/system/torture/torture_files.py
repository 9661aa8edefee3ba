"""Files that are damaged, left behind, of another version; and clocks that go wrong."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from torture_world import BESIDE, KINDS, Count, World, judge, outcomes

EVERY = (
    *KINDS.values(),
    "status",
    "list",
    "cancel",
    "resume",
    "undo",
    "invoice --month 2026-10",
    "invoice list",
    "report hours",
    "explain CASE-1",
    "export suptime --out out.jsonl",
    "backup out.db --yes",
    "doctor",
    "doctor --fix",
)
"""Commands of every kind, those that read and those that write."""


def _digest(world: World) -> str:
    return hashlib.sha256(world.database.read_bytes()).hexdigest()


def _restorable(count: Count, world: World, before: tuple[str, ...], what: str) -> None:
    """A backup from before can be put back, whatever is there now."""
    code, _, err = world.here("restore base.db --yes")
    if code or world.rows() != before:
        count.bad(f"{what}: cannot be restored: {err}")
    for kept in world.folder.glob("suptime.db.*"):
        kept.unlink()


def cut_short(world: World, tries: int) -> Iterator[Count]:
    """The file is truncated at a random byte, or emptied: every command refuses it and leaves it as it is."""
    world.reset("log")
    before, size = world.rows(), world.database.stat().st_size
    for name, lengths in (
        ("zero bytes", [0] * max(1, tries // 10)),
        ("truncated at a random byte", [world.rng.randrange(1, size) for _ in range(tries)]),
    ):
        count = Count(f"file of {name}" if name == "zero bytes" else f"file {name}")
        for length in lengths:
            world.reset("log")
            os.truncate(world.database, length)
            count.tried += 1
            lines = [world.rng.choice(EVERY), "status", "doctor"]
            digest = _digest(world)
            codes = []
            for line in lines:
                code, _, err = world.here(line)
                codes.append(code)
                if code != 5 or "Traceback" in err:
                    count.bad(f"{length} bytes: `{line}` exits {code}: {err.strip()}")
            if _digest(world) != digest:
                count.bad(f"{length} bytes: a command changed the file")
            _restorable(count, world, before, f"{length} bytes")
            count.saw("refused")
        yield count


def flipped(world: World, tries: int) -> Iterator[Count]:
    """One bit of the file is another: doctor finds it, or it is where nothing is kept."""
    count = Count("one bit flipped")
    world.reset("log")
    before = world.rows()
    content = (world.folder / "issued.db").read_bytes()
    whole = world.rows(world.folder / "issued.db")
    used = [place for place, byte in enumerate(content) if byte]
    for number in range(tries):
        world.reset("credit")
        # Most of a small store is room that is not used yet: every other bit is of a byte that says something.
        place = world.rng.choice(used) if number % 2 else world.rng.randrange(len(content))
        bit = place * 8 + world.rng.randrange(8)
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        world.database.write_bytes(changed)
        count.tried += 1
        code, _, err = world.here("doctor")
        if code not in {0, 5}:
            count.bad(f"bit {bit}: doctor exits {code}: {err.strip()}")
        elif code == 5:
            count.saw("found")
        elif _same(world, whole):
            count.saw("nothing is kept there")
        else:
            count.bad(f"bit {bit}: changed, and not found")
        for line in (world.rng.choice(EVERY), "status"):
            code, _, err = world.here(line)
            if "Traceback" in err:
                count.bad(f"bit {bit}: `{line}` exits {code}: {err.strip()}")
            elif code == 1:
                # Said in a line, with nothing changed; but not for what it is.
                count.saw("taken for a fault of the program's own")
                count.told.append(f"bit {bit}: `{line}`: {err.strip()}")
        _restorable(count, world, before, f"bit {bit}")
    yield count


def _same(world: World, whole: tuple[str, ...]) -> bool:
    try:
        return world.rows() == whole
    except sqlite3.Error:
        return False


LEAVER = """
import os, signal, sys
from suptime.domain.work import WorkUnit
from suptime.store.timer.clock import SqliteClock
clock = SqliteClock.open(sys.argv[1])
for number in range(int(sys.argv[2])):
    at = 1780000000 + 10 * number
    with clock.changing(now=lambda: at, agent="eve", command="log") as tx:
        tx.add_unit(WorkUnit(0, "CASE-1", "eve", "phone", at, at + 5))
os.kill(os.getpid(), signal.SIGKILL)
"""


def log_left_behind(world: World, tries: int) -> Iterator[Count]:
    """A process died and left its log: the next command has all that was in it."""
    count = Count("write-ahead log left behind")
    for _ in range(tries):
        world.reset("log")
        changes = world.rng.randrange(1, 40)
        subprocess.run([sys.executable, "-c", LEAVER, str(world.database), str(changes)], check=False)
        assert Path(f"{world.database}-wal").stat().st_size > 0
        if world.rng.random() < 0.5:
            Path(f"{world.database}-shm").unlink()
        count.tried += 1
        code, out, err = world.here("list --agent eve --format json")
        there = out.count('"id"')
        if code or there != changes:
            count.bad(f"{changes} changes were made, and {there} are there: {err}", lost=True)
        elif damage := world.damage():
            count.bad(damage[0])
        else:
            count.saw("all there")
    yield count


def clock_set_back(world: World, tries: int) -> Iterator[Count]:
    """The machine's clock is hours, or years, before what was recorded."""
    count = Count("clock set back")
    for kind, line in KINDS.items():
        for _ in range(tries):
            world.reset(kind)
            before = world.rows()
            back = world.rng.choice(("2026-11-02T12:59:59Z", "2026-10-20T00:00:00Z", "1999-12-31T23:59:59Z"))
            count.tried += 1
            code, _, err = world.here(line, SUPTIME_NOW=back)
            count.saw("done" if code == 0 else "refused")
            if code not in {0, 2, 3} or "Traceback" in err:
                count.bad(f"{kind} at {back}: exit {code}: {err.strip()}")
            if code and world.rows() != before:
                count.bad(f"{kind} at {back}: refused, and changed something")
            if damage := world.damage():
                count.bad(f"{kind} at {back}: {damage[0]}")
    yield count


def newer_version(world: World, tries: int) -> Iterator[Count]:
    """A newer version of suptime has changed the schema: this one touches nothing."""
    count = Count("a file of a newer version")
    for _ in range(tries):
        for line in (*EVERY, "restore base.db"):
            world.reset("log")
            with closing(sqlite3.connect(world.database)) as raw, raw:
                raw.execute("UPDATE alembic_version SET version_num = '9999'")
            digest = _digest(world)
            count.tried += 1
            code, _, err = world.here(line)
            refused = 3 if line.startswith("restore") else 5
            if code != refused or "Traceback" in err:
                count.bad(f"`{line}` exits {code}: {err.strip()}")
            if _digest(world) != digest or any(Path(f"{world.database}{end}").exists() for end in BESIDE[1:]):
                count.bad(f"`{line}` changed the file")
            count.saw("refused")
    yield count


OLDER = """
import sys
from suptime.store.database import sqlite_file
from suptime.cli.main import run
if len(sys.argv) > 2:
    sqlite_file.REVISIONS = sqlite_file.REVISIONS[:-1]
    sqlite_file.HEAD = sqlite_file.REVISIONS[-1]
sys.exit(run(sys.argv[1].split(" ")))
"""


def two_versions(world: World, tries: int) -> Iterator[Count]:
    """Two versions of suptime at once on one file: the older one is refused, the newer one does its work."""
    wanted = outcomes(world)
    count = Count("two versions of the program at once")
    for _ in range(tries):
        world.reset("start")
        line = "start CASE-2 --note Printer"
        both = [
            subprocess.Popen(
                [sys.executable, "-c", OLDER, line, *older],
                cwd=world.folder,
                env=world.environ,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
            for older in (["older"], [])
        ]
        errors = [process.communicate(timeout=60)[1].decode() for process in both]
        if both[0].returncode != 5 or "was made by a newer version" not in errors[0]:
            count.bad(f"the older one exits {both[0].returncode}: {errors[0]}")
        judge(count, world, *wanted["start"], confirmed=both[1].returncode == 0, what="two versions")
    yield count


def copied_over(world: World, tries: int) -> Iterator[Count]:
    """A backup that is made while others write, restored elsewhere: a whole state of one moment."""
    count = Count("backup made while others write")
    for _ in range(tries):
        world.reset("log")
        writer = subprocess.Popen(
            [sys.executable, "-c", LEAVER, str(world.database), "4000"], stdout=subprocess.DEVNULL
        )
        try:
            code, _, err = world.here("backup out.db --yes")
        finally:
            writer.kill()
            writer.wait()
        count.tried += 1
        for end in BESIDE:
            Path(f"{world.database}{end}").unlink(missing_ok=True)
        shutil.copy(world.folder / "out.db", world.database)
        with closing(sqlite3.connect(world.database)) as raw:
            starts = raw.execute(
                "SELECT started_at FROM work_unit WHERE agent = 'eve' ORDER BY id"
            ).fetchall()
        if code or [s for (s,) in starts] != [1780000000 + 10 * n for n in range(len(starts))]:
            count.bad(f"the backup has {len(starts)} changes, not the first so many: {err}")
        elif damage := world.damage():
            count.bad(damage[0])
        else:
            count.saw("whole")
    yield count
