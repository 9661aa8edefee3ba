"""Without a mail server messages are files; what the settings or the command line cannot mean is refused."""

import hashlib
from email import message_from_bytes, policy

import pytest

from suptime.errors import WrongUsage
from suptime.settings.settings import load

NUMBER = "INV-2026-0001"


def test_without_a_server_a_message_is_a_file_in_the_outbox(firm):
    done = firm(f"invoice send {NUMBER} --outbox out")
    assert (done.out, done.err) == (f"{NUMBER} for ap@acme.example: out/{NUMBER}.eml\n", "")
    raw = (firm.home / "out" / f"{NUMBER}.eml").read_bytes()
    message = message_from_bytes(raw, policy=policy.default)
    assert message["To"] == "Acme AG <ap@acme.example>"
    assert [one.get_filename() for one in message.iter_attachments()] == [f"{NUMBER}.pdf"]
    state = firm.state()
    assert (state["state"], state["file"], state["sent_at"]) == ("outbox", f"out/{NUMBER}.eml", None)
    assert state["digest"] == hashlib.sha256(raw).hexdigest()


def test_the_same_message_is_the_same_bytes_on_every_machine(firm, issued):
    firm(f"invoice send {NUMBER} --outbox one")
    issued(firm)  # the database as it was before
    firm(f"invoice send {NUMBER} --outbox two")
    one, two = (firm.home / name / f"{NUMBER}.eml" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_what_is_in_the_outbox_is_not_placed_there_twice(firm):
    firm(f"invoice send {NUMBER} --outbox out")
    assert firm(f"invoice send {NUMBER} --outbox out").out == (
        f"{NUMBER} is in the outbox already: out/{NUMBER}.eml\n"
    )
    assert firm("invoice send --pending --outbox out").err == "There is nothing to send.\n"
    assert len([*(firm.home / "out").iterdir()]) == 1
    firm(f"invoice send {NUMBER} --sent")
    assert firm.state()["state"] == "sent"


def test_the_outbox_of_the_settings_is_used_where_there_is_no_server(firm):
    text = (firm.home / "config.toml").read_text()
    (firm.home / "config.toml").write_text(f'outbox = "waiting"\n{text}')
    assert firm(f"invoice send {NUMBER}").out == f"{NUMBER} for ap@acme.example: waiting/{NUMBER}.eml\n"


def test_a_server_is_not_asked_where_an_outbox_is_named(firm, server, box):
    firm(f"invoice send {NUMBER} --outbox out")
    assert box.seen == []
    assert (firm.home / "out" / f"{NUMBER}.eml").exists()


def test_an_outbox_that_cannot_be_written_leaves_it_waiting(firm):
    (firm.home / "out").write_text("a file")
    done = firm(f"invoice send {NUMBER} --outbox out", code=2)
    assert done.err == "Error: out: File exists.\nGive a folder that can be written: --outbox DIR\n"
    assert firm.state()["state"] == "pending"
    (firm.home / "out").unlink()
    assert firm("invoice send --pending --outbox out").out.startswith(NUMBER)


def test_a_file_that_was_written_before_a_crash_is_not_written_twice(firm, monkeypatch):
    from suptime.app.invoices import mail

    place = mail.place

    def killed(folder, name, content, *, once):
        place(folder, name, content, once=once)
        raise SystemExit(9)

    with monkeypatch.context() as patch:
        patch.setattr(mail, "place", killed)
        with pytest.raises(SystemExit):
            firm(f"invoice send {NUMBER} --outbox out")
    firm.at("2026-11-02T16:00:00Z")
    assert firm(f"invoice send {NUMBER} --outbox out", code=3).err == (
        f"Error: It is unknown whether {NUMBER} was sent: the process that sent it is gone.\n"
        "Ask ap@acme.example, or look at out. "
        f"Then: suptime invoice send {NUMBER} --sent, or --again\n"
    )
    assert firm(f"invoice send {NUMBER} --outbox out --again").code == 0
    assert [path.name for path in (firm.home / "out").iterdir()] == [f"{NUMBER}.eml"]


def test_only_what_was_issued_since_the_day_of_the_settings_is_sent_unasked(firm):
    assert firm("invoice send --pending --outbox out").err == "There is nothing to send.\n"
    firm.settings("[mail]\nsince = 2026-11-03\n")
    assert firm("invoice send --pending --outbox out").err == "There is nothing to send.\n"
    firm.settings("[mail]\nsince = 2026-11-02\n")
    assert firm("invoice send --pending --outbox out").out.splitlines() == [
        f"INV-2026-000{n} for ap@{client}.example: out/INV-2026-000{n}.eml"
        for n, client in ((1, "acme"), (2, "beta"), (3, "gamma"))
    ]


def test_a_client_without_an_address_is_named_and_holds_up_nobody(firm):
    firm(["client", "add", "silent", "--name", "Silent", "--currency", "EUR", "--timezone", "UTC"])
    (firm.home / "s.toml").write_text(
        '[contract]\ncode = "silent-1"\ntitle = "x"\ncurrency = "EUR"\ntimezone = "UTC"\n'
        'starts_on = 2026-01-01\n[prices]\nhour = "9.00"\n'
    )
    firm("contract add silent s.toml")
    firm("case open CASE-9 --client silent --at '2026-10-01 09:00'")
    firm("log CASE-9 60m --from '2026-10-06 09:00'")
    firm("invoice --month 2026-10 --issue")
    firm.settings("[mail]\nsince = 2026-11-02\n")
    done = firm("invoice send --pending --outbox out", code=3)
    assert len(done.out.splitlines()) == 3
    assert done.err == (
        "Warning: silent has no e-mail address, so INV-2026-0004 cannot be sent. "
        "suptime client edit silent --email EMAIL; or send it with --to EMAIL, or --sent.\n"
    )
    assert firm("invoice send INV-2026-0004 --outbox out", code=3).err == (
        "Error: silent has no e-mail address, so INV-2026-0004 cannot be sent.\n"
        "Try: suptime client edit silent --email EMAIL; or send it with --to EMAIL, or --sent.\n"
    )
    assert firm("invoice send INV-2026-0004 --sent").out == "Marked INV-2026-0004 as delivered.\n"
    assert firm("invoice send INV-2026-0004 --sent").out == (
        "INV-2026-0004 was already sent, 2026-11-02 16:00.\n"
    )
    assert firm("invoice send --pending --outbox out").err == "There is nothing to send.\n"


def test_mail_is_not_undone(firm):
    firm(f"invoice send {NUMBER} --outbox out")
    assert firm("undo", code=3).err == (
        f"Error: `invoice send` cannot be undone: mail cannot be called back. It is about {NUMBER}.\n"
        f"Try: suptime invoice send {NUMBER} --again, to send it once more.\n"
    )


WRONG = {
    "invoice send": (
        2,
        "The document to send is missing.\nGive a number, for example INV-2026-0001, or --pending for every document not yet delivered.",
    ),
    f"invoice send {NUMBER} --pending": (
        2,
        (
            "A number and --pending cannot be used together.\n"
            "Give a number, for example INV-2026-0001, or --pending for every document not yet delivered."
        ),
    ),
    "invoice send --pending --again": (
        2,
        "--again, --sent and --to require one number.\nGive a number instead of --pending.",
    ),
    f"invoice send {NUMBER} --sent --again": (
        2,
        "--sent cannot be used with --again, --to or --outbox.\nLeave out --sent or the others.",
    ),
    f"invoice send {NUMBER} --to nobody": (
        2,
        '"nobody" is not an e-mail address.\nExpected one such as ops@acme.example.',
    ),
    f"invoice send {NUMBER} --outbox out --to jö@acme.example": (
        3,
        (
            "Cannot send to jö@acme.example: before the @ only ASCII characters are safe.\n"
            "Use another address: --to EMAIL, or in the settings under mail."
        ),
    ),
    "invoice send INV-2026-0009": (
        3,
        (
            'There is no invoice "INV-2026-0009". Did you mean INV-2026-0003, INV-2026-0002 or INV-2026-0001?\n'
            "Try: suptime invoice list"
        ),
    ),
}


@pytest.mark.parametrize("line", WRONG)
def test_what_cannot_be_meant_is_refused_and_changes_nothing(firm, line):
    before = firm.suptime.rows()
    code, said = WRONG[line]
    assert firm(line, code=code).err == f"Error: {said}\n"
    assert firm.suptime.rows() == before


BAD = {
    '[mail]\nhost = "mail.example"\ntls = "none"\n': (
        'mail.tls in config.toml is "none", but mail.example is another machine.\n'
        'Set it to "starttls" or "implicit", to protect invoices and passwords.'
    ),
    '[mail]\nattach = ["pdf", "fax"]\n': (
        'mail.attach in config.toml has "fax", which is not an invoice format.\n'
        "Choose from text, markdown, html, json, csv, pdf, ubl, xrechnung, facturx."
    ),
    '[mail]\nhost = "localhost"\nca = "none.pem"\n': (
        "Cannot use none.pem (mail.ca): No such file or directory.\nCorrect it in config.toml."
    ),
    '[mail]\nhost = "localhost"\nca = "config.toml"\n': (
        "Cannot use config.toml (mail.ca): it holds no certificate.\nCorrect it in config.toml."
    ),
}


@pytest.mark.parametrize("text", BAD)
def test_settings_that_cannot_work_are_refused_before_anything_is_recorded(firm, text):
    firm.settings(text)
    assert firm(f"invoice send {NUMBER}", code=2).err == f"Error: {BAD[text]}\n"
    firm.settings("")
    assert firm.state() is None


def test_a_password_that_is_nowhere_is_asked_for_before_anything_is_recorded(firm, monkeypatch):
    import keyring
    from keyring.backends.null import Keyring

    monkeypatch.setattr(keyring.core, "_keyring_backend", Keyring())
    firm.settings('[mail]\nhost = "mail.example"\nuser = "billing"\n')
    firm.suptime.set(SUPTIME_SMTP_PASSWORD=None)
    assert firm(f"invoice send {NUMBER}", code=2).err == (
        "Error: The password of billing at mail.example is missing.\n"
        "Set SUPTIME_SMTP_PASSWORD, or keep it in the keyring: keyring set suptime:mail.example billing\n"
    )
    assert firm.state() is None


def test_a_keyring_that_fails_or_is_missing_is_said(firm, monkeypatch):
    import sys

    import keyring
    from keyring.backends.fail import Keyring

    monkeypatch.setattr(keyring.core, "_keyring_backend", Keyring())
    firm.settings('[mail]\nhost = "mail.example"\nuser = "billing"\n')
    firm.suptime.set(SUPTIME_SMTP_PASSWORD=None)
    assert firm(f"invoice send {NUMBER}", code=2).err == (
        "Error: The password of billing at mail.example is missing.\n"
        "Set SUPTIME_SMTP_PASSWORD, or repair the keyring, which reports: No recommended backend was available\n"
    )
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert firm(f"invoice send {NUMBER}", code=2).err == (
        "Error: The password of billing at mail.example is missing.\n"
        "Set SUPTIME_SMTP_PASSWORD, or keep it in the keyring: pip install 'suptime[keyring]'\n"
    )


def test_without_a_senders_address_nothing_is_sent(firm):
    text = (firm.home / "config.toml").read_text()
    (firm.home / "config.toml").write_text(text.replace('email = "rechnung@nordtor.example"\n', ""))
    assert firm(f"invoice send {NUMBER} --outbox out", code=2).err == (
        "Error: There is no sender for invoices.\nSet mail.from in config.toml, or seller.email.\n"
    )
    (firm.home / "config.toml").write_text(text.replace("rechnung@nordtor.example", "us"))
    assert firm(f"invoice send {NUMBER} --outbox out", code=2).err == (
        'Error: seller.email in config.toml is "us", which is not a valid sender address.\n'
        "Correct it, or set mail.from.\n"
    )


TIMEOUT = "Write a whole number from 1 to 600 such as 60."
VALUES = {
    'host = "a b"': ("mail.host in {path} is 'a b'.",
        'Write a name or an address, such as "mail.example.com"; the port is mail.port.'),
    "port = 0": ("mail.port in {path} is 0.", "Write a whole number from 1 to 65535 such as 587."),
    'tls = "maybe"': ("mail.tls in {path} is 'maybe'.",
        'Write "starttls", "implicit" or "none".'),
    'user = "a\\nb"': ("mail.user in {path} is 'a\\nb'.",
        "Write a text without control characters."),
    'from = "Us <us@firm.example>"': ("mail.from in {path} is 'Us <us@firm.example>'.",
        "Write an e-mail address such as ops@acme.example."),
    'reply_to = "x"': ("mail.reply_to in {path} is 'x'.",
        "Write an e-mail address such as ops@acme.example."),
    'bcc = "a@b.example"': ("mail.bcc in {path} is 'a@b.example'.",
        'Write a list of addresses such as ["books@firm.example"].'),
    'attach = ["pdf", "pdf"]': ("mail.attach in {path} is ['pdf', 'pdf'].",
        'Write a list of formats, each once, such as ["pdf"].'),
    "since = 2026-11-01T00:00:00": ("mail.since in {path} is 2026-11-01T00:00:00.",
        "Write a date such as 2026-10-05."),
    "timeout = true": ("mail.timeout in {path} is True.", TIMEOUT),
    'password = "secret"': ("mail.password in {path} is a secret, and must not be there.",
        "Remove it from the file, and set SUPTIME_SMTP_PASSWORD, or keep it in the keyring."),
}  # fmt: skip


@pytest.mark.parametrize("line", VALUES)
def test_a_setting_that_cannot_be_is_named_with_what_is_right(tmp_path, line):
    config = tmp_path / "config.toml"
    config.write_text(f"[mail]\n{line}\n")
    with pytest.raises(WrongUsage) as wrong:
        load({}, config)
    what, hint = VALUES[line]
    assert (wrong.value.what, wrong.value.hint) == (what.format(path=config), hint)
    assert 'secret"' not in str(wrong.value)


def test_the_words_are_those_of_a_template_of_ones_own(firm):
    own = firm.home / "templates" / "clients" / "acme"
    own.mkdir(parents=True)
    template = own / "invoice_email.txt.j2"
    template.write_text(
        "Rechnung {{ document.invoices[0].number }}\n\nHallo {{ document.invoices[0].client_name }}!\n"
    )
    firm(f"invoice send {NUMBER} --outbox out")
    raw = (firm.home / "out" / f"{NUMBER}.eml").read_bytes()
    message = message_from_bytes(raw, policy=policy.default)
    assert message["Subject"] == f"Rechnung {NUMBER}"
    assert message.get_body().get_content().split() == ["Hallo", "Acme", "AG!"]
    template.write_text("{{ document.nothing }}\n")
    assert firm(f"invoice send {NUMBER} --again --outbox out", code=2).err == (
        "Error: The template templates/clients/acme/invoice_email.txt.j2, line 1: "
        "'dict object' has no attribute 'nothing'.\nCorrect the template, or move it out of its folder.\n"
    )
    assert firm.state()["state"] == "outbox"
