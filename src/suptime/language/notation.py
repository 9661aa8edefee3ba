"""How a language writes numbers, amounts, percentages, days and ranges of days.

English needs no library. All other languages have their separators, the place of the currency and the names of
months from Babel's CLDR data, and the order of a date from the table of their language.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from suptime.domain.time import MONTHS

NO_BREAK = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"

SYMBOLS = {"EUR": "€", "GBP": "£"}
"""Currencies that every document writes as a symbol; others have their ISO code."""

DOLLARS = {
    "AU": "AUD",
    "BB": "BBD",
    "BS": "BSD",
    "BZ": "BZD",
    "CA": "CAD",
    "FJ": "FJD",
    "GY": "GYD",
    "HK": "HKD",
    "JM": "JMD",
    "NA": "NAD",
    "NZ": "NZD",
    "SG": "SGD",
    "TT": "TTD",
    "US": "USD",
}
"""Countries with a dollar of their own, which is `$` between a seller and a client who are both there."""

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class _Order:
    """Order of the parts of a date: {d} day, {dd} in two digits, {mm} month, {mmmm} its name, {mmm} shortened, {yyyy}.

    `part` is a long date without its year, as the first day of a range that ends in the same year.
    """

    long: str
    part: str
    day: str
    year: str
    in_a_month: str
    between: str


_ENGLISH = _Order(
    long="{d} {mmmm} {yyyy}",
    part="{d} {mmmm}",
    day="{dd} {mmm}",
    year="{dd} {mmm} {yyyy}",
    in_a_month="{d}–{last_d} {mmmm} {yyyy}",
    between="{first} – {last}",
)
_AMERICAN = _Order(
    long="{mmmm} {d}, {yyyy}",
    part="{mmmm} {d}",
    day="{mmm} {dd}",
    year="{mmm} {dd}, {yyyy}",
    in_a_month="{mmmm} {d}–{last_d}, {yyyy}",
    between="{first} – {last}",
)
_ORDERS = {
    "en": _ENGLISH,
    "en-US": _AMERICAN,
    "de": _Order(
        long="{d}. {mmmm} {yyyy}",
        part="{d}. {mmmm}",
        day="{dd}.{mm}.",
        year="{dd}.{mm}.{yyyy}",
        in_a_month="{d}.–{last_d}. {mmmm} {yyyy}",
        between="{first} – {last}",
    ),
    "fr": _Order(
        long="{d} {mmmm} {yyyy}",
        part="{d} {mmmm}",
        day="{dd}/{mm}",
        year="{dd}/{mm}/{yyyy}",
        in_a_month="du {d} au {last_d} {mmmm} {yyyy}",
        between="du {first} au {last}",
    ),
    "es": _Order(
        long="{d} de {mmmm} de {yyyy}",
        part="{d} de {mmmm}",
        day="{dd}/{mm}",
        year="{dd}/{mm}/{yyyy}",
        in_a_month="del {d} al {last_d} de {mmmm} de {yyyy}",
        between="del {first} al {last}",
    ),
}


def _signed(number: str, write: Callable[[str], str]) -> str:
    """Return `number` as `write` writes its size, after a minus if it is below zero."""
    size = number.removeprefix("-")
    return (MINUS if size != number and size.strip("0.") else "") + write(size)


@dataclass(frozen=True, slots=True)
class Notation:
    """How one language writes figures.

    `digits` writes a number without its sign, `currency` puts a symbol or code to it, and `percent` follows it.
    `order` is None for a language whose dates Babel writes.
    """

    language: str
    digits: Callable[[str], str]
    currency: Callable[[str, str], str]
    percent: str
    order: _Order | None

    def number(self, number: str) -> str:
        """Return a number with the decimals that it is given with, its thousands set apart.

        >>> notation("en").number("-1234.50")
        '−1,234.50'
        """
        return _signed(number, self.digits)

    def money(self, amount: str, symbol: str) -> str:
        """Return an amount with the symbol or code of its currency."""
        return _signed(amount, lambda size: self.currency(self.digits(size), symbol))

    def long_day(self, day: date) -> str:
        """Return a day for facts and sentences."""
        if self.order is None:
            return self._by_babel(day, "long")
        return self._filled(self.order.long, day)

    def short_day(self, day: date, *, with_year: bool) -> str:
        """Return a day for a column of a table: two digits each."""
        if self.order is None:
            return self._by_babel(day, "short" if with_year else "Md")
        return self._filled(self.order.year if with_year else self.order.day, day)

    def weekday(self, day: date) -> str:
        """Return a day with the name of its day of the week."""
        if self.order in (_ENGLISH, _AMERICAN):
            return f"{DAYS[day.weekday()]}, {self.long_day(day)}"
        return self._by_babel(day, "full")

    def period(self, first: date, last: date) -> str:
        """Return the days from `first` to `last`."""
        if first == last:
            return self.long_day(first)
        if self.order is None:
            return f"{self.long_day(first)}{NO_BREAK}{DASH} {self.long_day(last)}"
        if (first.year, first.month) == (last.year, last.month):
            return self._filled(self.order.in_a_month, first, last_d=str(last.day))
        start = self.order.part if first.year == last.year else self.order.long
        # A long range may break behind its dash; neither of its days does.
        first_day, last_day = self._filled(start, first), self.long_day(last)
        joined = self.order.between.replace(f" {DASH}", f"{NO_BREAK}{DASH}")
        return joined.replace("{first}", first_day).replace("{last}", last_day)

    def month(self, year: int, month: int) -> str:
        """Return a month with its year."""
        if self.order in (_ENGLISH, _AMERICAN):
            return f"{MONTHS[month - 1]}{NO_BREAK}{year}"
        return self._by_babel(date(year, month, 1), "yMMMM")

    def month_alone(self, month: int) -> str:
        """Return the name of a month as it stands alone."""
        if self.order in (_ENGLISH, _AMERICAN):
            return MONTHS[month - 1]
        return _month_names(self.language, "stand-alone")[month - 1]

    def _filled(self, form: str, day: date, **more: str) -> str:
        name = self._month(day.month)
        number = (
            "1er" if self.language.startswith("fr") and day.day == 1 and "{mmmm}" in form else str(day.day)
        )
        values = {
            "d": number,
            "dd": f"{day.day:02}",
            "mm": f"{day.month:02}",
            "mmmm": name,
            "mmm": name[:3],
            "yyyy": str(day.year),
            **more,
        }
        return form.replace(" ", NO_BREAK).format(**values)

    def _month(self, month: int) -> str:
        if self.order in (_ENGLISH, _AMERICAN):
            return MONTHS[month - 1]
        return _month_names(self.language, "format")[month - 1]

    def _by_babel(self, day: date, form: str) -> str:
        from babel import Locale, dates

        locale = Locale.parse(self.language, sep="-")
        if form in ("long", "full"):
            text = dates.format_date(day, form, locale)
        else:
            text = dates.format_skeleton({"short": "yMd"}.get(form, form), day, locale=locale)
        return text.replace(" ", NO_BREAK) if form != "full" else text


@lru_cache
def notation(language: str) -> Notation:
    """Return how `language`, a BCP 47 tag with a catalogue, writes figures."""
    main = language.partition("-")[0]
    order = _ORDERS.get(language) or _ORDERS.get(main)
    if language in ("en", "en-GB", "en-US"):
        return Notation(language, _english_digits, _in_front(""), "%", order)
    return _by_cldr(language, order)


def _english_digits(size: str) -> str:
    whole, point, decimals = size.partition(".")
    return f"{int(whole or 0):,}{point}{decimals}"


def _in_front(gap: str) -> Callable[[str, str], str]:
    """Return how to write a symbol in front of an amount; a code has a space behind it everywhere."""
    return lambda digits, symbol: f"{symbol}{gap or (NO_BREAK if symbol.isalpha() else '')}{digits}"


def _behind(gap: str) -> Callable[[str, str], str]:
    return lambda digits, symbol: f"{digits}{gap or (NO_BREAK if symbol.isalpha() else '')}{symbol}"


def _by_cldr(language: str, order: _Order | None) -> Notation:
    from babel import Locale, numbers

    locale = Locale.parse(language, sep="-")
    near, far = numbers.parse_pattern(locale.decimal_formats[None].pattern).grouping
    group, point = numbers.get_group_symbol(locale), numbers.get_decimal_symbol(locale)
    if group == "'":  # some releases of CLDR write the Swiss apostrophe like this
        group = "\N{RIGHT SINGLE QUOTATION MARK}"

    def digits(size: str) -> str:
        whole, _, decimals = size.partition(".")
        parts, rest = [whole[-near:]], whole[:-near]
        while rest:
            parts, rest = [rest[-far:], *parts], rest[:-far]
        return group.join(parts) + (point + decimals if decimals else "")

    place = str(locale.currency_formats["standard"].pattern).partition(";")[0]
    before, _, after = place.partition("¤")
    is_behind = "0" in before
    gap = NO_BREAK if (before[-1:] if is_behind else after[:1]).isspace() else ""
    percent = str(locale.percent_formats[None].pattern).partition(";")[0]
    return Notation(
        language,
        digits,
        _behind(gap) if is_behind else _in_front(gap),
        f"{NO_BREAK}%" if percent[:-1][-1:].isspace() else "%",
        order,
    )


@lru_cache
def _month_names(language: str, context: Literal["format", "stand-alone"]) -> tuple[str, ...]:
    from babel import Locale, dates

    names = dates.get_month_names("wide", context, Locale.parse(language, sep="-"))
    return tuple(str(names[number]) for number in range(1, 13))
