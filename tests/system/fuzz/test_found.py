"""What once broke a reader, took it minutes or all memory, and what is said of it now."""

import json
import time
from pathlib import Path

import pytest
from driving import Suptime

from suptime.app.invoices.mail import Mail
from suptime.contracts.file import read_contract
from suptime.errors import WrongUsage
from suptime.interchange.foreign.lengths import read_length
from suptime.interchange.foreign.record import Bad, Reading, ReadOptions
from suptime.interchange.mail.message import read_mail
from suptime.interchange.records.format import read_line
from suptime.invoicing.issue import number_for
from suptime.language.catalogue import catalogue
from suptime.settings.settings import load

DIGITS = "0x" + "f" * 5000
DEEP = "a." * 30_000 + "a = 1\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"consent = {DIGITS}", "line 1: consent: expected a table [consent]."),
        (
            f"[contract]\ncode = {DIGITS}",
            "line 2: contract.code: expected letters, digits, dots, - and _, at most 64, such as acme-ps, in quotes, found a number of too many digits.",
        ),
        (
            '[contract]\ntitle = "a\\u0000b"',
            "line 2: contract.title: expected a text without control characters.",
        ),
        (
            '[sla]\ndays = ["' + "m" * 300 + '"]',
            f'line 2: sla.days: expected days such as "mon" or "tue", found "{"m" * 57}...".',
        ),
        (
            f"[contacts]\nauthorised = {DIGITS}",
            "line 2: contacts.authorised: expected a whole number, at least 1, found a number of too many digits.",
        ),
        (DEEP, "line 1: TOML: this is not a contract file: it is nested too deeply."),
        ("'a'." * 50 + "a = 1", "line 1: TOML: this is not a contract file: it is nested too deeply."),
        (
            "#" * 65_537,
            "line 1: TOML: this is not a contract file: it has 65537 characters, more than 65536.",
        ),
        ("b" * 300 + " = 1", f"line 1: {'b' * 197}...: is not a table of a contract file."),
    ],
)
def test_a_contract_file_that_no_person_wrote_is_refused_in_a_line(text: str, fault: str):
    begun = time.process_time()
    found = read_contract(text)
    assert isinstance(found, tuple)
    assert fault in [str(one) for one in found]
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            f"agent = {DIGITS}",
            "agent in {} is a number of too many digits.",
        ),
        (
            "agent = " + "9" * 5000,
            "The settings file {} is not valid TOML: it has an impossible number or day.",
        ),
        ("agent = " + "[" * 5000, "The settings file {} is not valid TOML: it is nested too deeply."),
        (DEEP, "The settings file {} is not valid TOML: it is nested too deeply."),
        (
            "#" * 70_000,
            "The settings file {} is not valid TOML: it has 70000 characters, more than 65536.",
        ),
        ("b" * 300 + " = 1", "{} has an unknown setting " + "b" * 197 + "...."),
        (
            f'agent = ["{"b" * 300}"]',
            "agent in {} is ['" + "b" * 195 + "....",
        ),
    ],
)
def test_a_settings_file_that_no_person_wrote_is_refused_in_a_line(tmp_path: Path, text: str, what: str):
    path = tmp_path / "config.toml"
    path.write_text(text)
    begun = time.process_time()
    with pytest.raises(WrongUsage) as refused:
        load({}, path)
    said = str(refused.value)
    assert said.startswith(what.format(path))
    assert time.process_time() - begun < 5


def test_all_commands_about_settings_refuse_such_a_file(suptime: Suptime):
    path = suptime.home / "config.toml"
    path.write_text("agent = " + "[" * 5000)
    suptime.set(SUPTIME_CONFIG="config.toml")
    for command in ("config", "config get agent", "status"):
        assert "is nested too deeply" in suptime(command, code=2).err
    assert suptime("config set agent ana", code=2).err == (
        "Error: The settings file config.toml is not valid TOML: it is nested too deeply.\nCorrect it by hand first.\n"
    )
    assert suptime("config check", code=2).err.startswith(
        "config.toml: The file is not valid TOML: it is nested too deeply."
    )


