"""`case open --from-email`: a message opens a case or is added to one, and is acknowledged (A1)."""

import json
import shutil
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from driving import HOURLY

MESSAGES = Path(__file__).parents[2] / "interchange" / "mail" / "messages"
WORDS = """
[classification.suggest]
general-information = ["can I/we", "can"]
configuration = ["create a campaign", "switch off a filter"]
"""


@pytest.fixture
def desk(suptime):
    """acme, whose addresses end in acme.example, and zeta; the messages lie in the working folder."""
    for path in MESSAGES.glob("*.eml"):
        shutil.copy(path, suptime.home)
    (suptime.home / "hourly.toml").write_text(HOURLY + WORDS)
    (suptime.home / "zeta.toml").write_text(HOURLY.replace("acme-ps", "zeta-ps"))
    suptime("client add acme --name 'Acme Leads' --email office@acme.example --timezone America/Chicago")
    suptime("contract add acme hourly.toml")
    suptime("client add zeta --name Zeta --email info@zeta.example --timezone UTC")
    suptime("contract add zeta zeta.toml")
    suptime.at("2026-10-05T18:00:00Z")
    return suptime


def outbox(desk):
    folder = desk.home / ".data" / "suptime" / "outbox"
    return sorted(folder.iterdir()) if folder.exists() else []


def opened(desk, name, options=""):
    return desk(f"case open --from-email {name}.eml {options} --format json").json


def message(desk, **headers):
    lines = {"from": "jo@acme.example", "subject": "Hello", "message-id": "<m@acme.example>"} | {
        key.replace("_", "-"): value for key, value in headers.items()
    }
    text = "".join(f"{key}: {value}\n" for key, value in lines.items() if value is not None)
    (desk.home / "made.eml").write_bytes(f"{text}\nText\n".encode())
    return "made"


def test_a_message_opens_the_next_case_with_its_contact_subject_date_and_channel(desk):
    done = opened(desk, "plain")
    case = done["case"]
    assert {
        key: case[key] for key in ("case", "client", "subject", "contact", "via", "opened_at", "category")
    } == {
        "case": "CASE-1",
        "client": "acme",
        "subject": "Create a campaign for us",
        "contact": "jo@acme.example",
        "via": "email",
        "opened_at": "2026-10-05T14:20:03Z",  # by the Received header, three seconds after it was sent
        "category": "configuration",
    }
    assert done["message"] | {"body": ""} == {
        "id": 1,
        "case": "CASE-1",
        "direction": "in",
        "at": "2026-10-05T14:20:03Z",
        "received_at": "2026-10-05T14:20:03Z",
        "sent_at": "2026-10-05T14:20:00Z",
        "message_id": "<plain-1@acme.example>",
        "from": "jo@acme.example",
        "subject": "Re: AW: Create a campaign for us",
        "body": "",
        "attachments": [],
        "file": "plain.eml",
    }
    assert done["acknowledgement"] == str(outbox(desk)[0])


def test_what_was_done_is_said_in_a_line_and_the_words_of_the_category_on_stderr(desk):
    done = desk("case open --from-email plain.eml --outbox out")
    assert done.out == (
        "Opened CASE-1 for acme, under acme-ps: Create a campaign for us. "
        "Acknowledgement: out/CASE-1-acknowledgement.eml\n"
    )
    assert done.err == (
        'Category configuration (billable), by the words "create campaign". '
        "To change it: suptime case edit CASE-1 --category CATEGORY\n"
    )


def test_what_is_typed_goes_before_what_the_message_says(desk):
    done = opened(
        desk,
        "plain",
        "ABC-7 --client zeta --subject Other --category bug-report --via chatbot --contact a@b.example "
        "--at '2026-10-04 09:00'",
    )
    keys = ("case", "client", "subject", "category", "via", "contact", "opened_at")
    assert [done["case"][key] for key in keys] == [
        *("ABC-7", "zeta", "Other", "bug-report", "chatbot", "a@b.example", "2026-10-04T09:00:00Z")
    ]


