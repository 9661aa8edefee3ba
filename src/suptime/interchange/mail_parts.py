"""The parts of a message: its text, and the names of what is attached. Nothing is written or run."""

import re
from collections.abc import Iterator
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.utils import collapse_rfc2231_value

from suptime.errors import WrongUsage
from suptime.interchange.html_text import html_to_text

DEEPEST = 50
LONGEST_BODY = 200_000
LONGEST_NAME = 200
MOST_NAMES = 100

BROKEN = (
    *(ValueError, IndexError, AttributeError, LookupError, TypeError, AssertionError, OverflowError),
    *(RecursionError, MessageError),
)
"""What the standard library raises on headers and bodies that are not as they should be."""

# Codecs that Python knows and no mail uses: some take very long, one always fails.
_NO_CHARSETS = frozenset(
    ("punycode", "idna", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem")
)
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def plain(text: str) -> str:
    """TEXT on one line, without control characters and half letters."""
    return " ".join(_UNFIT.sub(" ", text).split())


def text_and_attachments(message: EmailMessage, most: int) -> tuple[str, tuple[str, ...]]:
    """What MESSAGE says, and the names of what is attached; at most MOST parts are looked at.

    Raises:
        WrongUsage: it has parts without end.
    """
    texts: list[str] = []
    names: list[str] = []
    for part, depth in _leaves(message, most):
        if depth > DEEPEST:
            raise WrongUsage(
                f"The message has parts within parts, more than {DEEPEST} deep.",
                hint="Have it sent again as plain text.",
            )
        if _is_attached(part):
            names.append(_name(part))
        elif text := _text(part):
            texts.append(text)
    said = "\n\n".join(texts).strip()
    if len(said) > LONGEST_BODY:
        said = f"{said[:LONGEST_BODY]}\n[... {len(said) - LONGEST_BODY} more characters]"
    if len(names) > MOST_NAMES:
        names[MOST_NAMES:] = [f"and {len(names) - MOST_NAMES} more"]
    return said, tuple(names)


def _leaves(message: Message, most: int) -> Iterator[tuple[Message, int]]:
    """The parts of MESSAGE that have no parts, each with its depth; of alternatives the one to read.

    A message that was forwarded as an attachment is a part without parts: it is named, not read.
    """
    waiting: list[tuple[Message, int]] = [(message, 0)]
    looked_at = 0
    while waiting:
        part, depth = waiting.pop()
        looked_at += 1
        if looked_at > most:
            raise WrongUsage(
                f"The message has more than {most} parts.", hint="Have it sent again as plain text."
            )
        children = part.get_payload() if _kind(part).startswith("multipart/") else None
        if not isinstance(children, list) or depth > DEEPEST:
            yield part, depth
            continue
        within = [child for child in children if isinstance(child, Message)]
        if _kind(part) == "multipart/alternative":
            within = [*_preferred(within)]
        waiting += [(child, depth + 1) for child in reversed(within)]


def _preferred(children: list[Message]) -> Iterator[Message]:
    """Of alternatives, the plain text if it says something, else the HTML, else what there is."""
    texts = [child for child in children if _kind(child) == "text/plain" and not _is_attached(child)]
    if chosen := next((child for child in texts if _text(child)), None):
        yield chosen
    else:
        yield from (child for child in children if child not in texts)
        return
    # What only an alternative carries, such as an invitation, is still named.
    yield from (child for child in children if child is not chosen and _is_attached(child))


def _kind(part: Message) -> str:
    try:
        return part.get_content_type()
    except BROKEN:
        return "text/plain"


def _is_attached(part: Message) -> bool:
    """Whether PART is something beside the message's text."""
    if _kind(part).startswith("multipart/"):
        return False
    try:
        disposition = part.get_content_disposition()
    except BROKEN:
        disposition = None
    if disposition == "attachment" or not _kind(part).startswith("text/"):
        return True
    return _kind(part) not in {"text/plain", "text/html"} or bool(_filename(part))


def _filename(part: Message) -> str:
    try:
        found = part.get_filename()
    except BROKEN:
        return ""
    return collapse_rfc2231_value(found) if found else ""


def _name(part: Message) -> str:
    """What PART is called, without any folder: a name is shown, and is no path to anything."""
    name = plain(_filename(part)).replace("\\", "/").rpartition("/")[2].strip(" .")
    return name[:LONGEST_NAME] or f"unnamed {plain(_kind(part))[:80]}"


def _text(part: Message) -> str:
    """What PART says, read as what it is."""
    try:
        raw = part.get_payload(decode=True)
    except BROKEN:
        raw = None
    if not isinstance(raw, bytes):
        return ""
    text = _decoded(raw, part)
    if _kind(part) == "text/html":
        text = html_to_text(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")
    return _UNFIT.sub("\ufffd", text).strip()


def _decoded(raw: bytes, part: Message) -> str:
    """RAW in the character set that PART names, else as UTF-8, else as what Windows writes."""
    try:
        named = part.get_content_charset() or "utf-8"
    except BROKEN:
        named = "utf-8"
    usable = named.replace("_", "-").lower() not in _NO_CHARSETS
    for charset in (*((named,) if usable else ()), "utf-8", "windows-1252"):
        try:
            return raw.decode(charset)
        except BROKEN:
            continue
    return raw.decode("latin-1")
