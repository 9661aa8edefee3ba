"""Asking for e-invoices: what is missing is said beforehand, whole, and its client is left out."""

import importlib.util

import pytest
from read_back import terms

CONTRACT = """
[contract]
code = "{code}-ps"
title = "Technical help"
currency = "EUR"
timezone = "UTC"
starts_on = 2026-01-01
[prices]
hour = "120.00"
"""
SELLER = """
[seller]
name = "Nordtor"
address = "Muehlweg 4, Berlin"
country = "DE"
tax_id = "DE123456789"
payment_days = 14
"""
ADDRESSES = "--address 'Am Hafen 1' --country FR --endpoint 0009:30326504500014 --buyer-reference 'PO 7'"


@pytest.fixture
def firm(suptime):
    """Two clients of whom nothing is known but their work in October, and nothing of the seller."""
    suptime.at("2026-11-02T10:00:00Z")
    suptime.set(SUPTIME_ACCEPT=None)
    for number, code in enumerate(("acme", "bolt"), start=1):
        (suptime.home / f"{code}.toml").write_text(CONTRACT.format(code=code))
        suptime(f"client add {code} --name {code.title()} --currency EUR --timezone UTC")
        suptime(f"contract add {code} {code}.toml")
        suptime(f"case open CASE-{number} --client {code} --subject Export --at '2026-10-01 09:00'")
        suptime(f"log CASE-{number} 60m --from '2026-10-05 09:00'")
        suptime.set(SUPTIME_AGENT="ben")
    return suptime


def set_seller(suptime, more=""):
    config = suptime.home / ".config" / "suptime" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(SELLER + more)
    return config


def ready(suptime):
    """All is known that an e-invoice needs."""
    set_seller(suptime, 'endpoint = "9930:DE123456789"\n')
    for code in ("acme", "bolt"):
        suptime(f"client edit {code} --tax 19 {ADDRESSES}")


def test_all_that_is_missing_is_said_and_nothing_is_issued(firm):
    firm("client edit acme --tax reverse-charge --country UK")
    before = firm.rows()
    got = firm("invoice --month 2026-10 --issue --format ubl --out files", code=3)
    assert got.out == ""
    start = "Error einvoice-data:"
    assert [line.removeprefix(start) for line in got.err.splitlines() if line.startswith(start)] == [
        "acme: The seller's name is missing: suptime config set seller.name TEXT",
        "acme: The seller's address is missing: suptime config set seller.address TEXT",
        "acme: The seller's country is missing: suptime config set seller.country CODE",
        "acme: The seller's tax id is missing: suptime config set seller.tax_id ID",
        "acme: The payment terms are missing: suptime config set seller.payment_days DAYS",
        "acme: The address of acme is missing: suptime client edit acme --address TEXT",
        (
            "acme: The tax id of acme is missing; a reverse charge requires it: "
            "suptime client edit acme --tax-id ID"
        ),
        "acme: The country UK of acme is not in ISO 3166: suptime client edit acme --country CODE",
        "acme: The seller's electronic address is missing: suptime config set seller.endpoint SCHEME:ID",
        "acme: The electronic address of acme is missing: suptime client edit acme --endpoint SCHEME:ID",
        (
            "acme: The buyer reference or order number of acme is missing: "
            "suptime client edit acme --buyer-reference TEXT"
        ),
        "bolt: The seller's name is missing: suptime config set seller.name TEXT",
        "bolt: The seller's address is missing: suptime config set seller.address TEXT",
        "bolt: The seller's country is missing: suptime config set seller.country CODE",
        "bolt: The payment terms are missing: suptime config set seller.payment_days DAYS",
        "bolt: The address of bolt is missing: suptime client edit bolt --address TEXT",
        "bolt: The country of bolt is missing: suptime client edit bolt --country CODE",
        (
            "bolt: The tax of bolt is missing: a rate, exempt, reverse-charge or none: "
            "suptime client edit bolt --tax TAX"
        ),
        "bolt: The seller has no identifier: suptime config set seller.company_number ID",
        "bolt: The seller's electronic address is missing: suptime config set seller.endpoint SCHEME:ID",
        "bolt: The electronic address of bolt is missing: suptime client edit bolt --endpoint SCHEME:ID",
        (
            "bolt: The buyer reference or order number of bolt is missing: "
            "suptime client edit bolt --buyer-reference TEXT"
        ),
    ]
    assert got.err.endswith(
        "Warning: Nothing was issued.\nWarning: acme was left out.\nWarning: bolt was left out.\n"
    )
    assert firm.rows() == before
    assert list((firm.home / "files").iterdir()) == []


