"""Processes that die, disks that fill up, rights that are missing, locks that are held."""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from torture_world import KINDS, Count, World, judge, outcomes

WITHOUT_ROOTS_RIGHTS = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")
"""Root may write what is read-only; a program started this way may not."""

WRITER = """
import sys
from suptime.domain.work import WorkUnit
from suptime.store.timer.clock import SqliteClock
with SqliteClock.open(sys.argv[1]) as clock:
    for number in range(1000000):
        at = 1780000000 + 10 * number
        with clock.changing(now=lambda: at, agent="eve", command="log") as tx:
            tx.add_unit(WorkUnit(0, "CASE-1", "eve", "phone", at, at + 5))
        print(at, flush=True)
"""


def killed(world: World, tries: int) -> Iterator[Count]:
    """SIGKILL at a random moment of a command of each kind."""
    wanted = outcomes(world)
    for kind, line in KINDS.items():
        count = Count(f"SIGKILL during `{kind}`")
        world.reset(kind)
        began = time.monotonic()
        world.spawn(line).communicate(timeout=60)
        whole = time.monotonic() - began
        for _ in range(tries):
            world.reset(kind)
            process = world.spawn(line)
            # Most of the time goes into starting up: the moments that matter come late.
            time.sleep(world.rng.uniform(0.3, 1.1) * whole)
            process.kill()
            out, _ = process.communicate(timeout=60)
            confirmed = bool(out.strip())
            judge(count, world, *wanted[kind], confirmed=confirmed, what=f"{kind} killed")
        yield count


def killed_writers(world: World, tries: int) -> Iterator[Count]:
    """SIGKILL of a process that writes one change after the other: each that it told of must be there."""
    count = Count("SIGKILL between and within many changes")
    for _ in range(tries):
        world.reset("log")
        said = world.folder / "said.txt"
        with said.open("w") as stream:
            process = subprocess.Popen([sys.executable, "-c", WRITER, str(world.database)], stdout=stream)
        while process.poll() is None and not said.stat().st_size:
            time.sleep(0.005)
        time.sleep(world.rng.uniform(0, 0.15))
        process.kill()
        process.wait()
        told = said.read_text().count("\n")
        count.tried += 1
        with closing(sqlite3.connect(world.database)) as raw:
            starts = raw.execute(
                "SELECT started_at FROM work_unit WHERE agent = 'eve' ORDER BY id"
            ).fetchall()
        if len(starts) < told:
            count.bad(f"{told} changes were told of, and {len(starts)} are there", lost=True)
        elif len(starts) > told + 1 or [s for (s,) in starts] != [
            1780000000 + 10 * n for n in range(len(starts))
        ]:
            count.bad(f"{told} changes were told of, and others are there")
        elif damage := world.damage():
            count.bad(damage[0])
        else:
            count.saw("all there")
    yield count


def _run(world: World, kind: str, limit: int | None = None) -> tuple[int, str]:
    """Run a command of KIND to its end, with files of at most LIMIT bytes. Gives its exit code and errors."""

    def limited() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    process = world.spawn(KINDS[kind], preexec_fn=limited)
    _, err = process.communicate(timeout=120)
    return process.returncode, err.decode()


def _judge_end(count: Count, world: World, kind: str, code: int, err: str, wanted: dict[str, tuple]) -> None:
    if code not in {0, 5} or "Traceback" in err:
        count.bad(f"{kind}: exit {code}: {err.strip()}")
    count.saw(f"exit {code}")
    judge(count, world, *wanted[kind], confirmed=code == 0, what=f"{kind}, exit {code}")


def file_limit(world: World, tries: int) -> Iterator[Count]:
    """No file may grow beyond a random size around that of the store: the disk is full for it."""
    wanted = outcomes(world)
    count = Count("disk full (a limit on the size of files)")
    for kind in KINDS:
        for _ in range(tries):
            world.reset(kind)
            # A change goes into a log beside the store first: of a few pages, or of hundreds.
            code, err = _run(world, kind, limit=world.rng.randrange(0, 200_000))
            _judge_end(count, world, kind, code, err, wanted)
    yield count


def small_disk(world: World, tries: int) -> Iterator[Count]:
    """The store is on a disk with little room or none left."""
    wanted = outcomes(world)
    count = Count("disk full (a small tmpfs)")
    for kind in KINDS:
        for _ in range(tries):
            world.reset(kind)
            room = world.rng.randrange(0, 120) * 1024
            with _tmpfs(world, room):
                code, err = _run(world, kind)
            _judge_end(count, world, kind, code, err, wanted)
    yield count


@contextmanager
def _tmpfs(world: World, room: int) -> Iterator[None]:
    """Within it the store's folder is a tmpfs with ROOM bytes left; the store comes back afterwards."""
    size = world.database.stat().st_size + room
    with tempfile.TemporaryDirectory() as outside:
        shutil.copytree(world.folder, outside, dirs_exist_ok=True)
        extra = sum(p.stat().st_size + 4096 for p in world.folder.iterdir() if p.suffix != ".db")
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size + extra + 8192}", "tmpfs", str(world.folder)],
            check=True,
        )
        try:
            for place in Path(outside).iterdir():
                if place.is_file() and place.name not in {"base.db", "issued.db"}:
                    shutil.copy(place, world.folder)
            yield
            for end in ("", "-wal"):
                Path(outside, f"suptime.db{end}").unlink(missing_ok=True)
                if (world.folder / f"suptime.db{end}").exists():
                    shutil.copy(world.folder / f"suptime.db{end}", outside)
        finally:
            subprocess.run(["umount", str(world.folder)], check=True)
        for end in ("", "-wal"):
            Path(f"{world.database}{end}").unlink(missing_ok=True)
            if Path(outside, f"suptime.db{end}").exists():
                shutil.copy(Path(outside, f"suptime.db{end}"), world.folder)


def read_only(world: World, tries: int) -> Iterator[Count]:
    """The store's file, or its folder, cannot be written."""
    wanted = outcomes(world)
    prefix = WITHOUT_ROOTS_RIGHTS if os.geteuid() == 0 else ()
    for what in ("file", "folder"):
        count = Count(f"read-only {what}")
        for kind, line in KINDS.items():
            for _ in range(tries):
                world.reset(kind)
                place = world.database if what == "file" else world.folder
                mode = place.stat().st_mode
                place.chmod(0o400 if what == "file" else 0o500)
                try:
                    process = world.spawn(line, before=prefix)
                    _, err = process.communicate(timeout=60)
                finally:
                    place.chmod(mode)
                if process.returncode != 5:
                    count.bad(f"{kind}: exit {process.returncode}: {err.decode().strip()}")
                _judge_end(count, world, kind, process.returncode, err.decode(), wanted)
        yield count


def locked(world: World, tries: int) -> Iterator[Count]:
    """Another process holds the lock for longer than a command waits."""
    wanted = outcomes(world)
    count = Count("locked for longer than the time-out")
    kinds = [kind for _ in range(tries) for kind in KINDS][: max(1, tries)]
    for kind in kinds:
        world.reset(kind)
        with closing(sqlite3.connect(world.database, isolation_level=None)) as raw:
            raw.execute("BEGIN IMMEDIATE")
            process = world.spawn(KINDS[kind])
            _, err = process.communicate(timeout=60)
            raw.execute("ROLLBACK")
        if process.returncode != 5:
            count.bad(f"{kind}: exit {process.returncode}: {err.decode().strip()}")
        _judge_end(count, world, kind, process.returncode, err.decode(), wanted)
    yield count
