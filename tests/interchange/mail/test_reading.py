"""Messages as they come, read by `interchange.mail`: what can be understood is taken, the rest does no harm."""

import base64
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from suptime.errors import WrongUsage
from suptime.interchange.mail.message import Hop, Mail, read_mail, without_answer_marks
from suptime.interchange.mail.parts import html_to_text

MESSAGES = Path(__file__).parent / "messages"
FIVE_PAST_NINE = int(datetime(2026, 10, 5, 14, 20, tzinfo=UTC).timestamp())


def mail(name: str) -> Mail:
    return read_mail((MESSAGES / f"{name}.eml").read_bytes())


def test_a_plain_message_is_read_as_it_is():
    assert mail("plain") == Mail(
        sender="jo@acme.example",
        sender_name="Ng, Jo",
        reply_to=None,
        to="support@vendor.example",
        subject="Re: AW: Create a campaign for us",
        sent_at=FIVE_PAST_NINE,
        received=(Hop("in.vendor.example", FIVE_PAST_NINE + 3),),
        message_id="<plain-1@acme.example>",
        thread=("<plain-1@acme.example>",),
        answers=(),
        refers_to=(),
        automatic="",
        answered_by_program=False,
        body=(
            "Hello,\n\nplease create a campaign like the one of last spring – for Zürich.\n\n"
            "Kind regards\nJo\n-- \nJo Ng, Acme Leads"
        ),
        attachments=(),
    )


@pytest.mark.parametrize(
    ("received", "host", "is_dated"),
    [
        ("from a by MX.Firm.Example.; Mon, 05 Oct 2026 14:20:00 +0000", "mx.firm.example", True),
        (
            "from a (helo by x (by y)) by mx.firm.example (z; by q) with ESMTP;\r\n Mon, 05 Oct 2026 14:20:00 +0000",
            "mx.firm.example",
            True,
        ),
        ("by mx.firm.example; yesterday", "mx.firm.example", False),
        ("nonsense", "", False),
    ],
)
def test_who_received_a_message_and_when_is_read(received: str, host: str, is_dated: bool):
    read = read_mail(f"Received: {received}\r\nFrom: jo@acme.example\r\n\r\nx".encode())
    assert read.received == (Hop(host, FIVE_PAST_NINE if is_dated else None),)


@pytest.mark.parametrize(
    ("header", "is_answer"),
    [
        ("Auto-Submitted: auto-replied (vacation)", True),
        ("Auto-Submitted: Auto-Replied; owner=x", True),
        ("Auto-Submitted: auto-generated", False),
        ("Return-Path: < >", True),
        ("Return-Path: <a@b.example>", False),
        ("Content-Type: multipart/report; boundary=x", True),
        ("Precedence: bulk", False),
    ],
)
def test_answers_of_programs_are_told_from_other_mail(header: str, is_answer: bool):
    assert read_mail(f"{header}\r\nFrom: jo@acme.example\r\n\r\nx".encode()).answered_by_program is is_answer


def test_of_alternatives_the_plain_one_is_read_and_what_is_attached_is_named():
    read = mail("multipart")
    assert read.sender_name == "Müller, Jörg"
    assert read.subject == "Löschen vieler Datensätze"
    assert read.body.startswith(
        "Can we delete many records at once? We have some 5\u202f000 of them, and one by one"
    )
    assert read.attachments == ("logo.png", "Liste für Mai.pdf")


@pytest.mark.parametrize(
    ("name", "subject", "body"),
    [
        ("iso-2022-jp", "キャンペーンについて", "キャンペーンを作成してください。"),
        ("windows-1252", "Preis in € – wo?", "Der Preis steht in € – aber wo?"),
        ("unknown-charset", "Odd", "Grüße"),
        ("no-body", "Nothing else", ""),
        ("unix-lines", "Saved from a mailbox", "Saved."),
    ],
)
def test_any_character_set_is_read(name, subject, body):
    read = mail(name)
    assert (read.subject, read.body) == (subject, body)


def test_a_body_in_another_character_set_than_it_says_is_read_all_the_same():
    read = mail("wrong-charset")
    assert read.body == "It says café, and is UTF-8."
    assert "question" in read.subject


