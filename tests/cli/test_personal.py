"""`suptime contact export` and `suptime contact erase`: everything held about a person, and its erasure."""

import json
import os
import pty
import sqlite3
import stat

import pytest

MAIL = """\
From: Jo Doe <jo@acme.example>
To: support@firm.example
Subject: The mouse is broken
Message-ID: <1@mail.acme.example>
Date: Tue, 01 Sep 2026 10:00:00 +0000

Hello, my mouse is broken. Call me: 555-1234. Jo Doe
"""
CONTRACT = """
[contract]
code = "acme-ps"
title = "Professional services"
currency = "USD"
timezone = "America/Chicago"
starts_on = 2026-01-01
[prices]
hour = "150.00"
[consent]
required = true
"""
PERSONAL = [b"jo@acme", b"jo doe", b"555-1234"]


@pytest.fixture
def firm(suptime):
    """Jo, who may open cases of acme, in every place that can name a contact; nothing is issued."""
    (suptime.home / "k.toml").write_text(CONTRACT)
    (suptime.home / "m.eml").write_text(MAIL)
    for line in (
        "client add acme --name Acme --email billing@acme.example",
        "contract add acme k.toml",
        "contact add acme Jo@Acme.example --name 'Jo Doe'",
        "contact add acme mojo@acme.example --name 'Ann Poe'",
        "case open --client acme --contact jo@acme.example --subject 'Printer of Jo Doe' --at '2026-09-01 08:00'",
        "case consent CASE-1 --by JO@acme.example --up-to 5h --at '2026-09-01 08:00'",
        "log CASE-1 --from '2026-09-02 09:00' --to '2026-09-02 10:00' --note 'Called jo  doe (JO@acme.example)'",
        "case open --client acme --from-email m.eml",
        "case open --client acme --contact mojo@acme.example --subject 'For mojo@acme.example' --at '2026-09-03 08:00'",
        "case consent CASE-3 --by 'Ann Poe' --at '2026-09-03 08:00'",
        "log CASE-3 --from '2026-09-03 09:00' --to '2026-09-03 09:20' --note 'Not of jo@acme.example.org'",
    ):
        suptime(line)
    return suptime


def bytes_of(suptime):
    files = [suptime.database.with_name(suptime.database.name + end) for end in ("", "-wal")]
    return b"".join(file.read_bytes() for file in files if file.exists()).lower()


def without_others(data):
    """The data without addresses of other people that only look alike."""
    return data.replace(b"jo@acme.example.org", b"").replace(b"mojo@acme.example", b"")


def held(suptime, email="jo@acme.example"):
    return suptime(f"contact export {email}").json["held"]


def rated(suptime):
    """The draft of September, its texts apart."""
    (invoice,) = suptime("invoice --month 2026-09 --format json").json["invoices"]
    lines = [line for case in invoice["cases"] for line in case["lines"]]
    for line in lines:
        line.pop("description")
    return lines, invoice["time"], invoice["totals"]


def test_an_export_names_every_place_that_holds_something(firm):
    found = firm("contact export JO@ACME.example").json
    assert found["person"] == {"email": "JO@ACME.example", "names": ["Jo Doe"]}
    places = [(one["held_in"], one["id"]) for one in found["held"] if one["held_in"] != "audit"]
    assert places == [
        ("contact", "1"),
        ("case", "CASE-1"),
        ("case", "CASE-2"),
        ("event", "1"),
        ("message", "M1"),
        ("message", "M2"),
        ("unit", "U1"),
    ]
    message = found["held"][4]
    assert message["holds"]["body"].startswith("Hello, my mouse is broken.")
    assert message["at"] == "2026-10-05T14:00:00Z"  # when it came in; its `Date` dates nothing
    assert {one["command"] for one in found["held"] if one["held_in"] == "audit"} == {
        "contact add",
        "case open",
        "case consent",
        "log",
    }
    assert all(one["stays"] is None for one in found["held"])
    assert "m.eml" in found["files"]


