"""What people type for names, codes and notes, checked before anything is stored.

Every function gives the value as it is stored, or raises `WrongUsage` (exit 2) naming it.
"""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from difflib import get_close_matches
from zoneinfo import available_timezones

from suptime.domain import names
from suptime.domain.money import CURRENCIES, minor_digits, parse_amount
from suptime.domain.time import Seconds, parse_duration
from suptime.errors import WrongUsage

# BR-CL-25: EAS, the schemes of electronic addresses.
EAS = frozenset(
    "0002 0007 0009 0037 0060 0088 0096 0097 0106 0130 0135 0142 0147 0151 0154 0158 0170 0177 0183 0184 "
    "0188 0190 0191 0192 0193 0194 0195 0196 0198 0199 0200 0201 0202 0203 0204 0205 0208 0209 0210 0211 "
    "0212 0213 0215 0216 0217 0218 0219 0220 0221 0225 0230 0235 0240 0242 0244 0245 0246 0248 9910 9913 "
    "9914 9915 9918 9919 9920 9922 9923 9924 9925 9926 9927 9928 9929 9930 9931 9932 9933 9934 9935 9936 "
    "9937 9938 9939 9940 9941 9942 9943 9944 9945 9946 9947 9948 9949 9950 9951 9952 9953 9957 9959 AN AQ "
    "AS AU EM".split()
)

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

"""The currencies in use that BR-CL-04 does not know."""

EXPECTED = "an electronic address such as 9930:DE123456789, 0088:4035811991021 or EM:invoices@acme.example"


def is_endpoint(text: str) -> bool:
    """Whether TEXT is an electronic address: a scheme of `EAS`, a colon, and an id without spaces.

    >>> is_endpoint("9930:DE123456789"), is_endpoint("DE123456789"), is_endpoint("EM: a@b.example")
    (True, False, False)
    """
    scheme, colon, name = text.partition(":")
    return bool(colon) and scheme in EAS and re.fullmatch(r"[!-~]{1,100}", name) is not None


def vat_id(text: str | None) -> str | None:
    """BR-CO-09: TEXT as a VAT id, which has its country before it (Greece's is EL); None where it is none.

    >>> vat_id("de 123 456 789"), vat_id("12-3456789")
    ('DE123456789', None)
    """
    plain = re.sub(r"[\s.-]", "", text or "").upper()
    right = re.fullmatch("([A-Z0-9]{2})[0-9A-Z+*]{2,}", plain)
    return plain if right and right[1] in COUNTRIES | {"EL"} else None


LONGEST = 10_000

FINEST = 4

"""Decimals that the price of an hour, an incident or a minute may have."""

_URL = re.compile(r"https?://[^\s/]\S*")

_KINDS = {"U": "a work unit", "A": "an appointment", "P": "a purchase"}


def _clean(text: str, what: str) -> str:
    if "\x00" in text:
        raise WrongUsage(f"The {what} holds a NUL character.", hint="Type it again without.")
    if any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise WrongUsage(
            f"The {what} is not valid UTF-8.", hint="Type it again, or check the terminal's encoding."
        )
    plain = text.strip()
    if len(plain) > LONGEST:
        raise WrongUsage(
            f"The {what} has {len(plain)} characters; at most {LONGEST} are kept.", hint="Shorten it."
        )
    return plain


def line(text: str, what: str) -> str:
    """TEXT as one line without blanks around it; it may be empty.

    Raises:
        WrongUsage: it holds control characters, is not UTF-8, or is too long.
    """
    plain = _clean(text, what)
    if any(unicodedata.category(c) in {"Cc", "Zl", "Zp"} for c in plain):
        raise WrongUsage(
            f"The {what} holds a control character or a line break.", hint="Type it again on one line."
        )
    return plain


def filled(text: str, what: str) -> str:
    """TEXT as one line that is not empty.

    Raises:
        WrongUsage: as `line`, or it is empty.
    """
    plain = line(text, what)
    if not plain:
        raise WrongUsage(f"The {what} is empty.", hint="Give one, or leave the option out.")
    return plain


def paragraph(text: str, what: str) -> str:
    """TEXT of several lines that is not empty, as an address is.

    Raises:
        WrongUsage: as `filled`, line breaks apart.
    """
    plain = _clean(text, what).replace("\r\n", "\n")
    if not plain:
        raise WrongUsage(f"The {what} is empty.", hint="Give one, or leave the option out.")
    if any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in plain):
        raise WrongUsage(f"The {what} holds a control character.", hint="Type it again without.")
    return plain


