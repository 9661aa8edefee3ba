"""Files that people reported, of this and of other programs, and what must come of each."""

from typing import Any

import pytest
from driving import Suptime

OPTIONS = "--timezone UTC --client acme --open-cases --format json"

REPORTED: dict[str, tuple[str, str, str, int, dict[str, Any]]] = {
    "two columns of one name": (
        "kimai",
        "",
        "Date,From,To,Duration,User,Customer,Project,Activity,Description,Place,Place\n2026-10-05,09:00,10:05,1:05,ana,Acme,Website,Support,Import traced,a,b\n",
        0,
        {"summary": {"unit": {"new": 1}}, "totals": {"seconds": 3900}},
    ),
    "an entry without a length inside another": (
        "clockify",
        "",
        "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags\nAna,ana@firm.example,Acme,Website,,Import traced,Yes,2026-10-05,09:00:00,2026-10-05,10:05:00,01:05:00,\nAna,ana@firm.example,Acme,Website,,slip of the finger,Yes,2026-10-05,09:30:00,2026-10-05,09:30:00,00:00:00,\n",
        0,
        {"summary": {"unit": {"new": 1, "left-out": 1}}, "totals": {"seconds": 3900}},
    ),
    "a dash as an empty cell": (
        "toggl",
        "",
        '"Description","Duration","Member","Email","Project","Tags","Start date","Start time","Stop date","Stop time"\n"Printer jams","1:00:00","Ana","ana@firm.example","-","-","2026-10-05","09:00:00","2026-10-05","10:00:00"\n"VPN is down","1:00:00","Ana","ana@firm.example","-","-","2026-10-05","10:00:00","2026-10-05","11:00:00"\n',
        0,
        {
            "summary": {"unit": {"new": 2}},
            "opened": ["Printer jams", "VPN is down"],
            "totals": {"seconds": 7200},
        },
    ),
    "minutes by the name of the column": (
        "csv",
        "--columns case=Ticket,agent=Agent,date=Date,duration='Time spent (min)'",
        "Ticket,Agent,Date,Time spent (min)\n4711,ana,2026-10-05,5\n4711,ana,2026-10-06,10\n",
        0,
        {"totals": {"seconds": 900}},
    ),
    "the order of days by the file": (
        "clockify",
        "--skip-bad",
        '"Project","Client","Description","User","Email","Start Date","Start Time","End Date","End Time","Duration (h)"\n"Website","Acme","second of March","Ana","ana@firm.example","02/03/2026","09:00","02/03/2026","10:00","1:00"\n"Website","Acme","fifth of March","Ana","ana@firm.example","05/03/2026","09:00","05/03/2026","10:00","1:00"\n"Website","Acme","thirteenth of March","Ana","ana@firm.example","13/03/2026","09:00","13/03/2026","10:00","1:00"\n',
        0,
        {"days": ["2026-03-02", "2026-03-05", "2026-03-13"]},
    ),
    "rows of another client": (
        "clockify",
        "",
        "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags\nAna,ana@firm.example,Globex,Website,,Import traced,Yes,2026-10-05,09:00:00,2026-10-05,10:05:00,01:05:00,\nAna,ana@firm.example,,Website,,team meeting,No,2026-10-05,11:00:00,2026-10-05,12:00:00,01:00:00,\n",
        2,
        {"questions": {"other-client": 2, "not-billable": 1}},
    ),
    "a last clock-out, and its reason": (
        "timeclock",
        "",
        "i 2026/10/05 09:00:00 acme\no 2026/10/05 10:00:00 traced the import\ni 2026/10/05 11:00:00 acme\nO 2026/10/05 12:00:00\n",
        0,
        {"summary": {"unit": {"new": 2}}, "totals": {"seconds": 7200}},
    ),
    "a last clock-out in the middle": (
        "timeclock",
        "",
        "i 2026/10/05 11:00:00 acme\nO 2026/10/05 12:00:00\ni 2026/10/05 13:00:00 acme\no 2026/10/05 14:00:00\n",
        0,
        {"summary": {"unit": {"new": 2}}, "totals": {"seconds": 7200}},
    ),
    "five tens of minutes": (
        "harvest",
        "",
        "Date,Client,Project,Task,Notes,Hours,First Name,Last Name\n2026-10-05,Acme,Website,Support,call 1,0.17,Ana,Sousa\n2026-10-05,Acme,Website,Support,call 2,0.17,Ana,Sousa\n2026-10-05,Acme,Website,Support,call 3,0.17,Ana,Sousa\n2026-10-05,Acme,Website,Support,call 4,0.17,Ana,Sousa\n2026-10-05,Acme,Website,Support,call 5,0.17,Ana,Sousa\n",
        0,
        {"totals": {"seconds": 3000}},
    ),
    "a quote that breaks the file": (
        "clockify",
        "--skip-bad",
        'User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags\nAna,ana@firm.example,Acme,Website,,19" rack,Yes,2026-10-05,09:00:00,2026-10-05,10:00:00,01:00:00,\nAna,ana@firm.example,Acme,Website,,"a "quoted" word",Yes,2026-10-05,11:00:00,2026-10-05,12:00:00,01:00:00,\nAna,ana@firm.example,Acme,Website,,x,Yes,2026-10-05,13:00:00,2026-10-05,14:00:00,01:00:00,\n',
        2,
        {},
    ),
    "work that was invoiced elsewhere": (
        "harvest",
        "",
        "Date,Client,Project,Task,Notes,Hours,Billable?,Invoiced?,First Name,Last Name\n2026-10-05,Acme,Website,Support,Import traced,1.00,Yes,Yes,Ana,Sousa\n2026-10-06,Acme,Website,Support,Told them,1.00,Yes,No,Ana,Sousa\n",
        0,
        {"summary": {"unit": {"new": 1, "left-out": 1}}, "totals": {"seconds": 3600}},
    ),
}
"""By name: the format, further options, the file, the exit code, and values of the document."""


