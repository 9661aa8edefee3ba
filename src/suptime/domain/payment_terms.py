"""Payment terms of a client: due days and cash discounts (F19, F20)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from suptime.domain.money import rounded, show_amount
from suptime.domain.sentence import Day, Sentence, Sum, sentence, together, with_words
from suptime.domain.values import Kind, Problem, quoted

EXPECTED = "payment terms such as 30d, eom, eom+15d, 30d-eom, or 30d, 2% 10d"

LONGEST_DAYS = 999

WITHOUT_DAY = timedelta(days=30)
"""Days after issue when an invoice without a due day counts as due (Directive 2011/7/EU, Art. 3(3))."""

_TERM = re.compile(r"(?:(?P<days>\d{1,3})d(?P<to_end>-eom)?|eom(?:\+(?P<beyond>\d{1,3})d)?)", re.ASCII)

_DISCOUNT = re.compile(r"(?P<percent>\d{1,2}(?:\.\d{1,2})?)% ?(?P<days>\d{1,3})d", re.ASCII)

_LONGEST_MONTH = 31


@dataclass(frozen=True, slots=True)
class Discount:
    """Percentage that is deducted from a payment within some days of issue."""

    percent: Decimal
    days: int

    def __str__(self) -> str:
        return f"{_plain(self.percent)}% {self.days}d"


@dataclass(frozen=True, slots=True)
class Offer:
    """Discount of one invoice: if `pay` is paid through the day `until`, the rest, `amount`, is waived."""

    percent: Decimal
    until: date
    amount: Decimal
    pay: Decimal


@dataclass(frozen=True, slots=True)
class Terms:
    """Payment terms: `days` after issue, to the end of that month if `to_end`, and `beyond` days more."""

    days: int = 0
    to_end: bool = False
    beyond: int = 0
    discounts: tuple[Discount, ...] = ()

    def __str__(self) -> str:
        term = f"{self.days}d-eom" if self.to_end and self.days else f"{self.days}d"
        if self.to_end and not self.days:
            term = f"eom+{self.beyond}d" if self.beyond else "eom"
        return ", ".join([term, *map(str, self.discounts)])

    @property
    def longest(self) -> int:
        """The most days from issue to the due day."""
        return self.days + self.beyond + (_LONGEST_MONTH - 1 if self.to_end else 0)

    def due_on(self, issued_on: date) -> date:
        """Return the last day for payment in time.

        >>> read_terms("30d-eom").due_on(date(2026, 1, 31))
        datetime.date(2026, 3, 31)
        """
        day = issued_on + timedelta(days=self.days)
        return (_end_of_month(day) if self.to_end else day) + timedelta(days=self.beyond)

    def offers(self, due: Decimal, currency: str, issued_on: date) -> tuple[Offer, ...]:
        """Return the discounts of an invoice with an amount `due`, the highest first.

        A discount ends with the term, which may be short near the end of a month. If two end on the same
        day, the higher one is kept. Discounts that round to zero are left out.

        >>> [str(offer.pay) for offer in read_terms("30d, 2% 10d").offers(Decimal(119), "EUR", date(2026, 11, 2))]
        ['116.62']
        """
        offers: dict[date, Offer] = {}
        for one in self.discounts:
            until = min(issued_on + timedelta(days=one.days), self.due_on(issued_on))
            amount = rounded(due * one.percent / 100, currency)
            if amount > 0:
                offers.setdefault(until, Offer(one.percent, until, amount, due - amount))
        return tuple(offers.values())


def read_terms(text: str) -> Terms | Problem:
    """Return the terms in a text, in any letter case and with any blanks.

    >>> str(read_terms("30D,3.0% 7d , 2% 14d"))
    '30d, 3% 7d, 2% 14d'
    """
    first, *others = [re.sub(r"\s+", " ", part).strip().casefold() for part in text.split(",")]
    term = _TERM.fullmatch(first.replace(" ", ""))
    if term is None:
        return Problem(f"{quoted(text)} is not valid as payment terms.", EXPECTED)
    if len(others) > 2:
        return Problem(f"{quoted(text)} has {len(others)} discounts.", "at most two discounts")
    discounts = []
    for part in others:
        found = _DISCOUNT.fullmatch(part)
        if found is None or Decimal(found["percent"]) <= 0:
            expected = "a discount such as 2% 10d, with 0.01 to 99.99 percent"
            return Problem(f"{quoted(part)} is not a discount.", expected)
        discounts.append(Discount(Decimal(found["percent"]), int(found["days"])))
    terms = Terms(
        int(term["days"] or 0),
        to_end=term["days"] is None or term["to_end"] is not None,
        beyond=int(term["beyond"] or 0),
        discounts=tuple(discounts),
    )
    return _fault(terms) or terms


def _fault(terms: Terms) -> Problem | None:
    for one in terms.discounts:
        if one.days >= terms.longest:
            return Problem(
                f"The discount {quoted(str(one))} is not shorter than the term.",
                f"fewer than {terms.longest} days"
                if terms.longest
                else "no discount, since the term has no days",
            )
    for one, later in zip(terms.discounts, terms.discounts[1:], strict=False):
        if later.days <= one.days or later.percent >= one.percent:
            return Problem(
                f"The discount {quoted(str(later))} does not follow {quoted(str(one))}.",
                "a discount with more days and fewer percent than the one before",
            )
    return None


def _read(text: str) -> str | Problem:
    terms = read_terms(text)
    return terms if isinstance(terms, Problem) else str(terms)


TERMS: Kind[str] = Kind("payment terms", _read, EXPECTED)
"""Terms as a client's field stores them: the text that `read_terms` reads."""


