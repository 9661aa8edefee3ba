"""What arrives where all goes well: the message, its headers, what is attached, and what is told of it."""

import base64
import hashlib
import io

import pypdf
import pytest
from driving import in_german
from mail_server import CONTRACT

NUMBER = "INV-2026-0001"


def words(message):
    return message.get_body().get_content().replace("\r\n", "\n").replace("\N{NO-BREAK SPACE}", " ")


def parts(message):
    return words(message), {one.get_filename(): one.get_content() for one in message.iter_attachments()}


def test_an_invoice_arrives_once_with_its_pdf(firm, server, box):
    done = firm(f"invoice send {NUMBER}")
    assert (done.out, done.err) == (f"Sent {NUMBER} to ap@acme.example.\n", "")
    (message,) = box.messages
    assert box.envelopes == [("rechnung@nordtor.example", ["ap@acme.example"])]
    assert box.logins == [True]
    assert {name: str(message[name]) for name in ("From", "To", "Subject", "Date", "MIME-Version")} == {
        "From": "Nordtor Support GmbH <rechnung@nordtor.example>",
        "To": "Acme AG <ap@acme.example>",
        "Subject": "Invoice INV-2026-0001 from Nordtor Support GmbH",
        "Date": "Mon, 02 Nov 2026 15:00:00 +0000",
        "MIME-Version": "1.0",
    }
    text, files = parts(message)
    assert text == (
        "Hello,\n\nattached is our invoice INV-2026-0001 of 2 November 2026 for October 2026.\n\n"
        "    Total: €214.20\n    Amount due: €214.20\n    Payable by 16 November 2026.\n\n"
        "Kind regards\nNordtor Support GmbH\n"
    )
    assert list(files) == [f"{NUMBER}.pdf"]
    assert files[f"{NUMBER}.pdf"].startswith(b"%PDF-1.7")
    page = pypdf.PdfReader(io.BytesIO(files[f"{NUMBER}.pdf"])).pages[0].extract_text()
    assert NUMBER in page
    assert "214.20" in page


def test_the_pdf_is_the_one_that_show_gives(firm, server, box):
    firm(f"invoice send {NUMBER}")
    shown = firm.suptime.process(f"invoice show {NUMBER} --format pdf", text=False).stdout
    assert parts(box.messages[0])[1][f"{NUMBER}.pdf"] == shown


def test_sent_is_sent_and_sending_again_says_so(firm, server, box):
    firm(f"invoice send {NUMBER}")
    again = firm("invoice send inv-2026-0001")
    assert again.out == f"{NUMBER} was already sent to ap@acme.example, 2026-11-02 16:00.\n"
    firm("invoice send --pending")
    assert len(box.seen) == 1


def test_again_sends_another_message_of_the_same_invoice(firm, server, box):
    firm(f"invoice send {NUMBER}")
    firm.at("2026-11-05T09:00:00Z")
    assert firm(f"invoice send {NUMBER} --again").out == f"Sent {NUMBER} to ap@acme.example.\n"
    first, second = box.messages
    assert first["Message-ID"] != second["Message-ID"]
    assert second["Date"].datetime.day == 5
    assert parts(first)[1] == parts(second)[1]


def test_programs_are_told_everything(firm, server, box):
    done = firm(f"invoice send {NUMBER} --format json").json
    digest = hashlib.sha256(box.taken[0]).hexdigest()
    assert done == {
        "sendings": [
            {
                "number": NUMBER,
                "state": "sent",
                "recipient": "ap@acme.example",
                "from": "rechnung@nordtor.example",
                "message_id": str(box.messages[0]["Message-ID"]),
                "digest": digest,
                "attempts": 1,
                "made_at": "2026-11-02T15:00:00Z",
                "sent_at": "2026-11-02T15:00:00Z",
                "last_error": None,
                "file": None,
            }
        ]
    }
    first, second, _ = firm("invoice list --format json").json["invoices"]
    assert (first["sent_at"], first["sending"]) == ("2026-11-02T15:00:00Z", done["sendings"][0])
    assert (second["sent_at"], second["sending"]) == (None, None)
    assert firm(f"invoice show {NUMBER} --format json").json["invoices"][0]["sending"] == done["sendings"][0]


