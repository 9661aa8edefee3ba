"""Reminders by mail: recorded once, sent once, whatever fails; what they charge, and who gets none (F28, F29)."""

import json

import pytest

LEVELS = '\n[reminders]\nlevels = ["7d", "21d"]\ninterval = "5d"\nfees = { EUR = ["5.00", "10.00"] }\n'
LATE = "2026-11-23T15:00:00Z"  # the invoices were due on 16 November
REMIND = "invoice remind --client acme"


@pytest.fixture
def late(firm):
    firm.settings(LEVELS)
    firm.at(LATE)
    return firm


def numbers(firm):
    """The charges of acme's account, in order."""
    (account,) = firm("report statement --client acme --format json").json["accounts"]
    return [entry["id"] for entry in account["entries"] if entry["kind"] == "late-charge"]


def test_one_letter_for_each_client_goes_to_the_server(firm, serve, box):
    serve(more=LEVELS)
    firm.at(LATE)
    done = firm("invoice remind")
    assert done.out.splitlines()[:2] == [
        "R1 for acme: level 1, INV-2026-0001; balance 219.20 EUR",
        "Sent R1 to ap@acme.example.",
    ]
    assert len(box.taken) == 3
    assert firm("invoice remind").err == "No reminder is due.\n"
    assert firm("invoice send --pending").err == "There is nothing to send.\n"
    assert firm("invoice send R1").out == "R1 was already sent to ap@acme.example, 2026-11-23 16:00.\n"
    assert len(box.taken) == 3


def test_one_that_was_not_accepted_waits_and_is_sent_with_the_same_bytes(firm, serve, box):
    serve(more=LEVELS)
    firm.at(LATE)
    box.data_reply = "451 4.3.0 no room"
    done = firm(f"{REMIND} --format json", code=3)
    assert done.json["reminders"][0]["sending"]["state"] == "pending"
    assert done.err.startswith(
        "Warning: R1 was not sent: the server answered: 451 4.3.0 no room. To try again"
    )
    assert numbers(firm) == ["R1"]
    box.data_reply = None
    firm.at("2026-11-24T15:00:00Z")
    assert firm(REMIND).err == "No reminder is due.\n"
    assert firm("invoice send --pending").out == "Sent R1 to ap@acme.example.\n"
    assert box.seen[0] == box.seen[1]
    assert numbers(firm) == ["R1"]


def test_one_that_may_have_arrived_is_repeated_by_nobody_but_you(firm, serve, box):
    serve(more=LEVELS)
    firm.at(LATE)
    box.after_data = "drop"
    assert "It is unknown whether R1 was sent" in firm(REMIND, code=3).err
    box.after_data = None
    assert "It is unknown" in firm("invoice send --pending", code=3).err
    firm("invoice pay INV-2026-0001")
    # It may have arrived, so it is not withdrawn, and its charge stands.
    assert "It is unknown" in firm("invoice send R1", code=3).err
    assert firm("report statement --client acme --format json").json["accounts"][0]["closing"] == "5.00"
    assert len(box.seen) == 1
    assert firm("invoice send R1 --sent").out == "Marked R1 as delivered.\n"


