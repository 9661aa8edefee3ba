"""Pieces that are repeated, and how an input may begin and end around them: what size alone does to a reader."""

import time
from collections.abc import Iterator

from readers import READERS

PIECES = (
    *(
        "[",
        "]",
        "{",
        "(",
        "<",
        '"',
        "'",
        '"""\n',
        "\\",
        ",",
        ";",
        "=",
        ":",
        "#",
        "@",
        "-",
        ".",
        "/",
        "|",
        "&",
    ),
    *(" ", "\t", "\n", "\r", "\r\n", "a", "0", "9", "\0", "\u00e9", "\ud7ff"),
    *(
        '{"a":',
        "[[",
        '["a",',
        "a=[",
        "a.",
        "a = 1\n",
        "[a]\n",
        "[[a]]\n",
        'a = """\n',
        '"a" = {b = ',
        "1,2,3\n",
    ),
    *(
        '"\n',
        '""',
        '",',
        "a\n\n",
        "--b\n",
        "<!--",
        "<a ",
        "&#",
        "=?utf-8?q?a?= ",
        "<a@b>",
        "(a)",
        "re: ",
        "Re:\t",
    ),
    *(
        'msgid "a"\n',
        '"a"\n',
        "msgstr[0] ",
        "#, fuzzy\n",
        "#~ ",
        "i 2026-10-05 09:00 a\n",
        "inc 20261005T140000Z # a\n",
    ),
    *("1h", "1:", "00:", "PT1H", "1.", "2026-10-05 ", "T", "Z"),
)
HEADS = {
    "e-mail": (
        *("From: a@b.example\n\n", "From: a@b.example\nContent-Type: text/html\n\n", "From: ", "Subject: "),
        *(f"From: a@b.example\n{name}: " for name in ("Content-Type", "Date", "References", "X")),
    ),
    "timewarrior": ("", "[", '[{"start":"', "inc 20261005T140000Z # "),
    "watson": ("", "[", '[[1,2,"'),
    "timeclock": ("", "i 2026-10-05 09:00 "),
    "JSON Lines": ("", '{"type": "client", "code": "'),
    "config.toml": ("", "agent = ", "[seller]\n"),
    "contract file": ("", "[contract]\n", "[contract]\ncode = "),
    "catalogue": ("", 'msgid "a"\nmsgstr "', 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural='),
}

TAILS = dict.fromkeys(("config.toml", "contract file"), ("", "a = 1\n", '"', "]\n"))


def heads(reader: str) -> tuple[str, ...]:
    """How an input for READER may begin before it goes wrong: not at all, as some do, or as a good one does."""
    good = READERS[reader].seeds[0].decode("utf-8", "replace").partition("\n")[0] + "\n"
    return (*HEADS.get(reader, ("",)), good)


def grown(reader: str, size: int) -> Iterator[tuple[str, float]]:
    """Inputs of SIZE letters given to READER: how each is made, and the seconds of the processor it took."""
    for head in heads(reader):
        for piece in PIECES:
            for tail in TAILS.get(reader, ("",)):
                raw = (head + piece * (size // len(piece)) + tail).encode()
                begun = time.process_time()
                READERS[reader].read(raw)
                yield f"{head!r}, {piece!r} repeated, {tail!r}", time.process_time() - begun
