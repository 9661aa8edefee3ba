"""What of a working day is not logged, and how it is filled."""

import json

import pytest
import typer
from driving import Suptime

from suptime.cli import console


@pytest.fixture
def day(acme: Suptime) -> Suptime:
    """Monday, 5 October 2026, at 14:00: worked from 09:00 to 10:00, with three minutes' pause, and from 11 to 11:30."""
    acme("log CASE-123 27m --from 09:00")
    acme("log CASE-124 30m --from 09:30")
    acme("log CASE-123 30m --from 11:00")
    return acme


def found(suptime: Suptime, options: str = "") -> list[tuple[str, str]]:
    """From when to when the gaps are, in UTC."""
    gaps = suptime(f"gaps --format json {options}").json["gaps"]
    return [(gap["started_at"][5:16], gap["ended_at"][5:16]) for gap in gaps]


def test_what_is_not_logged_is_listed_up_to_now_without_short_pauses(day: Suptime):
    assert day("gaps").out == (
        "Monday, 5 October 2026: 3h30m not logged\n  10:00-11:00  1h\n  11:30-14:00  2h30m\nTotal: 3h30m\n"
        "Times are those of UTC.\n"
    )
    assert found(day, "--least 1m")[0] == ("10-05T09:27", "10-05T09:30")
    assert found(day, "--least 2h") == [("10-05T11:30", "10-05T14:00")]


def test_the_json_says_whose_when_and_how_much(day: Suptime):
    document = day("gaps --format json --least 2h").json
    assert document == {
        "agent": "ana",
        "from": "2026-10-05",
        "to": "2026-10-05",
        "timezone": "UTC",
        "gaps": [
            {
                "day": "2026-10-05",
                "started_at": "2026-10-05T11:30:00Z",
                "ended_at": "2026-10-05T14:00:00Z",
                "seconds": 9000,
            }
        ],
        "total_seconds": 9000,
        "logged": [],
    }


def test_a_running_timer_is_work_up_to_now(day: Suptime):
    day("start CASE-123 --at 13:00")
    assert found(day) == [("10-05T10:00", "10-05T11:00"), ("10-05T11:30", "10-05T13:00")]


def test_hours_days_and_holidays_are_those_of_the_settings(day: Suptime):
    day("config set timer.hours 08:00-11:00")
    assert found(day) == [("10-05T08:00", "10-05T09:00"), ("10-05T10:00", "10-05T11:00")]
    day("config set timer.days tue,wed")
    assert found(day) == []
    day("config set timer.days mon,tue,wed,thu,fri")
    # The second Monday of October is Columbus Day, by the library `holidays` in requirements/test.lock.
    day.at("2026-10-12T20:00:00Z")
    assert found(day) == [("10-12T08:00", "10-12T11:00")]
    day("config set timer.holidays US")
    assert found(day) == []
    assert day("gaps").out == "No gaps on 2026-10-12.\n"
    assert found(day, "--every-day") == [("10-12T08:00", "10-12T11:00")]


def test_several_days_without_weekends(day: Suptime):
    assert found(day, "--from 2026-10-02 --to 2026-10-04") == [("10-02T09:00", "10-02T17:00")]
    assert found(day, "--from 2026-10-03 --to 2026-10-04") == []
    assert len(found(day, "--from 2026-10-03 --to 2026-10-04 --every-day --day 00:00-24:00")) == 2
    assert found(day, "--to 2026-10-02") == [("10-02T09:00", "10-02T17:00")]
    assert day("gaps --from 2026-10-03 --to 2026-10-04").out == ("No gaps from 2026-10-03 to 2026-10-04.\n")


def test_what_is_still_ahead_is_no_gap(day: Suptime):
    assert found(day, "--from 2026-10-06 --to 2026-10-07") == []
    day.at("2026-10-05T08:00:00Z")
    assert found(day) == []


def test_hours_are_those_of_the_clock_on_the_night_it_changes(acme: Suptime):
    acme.set(TZ="America/Chicago")
    acme.at("2026-11-02T00:00:00Z")
    document = acme("gaps --from 2026-11-01 --to 2026-11-01 --every-day --day 00:00-04:00 --format json").json
    assert document["total_seconds"] == 5 * 3600
    assert acme("gaps --from 2026-11-01 --to 2026-11-01 --every-day --day 00:00-04:00").out == (
        "Sunday, 1 November 2026: 5h not logged\n  00:00-04:00  5h\nTotal: 5h\n"
        "Times are those of America/Chicago.\n"
    )


def test_another_agents_gaps_are_looked_for_by_name(day: Suptime):
    assert found(day, "--agent bob") == [("10-05T09:00", "10-05T14:00")]


def test_all_are_logged_on_one_case_and_taken_back_together(day: Suptime):
    done = day("gaps --log case-124 --note 'Read up' --channel phone")
    assert done.out == (
        "Logged U4: 1h on CASE-124, 10:00 to 11:00.\nLogged U5: 2h30m on CASE-124, 11:30 to 14:00.\n"
    )
    assert [u["note"] for u in day.units if u["channel"] == "phone"] == ["Read up"] * 2
    assert found(day) == []
    assert day("undo").out == "Took back 'gaps' of 14:00, which had added U4, added U5.\n"
    assert len(day.units) == 3


