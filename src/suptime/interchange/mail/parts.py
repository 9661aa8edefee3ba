"""The parts of a message: its text, and the names of what is attached. Nothing is written or run."""

import re
from collections.abc import Iterator
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.utils import collapse_rfc2231_value
from html.parser import HTMLParser

from suptime.errors import WrongUsage

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
    """Return what `message` says, and the names of what is attached; at most `most` parts are looked at.

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
    """Yield the parts of `message` that have no parts, each with its depth; of alternatives the one to read.

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
    """Return whether `part` is something beside the message's text."""
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
    """Return what `part` is called, without any folder: a name is shown, and is no path to anything."""
    name = plain(_filename(part)).replace("\\", "/").rpartition("/")[2].strip(" .")
    return name[:LONGEST_NAME] or f"unnamed {plain(_kind(part))[:80]}"


def _text(part: Message) -> str:
    """Return what `part` says, read as what it is."""
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
    """RAW in the character set that `part` names, else as UTF-8, else as what Windows writes."""
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


MOST_LETTERS = 200_000

"""So much of an HTML body is read: no person writes more."""

_UNSEEN = frozenset(("script", "style", "head", "title", "template", "noscript", "object", "svg", "select"))

_BLOCKS = frozenset(
    """
    address article aside blockquote div dl dt dd fieldset figure footer form h1 h2 h3 h4 h5 h6
    header hr li main nav ol p pre section table tr ul
    """.split()
)

_TAG = re.compile(r"<(/?[A-Za-z][A-Za-z0-9]{0,20})((?:[\s/][^<>]{0,2000})?)>|<[!?][^<>]{0,2000}>|<")

_ALT = re.compile(r"""\balt\s*=\s*(?:"([^"]+)"|'([^']+)'|(\w+))""", re.IGNORECASE)


def _simple(html: str) -> str:
    """HTML with bare tags alone: no comments, no attributes, and no < that begins none.

    The parser of the standard library searches to the end for the quote or the bracket that
    closes what was opened, again and again: a page made for it takes minutes.
    """
    kept, at = [], 0
    while (start := html.find("<!--", at)) >= 0:
        kept.append(html[at:start])
        end = html.find("-->", start + 4)
        at = len(html) if end < 0 else end + 3
    kept.append(html[at:])
    return _TAG.sub(_bare, "".join(kept))


def _bare(found: re.Match[str]) -> str:
    name: str | None = found[1]
    if name is None:
        return "" if len(found[0]) > 1 else "&lt;"
    if name.lower() == "img" and (alt := _ALT.search(found[2])):
        return f"[{alt[1] or alt[2] or alt[3]}]"
    return f"<{name}>"


class _Text(HTMLParser):
    """Collects what a reader would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "br" or tag in _BLOCKS:
            self.seen.append("\n")
        elif tag in {"td", "th"}:
            self.seen.append(" ")
        if tag == "li":
            self.seen.append("- ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _BLOCKS:
            self.seen.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.seen.append(re.sub(r"\s+", " ", data))


def html_to_text(html: str) -> str:
    r"""Return what a reader of `html` sees, in lines; at most `MOST_LETTERS` of it are read.

    >>> html_to_text("<style>p{}</style><p>Hello&nbsp;<b>you</b>,</p><ul><li>one<li>two</ul>")
    'Hello you,\n\n- one\n- two'
    """
    parser = _Text()
    read = _simple(html[:MOST_LETTERS])
    try:
        parser.feed(read)
        parser.close()
        text = "".join(parser.seen)
    except (AssertionError, ValueError, RecursionError):
        # What the parser gives up on is no HTML: its words without what looks like tags.
        text = re.sub(r"<[^<>]*>", " ", read)
    lines = [re.sub(r"[ \t\xa0]+", " ", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
