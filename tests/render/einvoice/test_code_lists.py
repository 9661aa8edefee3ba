"""The code lists that are looked at before an issue are those of the official rules."""

import re

import checker
import pytest

from suptime.domain import values
from suptime.domain.money import CURRENCIES


def official(rule):
    """The codes that the UBL rule RULE allows."""
    text = (checker._artefacts() / checker.UBL.schematron).read_text("utf-8")
    before = text[: text.index(f'<xsl:attribute name="id">{rule}</xsl:attribute>')]
    return set(re.findall(r"contains\( ?'([^']{200,})'", before)[-1].split())


@pytest.mark.parametrize(
    ("ours", "rule"), [(values.EAS, "BR-CL-25"), (values.COUNTRIES, "BR-CL-14")], ids=["EAS", "countries"]
)
def test_a_list_is_the_official_one(ours, rule):
    assert ours == official(rule)


def test_the_prefixes_of_vat_ids_are_countries_and_greece_under_its_own_letters():
    assert official("BR-CO-09") == values.COUNTRIES | {"EL"}


def test_the_currencies_that_the_rules_do_not_know_are_known():
    assert CURRENCIES - official("BR-CL-04") == values.UNKNOWN_CURRENCIES
