"""`explain` for the clauses of policies C to E: incidents, minutes, coverage, guarantees, response clocks."""

import pytest
from driving import Suptime
from reports_world import PLAN, contract, projects


@pytest.fixture
def york(suptime: Suptime) -> Suptime:
    """In New York, in November."""
    suptime.set(TZ="America/New_York")
    suptime.at("2026-11-02T15:00:00Z")
    return suptime


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_an_incident_is_explained_with_the_end_of_its_window(york: Suptime):
    contract(york, "harbor", "incident.toml")
    york("case open CASE-1 --client harbor --at '2026-10-12 08:00'")
    york("log CASE-1 50m --from '2026-10-12 09:00' --channel phone")
    york("log CASE-1 45m --from '2026-10-12 10:40' --channel phone")
    york("case resolve CASE-1 --at '2026-10-16 11:00'")
    lines = york("explain CASE-1 --format json").json["lines"]
    assert [line["window"] for line in lines] == [
        {"opened_at": "2026-10-12T13:00:00Z", "closes_at": "2026-10-12T15:00:00Z"},
        {"opened_at": "2026-10-12T15:00:00Z", "closes_at": "2026-10-12T17:00:00Z"},
    ]
    said = squeezed(york("explain CASE-1").out)
    assert "Its window ends at 11:00; what comes later is another incident." in said
    assert "2 incidents billed" in said


def test_an_incident_that_is_not_completed_says_what_it_would_come_to(york: Suptime):
    contract(york, "harbor", "incident.toml")
    york("case open CASE-1 --client harbor --at '2026-10-12 08:00'")
    york("log CASE-1 50m --from '2026-10-12 09:00' --channel phone")
    told = york("explain CASE-1 --format json").json
    assert told["lines"] == []
    assert [line["net"] for line in told["if_billed"]] == ["95.00"]
    said = squeezed(york("explain CASE-1").out)
    assert "Charges if held time is billed 95.00" in said
    assert "not completed yet." in said


def test_the_minutes_of_each_call_add_up_to_the_line(york: Suptime):
    contract(york, "mill", "minute.toml")
    york("client card mill --on-file")
    york("case open CASE-1 --client mill --at '2026-10-05 08:00'")
    york("log CASE-1 10m30s --from '2026-10-05 09:00' --channel phone")
    york("log CASE-1 4m10s --from '2026-10-05 09:05' --channel phone --agent bob")
    (line,) = york("explain CASE-1 --format json").json["lines"]
    assert [(call["agent"], call["minutes"]) for call in line["calls"]] == [("ana", 11), ("bob", 5)]
    assert sum(call["minutes"] for call in line["calls"]) == line["billed_minutes"]
    assert "U1 by ana, 10 min 30 s: 11 min; U2 by bob, 4 min 10 s: 5 min." in squeezed(
        york("explain CASE-1").out
    )


def test_a_guaranteed_case_says_until_when_and_what_is_not_covered(york: Suptime):
    york.set(TZ="Europe/Berlin")
    contract(york, "aster", "guarantee.toml")
    projects(york, "aster", ("P1", "40000", "2026-08-15"))
    york("case open CASE-1 --client aster --project P1 --at '2026-10-14 23:30'")
    york("case open CASE-2 --client aster --project P1 --at '2026-10-15 00:10'")
    said = squeezed(york("explain CASE-1").out)
    assert "Opened within the guarantee of project P1 (through 14 October 2026): covered, unless" in said
    assert "the case was opened outside that time." in squeezed(york("explain CASE-2").out)


def test_covered_time_and_the_response_clock_are_told(york: Suptime):
    york.set(TZ="Europe/Berlin")
    contract(york, "nord", PLAN)
    york("case open CASE-1 --client nord --priority P2 --at '2026-10-09 16:30'")
    york("case respond CASE-1 --at '2026-10-12 11:00'")
    york("log CASE-1 30m --from '2026-10-12 11:00'")
    york("case resolve CASE-1 --cause operator --kb https://kb.example/7 --at '2026-10-12 12:00'")
    said = squeezed(york("explain CASE-1").out)
    assert (
        "First response: P2 within 8 hours, due 12 Oct 2026, 15:30: answered in time, after 3 h 30 min."
        in said
    )
    assert "Covered by Support plan Basic." in said
    assert "Resolved, cause operator. Article: https://kb.example/7" in said


def test_fees_are_no_part_of_a_case(york: Suptime):
    york.set(TZ="Europe/Berlin")
    contract(york, "nord", PLAN)
    york("case open CASE-1 --client nord --at '2026-10-09 16:30'")
    assert york("explain CASE-1 --format json").json["lines"] == []


def test_the_page_has_the_sentences_of_the_text(york: Suptime):
    contract(york, "harbor", "incident.toml")
    york("case open CASE-1 --client harbor --subject '<b>Charts</b>' --at '2026-10-12 08:00'")
    york("log CASE-1 50m --from '2026-10-12 09:00' --channel phone --note '<script>x</script>'")
    page = york("explain CASE-1 --format html").out
    assert "The incident is not completed yet." in page
    assert "&lt;b&gt;Charts" in page
    assert "<script" not in page
