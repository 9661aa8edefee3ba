"""start, stop, status, cancel, resume: what they do and say."""

import subprocess

import pytest
from driving import Suptime


def test_the_first_start_says_the_id_and_the_time(acme: Suptime):
    done = acme("start CASE-123 --note 'Reading the request'")
    assert (done.out, done.err) == ("Started U1 on CASE-123 at 14:00.\n", "")
    assert acme.running() == {
        "unit": "U1",
        "case": "CASE-123",
        "client": "acme",
        "agent": "ana",
        "channel": "other",
        "started_at": "2026-10-05T14:00:00Z",
        "elapsed_seconds": 0,
        "note": "Reading the request",
        "warnings": [],
        "warning_codes": [],
        "remind_after_seconds": 43_200,
        "remind": False,
    }


def test_a_start_stops_what_runs_at_the_same_instant_and_says_so(acme: Suptime):
    acme("start CASE-123")
    acme.at("2026-10-05T14:25:00Z")
    done = acme("start CASE-124")
    assert done.err == "Stopped U1: 25m on CASE-123, 14:00 to 14:25.\n"
    assert done.out == "Started U2 on CASE-124 at 14:25.\n"
    first, second = acme.units
    assert first["ended_at"] == second["started_at"] == "2026-10-05T14:25:00Z"
    assert second["ended_at"] is None


def test_start_as_json_has_the_unit_and_the_one_it_stopped(acme: Suptime):
    acme("start CASE-123")
    acme.at("2026-10-05T14:25:00Z")
    shown = acme("start CASE-125 --channel phone --format json").json
    assert shown["unit"] | {"id": "U2"} == {
        "id": "U2",
        "case": "CASE-125",
        "client": "acme",
        "agent": "ana",
        "channel": "phone",
        "started_at": "2026-10-05T14:25:00Z",
        "ended_at": None,
        "seconds": 0,
        "note": "",
        "guest": False,
        "requested": False,
        "waived": None,
        "role": None,
        "work_type": None,
    }
    assert (shown["stopped"]["id"], shown["stopped"]["seconds"], shown["changed"]) == ("U1", 1500, True)
    assert len(shown["warnings"]) == 1
    assert "consent" in shown["warnings"][0]


def test_starting_the_case_that_runs_changes_nothing(acme: Suptime):
    acme("start CASE-123")
    before = acme.rows()
    acme.at("2026-10-05T14:25:00Z")
    done = acme("start case-123 --note other --at -5m")
    assert (done.out, done.err) == ("", "The timer already runs on CASE-123, since 14:00 (U1).\n")
    assert acme.rows() == before
    assert acme("start CASE-123 --format json").json["changed"] is False


@pytest.mark.parametrize("extra", ["", " --guest"])
def test_a_start_without_consent_says_it_will_not_be_billed_by_either_way(acme: Suptime, extra: str):
    done = acme(f"start CASE-125{extra}")
    assert done.err == ("CASE-125: No consent of the client yet. This time will not be billed.\n")


def test_a_start_before_the_last_event_of_the_case_takes_the_slow_way_and_warns(acme: Suptime):
    done = acme("start CASE-123 --at '2026-10-01 07:00'")
    assert done.err == (
        "CASE-123: Before the client's consent on 1 October 2026 at 03:00. This time will not be billed.\n"
    )
    assert acme.running()["started_at"] == "2026-10-01T07:00:00Z"


def test_a_start_with_at_stops_the_other_there(acme: Suptime):
    acme("start CASE-123 --at 13:00")
    assert acme("start CASE-124 --at -15m").out == "Started U2 on CASE-124 at 13:45.\n"
    assert [unit["seconds"] for unit in acme.units] == [2700, 900]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("start CASE-999", 3),
        ("start CASE-200", 3),
        ("start CASE-124 --at 13:59", 3),
        ("start CASE-124 --at 14:30", 2),
        ("start CASE-124 --at soon", 2),
        ("start CASE-124 --at 2025-06-01T00:00:00Z", 3),
    ],
)
def test_a_refused_start_leaves_the_running_timer_alone(acme: Suptime, command: str, code: int):
    acme("start CASE-123")
    before = acme.rows()
    acme.at("2026-10-05T14:25:00Z")
    acme(command, code=code)
    assert acme.rows() == before


