"""`invoice show NUMBER --sent`: the bytes that were delivered, whatever templates do later."""

import hashlib
import json
import sqlite3

import pytest

NUMBER = "INV-2026-0001"
SHOW = f"invoice show {NUMBER} --sent"
NEXT_DAY = "2026-11-03T15:00:00Z"


def sql(firm, *statements):
    with sqlite3.connect(firm.database) as raw:
        for statement in statements:
            raw.execute(statement)
    raw.close()


def kept(firm, command=SHOW):
    """What programs are shown of the deliveries."""
    return firm(f"{command} --format json").json["deliveries"]


def states(firm):
    return [(one["delivery"], one["state"], one["recipient"]) for one in kept(firm)]


def raw(firm, what, more=""):
    return firm.suptime.process(f"{SHOW} --format {what} {more}", text=False).stdout


def found(firm):
    checks = firm("doctor --format json", code=5).json["doctor"]["checks"]
    return [f["text"] for c in checks if c["check"] == "sent" for f in c["findings"]]


def test_what_the_server_took_is_given_back_byte_for_byte(firm, server, box):
    firm(f"invoice send {NUMBER}")
    (one,) = kept(firm)
    assert (one["delivery"], one["state"], one["at"]) == (1, "sent", "2026-11-02T15:00:00Z")
    assert [(f["file"], f["type"]) for f in one["files"]] == [
        (f"{NUMBER}.eml", "message/rfc822"),
        (f"{NUMBER}.pdf", "application/pdf"),
    ]
    assert raw(firm, "message") == box.taken[0]
    assert one["files"][0]["sha256"] == hashlib.sha256(box.taken[0]).hexdigest() == firm.state()["digest"]


def test_a_changed_template_does_not_change_what_was_sent(firm):
    firm(f"invoice send {NUMBER} --outbox out")
    before = raw(firm, "pdf")
    firm.settings('[documents]\npaper = "letter"\n')
    firm("client edit acme --address 'Elsewhere 9'")
    assert raw(firm, "pdf") == before
    assert before.startswith(b"%PDF-")


def test_a_list_fits_a_terminal_and_names_every_file(firm):
    firm(f"invoice send {NUMBER} --outbox out")
    lines = firm(SHOW).out.splitlines()
    assert lines[0] == "Delivery 1, 2026-11-02 16:00 to ap@acme.example: written into the outbox"
    assert lines[1].split() == ["File", "Type", "Bytes", "SHA-256", "(start)"]
    assert [line.split()[0] for line in lines[2:]] == [f"{NUMBER}.eml", f"{NUMBER}.pdf"]
    assert max(map(len, lines)) <= 80