def test_html_is_read_as_text_and_nothing_in_it_is_run_or_fetched():
    assert mail("html-only").body == (
        "Hello,\n\nplease put your script on this form:\nhttps://acme.example/form\n\n"
        "- before Friday\n\n- on the <second> page"
    )


def test_names_of_attachments_lead_to_no_folder():
    read = mail("attachments")
    assert read.body == "See the files."
    assert read.attachments == (
        "evil.sh",
        "evil.exe",
        "name [31m.txt",
        "unnamed message/rfc822",
        "unnamed image/png",
    )


def test_headers_that_cannot_be_parsed_are_read_as_well_as_they_can_be():
    read = mail("broken-headers")
    assert read.sender == "jo@acme.example"
    assert read.subject.startswith("€")
    assert read.message_id.startswith("sha256:")
    assert read.body.endswith("Still readable.")


def test_line_breaks_in_encoded_words_stay_in_their_line():
    read = mail("injection")
    assert read.subject == "Hello Bcc: victim@elsewhere.example Body"
    assert read.sender == "jo@acme.example"
    assert "\n" not in read.sender_name


@pytest.mark.parametrize(
    ("name", "sent_at"),
    [("no-date", None), ("bad-date", None), ("future", 4000180800 - 187200), ("plain", FIVE_PAST_NINE)],
)
def test_the_date_is_the_one_of_its_header(name, sent_at):
    expected = None if sent_at is None else mail(name).sent_at
    assert mail(name).sent_at == expected
    assert (mail(name).sent_at is None) == (sent_at is None)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("Auto-Submitted: auto-generated", "it was sent by a program (Auto-Submitted)"),
        ("Precedence: list", "it is bulk mail (Precedence)"),
        ("List-Unsubscribe: <mailto:x@y.example>", "it came through a mailing list"),
        ("X-Auto-Response-Suppress: OOF", "it was sent by a program"),
        ("Return-Path: <>", "it is a report of the mail system"),
        ("Content-Type: multipart/report; boundary=b", "it is a report of the mail system"),
        ("Auto-Submitted: no", ""),
        ("Return-Path: <jo@acme.example>", ""),
    ],
)
def test_programs_and_lists_are_told_from_people(header, reason):
    raw = f"From: jo@acme.example\nSubject: x\n{header}\n\nHello\n"
    assert read_mail(raw.encode()).automatic == reason


def test_nobody_answers_a_sender_that_nobody_reads():
    assert read_mail(b"From: no-reply@acme.example\n\nx").automatic == "nobody reads no-reply@acme.example"
    assert read_mail(b"From: norbert@acme.example\n\nx").automatic == ""


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Re: Fwd: AW: x", "x"),
        ("RE[3]: x", "x"),
        ("Antw: SV: x", "x"),
        ("Regarding: x", "Regarding: x"),
        ("Re x", "Re x"),
        ("re:re:re:", ""),
        ("", ""),
    ],
)
def test_marks_of_answers_are_taken_off_the_subject(subject, bare):
    assert without_answer_marks(subject) == bare


