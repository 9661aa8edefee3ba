"""`report statement`: B9, everything about one client at any moment."""

import re

import pytest
from driving import Suptime
from reports_world import CONTRACTS, PLAN, contract, projects


@pytest.fixture
def relay(suptime: Suptime) -> Suptime:
    """A client in Toronto with hourly work in two months, held and free, and prepaid hours."""
    suptime.set(TZ="America/Chicago")
    suptime.at("2026-11-10T15:00:00Z")
    contract(suptime, "acme", "hourly.toml")
    suptime(
        "case open CASE-1 --client acme --category configuration --subject Filters --at '2026-10-05 08:00'"
    )
    suptime("case consent CASE-1 --by Dana --at '2026-10-05 09:00'")
    suptime("log CASE-1 2h --from '2026-10-05 09:00'")
    suptime("log CASE-1 1h --from '2026-11-03 09:00'")
    suptime("case open CASE-2 --client acme --category bug-report --subject Errors --at '2026-10-06 08:00'")
    suptime("log CASE-2 30m --from '2026-11-04 09:00'")
    suptime("case open CASE-3 --client acme --category implementation --at '2026-10-06 08:00'")
    suptime("log CASE-3 15m --from '2026-10-07 09:00'")
    suptime("case open CASE-4 --client acme --category configuration --at '2026-10-08 08:00'")
    suptime("case resolve CASE-4 --at '2026-11-05 08:00'")
    return suptime


def told(suptime: Suptime, options: str = "") -> dict:
    return suptime(f"report statement --client acme --format json {options}").json


def test_open_cases_stand_with_what_becomes_of_work_on_them(relay: Suptime):
    found = {case["case"]: case for case in told(relay)["cases"]}
    assert [*found] == ["CASE-1", "CASE-2", "CASE-3"]
    assert (found["CASE-1"]["outcome"], found["CASE-1"]["net"]) == ("chargeable", "450.00")
    assert (found["CASE-2"]["outcome"], found["CASE-2"]["time"]["held_seconds"]) == ("held", 1800)
    assert found["CASE-3"]["reason"] == "No consent of the client yet."


def test_a_case_that_was_open_then_stands_in_the_statement_of_then(relay: Suptime):
    found = {case["case"]: case for case in told(relay, "--as-of 2026-11-03")["cases"]}
    assert [*found] == ["CASE-1", "CASE-2", "CASE-3", "CASE-4"]
    assert found["CASE-2"]["time"]["worked_seconds"] == 0


def test_time_is_told_for_this_month_so_far_and_for_the_last_one(relay: Suptime):
    this, last = told(relay)["time"]
    assert (this["month"], this["complete"], this["time"]["worked_seconds"]) == ("2026-11", False, 5400)
    assert (last["month"], last["complete"], last["time"]["non_billable_seconds"]) == ("2026-10", True, 900)


def test_the_time_of_each_month_is_that_of_the_time_report(relay: Suptime):
    for row in told(relay)["time"]:
        span = f"--from {row['from']} --to {row['to']}"
        assert row["time"] == relay(f"report time --client acme --format json {span}").json["total"]


def test_what_the_next_invoice_would_hold_is_what_the_drafts_hold(relay: Suptime):
    october, november = told(relay)["next"]
    for row in (october, november):
        draft = relay(f"invoice --month {row['month']} --client acme --format json").json["invoices"][0]
        assert row["net"] == draft["totals"]["net"]
    assert (october["net"], november["net"]) == ("300.00", "150.00")


def test_lines_dated_after_the_day_are_not_counted(relay: Suptime):
    assert [row["month"] for row in told(relay, "--as-of 2026-11-02")["next"]] == ["2026-10"]


def test_held_time_has_its_reason(relay: Suptime):
    (row,) = told(relay)["held"]
    assert (row["case"], row["held_seconds"]) == ("CASE-2", 1800)
    assert "not known yet" in row["reason"]


def test_balances_clocks_and_guarantees_are_those_of_their_reports(relay: Suptime):
    contract(relay, "acme", (CONTRACTS / "prepaid.toml").read_text().replace("lakeside-1on1", "acme-1on1"))
    relay("prepaid add acme-1on1 10h --on 2026-10-01")
    contract(relay, "acme", PLAN)
    contract(relay, "acme", "guarantee.toml")
    projects(relay, "acme", ("P1", "40000", "2026-10-15"))
    relay("case open CASE-9 --client acme --contract nord-basic --priority P2 --at '2026-11-09 08:00'")
    document = told(relay)
    assert document["balances"] == relay("report hours --client acme --format json").json["balances"]
    assert document["response"] == relay("report sla --client acme --format json").json["cases"]
    assert document["projects"] == relay("report guarantee --client acme --format json").json["projects"]


@pytest.mark.parametrize("width", ["60", "80", "120"])
def test_no_line_is_wider_than_the_terminal(relay: Suptime, width: str):
    relay.set(SUPTIME_FORCE_TTY=width)
    said = relay("report statement --client acme").out
    assert all(len(line) <= int(width) for line in said.splitlines())


def test_the_page_has_the_words_of_the_text(relay: Suptime):
    page = re.sub("<[^>]*>", " ", relay("report statement --client acme --format html").out)
    said = relay("report statement --client acme").out
    for words in (
        "Open cases",
        "No consent of the client yet.",
        "Next invoice (forecast)",
        "USD 300.00",
    ):
        assert words in page
        assert words in said


def test_a_client_without_anything_has_a_statement_all_the_same(relay: Suptime):
    relay("client add zed --name Zed")
    said = relay("report statement --client zed").out
    assert "nothing so far" in said
    assert "none" in said
    assert "<h1>Statement of account</h1>" in relay("report statement --client zed --format html").out


def test_hostile_names_are_inert(relay: Suptime):
    relay(["case", "edit", "CASE-1", "--subject", "<script>alert(1)</script> {{ 7*7 }}"])
    page = relay("report statement --client acme --format html").out
    assert "<script" not in page
    assert "{{ 7*7 }}" in page


def test_a_statement_needs_a_client(relay: Suptime):
    assert "requires --client" in relay("report statement", code=2).err
    assert "There is no client" in relay("report statement --client nobody", code=3).err
