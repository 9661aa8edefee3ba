"""References (F30) and the texts of QR codes (F31), with their limits."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suptime.domain.bank import is_qr_iban
from suptime.invoicing.payment_data import (
    EPC_BYTES,
    Party,
    epc_qr,
    is_qrr,
    is_rf,
    payment_data,
    qr_reference,
    reference_of,
    rf_reference,
    short_number,
    swiss_qr,
)

IBAN, QR_IBAN, CH_IBAN = "DE02120300000000202051", "CH4431999123000889012", "CH9300762011623852957"
SELLER = {
    "name": "Nordtor Support GmbH",
    "address": "Muehlweg 4\n10115 Berlin",
    "postcode": "10115",
    "city": "Berlin",
    "country": "DE",
    "iban": "DE02 1203 0000 0000 2020 51",
    "bic": "BYLADEM1001",
}
SWISS_SELLER = SELLER | {
    "name": "Robert Schneider AG",
    "address": "Rue du Lac 1268/2/22",
    "postcode": "2501",
    "city": "Biel",
    "country": "CH",
    "iban": QR_IBAN,
}
CLIENT = {
    "name": "Pia Rutschmann",
    "address": "Marktgasse 28\n9400 Rorschach",
    "postcode": "9400",
    "city": "Rorschach",
    "country": "CH",
}


def data(due="119.00", currency="EUR", seller=SELLER, client=CLIENT, **more):
    return payment_data(
        number="INV-2026-0001",
        year=2026,
        serial=1,
        due=Decimal(due),
        currency=currency,
        due_on=date(2026, 11, 16),
        seller=seller,
        client=client,
        **more,
    )


def test_number_as_reference():
    # f10, with a BIC.
    assert data().as_data() == {
        "reference": "INV-2026-0001",
        "iban": IBAN,
        "bic": "BYLADEM1001",
        "amount": "119.00",
        "due_on": "2026-11-16",
        "epc_qr": "BCD\n002\n1\nSCT\nBYLADEM1001\nNordtor Support GmbH\n"
        "DE02120300000000202051\nEUR119.00\n\n\nINV-2026-0001",
        "swiss_qr": None,
        "payee": "Nordtor Support GmbH",
        "bank": None,
    }


def test_rf_as_reference():
    # f10, without a BIC.
    assert reference_of("INV-2026-0003", 2026, 3, IBAN, "rf") == "RF59INV20260003"
    assert epc_qr("Nordtor Support GmbH", IBAN, None, Decimal("119.00"), "RF59INV20260003") == (
        "BCD\n002\n1\nSCT\n\nNordtor Support GmbH\nDE02120300000000202051\nEUR119.00\n\nRF59INV20260003"
    )
    assert data(reference="rf").epc_qr.endswith("\n\n" + rf_reference("INV-2026-0001", 2026, 1))


def test_a_long_number_gives_a_short_reference():
    assert rf_reference("A" * 13 + "20260001", 2026, 1)[4:] == "A" * 13 + "20260001"
    assert rf_reference("A" * 14 + "20260001", 2026, 1)[4:] == "20260001"
    assert rf_reference("RG/é/2026/7", 2026, 7)[4:] == "RG20267"
    assert short_number(2026, 7) == "20260007"


@given(st.text(max_size=40), st.integers(1970, 2200), st.integers(1, 999999))
def test_references_have_fitting_check_digits(text, year, serial):
    number = f"{text}{year}-{serial}"
    assert is_rf(rf_reference(number, year, serial))
    assert is_qrr(qr_reference(year, serial))


@given(st.integers(1, 9999), st.integers(0, 26), st.integers(1, 9))
def test_one_wrong_digit_of_a_qr_reference_is_seen(serial, at, by):
    good = qr_reference(2026, serial)
    assert not is_qrr(good[:at] + str((int(good[at]) + by) % 10) + good[at + 1 :])


def test_known_references():
    # ISO 11649 and IG 2.3, their own examples.
    assert is_rf("RF18539007547034")
    assert not is_rf("RF18539007547035")
    assert is_qrr("210000000003139471430009017")
    assert not is_qrr("210000000003139471430009018")
    assert not is_rf("INV-2026-0001")


def test_a_qr_iban_takes_qr_references_alone():
    assert is_qr_iban(QR_IBAN)
    for setting in ("number", "rf"):
        assert reference_of("INV-1", 2026, 1, QR_IBAN, setting) == "000000000000000000202600013"


def test_swiss_code():
    made = data("2500.25", "CHF", SWISS_SELLER)
    lines = made.swiss_qr.split("\n")
    assert made.epc_qr is None
    assert len(lines) == 31
    assert lines[:11] == [
        *("SPC", "0200", "1", QR_IBAN, "S", "Robert Schneider AG", "Rue du Lac 1268/2/22", "", "2501"),
        *("Biel", "CH"),
    ]
    assert lines[11:18] == [""] * 7
    assert lines[18:20] == ["2500.25", "CHF"]
    assert lines[20:27] == ["S", "Pia Rutschmann", "Marktgasse 28", "", "9400", "Rorschach", "CH"]
    assert lines[27:] == ["QRR", "000000000000000000202600013", "INV-2026-0001", "EPD"]


def test_swiss_references():
    seller = SWISS_SELLER | {"iban": CH_IBAN}
    assert data(seller=seller).swiss_qr.split("\n")[27:29] == ["NON", ""]
    rf = rf_reference("INV-2026-0001", 2026, 1)
    assert data(seller=seller, reference="rf").swiss_qr.split("\n")[27:29] == ["SCOR", rf]


@pytest.mark.parametrize("gap", ["postcode", "city", "country", "name"])
def test_a_client_with_a_gap_is_left_out_of_the_swiss_code(gap):
    lines = data("10.00", "CHF", SWISS_SELLER, CLIENT | {gap: None}).swiss_qr.split("\n")
    assert len(lines) == 31
    assert lines[20:27] == [""] * 7


@pytest.mark.parametrize("gap", ["postcode", "city", "country", "name"])
def test_a_swiss_seller_with_a_gap_has_no_code(gap):
    made = data("10.00", "EUR", SWISS_SELLER | {gap: ""})
    assert made.swiss_qr is None
    assert made.epc_qr is None
    assert "seller.city" in made.warning


def test_letters_that_the_swiss_code_does_not_know():
    assert (
        data("10.00", "CHF", SWISS_SELLER, CLIENT | {"name": "Ωmega"}).swiss_qr.split("\n")[20:27] == [""] * 7
    )
    assert "Zoë Œuvre €" in data("10.00", "CHF", SWISS_SELLER, CLIENT | {"name": "Zoë Œuvre €"}).swiss_qr
    assert data("10.00", "CHF", SWISS_SELLER | {"name": "Ωmega"}).swiss_qr is None


def test_long_lines_are_cut():
    lines = data("10.00", "CHF", SWISS_SELLER | {"name": "x" * 80, "city": "y" * 40}).swiss_qr.split("\n")
    assert (len(lines[5]), len(lines[9])) == (70, 35)
    assert data(seller=SELLER | {"name": "x" * 80}).epc_qr.split("\n")[5] == "x" * 70


@pytest.mark.parametrize(
    ("due", "currency", "seller"),
    [
        ("119.00", "USD", SELLER),
        ("119.00", "CHF", SELLER),
        ("119.00", "EUR", SELLER | {"iban": "BR1800360305000010009795493C1"}),
        ("119.00", "USD", SWISS_SELLER),
        ("119.00", "EUR", SELLER | {"iban": None}),
    ],
)
def test_no_code_where_none_is_possible(due, currency, seller):
    made = data(due, currency, seller)
    assert (made.epc_qr, made.swiss_qr, made.warning) == (None, None, "")


@pytest.mark.parametrize(("due", "there"), [("0.01", True), ("999999999.99", True), ("1000000000.00", False)])
def test_limits_of_the_amount(due, there):
    for seller in (SELLER, SWISS_SELLER):
        made = data(due, "EUR", seller)
        assert bool(made.epc_qr or made.swiss_qr) is there
        assert bool(made.warning) is not there


def test_nothing_due():
    assert data("0.00") is None
    assert data("-119.00") is None


def test_codes_turned_off():
    made = data(codes=False)
    assert (made.reference, made.epc_qr, made.swiss_qr, made.warning) == ("INV-2026-0001", None, None, "")


def test_a_code_that_would_be_too_large():
    assert epc_qr("\U0001d538" * 70, IBAN, None, Decimal(1), "x" * 40) is None
    made = data(seller=SELLER | {"name": "\U0001d538" * 70})
    assert made.epc_qr is None
    assert "do not fit" in made.warning
    assert data(seller=SELLER | {"name": "\u20ac" * 70}).epc_qr is not None


def test_without_an_iban_there_is_a_reference():
    made = data(seller=SELLER | {"iban": ""}, reference="rf")
    assert made.reference == rf_reference("INV-2026-0001", 2026, 1)
    assert made.as_data()["iban"] is None


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=90)


@given(TEXTS, TEXTS, st.decimals("0.01", "999999999.99", places=2))
def test_lines_stay_lines(name, reference, amount):
    code = epc_qr(name, IBAN, None, amount, "X" + " ".join(reference.split()))
    if code is not None:
        assert len(code.encode()) <= EPC_BYTES
        assert len(code.split("\n")) in {10, 11}
        assert not code.endswith("\n")


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_the_swiss_code_has_31_lines(name, street, postcode, city):
    record = {"name": name, "address": street, "postcode": postcode, "city": city, "country": "CH"}
    code = swiss_qr(
        QR_IBAN, Party.of(SWISS_SELLER), Decimal(1), "CHF", Party.of(record), qr_reference(2026, 1), "N1"
    )
    assert len(code.split("\n")) == 31