@pytest.fixture
def empty(suptime: Suptime) -> Suptime:
    """A `suptime` with a client and a contract by the hour, at the end of November."""
    suptime.at("2026-11-22T18:00:00Z")
    suptime("client add acme --name Acme --currency USD --timezone UTC")
    (suptime.home / "hour.toml").write_text(
        '[contract]\ncode = "acme-hour"\ntitle = "Hours"\ncurrency = "USD"\ntimezone = "UTC"\n'
        'starts_on = 2026-01-01\n[prices]\nhour = "50.00"\n'
    )
    suptime("contract add acme hour.toml")
    return suptime


@pytest.mark.parametrize("name", REPORTED)
def test_a_reported_file_gives_the_right_values(empty: Suptime, name: str):
    form, more, text, code, wanted = REPORTED[name]
    (empty.home / "file").write_text(text)
    done = empty(f"import {form} file {OPTIONS} {more}", code=code)
    if not wanted:
        assert "line 3" in done.err
        return
    found = done.json["import"]
    for kind, states in wanted.get("summary", {}).items():
        assert {state: found["summary"][kind][state] for state in states} == states
    if "totals" in wanted:
        assert found["totals"]["seconds"] == wanted["totals"]["seconds"]
    if "opened" in wanted:
        assert [case["subject"] for case in found["opened"]] == wanted["opened"]
    if "days" in wanted:
        assert [unit["started_at"][:10] for unit in found["units"]] == wanted["days"]
    if "questions" in wanted:
        assert {one["question"]: one["rows"] for one in found["questions"]} == wanted["questions"]


def test_a_clock_in_a_column_of_seconds_is_asked_about_and_a_correction_is_told(empty: Suptime):
    columns = "--columns id=Worklog,case=Ticket,agent=Agent,start=Start,duration=Seconds,note=Text"
    head = "Worklog,Ticket,Agent,Start,Seconds,Text\n901,SUP-17,ana,2026-10-05 09:00,"
    (empty.home / "then").write_text(f"{head}0:10,first look\n")
    (empty.home / "now").write_text(f"{head}0:40,first look again\n")
    asked = empty(f"import csv then {OPTIONS} {columns}", code=2)
    assert [one["question"] for one in asked.json["import"]["questions"]] == ["length-unit"]
    empty(f"import csv then {OPTIONS} {columns} --unit clock")
    told = empty(f"import csv now {OPTIONS} {columns} --unit clock", code=3)
    (record,) = told.json["import"]["records"]
    assert {one["key"]: (one["from"], one["to"]) for one in record["changes"]} == {
        "seconds": (600, 2400),
        "note": ("first look", "first look again"),
    }
    assert empty(f"import csv now {OPTIONS} {columns} --unit clock --update").json["import"]["written"]
    assert [(unit["seconds"], unit["note"]) for unit in empty.units] == [(2400, "first look again")]
