"""`report sla`: E3, E4."""

import csv
import io

import pytest
from driving import Suptime
from reports_world import FASTER, PLAN, contract

from suptime.contracts.file import read_contract
from suptime.domain.case import Case, Event, EventKind
from suptime.domain.contract import Contract
from suptime.domain.time import from_rfc3339
from suptime.reports.sla import response_clock


@pytest.fixture
def nord(suptime: Suptime) -> Suptime:
    """A client in Berlin with a plan, and cases registered on a Friday afternoon and at night."""
    suptime.set(TZ="Europe/Berlin")
    suptime.at("2026-11-02T15:00:00Z")
    contract(suptime, "nord", PLAN)
    suptime("case open CASE-10 --client nord --priority P2 --subject Porting --at '2026-10-09 16:30'")
    suptime("case open CASE-9 --client nord --priority P2 --at '2026-10-10 03:00'")
    suptime("case open CASE-3 --client nord --priority P3 --at '2026-10-23 17:00'")
    suptime("case open CASE-4 --client nord --priority P1 --subject 'All down' --at '2026-11-02 15:00'")
    suptime("case open CASE-5 --client nord --priority P4 --at '2026-10-23 17:00'")
    suptime("case open CASE-6 --client nord --at '2026-10-23 17:00'")
    return suptime


def cases(suptime: Suptime, options: str = "") -> dict[str, dict]:
    return {row["case"]: row for row in suptime(f"report sla --format json {options}").json["cases"]}


def test_cases_with_a_target_for_their_priority_or_without_one_are_listed_by_number(nord: Suptime):
    assert [*cases(nord)] == ["CASE-3", "CASE-4", "CASE-6", "CASE-9", "CASE-10"]


def test_a_case_without_a_priority_is_listed_as_missing_it(nord: Suptime):
    row = cases(nord)["CASE-6"]
    assert (row["state"], row["priority"], row["due_at"]) == ("priority-missing", None, None)
    document = nord("report sla --format json").json
    assert document["total"]["priority-missing"] == 1
    assert {"key": "", "met": 0, "breached": 0, "waiting": 0, "priority-missing": 1} in document[
        "by_priority"
    ]
    nord("case respond CASE-6 --at '2026-10-26 09:00'")
    row = cases(nord)["CASE-6"]
    assert (row["state"], row["responded_at"]) == ("priority-missing", "2026-10-26T08:00:00Z")
    nord("case edit CASE-6 --priority P2")
    assert cases(nord)["CASE-6"]["state"] == "met"


def test_a_response_at_the_due_instant_is_in_time_and_a_minute_later_is_not(nord: Suptime):
    nord("case respond CASE-10 --at '2026-10-12 15:30'")
    nord("case respond CASE-9 --at '2026-10-12 17:01'")
    found = cases(nord)
    assert (found["CASE-10"]["due_at"], found["CASE-10"]["state"]) == ("2026-10-12T13:30:00Z", "met")
    assert (found["CASE-9"]["due_at"], found["CASE-9"]["state"]) == ("2026-10-12T15:00:00Z", "breached")
    assert found["CASE-9"]["working_seconds_over"] == 60


def test_the_first_response_counts():
    opened = from_rfc3339("2026-10-12T07:00:00Z")
    version = read_contract(PLAN)
    events = tuple(Event(EventKind.RESPOND, opened + hours * 3600) for hours in (1, 9))
    case = Case("CASE-1", "nord", "nord-basic", opened, priority="P2", events=events)
    clock = response_clock(case, Contract("nord-basic", "nord", (version,)), opened + 86400)
    assert (clock["responded_at"], clock["state"]) == ("2026-10-12T08:00:00Z", "met")


def test_a_resolution_is_no_response(nord: Suptime):
    nord("case resolve CASE-4 --at '2026-11-02 15:30'")
    assert cases(nord)["CASE-4"]["responded_at"] is None


def test_what_waits_has_so_much_working_time_left_and_past_due_it_is_breached(nord: Suptime):
    waiting = cases(nord)["CASE-4"]
    assert (waiting["state"], waiting["due_at"]) == ("waiting", "2026-11-03T09:00:00Z")
    assert (waiting["working_seconds_used"], waiting["working_seconds_left"]) == (3600, 3 * 3600)
    nord.at("2026-11-03T09:00:00Z")
    assert cases(nord)["CASE-4"]["state"] == "waiting"
    nord.at("2026-11-03T09:00:01Z")
    assert cases(nord)["CASE-4"]["state"] == "breached"


def test_the_time_promised_is_what_was_used_and_what_is_left_less_what_went_over(nord: Suptime):
    nord("case respond CASE-10 --at '2026-10-12 11:00'")
    for row in cases(nord).values():
        used, left, over = (row[f"working_seconds_{part}"] for part in ("used", "left", "over"))
        assert row["working_seconds_target"] == (used + left - over if row["priority"] else None)


def test_the_month_is_that_of_the_registration_in_the_contracts_zone(nord: Suptime):
    nord("case open CASE-11 --client nord --priority P1 --at 2026-10-31T23:30:00Z")  # 00:30 in Berlin
    assert "CASE-11" in cases(nord, "--month 2026-11")
    assert [*cases(nord, "--month 2026-10")] == ["CASE-3", "CASE-6", "CASE-9", "CASE-10"]


def test_the_version_in_force_at_the_registration_promises(nord: Suptime):
    contract(nord, "nord", FASTER)
    nord("case open CASE-12 --client nord --priority P2 --at '2026-10-12 09:00'")
    found = cases(nord)
    assert found["CASE-10"]["due_at"] == "2026-10-12T13:30:00Z"
    assert found["CASE-12"]["due_at"] == "2026-10-12T09:00:00Z"


def test_a_report_of_one_client_leaves_the_others_out(nord: Suptime):
    contract(nord, "sued", PLAN.replace("nord-basic", "sued-basic"))
    nord("case open CASE-1 --client sued --priority P1 --at '2026-10-12 09:00'")
    assert [*cases(nord, "--client sued")] == ["CASE-1"]
    assert [row["client"] for row in nord("report sla --format json").json["cases"]] == ["nord"] * 5 + [
        "sued"
    ]


def test_the_text_tells_what_is_overdue_and_what_is_due_next_first(nord: Suptime):
    nord("case respond CASE-9 --at '2026-10-12 17:01'")
    nord("case respond CASE-10 --at '2026-10-12 15:00'")
    said = nord("report sla").out
    headings = (
        "Overdue, not answered yet",
        "Priority missing",
        "Waiting for an answer",
        "Answered late",
        "Answered in time",
    )
    places = [said.index(text) for text in headings]
    assert places == sorted(places)
    assert "3 h 00 min left" in said
    assert all(len(line) <= 80 for line in said.splitlines())


def test_the_csv_has_the_rows_of_the_json(nord: Suptime):
    rows = [*csv.DictReader(io.StringIO(nord("report sla --format csv").out))]
    told = nord("report sla --format json").json["cases"]
    assert [(row["case"], row["state"], row["due_at"]) for row in rows] == [
        (row["case"], row["state"], row["due_at"] or "") for row in told
    ]


def test_a_client_that_is_not_there_is_exit_3(nord: Suptime):
    assert "There is no client" in nord("report sla --client nrod", code=3).err


def test_a_format_that_is_not_there_is_exit_2(nord: Suptime):
    said = nord("report sla --format xml", code=2).err
    assert (
        said
        == "Error: Unknown report format 'xml'.\nChoose text, markdown, html, json, csv, table, tsv, pdf.\n"
    )
