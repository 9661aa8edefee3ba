"""Whatever happens to a store, nothing that was confirmed is lost: the short form of `make torture`."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import torture
from torture_files import LEAVER
from torture_world import KINDS, Count, World, judge, make, outcomes

SHORT = [name for name, (_, tries, _) in torture.FAULTS.items() if tries]
STRUCK = {
    "killed": "as before",
    "file-limit": "exit 5",
    "read-only": "exit 5",
    "locked": "exit 5",
    "cut-short": "refused",
    "flipped": "found",
    "clock-back": "refused",
    "newer": "refused",
}
"""What must have been seen, or the fault was none."""


@pytest.mark.parametrize("name", SHORT)
def test_nothing_is_lost_and_nothing_damaged(name: str):
    counts = list(torture.tortured(name, torture.FAULTS[name][1], seed=1))
    assert [wrong for count in counts for wrong in count.wrong] == []
    assert all(count.tried and not count.lost and not count.damaged for count in counts)
    assert name not in STRUCK or any(count.seen.get(STRUCK[name]) for count in counts)


# The judge itself: one that never finds anything proves nothing.


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make(tmp_path / "firm")


def spoil(world: World, statement: str) -> None:
    with closing(sqlite3.connect(world.database)) as raw, raw:
        raw.execute(statement)


def test_the_judge_sees_what_was_confirmed_and_is_gone(world: World):
    before, after = outcomes(world)["log"]
    count = Count("none")
    world.reset("log")
    judge(count, world, before, after, confirmed=True, what="log")
    assert (count.tried, count.lost, count.damaged) == (1, 1, 0)
    assert count.wrong == ["log: was confirmed, and is gone"]


def test_the_judge_sees_what_is_half_done(world: World):
    before, after = outcomes(world)["start"]
    world.reset("start")
    spoil(world, "UPDATE work_unit SET ended_at = started_at WHERE ended_at IS NULL")
    count = Count("none")
    judge(count, world, before, after, confirmed=False, what="start")
    assert (count.lost, count.damaged) == (0, 1)
    assert count.wrong == ["start: neither as it was nor as it should be"]


def test_the_judge_sees_what_doctor_sees(world: World):
    world.reset("log")
    spoil(world, "UPDATE client SET tax = '0' WHERE code = 'acme'")
    rows = world.rows()
    count = Count("none")
    judge(count, world, rows, rows, confirmed=True, what="log")
    assert count.damaged == 1
    assert count.wrong[0].startswith("log: Client acme (client) does not match `client add` by ana")


def test_every_kind_of_command_changes_something(world: World):
    found = outcomes(world)
    assert list(found) == list(KINDS)
    assert all(before != after for before, after in found.values())


def test_a_log_that_is_cut_off_leaves_an_earlier_moment_that_is_whole(world: World):
    """What SQLite promises of it, and no more: the page says so."""
    for _ in range(6):
        world.reset("log")
        words = [sys.executable, "-c", LEAVER, str(world.database), "20"]
        subprocess.run(words, check=False)
        log = Path(f"{world.database}-wal")
        os.truncate(log, world.rng.randrange(log.stat().st_size))
        with closing(sqlite3.connect(world.database)) as raw:
            found = raw.execute("SELECT started_at FROM work_unit WHERE agent = 'eve' ORDER BY id").fetchall()
        assert [start for (start,) in found] == [1780000000 + 10 * n for n in range(len(found))]
        assert world.damage() == []


def test_the_page_on_reliability_has_a_row_for_every_fault():
    page = torture.PAGE.read_text(encoding="utf-8")
    table = page.partition(torture.BEGIN)[2].partition(torture.END)[0]
    rows = [line.split("|")[1:-1] for line in table.splitlines()[2:]]
    assert {row[-1].strip() for row in rows} == {f"`--only {name}`" for name in torture.FAULTS}
    assert all(int(row[1]) > 0 and [row[2].strip(), row[3].strip()] == ["0", "0"] for row in rows)
