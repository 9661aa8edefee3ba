"""The channel of work where nobody names one, and work that its own purchase pays for."""

import pytest
from records_world import World


@pytest.fixture
def calls(firm: World) -> World:
    """CASE-8 is sold by the incident and CASE-9 by the minute, both by phone alone; twenty dollars are paid."""
    firm.do(
        "contract add duo contracts/incident.toml\ncontract add duo contracts/minute.toml\n"
        "prepaid add mill-minute 20 --on 2026-10-06\n"
        "case open CASE-8 --contract harbor-incident --at '2026-10-05 08:00'\n"
        "case open CASE-9 --contract mill-minute --at '2026-10-05 08:00'"
    )
    return firm


@pytest.mark.parametrize("case", ["CASE-8", "CASE-9"])
def test_work_is_by_the_one_channel_that_is_sold(calls: World, case: str):
    logged = calls(f"log {case} 5m --from '2026-10-09 10:00' --format json").json["unit"]

    assert logged["channel"] == "phone"


@pytest.mark.parametrize("case", ["CASE-8", "CASE-9"])
@pytest.mark.parametrize("at", ["", "--at '2026-10-09 10:00'"])
def test_a_timer_is_by_the_one_channel_that_is_sold(calls: World, case: str, at: str):
    assert calls(f"start {case} {at} --format json").json["unit"]["channel"] == "phone"


def test_other_contracts_sell_work_by_any_channel(calls: World):
    assert calls("log CASE-1 5m --from '2026-10-09 10:00' --format json").json["unit"]["channel"] == "other"


def test_work_that_used_up_its_deposit_can_be_corrected(calls: World):
    calls.do("log CASE-9 8m --from '2026-10-09 10:00'")

    assert calls("start CASE-9").code == 4
    assert calls("edit U4 --from '2026-10-09 09:59'").code == 0
    assert calls("edit U4 --note 'Till offline'").code == 0


def test_going_back_to_a_case_keeps_its_channel(calls: World):
    calls.do("start CASE-8 --at 09:00\nstart CASE-1 --at 09:30 --channel chat")

    assert calls("resume --format json").json["unit"]["channel"] == "phone"
