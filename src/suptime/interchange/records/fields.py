"""The values of suptime's own format, one reader per kind: a JSON value in, the domain's value out.

A reader raises `Unreadable` with what it expected; whoever reads the record adds line and key.
"""

import base64
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any
from zoneinfo import available_timezones

from suptime.domain import names
from suptime.domain.booking import Channel
from suptime.domain.money import CURRENCIES, UNITS, parse_amount, parse_quantity
from suptime.domain.reading import any_of, nearest, show
from suptime.domain.time import Instant, Month, Seconds, to_instant
from suptime.domain.values import ENDPOINT, is_endpoint

Reader = Callable[[Any], Any]

LONGEST = 10_000

"""How many characters a text may have; a contract file's may have a hundred times as many."""

_COUNTRY = re.compile(r"[A-Z]{2}")

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_FIRST_YEAR, _LAST_YEAR = 1970, 2999

_FINEST = "KWD"  # a currency of three decimals: there are none of more

_FORBIDDEN = frozenset({"Cc", "Cs", "Zl", "Zp"})


class Unreadable(ValueError):
    """What was expected instead of the value that is there."""


def unreadable(expected: str, value: object, near: str = "") -> Unreadable:
    """EXPECTED something else than VALUE; NEAR is a sentence that names the nearest word, or empty."""
    return Unreadable(f"expected {expected}, found {'null' if value is None else show(value)}.{near}")


def text(value: Any, longest: int = LONGEST, allowed: str = "\n\t") -> str:
    """A text without control characters (line breaks and tabs apart); it may be empty."""
    if not isinstance(value, str):
        raise unreadable("a text in quotes", value)
    if len(value) > longest:
        raise Unreadable(f"expected at most {longest} characters, found {len(value)}.")
    if not value.isprintable():
        for letter in value:
            if unicodedata.category(letter) in _FORBIDDEN and letter not in allowed:
                raise Unreadable(f"expected a text without control characters, found {letter!a}.")
    return value.strip()


def line(value: Any) -> str:
    """A text on one line; it may be empty."""
    return text(value, allowed="")


def filled(value: Any) -> str:
    """A text on one line that is not empty."""
    found = line(value)
    if not found:
        raise unreadable("a text that is not empty", value)
    return found


def paragraph(value: Any) -> str:
    """A text of one or more lines that is not empty."""
    found = text(value)
    if not found:
        raise unreadable("a text that is not empty", value)
    return found


def file_text(value: Any) -> str:
    """The whole text of a contract file, blanks and line breaks kept as they are."""
    text(value, longest=100 * LONGEST, allowed="\n\r\t")
    return str(value)


def mail(value: Any) -> str:
    """A whole message as it goes out, with all that is attached."""
    text(value, longest=5000 * LONGEST, allowed="\n\r\t")
    return str(value)


def passing(test: Callable[[str], object], expected: str) -> Reader:
    """A reader of a text that passes a TEST."""
    # The same few agents, cases and clients stand on a million lines.
    passes = lru_cache(maxsize=8192)(test)

    def read(value: Any) -> str:
        if isinstance(value, str) and passes(value):
            return value
        raise unreadable(expected, value)

    return read


code = passing(names.is_code, "letters, digits, - and _, at most 40, such as acme-2")

contract_code = passing(names.is_contract_code, "letters, digits, dots, - and _, at most 64, such as acme-ps")

case_number = passing(
    names.is_case_number,
    f"a case number such as CASE-7, with {names.LONGEST_COUNT} digits at most in CASE-<n>",
)

email = passing(names.is_email, "an e-mail address such as ops@acme.example")

country = passing(_COUNTRY.fullmatch, "two capital letters such as US or DE")

language = passing(names.is_language, "a language such as en, de or fr-CH")

agent = passing(names.is_agent, "an agent's name such as ana")

digest = passing(re.compile(r"[0-9a-f]{64}").fullmatch, "a SHA-256 of 64 digits and small letters")


def packed(value: Any) -> bytes:
    """Bytes in Base64."""
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, ValueError):
        raise unreadable("bytes in Base64", value) from None


def choice(words: Collection[str]) -> Reader:
    """A reader of one of WORDS."""
    known = dict.fromkeys(map(str, words))

    def read(value: Any) -> str:
        if isinstance(value, str) and value in known:
            return value
        raise unreadable(any_of([*known]), value, nearest(value, known) if isinstance(value, str) else "")

    return read