def test_an_export_goes_into_a_file_of_its_owner_alone(firm):
    said = firm("contact export jo@acme.example --out jo.json").out
    assert said == "Wrote 14 records about jo@acme.example to jo.json.\n"
    assert json.loads((firm.home / "jo.json").read_text())["person"]["names"] == ["Jo Doe"]
    assert stat.S_IMODE((firm.home / "jo.json").stat().st_mode) == 0o600


def test_nothing_held_is_exit_3_and_no_address_exit_2(firm):
    assert "There is no data about bo@acme.example." in firm("contact export bo@acme.example", code=3).err
    assert "not an e-mail address" in firm("contact export bo", code=2).err
    assert "not an e-mail address" in firm("contact erase bo --yes", code=2).err


def test_an_erasure_leaves_no_byte_in_the_file_and_changes_no_charge(firm):
    before = rated(firm)
    assert all(word in bytes_of(firm) for word in PERSONAL)
    firm("contact erase JO@acme.example --yes")
    left = without_others(bytes_of(firm))
    assert [word for word in PERSONAL if word in left] == []
    assert rated(firm) == before
    assert firm("doctor").out.endswith("No damage found.\n")
    assert "There is no data" in firm("contact export jo@acme.example", code=3).err


def test_what_is_anothers_stays(firm):
    firm("contact erase jo@acme.example --yes")
    assert [c["email"] for c in firm("contact list --format json").json["contacts"]] == ["mojo@acme.example"]
    case = firm("case show CASE-3 --format json").json["case"]
    assert (case["subject"], case["contact"]) == ("For mojo@acme.example", "mojo@acme.example")
    assert [unit["note"] for unit in firm.units] == [
        "Called erased-1 (erased-1)",
        "Not of jo@acme.example.org",
    ]


def test_the_marker_stands_where_the_person_stood(firm):
    done = firm("contact erase jo@acme.example --yes --format json").json["erasure"]
    assert (done["done"], done["marker"], done["overwritten"], done["stays"]) == (True, "erased-1", True, [])
    case = firm("case show CASE-1 --format json").json["case"]
    assert (case["subject"], case["contact"]) == ("Printer of erased-1", "erased-1")
    with sqlite3.connect(firm.database) as db:
        assert db.execute("SELECT by_whom, at, up_to_seconds FROM case_event WHERE id = 1").fetchone() == (
            "erased-1",
            1788249600,
            18000,
        )
        sender, subject, body, attachments, known = db.execute(
            "SELECT sender, subject, body, attachments, message_id FROM message WHERE id = 1"
        ).fetchone()
        assert (sender, subject, body, attachments) == ("erased-1", "erased-1", "erased-1", "[]")
    db.close()
    # The mark of the message stays, so the same file does not bring the data back.
    assert known == "<1@mail.acme.example>"
    firm("case open --client acme --from-email m.eml")
    assert "There is no data" in firm("contact export jo@acme.example", code=3).err


def test_a_second_erasure_does_nothing_and_says_so(firm):
    firm("contact erase jo@acme.example --yes")
    rows = firm.rows()
    again = firm("contact erase jo@acme.example --yes")
    assert again.out.startswith("There is no data about jo@acme.example.\n")
    assert again.out.endswith("There was nothing to erase.\n")
    assert firm.rows() == rows


def test_without_a_terminal_it_must_be_confirmed(firm):
    rows = firm.rows()
    refused = firm("contact erase jo@acme.example", code=2)
    assert "the contact Jo@Acme.example of acme" in refused.out
    assert refused.err.endswith("so it must be confirmed.\nAdd --yes.\n")
    plan = firm("contact erase jo@acme.example --format json", code=2).json["erasure"]
    assert (plan["done"], plan["marker"], plan["audit_rows_replaced"]) == (False, None, 7)
    assert firm.rows() == rows


@pytest.mark.parametrize(("answer", "left"), [(b"n\n", True), (b"y\n", False)])
def test_on_a_terminal_it_asks(firm, answer, left):
    ours, theirs = pty.openpty()
    os.write(ours, answer)
    ran = firm.process("contact erase jo@acme.example", stdin=theirs, stderr=theirs, capture_output=False)
    os.close(theirs)
    said = os.read(ours, 10_000).decode()
    os.close(ours)
    assert ran.returncode == 0
    assert "Erase it? This cannot be undone. [y/N]:" in said
    assert ("Nothing was erased." in said) is left
    assert (b"jo@acme.example" in without_others(bytes_of(firm))) is left


