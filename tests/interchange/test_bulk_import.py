"""Many records come in within little memory, and whoever watches is told how far it is."""

import io
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

from driving import HOURLY

from stores import new_store
from suptime.app.exchange import cases as intake_cases
from suptime.app.exchange.records import export_suptime, export_to, import_suptime
from suptime.domain.time import rfc3339
from suptime.store.repositories import rows

NOW = 1_800_000_000
FIRST = 1_775_000_000  # within the contract of HOURLY


def many(cases: int, units: int) -> Iterator[str]:
    """Lines of CASES with two events each, and of UNITS on them, in the order of time."""
    yield json.dumps({"type": "client", "code": "acme", "name": "Acme"})
    yield json.dumps({"type": "contract", "client": "acme", "text": HOURLY})
    for n in range(cases):
        at = rfc3339(FIRST)
        yield json.dumps({"type": "case", "case": f"CASE-{n}", "client": "acme", "contract": "acme-ps",
                          "category": "configuration", "opened_at": at})  # fmt: skip
    for kind, after in (("reopen", 20), ("resolve", 10), ("consent", 0)):
        for n in range(cases):
            event = {"type": "event", "case": f"CASE-{n}", "event": kind, "at": rfc3339(FIRST + after)}
            yield json.dumps(event | ({"by": "ops"} if kind == "consent" else {}))
    for n in range(units):
        start = FIRST + 100 + n // 10 * 60
        yield json.dumps({"type": "unit", "case": f"CASE-{n % cases}", "agent": f"agent{n % 10}",
                          "started_at": rfc3339(start), "ended_at": rfc3339(start + 60)})  # fmt: skip


def peak_of_import(path: Path, cases: int, units: int) -> int:
    """The most bytes that Python held at once while a file came in, read a line at a time."""

    class Lines(io.RawIOBase):
        def __init__(self) -> None:
            self.lines = (line.encode() + b"\n" for line in many(cases, units))

        def readline(self, _size: int = -1) -> bytes:
            return next(self.lines, b"")

    with new_store(path) as store:
        tracemalloc.start()
        done = import_suptime(store, Lines(), now=NOW, agent="ana")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert done.faults == ()
    assert done.added["unit"] == units
    return peak


def test_a_unit_more_takes_no_more_memory_than_its_key_and_its_digest(tmp_path: Path):
    peak_of_import(tmp_path / "warm.db", 50, 1000)  # what is imported and cached once is
    few = peak_of_import(tmp_path / "few.db", 100, 2000)
    digests = 18_000 * 20  # eight bytes each, and eight for the id, in lists that grow in steps
    assert peak_of_import(tmp_path / "many.db", 100, 20_000) < 1.3 * few + digests


def test_cases_and_events_that_are_let_go_are_found_again_and_wait_for_each_other(
    tmp_path: Path, monkeypatch
):
    """With room for few of them, the events of a case come in three parts, the latest first."""
    lines = [*many(300, 900)]
    outs = []
    for name, known in (("roomy", 20_000), ("narrow", 40)):
        monkeypatch.setattr(intake_cases, "MOST_KNOWN", known)
        monkeypatch.setattr(intake_cases, "MOST_WAITING", known)
        monkeypatch.setattr(rows, "MOST_TOUCHED", known)
        with new_store(tmp_path / f"{name}.db") as store:
            done = import_suptime(store, io.BytesIO("\n".join(lines).encode()), now=NOW, agent="ana")
            assert done.faults == ()
            with store.connecting("read") as driver:
                standings = driver.all("SELECT * FROM standing ORDER BY case_number")
            outs.append(([line.partition('"case"')[2] for line in export_suptime(store)], standings))
    assert len(outs[0][1]) == 300
    assert outs[0] == outs[1]


def test_an_impossible_event_is_named_however_late_it_comes(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(intake_cases, "MOST_WAITING", 40)
    lines = [line for line in many(100, 10) if '"event": "resolve"' not in line]
    with new_store(tmp_path / "x.db") as store:
        done = import_suptime(store, io.BytesIO("\n".join(lines).encode()), now=NOW, agent="ana")
    assert len(done.faults) == 100
    at = rfc3339(FIRST + 20)
    assert str(done.faults[0]) == (
        f"line 103: event.at: CASE-0 is open at {at}: the event reopen is not possible."
    )


def test_whoever_watches_is_told_how_far_it_is(tmp_path: Path):
    told: list[tuple[str, int, int | None]] = []
    file = tmp_path / "x.jsonl"
    file.write_text("\n".join(many(600, 3000)))
    with new_store(tmp_path / "x.db") as store:
        with file.open("rb") as stream:
            import_suptime(store, stream, now=NOW, agent="ana", progress=lambda *what: told.append(what))
        reading = [(done, of) for what, done, of in told if what == "Reading, in KiB"]
        size = file.stat().st_size // 1024
        assert reading == sorted(reading)
        assert {of for _, of in reading} == {size}
        assert size // 2 < reading[-1][0] <= size
        assert told[-1] == ("Writing", 0, None)
        told.clear()
        export_to(store, tmp_path / "out.jsonl", lambda *what: told.append(what))
        assert told[0] == ("Writing", 500, None)