def test_a_message_comes_through_a_pipe(desk):
    with (desk.home / "plain.eml").open("rb") as stream:
        done = desk.process("case open --from-email - --format json", stdin=stream)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["message"]["file"] is None


def test_the_acknowledgement_states_the_number_and_is_a_message_that_programs_do_not_answer(desk):
    opened(desk, "forwarded")
    content = outbox(desk)[0].read_bytes()
    read = message_from_bytes(content, policy=policy.default)
    assert not read.defects
    assert read["Subject"] == "[CASE-1] Switch off a filter on our campaign"
    assert (read["To"], read["From"]) == ("kim@acme.example", "support@vendor.example")
    assert read["In-Reply-To"] == "<fwd-1@acme.example>"
    assert read["References"].split() == [
        "<first@acme.example>",
        "<earlier@acme.example>",
        "<fwd-1@acme.example>",
    ]
    assert read["Auto-Submitted"] == "auto-replied"
    assert read["Message-ID"].endswith("@vendor.example>")
    assert read["Date"].datetime.isoformat() == "2026-10-05T18:00:00+00:00"
    assert read.get_content().replace("\r\n", "\n") == (
        "Hello,\n\nthank you for your message. We have opened a case for it:\n\n"
        "    CASE-1: Switch off a filter on our campaign\n\n"
        "Please keep CASE-1 in the subject whenever you write about it. What you write is\n"
        "then added to this case.\n\n"
        "Work on it is billable under your contract. We will ask for your consent before\n"
        "billable work begins.\n\n"
        "This answer was sent automatically. A person will read your message.\n"
    )
    assert content.count(b"\n") == content.count(b"\r\n")


def test_the_seller_of_the_settings_signs_it_and_the_outbox_of_the_settings_holds_it(desk):
    config = desk.home / "config.toml"
    config.write_text(
        f'outbox = "{desk.home / "mail"}"\n[seller]\nname = "Vendör, Inc."\nemail = "help@vendor.example"\n'
    )
    desk.set(SUPTIME_CONFIG=str(config))
    opened(desk, "multipart")
    (path,) = (desk.home / "mail").iterdir()
    read = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert read["From"].addresses[0].display_name == "Vendör, Inc."
    assert read["From"].addresses[0].addr_spec == "help@vendor.example"
    assert read["To"].addresses[0].display_name == "Müller, Jörg"
    assert read["Subject"] == "[CASE-1] Löschen vieler Datensätze"
    assert read.get_content().startswith("Hello Müller, Jörg,\r\n")
    assert read.get_content().endswith("\r\n\r\nVendör, Inc.\r\n")


def test_no_header_of_a_message_becomes_one_of_the_acknowledgement(desk):
    opened(desk, "injection")
    read = message_from_bytes(outbox(desk)[0].read_bytes(), policy=policy.default)
    assert read["Bcc"] is None
    assert read["Subject"] == "[CASE-1] Hello Bcc: victim@elsewhere.example Body"
    assert [a.addr_spec for a in read["To"].addresses] == ["jo@acme.example"]


def test_a_form_is_answered_where_it_says(desk):
    done = opened(desk, "reply-to")
    read = message_from_bytes(outbox(desk)[0].read_bytes(), policy=policy.default)
    assert [a.addr_spec for a in read["To"].addresses] == ["ada@acme.example"]
    assert done["case"]["contact"] == "forms@acme.example"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("list", "it is bulk mail (Precedence)"),
    ],
)
def test_programs_and_lists_are_not_answered(desk, name, reason):
    done = desk(f"case open --from-email {name}.eml")
    assert f"No acknowledgement was written: {reason}." in done.err
    assert outbox(desk) == []


def test_an_answer_of_a_program_opens_no_case(desk):
    before = desk.rows()
    done = desk("case open --from-email auto-reply.eml", code=3)
    assert done.err.startswith("Error: This message is an automatic reply")
    assert desk.rows() == before


