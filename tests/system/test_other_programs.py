"""With the other programs themselves: what they wrote comes in with the same total, what is exported they read."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from driving import Suptime
from lived_books import credit, live

from suptime.domain.time import from_rfc3339

pytestmark = pytest.mark.programs


def run(name: str, *words: str, folder: Path, code: int = 0, **environ: str) -> str:
    """What the program NAME says, whose exit code must be CODE; without it the test fails."""
    program = shutil.which(name)
    assert program, f"{name} is not installed: .ci/run installs it"
    environment = os.environ | {"HOME": str(folder), "TZ": "UTC", "LC_ALL": "C.UTF-8"} | environ
    done = subprocess.run(
        [program, *words],
        cwd=folder,
        env=environment,
        text=True,
        capture_output=True,
        check=False,
        input="yes\n",
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def seconds(suptime: Suptime) -> int:
    return sum(unit["seconds"] for unit in suptime.units)


@pytest.fixture
def team(acme: Suptime) -> Suptime:
    acme.at("2026-11-22T18:00:00Z")
    return acme


@pytest.fixture
def timew(team: Suptime):
    database = team.home / "timew"
    database.mkdir()

    def call(*words: str) -> str:
        return run("timew", *words, folder=team.home, TIMEWARRIORDB=str(database))

    call("track", "2026-10-05T14:00:00Z", "-", "2026-10-05T15:10:07Z", "CASE-123", 'a "quoted" tag')
    call("annotate", "@1", 'Said "hello" # twice')
    call("track", "2026-11-01T05:30:00Z", "-", "2026-11-01T07:30:00Z", "CASE-124")
    return call


def total_of(exported: str) -> int:
    """The seconds of what timew exported, reckoned from its times."""
    spans = [(from_rfc3339(rfc(i["start"])), from_rfc3339(rfc(i["end"]))) for i in json.loads(exported)]
    return sum(end - start for start, end in spans)


def rfc(basic: str) -> str:
    """BASIC, such as 20261005T140000Z, as RFC 3339 has it."""
    return f"{basic[:4]}-{basic[4:6]}-{basic[6:11]}:{basic[11:13]}:{basic[13:]}"


def test_what_timewarrior_exports_comes_in_with_the_same_total(team: Suptime, timew):
    exported = timew("export")
    (team.home / "log.json").write_text(exported)
    team("import timewarrior log.json")
    assert seconds(team) == total_of(exported) == 4207 + 7200
    assert team.units[0]["note"] == 'Said "hello" # twice'


def test_the_data_of_timewarrior_are_the_same_intervals_as_its_export(team: Suptime, timew):
    (team.home / "log.json").write_text(timew("export"))
    team("import timewarrior log.json")
    files = sorted((team.home / "timew" / "data").glob("2026-*.data"))
    assert len(files) == 2
    for file in files:
        assert team(["import", "timewarrior", str(file), "--format", "json"]).json["import"]["equal"] == 1


def test_what_watson_recorded_comes_in_with_the_same_total(team: Suptime):
    def watson(*words: str) -> str:
        return run("watson", *words, folder=team.home, WATSON_DIR=str(team.home / "watson"))

    watson("add", "-f", "2026-10-05 14:00", "-t", "2026-10-05 15:30", "website", "+CASE-123")
    watson("add", "-f", "2026-10-06 14:00", "-t", "2026-10-06 14:20", "CASE-124")
    team("import watson watson/frames")
    told = json.loads(watson("report", "--json", "--from", "2026-10-01", "--to", "2026-10-31"))
    assert seconds(team) == told["time"] == 6600
    (team.home / "log.json").write_text(watson("log", "--json", "--from", "2026-10-01", "--to", "2026-10-31"))
    assert team("import watson log.json --format json").json["import"]["equal"] == 2


def test_a_timeclock_file_has_the_total_that_hledger_reads(team: Suptime):
    log = (
        "i 2026-10-05 09:00:00 acme:CASE-123  Layout\no 2026-10-05 10:30:15\n"
        "i 2026/10/06 23:30:00 acme:CASE-124\no 2026/10/07 00:10:00\n"
    )
    (team.home / "log.timeclock").write_text(log)
    hours = run("hledger", "-f", "log.timeclock", "balance", "-N", "--flat", "-O", "csv", folder=team.home)
    told = [line.split(",")[1].strip('"') for line in hours.splitlines()[1:]]
    team("import timeclock log.timeclock --timezone UTC")
    # hledger shows hundredths of an hour.
    assert told == ["1.50h", "0.67h"]
    assert [unit["seconds"] for unit in team.units] == [5415, 2400]


@pytest.fixture
def books(suptime: Suptime) -> Suptime:
    live(suptime)
    credit(suptime)
    return suptime


def test_hledger_reads_the_journal_and_finds_it_in_order(books: Suptime):
    books("export hledger --out books.journal")
    run("hledger", "-f", "books.journal", "check", "--strict", "ordereddates", folder=books.home)
    owed = run(
        "hledger", "-f", "books.journal", "balance", "-N", "--flat", "Prepaid", "-O", "csv", folder=books.home
    )
    assert owed.splitlines()[1:] == [
        '"Liabilities:Prepaid:Acme-hours-1","-50.00 USD"',
        '"Liabilities:Prepaid:Calls","-200.00 EUR"',
    ]


def test_ledger_reads_the_journal_and_comes_to_the_same(books: Suptime):
    books("export ledger --out books.ledger")
    owed = run(
        "ledger",
        "--pedantic",
        "-f",
        "books.ledger",
        "balance",
        "--flat",
        "--no-total",
        "Prepaid",
        folder=books.home,
    )
    assert [line.split() for line in owed.splitlines()] == [
        ["-50.00", "USD", "Liabilities:Prepaid:Acme-hours-1"],
        ["-200.00", "EUR", "Liabilities:Prepaid:Calls"],
    ]


def test_bean_check_has_nothing_to_say_against_the_beancount_file(books: Suptime):
    books("export beancount --out books.beancount")
    assert run("bean-check", "books.beancount", folder=books.home) == ""


def test_the_checkers_do_find_what_is_wrong(books: Suptime):
    for form, words in (("hledger", ["hledger", "check", "-f"]), ("beancount", ["bean-check"])):
        wrong = books(f"export {form}").out.replace("116.67 USD", "116.68 USD", 1)
        (books.home / form).write_text(wrong)
        run(*words, form, folder=books.home, code=1)
