"""Every line that cannot come in is named, with what was expected."""

import io
import tomllib
from pathlib import Path

import pytest
from good_file import GOOD

from stores import new_store
from suptime.app.exchange.records import Imported, import_suptime
from suptime.domain.time import from_rfc3339
from suptime.interchange.records import format as suptime_format
from suptime.store import Store

NOW = from_rfc3339("2026-10-05T14:00:00Z")
BAD = tomllib.loads((Path(__file__).parent / "bad_lines.toml").read_text("utf-8"))["bad"]


@pytest.fixture
def store(tmp_path: Path):
    with new_store(tmp_path / "suptime.db") as opened:
        yield opened


def take(store: Store, lines: list[str] | bytes, **options: bool) -> Imported:
    raw = lines if isinstance(lines, bytes) else "\n".join(lines).encode()
    return import_suptime(store, io.BytesIO(raw), now=NOW, agent="ana", **options)


def said(done: Imported) -> list[str]:
    return [str(fault) for fault in done.faults]


def counts(store: Store) -> tuple[int, int]:
    with store.reading() as tx:
        return len(tx.cases.numbers()), len(tx.units.find())


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad["name"])
def test_a_bad_line_is_named_and_nothing_is_written(store: Store, bad: dict):
    done = take(store, [*GOOD, bad["line"]])
    assert said(done) == [f"line {len(GOOD) + 1}: {words}" for words in bad["says"]]
    assert not done.kept
    assert counts(store) == (0, 0)


def test_with_skip_bad_the_bad_lines_alone_are_left_out(store: Store):
    lines = [*GOOD, *(bad["line"] for bad in BAD)]
    done = take(store, lines, skip_bad=True)
    assert {fault.line for fault in done.faults} == set(range(len(GOOD) + 1, len(lines) + 1))
    assert done.kept
    assert counts(store) == (4, 3)


def test_every_bad_line_of_a_file_is_named_in_order_of_lines(store: Store):
    units = [line for line in GOOD if '"type": "unit"' in line]
    done = take(store, ["{", *units, "", "[]"])
    assert said(done) == [
        "line 1: record: is not JSON from column 2 on.",
        "line 2: unit.case: there is no case CASE-1, neither before this line nor in the database.",
        "line 3: unit.case: there is no case CASE-3, neither before this line nor in the database.",
        "line 4: unit.case: there is no case CASE-4, neither before this line nor in the database.",
        "line 6: record: expected a record in braces, found [].",
    ]


def test_bytes_that_are_no_text_are_named(store: Store):
    assert said(take(store, b'{"type": "client", "name": "M\xfcller"}\n')) == [
        "line 1: record: is not UTF-8 text at byte 30."
    ]


def test_a_line_nested_without_end_is_named(store: Store):
    assert said(take(store, b"[" * 200_000)) == ["line 1: record: is nested too deeply for a record."]


def test_a_line_too_long_is_passed_over_and_the_next_one_read(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(suptime_format, "LONGEST_LINE", 4 * 1024 * 1024)
    raw = b'"' + b"x" * (5 * 1024 * 1024) + b'"\n{}\n'
    assert said(take(store, raw)) == [
        "line 1: record: is longer than 4194304 bytes.",
        'line 2: type: is missing; expected a type such as "unit".',
    ]


def test_a_number_of_too_many_digits_is_named(store: Store):
    assert said(take(store, b'{"type": ' + b"9" * 5000 + b"}")) == [
        "line 1: record: holds a number of too many digits."
    ]


def test_a_file_of_nothing_but_faults_is_not_read_to_its_end(store: Store):
    done = take(store, ["{}"] * 10_500)
    assert len(done.faults) == 10_001
    assert str(done.faults[-1]) == ('line 10000: type: is missing; expected a type such as "unit".')
    assert "line 10000: file: has 10000 faults so far; the rest was not read." in said(done)


def test_a_dry_run_says_what_would_come_in_and_writes_nothing(store: Store):
    done = take(store, GOOD, dry_run=True)
    assert not done.faults
    assert done.added["unit"] == 3
    assert counts(store) == (0, 0)


def test_an_event_that_stands_after_the_units_is_checked_against_them(store: Store):
    first = next(n for n, line in enumerate(GOOD) if '"event": "resolve", "at": "2026-10-03' in line)
    resolve = GOOD[first].replace("2026-10-03T12:00:00Z", "2026-10-01T15:10:00Z")
    lines = [*GOOD[:first], *GOOD[first + 1 :], resolve]
    says = "event.at: 2026-10-01T15:10:00Z is before work on CASE-1: U1 of ana, until 2026-10-01T15:30:00Z."
    assert said(take(store, lines)) == [f"line {len(lines)}: {says}"]
