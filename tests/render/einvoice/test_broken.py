"""The checker refuses what is wrong: one broken copy for each kind of rule, by the rule that it breaks."""

import checker
import pytest
from lxml import etree
from read_back import SPACES

pytestmark = pytest.mark.xdist_group("einvoice")

_SETTLED = "//ram:ApplicableHeaderTradeSettlement"
_SUM = f"{_SETTLED}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
_SELLER, _SOLD = "//cac:AccountingSupplierParty/cac:Party", "//ram:SellerTradeParty"
_BOUGHT = "//ram:BuyerTradeParty"
_LINE, _ITEM = "(//cac:InvoiceLine)[1]", "(//ram:IncludedSupplyChainTradeLineItem)[1]"
_LINE_TAX = "ram:SpecifiedLineTradeSettlement/ram:ApplicableTradeTax"
GONE = None

# What is done -> the rule, the path in UBL, the path in CII, and the new text; GONE takes the place away.
BROKEN = {
    "no number": ("BR-02", "/*/cbc:ID", "//rsm:ExchangedDocument/ram:ID", GONE),
    "no date of issue": ("BR-03", "/*/cbc:IssueDate", "//rsm:ExchangedDocument/ram:IssueDateTime", GONE),
    "no currency": ("BR-05", "/*/cbc:DocumentCurrencyCode", f"{_SETTLED}/ram:InvoiceCurrencyCode", GONE),
    "a currency of nowhere": ("BR-CL-04|BR-CO-15", "/*/cbc:DocumentCurrencyCode", f"{_SETTLED}/ram:InvoiceCurrencyCode", "XYZ"),
    "no name of the seller": ("BR-06", f"{_SELLER}/cac:PartyLegalEntity/cbc:RegistrationName", f"{_SOLD}/ram:Name", GONE),
    "no name of the buyer": ("BR-07", "//cac:AccountingCustomerParty//cbc:RegistrationName", f"{_BOUGHT}/ram:Name", GONE),
    "no country of the buyer": ("BR-11", "//cac:AccountingCustomerParty//cac:Country", f"{_BOUGHT}//ram:CountryID", GONE),
    "a country of nowhere": ("BR-CL-14|FX-SCH-A-000580", f"{_SELLER}//cac:Country/cbc:IdentificationCode", f"{_SOLD}//ram:CountryID", "UK"),
    "no lines": ("BR-16", "//cac:InvoiceLine", "//ram:IncludedSupplyChainTradeLineItem", GONE),
    "a line without a net amount": ("BR-24", f"{_LINE}/cbc:LineExtensionAmount", f"{_ITEM}//ram:LineTotalAmount", GONE),
    "a line without a name": ("BR-25", f"{_LINE}/cac:Item/cbc:Name", f"{_ITEM}//ram:SpecifiedTradeProduct/ram:Name", GONE),
    "a price below zero": ("BR-27", f"{_LINE}/cac:Price/cbc:PriceAmount", f"{_ITEM}//ram:ChargeAmount", "-1.00"),
    "a unit of nowhere": ("BR-CL-23|FX-SCH-A-000613", f"{_LINE}/cbc:InvoicedQuantity/@unitCode", f"{_ITEM}//ram:BilledQuantity/@unitCode", "MINUTES"),
    "a line of no tax category": ("BR-CO-04", f"{_LINE}/cac:Item/cac:ClassifiedTaxCategory", f"{_ITEM}/{_LINE_TAX}", GONE),
    "lines that do not add up": ("BR-CO-10", "//cac:LegalMonetaryTotal/cbc:LineExtensionAmount", f"{_SUM}/ram:LineTotalAmount", "1.00"),
    "a net total that is not that of the lines": ("BR-CO-13", "//cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount", f"{_SUM}/ram:TaxBasisTotalAmount", "1.00"),
    "taxes that do not add up": ("BR-CO-14", "/*/cac:TaxTotal/cbc:TaxAmount", f"{_SUM}/ram:TaxTotalAmount", "1.00"),
    "a gross total that is not net and tax": ("BR-CO-15", "//cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount", f"{_SUM}/ram:GrandTotalAmount", "1.00"),
    "more due than is left to pay": ("BR-CO-16", "//cac:LegalMonetaryTotal/cbc:PayableAmount", f"{_SUM}/ram:DuePayableAmount", "999999.00"),
    "a tax that is not its rate": ("BR-CO-17", "(//cac:TaxSubtotal)[1]/cbc:TaxAmount", f"({_SETTLED}/ram:ApplicableTradeTax)[1]/ram:CalculatedAmount", "999.00"),
    "a VAT id without its country": ("BR-CO-09", f"{_SELLER}/cac:PartyTaxScheme[cac:TaxScheme/cbc:ID='VAT']/cbc:CompanyID", f"{_SOLD}/ram:SpecifiedTaxRegistration/ram:ID[@schemeID='VA']", "123456789"),
    "standard rated without a tax id": ("BR-S-02", f"{_SELLER}/cac:PartyTaxScheme", f"{_SOLD}/ram:SpecifiedTaxRegistration", GONE),
    "a line that ends before it begins": ("BR-30", f"{_LINE}/cac:InvoicePeriod/cbc:EndDate", f"{_ITEM}//ram:BillingSpecifiedPeriod/ram:EndDateTime/udt:DateTimeString", ("2000-01-01", "20000101")),
    "a period that ends before it begins": ("BR-29", "/*/cac:InvoicePeriod/cbc:EndDate", f"{_SETTLED}/ram:BillingSpecifiedPeriod/ram:EndDateTime/udt:DateTimeString", ("2000-01-01", "20000101")),
    "three decimals": ("BR-DEC-23", f"{_LINE}/cbc:LineExtensionAmount", f"{_ITEM}//ram:LineTotalAmount", "1.001"),
    "an address of no known network": ("BR-CL-25|FX-SCH-A-000582", f"{_SELLER}/cbc:EndpointID/@schemeID", f"{_SOLD}/ram:URIUniversalCommunication/ram:URIID/@schemeID", "0000"),
    "a transfer to no account": ("BR-50|BR-61", "//cac:PayeeFinancialAccount/cbc:ID", "//ram:PayeePartyCreditorFinancialAccount/ram:IBANID", GONE),
}  # fmt: skip