def test_our_own_mail_is_not_answered(desk):
    (desk.home / "config.toml").write_text('[seller]\nemail = "JO@acme.example"\n')
    desk.set(SUPTIME_CONFIG=str(desk.home / "config.toml"))
    done = desk("case open --from-email plain.eml")
    assert "No acknowledgement was written: it is from our own address." in done.err
    assert outbox(desk) == []


def test_later_mail_belongs_to_the_case_whose_number_stands_in_its_subject(desk):
    opened(desk, "plain")
    done = desk("case open --from-email reply.eml")
    assert done.out == "Added the message from jo@acme.example to CASE-1: Create a campaign for us.\n"
    assert done.err == ""
    assert len(outbox(desk)) == 1
    shown = desk("case show CASE-1 --format json").json["case"]
    assert [(m["direction"], m["subject"]) for m in shown["messages"]] == [
        ("in", "Re: AW: Create a campaign for us"),
        ("out", "[CASE-1] Create a campaign for us"),
        ("in", "Re: [case-1] Create a campaign for us"),
    ]
    assert "2026-10-05 14:20:03 from jo@acme.example: Re: AW:" in desk("case show CASE-1").out


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("CASE-1: more", "CASE-1"),
        ("more on (case-1)", "CASE-1"),
        ("more on #CASE-1.", "CASE-1"),
        ("Re: [CASE\u20111] more", "CASE-1"),
        ("CASE-9 and CASE-1", "CASE-1"),
        ("CASE-12 is another one", "CASE-2"),
        ("XCASE-1", "CASE-2"),
        ("CASE-1-2", "CASE-2"),
        ("CASE 1", "CASE-2"),
        ("case", "CASE-2"),
    ],
)
def test_the_number_counts_as_a_word_of_its_own(desk, subject, number):
    opened(desk, "plain")
    assert opened(desk, message(desk, subject=subject))["case"]["case"] == number


def test_the_same_message_twice_adds_nothing(desk):
    opened(desk, "plain")
    before = desk.rows()
    done = desk("case open --from-email plain.eml")
    assert (done.out, done.err) == ("This message is recorded already, in CASE-1.\n", "")
    assert opened(desk, "plain")["acknowledgement"] is None
    assert [row for row in desk.rows() if "message" in row] == [row for row in before if "message" in row]
    assert len(outbox(desk)) == 1


def test_a_message_without_an_id_is_known_again_by_its_bytes(desk):
    assert opened(desk, "no-id")["case"]["case"] == "CASE-1"
    assert "recorded already, in CASE-1" in desk("case open --from-email no-id.eml").out


def test_a_message_to_a_resolved_case_is_recorded_with_a_warning(desk):
    opened(desk, "plain")
    desk("case resolve CASE-1")
    done = desk("case open --from-email reply.eml")
    assert done.err == ("Warning: CASE-1 is resolved. To reopen it: suptime case reopen CASE-1\n")
    assert len(desk("case show CASE-1 --format json").json["case"]["messages"]) == 3


def test_someone_elses_client_cannot_write_into_a_case(desk):
    opened(desk, "plain")
    done = desk("case open --from-email foreign.eml")
    assert done.out.startswith("Opened CASE-2 for zeta, under zeta-ps: [CASE-1] Create a campaign for us.")
    assert (
        "Warning: The subject contains CASE-1, a case of acme, and spy@zeta.example is not known there. "
        "The message was not added to it.\n"
    ) in done.err


def test_options_for_new_cases_are_said_to_be_unused_on_an_old_one(desk):
    opened(desk, "plain")
    done = desk("case open --from-email reply.eml --priority P1 --category bug-report")
    assert done.err == ("Warning: CASE-1 is unchanged: --category, --priority are for a new case.\n")


def test_the_date_is_now_where_the_message_has_none_that_can_be(desk):
    for name in ("no-date", "future", "bad-date"):
        assert opened(desk, name)["case"]["opened_at"] == "2026-10-05T18:00:00Z", name


