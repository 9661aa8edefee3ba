"""Kinds of values: how a text is read, and why it cannot be read.

A kind is the same object for options, settings files, contract files and records. It raises no errors: each
surface turns a `Problem` into its own words and adds the place:

    typed      "USX" is not a currency of ISO 4217. Did you mean USD? / Expected three capital letters such as USD, EUR or GBP.
    in a file  line 7: currency: expected three capital letters such as USD, EUR or GBP, found "USX".

This module only loads modules that the timer needs: the kinds of amounts import decimals themselves.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, get_type_hints

from suptime.domain import names
from suptime.domain.time import DAY as DAY_SECONDS
from suptime.domain.time import LONGEST as LONGEST_TIME
from suptime.domain.time import (
    MINUTE,
    Instant,
    Month,
    Seconds,
    parse_duration,
    rfc3339,
    show_duration,
    to_instant,
)
from suptime.errors import WrongUsage

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

T = TypeVar("T")

# BR-CL-25: EAS, the schemes of electronic addresses.
EAS = frozenset(
    "0002 0007 0009 0037 0060 0088 0096 0097 0106 0130 0135 0142 0147 0151 0154 0158 0170 0177 0183 0184 "
    "0188 0190 0191 0192 0193 0194 0195 0196 0198 0199 0200 0201 0202 0203 0204 0205 0208 0209 0210 0211 "
    "0212 0213 0215 0216 0217 0218 0219 0220 0221 0225 0230 0235 0240 0242 0244 0245 0246 0248 9910 9913 "
    "9914 9915 9918 9919 9920 9922 9923 9924 9925 9926 9927 9928 9929 9930 9931 9932 9933 9934 9935 9936 "
    "9937 9938 9939 9940 9941 9942 9943 9944 9945 9946 9947 9948 9949 9950 9951 9952 9953 9957 9959 AN AQ "
    "AS AU EM".split()
)

# CL008 of Peppol: the schemes of EAS that identify a member of the network.
NETWORK = frozenset(scheme for scheme in EAS if scheme.isdecimal())

# BR-CL-10, BR-CL-11: ISO 6523, the schemes of identifiers of parties.
_SCHEMES = frozenset(f"{number:04}" for number in range(2, 249)) - {"0092", "0103", "0181", "0182"}

# BR-CL-14: ISO 3166-1, with Kosovo as 1A and Northern Ireland as XI.
COUNTRIES = frozenset(
    "1A AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT "
    "BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER "
    "ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID "
    "IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV "
    "LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR "
    "NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL "
    "SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC "
    "VE VG VI VN VU WF WS XI YE YT ZA ZM ZW".split()
)

UNKNOWN_CURRENCIES = frozenset({"STN"})

"""Currencies in use that are missing in BR-CL-04."""

EXPECTED = "an electronic address such as 9930:DE123456789, 0088:4035811991021 or EM:invoices@acme.example"


def is_endpoint(text: str) -> bool:
    """Return whether `text` is an electronic address: a scheme of `EAS`, a colon, and an id without spaces.

    >>> is_endpoint("9930:DE123456789"), is_endpoint("DE123456789"), is_endpoint("EM: a@b.example")
    (True, False, False)
    """
    scheme, colon, name = text.partition(":")
    return bool(colon) and scheme in EAS and re.fullmatch(r"[!-~]{1,100}", name) is not None


def scheme_and_id(text: str) -> tuple[str | None, str]:
    """Return an identifier of a party with the scheme of ISO 6523 that is written before it, if any.

    >>> scheme_and_id("0106:12345678"), scheme_and_id("HRB 12345")
    (('0106', '12345678'), (None, 'HRB 12345'))
    """
    found = re.fullmatch(r"(0[0-9]{3}):\s*(\S.*)", text.strip())
    return (found[1], found[2]) if found and found[1] in _SCHEMES else (None, text.strip())


def vat_id(text: str | None) -> str | None:
    """Return `text` as a VAT id, which begins with its country (BR-CO-09; Greece is EL); None if it is not one.

    >>> vat_id("de 123 456 789"), vat_id("12-3456789")
    ('DE123456789', None)
    """
    plain = re.sub(r"[\s.-]", "", text or "").upper()
    right = re.fullmatch("([A-Z0-9]{2})[0-9A-Z+*]{2,}", plain)
    return plain if right and right[1] in COUNTRIES | {"EL"} else None


LONGEST = 10_000

"""Most characters of a text."""

FINEST = 4

"""Most decimals of the price of an hour, an incident or a minute, and of the rate of a tax."""

FIRST_YEAR, LAST_YEAR = 1970, 2200

"""Years of all days and instants: others are typing mistakes."""

DURATIONS = "90m, 1h30m, 1.5h, 1:30, PT1H30M or 45s"


class Problem(NamedTuple):
    """Reason why a value cannot be read.

    `what` is a sentence about the value, and `why` gives details; `hint` is the next step, if it is more than to write
    the expected value. `expected` is a noun phrase; `actual` is the value found, if it is not the value itself.
    `word` may be a misspelling of one `among` the known words.
    """

    what: str
    expected: str
    hint: str = ""
    why: str = ""
    actual: str = ""
    word: str = ""
    among: Collection[str] = ()


class Kind(NamedTuple, Generic[T]):
    """One kind of value with a `name` for sentences; `expected` is a noun phrase with an example.

    `read` parses a typed text; `show` returns the text for `read`. `native` parses a value as a program writes it if
    that is not a text, such as a number; None is a value that it refuses. `plain` returns the value for `native`.
    """

    name: str
    read: Callable[[str], T | Problem]
    expected: str
    show: Callable[[Any], str] = str
    native: Callable[[Any], T | Problem | None] | None = None
    plain: Callable[[Any], Any] | None = None

    def written(self, value: T) -> Any:
        """Return a value as a program writes it, which `strict` reads back."""
        return self.show(value) if self.plain is None else self.plain(value)

    def strict(self, value: object) -> T | Problem:
        """Return the value of a file; it must be written exactly as suptime would write it."""
        if self.native is not None:
            taken = self.native(value)
            if taken is not None:
                return taken
            is_quoted = isinstance(value, str) and not isinstance(self.read(value), Problem)
            more = ", without quotes" if is_quoted else ""
            return Problem(f"Cannot read the {self.name}.", f"{self.expected}{more}")
        if not isinstance(value, str):
            return Problem(f"The {self.name} is not a text.", f"{self.expected}, in quotes")
        found = self.read(value)
        if isinstance(found, str) and found != value:
            return Problem(f"{quoted(value)} is written {quoted(found)}.", self.expected)
        return found


def accept(kind: Kind[T], text: str) -> T:
    """Return the value of a typed text.

    Raises:
        WrongUsage: the text is not of this kind.
    """
    found = kind.read(text)
    if isinstance(found, Problem):
        raise wrong_usage(found)
    return found


def wrong_usage(problem: Problem) -> WrongUsage:
    """Return the error for a typed value with a problem."""
    why = problem.why or did_you_mean(problem.word, problem.among)
    return WrongUsage(problem.what, why, problem.hint or f"Expected {problem.expected}.")


# Words


def a(name: str) -> str:
    """Return a name with its article.

    >>> a("price"), a("e-mail address")
    ('a price', 'an e-mail address')
    """
    return f"an {name}" if name[:1] in "aeio" else f"a {name}"


def any_of(words: Iterable[str]) -> str:
    """Return words as `"a", "b" or "c"`."""
    *others, last = [f'"{word}"' for word in words]
    return f"{', '.join(others)} or {last}" if others else last


def quoted(text: str) -> str:
    """Return a text in quotes, with invisible characters escaped, shortened to keep an error short."""
    visible = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
    return f'"{visible}"' if len(visible) <= 60 else f'"{visible[:57]}..."'


def near(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Return the known words nearest to a word, in any letter case, best first.

    >>> near("acmee", ["Acme", "lakeside"])
    ['Acme']
    """
    from difflib import get_close_matches  # Only needed after an error.

    folded = {k.casefold(): k for k in sorted(known)}
    return [folded[k] for k in get_close_matches(word.casefold(), [*folded], n=most, cutoff=0.6)]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a sentence with the known words nearest to a word, or nothing.

    >>> did_you_mean("acmee", ["acme", "lakeside"])
    'Did you mean acme?'
    """
    close = near(word, known)
    if not close:
        return ""
    return f"Did you mean {close[0] if len(close) == 1 else ', '.join(close[:-1]) + ' or ' + close[-1]}?"


def few(words: Iterable[str], most: int = 8) -> str:
    """Return words in one line, with the number of further ones.

    >>> few(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    every = [*words]
    shown = ", ".join(every[:most])
    return shown if len(every) <= most else f"{shown} and {len(every) - most} more"


# Texts


def line(name: str, *, empty: bool = False) -> Kind[str]:
    """Return the kind of a text on one line without outer blanks; `empty` allows an empty text."""
    expected = "a text" if empty else "a text that is not empty"

    def read(text: str) -> str | Problem:
        found = clean(text, name)
        return found if found or empty else _nothing(name, expected)

    return Kind(name, read, expected, str, _free(read))


def paragraph(name: str, *, empty: bool = False) -> Kind[str]:
    """Return the kind of a text of one or more lines, such as an address."""
    expected = "a text" if empty else "a text that is not empty"

    def read(text: str) -> str | Problem:
        found = clean(text.replace("\r\n", "\n"), name, allowed="\n\t\u2028\u2029")
        return found if found or empty else _nothing(name, expected)

    return Kind(name, read, expected, str, _free(read))


def on_one_line(kind: Kind[str]) -> Kind[str]:
    r"""Return the `kind` of a text of several lines, typed on one line with `\n` between them."""
    return kind._replace(read=lambda text: kind.read(text.replace("\\n", "\n")))


def _free(read: Callable[[str], str | Problem]) -> Callable[[Any], str | Problem | None]:
    """Return a reader of texts with a single spelling, apart from outer blanks."""
    return lambda value: (
        read(value) if isinstance(value, str) else Problem("It is not a text.", "a text in quotes")
    )


def _nothing(name: str, expected: str) -> Problem:
    return Problem(f"The {name} is empty.", expected, "Give a value, or leave out the option.")


def clean(text: str, name: str, longest: int = LONGEST, allowed: str = "") -> str | Problem:
    """Return a text without outer blanks, if it is short enough and has no control characters except `allowed`."""
    plain = text.strip()
    if len(plain) > longest:
        return Problem(
            f"The {name} has {len(plain)} characters; the limit is {longest}.",
            f"at most {longest} characters",
            "Shorten it.",
            actual=str(len(plain)),
        )
    if plain.isprintable():
        return plain
    for letter in plain:
        if letter not in allowed and (wrong := _unfit(letter, name, lines=bool(allowed))):
            what, hint = wrong
            return Problem(what, "a text without control characters", hint, actual=f"{letter!a}")
    return plain


def _unfit(letter: str, name: str, *, lines: bool) -> tuple[str, str] | None:
    """Return the problem of a character in a text, or None."""
    if letter == "\x00":
        return f"The {name} contains a NUL character.", "Type it again without that character."
    if "\ud800" <= letter <= "\udfff":
        return f"The {name} is not valid UTF-8.", "Type it again, or check the terminal's encoding."
    if letter >= " " and not "\x7f" <= letter <= "\x9f" and letter not in "\u2028\u2029":
        return None
    if lines:
        return f"The {name} contains a control character.", "Type it again without that character."
    return f"The {name} contains a control character or a line break.", "Type it again on one line."


def _whole_text(longest: int) -> Kind[str]:
    """Return the kind of a text that is kept unchanged, including blanks and line breaks."""

    def native(value: Any) -> str | Problem:
        checked = clean(value, "text", longest, "\n\r\t") if isinstance(value, str) else None
        if checked is None:
            return Problem("It is not a text.", "a text in quotes")
        return checked if isinstance(checked, Problem) else str(value)

    return Kind("text", native, "a text in quotes", str, native)


FILE_TEXT = _whole_text(100 * LONGEST)
"""The whole text of a file, or of an incoming message."""

MAIL = _whole_text(5000 * LONGEST)
"""A whole outgoing message, with its attachments."""


def shaped(
    name: str,
    expected: str,
    test: Callable[[str], object],
    *,
    wrong: str = "",
    fold: Callable[[str], str] = str,
    among: Callable[[], Collection[str]] = tuple,
    hint: str = "",
) -> Kind[str]:
    """Return the kind of a text on one line that passes a test after it is folded.

    `wrong` is the end of the sentence about a text that fails; `among` returns the words that may be meant.
    """
    plain_of, called = line(name).read, a(name)
    wrong = wrong or f"is not {called}"
    hint = hint or (f"Expected one{expected.removeprefix(called)}." if expected.startswith(called) else "")

    @lru_cache(maxsize=8192)  # Cached, because a million lines contain the same few codes and names.
    def read(text: str) -> str | Problem:
        plain = plain_of(text)
        if isinstance(plain, Problem):
            return plain if plain.actual else plain._replace(expected=expected)
        folded = fold(plain)
        if test(folded):
            return folded
        return Problem(f"{quoted(plain)} {wrong}.", expected, hint, word=folded, among=among())

    return Kind(name, read, expected)


def code(name: str) -> Kind[str]:
    """Return the kind of a short code, such as a client code."""
    shape = "letters, digits, - and _, at most 40, such as acme-2"
    return shaped(name, shape, names.is_code, wrong=f"cannot be {a(name)}", hint=f"Use {shape}.")


def choice(name: str, words: Iterable[str]) -> Kind[str]:
    """Return the kind of one of several words."""
    known = dict.fromkeys(map(str, words))
    return shaped(name, any_of([*known]), known.__contains__, among=lambda: known)


@cache
def zones() -> Collection[str]:
    """Return the names of all time zones; loading them is slow."""
    from zoneinfo import available_timezones

    return frozenset(available_timezones())


def _currencies() -> Collection[str]:
    from suptime.domain.money import CURRENCIES

    return CURRENCIES


CLIENT_CODE, PROJECT_CODE = code("client code"), code("project code")

CONTRACT_CODE = shaped(
    "contract code",
    "letters, digits, dots, - and _, at most 64, such as acme-ps",
    names.is_contract_code,
    wrong="cannot be a contract code",
)

EMAIL = shaped("e-mail address", "an e-mail address such as ops@acme.example", names.is_email)

URL = shaped(
    "web address",
    "a web address such as https://kb.example/42",
    lambda text: re.fullmatch(r"https?://[^\s/]\S*", text),
)

CURRENCY = shaped(
    "currency",
    "three capital letters such as USD, EUR or GBP",
    lambda text: text in _currencies(),
    wrong="is not a currency of ISO 4217",
    fold=str.upper,
    among=_currencies,
    hint="Expected three letters such as USD, EUR or GBP.",
)

ZONE = shaped(
    "time zone",
    "an IANA name such as Europe/Berlin or America/Chicago",
    lambda text: text in zones(),
    among=zones,
)

COUNTRY = shaped(
    "country",
    "two capital letters such as US or DE",
    lambda text: re.fullmatch("[A-Z]{2}", text),
    wrong="is not a country code",
    fold=str.upper,
    hint="Expected two letters such as US or DE.",
)

ENDPOINT = shaped("electronic address", EXPECTED, is_endpoint, hint=f"Expected {EXPECTED}.")

LANGUAGE = shaped(
    "language", "a language such as en, de or fr-CH", names.is_language, hint="Examples: en, de, fr-CH."
)


def _agent(text: str) -> str | Problem:
    if names.is_agent(text):
        return text
    what = f"{quoted(text)} is not a valid name for an agent."
    return Problem(what, _AGENT, "Use letters, for example ana or Ana Sousa.")


_AGENT = "an agent's name such as ana or Ana Sousa"

AGENT: Kind[str] = Kind("name for an agent", _agent, _AGENT)

NOTE = line("note", empty=True)


# Numbers of things

_IDS = {"U": "a work unit", "A": "an appointment", "P": "a purchase", "M": "a message"}


def _case_number(text: str) -> str | Problem:
    plain = line("case number").read(text)
    if isinstance(plain, Problem) or names.is_case_number(plain):
        return plain
    what, expected = f"{quoted(plain)} cannot be a case number.", _CASE_EXPECTED
    if found := names.id_in(plain):
        why = f"It reads as the id of {_IDS[found[0]]}."
        return Problem(what, expected, "Put a name before the digits, such as CASE-7.", why)
    if names.is_beyond_counting(plain):
        why = f"suptime assigns CASE-<n> itself, with {names.LONGEST_COUNT} digits at most."
        return Problem(what, expected, "Leave out the number to use the next free one.", why)
    hint = "Use at most 64 letters, digits and - _ . / #, with at least one digit, for example CASE-7."
    return Problem(what, expected, hint)


_CASE_EXPECTED = f"a case number such as CASE-7, with {names.LONGEST_COUNT} digits at most in CASE-<n>"

CASE_NUMBER: Kind[str] = Kind("case number", lru_cache(maxsize=8192)(_case_number), _CASE_EXPECTED)


def identity(letter: str) -> Kind[int]:
    """Return the kind of an id such as A3, with the letter A; its value is the number."""
    thing = _IDS[letter]
    expected = f"an id such as {letter}7, with {names.LONGEST_COUNT} digits at most"
    exact = re.compile(rf"{letter}[1-9][0-9]{{0,{names.LONGEST_COUNT - 1}}}").fullmatch

    def read(text: str) -> int | Problem:
        plain = line("id", empty=True).read(text)
        if isinstance(plain, Problem):
            return plain
        found = names.id_in(plain)
        if not found or len(found[1]) > names.LONGEST_ID:
            return Problem(
                f"{quoted(text)} is not the id of {thing}.", expected, f"Expected one such as {letter}3."
            )
        if found[0] != letter:
            what = f"{text} is the id of {_IDS[found[0]]}."
            return Problem(what, expected, f"Expected {thing}, such as {letter}3.")
        return int(found[1])

    def native(value: Any) -> int | Problem:
        if isinstance(value, str) and exact(value):
            return int(value[1:])
        return Problem("It is not such an id.", expected)

    return Kind(f"id of {thing}", read, expected, lambda number: f"{letter}{number}", native)


def whole(name: str, least: int, most: int, expected: str = "") -> Kind[int]:
    """Return the kind of a whole number from `least` to `most`; programs write it as a number."""
    expected = expected or f"a whole number from {least} to {most}"

    def read(text: str) -> int | Problem:
        plain = text.strip()
        digits = plain.removeprefix("-")
        if digits.isascii() and digits.isdigit() and len(digits) < 20 and least <= int(plain) <= most:
            return int(plain)
        return Problem(f"{quoted(plain)} is not {expected}.", expected)

    def native(value: Any) -> int | None:
        return value if type(value) is int and least <= value <= most else None

    return Kind(name, read, expected, str, native, lambda value: value)


COUNT = whole("number", 1, 10**names.LONGEST_COUNT - 1)

WHOLE = whole("number", -(2**63) + 1, 2**63 - 1, "a whole number")

SECONDS = whole("length of time", 1, LONGEST_TIME, "a whole number of seconds, 1 or more")

YEAR = whole("year", FIRST_YEAR, LAST_YEAR, f"a year from {FIRST_YEAR} to {LAST_YEAR}")


def _flag(text: str) -> bool | Problem:
    plain = text.strip().lower()
    return (
        plain == "true"
        if plain in {"true", "false"}
        else Problem(f"{quoted(text)} is not true or false.", _FLAG)
    )


_FLAG = "true or false"

FLAG: Kind[bool] = Kind(
    "flag",
    _flag,
    _FLAG,
    lambda value: str(value).lower(),
    lambda value: value if isinstance(value, bool) else None,
    lambda value: value,
)


# Time


def duration(name: str = "") -> Kind[Seconds]:
    """Return the kind of a positive duration, in seconds."""

    def read(text: str) -> Seconds | Problem:
        subject = f"The {name} {quoted(text)}" if name else quoted(text)
        too_short = f"The {name or 'duration'} must be greater than zero, got {quoted(text)}."
        plain = text.strip()
        if plain.startswith(("-", "\N{MINUS SIGN}")):
            return Problem(too_short, DURATION, _DURATION_HINT)
        try:
            seconds = parse_duration(plain)
        except ValueError as error:
            return Problem(f"{subject} {error}.", DURATION, _DURATION_HINT)
        return seconds or Problem(too_short, DURATION, _DURATION_HINT)

    return Kind(name or "duration", read, DURATION, show_duration)


DURATION = "a duration such as 90m or 4h"

_DURATION_HINT = f"Give a duration such as {DURATIONS}."


def period(*, minutes: bool = False) -> Kind[Seconds]:
    """Return the kind of a duration in a contract, in seconds: it may be days or zero, or must be whole `minutes`."""
    expected = f"a duration {'in whole minutes ' if minutes else ''}such as 30m or 24h"

    def read(text: str) -> Seconds | Problem:
        seconds = _period(text)
        if seconds is None or (minutes and seconds % MINUTE):
            return Problem(f"{quoted(text)} is not {expected}.", expected)
        return seconds

    return Kind("duration", read, expected, show_duration)


def _period(text: str) -> Seconds | None:
    if found := re.fullmatch(r"([0-9]{1,5})\s*d", text.strip(), re.ASCII):
        return int(found[1]) * DAY_SECONDS
    try:
        return parse_duration(text)
    except ValueError:
        return None


def _days(text: str) -> int | Problem:
    seconds = _period(text)
    if seconds and seconds % DAY_SECONDS == 0:
        return seconds // DAY_SECONDS
    return Problem(f"{quoted(text)} is not a number of days.", _DAYS)


_DAYS = "a number of days such as 90d"

DAYS: Kind[int] = Kind("number of days", _days, _DAYS, lambda days: f"{days}d")


def _day(text: str) -> "date | Problem":
    from datetime import date

    plain = text.strip()
    try:
        found = date.fromisoformat(plain) if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", plain) else None
    except ValueError:
        found = None
    if found is None:
        return Problem(f"{quoted(text)} is not a day.", _DAY)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        what = f"{quoted(text)} is outside the years {FIRST_YEAR} to {LAST_YEAR}."
        return Problem(what, f"a date from {FIRST_YEAR} to {LAST_YEAR}", actual=str(found))
    return found


_DAY = "a date such as 2026-10-05"


def _native_day(value: Any) -> "date | Problem | None":
    """Return a day from TOML, or from text in JSON."""
    if isinstance(value, str):
        return _day(value) if value == value.strip() else None
    return _day(value.isoformat()) if hasattr(value, "isoformat") else None


DAY: "Kind[date]" = Kind("day", _day, _DAY, native=_native_day)


def _month(text: str) -> Month | Problem:
    try:
        found = Month.parse(text.strip())
    except ValueError:
        return Problem(f"{quoted(text)} is not a month.", _MONTH, "Give a month such as 2026-10.")
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return Problem(f"{quoted(text)} is outside the years {FIRST_YEAR} to {LAST_YEAR}.", _MONTH)
    return found


_MONTH = "a month such as 2026-10"

MONTH: Kind[Month] = Kind("month", _month, _MONTH)


def _instant(text: str) -> Instant | Problem:
    from datetime import datetime

    try:
        moment = datetime.fromisoformat(text)
        offset = moment.utcoffset()
    except ValueError:
        offset = None
    if offset is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return Problem(f"{quoted(text)} is not a time with an offset.", _INSTANT)
    return to_instant(moment)


_INSTANT = "a time with its offset such as 2026-10-05T14:00:00Z"

INSTANT: Kind[Instant] = Kind("time", _instant, _INSTANT, rfc3339)


# Amounts


def _plain(value: "Decimal") -> str:
    return f"{value:f}"


def amount(name: str = "amount") -> "Kind[Decimal]":
    """Return the kind of an amount of money in any currency."""

    def read(text: str) -> "Decimal | Problem":
        from suptime.domain.money import parse_amount

        try:
            return parse_amount(text)
        except ValueError:
            return Problem(
                f"The {name} {quoted(text)} is not an amount.", _AMOUNT, "Expected an amount such as 1000.00."
            )

    return Kind(name, read, _AMOUNT, _plain)


_AMOUNT = "an amount such as 1000.00"


def _balance(text: str) -> "Decimal | Problem":
    unsigned = text.strip().removeprefix("-")
    found = amount().read(unsigned)
    if isinstance(found, Problem):
        return found._replace(expected=BALANCE.expected)
    return -found if text.strip().startswith("-") else found


BALANCE: "Kind[Decimal]" = Kind("balance", _balance, "an amount such as 95.00 or -95.00", _plain)
"""An amount, negative if it is owed to the client."""


def price(currency: str, name: str = "price") -> "Kind[Decimal]":
    """Return the kind of an amount in a currency, with at most the decimals of that currency."""
    from suptime.domain.money import minor_digits

    digits = minor_digits(currency)
    example = "1000" if digits == 0 else f"1000.{'0' * digits}"
    expected = f"at most {digits} decimals in {currency}"

    def read(text: str) -> "Decimal | Problem":
        from decimal import Decimal

        exact = amount(name).read(text)
        if isinstance(exact, Problem):
            return exact
        if decimals(exact) > digits:
            has = "no decimals" if digits == 0 else f"{digits} decimals"
            what = f"The {name} {text.strip()} has too many decimals: {currency} has {has}."
            return Problem(what, expected, f"Expected one such as {example}.")
        return exact.quantize(Decimal(1).scaleb(-digits))

    return Kind(name, read, expected, _plain)


def _unit_price(text: str) -> "Decimal | Problem":
    exact = amount("price").read(text)
    if isinstance(exact, Problem) or decimals(exact) <= FINEST:
        return exact
    what = f"The price {text.strip()} has too many decimals: the limit is {FINEST}."
    return Problem(what, _UNIT_PRICE, "Expected one such as 120.00 or 0.0125.")


_UNIT_PRICE = "an amount of at most four decimals such as 120.00"

UNIT_PRICE: "Kind[Decimal]" = Kind("price", _unit_price, _UNIT_PRICE, _plain)
"""The price of an hour, an incident or a minute: it may have more decimals than the currency."""


def decimals(number: "Decimal") -> int:
    """Return the number of decimals of a number.

    >>> from decimal import Decimal
    >>> decimals(Decimal("1.50")), decimals(Decimal(10))
    (2, 0)
    """
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def rate(name: str, words: Collection[str], expected: str) -> Kind[str]:
    """Return the kind of a tax rate in percent, from 0 to 100, or one of several words; its value is a text."""

    def read(text: str) -> str | Problem:
        plain = line(name).read(text)
        if isinstance(plain, Problem) or plain in words:
            return plain
        from suptime.domain.money import parse_amount

        try:
            percent = parse_amount(plain.removesuffix("%"))
        except ValueError:
            percent = None
        if percent is not None and percent <= 100 and decimals(percent) <= FINEST:
            return f"{percent:f}"
        return Problem(f"{quoted(plain)} is not {a(name)}.", expected)

    return Kind(name, read, expected)


TAX = rate(
    "tax",
    ("exempt", "reverse-charge", "none"),
    "a rate from 0 to 100 such as 19 or 8.25, or exempt, reverse-charge or none",
)
"""Tax of a client."""

TAX_RATE = rate("rate", ("exempt",), "a rate from 0 to 100 such as 19 or 8.25, or exempt")
"""Tax of a kind of line."""

_QUANTITIES = {
    "hours": "hours in whole minutes such as 10h, 90m or 1h30m",
    "incidents": "a number of incidents such as 5",
    "money": "an amount such as 100.00",
}


def quantity(unit: str, currency: str) -> "Kind[Decimal]":
    """Return the kind of a prepaid quantity: "hours" (in minutes), "incidents" or "money" in a currency."""
    expected = _QUANTITIES[unit]

    def read(text: str) -> "Decimal | Problem":
        from suptime.domain.money import parse_quantity

        try:
            return parse_quantity(text, unit, currency)
        except ValueError as error:
            return Problem(f"{quoted(text)} {error}.", expected)

    def show(value: "Decimal") -> str:
        from suptime.domain.money import show_quantity

        return show_quantity(value, unit, currency)

    return Kind("quantity", read, expected, show)


def _any_quantity(text: str) -> str | Problem:
    finest = "KWD"  # A currency has at most three decimals.
    for unit in _QUANTITIES:
        if not isinstance(quantity(unit, finest).read(text), Problem):
            return text.strip()
    hint = "Give hours such as 10h, a number of incidents such as 5, or an amount such as 100.00."
    return Problem(f"{quoted(text)} is not a quantity.", _ANY_QUANTITY, hint)


_ANY_QUANTITY = "hours, incidents or money such as 10h, 5 or 30.00"

QUANTITY: Kind[str] = Kind("quantity", _any_quantity, _ANY_QUANTITY)
"""A prepaid quantity before its contract is known: it stays a text."""


# Lists


def many(kind: Kind[T], expected: str, *, empty: bool = False, repeats: bool = False) -> Kind[tuple[T, ...]]:
    """Return the kind of a list, which may be `empty` or have `repeats`: typed with commas, a list in a file."""

    def read(text: str) -> tuple[T, ...] | Problem:
        return _all([kind.read(part.strip()) for part in text.split(",") if part.strip()])

    def native(value: Any) -> tuple[T, ...] | Problem:
        wrong = Problem("It is not a list.", expected)
        return _all([kind.strict(one) for one in value]) if isinstance(value, list) else wrong

    def _all(found: list[T | Problem]) -> tuple[T, ...] | Problem:
        good = [one for one in found if not isinstance(one, Problem)]
        if len(good) < len(found) or not (good or empty) or (not repeats and len({*good}) < len(good)):
            return Problem("It is not such a list.", expected)
        return tuple(good)

    def show(value: tuple[T, ...]) -> str:
        return ",".join(map(kind.show, value))

    return Kind(
        f"list of {kind.name}s",
        read,
        expected,
        show,
        native,
        lambda value: [kind.written(one) for one in value],
    )


# The fields of nouns


def kinds_of(noun: type[Any]) -> Mapping[str, Kind[Any]]:
    """Return the kinds of the fields of a noun in their annotations, by field, in order."""
    hints = get_type_hints(noun, include_extras=True)
    return {
        name: kind
        for name, hint in hints.items()
        for kind in getattr(hint, "__metadata__", ())
        if isinstance(kind, Kind)
    }


DETAILS = ("full", "summary")
"""Whether invoices have a worksheet with every entry."""

DETAIL: Kind[str] = choice("detail", DETAILS)