channel = choice([*Channel])

party = choice(("client", "us"))


def currency(value: Any) -> str:
    """A currency of ISO 4217."""
    if isinstance(value, str) and value in CURRENCIES:
        return value
    raise unreadable("a currency of ISO 4217 such as USD", value)


@cache
def _zones() -> frozenset[str]:
    """The names of all zones: reading them takes as long as a thousand records."""
    return frozenset(available_timezones())


def timezone(value: Any) -> str:
    """The name of an IANA time zone."""
    if isinstance(value, str) and value in _zones():
        return value
    near = nearest_zone(value) if isinstance(value, str) else ""
    raise unreadable("an IANA time zone such as America/Chicago", value, near)


def nearest_zone(name: str) -> str:
    """A sentence that names the time zone nearest to NAME, or nothing."""
    zones = {zone.lower(): zone for zone in _zones()}
    found = nearest(name, zones)
    return next(
        (found.replace(f'"{low}"', f'"{zone}"') for low, zone in zones.items() if f'"{low}"' in found), ""
    )


def tax(value: Any) -> str:
    """How a client is taxed: a rate in percent, or a word."""
    if value in ("exempt", "reverse-charge", "none"):
        return str(value)
    try:
        rate = amount(value)
    except Unreadable:
        rate = Decimal(101)
    if rate > 100:
        raise unreadable('a rate from "0" to "100", "exempt", "reverse-charge" or "none"', value)
    return str(value)


def endpoint(value: Any) -> str:
    """An electronic address, SCHEME:ID."""
    if isinstance(value, str) and is_endpoint(value):
        return value
    raise unreadable(ENDPOINT.expected, value)


def flag(value: Any) -> bool:
    """A flag: true or false."""
    if value is True or value is False:
        return bool(value)
    raise unreadable("true or false", value)


def instant(value: Any) -> Instant:
    """An RFC 3339 time with its offset, as whole seconds; fractions are dropped."""
    try:
        moment = datetime.fromisoformat(value)
        offset = moment.utcoffset()
    except (ValueError, TypeError):
        offset = None
    if offset is None or not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise unreadable("a time with its offset such as 2026-10-05T14:00:00Z", value)
    return to_instant(moment)


def day(value: Any) -> date:
    """A date."""
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            found = date.fromisoformat(value)
            if _FIRST_YEAR <= found.year <= _LAST_YEAR:
                return found
    except ValueError:
        pass
    raise unreadable("a date such as 2026-10-05", value)


def amount(value: Any) -> Decimal:
    """An amount of money, in quotes."""
    try:
        if isinstance(value, str):
            return parse_amount(value)
    except ValueError:
        pass
    raise unreadable('an amount in quotes such as "95.00"', value)


def balance(value: Any) -> Decimal:
    """An amount of money, in quotes, with a minus where it is owed the other way."""
    unsigned = value.removeprefix("-") if isinstance(value, str) else value
    try:
        found = amount(unsigned)
    except Unreadable:
        raise unreadable('an amount in quotes such as "95.00" or "-95.00"', value) from None
    return found if unsigned == value else -found


def month(value: Any) -> Month:
    """A month."""
    if isinstance(value, str):
        with suppress(ValueError):
            return Month.parse(value)
    raise unreadable("a month such as 2026-10", value)


def quantity(value: Any) -> str:
    """A quantity that is bought ahead; the contract says of what, so it stays the text that it is."""
    if isinstance(value, str):
        for unit in UNITS:
            with suppress(ValueError):
                parse_quantity(value, unit, _FINEST)
                return value
    raise unreadable('hours, incidents or money such as "10h", "5" or "30.00"', value)


def unit_price(value: Any) -> Decimal:
    """The price of an hour, an incident or a minute: with at most four decimals."""
    found = amount(value)
    if found != found.quantize(Decimal("0.0001")):
        raise unreadable('an amount of at most four decimals such as "120.00"', value)
    return found


def texts(value: Any) -> tuple[str, ...]:
    """A list of texts that are not empty."""
    if not isinstance(value, list):
        raise unreadable("a list of texts", value)
    return tuple(filled(item) for item in value)


def seconds(value: Any) -> Seconds:
    """A length of time in whole seconds, more than none."""
    if type(value) is int and 0 < value < 10**10:
        return value
    raise unreadable("a whole number of seconds, 1 or more", value)