def test_work_outside_every_version_of_the_contract_is_refused(acme: Suptime):
    acme.at("2028-01-03T12:00:00Z")
    assert acme("start CASE-123", code=4).err == (
        "Error: The contract acme-ps is not in force on 3 January 2028.\nTry: suptime contract show acme-ps\n"
    )


def test_every_agent_has_a_timer_of_their_own(acme: Suptime):
    acme("start CASE-123")
    assert acme("start CASE-124 --agent bob").err == ""
    assert acme("status").out == "CASE-123 (acme) since 14:00: 0m, U1.\n"
    assert acme("status --agent bob").out == "bob: CASE-124 (acme) since 14:00: 0m, U2.\n"
    assert acme("stop --agent bob").out == "Stopped U2: 0m on CASE-124, 14:00 to 14:00.\n"
    assert acme.running()["unit"] == "U1"


def test_a_unit_of_no_time_is_kept(acme: Suptime):
    acme("start CASE-123")
    assert acme("stop --format json").json["unit"]["seconds"] == 0
    assert len(acme.units) == 1


def test_stop_takes_the_case_the_time_and_a_note(acme: Suptime):
    acme("start CASE-123 --note Reading")
    acme.at("2026-10-05T14:25:00Z")
    assert acme("stop case-123 --at 14:20 --note 'Filter is off'").out == (
        "Stopped U1: 20m on CASE-123, 14:00 to 14:20.\n"
    )
    assert acme.units[0]["note"] == "Reading; Filter is off"


@pytest.mark.parametrize(
    ("options", "note"),
    [("", "Reading"), ("--note ''", "Reading"), ("--replace-note Done", "Done"), ("--replace-note ''", "")],
)
def test_stop_leaves_or_replaces_the_note(acme: Suptime, options: str, note: str):
    acme("start CASE-123 --note Reading")
    assert acme(f"stop {options} --format json").json["unit"]["note"] == note


def test_stopping_what_does_not_run_names_what_does(acme: Suptime):
    assert acme("stop", code=3).err == "Error: No timer of ana is running.\nTry: suptime start CASE\n"
    acme("start CASE-123")
    assert acme("stop CASE-124", code=3).err == (
        'Error: "CASE-124" is not running. The timer runs on CASE-123 since 14:00 (U1).\nTry: suptime stop\n'
    )


def test_a_stop_before_the_start_is_refused(acme: Suptime):
    acme("start CASE-123")
    assert acme("stop --at 'today 13:00'", code=3).err == (
        "Error: U1 on CASE-123 started at 14:00, after 13:00.\nGive a later --at, or discard it: suptime cancel\n"
    )


def test_a_timer_that_ran_for_days_is_pointed_out(acme: Suptime):
    acme("start CASE-123")
    acme.at("2026-10-08T14:00:00Z")
    assert acme("stop").err == (
        "Warning: U1 on CASE-123 ran for 72h, since 2026-10-05 14:00. If that is wrong: suptime edit U1\n"
    )


def test_status_has_a_text_a_json_and_a_prompt(acme: Suptime):
    assert acme("status").out == "No timer runs.\n"
    assert acme("status --format json").json == {"timezone": "UTC", "running": None, "hint": None}
    assert acme("status --format prompt").out == ""
    acme("start CASE-123 --note 'Reading the request'")
    acme.at("2026-10-06T14:25:00Z")
    assert acme("status").out == "CASE-123 (acme) since 2026-10-05 14:00: 24h25m, U1. Reading the request\n"
    assert acme("status --format prompt").out == "CASE-123 24h25m!\n"


