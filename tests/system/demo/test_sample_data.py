"""The sample data: made by its tool, read without a fault, and with everything that can happen in it."""

import io
import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from stores import new_store
from suptime.app.exchange.records import export_suptime, import_suptime
from suptime.app.facts import rated_contracts
from suptime.app.invoices.draft import clients_of
from suptime.contracts.clauses.classification import terms_of
from suptime.contracts.file import read_contract
from suptime.domain.contract import Version
from suptime.domain.outcome import Outcome
from suptime.domain.time import everywhere, from_rfc3339
from suptime.rating.rated import RatedContract
from suptime.resources import folder

SAMPLE = folder("sample_data")
WORK = SAMPLE / "work.jsonl"
TOOL = Path(__file__).parents[3] / "tools" / "make_sample_data.py"
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
    with new_store(tmp_path_factory.mktemp("sample") / "suptime.db") as opened:
        done = import_suptime(opened, io.BytesIO(WORK.read_bytes()), now=NOW, agent="demo")
        assert done.faults == ()
        yield opened


def test_the_tool_makes_the_same_bytes_again(tmp_path: Path):
    made = tmp_path / "work.jsonl"
    subprocess.run([sys.executable, str(TOOL), str(made)], check=True, capture_output=True)
    assert made.read_bytes() == WORK.read_bytes()


def test_it_comes_out_of_a_database_as_it_went_in(store):
    """All but the numbers that rows got there, which nobody knows them by, and the import's audit rows."""
    records = [line for line in export_suptime(store) if '"type": "audit"' not in line]
    out = re.sub(r'"id": [0-9]+, ', "", "".join(records))
    assert out.encode() == WORK.read_bytes()


def test_its_contracts_are_the_files_beside_it_and_have_no_faults(records):
    files = {path.read_text("utf-8") for path in (SAMPLE / "contracts").glob("*.toml")}
    assert files == {record["text"] for record in records["contract"]}
    assert all(isinstance(read_contract(text), Version) for text in files)


def test_it_is_a_year_of_thirteen_clients_and_small(records):
    assert len(records["client"]) == 13
    assert 1800 <= len(records["unit"]) <= 2400
    assert WORK.stat().st_size < 1_000_000
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


@pytest.fixture(scope="module")
def rated(store) -> dict[str, RatedContract]:
    with store.reading() as tx:
        found = [c for client in clients_of(tx, None) for c in rated_contracts(tx, client, NOW)]
    return {contract.facts.contract.code: contract for contract in found}


def test_every_outcome_and_kind_of_charge_occurs(rated):
    reasons, kinds, states, left = set(), set(), Counter(), Counter()
    for contract in rated.values():
        reasons |= {(str(s.outcome), s.reason.clause) for s in contract.rating.shares}
        kinds |= {str(charge.kind) for charge in contract.rating.charges}
        states.update(fate.state for fate in contract.rating.fates)
        left.update(len(charge.draws) for charge in contract.rating.charges)
    assert {outcome for outcome, _ in reasons} == {*map(str, Outcome)}
    assert kinds == {"time", "block", "late-cancellation", "incident", "minutes"}
    assert {clause for _, clause in reasons} >= {
        "consent", "escalation", "guests", "classification", "waive", "coverage", "guarantee", "incident"
    }  # fmt: skip
    assert {"block", "missed", "missed-by-us", "cancelled", "cancelled-by-us", "cancelled-late"} <= {*states}
    assert all(left[draws] for draws in (0, 1, 2))


def test_a_call_past_the_two_hours_is_a_further_incident_and_a_reopened_case_another(rated, records):
    contract = rated["mercato-incident"]
    windows = Counter((charge.case, charge.day) for charge in contract.rating.charges)
    assert max(windows.values()) >= 2
    reopened = {event["case"] for event in records["event"] if event["event"] == "reopen"}
    days = defaultdict(set)
    for case, day in windows:
        days[case].add(day)
    assert any(len(days[case]) == 2 for case in reopened)
    assert len({charge.price for charge in contract.rating.charges}) == 3


