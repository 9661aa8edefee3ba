"""IBANs: shape, check digits, and the accounts that take QR references alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suptime.domain.bank import IBAN, is_iban, is_qr_iban, mod_97, plain_iban
from suptime.domain.values import Problem

GOOD = [
    "DE02120300000000202051",
    "DE41370400440000000001",
    "DE19100500000000000003",
    "DE70500105170000000002",
    "GB29NWBK60161331926819",
    "NO9386011117947",
    "MT84MALT011000012345MTLCAST001S",
    "CH9300762011623852957",
]


@pytest.mark.parametrize("iban", GOOD)
def test_good(iban):
    assert is_iban(iban)
    assert IBAN.read(" ".join(iban).lower()) == iban
    assert IBAN.strict(iban) == iban


@pytest.mark.parametrize(
    "text", ["", "DE", "DE0212030000000020205", "XX", "DE02 1203 0000 0000 2020 5é", "2" * 22]
)
def test_not_an_iban(text):
    assert isinstance(IBAN.read(text), Problem)


@given(st.sampled_from(GOOD), st.integers(0, 40), st.integers(1, 9))
def test_one_wrong_digit_is_seen(iban, place, by):
    digits = [at for at, letter in enumerate(iban) if letter.isdigit()]
    at = digits[place % len(digits)]
    wrong = iban[:at] + str((int(iban[at]) + by) % 10) + iban[at + 1 :]
    assert not is_iban(wrong)


@given(st.sampled_from(GOOD), st.integers(0, 40))
def test_two_changed_places_are_seen(iban, place):
    at = place % (len(iban) - 1)
    turned = iban[:at] + iban[at + 1] + iban[at] + iban[at + 2 :]
    assert turned == iban or not is_iban(turned)


def test_qr_ibans():
    for iid, expected in [("29999", False), ("30000", True), ("31999", True), ("32000", False)]:
        assert is_qr_iban(f"CH00{iid}123000889012") is expected
    assert not is_qr_iban("DE00300001230008890")


def test_remainder():
    assert mod_97("INV20260003RF00") == 98 - 59
    assert plain_iban("ch93 0076 2011 6238 5295 7") == "CH9300762011623852957"
