"""What goes out comes in again: the same records, the same bytes."""

import io
import json
from pathlib import Path

import pytest
from driving import Suptime
from good_file import GOOD

from stores import new_store
from suptime.app.exchange.records import export_suptime, import_suptime
from suptime.domain.time import from_rfc3339

NOW = from_rfc3339("2026-10-05T14:00:00Z")


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.jsonl"
    path.write_text("\ufeff" + "\r\n".join([*GOOD, ""]), "utf-8", newline="")
    return path


def test_export_import_export_gives_the_same_bytes_with_its_audit_trail(acme: Suptime):
    acme("log CASE-123 30m --from '2026-10-05 09:00' --note 'Größe \"12\", 日本'")
    acme("start CASE-124")
    acme("export suptime --out first.jsonl")
    first = (acme.home / "first.jsonl").read_bytes()
    acme.on("other.db")
    acme("import suptime first.jsonl")
    acme("export suptime --out second.jsonl")
    assert (acme.home / "second.jsonl").read_bytes() == first
    assert acme("export suptime").out.encode() == first
    audit = [json.loads(line) for line in first.decode().splitlines() if '"type": "audit"' in line]
    assert {row["command"] for row in audit} >= {"client add", "contract add", "case open", "start"}


def test_prices_and_purchases_of_every_unit_go_out_and_come_in_and_are_what_they_were(acme: Suptime):
    contracts = Path(__file__).parent.parent / "scenarios" / "contracts"
    for name in ("pack.toml", "minute.toml", "prepaid.toml"):
        acme(["contract", "add", "acme", str(contracts / name)])
    acme("price set acme-ps hour 180.5 --from 2026-11-01")
    acme("price set relay-pack incident 80 --from 2026-10-02")
    acme("prepaid add lakeside-1on1 90m --on 2026-10-01")
    acme("prepaid add lakeside-1on1 9h --on 2026-10-01")
    acme("prepaid void P1")
    acme("prepaid add relay-pack 5 --on 2026-10-02 --price 350")
    acme("prepaid add mill-minute 30 --on 2026-10-03")
    acme("export suptime --out first.jsonl")
    acme.on("other.db")
    acme("import suptime first.jsonl")
    acme("export suptime --out second.jsonl")
    acme("import suptime first.jsonl")
    first = (acme.home / "first.jsonl").read_bytes()
    assert (acme.home / "second.jsonl").read_bytes() == first
    records = [json.loads(line) for line in first.decode().splitlines()]
    assert [r for r in records if r["type"] in {"price", "purchase"}] == [
        {"type": "price", "id": 1, "contract": "acme-ps", "item": "hour", "amount": "180.5", "from": "2026-11-01"},
        {"type": "price", "id": 2, "contract": "relay-pack", "item": "incident", "amount": "80", "from": "2026-10-02"},
        {"type": "purchase", "id": "P1", "contract": "lakeside-1on1", "quantity": "1h30m", "on": "2026-10-01",
         "price": None, "voided_at": "2026-10-05T14:00:00Z"},
        {"type": "purchase", "id": "P2", "contract": "lakeside-1on1", "quantity": "9h", "on": "2026-10-01",
         "price": None},
        {"type": "purchase", "id": "P3", "contract": "relay-pack", "quantity": "5", "on": "2026-10-02",
         "price": "350.00"},
        {"type": "purchase", "id": "P4", "contract": "mill-minute", "quantity": "30.00", "on": "2026-10-03",
         "price": None},
    ]  # fmt: skip
    assert [p["id"] for p in acme("prepaid list --format json").json["purchases"]] == ["P2", "P4", "P3"]


def test_what_was_done_before_the_export_can_be_undone_after_the_import(acme: Suptime):
    acme("log CASE-123 30m --from '2026-10-05 09:00'")
    acme("export suptime --out first.jsonl")
    acme.on("other.db")
    acme("import suptime first.jsonl")
    acme("undo")
    assert acme("list --format json").json["units"] == []


def test_a_file_with_byte_order_mark_and_windows_line_ends_comes_in(suptime: Suptime, good: Path):
    done = suptime(["import", "suptime", str(good)])
    assert done.out == (
        "Imported 2 clients, 2 contract versions, 1 price, 1 project, 2 purchases, 4 cases, 6 events, "
        "1 appointment, 3 units and 1 message.\n"
    )


def test_the_same_file_again_changes_nothing(suptime: Suptime, good: Path):
    suptime(["import", "suptime", str(good)])
    before = suptime("export suptime").out
    again = suptime(["import", "suptime", str(good)])
    assert again.out == "Imported nothing new. Already imported: 23 records.\n"
    assert suptime("export suptime").out == before