def code(text: str, what: str) -> str:
    """TEXT as a code: letters, digits, - and _, not a - first, at most 40.

    Raises:
        WrongUsage: it is none.
    """
    plain = filled(text, what)
    if not names.is_code(plain):
        raise WrongUsage(
            f"{quoted(plain)} cannot be a {what}.",
            hint="Use letters, digits, - and _, at most 40, such as acme-2.",
        )
    return plain


def case_number(text: str) -> str:
    """TEXT as the number of a new case.

    Raises:
        WrongUsage: it has other characters, no digit, is too long, looks like an id (U7, A3, P2),
            or is CASE-<n> with more digits than suptime counts to.
    """
    plain = filled(text, "case number")
    if found := names.id_in(plain):
        raise WrongUsage(
            f"{quoted(plain)} cannot be a case number.",
            f"It reads as the id of {_KINDS[found[0]]}.",
            "Put a name before the digits, such as CASE-7.",
        )
    if names.is_beyond_counting(plain):
        raise WrongUsage(
            f"{quoted(plain)} cannot be a case number.",
            f"suptime counts CASE-<n> itself, with {names.LONGEST_COUNT} digits at most.",
            "Leave the number out to take the next free one.",
        )
    if not names.is_case_number(plain):
        raise WrongUsage(
            f"{quoted(plain)} cannot be a case number.",
            hint="Use letters, digits and - _ . / #, at most 64, with one digit at least, such as CASE-7.",
        )
    return plain


def identifier(text: str, letter: str) -> int:
    """The number in an id such as A3, whose LETTER is A.

    Raises:
        WrongUsage: TEXT is no such id.
    """
    found = names.id_in(line(text, "id"))
    wanted = _KINDS[letter]
    if not found or len(found[1]) > names.LONGEST_ID:
        raise WrongUsage(
            f"{quoted(text)} is not the id of {wanted}.", hint=f"Expected one such as {letter}3."
        )
    if found[0] != letter:
        raise WrongUsage(
            f"{text} is the id of {_KINDS[found[0]]}.", hint=f"Expected {wanted}, such as {letter}3."
        )
    return int(found[1])


def email(text: str, what: str = "e-mail address") -> str:
    """TEXT as an e-mail address, by its shape.

    Raises:
        WrongUsage: it has none.
    """
    plain = filled(text, what)
    if not names.is_email(plain):
        raise WrongUsage(
            f"{quoted(plain)} is not an e-mail address.", hint="Expected one such as ops@acme.example."
        )
    return plain


def url(text: str) -> str:
    """TEXT as a web address.

    Raises:
        WrongUsage: it is none.
    """
    plain = filled(text, "address of the article")
    if not _URL.fullmatch(plain):
        raise WrongUsage(
            f"{quoted(plain)} is not a web address.", hint="Expected one such as https://kb.example/42."
        )
    return plain


def currency(text: str) -> str:
    """TEXT as a currency of ISO 4217; small letters are taken too.

    Raises:
        WrongUsage: there is no such currency.
    """
    plain = filled(text, "currency")
    if plain.upper() not in CURRENCIES:
        raise WrongUsage(
            f"{quoted(plain)} is not a currency of ISO 4217.",
            did_you_mean(plain.upper(), CURRENCIES),
            "Expected three letters such as USD, EUR or GBP.",
        )
    return plain.upper()


def timezone(text: str) -> str:
    """TEXT as the name of an IANA time zone.

    Raises:
        WrongUsage: there is no such zone.
    """
    plain = filled(text, "time zone")
    zones = available_timezones()
    if plain in zones:
        return plain
    raise WrongUsage(
        f"{quoted(plain)} is not a time zone.",
        did_you_mean(plain, zones),
        "Expected an IANA name such as Europe/Berlin or America/Chicago.",
    )


def country(text: str) -> str:
    """TEXT as a country's two letters (ISO 3166-1), by their shape.

    Raises:
        WrongUsage: it is not two letters.
    """
    plain = filled(text, "country")
    if not re.fullmatch("[A-Za-z]{2}", plain):
        raise WrongUsage(
            f"{quoted(plain)} is not a country code.", hint="Expected two letters such as US or DE."
        )
    return plain.upper()


def endpoint(text: str) -> str:
    """TEXT as an electronic address, SCHEME:ID.

    Raises:
        WrongUsage: its scheme is not in the code list EAS, or it has no id.
    """
    plain = filled(text, "electronic address")
    if not is_endpoint(plain):
        raise WrongUsage(f"{quoted(plain)} is not an electronic address.", hint=f"Expected {EXPECTED}.")
    return plain