def test_two_agents_are_on_one_call(rated):
    spans = [s.piece for s in rated["milltown-minute"].rating.shares]
    assert any(
        a.unit.agent != b.unit.agent and a.unit.case == b.unit.case and a.span.overlap(b.span)
        for a in spans for b in spans
    )  # fmt: skip


def test_what_a_plan_does_not_cover_is_billed_and_the_rest_is_not(rated):
    for code in ("nordlicht-basic", "westport-business", "kestrel-premium"):
        rating = rated[code].rating
        billed = {charge.case for charge in rating.charges}
        cases = [rated[code].cases[number] for number in billed]
        assert {case.category for case in cases} == {"business-process"}
        assert terms_of(rated[code].facts.contract.latest).categories["changed-packages"] == "not-sold"
        assert any(share.outcome is Outcome.COVERED for share in rating.shares)
    for code in ("meridian-claims", "westport-yard", "kestrel-onboarding"):
        assert not rated[code].rating.charges
        assert {str(s.outcome) for s in rated[code].rating.shares} == {"covered"}


def test_guarantee_cases_are_covered_excluded_open_and_too_late(rated):
    contract = rated["meridian-project"]
    of_project = {number for number, case in contract.cases.items() if case.project}
    outcomes = {(s.piece.unit.case, str(s.outcome)) for s in contract.rating.shares}
    found = {outcome for case, outcome in outcomes if case in of_project}
    assert found == {"covered", "held", "chargeable", "non_billable"}  # the last before the approval
    causes = {e.cause for case in of_project for e in contract.cases[case].events}
    assert {"client-error", "changed-by-third-party", "third-party", "delivered-defect"} <= causes


def test_responses_are_met_breached_and_waited_for_at_the_demos_moment(store):
    from suptime.app import reports

    states = Counter(case["state"] for case in reports.sla(store, (None, None), None, now=NOW)["cases"])
    assert all(states[state] for state in ("met", "breached", "waiting"))
    unanswered = [
        c for c in reports.sla(store, (None, None), None, now=NOW)["cases"] if not c["responded_at"]
    ]
    assert {c["state"] for c in unanswered} == {"breached", "waiting"}


def test_night_work_has_a_price_of_its_own(rated):
    assert {charge.tariff for charge in rated["pinecrest-care"].rating.charges} == {"", "after hours"}


def test_contacts_of_both_roles_and_a_card_on_file_occur(records):
    assert {contact["role"] for contact in records["contact"]} == {"administrator", "user"}
    assert any(client.get("card_on_file") for client in records["client"])


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
    from suptime.app import reports as reporting

    report = reporting.hours(store, None, everywhere(NOW_DAY), now=NOW)
    hours = [balance for balance in report["balances"] if balance["unit"] == "minutes"]
    purchases = [p for balance in hours for p in balance["purchases"]]
    assert any(p["used"] == p["quantity"] for p in purchases)
    assert any(0 < p["forfeited"] < p["quantity"] for p in purchases)
    assert any(p["remaining"] for p in purchases)


def test_packs_are_burned_forfeited_and_left_and_a_deposit_is_used_up(store, rated):
    from suptime.app import reports as reporting

    found = {b["contract"]: b for b in reporting.hours(store, None, everywhere(NOW_DAY), now=NOW)["balances"]}
    packs = found["relay-pack"]["purchases"]
    assert any(p["forfeited"] and p["used"] for p in packs)
    assert any(p["used"] == p["quantity"] and p["valid_through"] is None for p in packs)
    assert any(c.drawn for c in rated["relay-pack"].rating.charges)
    assert any(c.invoiced for c in rated["relay-pack"].rating.charges)
    assert {c.price for c in rated["milltown-minute"].rating.charges} == {Decimal("2.50"), Decimal("2.75")}
    deposit = found["milltown-minute"]
    assert Decimal(deposit["pending"]) > Decimal(deposit["purchased"]) > 0


NOW_DAY = datetime(2026, 10, 31).date()  # noqa: DTZ001 - a day has no zone