def test_files_are_written_into_a_folder(firm):
    firm(f"invoice send {NUMBER} --outbox out")
    assert firm(f"{SHOW} --out files").out == f"files/{NUMBER}.eml\nfiles/{NUMBER}.pdf\n"
    assert (firm.home / "files" / f"{NUMBER}.eml").read_bytes() == (
        firm.home / "out" / f"{NUMBER}.eml"
    ).read_bytes()
    digests = [f["sha256"] for f in kept(firm)[0]["files"]]
    paths = [firm.home / "files" / f"{NUMBER}.{end}" for end in ("eml", "pdf")]
    assert digests == [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
    assert firm(f"{SHOW} --format pdf --out one").out == f"one/{NUMBER}.pdf\n"


def test_the_newest_delivery_is_shown_and_older_ones_stay(firm):
    firm(f"invoice send {NUMBER} --outbox out")
    firm.at(NEXT_DAY)
    firm(f"invoice send {NUMBER} --outbox out --again --to boss@acme.example")
    assert states(firm) == [(2, "outbox", "boss@acme.example"), (1, "outbox", "ap@acme.example")]
    assert raw(firm, "message") == (firm.home / "out" / f"{NUMBER}-2.eml").read_bytes()
    first = (firm.home / "out" / f"{NUMBER}.eml").read_bytes()
    assert raw(firm, "message", "--delivery 1") == first
    assert firm(f"{SHOW} --delivery 3", code=3).err == (f"Error: {NUMBER} has no delivery 3.\nChoose 1, 2.\n")
    firm(f"invoice send {NUMBER} --sent")
    assert states(firm)[0] == (2, "sent", "boss@acme.example")


def test_what_may_have_arrived_is_kept_and_the_same_bytes_once(firm, server, box):
    box.after_data = "drop"
    firm(f"invoice send {NUMBER}", code=3)
    assert states(firm) == [(1, "unknown", "ap@acme.example")]
    box.after_data = None
    firm(f"invoice send {NUMBER} --again")
    assert states(firm) == [(2, "sent", "ap@acme.example"), (1, "unknown", "ap@acme.example")]
    with sqlite3.connect(firm.database) as connection:
        assert connection.execute("SELECT count(*) FROM sent_content").fetchone() == (1,)
    connection.close()


def test_what_was_refused_was_not_sent(firm, server, box):
    box.data_reply = "554 no"
    firm(f"invoice send {NUMBER}", code=3)
    assert firm(SHOW, code=3).err == (f"Error: {NUMBER} was not sent.\nTry: suptime invoice send {NUMBER}\n")
    box.data_reply = None
    firm(f"invoice send {NUMBER}")
    assert states(firm) == [(2, "sent", "ap@acme.example")]


def test_a_process_that_is_killed_keeps_what_may_have_left(firm, server, box):
    box.after_data = "hold"
    process = firm.suptime.spawn(f"invoice send {NUMBER}")
    box.wait_until(lambda: box.seen)
    process.kill()
    process.wait()
    box.after_data = None
    assert states(firm) == [(1, "sending", "ap@acme.example")]
    firm.at(NEXT_DAY)
    assert states(firm) == [(1, "unknown", "ap@acme.example")]
    # Another message takes its place: the one that may have arrived stays.
    firm(f"invoice send {NUMBER} --again --to boss@acme.example")
    assert states(firm) == [(2, "sent", "boss@acme.example"), (1, "unknown", "ap@acme.example")]
    assert raw(firm, "message", "--delivery 1") == box.seen[0]
    assert kept(firm)[1]["at"] == "2026-11-02T15:00:00Z"


def test_an_invoice_marked_by_hand_and_one_of_an_older_version_have_no_copy(firm):
    firm(f"invoice send {NUMBER} --sent")
    assert firm(SHOW, code=3).err == (
        f"Error: {NUMBER} was marked as delivered by hand, so there is no copy.\n"
        f"Try: suptime invoice show {NUMBER}\n"
    )
    firm("invoice send INV-2026-0002 --outbox out")
    sql(firm, "DELETE FROM delivery", "DELETE FROM sent_content")
    assert firm("invoice show INV-2026-0002 --sent", code=3).err.startswith(
        "Error: There is no copy of INV-2026-0002 as sent. It was sent by an older version,"
    )
    assert firm("invoice show INV-2026-0003 --sent", code=3).err.startswith(
        "Error: INV-2026-0003 was not sent.\n"
    )


def test_the_setting_turns_copies_off(firm):
    firm("config set documents.keep_sent false")
    assert firm("config get documents.keep_sent").out == "false\n"
    firm(f"invoice send {NUMBER} --outbox out")
    assert "documents.keep_sent was false" in firm(SHOW, code=3).err
    firm("config set documents.keep_sent true")
    firm("invoice send INV-2026-0002 --outbox out")
    assert firm("invoice show INV-2026-0002 --sent").out.startswith("Delivery 1")
    assert firm("config set documents.keep_sent perhaps", code=2).err == (
        'Error: documents.keep_sent cannot be "perhaps".\nWrite true or false.\n'
    )


def test_without_sent_the_invoice_itself_is_written(firm):
    assert firm(f"invoice show {NUMBER} --format csv --out x").out == f"x/{NUMBER}.csv\n"
    written = (firm.home / "x" / f"{NUMBER}.csv").read_bytes().decode()
    assert written == firm(f"invoice show {NUMBER} --format csv").out


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (f"invoice show {NUMBER} --delivery 1", 2, "--delivery requires --sent."),
        (f"invoice show {NUMBER} --format message", 2, "--format message requires --sent."),
        (f"{SHOW} --language de", 2, "--language cannot be used with --sent: sent files do not change."),
        (
            f"{SHOW} --format xml",
            3,
            f"No xml file was sent with {NUMBER}. Delivery 1 has: {NUMBER}.eml, {NUMBER}.pdf.",
        ),
        (f"{SHOW} --format yaml", 2, "Unknown invoice format 'yaml'."),
    ],
)
def test_what_does_not_go_together_is_refused(firm, command, code, said):
    firm(f"invoice send {NUMBER} --outbox out")
    assert firm(command, code=code).err.splitlines()[0] == f"Error: {said}"


