"""Thirty `suptime start` at once: nothing is lost."""

import subprocess
import threading
import time
from itertools import pairwise

from driving import Suptime


def open_thirty(suptime: Suptime) -> list[str]:
    numbers = [f"CASE-{number}" for number in range(1, 31)]
    for number in numbers:
        suptime(f"case open {number} --client acme --category configuration --at '2026-10-01 08:00'")
    return numbers


def start_all(suptime: Suptime, commands: list[str]) -> None:
    suptime.set(SUPTIME_NOW=None)
    started = [suptime.spawn(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for command in commands]
    for process in started:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        assert "Traceback" not in err


def test_thirty_starts_of_one_agent_leave_thirty_units_that_touch_and_one_that_runs(acme: Suptime):
    start_all(acme, [f"start {number}" for number in open_thirty(acme)])
    units = acme.units
    assert len(units) == len({unit["case"] for unit in units}) == 30
    assert [unit["ended_at"] for unit in units[:-1]] == [unit["started_at"] for unit in units[1:]]
    assert units[-1]["ended_at"] is None
    assert acme.running()["unit"] == units[-1]["id"]


def test_thirty_starts_of_thirty_agents_leave_thirty_that_run(acme: Suptime):
    numbers = open_thirty(acme)
    start_all(acme, [f"start {number} --agent agent-{number}" for number in numbers])
    units = acme.units
    assert len(units) == len({unit["agent"] for unit in units}) == 30
    assert all(unit["ended_at"] is None for unit in units)


def test_starts_stops_and_corrections_at_once_never_overlap(acme: Suptime):
    words = ["start CASE-123", "stop", "resume", "start CASE-124", "cancel", "undo"]
    acme.set(SUPTIME_NOW=None)
    done = [acme.spawn(words[turn % 6], stdout=subprocess.PIPE, stderr=subprocess.PIPE) for turn in range(24)]
    for process in done:
        _, err = process.communicate(timeout=120)
        assert process.returncode in {0, 3}, err
    units = acme.units
    assert sum(unit["ended_at"] is None for unit in units) <= 1
    for before, after in pairwise(units):
        assert before["ended_at"] <= after["started_at"]


def test_a_start_waits_for_a_lock_and_then_takes_the_time(acme: Suptime):
    import sqlite3

    lock = sqlite3.connect(acme.database, isolation_level=None, check_same_thread=False)
    lock.execute("BEGIN IMMEDIATE")
    threading.Timer(1.5, lambda: lock.execute("ROLLBACK")).start()
    began = time.time_ns() // 1_000_000_000
    acme.set(SUPTIME_NOW=None)
    acme("start CASE-123")
    lock.close()
    from suptime.domain.time import from_rfc3339

    assert from_rfc3339(acme.units[0]["started_at"]) >= began + 1
