"""An import of a time log comes in whole or not at all, once, and can be taken back."""

import json
import os
import pty
import select
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from driving import Suptime

GOOD = (
    '{"start":"20261005T130000Z","end":"20261005T140000Z","tags":["CASE-123"],"annotation":"Import traced"}'
)
OTHER = '{"start":"20261005T150000Z","end":"20261005T153000Z","tags":["CASE-125"]}'
BAD = '{"start":"20261006T130000Z","end":"20261006T140000Z","tags":["nothing known"]}'
RUNS = '{"start":"20261122T170000Z","tags":["CASE-123"]}'


@pytest.fixture
def team(acme: Suptime) -> Suptime:
    acme.at("2026-11-22T18:00:00Z")
    return acme


def write(suptime: Suptime, *intervals: str, name: str = "log.json") -> None:
    (suptime.home / name).write_text("[\n" + ",\n".join(intervals) + "\n]\n")


def test_an_import_says_what_came_in_and_what_will_not_be_billed(team: Suptime):
    write(team, GOOD, OTHER, RUNS)
    done = team("import timewarrior log.json")
    assert done.out.endswith("\nImported 2 work units, 1h30m of work: U1 to U2.\n")
    assert done.err == (
        "log.json:4: the timer is still running, so the row is left out.\n"
        "CASE-125, 1 row: No consent of the client yet. This time will not be billed.\n"
    )
    assert [unit["note"] for unit in team.units] == ["Import traced", ""]


def test_a_dry_run_shows_a_table_and_writes_nothing(team: Suptime):
    before = team.rows()
    write(team, GOOD)
    done = team("import timewarrior log.json --dry-run")
    assert done.out == (
        "Line  Case      Agent  From              To     Time  Note\n"
        "   2  CASE-123  ana    2026-10-05 13:00  14:00    1h  Import traced\n"
        "\n"
        "Would import 1 work unit, 1h of work.\n"
    )
    assert team.rows() == before


def test_a_dry_run_says_what_cannot_come_in(team: Suptime):
    write(team, BAD)
    done = team("import timewarrior log.json --dry-run", code=2)
    assert done.out.startswith(
        "These rows cannot be imported:\n"
        "Line  Why\n"
        '   2  case: names no case: "nothing known". Use --map PROJECT=CASE, or --client\n'
        "      CLIENT --open-cases.\n"
        "\n"
    )
    assert done.err == (
        "Error: log.json: 1 row cannot be imported, so nothing would be imported.\n"
        "Correct the file or the options, or leave the rows out with --skip-bad.\n"
    )


def test_one_bad_row_and_nothing_is_written(team: Suptime):
    before = team.rows()
    write(team, GOOD, BAD)
    done = team("import timewarrior log.json", code=2)
    assert done.err == (
        'log.json:3: case: names no case: "nothing known". Use --map PROJECT=CASE, or --client CLIENT --open-cases.\n'
        "Error: log.json: 1 row cannot be imported, so nothing was imported.\n"
        "Correct the file or the options, or leave the rows out with --skip-bad.\n"
    )
    assert team.rows() == before


def test_bad_rows_are_left_out_where_that_was_asked_for(team: Suptime):
    write(team, GOOD, BAD)
    done = team("import timewarrior log.json --skip-bad")
    assert done.out.endswith(
        "\nImported 1 work unit, 1h of work: U1. Left out 1 row that cannot be imported.\n"
    )


def test_the_same_file_twice_adds_nothing(team: Suptime):
    write(team, GOOD, OTHER)
    team("import timewarrior log.json")
    before = team.rows()
    assert team("import timewarrior log.json").out.endswith(
        "\nImported nothing new. 2 rows already imported.\n"
    )
    assert team.rows() == before


def test_a_unit_that_was_corrected_or_deleted_does_not_come_in_again(team: Suptime):
    write(team, GOOD, OTHER)
    team("import timewarrior log.json")
    team("edit U1 --from '2026-10-05 13:10'")
    team("delete U2")
    assert team("import timewarrior log.json").out.endswith(
        "\nImported nothing new. 2 rows already imported.\n"
    )


def test_two_people_may_have_worked_at_the_same_time(team: Suptime):
    write(team, GOOD)
    team("import timewarrior log.json")
    assert team("import timewarrior log.json --agent bo").out == "Imported 1 work unit, 1h of work: U2.\n"