def test_what_was_issued_stays_and_is_named_with_its_reason(firm):
    firm("invoice --month 2026-09 --issue")
    shown = firm("invoice show INV-2026-0001 --format json").json
    done = firm("contact erase jo@acme.example --yes")
    assert "INV-2026-0001: an issued document, which must stay as it was issued" in done.out
    assert firm("invoice show INV-2026-0001 --format json").json == shown
    assert firm("doctor").out.endswith("No damage found.\n")
    (one,) = held(firm)
    assert (one["held_in"], one["id"], one["stays"]) == (
        "invoice",
        "INV-2026-0001",
        "an issued document, which must stay as it was issued",
    )


def test_a_clients_own_record_and_deliveries_stay(firm):
    firm("client edit acme --email jo@acme.example")
    firm("invoice --month 2026-09 --issue")
    firm("invoice send INV-2026-0001 --sent")
    done = firm("contact erase jo@acme.example --yes --format json").json["erasure"]
    stays = {(one["held_in"], one["id"]) for one in done["stays"]}
    assert {("client", "acme"), ("invoice", "INV-2026-0001")} <= stays
    assert any("suptime client edit" in one["reason"] for one in done["stays"])
    # Once the client's record names somebody else, its history is erased, too.
    firm("client edit acme --email billing@acme.example")
    again = firm("contact erase jo@acme.example --yes --format json").json["erasure"]
    assert again["marker"] == "erased-2"
    assert "client" not in {one["held_in"] for one in again["stays"]}
    assert firm("doctor").out.endswith("No damage found.\n")


def test_an_erasure_cannot_be_undone_nor_what_it_erased(firm):
    firm.set(SUPTIME_AGENT="ben")
    firm("log CASE-1 20m --note 'For Jo Doe'")
    firm.set(SUPTIME_AGENT="ana")
    firm("contact erase jo@acme.example --yes")
    assert firm("undo", code=3).err == (
        "Error: `contact erase` cannot be undone: the erased personal data is not kept anywhere."
        " The changes before it cannot be undone either.\n"
        "Correct those by a new change, for example with `suptime edit`.\n"
    )
    firm.set(SUPTIME_AGENT="ben")
    assert (
        "`log` cannot be undone: personal data in its record of U3 was erased since."
        in firm("undo", code=3).err
    )
    firm("log CASE-1 --from '2026-10-04 09:00' --to '2026-10-04 09:10'")
    firm("undo")


def test_a_namesake_keeps_the_name(firm):
    firm("contact add acme jo2@acme.example --name 'Jo Doe'")
    done = firm("contact erase jo@acme.example --yes")
    assert "acme has or had another contact with the name Jo Doe" in done.err
    assert firm("case show CASE-1 --format json").json["case"]["subject"] == "Printer of Jo Doe"


def test_a_contact_that_was_removed_before_is_erased_from_the_trail(firm):
    firm("contact remove acme jo@acme.example")
    firm("contact erase jo@acme.example --yes")
    assert b"jo doe" not in bytes_of(firm)


def test_an_export_of_everything_and_its_import_keep_the_proof(firm):
    firm("contact erase jo@acme.example --yes")
    firm("export suptime --out all.jsonl")
    firm("backup copy.db")
    heads = firm("doctor --format json").json["doctor"]["trails"]
    for database, command in (("other.db", "import suptime all.jsonl"), ("copy.db", "doctor")):
        firm.on(database)
        firm(command)
        found = firm("doctor --format json").json["doctor"]
        assert (found["damaged"], found["trails"]) == (False, heads)
    assert b"jo@acme" not in without_others((firm.home / "all.jsonl").read_bytes())


def test_an_open_reader_is_told_of(firm):
    reader = sqlite3.connect(firm.database)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM message").fetchall()
    done = firm.process(["contact", "erase", "jo@acme.example", "--yes", "--format", "json"])
    reader.close()
    assert done.returncode == 0
    assert json.loads(done.stdout)["erasure"]["overwritten"] is False
    assert "Another program has the database open" in done.stderr