def test_a_client_of_whom_something_is_missing_is_left_out_and_the_others_are_issued(firm):
    ready(firm)
    firm("client edit acme --country ''")
    got = firm("invoice --month 2026-10 --issue --format ubl --out files", code=3)
    assert got.out.startswith("INV-2026-0001  bolt  142.80 EUR  due 142.80")
    assert (
        "Error einvoice-data:acme: The country of acme is missing: suptime client edit acme --country CODE\n"
    ) in got.err
    assert got.err.endswith("Warning: acme was left out.\n")
    assert [path.name for path in (firm.home / "files").iterdir()] == ["INV-2026-0001.xml"]


def test_a_factur_x_needs_no_network(firm):
    set_seller(firm)
    firm("client edit acme --tax 19 --address 'Am Hafen 1' --country FR")
    got = firm("invoice --month 2026-10 --client acme --issue --format facturx --out files")
    assert got.out.startswith("INV-2026-0001  acme  142.80 EUR  due 142.80")
    assert (firm.home / "files" / "INV-2026-0001.facturx.pdf").read_bytes().startswith(b"%PDF-1.7")


@pytest.mark.parametrize(
    ("seller", "edit", "said"),
    [
        ('tax_id = "12-34"\n', "--tax 19", "The seller's tax id 12-34 does not begin with its country, as in DE123456789: suptime config set seller.tax_id ID"),
        ('tax_id = "DE1234567"\n', "--tax reverse-charge --tax-id 4711", "The tax id 4711 of acme does not begin with its country, as in FR40303265045: suptime client edit acme --tax-id ID"),
        ('tax_id = "DE1234567"\n', "--tax exempt", "The reason for the tax exemption is missing: suptime config set tax.exempt TEXT"),
    ],
)  # fmt: skip
def test_a_tax_that_cannot_be_told_is_said(firm, seller, edit, said):
    config = set_seller(firm, 'endpoint = "9930:DE123456789"\n')
    config.write_text(config.read_text().replace('tax_id = "DE123456789"\n', seller))
    firm(f"client edit acme {edit} {ADDRESSES}")
    got = firm("invoice --month 2026-10 --client acme --issue --format ubl", code=3)
    assert got.err == f"Error einvoice-data:acme: {said}\nWarning: acme was left out.\n"


def test_a_currency_of_three_decimals_is_said(firm):
    ready(firm)
    (firm.home / "dinar.toml").write_text(CONTRACT.format(code="dinar").replace("EUR", "KWD"))
    firm(f"client add dinar --name Dinar --currency KWD --timezone UTC --tax 5 {ADDRESSES}")
    firm("contract add dinar dinar.toml")
    firm("case open CASE-9 --client dinar --at '2026-10-01 09:00'")
    firm("log CASE-9 60m --from '2026-10-06 09:00'")
    got = firm("invoice --month 2026-10 --client dinar --issue --format ubl", code=3)
    assert got.err == (
        "Error einvoice-data:dinar: Amounts in KWD have three decimals, but e-invoices allow two: "
        "suptime client edit dinar --einvoice none\n"
        "Warning: dinar was left out.\n"
    )


def test_a_draft_says_what_it_would_lack_and_that_it_is_none_yet(firm):
    ready(firm)
    firm("client edit acme --country ''")
    got = firm("invoice --month 2026-10 --format ubl", code=3)
    assert (got.out, got.err) == (
        "",
        (
            "Error: This is missing for an e-invoice, so nothing was issued:\n"
            "The country of acme is missing: suptime client edit acme --country CODE\n"
        ),
    )
    firm("client edit acme --country FR")
    got = firm("invoice --month 2026-10 --format facturx --out files", code=3)
    assert (got.out, got.err) == (
        "",
        (
            "Error: Drafts cannot be exported as e-invoices. Nothing else is missing. Issue the invoice first.\n"
            "Add --issue.\n"
        ),
    )


def test_several_invoices_go_into_no_single_file(firm):
    ready(firm)
    before = firm.rows()
    got = firm("invoice --month 2026-10 --issue --format ubl", code=3)
    assert (got.out, got.err) == (
        "",
        (
            "Error: An e-invoice is a file of one invoice, but there are 2: nothing was issued.\n"
            "Add --out DIR for one file each, or --client for one invoice.\n"
        ),
    )
    assert firm.rows() == before
    got = firm("invoice --month 2026-10 --issue --format ubl --out files")
    assert sorted(path.name for path in (firm.home / "files").iterdir()) == [
        "INV-2026-0001.xml",
        "INV-2026-0002.xml",
    ]
    assert [terms(path.read_bytes())["BT-1"] for path in sorted((firm.home / "files").iterdir())] == [
        "INV-2026-0001",
        "INV-2026-0002",
    ]


