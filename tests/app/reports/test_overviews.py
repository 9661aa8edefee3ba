"""`report free`, `report margin`, `report week` and `report overview`."""

import pytest
from driving import Suptime
from reports_world import PLAN, contract

BY_CAUSE = """
[contract]
code = "acme-ps"
title = "Professional services"
currency = "USD"
timezone = "America/Chicago"
starts_on = 2026-01-01
[prices]
hour = "150.00"
[classification]
default = "billable"
[classification.categories]
bug-report = "by-cause"
question = "non-billable"
[classification.causes]
product-defect = "non-billable"
misconfiguration = "billable"
"""


@pytest.fixture
def house(suptime: Suptime) -> Suptime:
    """Acme with billable, free and waived work in October, and Nord in Berlin with covered work."""
    suptime.at("2026-10-01T08:00:00Z")
    contract(suptime, "acme", BY_CAUSE)
    suptime("case open CASE-1 --client acme --subject Crash --category bug-report")
    suptime("case open CASE-2 --client acme --subject Question --category question")
    suptime("case open CASE-3 --client acme --subject Setup")
    suptime.at("2026-11-02T18:00:00Z")
    suptime("log CASE-1 1h --from '2026-10-05 14:00'")
    suptime("log CASE-2 30m --from '2026-10-06 14:00'")
    suptime("log CASE-3 2h --from '2026-10-07 14:00'")
    suptime("log CASE-3 15m --from '2026-10-08 14:00'")
    suptime("waive U4 --reason Goodwill")
    suptime("case resolve CASE-1 --cause product-defect --at '2026-10-09 14:00'")
    return suptime


def test_free_time_is_told_by_category_cause_clause_and_client(house: Suptime):
    free = house("report free --format json").json
    assert free["worked_seconds"] == 13500
    assert free["total"] == {
        "free_seconds": 6300,
        "covered_seconds": 0,
        "non_billable_seconds": 5400,
        "waived_seconds": 900,
    }
    rows = {
        by: {r["key"]: r["free_seconds"] for r in free[f"by_{by}"]} for by in ("category", "cause", "clause")
    }
    assert rows["category"] == {"bug-report": 3600, "question": 1800, "(none)": 900}
    assert rows["cause"] == {"product-defect": 3600, "(open)": 2700}
    assert rows["clause"] == {"classification": 5400, "waive": 900}
    assert [row["key"] for row in free["by_client"]] == ["acme"]


def test_free_time_is_that_of_the_days_that_were_asked_for(house: Suptime):
    free = house("report free --from 2026-10-06 --to 2026-10-07 --client acme --format json").json
    assert (free["worked_seconds"], free["total"]["free_seconds"]) == (9000, 1800)
    assert (
        "30 min of 2 h 30 min worked are free: 20%."
        in house("report free --from 2026-10-06 --to 2026-10-07").out
    )


def test_free_time_adds_up_to_that_of_the_report_of_time(house: Suptime):
    free, time = (house(f"report {kind} --format json").json["total"] for kind in ("free", "time"))
    for key in ("covered_seconds", "non_billable_seconds", "waived_seconds"):
        assert free[key] == time[key]


def test_a_margin_counts_what_is_still_to_be_invoiced(house: Suptime):
    (row,) = house("report margin --format json").json["rows"]
    assert (row["worked_seconds"], row["billed_minutes"]) == (13500, 120)
    assert (row["invoiced_net"], row["open_net"], row["net"]) == ("0.00", "300.00", "300.00")
    assert row["per_hour"] == "80.00"  # 300.00 for three hours and three quarters


def test_a_margin_is_the_same_once_the_month_is_invoiced(house: Suptime):
    (before,) = house("report margin --format json").json["rows"]
    house("invoice --month 2026-10 --issue")
    document = house("report margin --format json").json
    (after,) = document["rows"]
    assert (after["invoiced_net"], after["open_net"]) == ("300.00", "0.00")
    assert {k: v for k, v in after.items() if k not in ("invoiced_net", "open_net")} == {
        k: v for k, v in before.items() if k not in ("invoiced_net", "open_net")
    }
    assert document["totals"] == [
        {"currency": "USD", "invoiced_net": "300.00", "open_net": "0.00", "net": "300.00"}
    ]


