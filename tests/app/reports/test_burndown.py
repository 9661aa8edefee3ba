"""`report burndown`: what was left day by day, and when it runs out at the current rate."""

from datetime import date, timedelta

import pytest
from driving import Suptime
from reports_world import contract

from suptime.reports.burndown import HORIZON, Lot, Use, outlook, points

HOURS = """
[contract]
code = "acme-hours"
title = "Prepaid hours"
currency = "USD"
timezone = "UTC"
starts_on = 2026-01-01
[prices]
hour = "120.00"
[prepaid]
unit = "hours"
valid_for = "90d"
"""
DAY = date(2026, 10, 5)


@pytest.fixture
def acme_hours(suptime: Suptime) -> Suptime:
    """Ten hours bought on 1 July, two of them used before they expired on 29 September; five bought after that."""
    suptime.at("2026-07-01T08:00:00Z")
    contract(suptime, "acme", HOURS)
    suptime("case open CASE-1 --client acme --subject Website")
    suptime("prepaid add acme-hours 10h --price 1000.00 --on 2026-07-01")
    suptime.at("2026-10-20T18:00:00Z")
    suptime("log CASE-1 2h --from '2026-08-03 09:00'")
    suptime("prepaid add acme-hours 5h --on 2026-10-01")
    suptime("log CASE-1 1h --from '2026-10-06 09:00'")
    return suptime


def told(suptime: Suptime, options: str = "") -> dict:
    (its,) = suptime(f"report burndown --format json {options}").json["burndowns"]
    return its


def test_what_is_bought_used_and_forfeited_are_points_on_its_days(acme_hours: Suptime):
    assert [(p["date"], p["remaining"]) for p in told(acme_hours)["points"]] == [
        ("2026-07-01", 600),
        ("2026-08-03", 480),
        ("2026-09-30", 0),  # the day after the last one
        ("2026-10-01", 300),
        ("2026-10-06", 240),
        ("2026-10-20", 240),
    ]


def test_each_point_is_what_the_report_of_hours_says_of_that_day(acme_hours: Suptime):
    for point in told(acme_hours)["points"]:
        (balance,) = acme_hours(f"report hours --as-of {point['date']} --format json").json["balances"]
        assert balance["remaining"] == point["remaining"], point


def test_the_pace_is_that_of_the_last_ninety_days(acme_hours: Suptime):
    pace = told(acme_hours)["pace"]
    # Three hours in 90 days are two minutes a day: 120 days for the four hours that are left, but they expire.
    assert (pace["from"], pace["days"], pace["used"]) == ("2026-07-23", 90, 180)
    assert (pace["state"], pace["ends_on"], pace["would_forfeit"]) == ("expires", "2026-12-30", 240 - 2 * 71)
    said = "At the current rate (3 h 00 min in the last 90 days), 1 h 38 min expire unused, the last on 30 December 2026."
    assert said in " ".join(acme_hours("report burndown").out.split())


def test_a_day_is_named_on_which_they_run_out(acme_hours: Suptime):
    acme_hours("log CASE-1 3h --from '2026-10-07 09:00'")
    its = told(acme_hours)
    # Six hours in 90 days, one is left: fifteen days.
    assert (its["pace"]["state"], its["pace"]["ends_on"]) == ("runs-out", "2026-11-04")
    assert its["forecast"][-1] == {"date": "2026-11-04", "remaining": 0}
    assert "(6 h 00 min in the last 90 days), the balance runs out on 4 November 2026." in " ".join(
        acme_hours("report burndown").out.split()
    )


def test_what_was_bought_only_now_has_no_pace_yet(suptime: Suptime):
    suptime.at("2026-10-05T14:00:00Z")
    contract(suptime, "acme", HOURS)
    suptime("prepaid add acme-hours 10h --on 2026-10-01")
    assert told(suptime)["pace"]["state"] == "early"
    assert "Bought 4 days ago: too early to tell a pace." in suptime("report burndown").out
    assert suptime("report burndown --client acme --as-of 2026-09-30 --format json").json["burndowns"] == []
    assert "There are no prepaid purchases." in suptime("report burndown --as-of 2026-09-30").out


def test_the_csv_has_a_row_for_every_point_and_says_which_are_to_come(acme_hours: Suptime):
    rows = acme_hours("report burndown --format csv").out.splitlines()
    assert rows[0].startswith('"client","client_name","contract","unit","currency","date","remaining"')
    assert rows[1] == '"acme","The Acme Company","acme-hours","minutes","USD","2026-07-01",600,"no"'
    assert rows[-1].endswith('"2026-12-31",0,"yes"')


# The reckoning itself.


def lot(
    quantity: int, *, valid_through: date | None = None, number: int = 1, on: date = DAY - timedelta(200)
) -> Lot:
    return Lot(number, on, valid_through, quantity, 0, quantity)


def test_purchases_are_used_up_in_their_order_and_expire_on_the_way():
    lots = [lot(10, valid_through=DAY + timedelta(4)), lot(6, number=2)]
    pace, ahead = outlook(lots, [Use(DAY, 1, 90)], DAY)  # one a day
    # Four of the first are used and six lost on its last day, then the second lasts for six days.
    assert (pace["state"], pace["ends_on"], pace["would_forfeit"]) == (
        "runs-out",
        str(DAY + timedelta(10)),
        6,
    )
    assert ahead == [(DAY, 16), (DAY + timedelta(4), 12), (DAY + timedelta(5), 6), (DAY + timedelta(10), 0)]


def test_what_is_never_used_and_never_expires_lasts():
    pace, ahead = outlook([lot(10)], [], DAY)
    assert (pace["state"], pace["ends_on"], pace["used"], ahead) == ("lasts", None, 0, [(DAY, 10)])
    slow, _ = outlook([lot(HORIZON)], [Use(DAY, 1, 1)], DAY)
    assert slow["state"] == "lasts"


def test_nothing_left_is_empty():
    assert outlook([Lot(1, DAY - timedelta(50), None, 5, 0, 0)], [Use(DAY, 1, 5)], DAY)[0]["state"] == "empty"


def test_uses_before_the_ninety_days_are_no_part_of_the_pace():
    uses = [Use(DAY - timedelta(90), 1, 500), Use(DAY - timedelta(89), 1, 45)]
    assert outlook([lot(100)], uses, DAY)[0]["used"] == 45


def test_points_are_whole_days_and_the_last_is_that_of_the_report():
    bought = [Lot(1, DAY, None, 100), Lot(2, DAY, DAY + timedelta(2), 50, forfeited=20)]
    used = [Use(DAY, 2, 10), Use(DAY + timedelta(1), 2, 20)]
    assert points(bought, used, DAY + timedelta(9)) == [
        (DAY, 140),
        (DAY + timedelta(1), 120),
        (DAY + timedelta(3), 100),
        (DAY + timedelta(9), 100),
    ]
