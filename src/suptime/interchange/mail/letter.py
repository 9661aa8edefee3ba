"""A message with files attached (RFC 5322, MIME), the same bytes whenever it is made from the same letter."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import cast

from suptime.domain.time import Instant, utc
from suptime.interchange.mail.parts import BROKEN, plain

LONGEST_SUBJECT = 200

MOST_ANSWERED = 12

_ID = re.compile(r"<[!-;=?-~]{1,300}>")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer says, and to whom. `answered` are the ids of the messages before it, oldest first.

    `automatic` is whether no person decided to write it.
    """

    to: str
    to_name: str
    sender: str | None
    sender_name: str
    subject: str
    text: str
    at: Instant
    message_id: str
    answered: tuple[str, ...] = ()
    automatic: bool = True


def write_answer(answer: Answer) -> bytes:
    """ANSWER as a message; nothing in it can become a header of its own.

    Raises:
        ValueError: an address is none that a header can hold.
    """
    message = EmailMessage(policy=policy.SMTP)
    if answer.sender:
        message["From"] = mailbox(answer.sender, answer.sender_name)
    message["To"] = mailbox(answer.to, answer.to_name)
    message["Subject"] = plain(answer.subject)[:LONGEST_SUBJECT]
    message["Date"] = format_datetime(utc(answer.at))
    if answer.automatic:
        message["Auto-Submitted"] = "auto-replied"  # RFC 3834: so that no program answers it
        message["X-Auto-Response-Suppress"] = "All"
    message.set_content(answer.text)
    # The library would break long ids into encoded words, which no program takes for ids.
    ids = [found for found in answer.answered if _ID.fullmatch(found)]
    lines = [f"Message-ID: {answer.message_id}"] if _ID.fullmatch(answer.message_id) else []
    if ids:
        lines += [f"In-Reply-To: {ids[-1]}", "References: " + "\r\n ".join(ids[-MOST_ANSWERED:])]
    try:
        return "".join(f"{line}\r\n" for line in lines).encode("ascii") + message.as_bytes()
    except BROKEN as error:
        raise ValueError(answer.to) from error


def is_answerable(answer: Answer) -> bool:
    """Return whether the addresses of `answer` can stand in headers."""
    try:
        write_answer(answer)
    except ValueError:
        return False
    return True


def mailbox(address: str, name: str) -> Address:
    """ADDRESS with the `name` of whose it is.

    Raises:
        ValueError: it is none that a header can hold.
    """
    try:
        return Address(plain(name)[:100], addr_spec=address)
    except BROKEN as error:
        raise ValueError(address) from error


TYPES = {
    ".pdf": ("application", "pdf"),
    ".xml": ("application", "xml"),
    ".html": ("text", "html"),
    ".csv": ("text", "csv"),
    ".json": ("application", "json"),
    ".md": ("text", "markdown"),
    ".txt": ("text", "plain"),
}

"""What a file is, by the ending of its name."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a letter. Its name is made harmless when it is written."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file as it was sent: its name, media type and bytes."""

    name: str
    type: str
    content: bytes

    @property
    def digest(self) -> str:
        """The SHA-256 of the bytes."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message says, to whom, and what is attached. Addresses are bare, names may be empty.

    `key` is what makes it another message than one that says the same: its id is made of it.
    """

    to: str
    to_name: str
    sender: str
    sender_name: str
    subject: str
    text: str
    at: Instant
    key: str
    reply_to: str | None = None
    enclosed: Sequence[Enclosure] = ()


def message_id(letter: Letter) -> str:
    """Return the id of `letter`: of what it is about, where it goes and when, and of nothing else."""
    told = "\n".join((letter.key, letter.to, letter.sender, str(letter.at)))
    domain = mailable(letter.sender).rpartition("@")[2]
    return f"<{hashlib.sha256(told.encode()).hexdigest()[:32]}@{domain}>"


def write_letter(letter: Letter) -> bytes:
    """LETTER as a message of 7-bit lines; nothing in it can become a header of its own.

    Raises:
        ValueError: an address is none that a header can hold.
    """
    identity = message_id(letter)
    message = EmailMessage(policy=policy.SMTP)
    try:
        message["From"] = mailbox(mailable(letter.sender), letter.sender_name)
        message["To"] = mailbox(mailable(letter.to), letter.to_name)
        if letter.reply_to:
            message["Reply-To"] = mailbox(mailable(letter.reply_to), "")
        message["Subject"] = plain(letter.subject)[:LONGEST_SUBJECT]
        message["Date"] = format_datetime(utc(letter.at))
        # Quoted-printable whatever is in it: long lines and every alphabet go through any server.
        message.set_content(letter.text, cte="quoted-printable")
        for enclosure in letter.enclosed:
            name = file_name(enclosure.name)
            kind, subkind = TYPES["." + name.rpartition(".")[2]]
            message.add_attachment(enclosure.content, kind, subkind, filename=name)
        if letter.enclosed:
            # The library would draw lots for it, and the same letter would not be the same bytes.
            message.set_boundary(f"=_{hashlib.sha256(identity.encode()).hexdigest()[:32]}")
        # Written by hand: the library would fold a long one, which no program then takes for an id.
        made = f"Message-ID: {identity}\r\n".encode("ascii") + message.as_bytes()
        made.decode("ascii")
    except BROKEN as error:
        raise ValueError(letter.to) from error
    return made


def enclosed_in(message: bytes) -> list[Enclosed]:
    """Return the files attached to a `message` of `write_letter`."""
    return [
        Enclosed(
            file_name(part.get_filename() or "attachment"),
            part.get_content_type(),
            cast("bytes", part.get_payload(decode=True)),
        )
        for part in message_from_bytes(message, policy=policy.SMTP).iter_attachments()
    ]


def mailable(address: str) -> str:
    """ADDRESS as every mail server takes it: its domain in ASCII (IDNA).

    >>> mailable("post@müller.example")
    'post@xn--mller-kva.example'

    Raises:
        ValueError: its name has letters that many servers do not take, or its domain is none.
    """
    name, _, domain = address.rpartition("@")
    if not name.isascii():
        raise ValueError(address)
    try:
        return f"{name}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError as error:
        raise ValueError(address) from error


def file_name(name: str) -> str:
    """NAME with only such letters as no mail program and no disk makes something else of.

    >>> file_name("RE/2026 7.pdf")
    'RE_2026_7.pdf'
    """
    return re.sub(r"[^A-Za-z0-9._-]", "_", name).lstrip(".")[-100:]
