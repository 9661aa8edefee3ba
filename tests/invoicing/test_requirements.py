"""What an invoice lacks is named, all of it, and nothing else."""

import pytest

from suptime.domain.client import Client
from suptime.invoicing.requirements import seller_faults
from suptime.invoicing.tax import taxed, totals_of
from suptime.settings.settings import Settings

SELLER = {
    "name": "Good Firm",
    "address": "1 High St\nTown",
    "country": "DE",
    "tax_id": "DE123456789",
    "payment_days": 14,
}
ACME = {"code": "acme", "name": "Acme", "address": "2 Low St", "country": "FR", "tax_id": "FR40303265045"}


def faults(tax="19", seller=None, settings=None, kinds=None, lines=None, **client):
    who = Client(**(ACME | {"tax": tax} | client))
    rules = {"kinds": kinds or {}}
    lines = lines or [taxed({"kind": kind, "net": "1.00"}, tax, rules) for kind in ("time", "fee")]
    document = {
        "seller": SELLER if seller is None else seller,
        **{f"client_{key}": getattr(who, key) for key in ("name", "address", "country", "tax_id")},
        "cases": [{"lines": lines[:1]}],
        "other_lines": lines[1:],
        "totals": totals_of(lines, "EUR"),
    }
    return seller_faults(Settings("config.toml", settings or {}), who, document)


def without(*keys):
    return {key: value for key, value in SELLER.items() if key not in keys}


@pytest.mark.parametrize("tax", ["19", "0", "reverse-charge", "none"])
def test_an_invoice_with_everything_has_no_faults(tax):
    assert faults(tax) == []


def test_everything_that_is_missing_is_named_at_once():
    assert faults("reverse-charge", seller={}, address=None, country=None, tax_id=None) == [
        "The seller's name is missing: set it in config.toml, as seller.name.",
        "The seller's address is missing: set it in config.toml, as seller.address.",
        "The seller's country is missing: set it in config.toml, as seller.country.",
        "The seller's tax id is missing: set it in config.toml, as seller.tax_id.",
        "Nothing says when to pay: set it in config.toml, as seller.payment_days or seller.payment_terms.",
        "The address of acme is missing: suptime client edit acme --address TEXT",
        "The country of acme is missing: suptime client edit acme --country CODE",
        "The tax id of acme is missing, and a reverse charge needs it: suptime client edit acme --tax-id ID",
    ]


def test_without_tax_no_tax_id_is_needed():
    assert faults("none", seller=without("tax_id"), tax_id=None) == []


def test_the_number_at_the_local_office_serves_as_a_tax_id():
    assert faults(seller=without("tax_id") | {"tax_number": "12/345/67890"}) == []


def test_terms_in_words_say_when_to_pay():
    assert faults(seller=without("payment_days") | {"payment_terms": "On receipt."}) == []
    assert faults(seller=without("payment_days") | {"payment_days": 0}) == []


def test_a_credit_note_needs_no_terms():
    lines = [taxed({"kind": "credit", "net": "-5.00"}, "19")]
    assert faults(lines=lines, seller=without("payment_days")) == []


def test_an_exemption_needs_its_reason():
    assert faults("exempt") == [
        "Why lines are exempt from tax is missing: set it in config.toml, as tax.exempt."
    ]
    assert faults("exempt", settings={"tax": {"exempt": "Small business."}}) == []
    assert len(faults("19", kinds={"fee": "exempt"})) == 1


def test_a_client_of_whom_nothing_is_known_about_tax_is_named():
    assert faults(None) == [
        "Nothing says how acme is taxed, by a rate, exempt, reverse-charge or none: suptime client edit acme --tax TAX"
    ]


def test_no_tax_at_all_goes_with_nothing_else():
    lines = [taxed({"kind": "time", "net": "1.00"}, "none"), taxed({"kind": "fee", "net": "1.00"}, "19")]
    assert faults(lines=lines) == [
        "Some lines have no tax treatment and others have one: they cannot stand on one invoice."
    ]
