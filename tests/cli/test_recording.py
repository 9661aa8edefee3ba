"""log and list: what they record and show."""

import csv
import io

import pytest
from driving import Suptime


def test_a_duration_alone_ends_now(acme: Suptime):
    done = acme("log CASE-123 1h30m --note 'Filter off'")
    assert (done.out, done.err) == ("Logged U1: 1h30m on CASE-123, 12:30 to 14:00.\n", "")


@pytest.mark.parametrize(
    "how",
    [
        "30m --from 09:00",
        "30m --to 09:30",
        "--from 09:00 --to 09:30",
        "30m --from 09:00 --to 09:30",
        "0:30 --from -5h",
    ],
)
def test_two_of_duration_start_and_end_say_it_all(acme: Suptime, how: str):
    unit = acme(f"log CASE-123 {how} --format json").json["unit"]
    assert (unit["started_at"], unit["ended_at"]) == ("2026-10-05T09:00:00Z", "2026-10-05T09:30:00Z")


def test_a_log_as_json_is_the_unit_with_its_warnings(acme: Suptime):
    shown = acme("log CASE-125 30m --channel phone --agent bob --guest --requested --format json")
    assert shown.json == {
        "unit": {
            "id": "U1",
            "case": "CASE-125",
            "client": "acme",
            "agent": "bob",
            "channel": "phone",
            "started_at": "2026-10-05T13:30:00Z",
            "ended_at": "2026-10-05T14:00:00Z",
            "seconds": 1800,
            "note": "",
            "guest": True,
            "requested": True,
            "waived": None,
            "role": None,
            "work_type": None,
        },
        "adjusted": [],
        "effect": {
            "billed_minutes": 0,
            "prepaid_minutes": 0,
            "invoiced_minutes": 0,
            "incidents": 0,
            "net": "0.00",
            "currency": "USD",
            "covered_seconds": 0,
            "non_billable_seconds": 1800,
            "waived_seconds": 0,
            "held_seconds": 0,
        },
        "balance": None,
        "warnings": ["No consent of the client yet. This time will not be billed."],
        "warning_codes": ["not-billed"],
    }
    assert shown.err == "CASE-125: No consent of the client yet. This time will not be billed.\n"


def test_a_log_names_whose_work_it_is_where_that_is_not_yours(acme: Suptime):
    assert acme("log CASE-123 30m --agent 'Bob Ray'").out == (
        "Logged U1: 30m on CASE-123, 13:30 to 14:00, by Bob Ray.\n"
    )


def test_work_from_a_time_that_lasts_beyond_now_is_taken_and_pointed_out(acme: Suptime):
    assert (
        acme("log CASE-123 30m --from 13:45").err == "CASE-123: U1 ends at 14:15, which is in the future.\n"
    )


def test_work_before_the_case_was_opened_may_be_logged(acme: Suptime):
    acme("log CASE-123 30m --from '2026-09-30 09:00'")


def test_work_up_to_the_resolution_may_be_logged_later(acme: Suptime):
    acme("log CASE-200 30m --to '2026-10-02 12:00'")


def test_five_hours_over_a_clock_change_are_five_hours(acme: Suptime):
    acme.set(TZ="America/Chicago", SUPTIME_NOW="2026-11-02T15:00:00Z")
    unit = acme("log CASE-123 --from '2026-10-31 23:00' --to '2026-11-01 03:00' --format json").json["unit"]
    assert unit["seconds"] == 5 * 3600


def test_work_that_touches_other_work_does_not_overlap(acme: Suptime):
    acme("log CASE-123 --from 09:00 --to 09:30")
    acme("log CASE-124 --from 09:30 --to 10:00")
    acme("log CASE-124 --from 08:30 --to 09:00")


def test_list_shows_the_zone_the_total_and_what_runs(acme: Suptime):
    acme(
        "log CASE-123 1h5m --from '2026-10-04 22:30' --note 'Filter off, checked with a test lead' --channel phone"
    )
    acme("log CASE-124 30m --from 09:00")
    acme("start CASE-123 --at 13:50")
    acme.set(TZ="America/Chicago")
    assert acme("list").out == (
        "Sunday, 4 October 2026: 1h5m\n"
        "  U1  17:30-18:35    1h5m  CASE-123  acme  Filter off, checked with a test lead…\n"
        "Monday, 5 October 2026: 40m\n"
        "  U2  04:00-04:30     30m  CASE-124  acme\n"
        "  U3  08:50-running   10m  CASE-123  acme\n"
        "Total: 1h45m\n"
        "Times are those of America/Chicago.\n"
    )
    acme.set(SUPTIME_FORCE_TTY="60")
    assert ("  U1  17:30-18:35    1h5m  CASE-123  acme  Filter off, chec…\n") in acme("list").out
    assert acme("list --format json").json["total_seconds"] == 6300


