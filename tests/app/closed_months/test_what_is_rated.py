"""How much is rated: the month that is asked for, and of closed ones only what late work touched."""

import sys
from datetime import date

import pytest
from driving import ACCEPT_ALL

from stores import new_store
from suptime.app import reports
from suptime.app.invoices import draft as billing
from suptime.app.invoices import issue as issuing
from suptime.domain.booking import Purchase
from suptime.domain.case import Case, Event, EventKind
from suptime.domain.client import Client
from suptime.domain.finding import Acceptance
from suptime.domain.time import Month, Zone, everywhere
from suptime.domain.work import WorkUnit
from suptime.invoicing.draft import Letterhead
from suptime.rating.decide import pieces_of
from suptime.settings.keys import NUMBER_FORMAT
from suptime.settings.settings import Settings
from suptime.store.repositories.records import ContractRow

CONTRACT = """
[contract]
code = "acme-hours"
title = "Support"
currency = "USD"
timezone = "UTC"
starts_on = 2026-01-01
[prices]
hour = "120.00"
[rounding]
increment = "30m"
[prepaid]
unit = "hours"
valid_for = "365d"
"""
HOUSE = issuing.IssueSettings(Settings("none.toml"), NUMBER_FORMAT, Zone("UTC"))
ACCEPTED = Acceptance.of(ACCEPT_ALL.split(","))
UTC = Zone("UTC")
MONTHS = [Month(2026, month) for month in range(1, 11)]
DAYS = (5, 6, 7)


def at(month, day, hour=9):
    return UTC.midnight(date(2026, month, day)) + hour * 3600


@pytest.fixture
def firm(tmp_path):
    """Ten months of one client: three cases a month, each worked on on one day; nine months are issued."""
    with new_store(tmp_path / "suptime.db") as store:
        with changing(store, at(11, 2)) as tx:
            tx.clients.add(Client("acme", "Acme"))
            tx.contracts.add(ContractRow("acme-hours", "acme", "Support", date(2026, 1, 1), None, CONTRACT))
            tx.purchases.add(Purchase(0, "acme-hours", date(2026, 1, 1), 300))
            for month in range(1, 11):
                for day in DAYS:
                    number = f"CASE-{month * 100 + day}"
                    tx.cases.add(Case(number, "acme", "acme-hours", at(month, 1)))
                    tx.units.add(worked(number, month, day))
        for month in MONTHS[:-1]:
            issue(store, month)
        yield store


def worked(case, month, day, hour=9, minutes=20):
    start = at(month, day, hour)
    return WorkUnit(0, case, "ana", "other", start, start + minutes * 60)


def changing(store, now):
    return store.changing(at=now, agent="ana", command="test")


def issue(store, month):
    asked = HOUSE.asked(month, None, None)
    return issuing.issue(store, asked, HOUSE, ACCEPTED, now=at(11, 2), agent="ana").document["invoices"]


def draft(store, month):
    return billing.draft(store, month, None, Letterhead(), now=at(11, 20))["invoices"]


@pytest.fixture
def rated(monkeypatch):
    """The cases and days of the units that rating cuts into pieces, in order."""
    seen = []

    def counted(unit, *others):
        seen.append((unit.case, UTC.day(unit.started_at).isoformat()))
        return pieces_of(unit, *others)

    # The package gives its function under the name of the module.
    monkeypatch.setattr(sys.modules["suptime.rating.rate"], "pieces_of", counted)
    return seen


OCTOBER = [(f"CASE-10{day:02}", f"2026-10-{day:02}") for day in DAYS]


def test_a_draft_rates_the_month_that_is_open_and_nothing_before_it(firm, rated):
    (invoice,) = draft(firm, MONTHS[-1])
    assert rated == OCTOBER
    assert [case["case"] for case in invoice["cases"]] == ["CASE-1005", "CASE-1006", "CASE-1007"]


def test_hours_that_are_left_are_known_without_rating_what_is_settled(firm, rated):
    (balance,) = reports.hours(firm, None, everywhere(date(2026, 10, 31)), now=at(11, 20))["balances"]
    assert rated == OCTOBER
    assert (balance["purchased"], balance["used"], balance["remaining"]) == (300, 300, 0)


def test_late_work_has_its_own_day_rated_again_and_no_other(firm, rated):
    with changing(firm, at(11, 3)) as tx:
        tx.units.add(worked("CASE-305", 3, 6, hour=15))
    (invoice,) = draft(firm, MONTHS[-1])
    assert sorted(rated) == sorted([("CASE-305", "2026-03-06"), ("CASE-306", "2026-03-06"), *OCTOBER])
    (late,) = [line for case in invoice["cases"] for line in case["lines"] if line["date"] == "2026-03-06"]
    assert (late["billed_minutes"], case_of(invoice, late)) == (30, "CASE-305")