def test_a_crash_after_the_record_leaves_one_that_waits(late, monkeypatch):
    from suptime.app.invoices import delivery

    def die(*_args, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(delivery, "send", die)
        late(REMIND, code=130)
    assert numbers(late) == ["R1"]
    assert late(REMIND).err == "No reminder is due.\n"
    assert late("invoice send --pending --outbox out").out == "R1 for ap@acme.example: out/R1.eml\n"


def test_settled_ones_that_wait_are_withdrawn_before_others_are_due(firm, serve):
    server = serve(more=LEVELS)
    server.stop()
    firm.at(LATE)
    firm(REMIND, code=3)
    firm("invoice pay INV-2026-0001")
    firm.at("2026-12-10T15:00:00Z")
    assert firm(f"{REMIND} --dry-run").out == "No reminder is due.\n"
    assert firm(REMIND).err == ("R1 is withdrawn: everything on it is settled.\nNo reminder is due.\n")
    assert firm("report statement --client acme --format json").json["accounts"][0]["closing"] == "0.00"
    assert firm("invoice send R1").out == "R1 is withdrawn: everything on it is settled.\n"


def test_a_withdrawn_one_does_not_count(firm, serve):
    """Its payment bounced: the level, the interval and the charge are those of a first letter, each time."""
    serve(more=LEVELS).stop()
    for day, letter, payment in (("23", "R1", "M1"), ("24", "R2", "M2")):
        firm.at(f"2026-11-{day}T15:00:00Z")
        assert f"{letter} for acme: level 1, INV-2026-0001; balance 219.20 EUR" in firm(REMIND, code=3).out
        firm("invoice pay INV-2026-0001")
        firm("invoice send --pending --outbox out", code=None)
        firm(f"payment void {payment} --reason Bounced")
    firm.at("2026-11-25T15:00:00Z")
    firm("invoice remind --client acme --outbox sent")
    assert "is still due" not in firm(REMIND).out
    firm.at("2026-12-07T15:00:00Z")
    assert "R4 for acme: level 2, INV-2026-0001" in firm(f"{REMIND} --outbox sent").out
    firm("doctor")


def test_a_server_that_is_gone_is_asked_once(firm, serve):
    serve(more=LEVELS).stop()
    firm.at(LATE)
    done = firm("invoice remind --format json", code=3)
    assert [one["id"] for one in done.json["reminders"]] == ["R1"]
    assert done.err.count("was not sent") == 1
    assert [one["client"] for one in firm("invoice remind --dry-run --format json").json["reminders"]] == [
        "beta",
        "gamma",
    ]


def test_a_copy_of_each_reminder_is_kept_and_shown(late):
    late(f"{REMIND} --outbox out")
    shown = late("invoice show R1 --sent --format json").json
    assert [one["file"] for one in shown["deliveries"][0]["files"]] == ["R1.eml", "R1.pdf"]
    assert late("invoice show r1 --format json").json["total"] == "219.20"
    assert late("invoice show R1 --out files").out == "files/R1.txt\n"
    assert late("invoice show R1 --format ubl --out files", code=2).err == (
        "Error: Unknown reminder format 'ubl'.\nChoose text, markdown, html, json, pdf.\n"
    )
    assert 'There is no invoice "R2"' in late("invoice show R2", code=3).err


def test_a_reminder_moves_with_the_firm(late, tmp_path):
    late(f"{REMIND} --outbox out")
    late("export suptime --out all.jsonl")
    records = [json.loads(line) for line in (late.home / "all.jsonl").read_text().splitlines()]
    assert [one["document"]["client"] for one in records if one["type"] == "reminder"] == ["acme"]
    late.suptime.set(SUPTIME_DB=str(tmp_path / "other.db"))
    late("init")
    late("import suptime all.jsonl")
    assert late("invoice show R1 --format json").json["total"] == "219.20"
    assert late("invoice send R1 --outbox out").out.startswith("R1 is in the outbox already")
    assert late("doctor").code == 0


@pytest.mark.parametrize(
    ("settings", "line", "code", "said"),
    [
        (
            "",
            "invoice remind",
            3,
            "The setting reminders.levels is missing.\nTry: suptime config set reminders.levels",
        ),
        (LEVELS.replace(', "10.00"', ""), "invoice remind", 2, "reminders.fees has 1 amounts in EUR"),
        (
            LEVELS + "[books]\nclosed_through = 2026-11-30\n",
            REMIND,
            3,
            "The ledger is closed through 2026-11-30.",
        ),
        (LEVELS, "invoice remind --client nobody", 3, 'There is no client "nobody"'),
        (LEVELS, "invoice hold INV-2026-0009 --reason x", 3, "There is no invoice"),
        (LEVELS, "invoice hold INV-2026-0001 --off", 3, "INV-2026-0001 is not on hold."),
        (LEVELS, "invoice hold INV-2026-0001", 2, "The reason for the hold is missing."),
        (LEVELS, "invoice hold INV-2026-0001 --off --reason x", 2, "--off cannot be used with"),
        (
            LEVELS,
            "invoice hold INV-2026-0001 --reason x --until 2026-11-22",
            2,
            "--until 2026-11-22 is in the past.",
        ),
        (LEVELS, "config set reminders.levels 21d,7d", 2, "increasing days past due"),
        (LEVELS, "config set reminders.levels 0d", 2, "increasing days past due"),
        (LEVELS, "config set reminders.fees EUR=1.234", 2, "at most 2 decimals in EUR"),
        (LEVELS, "config set reminders.interest 101", 2, "percent a year from 0 to 100"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(late, settings, line, code, said):
    late.settings(settings)
    assert said in late(line, code=code).err
    assert numbers(late) == []


def test_a_credit_note_is_not_put_on_hold(late):
    late("invoice credit INV-2026-0001 --reason x --write-off")
    said = "INV-2026-0004 is a credit note, so there is nothing to remind of"
    assert said in late("invoice hold INV-2026-0004 --reason x", code=3).err
