"""Issued once, whoever issues at the same time, and wherever a process dies."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

from firm_contract import CLIENTS

ISSUE = [sys.executable, "-m", "suptime", "invoice", "--month", "2026-10", "--issue"]


def found(database):
    with closing(sqlite3.connect(database)) as raw:
        numbers = [n for (n,) in raw.execute("SELECT number FROM invoice ORDER BY serial")]
        clients = [c for (c,) in raw.execute("SELECT client FROM invoice ORDER BY client")]
        closed = [c for (c,) in raw.execute("SELECT client FROM issue ORDER BY client")]
        lines = raw.execute("SELECT count(*) FROM issued_line").fetchone()[0]
        intact = raw.execute("PRAGMA integrity_check").fetchone()[0]
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
    assert intact == "ok"
    return numbers, clients, closed, lines


def test_eight_processes_issue_a_month_once_without_a_gap(firm):
    running = [
        subprocess.Popen(ISSUE, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for _ in range(8)
    ]
    printed = [line for process in running for line in process.communicate()[0].splitlines()]
    assert [process.returncode for process in running] == [0] * 8
    numbers, clients, closed, lines = found(firm.database)
    assert numbers == [f"INV-2026-{n:04}" for n in range(1, 7)]
    assert clients == closed == CLIENTS
    assert lines == len(printed) == 6


def test_a_process_killed_at_any_moment_leaves_nothing_or_all(firm, tmp_path):
    random.seed(50)
    kept = tmp_path / "before.db"
    shutil.copy(firm.database, kept)
    started = time.monotonic()
    subprocess.run(ISSUE, env=os.environ, check=True, capture_output=True)
    whole = time.monotonic() - started
    outcomes = {0: 0, 6: 0}
    for _ in range(50):
        for suffix in ("", "-wal", "-shm"):
            (firm.database.parent / f"{firm.database.name}{suffix}").unlink(missing_ok=True)
        shutil.copy(kept, firm.database)
        process = subprocess.Popen(
            ISSUE, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(random.uniform(0.4, 1.1) * whole)
        process.send_signal(signal.SIGKILL)
        process.wait()
        numbers, clients, closed, lines = found(firm.database)
        assert len(numbers) == len(clients) == len(closed) == lines
        outcomes[len(numbers)] += 1
    # The kills hit both sides of the moment that counts.
    assert outcomes[0] > 0
    assert outcomes[6] > 0