def deep(levels: int) -> bytes:
    parts = [b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b0\n\n"]
    parts += [f"--b{n}\nContent-Type: multipart/mixed; boundary=b{n + 1}\n\n".encode() for n in range(levels)]
    return b"".join(parts)


MANY_PARTS = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 5_000

REFUSED = {
    "nothing": (b"", "The message is empty.", "Save it anew, with its headers."),
    "blanks": (b" \r\n\r\n", "The message is empty.", "Save it anew, with its headers."),
    "a picture": (
        b"\x89PNG\r\n\x1a\n\x00\x00",
        "This is no e-mail message: it does not begin with headers.",
        "Save the message as its source, in most programs as an .eml file.",
    ),
    "a letter": (
        b"Hello,\n\nplease help.\n",
        "This is no e-mail message: it does not begin with headers.",
        "Save the message as its source, in most programs as an .eml file.",
    ),
    "a film": (
        b"From: a@b.example\n\n" + b"x" * (25 * 1024 * 1024),
        "The message is larger than 25 MB.",
        "Save it without its attachments.",
    ),
    "a long header": (
        b"From: a@b.example\nTo: " + b"a@b.example,\n " * 10_000 + b"\n\nx",
        "The message has a header of more than 64 KB.",
        "Type what it says with --subject, or have it sent again as plain text.",
    ),
    "depth": (
        deep(100),
        "The message has parts within parts, more than 50 deep.",
        "Have it sent again as plain text.",
    ),
    "bottomless": (
        deep(990),
        "The message has parts within parts without end.",
        "Type what it says with --subject, or have it sent again as plain text.",
    ),
    "many parts": (
        MANY_PARTS,
        "The message has more than 1000 parts.",
        "Have it sent again as plain text.",
    ),
    "many headed parts": (
        MANY_PARTS.replace(b"--b\n\n", b"--b\nContent-Type: text/plain\n\n"),
        "The message has more than 1000 parts.",
        "Type what it says with --subject, or have it sent again as plain text.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_take_the_reader_down_is_refused_in_words(name):
    raw, what, hint = REFUSED[name]
    begun = time.monotonic()
    with pytest.raises(WrongUsage) as refused:
        read_mail(raw)
    assert (str(refused.value), refused.value.hint) == (what, hint)
    assert time.monotonic() - begun < 5


def test_a_long_list_of_recipients_takes_no_long_time():
    begun = time.monotonic()
    read_mail(b"From: a@b.example\nTo: " + b"a@b.example,\n " * 4_000 + b"c@d.example\n\nx")
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    "piece", ["<!", "<![", "<a href='", "&#", "<!--", "</", "<div>", "<script>", "<img alt='"]
)
def test_html_that_never_ends_takes_no_long_time(piece):
    begun = time.monotonic()
    html_to_text(piece * 300_000)
    assert time.monotonic() - begun < 10


def unfit(text: str) -> bool:
    return any("\ud800" <= c <= "\udfff" or c == "\x00" for c in text)


HEADERS = st.sampled_from(
    [
        "From",
        "Reply-To",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "References",
        "Content-Type",
        "Auto-Submitted",
    ]
)
PIECES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [
            *(
                b"=?utf-8?B?",
                b"=?utf-8?Q?=FF?=",
                b"?=",
                b"<",
                b">",
                b'"',
                b"(",
                b")",
                b"@",
                b"a@b.example",
                b";",
                b",",
            ),
            *(
                b"multipart/mixed; boundary=b",
                b"text/html; charset=zlib",
                b"charset*0*=x''%",
                b"\n ",
                b"=0D=0A",
                b"\x00",
            ),
            *(
                b"text/plain; charset=punycode",
                b"Mon, 05 Oct 2026 09:20:00 -0500",
                b"[",
                b"]",
                b"\xed\xa0\x80",
                b"--b\n",
            ),
        ]
    ),
)


@given(
    st.lists(st.tuples(HEADERS, st.lists(PIECES, max_size=6)), max_size=8),
    st.lists(st.one_of(PIECES, st.just(b"\n--b\nContent-Type: text/html\n\n<p>")), max_size=12),
)
@example([("Content-Type", [b"text/plain; charset=undefined"])], [b"x"])
@settings(max_examples=300, deadline=None)
def test_whatever_comes_is_read_or_refused_in_words(headers, body):
    raw = b"X: y\n" + b"".join(name.encode() + b": " + b"".join(v) + b"\n" for name, v in headers)
    try:
        read = read_mail(raw + b"\n" + b"".join(body))
    except WrongUsage:
        return
    shown = (read.subject, read.sender or "", read.sender_name, read.body, *read.attachments, *read.thread)
    assert not any(unfit(text) for text in shown)
    assert not any(c in read.subject + (read.sender or "") + read.sender_name for c in "\r\n")


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_after_a_header_are_read(body):
    encoded = base64.encodebytes(body)
    for cte in (b"base64", b"quoted-printable", b"x-uuencode", b"8bit"):
        raw = b"From: a@b.example\nContent-Transfer-Encoding: " + cte + b"\n\n"
        assert not unfit(read_mail(raw + (encoded if cte == b"base64" else body)).body)