# Of the treatments of tax: which client has it, the rule, what is done.
TREATED = {
    "a reverse charge to a buyer without a VAT id": ("kessler", "BR-AE-02", "//cac:AccountingCustomerParty//cac:PartyTaxScheme", f"{_BOUGHT}/ram:SpecifiedTaxRegistration", GONE),
    "a reverse charge with a tax": ("kessler", "BR-AE-09", "//cac:TaxSubtotal/cbc:TaxAmount", f"{_SETTLED}/ram:ApplicableTradeTax/ram:CalculatedAmount", "1.00"),
    "a reverse charge without its reason": ("kessler", "BR-AE-10", "//cbc:TaxExemptionReason|//cbc:TaxExemptionReasonCode", "//ram:ExemptionReason|//ram:ExemptionReasonCode", GONE),
    "an exemption without its reason": ("kestrel", "BR-E-10", "//cbc:TaxExemptionReason", "//ram:ExemptionReason", GONE),
    "no tax at all, and a rate": ("brightway", "BR-O-05", f"{_LINE}/cac:Item/cac:ClassifiedTaxCategory/cbc:ID", f"{_ITEM}/{_LINE_TAX}/ram:CategoryCode", "rate"),
    "no tax at all beside a standard rate": ("brightway", "BR-S-08|BR-S-01|BR-O-12", f"{_LINE}/cac:Item/cac:ClassifiedTaxCategory/cbc:ID", f"{_ITEM}/{_LINE_TAX}/ram:CategoryCode", "S"),
    "a zero rate with a tax": ("milltown", "BR-Z-09", "//cac:TaxSubtotal/cbc:TaxAmount", f"{_SETTLED}/ram:ApplicableTradeTax/ram:CalculatedAmount", "1.00"),
}  # fmt: skip


def broken(xml, path, new):
    """XML with the text or attribute at PATH as NEW says, or the element taken away."""
    root = etree.fromstring(xml)
    found = root.xpath(path, namespaces=SPACES)
    assert found, f"There is nothing at {path} to break."
    for one in found:
        if isinstance(one, str):
            one.getparent().set(one.attrname, new)
        elif new is GONE:
            one.getparent().remove(one)
        elif new == "rate":
            ubl = one.tag.startswith(f"{{{SPACES['cbc']}}}")
            rate = etree.Element(
                f"{{{SPACES['cbc']}}}Percent" if ubl else f"{{{SPACES['ram']}}}RateApplicablePercent"
            )
            rate.text = "19"
            one.addnext(rate)
        else:
            one.text = new
    return etree.tostring(root, encoding="UTF-8")


def first_of(year, files, client):
    """The first invoice of CLIENT that has something to pay."""
    return next(
        files[number]
        for number, document in year.items()
        if document["invoices"][0]["client"] == client and float(document["invoices"][0]["totals"]["due"]) > 0
    )


def refused(xml, rules, rule, path, new):
    """The faults of a broken copy, which must be there; those of the schematron's RULE, where XSD lets it through."""
    assert checker.faults(xml, rules) == []
    faults = checker.faults(broken(xml, path, new), rules)
    named = [fault for fault in faults if fault.split(":")[0] in rule.split("|") or fault.startswith("XSD")]
    assert named, (rule, faults)


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_refused(year, files, what):
    rule, in_ubl, in_cii, new = BROKEN[what]
    ubl, cii = first_of(year, files, "lakeshore")
    news = new if isinstance(new, tuple) else (new, new)
    refused(ubl, checker.UBL, rule, in_ubl, news[0])
    refused(cii, checker.CII, rule, in_cii, news[1])


@pytest.mark.parametrize("what", TREATED)
def test_a_tax_that_is_told_wrong_is_refused(year, files, what):
    client, rule, in_ubl, in_cii, new = TREATED[what]
    ubl, cii = first_of(year, files, client)
    refused(ubl, checker.UBL, rule, in_ubl, new)
    refused(cii, checker.CII, rule, in_cii, new)


def test_what_is_no_invoice_at_all_is_refused(files):
    ubl, cii = files["INV-2026-0001"]
    assert checker.against_xsd(ubl.replace(b"cbc:IssueDate", b"cbc:Issued"), checker.UBL)
    assert checker.against_xsd(cii.replace(b"ram:IssueDateTime", b"ram:Issued"), checker.CII)
