"""Matching of bank entries: the numbers in their texts, their references, ids and amounts (F26)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suptime.domain.bank import BankEntry
from suptime.domain.ledger import Account
from suptime.invoicing.matching import Matcher, Payable
from suptime.invoicing.payment_data import rf_reference

ACME, BETA = Account("acme", "EUR"), Account("beta", "EUR")
ACME_IBAN, BETA_IBAN = "DE41370400440000000001", "DE70500105170000000002"
IBANS = {ACME_IBAN: {"acme"}, BETA_IBAN: {"beta"}}


def payable(number, open_="119.00", account=ACME, *, pay=None, due=20, references=()):
    return Payable(
        number, account, Decimal(open_), Decimal(pay or open_), date(2026, 11, due), tuple(references)
    )


def entry(text="", amount="119.00", **more):
    texts = (text,) if isinstance(text, str) and text else tuple(text)
    given = {"key": "k", "on": date(2026, 11, 5), "currency": "EUR"} | more
    return BankEntry(amount=Decimal(amount), texts=texts, **given)


def match(payables, made, ibans=IBANS):
    return Matcher(payables, ibans).match(made)


def shares(found):
    return [(one.number, str(one.amount)) for one in found.shares]


ONE, TWO = payable("INV-2026-0001"), payable("INV-2026-0002", "59.50", due=25)


@pytest.mark.parametrize(
    "text",
    [
        "INV-2026-0001",
        "Rechnung inv 2026/0001 vom 2.11.",
        "INV20260001",
        "i n v-2026 - 0001",
        "(INV-2026-0001)",
        "INV-2026-0001 2",
        "KdNr7 INV-2026-0001/ACME",
        "xINV_2026_0001y",
        ("INV-20", "26-0001"),
    ],
)
def test_a_number_is_found(text):
    found = match([ONE, TWO], entry(text))
    assert (found.how, found.client, shares(found)) == ("number", "acme", [("INV-2026-0001", "119.00")])


@pytest.mark.parametrize(
    "text",
    [
        "INV-2026-00012",
        "INV-2026-000",
        "1INV-2026-0001",
        "INV-2026-x0001",
        "2026-0001",
        "",
        "INV 2026 0001 7x".replace(" 7x", "7"),
    ],
)
def test_a_number_is_not_found(text):
    assert match([ONE, TWO], entry(text)).how is None


def test_of_overlapping_finds_the_one_with_fewer_blanks_counts():
    long = payable("INV-2026-00012")
    assert shares(match([ONE, long], entry("INV-2026-0001 2"))) == [("INV-2026-0001", "119.00")]
    assert shares(match([ONE, long], entry("INV-2026-00012"))) == [("INV-2026-00012", "119.00")]
    short = payable("0001", account=BETA)
    assert shares(match([ONE, short], entry("INV-2026-0001"))) == [("INV-2026-0001", "119.00")]


def test_two_numbers_that_look_the_same_are_ambiguous():
    twin = payable("INV-20260001")
    found = match([ONE, twin], entry("INV-2026-0001"))
    assert (found.how, found.client, found.candidates) == (None, "acme", ("INV-2026-0001", "INV-20260001"))


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("178.50", [("INV-2026-0001", "119.00"), ("INV-2026-0002", "59.50")]),
        ("200.00", [("INV-2026-0001", "119.00"), ("INV-2026-0002", "59.50")]),
        ("174.93", [("INV-2026-0001", "116.62"), ("INV-2026-0002", "58.31")]),
        ("174.94", [("INV-2026-0001", "119.00"), ("INV-2026-0002", "55.94")]),
        ("119.00", [("INV-2026-0001", "119.00")]),
        ("50.00", [("INV-2026-0001", "50.00")]),
    ],
)
def test_several_numbers(amount, expected):
    payables = [
        payable("INV-2026-0002", "59.50", pay="58.31", due=25),
        payable("INV-2026-0001", pay="116.62"),
    ]
    found = match(payables, entry("INV-2026-0002, INV-2026-0001", amount))
    assert (found.how, shares(found)) == ("number", expected)


def test_a_number_of_one_at_its_pay():
    found = match([payable("INV-1", pay="116.62")], entry("INV-1", "116.62"))
    assert shares(found) == [("INV-1", "116.62")]


def test_numbers_of_two_clients_are_ambiguous():
    other = payable("INV-2026-0003", account=BETA, due=21)
    made = entry("INV-2026-0001 INV-2026-0003")
    found = match([ONE, other], made)
    assert (found.how, found.client, found.shares) == (None, None, ())
    assert found.candidates == ("INV-2026-0001", "INV-2026-0003")
    assert match([ONE, other], entry("INV-2026-0001 INV-2026-0003", iban=BETA_IBAN)).client == "beta"


def test_what_is_settled_or_in_another_currency_is_ambiguous():
    settled = payable("INV-2026-0001", "0.00")
    found = match([settled, TWO], entry("INV-2026-0001"))
    assert (found.how, found.client, found.candidates) == (None, "acme", ("INV-2026-0001",))
    assert match([ONE], entry("INV-2026-0001", currency="USD")).how is None
    assert match([settled, TWO], entry("INV-2026-0001 INV-2026-0002")).shares == ()


def test_references():
    rf = rf_reference("INV-2026-0001", 2026, 1)
    payables = [payable("INV-2026-0001", references=[rf]), TWO]
    for made in (entry(references=(rf,)), entry(f"Zahlung {rf}"), entry(f"{rf[:4]} {rf[4:8]} {rf[8:]}")):
        found = match(payables, made)
        assert (found.how, shares(found)) == ("reference", [("INV-2026-0001", "119.00")])
    # The reference decides before the number.
    found = match(payables, entry("INV-2026-0002", references=(rf,)))
    assert shares(found) == [("INV-2026-0001", "119.00")]
    assert match(payables, entry(references=("INV-2026-0002",))).how == "number"


def test_end_to_end_ids():
    rf = rf_reference("INV-2026-0001", 2026, 1)
    payables = [payable("INV-2026-0001", references=[rf]), TWO]
    assert match(payables, entry("x", end_to_end="inv20260001")).how == "end-to-end"
    assert match(payables, entry("x", end_to_end=rf)).how == "end-to-end"
    assert match(payables, entry("x", end_to_end="INV-2026-0001-2")).how is None


def test_amounts():
    payables = [ONE, TWO, payable("INV-2026-0003", "59.50", BETA)]
    found = match(payables, entry("danke", "59.50", iban=ACME_IBAN))
    assert (found.how, found.client, shares(found)) == ("amount", "acme", [("INV-2026-0002", "59.50")])
    found = match(payables, entry("danke", "59.49", iban=ACME_IBAN))
    assert (found.how, found.client, found.candidates) == (None, "acme", ("INV-2026-0001", "INV-2026-0002"))
    twice = [*payables, payable("INV-2026-0004", "59.50")]
    found = match(twice, entry("danke", "59.50", iban=ACME_IBAN))
    assert (found.how, found.client, found.candidates) == (None, "acme", ("INV-2026-0004", "INV-2026-0002"))
    assert match(payables, entry("danke", "59.50", iban=ACME_IBAN, currency="USD")).how is None
    discounted = [payable("INV-2026-0005", pay="116.62")]
    assert shares(match(discounted, entry(amount="116.62", iban=ACME_IBAN))) == [("INV-2026-0005", "116.62")]


def test_accounts_of_nobody_or_of_two():
    assert match([TWO], entry(amount="59.50")) == match(
        [TWO], entry(amount="59.50", iban="DE19100500000000000003")
    )
    assert match([TWO], entry(amount="59.50")).client is None
    both = {ACME_IBAN: {"acme", "beta"}}
    found = match([TWO], entry(amount="59.50", iban=ACME_IBAN), both)
    assert (found.how, found.client) == (None, None)


NUMBERS = st.from_regex(r"\A[A-Z]{0,3}-?20[0-9]{2}[-/ ]?[0-9]{1,5}\Z")
TEXTS = st.text(st.sampled_from("INV-2026 0/1.3x\n"), max_size=30)


@given(st.lists(NUMBERS, min_size=1, max_size=6, unique=True), TEXTS, TEXTS, st.integers(0, 30000))
def test_nothing_is_booked_beyond_the_entry_or_what_is_open(numbers, before, after, cents):
    payables = [payable(number, "100.00") for number in numbers]
    amount = Decimal(cents) / 100
    found = match(payables, entry(f"{before}{numbers[0]}{after}", str(amount), iban=ACME_IBAN))
    assert sum(one.amount for one in found.shares) <= amount
    assert all(0 < one.amount <= 100 for one in found.shares)
    assert len({one.number for one in found.shares}) == len(found.shares)
    assert found.client is not None
    assert not (found.how and found.candidates)


@given(st.lists(NUMBERS, min_size=1, max_size=6, unique_by=lambda text: "".join(filter(str.isalnum, text))))
def test_a_number_between_words_is_always_found(numbers):
    payables = [payable(number, "100.00") for number in numbers]
    plain = numbers[0].replace(" ", "")
    found = match(payables, entry(f"Rechnung {plain} danke", "100.00"))
    assert shares(found) == [(numbers[0], "100.00")] or not found.shares
    if "-" in plain or plain[0].isalpha():
        assert found.how == "number"
