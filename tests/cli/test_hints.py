"""What the timer's commands say of the work that runs: is it billed, and what is left of what pays for it."""

import sqlite3
from contextlib import closing

import pytest
from driving import Suptime

PREPAID = """
[contract]
code = "lake"
title = "Support"
currency = "USD"
timezone = "America/Chicago"
starts_on = 2026-01-01
[prices]
hour = "120.00"
[rounding]
increment = "30m"
per = "day"
[escalation]
starts_free = true
[prepaid]
unit = "{unit}"
valid_for = "90d"
overage = "invoice"
"""


@pytest.fixture
def lake(suptime: Suptime) -> Suptime:
    """Two cases under a contract with prepaid hours, of which the first is escalated: its time is charged."""
    (suptime.home / "lake.toml").write_text(PREPAID.format(unit="hours"))
    suptime.at("2026-11-03T15:00:00Z")
    suptime("client add lake --name Lake --currency USD --timezone America/Chicago")
    suptime("contract add lake lake.toml")
    for number in ("CASE-1", "CASE-2"):
        suptime(f"case open {number} --client lake --at '2026-11-01 08:00'")
    suptime("case escalate CASE-1 --at '2026-11-01 08:00'")
    return suptime


def hint(suptime: Suptime, command: str = "status"):
    return suptime(f"{command} --format json").json["hint"]


def prepaid(suptime: Suptime, command: str = "status"):
    found = hint(suptime, command)["prepaid"]
    return found["remaining"], found["exact"]


def test_without_a_timer_there_is_no_hint(lake: Suptime):
    assert hint(lake) is None


def test_seconds_since_are_taken_off_until_a_change_rates_them(lake: Suptime):
    lake("prepaid add lake 2h --on 2026-11-01")
    assert prepaid(lake, "start CASE-1") == (120, True)
    lake.at("2026-11-03T15:10:30Z")
    assert prepaid(lake) == (109, False)  # 1 h 49 min 30 s are left, rounded down
    assert prepaid(lake, "stop") == (109, False)
    lake.at("2026-11-03T15:20:00Z")
    assert prepaid(lake, "start CASE-1") == (109, False)
    lake("cancel")
    lake("log CASE-1 1m --from '2026-11-02 08:00'")  # 30 min of that day, and 30 of this one
    assert prepaid(lake, "start CASE-1") == (60, True)
    lake("undo")
    lake("undo")
    assert prepaid(lake, "start CASE-1") == (90, True)


def test_time_that_is_free_takes_nothing_off_and_says_why(lake: Suptime):
    lake("prepaid add lake 2h --on 2026-11-01")
    done = lake("start CASE-2")
    why = "General support, never escalated: free."
    assert done.err == f"CASE-2: {why} This time will not be billed.\n"
    lake.at("2026-11-03T15:10:00Z")
    found = hint(lake)
    assert (found["outcome"], found["reason"]) == ("non_billable", why)
    assert prepaid(lake) == (120, False)


def test_each_purchase_counts_on_its_own_days_and_the_next_to_expire_is_named(lake: Suptime):
    lake("prepaid add lake 3h --on 2026-08-07")  # through 5 November
    lake("prepaid add lake 5h --on 2026-11-01")
    done = lake("start CASE-1")
    assert done.err == "CASE-1: 8 h of prepaid time are left, valid through 5 November 2026.\n"
    assert hint(lake)["prepaid"] == {
        "unit": "minutes",
        "remaining": 480,
        "valid_through": "2026-11-05",
        "exact": True,
    }
    lake.at("2026-11-06T06:00:00Z")  # midnight in Chicago: the first is gone
    assert hint(lake)["prepaid"] | {"exact": True} == {
        "unit": "minutes",
        "remaining": 0,
        "valid_through": "2027-01-30",
        "exact": True,
    }
    lake.at("2027-02-01T15:00:00Z")
    assert lake("stop --at '2026-11-03 15:10'").err == "CASE-1: No prepaid time is left.\n"


@pytest.mark.parametrize(
    ("quantity", "said"),
    [
        ("121m", ""),
        ("2h", "CASE-1: 2 h of prepaid time are left, valid through 30 January 2027.\n"),
        ("1h", "CASE-1: 1 h of prepaid time is left, valid through 30 January 2027.\n"),
    ],
)
def test_little_prepaid_time_is_pointed_out(lake: Suptime, quantity: str, said: str):
    lake(f"prepaid add lake {quantity} --on 2026-11-01")
    assert lake("start CASE-1").err == said


def test_without_purchases_nothing_is_left_which_is_no_news(lake: Suptime):
    assert lake("start CASE-1").err == ""
    assert hint(lake)["prepaid"] == {"unit": "minutes", "remaining": 0, "valid_through": None, "exact": True}


@pytest.mark.parametrize(("unit", "quantity", "left"), [("incidents", "5", 5), ("money", "100.00", "100.00")])
def test_incidents_and_money_are_counted_as_they_were_bought(
    lake: Suptime, unit: str, quantity: str, left: object
):
    (lake.home / "lake.toml").write_text(PREPAID.format(unit=unit))
    lake("contract replace lake lake.toml")
    lake(f"prepaid add lake {quantity} --on 2026-11-01")
    assert prepaid(lake, "start CASE-1") == (left, True)
    lake.at("2026-11-03T15:10:00Z")
    assert prepaid(lake) == (left, False)


