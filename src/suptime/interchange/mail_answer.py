"""An answer as an e-mail message (RFC 5322), ready to be sent: an .eml file's content."""

import re
from dataclasses import dataclass
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from suptime.domain.timespan import Instant, utc
from suptime.interchange.mail_parts import BROKEN, plain

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
    """Whether the addresses of ANSWER can stand in headers."""
    try:
        write_answer(answer)
    except ValueError:
        return False
    return True


def mailbox(address: str, name: str) -> Address:
    """ADDRESS with the NAME of whose it is.

    Raises:
        ValueError: it is none that a header can hold.
    """
    try:
        return Address(plain(name)[:100], addr_spec=address)
    except BROKEN as error:
        raise ValueError(address) from error