def test_attachments_are_named_and_left_where_they_are(desk):
    before = {path for path in desk.home.rglob("*") if path.suffix not in {".db", ".db-wal", ".db-shm"}}
    done = desk("case open --from-email attachments.eml --outbox out")
    assert "Attachments, kept in the message: evil.sh, evil.exe, name [31m.txt" in done.out
    after = {path for path in desk.home.rglob("*") if path.suffix not in {".db", ".db-wal", ".db-shm"}}
    assert {str(path.relative_to(desk.home)) for path in after - before} == {
        "out",
        "out/CASE-1-acknowledgement.eml",
    }


def test_a_number_with_slashes_leads_to_no_other_folder(desk):
    done = opened(desk, "plain", "../../A/7")
    assert Path(done["acknowledgement"]).name == "______A_7-acknowledgement.eml"
    assert Path(done["acknowledgement"]).parent == desk.home / ".data" / "suptime" / "outbox"


def test_no_file_in_the_outbox_is_replaced(desk):
    (desk.home / "out").mkdir()
    (desk.home / "out" / "CASE-1-acknowledgement.eml").write_text("older")
    done = opened(desk, "plain", "--outbox out")
    assert done["acknowledgement"] == "out/CASE-1-acknowledgement-2.eml"
    assert (desk.home / "out" / "CASE-1-acknowledgement.eml").read_text() == "older"
    assert len([*(desk.home / "out").iterdir()]) == 2


def test_the_only_client_is_taken_with_a_warning(suptime):
    (suptime.home / "hourly.toml").write_text(HOURLY)
    suptime("client add acme --name Acme --timezone UTC")
    suptime("contract add acme hourly.toml")
    shutil.copy(MESSAGES / "plain.eml", suptime.home)
    shutil.copy(MESSAGES / "reply.eml", suptime.home)
    suptime.at("2026-10-05T18:00:00Z")
    done = suptime("case open --from-email plain.eml")
    assert done.err == "Warning: jo@acme.example is not a known contact of acme, the only client.\n"
    assert suptime("case open --from-email reply.eml --format json").json["case"]["case"] == "CASE-1"


def test_everything_is_undone_in_one_step(desk):
    opened(desk, "plain")
    desk("undo")
    assert desk("case list --format json").json["cases"] == []
    assert opened(desk, "plain")["case"]["case"] == "CASE-1"