def test_cancel_drops_the_timer_and_undo_brings_it_back(acme: Suptime):
    assert acme("cancel", code=3).err == "Error: No timer of ana is running.\nTry: suptime start CASE\n"
    acme("start CASE-123")
    acme.at("2026-10-05T14:25:00Z")
    assert acme("cancel").out == "Discarded U1: 25m on CASE-123.\n"
    assert acme.running() is None
    acme("undo")
    assert acme.running()["unit"] == "U1"


def test_undo_of_a_switch_brings_the_other_timer_back(acme: Suptime):
    acme("start CASE-123")
    acme.at("2026-10-05T14:25:00Z")
    acme("start CASE-124")
    assert acme("undo").out == "Took back 'start' of 14:25, which had changed U1, added U2.\n"
    assert acme.running()["unit"] == "U1"


def test_resume_goes_back_to_the_case_that_a_call_interrupted(acme: Suptime):
    acme("start CASE-123 --channel remote --note 'Moving the list'")
    acme.at("2026-10-05T14:25:00Z")
    acme("start CASE-124")
    acme.at("2026-10-05T14:30:00Z")
    done = acme("resume")
    assert done.out == "Started U3 on CASE-123 at 14:30.\n"
    assert done.err == "Stopped U2: 5m on CASE-124, 14:25 to 14:30.\n"
    last = acme.units[-1]
    assert (last["channel"], last["note"]) == ("remote", "Moving the list")


def test_resume_with_nothing_running_goes_on_with_the_last_case(acme: Suptime):
    assert acme("resume", code=3).err == (
        "Error: ana has worked on no case yet. There is no case to return to.\nTry: suptime start CASE\n"
    )
    acme("log CASE-124 5m --from 12:00")
    acme("log CASE-123 5m --from 13:00")
    assert acme("resume").out == "Started U3 on CASE-123 at 14:00.\n"


def test_resume_takes_a_case(acme: Suptime):
    acme("start CASE-123")
    assert acme("resume CASE-124").out == "Started U2 on CASE-124 at 14:00.\n"
    assert acme("resume CASE-999", code=3).err.startswith('Error: There is no case "CASE-999".')


def test_resume_of_the_only_case_that_runs_has_nowhere_to_go(acme: Suptime):
    acme("start CASE-123")
    assert acme("resume", code=3).err == (
        "Error: ana has worked on no case other than CASE-123. There is no case to return to.\nTry: suptime start CASE\n"
    )


def test_a_long_row_of_units_of_one_case_does_not_hide_the_one_before(acme: Suptime):
    acme("log CASE-124 1m --from 00:00")
    for minute in range(55):
        acme(f"log CASE-123 1m --from 01:{minute:02}")
    acme("start CASE-123")
    assert acme("resume").out == "Started U58 on CASE-124 at 14:00.\n"


def test_the_case_may_stand_in_the_name_of_the_git_branch(acme: Suptime):
    def git(*words: str) -> None:
        subprocess.run(["git", *words], check=True, capture_output=True, cwd=acme.home)

    hint = "Give the case: suptime start CASE, or check out a git branch with the case number in its name.\n"
    assert (
        acme("start", code=2).err
        == f"Error: Which case? No case is given, and this folder is not on a git branch.\n{hint}"
    )
    git("init", "--quiet", "--initial-branch", "main")
    assert acme("start", code=2).err == (
        f"Error: Which case? The name of the git branch main contains no case number.\n{hint}"
    )
    git("checkout", "--quiet", "-b", "fix/case-123-filter")
    assert acme("start").out == "Started U1 on CASE-123 at 14:00.\n"
    git("checkout", "--quiet", "-b", "case-123-and-case-124")
    assert acme("start", code=2).err == (
        f"Error: Which case? The git branch case-123-and-case-124 contains CASE-123 and CASE-124.\n{hint}"
    )
    git("checkout", "--quiet", "-b", "fix/case-126")
    assert acme("start", code=3).err == (
        'Error: There is no case "case-126" (from the name of the git branch fix/case-126). '
        "Did you mean CASE-125, CASE-124 or CASE-123?\nTry: suptime case list\n"
    )
