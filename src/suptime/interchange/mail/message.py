"""A message as it comes by e-mail (RFC 5322, MIME), read with the standard library and great distrust.

What a sender writes may be wrong in every way: headers that cannot be parsed, character
sets that do not exist, bodies in another one than they say. What can be understood is
taken; what would take the reader down (depth, size, number of parts) is refused in words.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any

from suptime.domain.time import Instant, to_instant
from suptime.errors import WrongUsage
from suptime.interchange.mail.parts import BROKEN, plain, text_and_attachments

LARGEST = 25 * 1024 * 1024
LARGEST_HEADER = 64 * 1024
MOST_PARTS = 1_000
LONGEST_SUBJECT = 1_000
LONGEST_ADDRESSES = 2_000
"""So many letters of a header of addresses are looked at: the first address counts, and the library's
parser takes minutes for a long header that was made for it."""
MOST_HOPS = 100
DEEPEST_COMMENT = 5
LARGEST_CONTENT = 2_000
"""Bytes of a header that says what a part is: parsed again and again, for the same reason."""
LARGEST_CONTENTS = 64 * 1024
"""Bytes of all such headers that are longer than most."""

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")
_ID = re.compile(r"<[^<>\s]{1,996}>")
_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:")
_ANSWERING = re.compile(
    r"\s*(?:(?:re|fwd?|aw|wg|antw|sv|vs|vl|tr|rv|res|enc|odp|ynt|ref)\s*(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*[:\uff1a]\s*)+",
    re.IGNORECASE,
)
_NO_REPLY = re.compile(
    r"(?:mailer-daemon|postmaster|no-?_?reply|do-?_?not-?_?reply|bounces?|listserv|majordomo)(?:[+=.-].*)?@",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Hop:
    """A host that received a message, in small letters, and when; None where the header does not say."""

    host: str
    at: Instant | None


@dataclass(frozen=True, slots=True)
class Mail:
    """A message, understood as far as it can be.

    `sender` and `reply_to` are addresses, `sent_at` the instant of its Date header; each is
    None where there is none. `received` says who received it and when, as its Received headers do, the topmost
    first. `message_id` is as its header has it, else one made of the
    message's SHA-256, so that the same bytes are the same message; `thread` are the ids of
    its header that an answer refers to, the oldest first; `answers` are those that it says it answers (In-Reply-To),
    `refers_to` those that it refers to besides, both with the last first. `automatic` says why nobody
    should be answered, or is empty; `answered_by_program` whether a program or the mail system wrote it as an answer.
    """

    sender: str | None
    sender_name: str
    reply_to: str | None
    to: str | None
    subject: str
    sent_at: Instant | None
    received: tuple[Hop, ...]
    message_id: str
    thread: tuple[str, ...]
    answers: tuple[str, ...]
    refers_to: tuple[str, ...]
    automatic: str
    answered_by_program: bool
    body: str
    attachments: tuple[str, ...]


def read_mail(raw: bytes) -> Mail:
    """Return the message in `raw`.

    Raises:
        WrongUsage: it is no message, or larger, deeper or of more parts than anyone writes.
    """
    _bearable(raw)
    try:
        message = message_from_bytes(raw, policy=policy.default)
        body, attachments = text_and_attachments(message, MOST_PARTS)
    except RecursionError as error:
        raise WrongUsage(_BOTTOMLESS, hint=_FORWARD) from error
    ids = _ids(message, "message-id")
    sender, name = _from(message)
    return Mail(
        sender=sender,
        sender_name=name,
        reply_to=_address(message, "reply-to")[0],
        to=_address(message, "to")[0],
        subject=plain(_text(message, "subject"))[:LONGEST_SUBJECT].strip(),
        sent_at=_instant(_raw(message, "date")),
        received=tuple(_received(message)),
        message_id=ids[0] if ids else f"sha256:{hashlib.sha256(raw).hexdigest()}",
        thread=(*(_ids(message, "references") or _ids(message, "in-reply-to"))[-20:], *ids[:1]),
        answers=_ids(message, "in-reply-to")[-20:][::-1],
        refers_to=_ids(message, "references")[-20:][::-1],
        automatic=_automatic(message, sender),
        answered_by_program=_is_answer_of_program(message),
        body=body,
        attachments=attachments,
    )


_BOTTOMLESS = "The message has parts within parts without end."
_FORWARD = "Type what it says with --subject, or have it sent again as plain text."


def without_answer_marks(subject: str) -> str:
    """SUBJECT without what mail programs put before it: Re:, Fwd:, AW: and their like.

    >>> without_answer_marks("AW: Re[2]: fwd: Nightly export")
    'Nightly export'
    """
    return _ANSWERING.sub("", subject, count=1) if _ANSWERING.match(subject) else subject.strip()


def _bearable(raw: bytes) -> None:
    """Refuse `raw` where it is no message, or one that was made to break its reader."""
    if len(raw) > LARGEST:
        raise WrongUsage(
            f"The message is larger than {LARGEST // 1024**2} MB.", hint="Save it without its attachments."
        )
    if not raw.strip():
        raise WrongUsage("The message is empty.", hint="Save it anew, with its headers.")
    lowered = raw.lower()
    if lowered.count(b"boundary=") > MOST_PARTS // 5:
        raise WrongUsage(_BOTTOMLESS, hint=_FORWARD)
    parts = lowered.count(b"content-type:")
    if parts > MOST_PARTS:
        raise WrongUsage(f"The message has more than {MOST_PARTS} parts.", hint=_FORWARD)
    lines = raw.splitlines()
    start = 1 if lines[0].startswith((b"From ", b">From ")) else 0
    if not any(_FIELD.match(line.lstrip(b"\xef\xbb\xbf")) for line in lines[start : start + 1]):
        raise WrongUsage(
            "This is no e-mail message: it does not begin with headers.",
            hint="Save the message as its source, in most programs as an .eml file.",
        )
    contents = 0
    for content, size in _header_sizes(lines):
        if size > LARGEST_HEADER:
            raise WrongUsage(
                f"The message has a header of more than {LARGEST_HEADER // 1024} KB.", hint=_FORWARD
            )
        contents += size if content and size > _USUAL_CONTENT else 0
        if content and (size > LARGEST_CONTENT or contents > LARGEST_CONTENTS):
            raise WrongUsage("The message says at too great length what its parts are.", hint=_FORWARD)


_USUAL_CONTENT = 300


def _header_sizes(lines: list[bytes]) -> Iterator[tuple[bool, int]]:
    """How large each header of the message and of its parts is, its folded lines together, and whether it is a Content- one.

    Wherever a part may begin a header is looked for: what only looks like one is one too many, and does no harm.
    """
    inside, content, size = True, False, 0
    for line in lines:
        if inside and line[:1] in {b" ", b"\t"}:
            size += len(line)
            continue
        if size:
            yield content, size
        if not line.strip():
            inside, size = False, 0
        elif line.startswith(b"--"):
            inside, size = True, 0
        else:
            size = len(line) if inside else 0
            content = line[:8].lower() == b"content-"
    if size:
        yield content, size


def _raw(message: EmailMessage, name: str) -> str:
    """Return the header `name` as it stands, or nothing."""
    return next((str(value) for key, value in message.raw_items() if key.lower() == name), "")


def _text(message: EmailMessage, name: str) -> str:
    """Return the header `name` in words, encoded words decoded, whatever is wrong with them."""
    if not (raw := _raw(message, name)):
        return ""
    try:
        return str(message[name])
    except BROKEN:
        return _decoded(raw)


def _decoded(raw: str) -> str:
    """RAW with its encoded words decoded one by one, each as well as it can be."""
    said = []
    try:
        for piece, charset in decode_header(raw):
            if isinstance(piece, str):
                said.append(piece)
            else:
                try:
                    said.append(piece.decode(charset or "utf-8", "replace"))
                except LookupError:
                    said.append(piece.decode("utf-8", "replace"))
    except (ValueError, MessageError):
        return raw
    return "".join(said)


def _address(message: EmailMessage, name: str) -> tuple[str | None, str]:
    """Return the first address of the header `name`, and the name beside it."""
    if not (raw := _raw(message, name)[:LONGEST_ADDRESSES]):
        return None, ""
    try:
        parsed: Any = message.policy.header_fetch_parse(name, raw)
        found = [(a.display_name, a.addr_spec) for a in parsed.addresses]
    except BROKEN:
        found = []
    if not any(_ADDRESS.fullmatch(address) for _, address in found):
        # What stands in angle brackets is an address, whatever is wrong with the rest.
        found = [("", address) for address in re.findall(r"<\s*([^<>\s]+)\s*>", raw)]
        with suppress(RecursionError):  # a comment in a comment in a comment
            found += [("", address) for _, address in getaddresses([raw.replace("\n", " ")])]
        found += [("", address) for address in _ADDRESS.findall(plain(raw))]
    for shown, address in found:
        if (
            _ADDRESS.fullmatch(address)
            and address.isprintable()
            and "=?" not in address
            and "?=" not in address
        ):
            return address, plain(shown)
    return None, ""


def _from(message: EmailMessage) -> tuple[str | None, str]:
    """Who wrote it: From, else whom to answer, else who sent it."""
    for name in ("from", "reply-to", "sender"):
        address, shown = _address(message, name)
        if address:
            return address, shown
    return None, ""


def _received(message: EmailMessage) -> Iterator[Hop]:
    """Yield the hops of the Received headers (RFC 5321, 4.4), the topmost first."""
    found = [str(value) for key, value in message.raw_items() if key.lower() == "received"]
    for value in found[:MOST_HOPS]:
        stated, _, date = value.rpartition(";")
        for _ in range(DEEPEST_COMMENT):
            stated = re.sub(r"\([^()]*\)", " ", stated)
        host = re.search(r"(?:^|\s)by\s+([^\s;()]+)", stated, re.IGNORECASE)
        yield Hop(host[1].rstrip(".").lower() if host else "", _instant(date))


def _is_answer_of_program(message: EmailMessage) -> bool:
    """Return whether a program wrote the message as an answer (RFC 3834), or the mail system as a report."""
    submitted = re.match(r"\s*([a-z-]*)", _raw(message, "auto-submitted").lower())
    kind = _raw(message, "content-type").partition(";")[0].strip().lower()
    returns = "".join(_raw(message, "return-path").split())
    is_reply = submitted is not None and submitted[1] == "auto-replied"
    return is_reply or kind == "multipart/report" or returns == "<>"


def _instant(text: str) -> Instant | None:
    """Return the instant that the text of a header says, if it is one from 1990 on."""
    try:
        moment = parsedate_to_datetime(text)
        # A date without an offset, or with -0000, is told in UTC (RFC 5322, 3.3).
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        instant = to_instant(aware)
    except BROKEN:
        return None
    return instant if instant >= 631_152_000 else None


def _ids(message: EmailMessage, name: str) -> tuple[str, ...]:
    """Return the message ids in the header `name`, each with its brackets."""
    return tuple(
        found for found in _ID.findall(_raw(message, name)) if found.isascii() and found.isprintable()
    )


def _automatic(message: EmailMessage, sender: str | None) -> str:
    """Return why this message gets no automatic answer (RFC 3834), or nothing."""
    submitted = _raw(message, "auto-submitted").strip().lower()
    if submitted and not submitted.startswith("no"):
        return "it was sent by a program (Auto-Submitted)"
    if _raw(message, "precedence").strip().lower() in {"bulk", "junk", "list", "auto_reply"}:
        return "it is bulk mail (Precedence)"
    if any(_raw(message, name) for name in ("list-id", "list-post", "list-unsubscribe", "mailing-list")):
        return "it came through a mailing list"
    if any(
        _raw(message, name) for name in ("x-autoreply", "x-autorespond", "x-auto-response-suppress", "x-loop")
    ):
        return "it was sent by a program"
    if _raw(message, "return-path").strip() == "<>":
        return "it is a report of the mail system"
    content = _raw(message, "content-type").lower()
    if "multipart/report" in content:
        return "it is a report of the mail system"
    if sender and _NO_REPLY.match(sender):
        return f"nobody reads {sender}"
    return ""
