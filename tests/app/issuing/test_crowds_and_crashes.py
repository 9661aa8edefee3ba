"""Issued once, whoever issues at the same time, and wherever a process dies."""

import os
import random
import signal
import subprocess
import sys
import time

from firm_contract import CLIENTS

ISSUE = [sys.executable, "-m", "suptime", "invoice", "--month", "2026-10", "--issue"]


def found(firm):
    with firm.looking() as raw:
        numbers = [n for (n,) in raw("SELECT number FROM invoice ORDER BY serial")]
        clients = [c for (c,) in raw("SELECT client FROM invoice ORDER BY client")]
        closed = [c for (c,) in raw("SELECT client FROM issue ORDER BY client")]
        lines = raw("SELECT count(*) FROM issued_line")[0][0]
        if firm.file:
            assert raw("PRAGMA integrity_check") == [("ok",)]
            assert raw("PRAGMA foreign_key_check") == []
    return numbers, clients, closed, lines


def test_eight_processes_issue_a_month_once_without_a_gap(firm):
    running = [
        subprocess.Popen(ISSUE, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for _ in range(8)
    ]
    printed = [line for process in running for line in process.communicate()[0].splitlines()]
    assert [process.returncode for process in running] == [0] * 8
    numbers, clients, closed, lines = found(firm)
    assert numbers == [f"INV-2026-{n:04}" for n in range(1, 7)]
    assert clients == closed == CLIENTS
    assert lines == len(printed) == 6


def test_a_process_killed_at_any_moment_leaves_nothing_or_all(firm):
    random.seed(50)
    started = time.monotonic()
    subprocess.run(ISSUE, env=os.environ, check=True, capture_output=True)
    whole = time.monotonic() - started
    outcomes = {0: 0, 6: 0}
    for _ in range(18 if firm.file else 12):
        firm.put_back()
        process = subprocess.Popen(
            ISSUE, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(random.uniform(0.4, 1.1) * whole)
        process.send_signal(signal.SIGKILL)
        process.wait()
        numbers, clients, closed, lines = found(firm)
        assert len(numbers) == len(clients) == len(closed) == lines
        outcomes[len(numbers)] += 1
        whole *= 0.8 if numbers else 1.1  # how long it takes changes with what else the machine does
    # The kills hit both sides of the moment that counts.
    assert outcomes[0] > 0
    assert outcomes[6] > 0