def test_a_credit_note_says_what_it_reverses(firm, server, box):
    firm(f"invoice credit {NUMBER} --reason 'Wrong month' --write-off")
    firm("invoice send INV-2026-0004")
    (message,) = box.messages
    assert message["Subject"] == "Credit note INV-2026-0004 from Nordtor Support GmbH"
    text, files = parts(message)
    assert text.startswith(
        "Hello,\n\nattached is our credit note INV-2026-0004 of 2 November 2026. It reverses "
        f"the invoice {NUMBER}.\n\n    Total: −€214.20\n\nKind regards\n"
    )
    assert list(files) == ["INV-2026-0004.pdf"]


def test_a_message_speaks_the_language_of_the_invoice(firm, serve, box):
    serve(more='[documents]\nlanguage = "de"\n[texts.de]\nmail = "Bei Fragen antworten Sie einfach."\n')
    firm("log CASE-1 60m --from '2026-10-20 09:00'")
    firm.at("2026-12-02T15:00:00Z")
    number = firm("invoice --month 2026-11 --client acme --issue").out.split()[0]
    firm(f"invoice send {number}")
    (message,) = box.messages
    due = in_german("142.80")
    assert message["Subject"] == f"Rechnung {number} von Nordtor Support GmbH"
    assert words(message) == (
        f"Guten Tag,\n\nanbei erhalten Sie unsere Rechnung {number} vom 2. Dezember 2026 für November 2026.\n\n"
        f"    Gesamtbetrag: {due}\n    Zahlbetrag: {due}\n    Zahlbar bis 16. Dezember 2026.\n\n"
        "Bei Fragen antworten Sie einfach.\n\nMit freundlichen Grüßen\nNordtor Support GmbH\n"
    )


def test_copies_and_answers_go_where_the_settings_say(firm, serve, box):
    serve(more='from = "bücher@nordtor.example"\nreply_to = "help@nordtor.example"\n')
    assert firm(f"invoice send {NUMBER}", code=3).err == (
        "Error: Cannot send to bücher@nordtor.example: before the @ only ASCII characters are safe.\n"
        "Use another address: --to EMAIL, or in the settings under mail.\n"
    )
    serve(
        more='from = "bill@nördtor.example"\nreply_to = "help@nordtor.example"\n'
        'bcc = ["books@nordtor.example", "tax@adviser.example"]\n'
    )
    firm(f"invoice send {NUMBER}")
    (message,) = box.messages
    assert box.envelopes == [
        (
            "bill@xn--nrdtor-wxa.example",
            ["ap@acme.example", "books@nordtor.example", "tax@adviser.example"],
        )
    ]
    assert str(message["Reply-To"]) == "help@nordtor.example"
    assert "books@" not in box.taken[0].decode()
    assert message["Bcc"] is None


def test_further_formats_are_attached_under_their_own_names(firm, serve, box):
    serve(more='attach = ["pdf", "csv", "html", "json", "markdown", "text"]\n')
    firm(f"invoice send {NUMBER}")
    (message,) = box.messages
    kinds = {one.get_filename(): one.get_content_type() for one in message.iter_attachments()}
    assert kinds == {
        f"{NUMBER}.pdf": "application/pdf",
        f"{NUMBER}.csv": "text/csv",
        f"{NUMBER}.html": "text/html",
        f"{NUMBER}.json": "application/json",
        f"{NUMBER}.md": "text/markdown",
        f"{NUMBER}.txt": "text/plain",
    }


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_both_ways_of_tls_are_spoken(firm, serve, box, tls):
    serve(tls)
    firm(f"invoice send {NUMBER}")
    assert (len(box.taken), box.logins) == (1, [True])


def test_a_server_on_this_machine_needs_no_tls(firm, serve, box):
    serve("none")
    text = (firm.home / "config.toml").read_text()
    (firm.home / "config.toml").write_text(text.replace('user = "billing"\n', ""))
    firm(f"invoice send {NUMBER}")
    assert (len(box.taken), box.logins) == (1, [])


HOSTILE = "Büro Äpfel \u202e<x@evil.example>, Bcc: all@evil.example"


