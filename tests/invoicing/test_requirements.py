"""What an invoice lacks is named, all of it, and nothing else."""

import pytest

from suptime.domain.client import Client
from suptime.invoicing.requirements import einvoice_gaps, einvoices_of, seller_faults
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
        "The seller's name is missing: suptime config set seller.name TEXT",
        "The seller's address is missing: suptime config set seller.address TEXT",
        "The seller's country is missing: suptime config set seller.country CODE",
        "The seller's tax id is missing: suptime config set seller.tax_id ID",
        "The payment terms are missing: suptime config set seller.payment_days DAYS",
        "The address of acme is missing: suptime client edit acme --address TEXT",
        "The country of acme is missing: suptime client edit acme --country CODE",
        "The tax id of acme is missing; a reverse charge requires it: suptime client edit acme --tax-id ID",
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
        "The reason for the tax exemption is missing: suptime config set tax.exempt TEXT"
    ]
    assert faults("exempt", settings={"tax": {"exempt": "Small business."}}) == []
    assert len(faults("19", kinds={"fee": "exempt"})) == 1


def test_a_client_of_whom_nothing_is_known_about_tax_is_named():
    assert faults(None) == [
        "The tax of acme is missing: a rate, exempt, reverse-charge or none: suptime client edit acme --tax TAX"
    ]


def test_no_tax_at_all_goes_with_nothing_else():
    lines = [taxed({"kind": "time", "net": "1.00"}, "none"), taxed({"kind": "fee", "net": "1.00"}, "19")]
    assert faults(lines=lines) == [
        "Some lines have no tax treatment and others have one: they cannot be on one invoice."
    ]


OURS = SELLER | {
    "city": "Town",
    "postcode": "12345",
    "contact": "Accounts",
    "phone": "+49 30 1234",
    "email": "a@good.example",
    "iban": "DE02120300000000202051",
    "endpoint": "9930:DE123456789",
}
THEIRS = ACME | {
    "country": "DE",
    "city": "Hamburg",
    "postcode": "20457",
    "tax": "19",
    "endpoint": "0088:4035811991021",
    "buyer_reference": "Dept 7",
    "currency": "EUR",
}
DUTCH = {"country": "NL", "tax_id": "NL123456789B01", "company_number": "0106:12345678"}
DANISH = {"country": "DK", "tax_id": "DK12345678", "company_number": "0184:12345678"}
SWEDISH = {"country": "SE", "tax_id": "SE556036079301", "company_number": "5560360793"}
NORWEGIAN = {"country": "NO", "tax_id": "NO974760673MVA"}


def fixes(form, seller=None, **client):
    settings = Settings("config.toml", {"seller": OURS | (seller or {})})
    return [gap.fix for gap in einvoice_gaps(settings, Client(**(THEIRS | client)), form)]


@pytest.mark.parametrize("form", ["ubl", "xrechnung", "facturx"])
@pytest.mark.parametrize("seller", [{}, DUTCH, DANISH, SWEDISH, NORWEGIAN])
def test_with_everything_there_is_no_gap(form, seller):
    assert fixes(form, seller) == []


@pytest.mark.parametrize("key", ["city", "postcode", "contact", "phone", "email", "iban"])
def test_german_invoices_need_the_sellers_details(key):
    (of_germany,) = fixes("ubl", {key: None})
    (of_xrechnung,) = fixes("xrechnung", {key: None}, country="AT")
    assert of_germany.startswith(f"suptime config set seller.{key} ")
    assert of_germany == of_xrechnung
    assert fixes("ubl", {key: None}, country="AT") == fixes("facturx", {key: None}) == []


@pytest.mark.parametrize(
    ("form", "seller", "client", "fix"),
    [
        ("ubl", {}, {"city": None}, "suptime client edit acme --city TEXT"),
        ("xrechnung", {}, {"postcode": None}, "suptime client edit acme --postcode TEXT"),
        ("xrechnung", {}, {"buyer_reference": None, "order_number": "PO 1"}, "suptime client edit acme --buyer-reference TEXT"),
        ("ubl", {}, {"buyer_reference": None, "country": "AT"}, "suptime client edit acme --buyer-reference TEXT"),
        ("ubl", {}, {"endpoint": None}, "suptime client edit acme --endpoint SCHEME:ID"),
        ("ubl", {}, {"endpoint": "EM:a@acme.example"}, "suptime client edit acme --endpoint SCHEME:ID"),
        ("ubl", {"endpoint": "EM:a@good.example"}, {}, "suptime config set seller.endpoint SCHEME:ID"),
        ("facturx", {}, {"currency": "KWD"}, "suptime client edit acme --einvoice none"),
        ("facturx", {"tax_id": None}, {"tax": "none"}, "suptime config set seller.company_number ID"),
        ("ubl", DUTCH | {"city": None}, {}, "suptime config set seller.city TEXT"),
        ("ubl", DUTCH | {"company_number": "12345678"}, {}, "suptime config set seller.company_number 0106:ID"),
        ("ubl", DUTCH | {"iban": None}, {}, "suptime config set seller.iban IBAN"),
        ("ubl", DUTCH, {"country": "NL"}, "suptime client edit acme --company-number 0106:ID"),
        ("ubl", DUTCH, {"country": "NL", "company_number": "0190:1", "city": None}, "suptime client edit acme --city TEXT"),
        ("ubl", DANISH | {"company_number": "12345678"}, {}, "suptime config set seller.company_number 0184:ID"),
        ("ubl", DANISH | {"company_number": "0184:1234567"}, {}, "suptime config set seller.company_number 0184:ID"),
        ("ubl", NORWEGIAN | {"tax_id": "NO974760674MVA"}, {}, "suptime config set seller.tax_id ID"),
        ("ubl", SWEDISH | {"company_number": "5560360794"}, {}, "suptime config set seller.company_number ID"),
        ("ubl", {"country": "IT", "tax_id": "IT12345670785", "postcode": None}, {}, "suptime config set seller.postcode TEXT"),
    ],
)  # fmt: skip
def test_what_a_format_or_a_country_needs_is_named_with_its_command(form, seller, client, fix):
    assert fixes(form, seller, **client) == [fix]


def test_an_order_number_stands_in_for_a_buyer_reference():
    assert fixes("ubl", buyer_reference=None, order_number="PO 1", country="AT") == []


def test_a_tax_number_alone_identifies_the_seller():
    assert fixes("facturx", {"tax_id": None, "tax_number": "12/345/67890"}) == []


def test_xrechnung_and_factur_x_may_go_by_e_mail():
    assert fixes("xrechnung", {"endpoint": "EM:a@good.example"}, endpoint="EM:a@acme.example") == []
    assert fixes("facturx", {"endpoint": None}, endpoint=None) == []


@pytest.mark.parametrize(
    ("einvoice", "attached", "forms"),
    [("peppol", (), ["ubl"]), ("none", ("ubl",), []), (None, ("pdf", "facturx"), ["facturx"]), (None, ("pdf",), [])],
)  # fmt: skip
def test_the_clients_format_goes_before_that_of_all_mails(einvoice, attached, forms):
    assert einvoices_of(Client("acme", "Acme", einvoice=einvoice), attached) == forms