def test_doctor_finds_copies_that_are_damaged_or_of_something_else(firm):
    for serial in (1, 2, 3):
        firm(f"invoice send INV-2026-000{serial} --outbox out")
    with sqlite3.connect(firm.database) as connection:
        digests = [row[0] for row in connection.execute("SELECT digest FROM delivery ORDER BY id")]
    connection.close()
    sql(
        firm,
        f"UPDATE sent_content SET packed = x'ffff' WHERE digest = '{digests[0]}'",
        f"UPDATE sent_content SET size = size + 1 WHERE digest = '{digests[1]}'",
        f"UPDATE delivery SET digest = '{digests[1]}' WHERE digest = '{digests[2]}'",
    )
    assert found(firm) == [
        f"The copy of delivery 1 of {NUMBER} cannot be decompressed.",
        *[
            f"The copy of delivery 1 of INV-2026-000{serial} does not have the {size} bytes that were delivered."
            for serial, size in ((2, _size(firm, digests[1])), (3, _size(firm, digests[1])))
        ],
        "The copy of delivery 1 of INV-2026-0003 is not a copy of the sent message: its digest differs.",
        f"The sent message {digests[2][:16]} belongs to no delivery.",
    ]
    assert firm(SHOW, code=5).err.startswith(
        f"Error: The copy of delivery 1 of {NUMBER} is damaged: it cannot"
    )


def _size(firm, digest):
    with sqlite3.connect(firm.database) as connection:
        (size,) = connection.execute(f"SELECT size FROM sent_content WHERE digest = '{digest}'").fetchone()
    connection.close()
    return size


def test_copies_go_out_and_come_in_and_are_checked(firm):
    firm(f"invoice send {NUMBER} --outbox out")
    before = raw(firm, "message")
    firm("export suptime --out all.jsonl")
    lines = (firm.home / "all.jsonl").read_text().splitlines()
    (record,) = (json.loads(line) for line in lines if '"type": "delivery"' in line)
    assert (record["invoice"], record["attempt"], record["state"]) == (NUMBER, 1, "outbox")
    wrong = json.dumps(record | {"digest": "0" * 64})
    (firm.home / "wrong.jsonl").write_text(
        "\n".join(wrong if '"type": "delivery"' in line else line for line in lines)
    )
    firm.suptime.on("other.db")
    assert (
        "does not have the digest of the bytes that were delivered."
        in firm("import suptime wrong.jsonl", code=2).err
    )
    firm("import suptime all.jsonl")
    assert raw(firm, "message") == before
    firm("export suptime --out again.jsonl")
    assert (firm.home / "again.jsonl").read_bytes() == (firm.home / "all.jsonl").read_bytes()
    assert "nothing new" in firm("import suptime all.jsonl").out
    firm("doctor")


def test_the_audit_row_has_the_digest_and_undo_refuses(firm):
    firm(f"invoice send {NUMBER} --outbox out")
    with sqlite3.connect(firm.database) as connection:
        (after,) = connection.execute("SELECT after_json FROM audit WHERE entity = 'delivery'").fetchone()
    connection.close()
    assert json.loads(after)["digest"] == firm.state()["digest"]
    assert len(after) < 300
    assert f"It is about {NUMBER}." in firm("undo", code=3).err
