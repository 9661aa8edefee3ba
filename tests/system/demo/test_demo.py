"""`suptime demo`: one command, and everything is there to see."""

import json
import os
import shlex
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from driving import Suptime

from suptime.app.upkeep.demo import CLOCK, MONTHS, WORTH_SEEING
from suptime.resources import folder

WORK = folder("sample_data") / "work.jsonl"


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory):
    """The demo, run as a user runs it: where it was, what it printed, and in which environment."""
    home = tmp_path_factory.mktemp("demo")
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("SUPTIME_", "XDG_"))}
    environ |= {"HOME": str(home), "TZ": "UTC", "COLUMNS": "80"}
    done = subprocess.run(
        [sys.executable, "-m", "suptime", "demo"],
        cwd=home, env=environ, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return home, done.stdout, environ


def test_it_shows_an_invoice_and_the_hours_report(shown):
    out = shown[1]
    assert "DRAFT INVOICE" in out
    assert "Lakeshore Realty Group" in out
    assert "PREPAID BALANCES" in out
    assert "forfeited" in out
    assert max(map(len, out.partition("Above:")[0].splitlines())) <= 80


def test_it_writes_every_months_invoices_and_the_last_months_in_every_format(shown):
    invoices = shown[0] / "suptime-demo" / "invoices"
    months = sorted(invoices.iterdir())
    assert (months[0].name, months[-1].name, len(months)) == ("2025-10", "2026-10", 13)
    for month in months[1:]:
        assert len(list(month.glob("*.txt"))) >= 4
        assert len(list(month.glob("*.html"))) >= 4
    last = invoices / "2026-10"
    clients = (
        "brightway", "fontaine", "kessler", "lakeshore", "mercato", "meridian", "milltown",
        "nordlicht", "orchard", "pinecrest", "relay", "westport",
    )  # fmt: skip
    names = {f"2026-10-{client}" for client in clients}  # Kestrel's fee is due in November
    for suffix in (".txt", ".html", ".md", ".json", ".csv"):
        assert {path.stem for path in last.glob(f"*{suffix}")} == names
    assert json.loads((last / "2026-10-kessler.json").read_text("utf-8"))["month"] == "2026-10"


def test_it_writes_the_reports_the_contracts_and_its_settings(shown):
    folder = shown[0] / "suptime-demo"
    assert {path.name for path in (folder / "reports").iterdir()} >= {
        "hours.txt", "hours.html", "time-by-case.txt", "time-by-client.csv", "time-by-agent.json"
    }  # fmt: skip
    assert len(list((folder / "contracts").glob("*.toml"))) == 18
    assert "Northgate Support" in (folder / "config.toml").read_text("utf-8")


def test_it_issues_pays_credits_and_reminds(shown):
    folder = shown[0] / "suptime-demo"
    asking = shown[2] | {
        "SUPTIME_DB": str(folder / "suptime.db"),
        "SUPTIME_CONFIG": str(folder / "config.toml"),
    }

    def listed(*words: str) -> list[dict[str, object]]:
        command = [sys.executable, "-m", "suptime", *words, "--format", "json"]
        done = subprocess.run(command, env=asking | {"SUPTIME_NOW": CLOCK}, capture_output=True, check=True)
        return json.loads(done.stdout)["invoices"]

    invoices = listed("invoice", "list")
    assert {one["month"] for one in invoices} == {"2025-10", *map(str, MONTHS[:-1])}
    states = Counter(one["state"] for one in invoices)
    assert states.pop("paid") > 90
    assert states == {"overdue": 2, "issued": 2, "part-paid": 1, "settled": 1}
    assert [path.name for path in (folder / "outbox").iterdir()] == ["R1.eml"]
    assert (folder / "reminders" / "R1.pdf").read_bytes().startswith(b"%PDF")


def test_the_page_shows_the_best_documents_first(shown):
    links = _Links()
    links.feed((shown[0] / "suptime-demo" / "index.html").read_text("utf-8"))
    assert links.found[:10] == [
        "reports/overview.html",
        "reports/overview.pdf",
        "invoices/2026-09/INV-2026-0083.html",
        "invoices/2026-09/INV-2026-0083.pdf",
        "invoices/2026-09/INV-2026-0083.html#worksheet-INV-2026-0083",
        "statements/kessler.html",
        "reports/week.html",
        "reports/week.pdf",
        "invoices/2026-09/INV-2026-0090.html",
        "reminders/R1.html",
    ]


class _Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in ("href", "src")]