def test_what_people_typed_becomes_no_header(firm, server, box):
    firm(["client", "add", "hostile", "--name", HOSTILE, "--currency", "EUR", "--email", "a@hostile.example"])
    (firm.home / "h.toml").write_text(CONTRACT.format(code="hostile"))
    firm("contract add hostile h.toml")
    firm(["case", "open", "CASE-9", "--client", "hostile", "--subject", "x", "--at", "2026-10-01 09:00"])
    firm("log CASE-9 30m --from '2026-10-06 09:00'")
    seller = "Böse\\r\\nBcc: victim@evil.example\\n\\nBody"
    text = (firm.home / "config.toml").read_text().replace("Nordtor Support GmbH", seller)
    (firm.home / "config.toml").write_text(text)
    number = firm("invoice --month 2026-10 --client hostile --issue").out.split()[0]
    firm(f"invoice send {number}")
    (message,) = box.messages
    assert sorted(message.keys()) == sorted(
        ("Message-ID", "From", "To", "Subject", "Date", "MIME-Version", "Content-Type")
    )
    (to,) = message["To"].addresses
    assert to.addr_spec == "a@hostile.example"
    assert to.display_name.startswith("Büro Äpfel")
    assert message["From"].addresses[0].display_name == "Böse Bcc: victim@evil.example Body"
    assert message["Subject"] == f"Invoice {number} from Böse Bcc: victim@evil.example Body"
    assert box.envelopes[0][1] == ["a@hostile.example"]


def test_every_line_is_short_and_of_seven_bits(firm, server, box):
    name = "Ä" * 150
    text = (firm.home / "config.toml").read_text().replace("Nordtor Support GmbH", name)
    (firm.home / "config.toml").write_text(text)
    firm("log CASE-1 60m --from '2026-10-20 09:00'")
    firm.at("2026-12-02T15:00:00Z")
    number = firm("invoice --month 2026-11 --client acme --issue").out.split()[0]
    firm(f"invoice send {number}")
    (raw,) = box.taken
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert words(box.messages[0]).endswith(f"Kind regards\n{name}\n")


def test_a_number_with_odd_letters_has_a_harmless_file_name(firm, serve, box):
    serve(more='[documents]\nnumber = "RÉ {year};{serial}"\n')
    firm("log CASE-1 60m --from '2026-10-20 09:00'")
    firm.at("2026-12-02T15:00:00Z")
    number = firm("invoice --month 2026-11 --client acme --issue").out.split("  ")[0]
    assert number == "RÉ 2026;4"
    firm(["invoice", "send", number])
    assert list(parts(box.messages[0])[1]) == ["R__2026_4.pdf"]


def test_another_address_is_kept_for_this_invoice_alone(firm, server, box):
    box.rcpt_replies["boss@acme.example"] = "450 later"
    firm(f"invoice send {NUMBER} --to boss@acme.example", code=3)
    box.rcpt_replies.clear()
    assert firm("invoice send --pending").out == f"Sent {NUMBER} to boss@acme.example.\n"
    assert box.envelopes[0][1] == ["boss@acme.example"]


def test_a_line_that_begins_with_a_dot_arrives_as_it_is(firm, server, box):
    text = (firm.home / "config.toml").read_text().replace("Nordtor Support GmbH", ".dot")
    (firm.home / "config.toml").write_text(text)
    firm("log CASE-1 60m --from '2026-10-20 09:00'")
    firm.at("2026-12-02T15:00:00Z")
    number = firm("invoice --month 2026-11 --client acme --issue").out.split()[0]
    firm(f"invoice send {number}")
    assert words(box.messages[0]).endswith("Kind regards\n.dot\n")
    assert hashlib.sha256(box.taken[0]).hexdigest() == firm.state(number)["digest"]


def test_the_password_is_kept_out_of_everything_that_is_said(firm, server, box, monkeypatch):
    import keyring
    from keyring.backend import KeyringBackend

    class Ring(KeyringBackend):
        priority = 1

        def get_password(self, service, username):
            asked.append((service, username))
            return "correct horse"

        def set_password(self, service, username, password):
            raise NotImplementedError

    asked = []
    monkeypatch.setattr(keyring.core, "_keyring_backend", Ring())
    firm.suptime.set(SUPTIME_SMTP_PASSWORD=None)
    done = firm(f"invoice send {NUMBER}")
    assert asked == [("suptime:localhost", "billing")]
    assert box.logins == [True]
    assert "correct horse" not in done.out + done.err
    assert not any("correct horse" in row for row in firm.suptime.rows())
    assert base64.b64encode(b"correct horse").decode() not in "".join(firm.suptime.rows())
