"""Whatever fails, nothing is sent twice: what was not accepted is kept, what may have been is asked about."""

import signal
import socket
import sqlite3
from contextlib import closing

import pytest

from suptime.app.invoices import smtp
from suptime.store.database import sqlite_file

NUMBER = "INV-2026-0001"
NEXT_DAY = "2026-11-03T15:00:00Z"
KEPT = "To try again: suptime invoice send --pending\n"


def assert_kept(firm, why):
    """It was not sent, and the person was told WHY; it waits."""
    done = firm(f"invoice send {NUMBER}", code=3)
    assert (done.out, done.err) == ("", f"Error: {NUMBER} was not sent: {why}.\n{KEPT}")
    assert (firm.state()["state"], firm.state()["last_error"]) == ("pending", why)


def assert_sent_by_pending(firm, box):
    assert firm("invoice send --pending").out == f"Sent {NUMBER} to ap@acme.example.\n"
    assert len(box.taken) == 1
    assert firm("invoice send --pending").err == "There is nothing to send.\n"


def test_a_server_that_is_not_there_is_tried_again(firm, serve, box):
    server = serve()
    server.stop()
    assert_kept(firm, f"localhost:{server.port}: Connection refused")
    first = firm.state()
    serve()
    firm.at(NEXT_DAY)
    assert_sent_by_pending(firm, box)
    assert firm.state()["message_id"] == first["message_id"]
    assert (firm.state()["digest"], firm.state()["attempts"]) == (first["digest"], 2)


def test_a_server_that_says_nothing_is_given_up(firm, serve):
    server = serve()
    server.stop()
    with socket.create_server(("127.0.0.1", server.port)):
        assert_kept(firm, f"localhost:{server.port}: the server did not answer in time")


def test_a_wrong_password_is_tried_with_one_invoice_alone(firm, serve, box):
    server = serve(more="since = 2026-11-01\n")
    firm.suptime.set(SUPTIME_SMTP_PASSWORD="wrong")
    done = firm("invoice send --pending", code=3)
    why = f"localhost:{server.port}: the login was refused: 535 5.7.8 Authentication credentials invalid"
    assert done.err == (
        f"Warning: {NUMBER} was not sent: {why}. {KEPT}"
        "Warning: The mail server was not tried again. To send the rest: suptime invoice send --pending\n"
    )
    assert len(box.logins) == 2  # by both of the ways that the server offers
    firm.suptime.set(SUPTIME_SMTP_PASSWORD="correct horse")
    assert len(firm("invoice send --pending").out.splitlines()) == 3
    assert len(box.logins) == 3  # one session for all
    assert len(box.taken) == 3


def test_a_certificate_of_another_name_is_not_trusted(firm, serve, box):
    server = serve(name="other.example")
    assert_kept(
        firm,
        f"localhost:{server.port}: the server's certificate is not trusted: "
        "Hostname mismatch, certificate is not valid for 'localhost'",
    )
    assert box.logins == []


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(firm, serve, box):
    server = serve()
    text = (firm.home / "config.toml").read_text()
    (firm.home / "config.toml").write_text(text.replace('ca = "ca.pem"\n', ""))
    assert_kept(
        firm,
        f"localhost:{server.port}: the server's certificate is not trusted: "
        "unable to get local issuer certificate",
    )
    assert box.logins == []


def test_nothing_is_said_to_a_server_without_tls(firm, serve, box):
    server = serve("none")
    text = (firm.home / "config.toml").read_text()
    (firm.home / "config.toml").write_text(text.replace('tls = "none"', 'tls = "starttls"'))
    assert_kept(firm, f'localhost:{server.port} offers no TLS: set mail.tls = "implicit", or another port')
    assert (box.logins, box.seen) == ([], [])


def test_a_refusal_for_now_is_tried_again(firm, server, box):
    box.rcpt_replies["ap@acme.example"] = "450 4.2.0 greylisted, come back later"
    assert_kept(firm, "the server answered to ap@acme.example: 450 4.2.0 greylisted, come back later")
    box.rcpt_replies.clear()
    assert_sent_by_pending(firm, box)


def test_a_refusal_of_the_message_for_now_is_tried_again_with_the_same_bytes(firm, server, box):
    box.data_reply = "451 4.3.0 no room"
    assert_kept(firm, "the server answered: 451 4.3.0 no room")
    box.data_reply = None
    firm.at(NEXT_DAY)
    assert_sent_by_pending(firm, box)
    assert box.seen[0] == box.seen[1]