def test_the_page_lists_every_client_and_report_and_its_links_lead_to_files(shown):
    folder = shown[0] / "suptime-demo"
    page = (folder / "index.html").read_text("utf-8")
    links = _Links()
    links.feed(page)
    assert all((folder / link.partition("#")[0]).is_file() for link in links.found)
    (anchored,) = [link for link in links.found if "#" in link]
    name, _, anchor = anchored.partition("#")
    assert f'id="{anchor}"' in (folder / name).read_text("utf-8")
    listed = {*links.found}
    files = {str(path.relative_to(folder)) for path in folder.rglob("*.html") if path.name != "index.html"}
    assert files <= listed
    assert {f"contracts/{path.name}" for path in (folder / "contracts").iterdir()} <= listed
    assert all(name in page for name in ("Nordlicht Telekom GmbH", "Support plan Basic", "Response times"))


def test_it_shows_one_of_each_kind_of_line_and_report(shown):
    folder = shown[0] / "suptime-demo"
    everything = "".join(path.read_text("utf-8") for path in (folder / "invoices").rglob("*.txt"))
    for kind in ("Incident", "Minutes", "Booked block", "Late", "yearly fee", "Covered by", "after hours"):
        assert kind in everything, kind
    assert {path.stem for path in (folder / "reports").glob("*.html")} >= {
        "hours", "response-clocks", "guarantees"
    }  # fmt: skip
    assert {path.stem for path in (folder / "statements").glob("*.html")} == {*WORTH_SEEING}
    assert "cheapest" in (folder / "reports" / "compare-lakeshore.txt").read_text("utf-8")
    assert "COST UNDER OTHER CONTRACTS" in shown[1]


def test_every_client_has_its_word_on_the_page():
    codes = {
        json.loads(line)["code"]
        for line in WORK.read_text("utf-8").splitlines()
        if '"client", "code"' in line
    }
    assert {*WORTH_SEEING} == codes


def test_what_it_says_to_try_next_works(shown):
    home, out, environ = shown
    lines = [line.strip() for line in out.partition("Try next")[2].splitlines()[1:]]
    exports = dict(shlex.split(line)[1].split("=", 1) for line in lines if line.startswith("export "))
    commands = [line for line in lines if line.startswith("suptime ")]
    assert set(exports) == {"SUPTIME_DB", "SUPTIME_CONFIG", "SUPTIME_NOW"}
    assert len(commands) >= 3
    for command in commands:
        words = [sys.executable, "-m", *shlex.split(command)]
        done = subprocess.run(words, cwd=home, env=environ | exports, capture_output=True, check=False)
        assert done.returncode == 0, (command, done.stderr)
        assert done.stdout


def test_a_second_run_replaces_its_own_files_and_leaves_others(shown):
    home, _, environ = shown
    folder = home / "suptime-demo"
    (home / "thesis.txt").write_text("mine")
    (folder / "mine.txt").write_text("kept")
    with (folder / ".suptime-demo").open("a") as own:
        own.write("../thesis.txt\n")  # A list changed by hand must take away nothing outside the folder.
    report = folder / "reports" / "hours.txt"
    before = report.read_bytes()
    report.write_text("changed")
    subprocess.run(
        [sys.executable, "-m", "suptime", "demo"], cwd=home, env=environ, check=True, capture_output=True
    )
    assert (folder / "mine.txt").read_text() == "kept"
    assert (home / "thesis.txt").read_text() == "mine"
    assert report.read_bytes() == before


def test_a_folder_with_something_else_in_it_is_refused(suptime: Suptime):
    suptime.set(SUPTIME_NOW=None)
    folder = suptime.home / "suptime-demo"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    done = suptime("demo", code=3)
    assert done.err == (
        "Error: The folder suptime-demo has other files in it.\nGive a new or an empty folder: --out DIR\n"
    )
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


def test_a_file_in_the_place_of_the_folder_is_refused(suptime: Suptime):
    suptime.set(SUPTIME_NOW=None)
    (suptime.home / "suptime-demo").write_text("mine")
    assert (
        suptime("demo", code=3).err
        == "Error: suptime-demo is not a folder.\nGive another folder: --out DIR\n"
    )


def test_a_clock_before_the_end_of_the_sample_is_refused(suptime: Suptime):
    suptime.at("2026-03-01T00:00:00Z")
    assert suptime("demo", code=2).err == (
        "Error: SUPTIME_NOW is before 31 October 2026, the end of the sample data.\n"
        "Unset SUPTIME_NOW, or set it to 2026-11-02T15:00:00Z.\n"
    )
    assert not Path(suptime.home / "suptime-demo").exists()
