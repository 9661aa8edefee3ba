"""On whose clocks each page is: --zone moves it, `contract` puts each unit on the clocks of its contract."""

import pytest
from driving import HOURLY, Suptime


@pytest.fixture
def two(suptime: Suptime) -> Suptime:
    """Clients in Chicago and Tokyo with work in the same hour, seen from UTC."""
    suptime.at("2026-11-02T20:00:00Z")
    for code, zone in (("acme", "America/Chicago"), ("tokyo", "Asia/Tokyo")):
        text = HOURLY.replace("acme-ps", f"{code}-ps").replace("America/Chicago", zone)
        (suptime.home / "c.toml").write_text(text)
        suptime(f"client add {code} --name {code} --currency USD --timezone {zone}")
        suptime(f"contract add {code} c.toml")
        suptime(f"case open {code.upper()}-1 --client {code} --at '2026-10-31 20:00'")
    suptime("case consent ACME-1 --by x --at '2026-10-31 20:00'")
    suptime("log ACME-1 2h --from '2026-11-01 15:00'")
    suptime("log TOKYO-1 2h --from '2026-11-01 14:00' --agent bo")
    suptime("appointment book TOKYO-1 1h --from '2026-11-30 20:00'")
    return suptime


PAGES = [
    "report hours",
    "report time",
    "report sla",
    "report guarantee",
    "report statement --client acme",
    "report aging",
    "report burndown",
    "report free",
    "report margin",
    "report overview",
    "explain ACME-1",
]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_about_money_names_its_zone_and_takes_another(two: Suptime, page: str):
    shown = two(f"{page} --format json").json
    one = "acme" in page.lower()
    assert shown["timezone"] == ("America/Chicago" if one else "contract")
    if not one:
        assert shown["timezones"] == ["America/Chicago", "Asia/Tokyo"]
    assert two(f"{page} --zone Asia/Kolkata --format json").json["timezone"] == "Asia/Kolkata"
    if page != "report sla":  # no case has a clock
        assert "Asia/Kolkata" in two(f"{page} --zone Asia/Kolkata --format html").out.replace("<wbr>", "")
        assert "Asia/Kolkata" in two(f"{page} --zone Asia/Kolkata").out
    assert "Asia/Kolkata" in two(f"{page} --zone Asia/Kolkatta", code=2).err
    assert two(f"{page} --zone contract", code=2).err


@pytest.mark.parametrize("page", ["invoice --month 2026-11", "compare c.toml --client acme"])
def test_pages_whose_days_decide_money_have_those_of_the_contract(two: Suptime, page: str):
    assert "America/Chicago" in two(page).out
    assert two(f"{page} --zone UTC", code=2).err


def test_the_response_clocks_of_a_period_are_those_of_cases_registered_in_it(two: Suptime):
    for period in (
        "--day 2026-10-31",
        "--week 2026-W44",
        "--month 2026-10",
        "--from 2026-10-31 --to 2026-11-01",
    ):
        found = two(f"report sla {period} --format json").json
        assert found["from"] <= "2026-10-31" <= found["to"]
    assert two("report sla --month 2026-10 --week last", code=2).err


def test_status_is_on_the_clocks_that_are_asked_for(two: Suptime):
    assert two("status --zone contract --format json").json["timezone"] == "contract"
    two("start TOKYO-1")
    assert " since 20:00:" in two("status").out
    assert " since 05:00:" in two("status --zone Asia/Tokyo").out
    assert " since 05:00:" in two("status --zone contract").out
    shown = two("status --zone contract --format json").json
    assert (shown["timezone"], shown["timezones"]) == ("contract", ["Asia/Tokyo"])
    assert "Asia/Tokyo" in two("status --zone Asia/Tokio", code=2).err


def test_appointments_are_on_the_days_of_their_contracts(two: Suptime):
    assert two("appointment list --zone contract --day 2026-11-30 --format json").json["appointments"] == []
    shown = two("appointment list --zone contract --day 2026-12-01 --format json").json
    assert (shown["timezone"], shown["timezones"]) == ("contract", ["Asia/Tokyo"])
    assert "2026-12-01 05:00" in two("appointment list --zone contract").out
    assert "2026-12-01T05:00:00+09:00" in two("appointment list --zone contract --format tsv").out


def test_a_week_puts_each_unit_on_the_days_of_its_contract(two: Suptime):
    def days(shown):
        return {
            (agent["agent"], day["date"]): day["seconds"]
            for agent in shown["agents"]
            for day in agent["days"]
            if day["seconds"]
        }

    assert days(two("report week --of 2026-11-01 --format json").json) == {
        ("ana", "2026-11-01"): 7200,
        ("bo", "2026-11-01"): 7200,
    }
    shown = two("report week --of 2026-11-01 --zone contract --format json").json
    assert shown["timezone"] == "contract"
    assert days(shown) == {("ana", "2026-11-01"): 7200, ("bo", "2026-11-01"): 3600}
    assert "Asia/Tokyo" in two("report week --of 2026-11-01 --zone contract").out