def language_tag(text: str) -> str:
    """TEXT as a language, maybe with a region, by its shape.

    Raises:
        WrongUsage: it is none.
    """
    plain = filled(text, "language")
    if not names.is_language(plain):
        raise WrongUsage(f"{quoted(plain)} is not a language.", hint="Write it like en, de or fr-CH.")
    return plain


def tax(text: str) -> str:
    """TEXT as how a client is taxed: a rate in percent, `exempt`, `reverse-charge` or `none`.

    Raises:
        WrongUsage: it is none of them, or the rate is not from 0 to 100.
    """
    plain = filled(text, "tax")
    if plain in {"exempt", "reverse-charge", "none"}:
        return plain
    try:
        rate = parse_amount(plain.removesuffix("%"))
    except ValueError:
        rate = Decimal(-1)
    if not (0 <= rate <= 100 and decimals(rate) <= 4):
        raise WrongUsage(
            f"{quoted(plain)} is not a tax.",
            hint="Expected a rate from 0 to 100 such as 19 or 8.25, or exempt, reverse-charge or none.",
        )
    return f"{rate:f}"


def price(text: str, of: str) -> Decimal:
    """TEXT as an amount in the currency OF.

    Raises:
        WrongUsage: it is none, or has more decimals than the currency.
    """
    digits = minor_digits(of)
    exact = amount(text)
    if decimals(exact) > digits:
        has = "no decimals" if digits == 0 else f"{digits} decimals"
        example = "1000" if digits == 0 else f"1000.{'0' * digits}"
        raise WrongUsage(
            f"The price {text.strip()} is too fine: {of} has {has}.", hint=f"Expected one such as {example}."
        )
    return exact.quantize(Decimal(1).scaleb(-digits))


def amount(text: str) -> Decimal:
    """TEXT as an amount of money, in whatever currency.

    Raises:
        WrongUsage: it is none.
    """
    try:
        return parse_amount(text)
    except ValueError:
        raise WrongUsage(
            f"{quoted(text)} is not a price.", hint="Expected an amount such as 1000.00."
        ) from None


def budget(text: str) -> Decimal:
    """TEXT as the budget of a project.

    Raises:
        WrongUsage: it is no amount.
    """
    try:
        return parse_amount(text)
    except ValueError:
        raise WrongUsage(
            f"The budget {quoted(text)} is not an amount.", hint="Expected one such as 40000.00."
        ) from None


def unit_price(text: str) -> Decimal:
    """TEXT as the price of an hour, an incident or a minute: it may be finer than the currency.

    Raises:
        WrongUsage: it is none, or has more than four decimals.
    """
    exact = amount(text)
    if decimals(exact) > FINEST:
        raise WrongUsage(
            f"The price {text.strip()} is too fine: at most {FINEST} decimals are kept.",
            hint="Expected one such as 120.00 or 0.0125.",
        )
    return exact


def decimals(number: Decimal) -> int:
    """How many decimals NUMBER is written with.

    >>> decimals(Decimal("1.50")), decimals(Decimal(10))
    (2, 0)
    """
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def duration(text: str, what: str) -> Seconds:
    """TEXT as a length of time, in seconds, more than none.

    Raises:
        WrongUsage: it is none, or nothing.
    """
    try:
        seconds = parse_duration(line(text, what))
    except ValueError:
        raise WrongUsage(
            f"The {what} {quoted(text)} is not a duration.",
            hint="Durations look like 90m, 1h30m, 1.5h, 1:30 or PT1H30M.",
        ) from None
    if seconds == 0:
        raise WrongUsage(
            f"The {what} is {quoted(text)}, which is no time at all.", hint="Give one such as 90m."
        )
    return seconds


def quoted(text: str) -> str:
    """TEXT in quotes, shortened so that an error stays a line or two."""
    return f'"{text}"' if len(text) <= 60 else f'"{text[:57]}..."'


def near(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known words nearest to WORD, letter case aside, best first.

    >>> near("acmee", ["Acme", "lakeside"])
    ['Acme']
    """
    folded = {k.casefold(): k for k in sorted(known)}
    return [folded[k] for k in get_close_matches(word.casefold(), [*folded], n=most, cutoff=0.6)]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence that names the known words nearest to WORD, or nothing.

    >>> did_you_mean("acmee", ["acme", "lakeside"])
    'Did you mean acme?'
    """
    close = near(word, known)
    if not close:
        return ""
    return f"Did you mean {close[0] if len(close) == 1 else ', '.join(close[:-1]) + ' or ' + close[-1]}?"


def few(words: Iterable[str], most: int = 8) -> str:
    """WORDS in one line, and how many more there are.

    >>> few(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    every = [*words]
    shown = ", ".join(every[:most])
    return shown if len(every) <= most else f"{shown} and {len(every) - most} more"