def test_work_that_overlaps_what_is_stored_is_named(team: Suptime):
    team("log CASE-124 --from '2026-10-05 13:30' --to '2026-10-05 13:40'")
    write(team, GOOD)
    done = team("import timewarrior log.json", code=3)
    assert done.err == (
        "log.json:2: start: ana's work overlaps U1 on CASE-124, 2026-10-05 13:30 to 13:40.\n"
        "Error: log.json: 1 row cannot be imported, so nothing was imported.\n"
        "Correct the file or the options, or leave the rows out with --skip-bad.\n"
    )


def test_work_that_overlaps_a_running_timer_is_named(team: Suptime):
    team("start CASE-124 --at '2026-11-22 17:00'")
    write(
        team,
        GOOD.replace("20261005T13", "20261122T16")
        .replace("20261005T14", "20261122T17")
        .replace("T170000", "T173000"),
    )
    done = team("import timewarrior log.json", code=3)
    assert "log.json:2: start: ana's work overlaps U1 on CASE-124, 17:00 until now.\n" in done.err


def test_where_the_contract_refuses_the_exit_code_says_so(team: Suptime):
    write(team, GOOD.replace("20261005", "20251005"))
    done = team("import timewarrior log.json", code=4)
    assert "log.json:2: work: The contract acme-ps is not in force on 5 October 2025.\n" in done.err


def test_undo_takes_an_import_back_with_its_cases_and_the_file_may_come_in_again(team: Suptime):
    cases = team("case list").out
    write(team, BAD, GOOD)
    done = team("import timewarrior log.json --client acme --open-cases")
    assert done.out == (
        "Imported 2 work units, 2h of work: U1 to U2.\nOpened CASE-201 for acme: nothing known\n"
    )
    assert team("undo").out == (
        "Took back 'import timewarrior' of 18:00, which had added CASE-201, added 2 work units.\n"
    )
    assert (team.units, team("case list").out) == ([], cases)
    again = team("import timewarrior log.json --client acme --open-cases")
    assert again.out.startswith("Imported 2 work units, 2h of work: U3 to U4.\n")


def test_undo_refuses_where_a_unit_was_changed_since(team: Suptime):
    write(team, GOOD)
    team("import timewarrior log.json")
    team.set(SUPTIME_AGENT="bo")
    team("edit U1 --note 'Import mended'")
    team.set(SUPTIME_AGENT="ana")
    assert team("undo", code=3).err == (
        "Error: `import timewarrior` cannot be undone: U1 has been changed since. "
        "The later change is 11, `edit` by bo.\nUndo that one first.\n"
    )


def test_a_later_file_goes_to_the_case_that_was_opened_for_the_project(team: Suptime):
    write(team, BAD)
    team("import timewarrior log.json --client acme --open-cases")
    write(team, BAD, BAD.replace("20261006", "20261106"))
    done = team("import timewarrior log.json --client acme --open-cases")
    assert done.out.endswith("\nImported 1 work unit, 1h of work: U2. 1 row already imported.\n")
    assert team.units[-1]["case"] == "CASE-201"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--update --keep", "Error: --update and --keep exclude each other.\nGive one of them.\n"),
        ("--contract x", "Error: --contract requires --open-cases.\nAdd --open-cases.\n"),
        ("--map CASE-1", 'Error: --map: expected NAME=VALUE, got "CASE-1".\nExample: --map Website=CASE-7\n'),
        ("--map a=B1 --map a=B2", 'Error: --map: "a" is given twice.\nGive it once.\n'),
        ("--case-pattern '['", 'Error: "[" is not a pattern: unterminated character set at position 0.\nWrite it like CASE-[0-9]+.\n'),
        ("--case-pattern '.*'", 'Error: The pattern ".*" fits an empty text.\nWrite it like CASE-[0-9]+.\n'),
        ("--case-pattern '(a)(b)'", 'Error: The pattern "(a)(b)" has several groups.\nWrite it like CASE-[0-9]+.\n'),
        ("--day-start soon", 'Error: --day-start: expected a time such as 09:30 or 9:30 AM, found "soon".\nExample: --day-start 09:00\n'),
        ("--timezone Mars", 'Error: "Mars" is not a time zone.\nExpected an IANA name such as Europe/Berlin or America/Chicago.\n'),
    ],
)  # fmt: skip
def test_options_that_make_no_sense_are_refused(team: Suptime, options: str, says: str):
    write(team, GOOD)
    assert team(f"import timewarrior log.json {options}", code=2).err == says


def test_options_for_time_logs_mean_nothing_to_records(team: Suptime):
    (team.home / "all.jsonl").write_text("")
    assert team("import suptime all.jsonl --map a=CASE-1", code=2).err == (
        "Error: --map cannot be used with the format suptime.\nUse it with the time log of another program.\n"
    )