def test_an_import_into_a_filled_database_leaves_its_digest_and_one_of_each_record(acme: Suptime):
    before = acme("export suptime").out.splitlines()
    (acme.home / "more.jsonl").write_text(
        '{"type": "client", "code": "birch", "name": "Birch"}\n{"type": "client", "code": "cedar", "name": "Cedar"}\n'
    )
    done = acme("import suptime more.jsonl --format json").json["import"]
    assert done["written"] is True
    assert done["added"] == {"client": 2}
    added = [json.loads(line) for line in acme("export suptime").out.splitlines() if line not in before]
    audit = [row for row in added if row["type"] == "audit"]
    assert [(row["entity"], row["key"]) for row in audit] == [
        ("import", done["sha256"]),
        ("recorded", "client"),
    ]
    assert done["sha256"] in audit[0]["after"]
    assert json.loads(audit[1]["after"])["keys"] == ["birch", "cedar"]


def test_bad_lines_are_listed_as_file_and_line_and_the_exit_code_is_2(suptime: Suptime):
    (suptime.home / "bad.jsonl").write_text(
        '{"type": "client", "code": "birch"}\n{"type": "unit", "case": 7}\n'
    )
    done = suptime("import suptime bad.jsonl", code=2)
    assert done.err.splitlines() == [
        "bad.jsonl:1: client.name: is missing.",
        "bad.jsonl:2: unit.agent: is missing.",
        "bad.jsonl:2: unit.case: expected a case number such as CASE-7, with 9 digits at most in CASE-<n>, in quotes, found 7.",
        "bad.jsonl:2: unit.ended_at: is missing.",
        "bad.jsonl:2: unit.started_at: is missing.",
        "Error: bad.jsonl has 5 faults, so nothing was imported.",
        "Correct the file, or skip the bad lines with --skip-bad.",
    ]


def test_skip_bad_says_what_it_left_out(suptime: Suptime):
    (suptime.home / "bad.jsonl").write_text('{"type": "client", "code": "birch", "name": "Birch"}\n{}\n')
    done = suptime("import suptime bad.jsonl --skip-bad")
    assert done.err == 'bad.jsonl:2: type: is missing; expected a type such as "unit".\n'
    assert done.out == "Imported 1 client. Left out 1 bad line, listed above.\n"


def test_a_dry_run_is_named_as_such(suptime: Suptime, good: Path):
    said = suptime(["import", "suptime", str(good), "--dry-run"]).out
    assert said.startswith("Would import 2 clients, ")
    assert suptime("case list --format json").json == {"cases": []}


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (
            "import sup x.csv",
            'Error: Unknown format "sup" for import.\nChoose suptime, timewarrior, watson, toggl, harvest, clockify, kimai, timeclock, csv, freshdesk, jira, tempo, zendesk, zammad, redmine, gitlab, ics.\n',
        ),
        (
            "export toggl",
            'Error: Unknown format "toggl" for export.\nChoose suptime, csv, jsonl, timeclock, ics, ledger, hledger, beancount, xero, quickbooks, datev.\n',
        ),
        (
            "import suptime none.jsonl",
            "Error: Cannot read none.jsonl: No such file or directory.\nGive an existing file.\n",
        ),
        (
            "export suptime --out no/all.jsonl",
            "Error: no/all.jsonl: No such file or directory.\nGive a file that can be written.\n",
        ),
    ],
)
def test_what_cannot_be_read_or_written_is_named(suptime: Suptime, command: str, says: str):
    assert suptime(command, code=2).err == says


def test_ids_are_kept_where_they_are_given_and_dealt_out_where_not(suptime: Suptime):
    lines = [line.replace('"id": "U1", ', "").replace("U3", "U70") for line in GOOD]
    (suptime.home / "x.jsonl").write_text("\n".join(lines))
    suptime("import suptime x.jsonl")
    ids = {unit["case"]: unit["id"] for unit in suptime("list --format json").json["units"]}
    assert (ids["CASE-3"], ids["CASE-4"]) == ("U2", "U70")
    assert ids["CASE-1"] not in {"U2", "U70"}


def test_order_of_work_in_a_file_does_not_matter(tmp_path: Path):
    cut = next(n for n, line in enumerate(GOOD) if '"type": "unit"' in line)
    outs = []
    for number, lines in enumerate((GOOD, [*GOOD[:cut], *reversed(GOOD[cut:])])):
        with new_store(tmp_path / f"{number}.db") as store:
            done = import_suptime(store, io.BytesIO("\n".join(lines).encode()), now=NOW, agent="ana")
            assert not done.faults
            outs.append([line for line in export_suptime(store) if '"entity": "import"' not in line])
    # The audit trail has the digest of each file, and the same digests of what came in.
    bare = [[line.partition(', "hash"')[0] for line in out] for out in outs]
    assert bare[0] == bare[1]
    assert any('"entity": "recorded"' in line for line in bare[0])