def test_a_sender_whom_the_server_does_not_take_holds_up_all_but_fails_none(firm, serve, box):
    serve(more="since = 2026-11-01\n")
    box.mail_reply = "553 5.7.1 not your address"
    done = firm("invoice send --pending", code=3)
    assert done.err.startswith(
        f"Warning: {NUMBER} was not sent: the server answered: 553 5.7.1 not your address. "
    )
    assert done.err.count("was not sent") == 1
    box.mail_reply = None
    assert len(firm("invoice send --pending").out.splitlines()) == 3


def test_a_refusal_for_good_is_tried_by_nobody_but_you(firm, serve, box):
    serve(more="since = 2026-11-01\n")
    box.rcpt_replies["ap@acme.example"] = "550 5.1.1 no such user"
    refused = f"{NUMBER} was refused: the server answered to ap@acme.example: 550 5.1.1 no such user."
    hint = f"Correct the problem, then: suptime invoice send {NUMBER}"
    assert firm(f"invoice send {NUMBER}", code=3).err == f"Error: {refused}\n{hint}\n"
    assert firm.state()["state"] == "failed"
    done = firm("invoice send --pending", code=3)
    assert done.err == f"Warning: {refused} {hint}\n"
    assert len(done.out.splitlines()) == 2  # the others are not held up by it
    assert firm("invoice send --pending", code=3).out == ""
    assert firm(f"invoice send {NUMBER} --to office@acme.example").code == 0
    assert len(box.taken) == 3
    assert firm("invoice send --pending").err == "There is nothing to send.\n"


def test_a_message_that_is_refused_as_a_whole_is_refused(firm, server, box):
    box.data_reply = "554 5.6.0 too much of it"
    assert firm(f"invoice send {NUMBER}", code=3).err == (
        f"Error: {NUMBER} was refused: the server answered: 554 5.6.0 too much of it.\n"
        f"Correct the problem, then: suptime invoice send {NUMBER}\n"
    )


def test_a_copy_that_is_refused_keeps_the_invoice_back(firm, serve, box):
    serve(more='bcc = ["books@nordtor.example"]\n')
    box.rcpt_replies["books@nordtor.example"] = "550 unknown"
    done = firm(f"invoice send {NUMBER}", code=3)
    assert done.err.startswith(
        f"Error: {NUMBER} was refused: the server answered to books@nordtor.example: 550 unknown.\n"
    )
    assert box.seen == []


UNKNOWN = (
    f"It is unknown whether {NUMBER} was sent: {{}}.",
    (
        "Ask ap@acme.example, or look at the mail server's log. "
        f"Then: suptime invoice send {NUMBER} --sent, or --again\n"
    ),
)


def assert_unknown(firm, box, why):
    """It was handed over once, nobody knows what became of it, and nobody tries again."""
    said, hint = UNKNOWN[0].format(why), UNKNOWN[1]
    for _ in range(2):
        assert firm(f"invoice send {NUMBER}", code=3).err == f"Error: {said}\n{hint}"
    done = firm("invoice send --pending", code=3)
    assert (done.out, done.err) == ("", f"Warning: {said} {hint}")
    assert (firm.state()["state"], firm.state()["sent_at"]) == ("unknown", None)
    assert len(box.seen) == 1


def test_a_connection_that_breaks_after_the_message_leaves_nobody_knowing(firm, server, box):
    box.after_data = "drop"
    assert_unknown(firm, box, "the server closed the connection")
    box.after_data = None
    assert firm(f"invoice send {NUMBER} --again").out == f"Sent {NUMBER} to ap@acme.example.\n"
    assert box.seen[0] == box.seen[1]  # the same id: a mail program shows one of them


def test_a_server_that_does_not_answer_after_the_message_leaves_nobody_knowing(
    firm, server, box, monkeypatch
):
    monkeypatch.setattr(smtp, "PATIENCE", 1)
    box.after_data = "hang"
    assert_unknown(firm, box, "the server did not answer in time")


def test_half_an_answer_is_none(firm, server, box):
    box.after_data = "garble"
    assert_unknown(firm, box, "the server answered: o")