def test_one_invoice_goes_to_stdout_and_none_is_said(firm):
    ready(firm)
    got = firm("invoice --month 2026-10 --client acme --issue --format ubl")
    assert terms(got.out.encode())["BT-115"] == "142.80"
    got = firm("invoice --month 2026-10 --client acme --issue --format ubl")
    assert (got.out, got.err) == (
        "",
        "Warning: acme: October 2026 is issued already: INV-2026-0001.\nNothing to invoice for 2026-10.\n",
    )
    got = firm("invoice --month 2026-10 --client acme --format ubl")
    assert got.out == ""
    assert got.err.endswith("Nothing to invoice for 2026-10.\n")


def test_where_it_goes_may_be_said_after_the_issue_and_nothing_else(firm):
    set_seller(firm)
    firm("client edit acme --tax 19 --address 'Am Hafen 1' --country FR")
    firm("invoice --month 2026-10 --issue --accept all")
    firm("client edit acme --name 'Acme SA' --endpoint 0009:30326504500014 --buyer-reference 'PO 7'")
    set_seller(firm, 'endpoint = "9930:DE123456789"\n')
    told = terms(firm("invoice show INV-2026-0001 --format ubl").out.encode())
    assert [told[term] for term in ("BT-34", "BT-49", "BT-10", "BT-44")] == [
        "DE123456789",
        "30326504500014",
        "PO 7",
        "Acme",
    ]
    firm(f"client edit bolt --tax 19 {ADDRESSES}")
    got = firm("invoice show INV-2026-0002 --format ubl")
    assert got.err == (
        "Warning: INV-2026-0002: The address of bolt is missing: suptime client edit bolt --address TEXT\n"
        "Warning: INV-2026-0002: The country of bolt is missing: suptime client edit bolt --country CODE\n"
        "Warning: INV-2026-0002 was issued without this, so receivers may refuse it as an e-invoice. "
        "To replace it: suptime invoice credit INV-2026-0002 --reopen --reason TEXT, and issue it again.\n"
    )
    assert {"BT-50", "BT-55"}.isdisjoint(terms(got.out.encode()))


def test_without_the_libraries_it_says_how_to_get_them(firm, monkeypatch):
    ready(firm)
    before = firm.rows()
    found = importlib.util.find_spec
    monkeypatch.setattr("suptime.documents.find_spec", lambda name: None if name == "lxml" else found(name))
    got = firm("invoice --month 2026-10 --issue --format facturx --out files", code=2)
    assert (got.out, got.err) == (
        "",
        "Error: E-invoices need libraries that are not installed.\npip install 'suptime[einvoice]'\n",
    )
    assert firm.rows() == before


def test_what_invoices_say_of_a_client_can_be_changed_and_taken_back(firm):
    got = firm("client edit ACME --tax-id FR40303265045 --city Paris --postcode 75001 --email ''")
    assert got.out == "Changed acme: email none, city Paris, postcode 75001, tax id FR40303265045.\n"
    assert firm("client edit acme --city Paris").out == "acme is unchanged: city Paris.\n"
    firm("client edit acme --city ''")
    assert firm("client show acme --format json").json["client"]["city"] is None
    firm("undo")
    shown = firm("client show acme --format json").json["client"]
    assert (shown["city"], shown["tax_id"], shown["endpoint"]) == ("Paris", "FR40303265045", None)


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("client edit acme", 2, "Error: Nothing to change.\nTry: suptime client edit --help\n"),
        ("client edit nobody --city Paris", 3, 'Error: There is no client "nobody".\nTry: suptime client list\n'),
        ("client edit acme --name ''", 2, "Error: The name is empty.\nGive a value, or leave out the option.\n"),
        ("client edit acme --endpoint DE123", 2, 'Error: "DE123" is not an electronic address.\nExpected an electronic address such as 9930:DE123456789, 0088:4035811991021 or EM:invoices@acme.example.\n'),
    ],
)  # fmt: skip
def test_what_cannot_be_changed_is_said(firm, command, code, said):
    assert firm(command, code=code).err == said


def test_an_electronic_address_of_the_seller_that_is_none_is_said(firm):
    config = set_seller(firm, 'endpoint = "0000:1"\n')
    got = firm("invoice --month 2026-10", code=2)
    assert got.err == (
        f"Error: seller.endpoint in {config} is '0000:1'.\nWrite an electronic address such as 9930:DE123456789, "
        "0088:4035811991021 or EM:invoices@acme.example.\n"
    )
