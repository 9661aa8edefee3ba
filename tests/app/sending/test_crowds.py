"""Sent once, whoever sends at the same time, and wherever a process dies."""

import random
import shutil
import sqlite3
import time
from collections import Counter
from contextlib import closing
from email import message_from_bytes, policy

NUMBERS = [f"INV-2026-000{n}" for n in range(1, 4)]


def subjects(raws):
    return Counter(str(message_from_bytes(raw, policy=policy.default)["Subject"]).split()[1] for raw in raws)


def states(database):
    with closing(sqlite3.connect(database)) as raw:
        found = dict(raw.execute("SELECT invoice, state FROM sending").fetchall())
        assert raw.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    return found


def test_five_processes_send_everything_once(firm, serve, box):
    serve(more="since = 2026-11-01\n")
    lines = ["invoice send --pending"] * 3 + [f"invoice send {NUMBERS[0]}", f"invoice send {NUMBERS[2]}"]
    running = [firm.suptime.spawn(line) for line in lines]
    codes = [process.wait(60) for process in running]
    assert codes[:3] == [0, 0, 0]
    assert set(codes[3:]) <= {0, 3}
    assert subjects(box.seen) == dict.fromkeys(NUMBERS, 1)
    assert states(firm.database) == dict.fromkeys(NUMBERS, "sent")


def test_a_process_killed_at_any_moment_sends_nothing_twice(firm, serve, box, tmp_path):
    serve(more="since = 2026-11-01\n")
    random.seed(7)
    kept = tmp_path / "before.db"
    shutil.copy(firm.database, kept)
    started = time.monotonic()
    assert firm.suptime.spawn("invoice send --pending").wait(60) == 0
    whole = time.monotonic() - started
    ends = Counter()
    for turn in range(8):
        for suffix in ("", "-wal", "-shm"):
            (firm.database.parent / f"{firm.database.name}{suffix}").unlink(missing_ok=True)
        shutil.copy(kept, firm.database)
        box.seen.clear()
        firm.at("2026-11-02T15:00:00Z")
        process = firm.suptime.spawn("invoice send --pending")
        if turn % 4:  # around the moment at which so many have come in
            box.wait_until(lambda count=turn % 4: len(box.seen) >= count)
            time.sleep(random.uniform(0, 0.03))
        else:
            time.sleep(random.uniform(0.1, 0.7) * whole)
        process.kill()
        process.wait()
        time.sleep(0.05)  # what is on its way to the server gets there
        came_in, known = subjects(box.seen), states(firm.database)
        ends[len(came_in)] += 1
        for number, state in known.items():
            if state in {"pending", "claimed"}:
                assert came_in[number] == 0
            elif state == "sent":
                assert came_in[number] == 1
        firm.at("2026-11-02T16:00:00Z")
        firm("invoice send --pending", code=None)
        after, known = subjects(box.seen), states(firm.database)
        assert max(after.values()) == 1
        for number in NUMBERS:
            assert known[number] in {"sent", "handed"}
            # Nobody knows of what was handed over; everything else has arrived.
            assert after[number] == 1 or known[number] == "handed"
    # The kills hit both sides of what counts.
    assert min(ends) == 0
    assert max(ends) == 3