def test_money_is_less_what_is_not_invoiced_yet(lake: Suptime):
    (lake.home / "lake.toml").write_text(PREPAID.format(unit="money"))
    lake("contract replace lake lake.toml")
    lake("prepaid add lake 100.00 --on 2026-11-01")
    lake("log CASE-1 10m --from '2026-11-02 08:00'")  # 30 min x 120.00
    assert prepaid(lake, "start CASE-1") == ("40.00", True)


def test_hints_can_be_turned_off_but_for_programs(lake: Suptime):
    lake("config set timer.hints off")
    assert lake("start CASE-2").err == ""
    assert hint(lake)["outcome"] == "non_billable"
    assert lake("config set timer.hints maybe", code=2).err


def test_a_consent_with_a_fifth_left_is_pointed_out_while_it_runs(acme: Suptime):
    acme("case consent CASE-124 --by ops@acme.example --up-to 1h --at '2026-10-05 13:00'")
    acme("start CASE-124")
    assert hint(acme)["consent_left_seconds"] == 3600
    acme.at("2026-10-05T14:47:00Z")
    assert acme("status").err == ""
    acme.at("2026-10-05T14:48:00Z")
    assert acme("status").err == "CASE-124: 48 min of the 1 h that the client consented to are used.\n"
    done = acme("stop --format json")
    assert done.json["hint"]["consent_left_seconds"] == 720
    acme.at("2026-10-05T15:10:00Z")
    acme("start CASE-124 --at 14:48")
    assert hint(acme)["consent_left_seconds"] == 0
    assert "are used up, and 10 min beyond them will not be billed" in acme("status").err


def test_time_of_a_guest_is_judged_as_a_guests(lake: Suptime):
    (lake.home / "lake.toml").write_text(
        PREPAID.format(unit="hours") + '[guests]\nbillable = "if-requested"\n'
    )
    lake("contract replace lake lake.toml")
    assert hint(lake, "start CASE-1 --guest")["outcome"] == "non_billable"
    assert hint(lake)["outcome"] == "non_billable"
    assert hint(lake, "stop")["outcome"] == "non_billable"
    assert hint(lake, "start CASE-1")["outcome"] == "chargeable"


def test_long_is_null_where_nothing_is_too_long(lake: Suptime):
    assert hint(lake, "start CASE-1")["long"] is False
    lake.at("2026-11-04T15:00:00Z")
    assert hint(lake)["long"] is True
    lake("config set timer.remind_after off")
    assert hint(lake)["long"] is None


def test_what_another_version_left_is_read_from_the_contract_until_a_change_works_it_out(lake: Suptime):
    lake("prepaid add lake 2h --on 2026-11-01")
    lake("start CASE-1")
    with closing(sqlite3.connect(lake.database, isolation_level=None)) as raw:
        raw.execute("UPDATE standing SET outcome = NULL, reason = NULL, prepaid = NULL")
        raw.execute("DELETE FROM stock")
        raw.execute("INSERT INTO unrated (contract) SELECT code FROM contract")
    assert "No damage found." in lake("doctor").out
    lake.at("2026-11-03T15:10:00Z")
    assert prepaid(lake) == (110, False)
    lake("log CASE-2 1m --from '2026-11-02 08:00'")
    with closing(sqlite3.connect(lake.database)) as raw:
        assert raw.execute("SELECT remaining FROM stock").fetchall() == [("120",)]
        assert raw.execute("SELECT outcome FROM standing ORDER BY 1").fetchall() == [
            ("chargeable",),
            ("non_billable",),
        ]
        assert raw.execute("SELECT count(*) FROM unrated").fetchone() == (0,)
    assert prepaid(lake) == (110, False)


def test_after_a_large_import_each_contract_is_rated_with_its_next_change(
    lake: Suptime, monkeypatch: pytest.MonkeyPatch
):
    from suptime.store.repositories import rows

    lake("prepaid add lake 2h --on 2026-11-01")
    with monkeypatch.context() as large:
        large.setattr(rows, "MOST_TOUCHED", 0)
        lake("log CASE-1 30m --from '2026-11-02 08:00'")
    assert "warning" not in lake("doctor").out
    assert prepaid(lake, "start CASE-1") == (90, True)
    with closing(sqlite3.connect(lake.database)) as raw:
        assert raw.execute("SELECT count(*) FROM unrated").fetchone() == (1,)
    lake("log CASE-2 1m --from '2026-11-02 10:00'")
    with closing(sqlite3.connect(lake.database)) as raw:
        assert raw.execute("SELECT count(*) FROM unrated").fetchone() == (0,)
        assert raw.execute("SELECT remaining FROM stock").fetchall() == [("90",)]


def test_the_doctor_compares_what_is_left_and_the_timers_stops_confuse_it_not(lake: Suptime):
    lake("prepaid add lake 2h --on 2026-11-01")
    lake("start CASE-1")
    lake.at("2026-11-03T15:10:00Z")
    lake("stop")
    assert "warning" not in lake("doctor").out
    with closing(sqlite3.connect(lake.database, isolation_level=None)) as raw:
        raw.execute("UPDATE stock SET remaining = '7'")
    assert "The timer's balance of P1 of lake does not match its rated balance." in lake("doctor").out
    lake("doctor --fix")
    assert prepaid(lake, "start CASE-1") == (90, True)