def test_a_hostile_file_is_refused_in_words(team: Suptime):
    (team.home / "deep").write_text("[" * 200_000)
    assert team("import timewarrior deep", code=2).err.startswith(
        "deep:1: file: is nested too deeply for a time log.\n"
    )
    (team.home / "digits").write_text("[" + "9" * 100_000 + "]")
    assert team("import timewarrior digits", code=2).err.startswith(
        "digits:1: file: holds a number of too many digits.\n"
    )
    write(team, GOOD.replace("Import traced", "x" * 10_001))
    assert (
        "annotation: expected at most 10000 letters, found 10001."
        in team("import timewarrior log.json", code=2).err
    )


def test_a_file_of_nothing_but_faults_is_not_read_to_its_end(team: Suptime):
    (team.home / "log").write_text("[" + "7,\n" * 10_500 + "7]")
    found = team("import timewarrior log --dry-run --format json", code=2).json["import"]["faults"]
    assert len(found) == 10_001
    assert found[-2]["expected"] == "has 10000 faults so far; the rest was not read."


def test_a_terminal_sees_a_bar_while_many_rows_come_in(team: Suptime):
    def stamp(second: int) -> str:
        return datetime.fromtimestamp(1_790_000_000 + second, UTC).strftime("%Y%m%dT%H%M%SZ")

    rows = [{"start": stamp(n * 60), "end": stamp(n * 60 + 59), "tags": ["CASE-124"]} for n in range(5000)]
    (team.home / "log.json").write_text(json.dumps(rows))
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "suptime", "import", "timewarrior", "log.json"]
    environ = os.environ | {"TERM": "xterm", "COLUMNS": "80"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=follower, text=True, env=environ)
    os.close(follower)
    seen = b""
    while select.select([leader], [], [], 60)[0]:
        try:
            part = os.read(leader, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        seen += part
    os.close(leader)
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "Imported 5000 work units, 81h56m40s of work: U1 to U5000.\n")
    assert b"Checking" in seen


def test_without_a_terminal_there_is_no_bar(team: Suptime):
    write(team, GOOD)
    assert team.process("import timewarrior log.json").stderr == ""


TOGGL = """User,Email,Project,Billable,Start date,Start time,End date,End time,Duration
Ana,ana@firm.example,CASE-123,No,2026-10-05,09:00:00,2026-10-05,10:00:00,01:00:00
Ana,ana@firm.example,CASE-123,Yes,2026-10-05,10:00:00,2026-10-05,11:00:00,00:59:00
"""


def test_what_the_file_says_of_itself_is_told(team: Suptime):
    (team.home / "toggl.csv").write_text(TOGGL)
    done = team("import toggl toggl.csv --timezone UTC --marks not-billable=keep")
    assert done.err == (
        "toggl.csv:3: the file says 59m, but from start to end it is 1h; start and end count.\n"
    )
    assert [unit["waived"] for unit in team.units] == [None, None]


def test_rows_that_are_marked_as_not_billable_are_waived_where_that_was_asked_for(team: Suptime):
    (team.home / "toggl.csv").write_text(TOGGL)
    done = team("import toggl toggl.csv --timezone UTC --waive-unbillable")
    assert "billable" not in done.err
    assert [unit["waived"] for unit in team.units] == ["Marked as not billable.", None]


def test_another_zone_does_not_bring_the_same_file_in_again(team: Suptime):
    (team.home / "toggl.csv").write_text(TOGGL)
    team("import toggl toggl.csv --timezone UTC --marks not-billable=keep")
    done = team("import toggl toggl.csv --timezone America/Chicago --marks not-billable=keep")
    assert done.out.endswith("\nImported nothing new. 2 rows already imported.\n")


def test_a_file_with_more_columns_or_in_another_order_is_the_same_file(team: Suptime):
    (team.home / "toggl.csv").write_text(TOGGL)
    team("import toggl toggl.csv --timezone UTC --marks not-billable=keep")
    rows = [line.split(",") for line in TOGGL.splitlines()]
    (team.home / "again.csv").write_text("\n".join(";".join([*reversed(row), "x"]) for row in rows))
    done = team("import toggl again.csv --timezone UTC --marks not-billable=keep")
    assert done.out.endswith("\nImported nothing new. 2 rows already imported.\n")


