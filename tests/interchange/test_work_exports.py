"""`suptime export csv|jsonl|timeclock|ics`: work and appointments for other programs."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import tracemalloc

import pytest
from driving import Suptime

from suptime.domain.booking import Appointment
from suptime.domain.time import Zone
from suptime.domain.work import WorkUnit
from suptime.interchange.exports.work import COLUMNS, Booked, ExportedUnit, json_lines
from suptime.interchange.exports.work import calendar_lines as calendar
from suptime.interchange.foreign.timeclock import lines as timeclock

NOW = 1_791_208_800  # 2026-10-05T14:00:00Z


@pytest.fixture
def team(acme: Suptime) -> Suptime:
    """Ana's work on two cases, one note that a spreadsheet would reckon; ben's timer runs."""
    acme.at("2026-10-07T18:00:00Z")
    acme("log CASE-123 1h --from '2026-10-05 22:30' --note '=SUM(A1:A9), \"quoted\"'")
    acme("log CASE-124 15m30s --from '2026-10-06 12:00' --note 'Umlaute: äöü; done' --channel phone")
    acme("start CASE-123 --at 17:00 --agent ben")
    return acme


def rows(suptime: Suptime, options: str = "") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(suptime(f"export csv {options}").out)))


def test_csv_has_a_row_for_every_unit_with_formulas_made_harmless(team: Suptime):
    first, second, running = rows(team)
    assert tuple(first) == COLUMNS
    assert first["note"] == '\'=SUM(A1:A9), "quoted"'
    assert (first["id"], first["client"], first["contract"], first["agent"]) == (
        "U1",
        "acme",
        "acme-ps",
        "ana",
    )
    assert (first["started_at"], first["ended_at"]) == ("2026-10-05T22:30:00Z", "2026-10-05T23:30:00Z")
    assert (second["seconds"], second["channel"], second["guest"], second["waived"]) == (
        "930",
        "phone",
        "no",
        "",
    )
    assert (running["agent"], running["ended_at"], running["seconds"]) == ("ben", "", "3600")


def test_jsonl_is_what_list_says(team: Suptime):
    lines = [json.loads(line) for line in team("export jsonl").out.splitlines()]
    assert [tuple(line) for line in lines] == [COLUMNS] * 3
    for line, unit in zip(lines, team("list --format json").json["units"], strict=True):
        assert {key: line[key] for key in unit} == unit
    assert lines[0]["note"] == '=SUM(A1:A9), "quoted"'


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ("--from 2026-10-06", ["U2", "U3"]),
        ("--to 2026-10-05", ["U1"]),
        ("--from 2026-10-05 --to 2026-10-06", ["U1", "U2"]),
        ("--case case-124", ["U2"]),
        ("--agent ben", ["U3"]),
        ("--client acme", ["U1", "U2", "U3"]),
    ],
)
def test_what_goes_out_can_be_narrowed(options: str, ids: list[str], team: Suptime):
    assert [row["id"] for row in rows(team, options)] == ids


def test_days_are_those_of_the_own_zone(team: Suptime):
    team.set(TZ="Asia/Kolkata")  # where it was the sixth already
    assert [row["id"] for row in rows(team, "--from 2026-10-06 --to 2026-10-06")] == ["U1", "U2"]


def test_timeclock_has_the_finished_sessions_in_utc(team: Suptime):
    assert team("export timeclock").out == (
        "; Work as suptime recorded it, one session after another. Times are UTC: no clock change is among them.\n"
        'i 2026-10-05 22:30:00 acme:CASE-123  =SUM(A1:A9), "quoted"  ; ana\n'
        "o 2026-10-05 23:30:00\n"
        "i 2026-10-06 12:00:00 acme:CASE-124  Umlaute: äöü, done  ; ana\n"
        "o 2026-10-06 12:15:30\n"
    )


def test_a_timeclock_file_comes_back_with_the_same_times(team: Suptime):
    kept = [(u["case"], u["started_at"], u["ended_at"]) for u in team.units if u["ended_at"]]
    team("export timeclock --out work.timeclock")
    for unit in ("U1", "U2"):
        team(f"delete {unit}")
    team("import timeclock work.timeclock --timezone UTC --channel other --agent ana")
    assert [(u["case"], u["started_at"], u["ended_at"]) for u in team.units if u["ended_at"]] == kept


def test_names_cannot_break_out_of_a_timeclock_line():
    unit = WorkUnit(1, "A: B  ;C", "ana\nx", "other", NOW, NOW + 60, "a;b\no 2026-01-01 00:00:00")
    made = "".join(timeclock([ExportedUnit(unit, "acme", "c", Zone("UTC"), 60)])).splitlines()
    assert made[1] == "i 2026-10-05 14:00:00 acme:A- B -C  a,b o 2026-01-01 00:00:00  ; ana x"
    assert len(made) == 3


# Calendars.


def unfolded(made: str) -> list[str]:
    assert made.endswith("\r\n")
    assert all(len(line.encode()) <= 75 for line in made.split("\r\n"))
    return made.replace("\r\n ", "").split("\r\n")[:-1]


def events(made: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for line in unfolded(made):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and name != "END":
            found[-1][name] = value
    return found


def test_appointments_are_events_and_cancelled_ones_say_so(acme: Suptime):
    acme.at("2026-10-05T14:00:00Z")
    acme("appointment book CASE-123 --from '2026-10-08 09:00' --to '2026-10-08 10:30' --channel remote")
    acme("appointment book CASE-124 --from '2026-10-09 09:00' --to '2026-10-09 10:00' --agent ben")
    before = events(acme("export ics").out)
    acme("appointment cancel A2 --by client")
    first, second = events(acme("export ics").out)
    assert (first["DTSTART"], first["DTEND"]) == ("20261008T090000Z", "20261008T103000Z")
    assert (first["STATUS"], second["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert [one["UID"] for one in before] == [first["UID"], second["UID"]]
    assert (before[1]["SEQUENCE"], second["SEQUENCE"]) == ("0", "1")
    assert first["SUMMARY"].startswith("CASE-123")
    assert first["DESCRIPTION"].endswith("\\nAgent: ana\\nChannel: remote")
    assert [one["UID"] for one in events(acme("export ics --agent ben").out)] == [second["UID"]]
    assert events(acme("export ics --from 2026-10-10").out) == []
    assert events(acme("export ics --to 2026-10-08").out) == [first]


def test_long_and_hostile_text_is_escaped_and_folded_between_letters():
    subject = "Ümläut; a, b\\c\r\nEND:VEVENT\x07 " + "漢字" * 40
    its = Appointment(7, "CASE-1", "ana", NOW, NOW + 3600)
    made = "".join(calendar([Booked(its, "acme", "Acme, Inc.", subject)], NOW))
    (event,) = events(made)
    assert event["SUMMARY"] == "CASE-1: Ümläut\\; a\\, b\\\\c\\nEND:VEVENT " + "漢字" * 40
    assert event["DESCRIPTION"] == "Client: Acme\\, Inc.\\nAgent: ana"
    assert made.count("\r\nEND:VEVENT\r\n") == 1
    assert re.findall("[^\r]\n", made) == []


def test_a_calendar_of_nothing_is_a_calendar(suptime: Suptime):
    assert unfolded(suptime("export ics").out)[0::5] == ["BEGIN:VCALENDAR", "END:VCALENDAR"]


# Files, and what cannot be.


def test_a_file_is_written_whole(team: Suptime):
    assert team("export jsonl --out work.jsonl").out == "Wrote the work to work.jsonl.\n"
    written = team.home / "work.jsonl"
    assert written.read_text(encoding="utf-8") == team("export jsonl").out
    assert team("export ics --out a.ics").out == "Wrote the appointments to a.ics.\n"


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (
            "export suptime --client acme",
            2,
            "Error: --client cannot be used with the format suptime.\nUse it with csv, jsonl, timeclock, ics.\n",
        ),
        (
            "export ledger --agent ana",
            2,
            "Error: --agent cannot be used with the format ledger.\nUse it with csv, jsonl, timeclock, ics.\n",
        ),
        (
            "export csv --account 7",
            2,
            "Error: --account cannot be used with the format csv.\nUse it with xero or quickbooks.\n",
        ),
        (
            "export csv --from 2026-10-02 --to 2026-10-01",
            2,
            "Error: --from 2026-10-02 is later than --to 2026-10-01.\nPut the earlier day first.\n",
        ),
        (
            "export jsonl --out nowhere/work.jsonl",
            2,
            "Error: nowhere/work.jsonl: No such file or directory.\nGive a file that can be written.\n",
        ),
    ],
)
def test_what_cannot_be_exported_is_said(command: str, code: int, said: str, team: Suptime):
    assert team(command, code=code).err == said


def test_a_client_or_case_that_is_not_there_leaves_no_file(team: Suptime):
    for option in ("--client acne", "--case CASE-99999"):
        assert team(f"export csv --out work.csv {option}", code=3).err.startswith("Error: There is no c")
    assert not list(team.home.glob("*work*"))


def test_memory_does_not_grow_with_the_number_of_units():
    def units(count: int):
        return (
            ExportedUnit(WorkUnit(n, "C", "a", "other", n, n + 1, "note"), "c", "k", Zone("UTC"), 1)
            for n in range(count)
        )

    def peak(count: int) -> int:
        tracemalloc.start()
        total = sum(len(line) for line in json_lines(units(count), NOW))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert total > count * 100
        return most

    assert peak(20_000) < 2 * peak(2_000)


@pytest.mark.programs
def test_hledger_reads_the_same_total_from_a_timeclock_file(team: Suptime):
    program = shutil.which("hledger")
    assert program, "hledger is not installed: .ci/run installs it"
    team.set(TZ="America/Chicago")
    team("log CASE-123 --from 2026-11-01T00:30:00-05:00 --to 2026-11-01T02:30:00-06:00", code=None)
    team.at("2026-11-03T12:00:00Z")
    team("log CASE-123 --from 2026-11-01T00:30:00-05:00 --to 2026-11-01T02:30:00-06:00 --agent cleo")
    team("log CASE-123 30m --from 2026-10-05T22:45:00Z --agent dan")  # while ana works
    team("delete U2")  # its half minutes are no two decimals of an hour
    team("export timeclock --out work.timeclock")
    environment = os.environ | {"TZ": "America/Chicago", "LC_ALL": "C.UTF-8", "HOME": str(team.home)}
    done = subprocess.run(
        [program, "-f", "work.timeclock", "balance", "-O", "csv"],
        cwd=team.home,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    total = list(csv.reader(io.StringIO(done.stdout)))[-1]
    finished = sum(unit["seconds"] for unit in team.units if unit["ended_at"])
    assert total == ["total", f"{finished / 3600:.2f}h"] == ["total", "4.50h"]
