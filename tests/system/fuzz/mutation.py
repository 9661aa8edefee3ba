"""Inputs made to break a reader: good files with something wrong done to them, and rubbish.

Whatever is drawn comes from the `Random` that is given: the same one makes the same input again.
"""

from collections.abc import Callable, Sequence
from random import Random

LONGEST = 32 * 1024
"""No input is longer: what size alone does to a reader is tried in test_sizes.py."""

TOKENS = tuple(
    token.encode("utf-8", "surrogatepass") if isinstance(token, str) else token
    for token in (
        # What ends, opens or parts something in one of the formats.
        *('"', "'", '"""', "'''", "[", "]", "[[", "{", "}", "{{", "}}", "{%", "(", ")", "<", ">", ",", ";"),
        *(
            "=",
            ":",
            "#",
            "\\",
            "/",
            "|",
            "@",
            "&",
            "%",
            "$",
            "`",
            "-",
            "+",
            "\n",
            "\r\n",
            "\r",
            "\t",
            " ",
            "  ",
        ),
        *(
            "\n\n",
            "\n--b\n",
            "--b--",
            "<!--",
            "-->",
            "]]>",
            "</",
            "=?utf-8?B?",
            "?=",
            "\\u0000",
            "\\ud800",
            "\\n",
        ),
        # Control characters, what turns writing around, what is no letter, half a letter.
        *(
            "\x00",
            "\x1b[31m",
            "\x1b]0;t\x07",
            "\x07",
            "\x08",
            "\x7f",
            "\x85",
            "\x9b",
            "\ufeff",
            "\u202e",
            "\u2066",
        ),
        *("\u2028", "\u200f", "\u00ad", "\ufffe", "\uffff", "\ud800", "\udfff", "\U000e0041", "\u0301" * 8),
        *(b"\xff", b"\xfe\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80", b"\xff\xfe"),
        # Digits that are not ASCII, and letters that change when their case does.
        *("\u0661\u0662", "\u00b2", "\u2460", "\u0130", "\u1e9e", "\ufb01", "\u03c2"),
        # Numbers and days at the edge of what there is, and beyond.
        *("0", "-1", "00", "1e999999999", "-0.0", "nan", "inf", "NaN", "Infinity", "1" * 40, "9" * 5000),
        *("0x" + "f" * 5000, "0b1", "0o7", "1_000", ".5", "5.", "1.0000000000000000000000000000001"),
        *("2147483648", "4294967296", "9223372036854775808", "-9223372036854775809", "253402300800"),
        *(
            "0000-00-00",
            "0001-01-01",
            "1969-12-31",
            "2000-02-30",
            "9999-12-31",
            "10000-01-01",
            "99999999-1-1",
        ),
        *(
            "24:00",
            "25:61",
            "23:59:60",
            "00:00",
            "T",
            "Z",
            "+99:99",
            "-23:59",
            "1:2:3:4",
            "9999999999h",
            "PT",
        ),
        *("2026-03-08 02:30", "2026-11-01 01:30", "20261101T013000Z", "2026-W01-1", "2026-001"),
        # Values of other types, and words that mean something.
        *(
            "null",
            "true",
            "false",
            "[]",
            "{}",
            '""',
            "[1, 2]",
            '{"a": 1}',
            "1979-05-27T07:32:00Z",
            "07:32:00",
        ),
        *(
            "../../etc/passwd",
            "CON",
            "-rf",
            "--help",
            "%s%n",
            "$(id)",
            "=cmd|' /C calc'!A0",
            "\\x00",
            "a" * 300,
        ),
        *("multipart/mixed; boundary=b", "text/plain; charset=punycode", "base64", "utf-7", "boundary="),
        *(
            "msgid",
            "msgstr[9]",
            "msgctxt",
            "#~ ",
            "#, fuzzy",
            "%(x)s",
            "{number}",
            "{0.__class__}",
            "nplurals=9",
        ),
    )
)


