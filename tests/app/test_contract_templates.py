"""Contract files from templates: valid as they are written, and with every line that stands behind a #."""

import re
from datetime import date
from decimal import Decimal

import pytest

from suptime.app.contract_templates import TITLES, WITH_FEE, Terms, text_of, write
from suptime.contracts.file import read_contract
from suptime.domain.contract import Version
from suptime.errors import NotPossible, WrongUsage

TERMS = Terms("acme-1", "EUR", "Europe/Paris", date(2026, 11, 1), Decimal("120.50"))
FEE = Decimal(400)


def terms(kind, **more):
    fee = FEE if kind in WITH_FEE else None
    return Terms(TERMS.code, TERMS.currency, TERMS.timezone, TERMS.starts_on, TERMS.price, fee, **more)


@pytest.mark.parametrize("kind", TITLES)
def test_a_file_says_the_terms_and_is_valid(kind):
    version = read_contract(text_of(kind, terms(kind)))
    assert isinstance(version, Version)
    assert (version.code, version.title) == ("acme-1", TITLES[kind])
    assert (version.currency, version.zone.name, version.starts_on) == (
        "EUR",
        "Europe/Paris",
        date(2026, 11, 1),
    )
    assert '"120.50"' in version.text


@pytest.mark.parametrize("kind", TITLES)
def test_the_lines_behind_a_hash_are_valid_too(kind):
    text = text_of(kind, terms(kind))
    whole = re.sub(r"^# (?=\[|\w+ = )", "", text, flags=re.MULTILINE)
    assert isinstance(read_contract(whole), Version), read_contract(whole)
    assert (whole != text) == ("\n# [" in text)


def test_a_title_is_text_whatever_it_is():
    title = 'Say "hi" \\ to $price'
    version = read_contract(text_of("hourly", terms("hourly", title=title)))
    assert isinstance(version, Version)
    assert version.title == title


@pytest.mark.parametrize(("kind", "fee"), [("plan", None), ("hourly", FEE)])
def test_a_fee_is_there_where_the_kind_has_one(kind, fee):
    with pytest.raises(WrongUsage, match="fee"):
        text_of(kind, Terms("a", "EUR", "UTC", date(2026, 1, 1), Decimal(1), fee))


def test_a_code_that_no_contract_can_have_is_refused():
    with pytest.raises(WrongUsage, match=r"contract\.code"):
        text_of("hourly", Terms("a b", "EUR", "UTC", date(2026, 1, 1), Decimal(1)))


def test_a_file_that_is_there_is_not_replaced(tmp_path):
    path = tmp_path / "acme.toml"
    path.write_text("mine")
    with pytest.raises(NotPossible, match="already"):
        write(path, "new")
    assert path.read_text() == "mine"
    with pytest.raises(WrongUsage, match="Cannot write the file"):
        write(tmp_path / "none" / "acme.toml", "new")