def test_a_credit_note_takes_a_margin_back_and_late_work_adds_to_it(house: Suptime):
    house("invoice --month 2026-10 --issue")
    house("log CASE-3 1h --from '2026-10-20 14:00'")
    (row,) = house("report margin --format json").json["rows"]
    assert (row["invoiced_net"], row["open_net"], row["billed_minutes"]) == ("300.00", "150.00", 180)
    house("invoice credit INV-2026-0001 --reason Wrong --write-off")
    (row,) = house("report margin --format json").json["rows"]
    assert (row["invoiced_net"], row["open_net"], row["billed_minutes"]) == ("0.00", "150.00", 60)


def test_a_flat_fee_is_part_of_a_margin_apart_from_the_work(suptime: Suptime):
    suptime.set(TZ="Europe/Berlin")
    suptime.at("2026-11-02T15:00:00Z")
    contract(suptime, "nord", PLAN)
    suptime("case open CASE-10 --client nord --priority P2 --at '2026-10-09 16:30'")
    suptime("log CASE-10 2h --from '2026-10-12 09:00'")
    (row,) = suptime("report margin --from 2026-03 --to 2026-10 --format json").json["rows"]
    assert (row["fees_net"], row["worked_seconds"]) == ("4800.00", 7200)
    assert suptime("report margin --from 2026-01 --to 2026-02 --format json").json["rows"] == []
    text = suptime("report margin --from 2026-01 --to 2026-02").out
    assert "January 2026 to February 2026" in text
    assert "Nothing to show." in text


def test_a_client_with_two_currencies_has_two_rows_and_its_time_once(house: Suptime):
    euros = BY_CAUSE.replace("acme-ps", "acme-eu").replace("USD", "EUR")
    contract(house, "acme", euros)
    house("case open CASE-9 --client acme --contract acme-eu --at '2026-10-01 09:00'")
    house("log CASE-9 1h --from '2026-10-12 14:00'")
    rows = house("report margin --format json").json["rows"]
    assert [(r["currency"], r["net"], r["worked_seconds"]) for r in rows] == [
        ("EUR", "150.00", 17100),
        ("USD", "300.00", 0),
    ]
    assert "The Acme Company (EUR)" in house("report margin").out


# A week.


def test_a_week_goes_from_monday_to_sunday_with_what_each_agent_did(house: Suptime):
    house("log CASE-3 1h --from '2026-10-07 17:00' --agent ben")
    week = house("report week --of 2026-10-11 --format json").json
    assert (week["from"], week["to"], week["timezone"]) == ("2026-10-05", "2026-10-11", "UTC")
    assert [(a["agent"], a["seconds"]) for a in week["agents"]] == [("ana", 13500), ("ben", 3600)]
    assert [day["seconds"] for day in week["agents"][0]["days"]] == [3600, 1800, 7200, 900, 0, 0, 0]
    (span,) = week["agents"][1]["days"][2]["spans"]
    assert (span["unit"], span["case"], span["client"]) == ("U5", "CASE-3", "acme")
    assert (span["start"], span["end"], span["running"]) == ("17:00", "18:00", False)
    assert [
        a["agent"] for a in house("report week --of 2026-10-05 --agent ben --format json").json["agents"]
    ] == ["ben"]


def test_a_week_is_a_timeline_with_a_pattern_for_each_client(house: Suptime):
    lines = house("report week --of 2026-10-05").out.splitlines()
    assert lines[:8] == [
        "WEEK" + "5–11 October 2026, UTC".rjust(76),
        "═" * 80,
        "█ acme",
        "",
        "ana" + "3 h 45 min".rjust(77),
        "─" * 80,
        "              08  09  10  11  12  13  14  15  16  17",
        "  Mon 05 Oct  ························████············  1 h 00 min",
    ]
    assert lines[11] == "  Fri 09 Oct  ········································       0 min"
    wide = house_lines(house, 120)
    assert wide[6].split() == ["08", "09", "10", "11", "12", "13", "14", "15", "16", "17"]
    assert wide[7].count("█") == 6  # an hour, in steps of ten minutes
    assert max(map(len, wide)) == 120


def house_lines(house: Suptime, columns: int) -> list[str]:
    house.set(SUPTIME_FORCE_TTY=str(columns))
    return house("report week --of 2026-10-05").out.splitlines()


def test_work_across_midnight_is_cut_and_a_running_timer_counts_up_to_now(suptime: Suptime):
    suptime.at("2026-10-05T08:00:00Z")
    contract(suptime, "acme", BY_CAUSE)
    suptime("case open CASE-1 --client acme --at '2026-10-01 09:00'")
    suptime("log CASE-1 3h --from '2026-10-04 22:30'")
    suptime("start CASE-1 --at 07:00")
    suptime("case open CASE-2 --client acme --at '2026-10-01 09:00'")
    week = suptime("report week --format json").json
    monday, tuesday = week["agents"][0]["days"][:2]
    assert [(s["start"], s["end"], s["running"]) for s in monday["spans"]] == [
        ("00:00", "01:30", False),
        ("07:00", "08:00", True),
    ]
    assert tuesday["spans"] == []
    before = suptime("report week --of 2026-10-04 --format json").json["agents"][0]["days"][6]
    assert [(s["start"], s["end"], s["seconds"]) for s in before["spans"]] == [("22:30", "24:00", 5400)]