def count(value: Any) -> int:
    """A number that suptime counts: an id, a place in a series."""
    if type(value) is int and 0 < value < 10**names.LONGEST_COUNT:
        return value
    raise unreadable(f"a whole number from 1 to {10**names.LONGEST_COUNT - 1}", value)


def change(value: Any) -> int:
    """Return the number of a change; a server numbers its changes from 1,000,000,000,001 on."""
    if type(value) is int and 0 < value < 10**15:
        return value
    raise unreadable("the number of a change, 15 digits at most", value)


def year(value: Any) -> int:
    """A year in which suptime keeps dates."""
    if type(value) is int and _FIRST_YEAR <= value <= _LAST_YEAR:
        return value
    raise unreadable(f"a year from {_FIRST_YEAR} to {_LAST_YEAR}", value)


def whole(value: Any) -> int:
    """A whole number, which may be 0 or less."""
    if type(value) is int and abs(value) < 2**63:
        return value
    raise unreadable("a whole number", value)


def identity(letter: str) -> Reader:
    """A reader of an id such as U7, whose letter is LETTER; gives its number."""
    pattern = re.compile(rf"{letter}([1-9][0-9]{{0,{names.LONGEST_COUNT - 1}}})")

    def read(value: Any) -> int:
        found = pattern.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            raise unreadable(f"an id such as {letter}7, with {names.LONGEST_COUNT} digits at most", value)
        return int(found[1])

    return read


def optional(reader: Reader) -> Reader:
    """A reader that takes null for None, and anything else as READER does."""

    def read(value: Any) -> Any:
        return None if value is None else reader(value)

    return read


REQUIRED = object()

"""Stands for the default of a key that has none."""


@dataclass(frozen=True, slots=True)
class Key:
    """How the value of one key is read, what it is where the key is left out, and when it is written."""

    read: Reader
    default: Any = REQUIRED
    always: bool = True


@dataclass(frozen=True, slots=True)
class Type:
    """One type of record: its keys in their order, and the way from them to the record and back."""

    name: str
    record: type[Any]
    keys: Mapping[str, Key]
    build: Callable[[dict[str, Any]], Any]
    values: Callable[[Any], dict[str, Any]]


def maybe(read: Reader) -> Key:
    """A key that is null by default."""
    return Key(optional(read), None)


def rare(read: Reader, default: Any = None) -> Key:
    """A key that is written only where it differs from its default."""
    return Key(optional(read) if default is None else read, default, always=False)


def serialized(keys: Mapping[str, Key], values: Mapping[str, Any]) -> dict[str, Any]:
    """VALUES in the order of KEYS, without those that are written only where they differ from their default."""
    return {name: values[name] for name, key in keys.items() if key.always or values[name] != key.default}


def table(keys: Mapping[str, Key], build: Callable[[dict[str, Any]], Any]) -> Reader:
    """A reader of a record within a record, which has KEYS. What is wrong names the key."""

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise unreadable("a record in braces", value)
        for name in value:
            if name not in keys:
                raise Unreadable(f"{name}: is not a key of such a record.{nearest(name, keys)}")
        values = {}
        for name, key in keys.items():
            if name in value:
                try:
                    values[name] = key.read(value[name])
                except Unreadable as error:
                    raise Unreadable(f"{name}: {error}") from None
            elif key.default is REQUIRED:
                raise Unreadable(f"{name}: is missing.")
            else:
                values[name] = key.default
        return build(values)

    return read


def each(read: Reader) -> Reader:
    """A reader of a list of what READ reads. What is wrong names the place in the list, counted from 1."""

    def read_all(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise unreadable("a list", value)
        found = []
        for place, item in enumerate(value, 1):
            try:
                found.append(read(item))
            except Unreadable as error:
                raise Unreadable(f"entry {place}: {error}") from None
        return tuple(found)

    return read_all


def fields_of(record: Any) -> dict[str, Any]:
    """The fields of RECORD by their names."""
    return {name: getattr(record, name) for name in names_of(record)}


def names_of(record: Any) -> Sequence[str]:
    """What the values of RECORD are called, which is a frozen dataclass or a named tuple."""
    names: Sequence[str] = getattr(record, "_fields", None) or record.__slots__
    return names
