"""The timer's fast way does what the repository does."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from store_seed import NOW, changing, refused, seed, unit

from suptime.errors import NotPossible
from suptime.store import open_store
from suptime.store.timer import open_clock
from suptime.store.timer.clock import Clock, SqliteClock
from suptime.store.timer.rows import CaseState
from suptime.store.timer.server_clock import StoreClock
from suptime.store.timer.statements import STATEMENTS

HEAVY = {"sqlmodel", "sqlalchemy", "pydantic", "jinja2", "rich", "alembic", "typer"}


@pytest.fixture(params=["fast", "through the store"])
def clock(request, url: str) -> Iterator[Clock]:
    """The timer of a seeded store, on SQLite both ways."""
    with open_store(url) as store:
        seed(store)
    with (SqliteClock if request.param == "fast" else StoreClock).open(url) as opened:
        yield opened


def at(seconds: int):
    return lambda: NOW + seconds


def start(clock: Clock, seconds: int, *, agent: str = "ana", case: str = "CASE-1") -> None:
    """What `suptime start` does: end what runs, at one instant that is not before its start, and begin."""
    with clock.changing(now=at(seconds), agent=agent, command="start") as tx:
        instant = tx.now
        runs = tx.running(agent)
        if runs:
            instant = max(instant, runs.started_at)
            tx.end_unit(runs.id, instant)
        tx.add_unit(unit(instant - NOW, None, agent=agent, case=case))


def test_the_timer_starts_stops_and_is_looked_at(clock: Clock):
    start(clock, 0)
    with clock.reading() as tx:
        runs = tx.running("ana")
        assert runs == unit(0, None, key=runs.id)
        assert tx.running("ben") is None
        assert tx.unit(runs.id) == runs
        assert tx.unit(999) is None
        assert sorted(tx.case_numbers()) == ["CASE-1", "CASE-2"]
        assert (tx.cases_folded("case-2"), tx.cases_folded("CASE-2")) == (["CASE-2"], [])
    with clock.changing(now=at(90), agent="ana", command="stop") as tx:
        ended = tx.end_unit(runs.id, tx.now, "done")
        assert ended == tx.unit(runs.id)
        assert (ended.ended_at, ended.note) == (NOW + 90, "done")
    start(clock, 100, case="CASE-2")
    with clock.reading() as tx:
        newest = tx.last_units("ana", 5)
        assert [found.case for found in newest] == ["CASE-2", "CASE-1"]
        assert tx.last_units("ana", 1) == newest[:1]
    with clock.changing(now=at(110), agent="ana", command="cancel") as tx:
        tx.delete_unit(newest[0].id)
        assert tx.running("ana") is None
        assert refused(NotPossible, lambda: tx.delete_unit(999)) == "There is no U999."
        assert refused(NotPossible, lambda: tx.end_unit(999, NOW)) == "There is no U999."


def test_a_standing_is_read_as_it_was_kept(clock: Clock):
    with clock.reading() as tx:
        assert tx.standing("CASE-1") == CaseState(
            "CASE-1", "acme", "open", NOW - 900, 0, None, ("phone",), ("No consent yet.",)
        )
        assert tx.standing("CASE-77") is None


@pytest.mark.parametrize(
    ("begin", "end", "hit"),
    [(0, 100, True), (99, None, True), (100, 200, False), (-50, 0, False), (50, 50, True), (0, 0, False), (-9, None, True)],
)  # fmt: skip
def test_the_timer_finds_overlaps_as_the_repository_does(
    clock: Clock, begin: int, end: int | None, hit: bool
):
    with clock.changing(now=at(0), agent="ana", command="log") as tx:
        there = tx.add_unit(unit(0, 100))
        asked = (NOW + begin, None if end is None else NOW + end)
        assert tx.overlapping("ana", *asked) == (there if hit else None)
        assert tx.overlapping("ana", *asked, but=there.id) is None
        assert tx.overlapping("ben", *asked) is None


def test_two_running_timers_of_one_agent_are_refused_and_nothing_is_left(clock: Clock):
    start(clock, 0)

    def second():
        with clock.changing(now=at(10), agent="ana", command="start") as tx:
            tx.add_unit(unit(5, 6, agent="ben"))
            tx.add_unit(unit(10, None))

    assert refused(NotPossible, second) == "This agent's timer runs already.\nsuptime status"
    with clock.reading() as tx:
        assert len(tx.last_units("ana", 9)) == 1
        assert tx.last_units("ben", 9) == []


def test_a_crash_in_the_middle_leaves_nothing(clock: Clock):
    start(clock, 0)

    def half():
        with clock.changing(now=at(10), agent="ana", command="start") as tx:
            tx.end_unit(tx.running("ana").id, tx.now)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    with clock.reading() as tx:
        assert tx.running("ana") is not None


def test_a_process_that_is_killed_in_the_middle_leaves_nothing(path):
    with SqliteClock.open(str(path)) as clock:
        start(clock, 0)
    script = (
        "import os, signal, sys\n"
        "from suptime.store.timer.clock import SqliteClock\n"
        "clock = SqliteClock.open(sys.argv[1])\n"
        "with clock.changing(now=lambda: 1791208900, agent='ana', command='stop') as tx:\n"
        "    tx.end_unit(tx.running('ana').id, tx.now)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ran = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, check=False)
    assert ran.returncode == -9
    with open_store(str(path)) as store, store.reading() as tx:
        assert [found.ended_at for found in tx.units.find()] == [None]
        assert tx.history.last("ana").command == "start"


def test_the_timers_audit_rows_are_the_repositorys(url: str, clock: Clock):
    start(clock, 0)
    with clock.changing(now=at(60), agent="ana", command="stop") as tx:
        tx.end_unit(tx.running("ana").id, tx.now, "ä")
    with clock.changing(now=at(61), agent="ana", command="cancel") as tx:
        tx.delete_unit(tx.last_units("ana", 1)[0].id)
    with open_store(url) as store:
        with changing(store, "start", at=NOW) as tx:
            added = tx.units.add(unit(0, None))
        with changing(store, "stop", at=NOW + 60) as tx:
            ended = unit(0, 60, key=added.id)
            tx.units.save(ended._replace(note="ä"))
        with changing(store, "cancel", at=NOW + 61) as tx:
            tx.units.delete(added.id)
        with store.reading() as tx:
            rows = [row for row in tx.audit.each() if row.agent == "ana"]
    assert len(rows) == 6
    for fast, slow in zip(rows[:3], rows[3:], strict=True):
        assert (fast.at, fast.command, fast.entity) == (slow.at, slow.command, slow.entity)
        assert slow.change == fast.change + 3
        for one, other in ((fast.before, slow.before), (fast.after, slow.after)):
            assert (one is None) == (other is None)
            if one:
                assert list(json.loads(one)) == list(json.loads(other))
                assert json.loads(one) | {"id": 0} == json.loads(other) | {"id": 0}


def test_what_the_timer_did_is_undone(url: str, clock: Clock):
    start(clock, 0)
    start(clock, 60, case="CASE-2")
    with clock.changing(now=at(90), agent="ana", command="cancel") as tx:
        tx.delete_unit(tx.running("ana").id)
    with open_store(url) as store:
        for running, count in ((("CASE-2", None), 2), (("CASE-1", None), 1), (None, 0)):
            with changing(store, "undo") as tx:
                tx.history.undo(tx.history.last("ana"))
                runs = tx.units.running("ana")
                assert (runs and (runs.case, runs.ended_at)) == running
                assert len(tx.units.find()) == count


def test_thirty_starts_at_once_leave_thirty_units_of_which_one_runs(url: str):
    with open_store(url) as store:
        seed(store)

    def one(number: int) -> None:
        clock = open_clock(url)
        try:
            # Some read an earlier clock than those who write before them.
            start(clock, number % 7, case=f"CASE-{1 + number % 2}")
        finally:
            clock.close()

    with ThreadPoolExecutor(30) as pool:
        list(pool.map(one, range(30)))
    with open_store(url) as store, store.reading() as tx:
        found = sorted(tx.units.find(), key=lambda each: each.id)
    assert len(found) == 30
    assert [each.ended_at for each in found[:-1]] == [each.started_at for each in found[1:]]
    assert found[-1].ended_at is None


def test_thirty_processes_at_once_leave_thirty_units_of_which_one_runs(path):
    script = (
        "import sys\n"
        "from suptime.domain.work import WorkUnit\n"
        "from suptime.store.timer.clock import SqliteClock\n"
        "with SqliteClock.open(sys.argv[1]) as clock:\n"
        "    with clock.changing(now=lambda: int(sys.argv[2]), agent='ana', command='start') as tx:\n"
        "        runs, now = tx.running('ana'), tx.now\n"
        "        if runs:\n"
        "            now = max(now, runs.started_at)\n"
        "            tx.end_unit(runs.id, now)\n"
        "        tx.add_unit(WorkUnit(0, 'CASE-1', 'ana', 'phone', now, None))\n"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", script, str(path), str(NOW + n % 3)], stderr=subprocess.PIPE)
        for n in range(30)
    ]
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, b"")
    with open_store(str(path)) as store, store.reading() as tx:
        found = sorted(tx.units.find(), key=lambda each: each.id)
        assert len({row.change for row in tx.audit.each()}) == 31
    assert len(found) == 30
    assert [each.ended_at for each in found[:-1]] == [each.started_at for each in found[1:]]
    assert found[-1].ended_at is None


def test_thirty_agents_at_once_leave_thirty_running_units(path):
    def one(number: int) -> None:
        with SqliteClock.open(str(path)) as clock:
            start(clock, number, agent=f"agent-{number}")

    with ThreadPoolExecutor(30) as pool:
        list(pool.map(one, range(30)))
    with open_store(str(path)) as store, store.reading() as tx:
        assert len(tx.units.all_running()) == 30


def test_the_timer_loads_no_library(path):
    script = (
        "import sys\n"
        "from suptime.domain.work import WorkUnit\n"
        "from suptime.store.timer import open_clock\n"
        "clock = open_clock(sys.argv[1])\n"
        "with clock.changing(now=lambda: 1791208800, agent='ana', command='start') as tx:\n"
        "    assert tx.standing('CASE-1') and not tx.overlapping('ana', tx.now, None)\n"
        "    key = tx.add_unit(WorkUnit(0, 'CASE-1', 'ana', 'phone', tx.now, None)).id\n"
        "with clock.changing(now=lambda: 1791208900, agent='ana', command='stop') as tx:\n"
        "    tx.end_unit(key, tx.now, 'done')\n"
        "with clock.reading() as tx:\n"
        "    assert tx.running('ana') is None and tx.last_units('ana', 2)\n"
        "clock.close()\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    assert set(ran.stdout.split()) & HEAVY == set()


@pytest.mark.parametrize("name", ["running", "overlapping", "newest", "standing", "cases_folded", "unit"])
def test_the_timers_questions_are_answered_from_an_index(path, name: str):
    with SqliteClock.open(str(path)) as clock:
        asked = {
            "agent": "ana",
            "start": 1,
            "end": 2,
            "but": 0,
            "limit": 1,
            "case_number": "x",
            "folded": "x",
            "id": 1,
            "of_agent": "ana",
        }
        plan = clock._connection.execute(f"EXPLAIN QUERY PLAN {STATEMENTS[name]}", asked).fetchall()
    lines = [line for *_, line in plan]
    assert not [line for line in lines if "TEMP B-TREE" in line]
    assert not [line for line in lines if line.startswith("SCAN") and "USING" not in line]
