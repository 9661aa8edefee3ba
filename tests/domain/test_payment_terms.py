"""Payment terms: what can be written, when an invoice is due, and what its discounts come to (F19, F20)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suptime.domain.money import minor_digits, rounded
from suptime.domain.payment_terms import (
    TERMS,
    Discount,
    Terms,
    as_data,
    due_day,
    in_words,
    read_terms,
    skonto_lines,
)
from suptime.domain.values import Problem

DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))


def terms_of(text):
    terms = read_terms(text)
    assert isinstance(terms, Terms), terms
    return terms


@st.composite
def all_terms(draw):
    """Any terms that can be written."""
    kind = draw(st.sampled_from(["days", "eom", "beyond", "days-eom"]))
    days = draw(st.integers(1, 999))
    made = {
        "days": Terms(days),
        "eom": Terms(to_end=True),
        "beyond": Terms(to_end=True, beyond=days),
        "days-eom": Terms(days, to_end=True),
    }[kind]
    count = draw(st.integers(0, min(2, made.longest)))
    lengths = draw(st.lists(st.integers(0, made.longest - 1), min_size=count, max_size=count, unique=True))
    percents = draw(st.lists(st.integers(1, 9999), min_size=count, max_size=count, unique=True))
    discounts = [
        Discount(Decimal(percent) / 100, length)
        for percent, length in zip(sorted(percents, reverse=True), sorted(lengths), strict=True)
    ]
    return Terms(made.days, made.to_end, made.beyond, tuple(discounts))


@pytest.mark.parametrize(
    ("text", "issued_on", "due_on"),
    [
        ("30d", "2026-11-02", "2026-12-02"),
        ("0d", "2026-11-02", "2026-11-02"),
        ("eom", "2026-11-02", "2026-11-30"),
        ("eom", "2026-11-30", "2026-11-30"),
        ("eom", "2024-02-01", "2024-02-29"),
        ("eom+15d", "2026-11-02", "2026-12-15"),
        ("eom+15d", "2026-12-31", "2027-01-15"),
        ("30d-eom", "2026-11-02", "2026-12-31"),
        ("30d-eom", "2026-01-31", "2026-03-31"),
        ("60d-eom", "2026-12-31", "2027-03-31"),
    ],
)
def test_due_day(text, issued_on, due_on):
    assert terms_of(text).due_on(date.fromisoformat(issued_on)) == date.fromisoformat(due_on)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("30D", "30d"),
        (" 030 d ", "30d"),
        ("EOM + 15d", "eom+15d"),
        ("30d -EOM", "30d-eom"),
        ("30d,2.50% 10d", "30d, 2.5% 10d"),
        ("30d , 3%7d,2.00 % 14d".replace(" %", "%"), "30d, 3% 7d, 2% 14d"),
        ("eom, 2% 10d", "eom, 2% 10d"),
        ("30d, 99.99% 29d", "30d, 99.99% 29d"),
    ],
)
def test_spellings(text, kept):
    assert TERMS.read(text) == kept
    assert TERMS.read(kept) == kept
    assert TERMS.strict(kept) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "30",
        "d",
        "-1d",
        "1000d",
        "30d eom",
        "eom-15d",
        "30d-eom+15d",
        "eom30d",
        "٣٠d",
        "30d,",
        "30d, 2%",
        "30d, 10d",
        "30d, 2 10d",
        "30d, 0% 10d",
        "30d, 0.00% 10d",
        "30d, 100% 10d",
        "30d, 2.555% 10d",
        "30d, -2% 10d",
        "30d, 2% 30d",
        "10d, 2% 30d",
        "0d, 2% 0d",
        "eom, 2% 30d",
        "eom+15d, 2% 45d",
        "30d, 2% 14d, 3% 7d",
        "30d, 2% 7d, 3% 14d",
        "30d, 2% 7d, 2% 14d",
        "30d, 3% 7d, 2% 7d",
        "30d, 3% 7d, 2% 14d, 1% 20d",
    ],
)
def test_what_is_refused(text):
    problem = TERMS.read(text)
    assert isinstance(problem, Problem), problem
    assert problem.what
    assert problem.expected


def test_amounts_of_a_discount():
    # f06: 119.00 x 2 % = 2.38.
    terms, issued = terms_of("30d, 2% 10d"), date(2026, 11, 2)
    offers = terms.offers(Decimal("119.00"), "EUR", issued)
    assert as_data(terms, offers, "EUR") == {
        "text": "30d, 2% 10d",
        "discounts": [{"percent": "2", "until": "2026-11-12", "amount": "2.38", "pay": "116.62"}],
    }
    assert skonto_lines(offers, issued) == ["#SKONTO#TAGE=10#PROZENT=2.00#"]
    assert str(in_words(terms.due_on(issued), offers, Decimal("119.00"), "EUR")) == (
        "2% discount for payment by 12 November 2026: 116.62 EUR instead of 119.00 EUR. "
        "Payable by 2 December 2026: 119.00 EUR."
    )


def test_two_discounts():
    terms, issued = terms_of("30d, 3% 7d, 2.25% 14d"), date(2026, 11, 2)
    offers = terms.offers(Decimal("33.33"), "EUR", issued)
    assert [(str(one.amount), str(one.pay)) for one in offers] == [("1.00", "32.33"), ("0.75", "32.58")]
    assert skonto_lines(offers, issued) == ["#SKONTO#TAGE=7#PROZENT=3.00#", "#SKONTO#TAGE=14#PROZENT=2.25#"]


def test_half_a_unit_is_rounded_up():
    assert terms_of("30d, 2% 10d").offers(Decimal("0.25"), "EUR", date(2026, 1, 1))[0].amount == Decimal(
        "0.01"
    )
    assert terms_of("30d, 2% 10d").offers(Decimal(125), "JPY", date(2026, 1, 1))[0].amount == 3


def test_a_discount_of_nothing_is_none():
    for due in ("0.00", "0.24", "-119.00"):
        assert terms_of("30d, 2% 10d").offers(Decimal(due), "EUR", date(2026, 1, 1)) == ()


def test_a_discount_ends_with_a_short_term():
    # Issued on the 25th, due on the 30th: both discounts end then, and the higher one is kept.
    terms = terms_of("eom, 3% 7d, 2% 14d")
    offers = terms.offers(Decimal(100), "EUR", date(2026, 11, 25))
    assert [(one.percent, one.until) for one in offers] == [(3, date(2026, 11, 30))]
    assert len(terms.offers(Decimal(100), "EUR", date(2026, 11, 2))) == 2


def test_an_invoice_without_a_due_day():
    assert due_day(None, date(2026, 11, 2)) == date(2026, 12, 2)
    assert due_day(date(2026, 11, 3), date(2026, 11, 2)) == date(2026, 11, 3)


@given(all_terms())
def test_every_term_is_read_back(terms):
    assert read_terms(str(terms)) == terms


@given(all_terms(), DAYS, st.integers(1, 10**9), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_discounts_keep_to_the_term(terms, issued_on, units, currency):
    due = units * Decimal(1).scaleb(-minor_digits(currency))
    due_on, offers = terms.due_on(issued_on), terms.offers(due, currency, issued_on)
    assert 0 <= (due_on - issued_on).days <= terms.longest
    assert all(issued_on <= one.until <= due_on for one in offers)
    assert all(one.pay + one.amount == due and 0 < one.amount <= due for one in offers)
    assert all(one.amount == rounded(one.amount, currency) for one in offers)
    assert [one.until for one in offers] == sorted({one.until for one in offers})
    assert [one.percent for one in offers] == sorted({one.percent for one in offers}, reverse=True)
    if terms.to_end and not terms.beyond:
        assert (due_on + timedelta(days=1)).day == 1