@pytest.mark.parametrize(
    "form",
    ["{year}-{serial:0999999999}", "{year}-{serial:99}", "{year.__class__}-{serial}", "{year!r}{serial}"],
)
def test_a_number_format_makes_no_number_of_a_gigabyte_and_reaches_no_attribute(form: str):
    with pytest.raises(WrongUsage) as refused:
        number_for(form, 2026, 1)
    assert str(refused.value) == f"The number format {form} of the settings is not valid."


HEAD = 'msgid ""\nmsgstr ""\n"Language: de\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (HEAD.replace("utf-8", "tf-8"), "its encoding is unknown"),
        (
            HEAD + '"Plural-Forms: nplurals=99999999999; plural=n>1;\\n"\n',
            "it has ten plural forms or more",
        ),
        (
            HEAD + '"Plural-Forms: nplurals=2; plural=n(;\\n"\n',
            "its rule of plural forms does not work: unexpected token in plural form: (",
        ),
        (
            HEAD + '"Plural-Forms: nplurals=2; plural=1/n;\\n"\n',
            "its rule of plural forms does not work: integer division or modulo by zero",
        ),
        (HEAD + '"POT-Creation-Date: soon\\n or later\\n"\n', "its head is invalid"),
        ("#" * (4 * 1024 * 1024 + 1), "it is larger than 4096 KiB"),
    ],
)
def test_a_catalogue_of_ones_own_that_cannot_be_used_is_told_with_its_file(
    tmp_path: Path, text: str, why: str
):
    path = tmp_path / "languages" / "de.po"
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(WrongUsage) as refused:
        catalogue("de", tmp_path)
    assert str(refused.value) == f"The template {path}: {why}."


@pytest.mark.parametrize("piece", ["a", "a.", "(", "<", ",", '"', "\\", "(a)", "=?utf-8?q?a?= "])
def test_addresses_made_for_the_librarys_parser_take_no_long_time(piece: str):
    begun = time.process_time()
    read_mail(f"From: {piece * (60_000 // len(piece))}\nReply-To: {piece * 500}\n\nx".encode())
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    "headers",
    [
        "Content-Type: text/plain" + ";" * 60_000,
        "Content-Type: text/plain" + "\n ;a=b" * 10_000,
        "Content-Type: multipart/mixed; boundary=b\n\n"
        + ("--b\nContent-Type: text/plain; " + "(a)" * 600 + "\n\n") * 100,
    ],
)
def test_headers_that_say_too_much_of_parts_are_refused(headers: str):
    begun = time.process_time()
    with pytest.raises(WrongUsage) as refused:
        read_mail(f"From: a@b.example\n{headers}\n\nx".encode())
    assert str(refused.value) == "The message says at too great length what its parts are."
    assert refused.value.hint == "Type what it says with --subject, or have it sent again as plain text."
    assert time.process_time() - begun < 2


def test_twenty_attachments_with_long_names_are_all_named():
    part = "--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename*=utf-8''{}{}.pdf\n\nx\n"
    raw = "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n"
    raw += "".join(part.format("%E3%81%82" * 60, number) for number in range(20)) + "--b--\n"
    assert len(read_mail(raw.encode()).attachments) == 20


@pytest.mark.parametrize("said", ["99999:00", "999999:59:59", "47.000.11", "888888888"])
def test_a_row_says_of_no_work_that_it_took_more_than_ten_years(said: str):
    with pytest.raises(Bad) as bad:
        read_length("Duration", said, "hours", Reading(ReadOptions()))
    assert bad.value.expected == f'expected a length of time of at most ten years, found "{said}".'


def test_an_address_in_a_record_has_no_nul_in_it():
    record = {"type": "contact", "client": "acme", "email": "o@a\0.example"}
    assert [str(fault) for fault in read_line(1, json.dumps(record).encode())] == [
        "line 1: contact.email: expected a text without control characters, found '\\x00'."
    ]


def test_a_format_of_invoices_that_is_as_long_as_a_file_is_shortened(tmp_path: Path):
    (tmp_path / "config.toml").write_text(f'[mail]\nattach = ["{"9" * 5000}"]\n')
    with pytest.raises(WrongUsage) as refused:
        Mail.of(load({}, tmp_path / "config.toml"))
    assert str(refused.value) == (
        f'mail.attach in {tmp_path / "config.toml"} has "{"9" * 60}", which is not an invoice format.'
    )