def test_list_names_the_agents_where_there_are_several_and_the_day_where_work_ends_on_another(acme: Suptime):
    acme("log CASE-123 1h --from '2026-10-03 23:30' --agent bob --guest --requested")
    acme("log CASE-124 5m --from 12:00")
    acme("waive U2 --reason 'Our mistake'")
    assert acme("list").out == (
        "Saturday, 3 October 2026: 1h\n"
        "  U1  23:30-00:30 +1d  1h  CASE-123  acme  bob  (guest, requested)\n"
        "Monday, 5 October 2026: 5m\n"
        "  U2  12:00-12:05      5m  CASE-124  acme  ana  (waived: Our mistake)\n"
        "Total: 1h5m\n"
        "Times are those of UTC.\n"
    )


def test_in_an_hour_that_clocks_repeat_the_list_tells_which(acme: Suptime):
    acme.set(TZ="America/Chicago", SUPTIME_NOW="2026-11-02T15:00:00Z")
    acme("log CASE-123 --from 2026-11-01T06:50:00Z --to 2026-11-01T07:10:00Z")
    assert "  U1  01:50-05:00–01:10-06:00  20m  CASE-123  acme\n" in acme("list").out


def test_list_takes_days_of_my_zone_a_case_a_client_an_agent(acme: Suptime):
    acme("log CASE-123 1h --from '2026-10-03 23:30'")
    acme("log CASE-124 1h --from '2026-10-05 09:00' --agent bob")

    def listed(options: str) -> list[str]:
        return [unit["id"] for unit in acme(f"list {options} --format json").json["units"]]

    assert listed("--from 2026-10-04") == ["U1", "U2"]
    assert listed("--from 2026-10-05") == ["U2"]
    assert listed("--to 2026-10-03") == ["U1"]
    assert listed("--from today --to today") == ["U2"]
    assert listed("--from yesterday --to yesterday") == ["U1"]
    assert listed("--case case-124") == ["U2"]
    assert listed("--client ACME --agent ana") == ["U1"]
    assert listed("--agent nobody") == []
    acme.set(TZ="America/Chicago")
    assert listed("--from 2026-10-04 --to 2026-10-04") == []


def test_a_period_clips_and_its_row_says_both(acme: Suptime):
    acme("log CASE-123 8h --from '2026-10-03 23:30'")
    day = acme("list --day 2026-10-03 --format json").json
    assert (day["units"][0]["seconds"], day["units"][0]["range_seconds"], day["total_seconds"]) == (
        28800,
        1800,
        1800,
    )
    assert "  30m of 8h  " in acme("list --day 2026-10-03").out
    assert acme("list --week 2026-W41 --format json").json["total_seconds"] == 0
    assert acme("list --month this --format json").json["total_seconds"] == 28800


@pytest.mark.parametrize(
    "options",
    ["--day today --week this", "--month 2026-10 --from today", "--week 2026-W54", "--zone Europe/Berln"],
)
def test_a_period_or_zone_that_cannot_be_read_is_refused(acme: Suptime, options: str):
    assert acme(f"list {options}", code=2).out == ""


def test_an_empty_list_says_so(acme: Suptime):
    assert acme("list").err == "No work.\n"
    assert acme("list --format json").json == {
        "range": {"from": None, "to": None},
        "timezone": "UTC",
        "units": [],
        "total_seconds": 0,
    }


def test_a_csv_cell_cannot_become_a_formula(acme: Suptime):
    acme(["log", "CASE-123", "5m", "--from", "09:00", "--note", "=1+1"])
    acme(["log", "CASE-123", "5m", "--from", "09:05", "--note", '-2, "quoted"'])
    acme(["log", "CASE-123", "5m", "--from", "09:10", "--note", "@SUM(A1)", "--agent", "+bob"])
    rows = [*csv.DictReader(io.StringIO(acme("list --format csv").out, newline=""))]
    assert [row["note"] for row in rows] == ["'=1+1", '\'-2, "quoted"', "'@SUM(A1)"]
    assert rows[2]["agent"] == "'+bob"
    assert rows[0]["seconds"] == "300"
    assert [*rows[0]] == [
        "id", "case", "client", "agent", "channel", "started_at", "ended_at", "seconds", "note",
        "date", "range_seconds",
    ]  # fmt: skip


def test_markup_and_marks_that_turn_writing_around_are_shown_as_nothing_special(acme: Suptime):
    acme(["log", "CASE-123", "5m", "--note", "[bold]x[/bold] \u202eabc\u2066"])
    assert "  acme  [bold]x[/bold] abc\n" in acme("list").out
    assert acme("list --format json").json["units"][0]["note"] == "[bold]x[/bold] \u202eabc\u2066"
