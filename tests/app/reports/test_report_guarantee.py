"""`report guarantee`: E8, E9."""

import pytest
from driving import Suptime
from reports_world import contract, projects


@pytest.fixture
def aster(suptime: Suptime) -> Suptime:
    """A client with five delivered projects around the limits of the tiers, and three cases on one."""
    suptime.set(TZ="Europe/Berlin")
    suptime.at("2026-11-02T15:00:00Z")
    contract(suptime, "aster", "guarantee.toml")
    done = "2026-08-15"
    budgets = {"P1": "40000", "P2": "24999.99", "P3": "25000", "P4": "75000", "P5": "75000.01"}
    projects(suptime, "aster", *((code, budget, done) for code, budget in budgets.items()))
    for number, at in (("CASE-1", "14 23:30"), ("CASE-2", "14 23:40"), ("CASE-3", "15 00:10")):
        suptime(f"case open {number} --client aster --project P1 --at '2026-10-{at}'")
        suptime(f"log {number} 30m --from '2026-10-2{number[-1]} 09:00'")
    return suptime


def report(suptime: Suptime, options: str) -> dict[str, dict]:
    rows = suptime(f"report guarantee --format json {options}").json["projects"]
    return {row["project"]: row for row in rows}


def test_the_days_follow_the_budget_and_its_limits_are_in_the_middle_tier(aster: Suptime):
    found = report(aster, "--as-of 2026-10-14")
    assert [found[code]["days"] for code in ("P1", "P2", "P3", "P4", "P5")] == [60, 30, 60, 60, 90]
    assert found["P2"]["last_day"] == "2026-09-14"


def test_the_last_day_is_guaranteed_and_the_next_is_not(aster: Suptime):
    assert report(aster, "--as-of 2026-10-14")["P1"]["active"] is True
    assert report(aster, "--as-of 2026-10-15")["P1"]["active"] is False
    assert report(aster, "--as-of 2026-08-14")["P1"]["active"] is False


def test_open_cases_that_were_opened_within_it_are_listed_with_their_time(aster: Suptime):
    (first, second) = report(aster, "--as-of 2026-11-01")["P1"]["cases"]
    assert (first["case"], second["case"]) == ("CASE-1", "CASE-2")
    assert first["time"]["held_seconds"] == 1800


def test_a_case_is_listed_until_the_day_it_is_resolved(aster: Suptime):
    aster("case resolve CASE-1 --cause delivered-defect --at '2026-10-25 10:00'")
    assert [c["case"] for c in report(aster, "--as-of 2026-10-25")["P1"]["cases"]] == ["CASE-2"]
    assert [c["case"] for c in report(aster, "--as-of 2026-10-24")["P1"]["cases"]] == ["CASE-1", "CASE-2"]


def test_a_client_without_such_a_clause_has_no_guarantees(aster: Suptime):
    contract(aster, "acme", "hourly.toml")
    projects(aster, "acme", ("Q1", "1000", "2026-10-01"))
    assert "Q1" not in report(aster, "--as-of 2026-10-14")
    assert report(aster, "--client acme") == {}
    assert "\nNo project is guaranteed by a contract.\n" in aster("report guarantee --client acme").out


def test_a_project_completed_before_the_contract_takes_its_latest_version(aster: Suptime):
    projects(aster, "aster", ("P0", "1000", "2025-12-20"))
    assert report(aster, "--as-of 2026-01-05")["P0"]["last_day"] == "2026-01-19"


def test_the_text_says_how_many_days_are_left(aster: Suptime):
    said = aster("report guarantee --as-of 2026-10-13").out
    assert "1 day left" in said
    assert "last day today" in aster("report guarantee --as-of 2026-10-14").out
    assert all(len(line) <= 80 for line in said.splitlines())
