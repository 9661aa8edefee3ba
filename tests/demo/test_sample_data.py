"""The sample data: made by its tool, read without a fault, and with everything that can happen in it."""

import io
import json
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path

import pytest

from suptime.app.billing import clients_of, rated_contracts
from suptime.app.exchange import export_suptime, import_suptime
from suptime.clauses.contract_file import read_contract
from suptime.domain.contract import Version
from suptime.domain.timespan import from_rfc3339
from suptime.resources import folder
from suptime.store import open_store

SAMPLE = folder("sample_data")
WORK = SAMPLE / "work.jsonl"
TOOL = Path(__file__).parents[2] / "tools" / "make_sample_data.py"
NOW = from_rfc3339("2026-11-02T15:00:00Z")


@pytest.fixture(scope="module")
def records() -> dict[str, list[dict]]:
    found = defaultdict(list)
    for line in WORK.read_text("utf-8").splitlines():
        record = json.loads(line)
        found[record["type"]].append(record)
    return found


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory):
    with open_store(str(tmp_path_factory.mktemp("sample") / "suptime.db")) as opened:
        done = import_suptime(opened, io.BytesIO(WORK.read_bytes()), now=NOW, agent="demo")
        assert done.faults == ()
        yield opened


def test_the_tool_makes_the_same_bytes_again(tmp_path: Path):
    made = tmp_path / "work.jsonl"
    subprocess.run([sys.executable, str(TOOL), str(made)], check=True, capture_output=True)
    assert made.read_bytes() == WORK.read_bytes()


def test_it_comes_out_of_a_database_as_it_went_in(store):
    assert "".join(export_suptime(store)).encode() == WORK.read_bytes()


def test_its_contracts_are_the_files_beside_it_and_have_no_faults(records):
    files = {path.read_text("utf-8") for path in (SAMPLE / "contracts").glob("*.toml")}
    assert files >= {record["text"] for record in records["contract"]}
    assert all(isinstance(read_contract(text), Version) for text in files)


def test_it_is_a_year_of_five_clients_and_small(records):
    assert len(records["client"]) == 5
    assert 1300 <= len(records["unit"]) <= 1700
    assert WORK.stat().st_size < 600_000
    days = sorted(unit["started_at"][:10] for unit in records["unit"])
    assert days[0] >= "2025-11-01"
    assert days[-1] <= "2026-10-31"
    assert {day[:7] for day in days} == {f"2025-{m}" for m in (11, 12)} | {
        f"2026-{m:02}" for m in range(1, 11)
    }


def test_its_notes_are_about_many_different_matters(records):
    assert len({case["subject"] for case in records["case"]}) >= 120
    notes = Counter(unit["note"] for unit in records["unit"])
    assert len(notes) >= 0.85 * len(records["unit"])
    assert max(notes.values()) <= 25


def test_every_outcome_of_hourly_and_prepaid_contracts_occurs(store):
    reasons, kinds, states, left = set(), set(), Counter(), Counter()
    with store.reading() as tx:
        for client in clients_of(tx, None):
            for contract in rated_contracts(tx, client, NOW):
                reasons |= {(str(s.outcome), s.reason.clause) for s in contract.rating.shares}
                kinds |= {str(charge.kind) for charge in contract.rating.charges}
                states.update(fate.state for fate in contract.rating.fates)
                left.update(len(charge.draws) for charge in contract.rating.charges)
    outcomes = {outcome for outcome, _ in reasons}
    assert outcomes == {"chargeable", "non_billable", "waived", "held"}
    assert {"time", "block", "late-cancellation"} <= kinds
    clauses = {clause for _, clause in reasons}
    assert any("consent" in clause for clause in clauses)
    assert any("escalation" in clause for clause in clauses)
    assert any("guests" in clause for clause in clauses)
    assert any("classification" in clause for clause in clauses)
    assert all(left[draws] for draws in (0, 1, 2))


def test_every_way_of_an_appointment_and_a_case_occurs(records):
    booked = records["appointment"]
    assert any(a.get("missed_by") == "client" for a in booked)
    assert any(a.get("missed_by") == "us" for a in booked)
    assert any(a.get("cancelled_by") == "us" for a in booked)
    assert sum(a.get("cancelled_by") == "client" for a in booked) >= 5
    events = Counter(event["event"] for event in records["event"])
    assert all(events[kind] for kind in ("consent", "escalate", "resolve", "reopen"))
    causes = Counter(event.get("cause") for event in records["event"])
    assert all(
        causes[cause]
        for cause in ("product-defect", "system-fault", "no-defect-found", "our-mistake", "unknown")
    )
    assert any(unit["waived"] for unit in records["unit"])
    assert any(case.get("waived") for case in records["case"])
    assert any(unit["guest"] and unit["requested"] for unit in records["unit"])
    assert any(unit["guest"] and not unit["requested"] for unit in records["unit"])


def test_work_of_no_length_past_midnight_and_over_the_clock_change_occurs(records):
    zones = {client["code"]: client["timezone"] for client in records["client"]}
    of = {case["case"]: zones[case["client"]] for case in records["case"]}
    spans = [
        (from_rfc3339(u["started_at"]), from_rfc3339(u["ended_at"]), of[u["case"]]) for u in records["unit"]
    ]
    from zoneinfo import ZoneInfo

    def local(instant: int, zone: str) -> datetime:
        return datetime.fromtimestamp(instant, ZoneInfo(zone))

    assert any(start == end for start, end, _ in spans)
    assert any(local(s, z).date() != local(e, z).date() for s, e, z in spans)
    change = next(
        (s, e, z)
        for s, e, z in spans
        if local(s, z).utcoffset() != local(e, z).utcoffset() and s > NOW - 30 * 86400
    )
    assert change[1] - change[0] == 5 * 3600
    assert local(change[0], change[2]).hour == 0
    assert local(change[1], change[2]).hour == 4


def test_prepaid_hours_are_used_up_overrun_and_forfeited(store):
    from suptime.app import reporting

    report = reporting.hours(store, None, NOW_DAY, now=NOW)
    purchases = [p for balance in report["balances"] for p in balance["purchases"]]
    assert any(p["used"] == p["quantity"] for p in purchases)
    assert any(0 < p["forfeited"] < p["quantity"] for p in purchases)
    assert any(p["remaining"] for p in purchases)


NOW_DAY = datetime(2026, 10, 31).date()  # noqa: DTZ001 - a day has no zone
