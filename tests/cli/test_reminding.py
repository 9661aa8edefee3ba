"""A timer that was forgotten: when `status` reminds of it, and how cron hears of that."""

import pytest
from driving import Suptime


@pytest.fixture
def forgotten(acme: Suptime) -> Suptime:
    """A timer that runs for five hours, where four are what there is a reminder after."""
    acme("config set timer.remind_after 4h")
    acme("start CASE-123 --at 09:00")
    return acme


def test_status_reminds_in_words_json_and_the_prompt(forgotten: Suptime):
    done = forgotten("status")
    assert done.out == "CASE-123 (acme) since 09:00: 5h, U1.\n"
    assert done.err == "Warning: The timer runs for longer than 4h. Still at it?\n"
    running = forgotten.running()
    assert (running["remind"], running["remind_after_seconds"]) == (True, 14_400)
    assert forgotten("status --format prompt").out == "CASE-123 5h!\n"


def test_with_check_the_exit_code_says_so(forgotten: Suptime):
    assert forgotten("status --check", code=3).out == "CASE-123 (acme) since 09:00: 5h, U1.\n"
    assert forgotten("status --check --format json", code=3).json["running"]["remind"] is True
    assert forgotten("status --check --format prompt", code=3).out == "CASE-123 5h!\n"
    assert forgotten("status", code=0).out


@pytest.mark.parametrize(("now", "code"), [("13:00:00", 0), ("13:00:01", 3)])
def test_what_has_run_for_just_that_long_is_not_reminded_of_yet(forgotten: Suptime, now: str, code: int):
    forgotten.at(f"2026-10-05T{now}Z")
    forgotten("status --check", code=code)


def test_without_a_timer_there_is_nothing_to_remind_of(forgotten: Suptime):
    forgotten("cancel")
    assert forgotten("status --check").out == "No timer runs.\n"
    assert forgotten("status --agent bob --check").out == "No timer runs.\n"


def test_without_the_setting_nothing_is_reminded_of_and_a_check_refused(acme: Suptime):
    acme("start CASE-123 --at 09:00")
    assert acme("status").err == ""
    running = acme.running()
    assert (running["remind"], running["remind_after_seconds"]) == (False, None)
    assert acme("status --check", code=2).err == (
        "Error: Nothing says from when on to remind.\nTry: suptime config set timer.remind_after 4h\n"
    )


@pytest.mark.parametrize("value", ["4", "soon", "0m", "-4h"])
def test_a_time_that_is_none_is_refused(acme: Suptime, value: str):
    assert acme(["config", "set", "timer.remind_after", "--", value], code=2).err == (
        f'Error: timer.remind_after cannot be "{value}".\nWrite a duration such as 90m or 4h.\n'
    )