def test_where_the_contract_sells_several_channels_one_is_named(suptime: Suptime):
    (suptime.home / "plan.toml").write_text(
        """[contract]
code = "acme-calls"
title = "By the minute"
currency = "USD"
timezone = "UTC"
starts_on = 2026-01-01
[prices]
minute = "3.00"
[per_minute]
channels = ["phone", "remote"]
"""
    )
    suptime("client add acme --name Acme --currency USD")
    suptime("contract add acme plan.toml")
    suptime("case open CASE-123 --client acme --at '2026-10-01 08:00'")
    (suptime.home / "toggl.csv").write_text(TOGGL.replace("2026-10-05", "2026-10-04"))
    done = suptime("import toggl toggl.csv --timezone UTC --marks not-billable=keep", code=2)
    assert done.err.splitlines()[0] == (
        "toggl.csv:2: work: The contract of CASE-123 sells support by phone and remote. Give the channel of this work."
    )
    suptime("import toggl toggl.csv --timezone UTC --channel phone --marks not-billable=keep")
    assert {unit["channel"] for unit in suptime.units} == {"phone"}


def test_work_that_nothing_is_left_for_does_not_come_in(suptime: Suptime):
    (suptime.home / "hours.toml").write_text(
        """[contract]
code = "acme-hours"
title = "Prepaid hours"
currency = "USD"
timezone = "UTC"
starts_on = 2026-01-01
[prices]
hour = "120.00"
[prepaid]
unit = "hours"
overage = "refuse"
"""
    )
    suptime("client add acme --name Acme --currency USD")
    suptime("contract add acme hours.toml")
    suptime("prepaid add acme-hours 90m --on 2026-10-01")
    rows = [f"2026-10-02T{hour:02}:00:00Z,1,Website" for hour in (9, 10, 11)]
    (suptime.home / "log.csv").write_text("\n".join(["start,duration,project", *rows]))
    done = suptime("import csv log.csv --unit hours --client acme --open-cases", code=4)
    assert done.err.splitlines()[0] == (
        "log.csv:4: work: The prepaid hours of acme-hours are used up. "
        'Its table [prepaid] does not allow work beyond them (overage = "refuse").'
    )
    done = suptime("import csv log.csv --unit hours --client acme --open-cases --skip-bad")
    assert done.out.splitlines()[-2] == (
        "Imported 2 work units, 2h of work: U1 to U2. Left out 1 row that cannot be imported."
    )


def test_a_file_that_is_too_large_is_not_read(team: Suptime, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("suptime.app.exchange.foreign.importing.LARGEST", 1024 * 1024)
    (team.home / "log.json").write_bytes(b" " * (1024 * 1024 + 1))
    assert team("import timewarrior log.json", code=2).err == (
        "Error: The file is larger than 1 MiB.\nExport fewer months at a time.\n"
    )


def test_a_case_that_the_contract_does_not_let_open_is_said_on_each_of_its_rows(suptime: Suptime):
    suptime.at("2026-11-22T18:00:00Z")
    (suptime.home / "plan.toml").write_text(
        """[contract]
code = "plan"
title = "Plan"
currency = "USD"
timezone = "UTC"
starts_on = 2026-01-01
[prices]
hour = "100.00"
[contacts]
authorised = 2
"""
    )
    suptime("client add acme --name Acme --currency USD")
    suptime("contract add acme plan.toml")
    write(suptime, GOOD, OTHER)
    done = suptime("import timewarrior log.json --client acme --open-cases", code=4)
    refusal = "the case cannot be opened: plan takes cases from authorised contacts only"
    assert [line.split(": ")[0] for line in done.err.splitlines()[:2]] == ["log.json:2", "log.json:3"]
    assert all(refusal in line for line in done.err.splitlines()[:2])
    assert suptime("case list --format json").json["cases"] == []


def test_work_that_the_contract_neither_covers_nor_prices_does_not_come_in(suptime: Suptime):
    suptime.at("2026-11-22T18:00:00Z")
    (suptime.home / "plan.toml").write_text(
        """[contract]
code = "plan"
title = "Plan"
currency = "USD"
timezone = "UTC"
starts_on = 2026-01-01
[classification.categories]
process = "billable"
[coverage]
first_day_only = ["process"]
[coverage.fee]
amount = "100.00"
"""
    )
    suptime("client add acme --name Acme --currency USD")
    suptime("contract add acme plan.toml")
    suptime("case open CASE-123 --client acme --category process --at '2026-10-01 08:00'")
    write(suptime, GOOD, GOOD.replace("20261005", "20261006"))
    assert suptime("import timewarrior log.json", code=4).err.splitlines()[0] == (
        "log.json:3: work: plan does not cover this work. The contract states no price of an hour."
    )


def test_cases_are_opened_only_for_a_client_that_there_is(team: Suptime):
    write(team, BAD)
    assert team("import timewarrior log.json --client nobody --open-cases", code=3).err == (
        'Error: There is no client "nobody".\nTry: suptime client list\n'
    )