def test_what_arrived_after_all_is_noted_by_hand(firm, server, box):
    box.after_data = "drop"
    firm(f"invoice send {NUMBER}", code=3)
    firm.at(NEXT_DAY)
    assert firm(f"invoice send {NUMBER} --sent").out == f"Marked {NUMBER} as delivered.\n"
    assert (firm.state()["state"], firm.state()["sent_at"]) == ("sent", NEXT_DAY)
    again = firm(f"invoice send {NUMBER} --sent")
    assert again.out == f"{NUMBER} was already sent to ap@acme.example, 2026-11-03 16:00.\n"
    assert firm("invoice send --pending").err == "There is nothing to send.\n"
    assert len(box.seen) == 1


def test_programs_are_told_of_a_failure_too(firm, server, box):
    box.after_data = "drop"
    done = firm(f"invoice send {NUMBER} --format json", code=3)
    (one,) = done.json["sendings"]
    assert (one["state"], one["attempts"], one["sent_at"]) == ("unknown", 1, None)
    assert one["last_error"] == "the server closed the connection"
    assert done.err.startswith("Error: It is unknown whether")


def test_one_broken_connection_does_not_hold_up_the_others(firm, serve, box):
    serve(more="since = 2026-11-01\n")
    box.after_data = "drop"

    def recover():
        box.after_data = None

    box.dropping = recover
    done = firm("invoice send --pending", code=3)
    assert done.out == "Sent INV-2026-0002 to ap@beta.example.\nSent INV-2026-0003 to ap@gamma.example.\n"
    assert (len(box.seen), len(box.taken)) == (3, 2)


def test_a_store_that_cannot_be_told_is_said_with_what_to_do(firm, server, box, monkeypatch):
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 1)
    with closing(sqlite3.connect(firm.database, check_same_thread=False, isolation_level=None)) as other:
        box.meanwhile = lambda: other.execute("BEGIN IMMEDIATE")
        done = firm(f"invoice send {NUMBER}", code=5)
        other.execute("ROLLBACK")
    assert done.err == (
        f"Error: {NUMBER} was sent, but that could not be recorded: "
        f"The store {firm.database} is locked by another program.\n"
        f"When the store is writable again: suptime invoice send {NUMBER} --sent\n"
    ).replace("Try: When", "When")
    assert len(box.taken) == 1
    assert firm("invoice send --pending").out == ""  # another process may still be at it
    firm.at(NEXT_DAY)
    assert_unknown(firm, box, "the process that sent it is gone")
    firm(f"invoice send {NUMBER} --sent")


def test_nothing_leaves_that_could_not_be_recorded_first(firm, server, box, monkeypatch):
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 1)
    with closing(sqlite3.connect(firm.database, check_same_thread=False, isolation_level=None)) as other:
        box.before_data = "lock"
        box.meanwhile_before = lambda: other.execute("BEGIN IMMEDIATE")
        done = firm(f"invoice send {NUMBER}", code=5)
        other.execute("ROLLBACK")
    assert "is locked by another program" in done.err
    assert box.seen == []
    box.before_data = None
    firm.at(NEXT_DAY)
    assert_sent_by_pending(firm, box)


def test_ctrl_c_while_the_server_thinks_leaves_nobody_knowing(firm, server, box):
    box.after_data = "hold"
    process = firm.suptime.spawn(f"invoice send {NUMBER}")
    box.wait_until(lambda: box.seen)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130
    box.go_on = True
    assert_unknown(firm, box, "it was interrupted")


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_process_that_is_killed_leaves_what_is_known(firm, server, box, moment):
    setattr(box, f"{moment}_data", "hold")
    process = firm.suptime.spawn(f"invoice send {NUMBER}")
    box.wait_until(lambda: box.waiting if moment == "before" else box.seen)
    process.kill()
    process.wait()
    box.before_data = box.after_data = None
    assert firm.state()["state"] == "sending"
    assert firm(f"invoice send {NUMBER}", code=3).err == (
        f"Error: {NUMBER} is being sent by another process.\n"
        "If that process has ended, try again in 15 minutes.\n"
    )
    assert firm(f"invoice send {NUMBER} --sent", code=3).err.startswith("Error: INV-2026-0001 is being sent")
    assert firm("invoice send --pending").out == ""
    firm.at("2026-11-02T15:15:00Z")
    if moment == "before":
        assert firm.state()["state"] == "pending"
        assert_sent_by_pending(firm, box)
    else:
        assert_unknown(firm, box, "the process that sent it is gone")
