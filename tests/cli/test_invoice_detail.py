"""Page 1 of an invoice, its worksheet, and the series of its numbers, as the settings and a client have them."""

import pytest
from driving import Suptime

HOURLY = """
[contract]
code = "acme-hours"
title = "Support by the hour"
currency = "EUR"
timezone = "Europe/Berlin"
starts_on = 2026-01-01

[prices]
hour = "120.00"

[rounding]
increment = "15m"
per = "case-day"
"""


@pytest.fixture
def month(suptime: Suptime) -> Suptime:
    """A month with one case of three entries: 37 min 19 s, billed as 45 min."""
    suptime.set(TZ="Europe/Berlin")
    suptime.at("2026-11-02T15:00:00Z")
    suptime("client add acme --name Acme")
    (suptime.home / "c.toml").write_text(HOURLY, "utf-8")
    suptime("contract add acme c.toml")
    suptime("case open CASE-1 --client acme --subject 'Count sheet' --at 2026-10-01T08:00:00Z")
    for start, size in (("09:00:00", "13m"), ("10:00:00", "442s"), ("11:00:00", "1017s")):
        suptime(f"log CASE-1 {size} --from '2026-10-01 {start}' --note Work")
    return suptime


def test_minutes_of_shares_add_up_and_the_summary_is_one_row(month: Suptime):
    (invoice,) = month("invoice --month 2026-10 --format json").json["invoices"]
    (case,) = invoice["cases"]
    assert [share["minutes"] for work in case["work"] for share in work["shares"]] == [13, 7, 17]
    (row,) = invoice["summary"]
    assert (row["case"], row["kind"], row["lines"], row["billed_minutes"], row["net"]) == (
        "CASE-1",
        "time",
        1,
        45,
        "90.00",
    )
    assert invoice["detail"] == "full"
    assert (
        invoice["contract_rules"]["acme-hours"]["rule"]
        == "Time is rounded up to 15 minutes per case and day."
    )


def test_the_amount_due_stands_on_the_first_lines(month: Suptime):
    month("invoice --month 2026-10 --issue")
    lines = month("invoice show INV-2026-0001").out.splitlines()
    assert any("Amount due" in line and "€90.00" in line for line in lines[:20])


@pytest.mark.parametrize(
    ("client", "setting", "option", "has_worksheet"),
    [
        ("", "", "", True),
        ("", "summary", "", False),
        ("full", "summary", "", True),
        ("summary", "", "--detail full", True),
        ("", "", "--detail summary", False),
    ],
)
def test_the_nearest_choice_of_detail_counts(month: Suptime, client, setting, option, has_worksheet):
    month("invoice --month 2026-10 --issue")
    if setting:
        month(f"config set documents.detail {setting}")
    if client:
        month(f"client edit acme --detail {client}")
    for form in ("text", "html"):
        made = month(f"invoice show INV-2026-0001 {option} --format {form}").out.casefold()
        assert ("worksheet for invoice" in made) is has_worksheet


def test_detail_is_no_choice_for_programs(month: Suptime):
    month("invoice --month 2026-10 --detail summary --format json", code=2)
    month("config set documents.detail brief", code=2)


def test_credit_notes_can_have_a_series_of_their_own(month: Suptime):
    month("config set documents.credit_number CN-{year}-{serial:04}")
    month("invoice --month 2026-10 --issue")
    month("invoice credit INV-2026-0001 --reason Wrong --reopen")
    month("invoice --month 2026-10 --supplement --issue")
    numbers = [row["number"] for row in month("invoice list --format json").json["invoices"]]
    assert sorted(numbers) == ["CN-2026-0001", "INV-2026-0001", "INV-2026-0002"]
    made = month("invoice show CN-2026-0001").out
    assert "Amount credited €90.00" in made
    assert "Credits invoice" in made