def made(random: Random, seeds: Sequence[bytes]) -> bytes:
    """An input: mostly one of SEEDS changed in one to six places; at times tokens or bytes of no sense."""
    kind = random.random()
    if kind < 0.04:
        return random.randbytes(random.randrange(200))
    if kind < 0.10:
        return b"".join(random.choices(TOKENS, k=random.randrange(1, 20)))[:LONGEST]
    raw = bytearray(random.choice(seeds))
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4, 6))):
        random.choice(_EDITS)(random, raw, seeds)
    return bytes(raw[:LONGEST])


def _place(random: Random, raw: bytearray, longest: int = 60) -> slice:
    """Some stretch of RAW, mostly a short one."""
    start = random.randrange(len(raw) + 1)
    return slice(start, min(len(raw), start + random.randrange(longest)))


def _cut(random: Random, raw: bytearray, _seeds: Sequence[bytes]) -> None:
    del raw[_place(random, raw)]


def _truncate(random: Random, raw: bytearray, _seeds: Sequence[bytes]) -> None:
    del raw[random.randrange(len(raw) + 1) :]


def _double(random: Random, raw: bytearray, _seeds: Sequence[bytes]) -> None:
    place = _place(random, raw)
    raw[place] = raw[place] * random.choice((2, 2, 3, 50))


def _insert(random: Random, raw: bytearray, _seeds: Sequence[bytes]) -> None:
    at = random.randrange(len(raw) + 1)
    raw[at:at] = random.choice(TOKENS)


def _replace(random: Random, raw: bytearray, _seeds: Sequence[bytes]) -> None:
    raw[_place(random, raw, 12)] = random.choice(TOKENS)


def _flip(random: Random, raw: bytearray, _seeds: Sequence[bytes]) -> None:
    if raw:
        raw[random.randrange(len(raw))] ^= 1 << random.randrange(8)


def _value(random: Random, raw: bytearray, _seeds: Sequence[bytes]) -> None:
    """What stands after some separator, up to the next one, becomes something else."""
    starts = [at + 1 for at, byte in enumerate(raw) if byte in b"=:,;[ #"]
    if not starts:
        return
    start = random.choice(starts)
    end = next((at for at in range(start + 1, len(raw)) if raw[at] in b",;]}\n"), len(raw))
    raw[start:end] = b" " + random.choice(TOKENS)


def _number(random: Random, raw: bytearray, _seeds: Sequence[bytes]) -> None:
    """A number becomes another one."""
    digits = [at for at, byte in enumerate(raw) if 0x30 <= byte <= 0x39]
    if not digits:
        return
    start = end = random.choice(digits)
    while end < len(raw) and 0x30 <= raw[end] <= 0x39:
        end += 1
    raw[start:end] = random.choice((b"0", b"13", b"32", b"60", b"99", b"1970", b"9999", b"0" * 30, b"8" * 30))


def _line(random: Random, raw: bytearray, seeds: Sequence[bytes]) -> None:
    """A line is taken out, doubled, moved, or comes from another file."""
    lines = bytes(raw).splitlines(keepends=True)
    if not lines:
        return
    taken = lines.pop(random.randrange(len(lines)))
    what = random.randrange(4)
    if what == 1:
        taken *= 2
    elif what == 2:
        taken = random.choice(random.choice(seeds).splitlines(keepends=True) or [b""])
    if what:
        lines.insert(random.randrange(len(lines) + 1), taken)
    raw[:] = b"".join(lines)


def _encoding(random: Random, raw: bytearray, _seeds: Sequence[bytes]) -> None:
    text = bytes(raw).decode("utf-8", "replace")
    raw[:] = text.encode(random.choice(("utf-16", "utf-8-sig", "utf-16-le", "latin-1")), "replace")


_Edit = Callable[[Random, bytearray, Sequence[bytes]], None]
_EDITS: tuple[_Edit, ...] = (
    *(_cut, _double, _insert, _insert, _replace, _replace, _flip, _value, _value, _value, _number, _number),
    *(_line, _line, _truncate, _encoding),
)