def test_with_json_what_was_logged_is_in_it(day: Suptime):
    document = day("gaps --log CASE-124 --format json").json
    assert [unit["id"] for unit in document["logged"]] == ["U4", "U5"]
    assert document["logged"][0]["case"] == "CASE-124"


def test_all_are_logged_or_none(day: Suptime):
    day("case resolve CASE-124 --cause no-defect-found --at 12:00")
    said = day("gaps --log CASE-124", code=3).err
    assert said.startswith("Error: CASE-124 is resolved since 12:00.")
    assert len(day.units) == 3


def test_without_consent_what_is_logged_is_warned_of(day: Suptime):
    assert "CASE-125: " in day("gaps --log CASE-125 --least 2h").err


def test_nothing_is_asked_where_there_is_nobody(day: Suptime):
    assert day("gaps").err == ""


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What somebody at a terminal types; an exception is what a key does."""
    typed: list[object] = []

    def prompt(question: str, **_: object) -> object:
        console.note(question)
        answer = typed.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(console, "interactive", lambda: True)
    monkeypatch.setattr(typer, "prompt", prompt)
    return typed


def test_each_gap_is_asked_for_and_answered_with_a_case_and_a_note(day: Suptime, answers: list[object]):
    answers += ["", "CASE-123 Report read"]
    done = day("gaps")
    assert done.err == (
        "2026-10-05 10:00-11:00, 1h: which case?\n2026-10-05 11:30-14:00, 2h30m: which case?\n"
    )
    assert done.out.endswith("Logged U4: 2h30m on CASE-123, 11:30 to 14:00.\n")
    assert day.units[3]["note"] == "Report read"


def test_a_wrong_answer_is_explained_and_asked_again(day: Suptime, answers: list[object]):
    answers += ["CASE-132", "q"]
    assert day("gaps").err == (
        "2026-10-05 10:00-11:00, 1h: which case?\n"
        'Error: There is no case "CASE-132". Did you mean CASE-125, CASE-124 or CASE-123?\n'
        "Try: suptime case list\n"
        "2026-10-05 10:00-11:00, 1h: which case?\n"
    )
    assert len(day.units) == 3


def test_the_end_of_the_input_leaves_what_was_answered(day: Suptime, answers: list[object]):
    answers += ["CASE-123", typer.Abort()]
    day("gaps")
    assert len(day.units) == 4


@pytest.mark.parametrize("options", ["--list", "--log CASE-123", "--format json"])
def test_options_answer_so_nothing_is_asked(day: Suptime, answers: list[object], options: str):
    day(f"gaps {options}")
    assert answers == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--log CASE-123 --list", "--log and --list cannot be used together.\nGive one of them."),
        ("--note x", "--note and --channel require --log.\nAdd --log CASE."),
        ("--channel phone", "--note and --channel require --log.\nAdd --log CASE."),
        (
            "--from today --to yesterday",
            "--from 2026-10-05 is later than --to 2026-10-04.\nPut the earlier day first.",
        ),
        (
            "--from 2025-10-04",
            "The period from 2025-10-04 to 2026-10-05 is longer than a year.\nGive a shorter period.",
        ),
        ("--day 9-5", '"9-5" is not a range of hours.\nExample: 09:00-17:00'),
        ("--day 17:00-09:00", '"17:00-09:00" is not a range of hours.\nExample: 09:00-17:00'),
        (
            "--least soon",
            '"soon" is not a duration.\nGive a duration such as 90m, 1h30m, 1.5h, 1:30, PT1H30M or 45s.',
        ),
    ],
)
def test_what_cannot_be_read_is_refused(day: Suptime, options: str, said: str):
    assert day(f"gaps {options}", code=2).err == f"Error: {said}\n"


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("timer.hours", "9-5", "Write the first and the last hour such as 09:00-17:00."),
        ("timer.hours", "10:00-09:00", "Write the first and the last hour such as 09:00-17:00."),
        ("timer.days", "mo", 'Write a list of days such as ["mon", "tue", "wed", "thu", "fri"].'),
        ("timer.holidays", "Germany", "Write a country, or country-subdivision, such as DE or US-TX."),
        ("hooks.timeout", "0", "Write a whole number from 1 to 600 such as 10."),
    ],
)
def test_settings_that_cannot_be_are_refused(acme: Suptime, key: str, value: str, said: str):
    assert acme(["config", "set", key, value], code=2).err == f'Error: {key} cannot be "{value}".\n{said}\n'


def test_a_country_that_nobody_knows_is_named(acme: Suptime):
    (acme.home / ".config/suptime").mkdir(parents=True)
    (acme.home / ".config/suptime/config.toml").write_text('[timer]\nholidays = "QQ"\n')
    assert acme("gaps", code=2).err == (
        'Error: The holidays of "QQ" (timer.holidays) are unknown.\nExamples: DE, US-TX.\n'
    )
    assert "(timer.holidays) are unknown" in acme("config check", code=2).err


def test_the_documents_total_is_that_of_its_gaps(day: Suptime):
    document = json.loads(day("gaps --from 2026-09-28 --format json").out)
    assert document["total_seconds"] == sum(gap["seconds"] for gap in document["gaps"]) > 5 * 8 * 3600