def case_of(invoice, line):
    return next(case["case"] for case in invoice["cases"] if line in case["lines"])


def test_what_late_work_touched_is_settled_by_the_next_issue(firm, rated):
    with changing(firm, at(11, 3)) as tx:
        tx.units.add(worked("CASE-305", 3, 6, hour=15))
    issue(firm, MONTHS[-1])
    rated.clear()
    assert draft(firm, Month(2026, 11)) == []
    assert rated == []


def test_an_event_of_a_case_has_the_days_of_that_case_rated_again(firm, rated):
    with changing(firm, at(11, 3)) as tx:
        tx.cases.add_event("CASE-206", Event(EventKind.RESOLVE, at(10, 20)))
    draft(firm, MONTHS[-1])
    assert sorted(rated) == sorted([("CASE-206", "2026-02-06"), *OCTOBER])


def test_a_credit_that_opens_charges_again_has_their_days_rated_again(firm, rated):
    issuing.credit(firm, "INV-2026-0008", "Wrong rate", "reopen", HOUSE, now=at(11, 4), agent="ana")
    rated.clear()  # what the timer is told was rated for it
    (invoice,) = draft(firm, MONTHS[-1])
    august = [(f"CASE-8{day:02}", f"2026-08-{day:02}") for day in DAYS]
    assert sorted(rated) == sorted([*august, *OCTOBER])
    assert {line["date"][:7] for case in invoice["cases"] for line in case["lines"]} == {"2026-08", "2026-10"}


def test_a_unit_that_is_deleted_in_a_closed_month_is_given_back(firm, rated):
    with firm.reading() as tx:
        (unit,) = tx.units.find(case="CASE-806")
    with changing(firm, at(11, 3)) as tx:
        tx.units.delete(unit.id)
    (invoice,) = draft(firm, MONTHS[-1])
    assert rated == OCTOBER
    (line,) = [line for case in invoice["cases"] for line in case["lines"] if line["date"] == "2026-08-06"]
    assert (line["kind"], line["billed_minutes"]) == ("adjustment", -30)


CAPPED = CONTRACT.replace("[rounding]", '[cap]\nhours = { case = "1h" }\n[rounding]')


@pytest.fixture
def capped(tmp_path):
    """A client with at most an hour a case: CASE-1 in January and March, CASE-2 and CASE-3 beside it; all is issued."""
    with new_store(tmp_path / "suptime.db") as store:
        with changing(store, at(11, 2)) as tx:
            tx.clients.add(Client("acme", "Acme"))
            tx.contracts.add(ContractRow("acme-hours", "acme", "Support", date(2026, 1, 1), None, CAPPED))
            for number in ("CASE-1", "CASE-2", "CASE-3"):
                tx.cases.add(Case(number, "acme", "acme-hours", at(1, 1)))
            for case, month, day in (("CASE-1", 1, 5), ("CASE-1", 3, 5), ("CASE-2", 2, 5), ("CASE-2", 5, 5)):
                tx.units.add(worked(case, month, day, minutes=60 if case == "CASE-2" else 30))
            tx.units.add(worked("CASE-3", 3, 5, hour=12, minutes=30))
            tx.units.add(worked("CASE-3", 6, 5, minutes=30))
        for month in MONTHS[:-1]:
            issue(store, month)
        yield store


def test_late_work_on_a_capped_case_has_all_days_of_the_case_rated_again(capped, rated):
    with changing(capped, at(11, 3)) as tx:
        tx.units.add(worked("CASE-1", 2, 9, minutes=30))
    (invoice,) = draft(capped, MONTHS[-1])
    told = [
        (line["date"], line["billed_minutes"], line["capped_minutes"], line["net"])
        for line in lines_of(invoice)
    ]
    assert told == [("2026-02-09", 30, 0, "60.00"), ("2026-03-05", 0, 30, "-60.00")]
    # CASE-3 was worked on on a day of CASE-1, and is rounded with it; its other day is not read.
    assert sorted(set(rated)) == [
        ("CASE-1", "2026-01-05"),
        ("CASE-1", "2026-02-09"),
        ("CASE-1", "2026-03-05"),
        ("CASE-3", "2026-03-05"),
    ]


def test_work_in_an_open_month_fills_the_cap_after_what_is_settled(capped):
    with changing(capped, at(11, 3)) as tx:
        tx.units.add(worked("CASE-1", 10, 5, minutes=30))
    (invoice,) = draft(capped, MONTHS[-1])
    ((line),) = lines_of(invoice)
    assert (line["billed_minutes"], line["capped_minutes"], line["net"]) == (30, 30, "0.00")


def lines_of(invoice):
    return sorted(
        (line for case in invoice["cases"] for line in case["lines"]), key=lambda line: line["date"]
    )