ERRORS = {
    "no file": (
        "case open --from-email nowhere.eml",
        'Error: File "nowhere.eml" does not exist.\nGive the file of the message, or - to read from a pipe.\n',
    ),
    "a folder": ("case open --from-email .", 'Error: "." cannot be read: Is a directory.\n'),
    "no message": (
        "case open --from-email hourly.toml",
        (
            "Error: This is no e-mail message: it does not begin with headers.\n"
            "Save the message as its source, in most programs as an .eml file.\n"
        ),
    ),
    "no sender": (
        "case open --from-email no-sender.eml",
        "Error: The message has no sender.\nAdd --contact EMAIL.\n",
    ),
    "nobody's": (
        "case open --from-email no-sender.eml --contact who@nobody.example",
        (
            "Error: The client of this case is unclear: no client has the address who@nobody.example or its domain.\n"
            "Add --client CODE, or add the contact: suptime contact add CLIENT who@nobody.example\n"
        ),
    ),
    "two clients'": (
        "case open --from-email no-sender.eml --contact who@shared.example",
        (
            "Error: The client of this case is unclear. one, two have addresses like who@shared.example.\n"
            "Add --client CODE.\n"
        ),
    ),
    "a date to come": (
        "case open --from-email plain.eml --at '2026-10-06 09:00'",
        (
            "Error: The opening at 2026-10-06 09:00 is in the future. It is 2026-10-05 18:00 now.\n"
            "Give a time in the past.\n"
        ),
    ),
    "an outbox that is a file": (
        "case open --from-email plain.eml --outbox plain.eml",
        "Error: plain.eml: File exists.\nGive a folder that can be written: --outbox DIR\n",
    ),
    "an outbox for nothing": (
        "case open --client acme --outbox out",
        "Error: --outbox requires --from-email.\nAdd --from-email FILE.\n",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors_say_what_is_wrong_and_leave_nothing_behind(desk, name):
    command, said = ERRORS[name]
    if name == "two clients'":
        desk("client add one --name One --email a@shared.example")
        desk("client add two --name Two --email b@shared.example")
    before = desk.rows()
    done = desk(command, code=2)
    assert (done.out, done.err) == ("", said)
    assert desk.rows() == before
    assert outbox(desk) == []


def test_a_provider_of_mailboxes_is_no_clients_domain(desk):
    desk("client add solo --name Solo --email solo@gmail.com")
    desk(f"case open --from-email {message(desk, **{'from': 'other@gmail.com'})}.eml", code=2)
    assert desk(
        f"case open --from-email {message(desk, **{'from': 'SOLO@gmail.com'})}.eml", code=3
    ).err.startswith("Error: The client solo has no contract yet.")


def write(desk, name, *, sender="jo@acme.example", subject="Printer", headers=""):
    """Write a message, and return the command that takes it in."""
    text = f"{headers}From: {sender}\nSubject: {subject}\nMessage-ID: <{name}@x.example>\n\nHelp.\n"
    (desk.home / f"{name}.eml").write_text(text)
    return f"case open --from-email {name}.eml --format json"


def settle(desk, text):
    (desk.home / "config.toml").write_text(text)
    desk.set(SUPTIME_CONFIG=str(desk.home / "config.toml"))


def test_only_our_own_hosts_date_a_request(desk):
    hops = (
        "Received: by relay.example; Mon, 05 Oct 2026 12:00:00 +0000\n"
        "Received: by MX.vendor.example; Mon, 05 Oct 2026 11:00:00 +0000\n"
    )
    first = write(desk, "one", headers=hops)
    assert desk(first).json["case"]["opened_at"] == "2026-10-05T12:00:00Z"
    settle(desk, '[mail]\nreceived_by = ["mx.vendor.example"]\n')
    second = write(desk, "two", headers=hops)
    assert desk(second).json["case"]["opened_at"] == "2026-10-05T11:00:00Z"
    none = write(desk, "three", headers=hops.splitlines()[0] + "\n")
    assert desk(none).json["case"]["opened_at"] == "2026-10-05T18:00:00Z"


def test_a_thread_is_followed_where_its_sender_belongs_to_the_client(desk):
    desk(write(desk, "one"))
    thread = "In-Reply-To: <other@x.example>\nReferences: <one@x.example> <none@x.example>\n"
    theirs = desk(write(desk, "two", sender="kim@acme.example", headers=thread)).json
    assert (theirs["case"]["case"], theirs["matched_by"]) == ("CASE-1", "thread")
    others = desk(write(desk, "three", sender="info@zeta.example", headers=thread)).json
    assert (others["case"]["case"], others["matched_by"]) == ("CASE-2", None)


def test_a_case_with_the_same_subject_is_named(desk):
    desk(write(desk, "one", subject="Printer"))
    alike = desk(write(desk, "two", subject="AW: printer")).json
    assert alike["warning_codes"] == ["case-alike"]
    assert "suptime case merge CASE-2 CASE-1" in alike["warnings"][0]
    assert desk(write(desk, "three", sender="info@zeta.example")).json["warning_codes"] == []


def test_one_address_is_acknowledged_and_opens_cases_a_few_times_a_day(desk):
    settle(desk, "[mail]\nacknowledge_limit = 1\ncase_limit = 2\n")
    assert desk(write(desk, "one", subject="A")).json["acknowledgement"]
    second = desk(write(desk, "two", subject="B"))
    assert second.json["acknowledgement"] is None
    assert "jo@acme.example had 1 in 24 hours; the limit is 1" in second.err
    before = desk.rows()
    assert "opened 2 cases by e-mail in 24 hours" in desk(write(desk, "three", subject="C"), code=3).err
    assert desk.rows() == before
    assert desk(write(desk, "four", sender="kim@acme.example", subject="D")).json["acknowledgement"]
    desk.at("2026-10-06T18:00:00Z")
    assert desk("case open --from-email three.eml --format json").json["acknowledgement"]