def test_the_night_on_which_clocks_go_back_has_all_its_seconds(suptime: Suptime):
    suptime.set(TZ="America/Chicago")
    suptime.at("2026-11-01T20:00:00Z")
    contract(suptime, "acme", BY_CAUSE)
    suptime("case open CASE-1 --client acme --at '2026-10-01 09:00'")
    suptime("log CASE-1 --from 2026-11-01T00:30:00-05:00 --to 2026-11-01T02:30:00-06:00")
    week = suptime("report week --of 2026-11-01 --format json").json
    assert week["agents"][0]["days"][6]["seconds"] == week["total_seconds"] == 3 * 3600


# All on one page.


def without_zone(report):
    """A report as it is within a page, which names the zone for all of them."""
    return {key: value for key, value in report.items() if not key.startswith("timezone")}


def test_the_overview_is_made_of_the_same_reports(house: Suptime):
    overview = house("report overview --from 2026-10 --to 2026-10 --format json").json
    span = "--from 2026-10-01 --to 2026-10-31 --format json"
    assert overview["free"] == without_zone(house(f"report free {span}").json)
    assert overview["time"] == without_zone(house(f"report time --by client {span}").json)
    margin = house("report margin --from 2026-10 --to 2026-10 --format json").json
    assert overview["margin"] == without_zone(margin)


def test_the_overview_counts_the_response_clocks_registered_in_its_months(suptime: Suptime):
    suptime.set(TZ="Europe/Berlin")
    suptime.at("2026-11-02T15:00:00Z")
    contract(suptime, "nord", PLAN)
    suptime("case open CASE-9 --client nord --priority P2 --at '2026-09-10 09:00'")
    suptime("case open CASE-10 --client nord --priority P2 --at '2026-10-09 16:30'")
    suptime("case respond CASE-10 --at '2026-10-09 17:00'")
    response = suptime("report overview --from 2026-10 --to 2026-10 --format json").json["response"]
    none = {"met": 1, "breached": 0, "waiting": 0, "priority-missing": 0}
    assert response == {
        "cases": 1,
        "total": none,
        "by_priority": [{"key": "P2", **none}],
        "by_month": [{"key": "2026-10", **none}],
    }


def test_without_months_the_overview_is_of_the_last_twelve(house: Suptime):
    overview = house("report overview --format json").json
    assert (overview["from"], overview["to"]) == ("2025-12", "2026-11")


def test_an_overview_of_nothing_says_so(suptime: Suptime):
    assert suptime("report overview").out.count("Nothing to show.") == 5
    assert "No time was worked." in suptime("report week").out
    for kind in ("overview", "free", "margin", "burndown", "week"):
        assert suptime(f"report {kind} --format html").out.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (
            "report margin --from 2026-10 --to 2026-09",
            "Error: --to 2026-09 is before --from 2026-10.\nSwap them.\n",
        ),
        (
            "report free --from 2026-10-02 --to 2026-10-01",
            "Error: --to 2026-10-01 is before --from 2026-10-02.\nSwap them.\n",
        ),
        (
            "report week --format csv",
            "Error: Unknown report format 'csv'.\nChoose text, markdown, html, json, pdf.\n",
        ),
        (
            "report overview --from soon",
            'Error: "soon" is not a month.\nMonths look like 2026-10, this or last.\n',
        ),
    ],
)
def test_what_cannot_be_asked_for_is_refused(command: str, said: str, suptime: Suptime):
    assert suptime(command, code=2).err == said


def test_a_client_that_is_not_there_is_refused(house: Suptime):
    for kind in ("burndown", "free", "margin", "overview"):
        assert house(f"report {kind} --client acne", code=3).err.startswith(
            'Error: There is no client "acne".'
        )


def test_the_overview_says_what_clients_owe_as_the_aging_does(house: Suptime):
    house("invoice --month 2026-10 --issue")
    house("payment add acme 10.00 --for INV-2026-0001")
    owed = house("report overview --format json").json["aging"]
    assert owed == without_zone(house("report aging --format json").json)
    assert owed["rows"][0]["client"] == "acme"
