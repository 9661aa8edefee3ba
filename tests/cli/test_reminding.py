"""A timer that was forgotten: when `status` reminds of it, and how cron hears of that."""

import pytest
from driving import Suptime

from suptime.cli import console, questions


@pytest.fixture
def forgotten(acme: Suptime) -> Suptime:
    """A timer that runs for five hours, where four are what there is a reminder after."""
    acme("config set timer.remind_after 4h")
    acme("start CASE-123 --at 09:00")
    return acme


def test_status_reminds_in_words_json_and_the_prompt(forgotten: Suptime):
    done = forgotten("status")
    assert done.out == "CASE-123 (acme) since 09:00: 5h, U1.\n"
    assert done.err == "Warning: The timer has been running for more than 4h. Is it still correct?\n"
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


def test_without_the_setting_twelve_hours_are_long(acme: Suptime):
    acme("start CASE-123 --at '2026-10-05 01:59'")
    assert (
        acme("status").err == "Warning: The timer has been running for more than 12h. Is it still correct?\n"
    )


@pytest.mark.parametrize("command", ["stop", "start CASE-124", "resume CASE-124"])
def test_ending_a_forgotten_timer_is_warned_of_by_its_length_and_start(acme: Suptime, command: str):
    acme("start CASE-123 --at '2026-10-05 01:30'")
    done = acme(f"{command} --format json")
    assert done.json["warning_codes"] == ["timer-long"]
    assert "U1 on CASE-123 ran for 12h30m, since 01:30. If that is wrong: suptime edit U1" in done.err


@pytest.mark.parametrize(
    ("command", "answer", "stopped"),
    [("stop", "03:30", 7200), ("start CASE-124", "03:30", 7200), ("stop", "now", 45_000), ("stop", "", None)],
)
def test_a_person_is_asked_when_a_forgotten_timer_ended(
    acme: Suptime, monkeypatch: pytest.MonkeyPatch, command: str, answer: str, stopped: int | None
):
    acme("start CASE-123 --at '2026-10-05 01:30'")
    monkeypatch.setattr(console, "interactive", lambda: True)
    monkeypatch.setattr(questions, "ask_text", lambda _question: answer)
    acme(command, code=0 if stopped else 2)
    first = acme.units[0]
    assert (first["seconds"] if first["ended_at"] else None) == stopped


@pytest.mark.parametrize("command", ["stop", "start CASE-124", "resume CASE-124"])
def test_a_clock_that_was_set_back_ends_nothing(acme: Suptime, command: str):
    acme("start CASE-123")
    acme.at("2026-10-05T13:00:00Z")
    before = acme.rows()
    assert acme(command, code=3).err.startswith(
        "Error: The clock shows 13:00, before the start of U1 on CASE-123 at 14:00. The clock was set back.\n"
    )
    assert acme.rows() == before
    assert "before the start of U1" in acme("status").err
    assert (
        acme("edit running --from 12:30 --format json").json["unit"]["started_at"] == "2026-10-05T12:30:00Z"
    )


def test_with_the_setting_off_nothing_is_reminded_of_and_a_check_refused(acme: Suptime):
    acme("config set timer.remind_after off")
    acme("start CASE-123 --at '2026-10-04 09:00'")
    assert acme("status").err == ""
    running = acme.running()
    assert (running["remind"], running["remind_after_seconds"]) == (False, None)
    assert acme("status --check", code=2).err == (
        "Error: The setting timer.remind_after is missing.\nTry: suptime config set timer.remind_after 4h\n"
    )


@pytest.mark.parametrize("value", ["4", "soon", "0m", "-4h"])
def test_a_time_that_is_none_is_refused(acme: Suptime, value: str):
    assert acme(["config", "set", "timer.remind_after", "--", value], code=2).err == (
        f'Error: timer.remind_after cannot be "{value}".\nWrite a duration such as 90m or 4h, or off.\n'
    )
