"""Hours, time and explain: what they say, and that they fit."""

import re

import pytest
from rich.cells import cell_len

import documents
from suptime.documents import BINARY, formats, render
from suptime.documents.explain import pieces_of
from suptime.documents.hours import expires


@pytest.mark.parametrize("kind", documents.REPORTS)
@pytest.mark.parametrize("cells", [60, 80, 120])
def test_no_line_of_a_report_is_wider_than_asked(kind, cells):
    for line in render(kind, "text", documents.REPORTS[kind](), width=cells).decode().splitlines():
        assert cell_len(line) <= cells, line


@pytest.mark.parametrize(
    ("kind", "output"),
    [(kind, out) for kind in documents.REPORTS for out in formats(kind) if out not in BINARY],
)
def test_hostile_text_is_inert_in_every_report(kind, output):
    document = documents.REPORTS[kind]()
    if kind == "hours":
        document["balances"][0] |= {"client_name": documents.HOSTILE, "title": documents.HOSTILE}
    if kind == "time":
        document["rows"][0]["key"] = documents.HOSTILE
    for row in document.get("cases", []):
        row |= {"subject": documents.HOSTILE, "client_name": documents.HOSTILE, "reason": documents.HOSTILE}
    for row in document.get("projects", []):
        row |= {"project": documents.HOSTILE, "client_name": documents.HOSTILE, "title": documents.HOSTILE}
        for case in row["cases"]:
            case["subject"] = documents.HOSTILE
    if kind == "compare":
        document["client_name"] = document["plans"][0]["title"] = documents.HOSTILE
        document["plans"][0]["file"] = documents.HOSTILE
    if kind == "estimate":
        document["subject"] = document["client_name"] = document["consent"][0] = documents.HOSTILE
    for row in [*document.get("burndowns", []), *document.get("by_category", []), *document.get("rows", [])]:
        row |= {key: documents.HOSTILE for key in ("client_name", "title", "key") if key in row}
    if kind == "overview":
        for balance in document["hours"]["balances"]:
            balance["client_name"] = documents.HOSTILE
    if kind == "week":
        document["agents"][0]["agent"] = documents.HOSTILE
        document["agents"][0]["days"][4]["spans"][0] |= {
            "client": documents.HOSTILE,
            "case": documents.HOSTILE,
        }
    if kind == "explain":
        document["subject"] = document["work"][0]["note"] = documents.HOSTILE
    made = render(kind, output, document).decode()
    if output == "tsv":
        assert len({line.count("\t") for line in made.splitlines()}) == 1
        made = made.replace("\t", "")
    assert not re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", made)
    if output == "html":
        assert "<script" not in made
    if output == "csv":
        assert '"=SUM' not in made


def test_a_report_without_rows_says_so():
    assert b"There are no prepaid purchases." in render("hours", "text", documents.hours() | {"balances": []})
    assert b"There are no prepaid purchases." in render("hours", "html", documents.hours() | {"balances": []})
    assert b"No time was worked." in render("time", "text", documents.time_report() | {"rows": []})
    for output in ("text", "html"):
        assert b"No case with a response time." in render("sla", output, documents.sla() | {"cases": []})
        none = documents.guarantee() | {"projects": []}
        assert b"No project is guaranteed by a contract." in render("guarantee", output, none)
    bare = documents.explain() | {"work": [], "lines": [], "appointments": []}
    assert b"No time was worked." in render("explain", "text", bare)


@pytest.mark.parametrize(
    ("valid_through", "remaining", "said"),
    [
        (None, 10, "does not expire"),
        ("2026-10-30", 0, "expired"),
        ("2026-10-31", 10, "last day today"),
        ("2026-11-01", 10, "expires in 1 day"),
        ("2026-12-30", 10, "expires in 60 days"),
        ("2026-12-30", 0, "used up"),
    ],
)
def test_expiry_is_told_from_the_day_of_the_report(valid_through, remaining, said):
    assert expires({"valid_through": valid_through, "remaining": remaining}, "2026-10-31") == said


def test_pieces_of_time_have_the_clock_times_of_the_zone_across_a_clock_change():
    share = {"outcome": "chargeable", "clause": "billable", "reason": ""}
    work = {
        "started_at": "2026-11-01T04:30:00Z",
        "shares": [share | {"seconds": 1800}, share | {"seconds": 7200}, share | {"seconds": 3600}],
    }
    found = [(piece["date"], piece["start"], piece["end"]) for piece in pieces_of([work], "America/Chicago")]
    assert found == [
        ("2026-10-31", "23:30", "00:00"),
        ("2026-11-01", "00:00", "01:00-06:00"),  # two hours: clocks went back at two
        ("2026-11-01", "01:00-06:00", "02:00"),
    ]