def due_day(due_on: date | None, issued_on: date) -> date:
    """Return the last day for payment in time of an invoice, with or without a due day."""
    return issued_on + WITHOUT_DAY if due_on is None else due_on


def terms_for(text: str | None, payment_days: int | None) -> Terms | None:
    """Return the terms in a client's `text`, else those of the seller's `payment_days`, else None (F19).

    >>> str(terms_for(None, 14)), str(terms_for("eom", 14))
    ('14d', 'eom')
    """
    terms = read_terms(text) if text else None
    if isinstance(terms, Terms):
        return terms
    return None if payment_days is None else Terms(payment_days)


def in_words(due_on: date, offers: Iterable[Offer], due: Decimal, currency: str) -> Sentence:
    """Return the terms of one invoice as sentences for its reader.

    >>> str(in_words(date(2026, 12, 2), (), Decimal(119), "EUR"))
    'Payable by 2 December 2026: 119.00 EUR.'
    """
    said = [
        sentence(
            "{percent}% discount for payment by {day}: {pay} instead of {due}.",
            percent=_plain(one.percent),
            day=Day(one.until),
            pay=Sum(show_amount(one.pay, currency), currency),
            due=Sum(show_amount(due, currency), currency),
        )
        for one in offers
    ]
    last = sentence(
        "Payable by {day}: {due}.", day=Day(due_on), due=Sum(show_amount(due, currency), currency)
    )
    return together(*said, last)


def skonto_lines(offers: Iterable[Offer], issued_on: date) -> list[str]:
    """Return the lines that BR-DE-18 requires before the words of BT-20, one for each discount.

    >>> skonto_lines(read_terms("30d, 2% 10d").offers(Decimal(119), "EUR", date(2026, 11, 2)), date(2026, 11, 2))
    ['#SKONTO#TAGE=10#PROZENT=2.00#']
    """
    return [f"#SKONTO#TAGE={(one.until - issued_on).days}#PROZENT={one.percent:.2f}#" for one in offers]


def as_data(terms: Terms, offers: Iterable[Offer], currency: str) -> dict[str, Any]:
    """Return `terms` as a document stores them: their text, and each discount with its day and amounts."""
    discounts = [
        {
            "percent": _plain(one.percent),
            "until": one.until.isoformat(),
            "amount": show_amount(one.amount, currency),
            "pay": show_amount(one.pay, currency),
        }
        for one in offers
    ]
    return {"text": str(terms), "discounts": discounts}


def frozen_terms(terms: Terms, due: Decimal, currency: str, issued_on: date) -> dict[str, Any]:
    """Return `terms` as an issued document stores them: with its discounts, and in words."""
    offers = terms.offers(due, currency, issued_on)
    words = in_words(terms.due_on(issued_on), offers, due, currency)
    return as_data(terms, offers, currency) | with_words("words", words)


def _end_of_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=_LONGEST_MONTH)).replace(day=1) - timedelta(days=1)


def _plain(percent: Decimal) -> str:
    """Return a percentage without trailing zeros."""
    return f"{percent.normalize():f}"
