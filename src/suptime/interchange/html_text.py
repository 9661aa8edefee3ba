"""HTML as plain text, for people who read messages in a terminal. Nothing in it is fetched or run."""

import re
from html.parser import HTMLParser

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
    r"""What a reader of HTML sees, in lines; at most `MOST_LETTERS` of it are read.

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
