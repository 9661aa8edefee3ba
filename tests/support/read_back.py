"""What a buyer's program reads: the terms of an e-invoice by the paths of the standard, UBL and CII alike.

The paths stand here once more, and none of suptime's code is used: a term in a wrong place is not found.
"""

from decimal import Decimal

from lxml import etree

SPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}

_SELLER, _BUYER = "cac:AccountingSupplierParty/cac:Party", "cac:AccountingCustomerParty/cac:Party"
_TRADE = "rsm:SupplyChainTradeTransaction"
_AGREED, _SETTLED = (
    f"{_TRADE}/ram:ApplicableHeaderTradeAgreement",
    f"{_TRADE}/ram:ApplicableHeaderTradeSettlement",
)
_SUM = f"{_SETTLED}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
_DUE = "cac:LegalMonetaryTotal"

# Term -> its path in UBL, its path in CII.
HEADER = {
    "BT-1": ("cbc:ID", "rsm:ExchangedDocument/ram:ID"),
    "BT-2": ("cbc:IssueDate", "rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString"),
    "BT-3": ("cbc:InvoiceTypeCode|cbc:CreditNoteTypeCode", "rsm:ExchangedDocument/ram:TypeCode"),
    "BT-5": ("cbc:DocumentCurrencyCode", f"{_SETTLED}/ram:InvoiceCurrencyCode"),
    "BT-9": (
        "cbc:DueDate",
        f"{_SETTLED}/ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/udt:DateTimeString",
    ),
    "BT-10": ("cbc:BuyerReference", f"{_AGREED}/ram:BuyerReference"),
    "BT-12": (
        "cac:ContractDocumentReference/cbc:ID",
        f"{_AGREED}/ram:ContractReferencedDocument/ram:IssuerAssignedID",
    ),
    "BT-20": ("cac:PaymentTerms/cbc:Note", f"{_SETTLED}/ram:SpecifiedTradePaymentTerms/ram:Description"),
    "BT-22": ("cbc:Note", "rsm:ExchangedDocument/ram:IncludedNote/ram:Content"),
    "BT-25": (
        "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID",
        f"{_SETTLED}/ram:InvoiceReferencedDocument/ram:IssuerAssignedID",
    ),
    "BT-27": (
        f"{_SELLER}/cac:PartyLegalEntity/cbc:RegistrationName",
        f"{_AGREED}/ram:SellerTradeParty/ram:Name",
    ),
    "BT-29": (f"{_SELLER}/cac:PartyIdentification/cbc:ID", f"{_AGREED}/ram:SellerTradeParty/ram:ID"),
    "BT-31": (
        f"{_SELLER}/cac:PartyTaxScheme[cac:TaxScheme/cbc:ID='VAT']/cbc:CompanyID",
        f"{_AGREED}/ram:SellerTradeParty/ram:SpecifiedTaxRegistration/ram:ID[@schemeID='VA']",
    ),
    "BT-34": (
        f"{_SELLER}/cbc:EndpointID",
        f"{_AGREED}/ram:SellerTradeParty/ram:URIUniversalCommunication/ram:URIID",
    ),
    "BT-40": (
        f"{_SELLER}/cac:PostalAddress/cac:Country/cbc:IdentificationCode",
        f"{_AGREED}/ram:SellerTradeParty/ram:PostalTradeAddress/ram:CountryID",
    ),
    "BT-44": (
        f"{_BUYER}/cac:PartyLegalEntity/cbc:RegistrationName",
        f"{_AGREED}/ram:BuyerTradeParty/ram:Name",
    ),
    "BT-48": (
        f"{_BUYER}/cac:PartyTaxScheme/cbc:CompanyID",
        f"{_AGREED}/ram:BuyerTradeParty/ram:SpecifiedTaxRegistration/ram:ID",
    ),
    "BT-49": (
        f"{_BUYER}/cbc:EndpointID",
        f"{_AGREED}/ram:BuyerTradeParty/ram:URIUniversalCommunication/ram:URIID",
    ),
    "BT-52": (
        f"{_BUYER}/cac:PostalAddress/cbc:CityName",
        f"{_AGREED}/ram:BuyerTradeParty/ram:PostalTradeAddress/ram:CityName",
    ),
    "BT-53": (
        f"{_BUYER}/cac:PostalAddress/cbc:PostalZone",
        f"{_AGREED}/ram:BuyerTradeParty/ram:PostalTradeAddress/ram:PostcodeCode",
    ),
    "BT-55": (
        f"{_BUYER}/cac:PostalAddress/cac:Country/cbc:IdentificationCode",
        f"{_AGREED}/ram:BuyerTradeParty/ram:PostalTradeAddress/ram:CountryID",
    ),
    "BT-73": (
        "cac:InvoicePeriod/cbc:StartDate",
        f"{_SETTLED}/ram:BillingSpecifiedPeriod/ram:StartDateTime/udt:DateTimeString",
    ),
    "BT-74": (
        "cac:InvoicePeriod/cbc:EndDate",
        f"{_SETTLED}/ram:BillingSpecifiedPeriod/ram:EndDateTime/udt:DateTimeString",
    ),
    "BT-81": (
        "cac:PaymentMeans/cbc:PaymentMeansCode",
        f"{_SETTLED}/ram:SpecifiedTradeSettlementPaymentMeans/ram:TypeCode",
    ),
    "BT-84": (
        "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID",
        f"{_SETTLED}/ram:SpecifiedTradeSettlementPaymentMeans/ram:PayeePartyCreditorFinancialAccount/ram:IBANID",
    ),
    "BT-106": (f"{_DUE}/cbc:LineExtensionAmount", f"{_SUM}/ram:LineTotalAmount"),
    "BT-109": (f"{_DUE}/cbc:TaxExclusiveAmount", f"{_SUM}/ram:TaxBasisTotalAmount"),
    "BT-110": ("cac:TaxTotal/cbc:TaxAmount", f"{_SUM}/ram:TaxTotalAmount"),
    "BT-112": (f"{_DUE}/cbc:TaxInclusiveAmount", f"{_SUM}/ram:GrandTotalAmount"),
    "BT-113": (f"{_DUE}/cbc:PrepaidAmount", f"{_SUM}/ram:TotalPrepaidAmount"),
    "BT-115": (f"{_DUE}/cbc:PayableAmount", f"{_SUM}/ram:DuePayableAmount"),
}
_C = "cac:TaxCategory"
TAXES = ("cac:TaxTotal/cac:TaxSubtotal", f"{_SETTLED}/ram:ApplicableTradeTax")
TAX = {
    "BT-116": ("cbc:TaxableAmount", "ram:BasisAmount"),
    "BT-117": ("cbc:TaxAmount", "ram:CalculatedAmount"),
    "BT-118": (f"{_C}/cbc:ID", "ram:CategoryCode"),
    "BT-119": (f"{_C}/cbc:Percent", "ram:RateApplicablePercent"),
    "BT-120": (f"{_C}/cbc:TaxExemptionReason", "ram:ExemptionReason"),
    "BT-121": (f"{_C}/cbc:TaxExemptionReasonCode", "ram:ExemptionReasonCode"),
}
LINES = ("cac:InvoiceLine|cac:CreditNoteLine", f"{_TRADE}/ram:IncludedSupplyChainTradeLineItem")
_L, _P = "ram:SpecifiedLineTradeSettlement", "ram:SpecifiedTradeProduct"
_PRICE = "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice"
_MORE, _LESS = "[cbc:ChargeIndicator='true']", "[cbc:ChargeIndicator='false']"
_OVER, _UNDER = "[ram:ChargeIndicator/udt:Indicator='true']", "[ram:ChargeIndicator/udt:Indicator='false']"
_CHARGE = f"{_L}/ram:SpecifiedTradeAllowanceCharge"
LINE = {
    "BT-126": ("cbc:ID", "ram:AssociatedDocumentLineDocument/ram:LineID"),
    "BT-127": ("cbc:Note", "ram:AssociatedDocumentLineDocument/ram:IncludedNote/ram:Content"),
    "BT-128": ("cac:DocumentReference/cbc:ID", f"{_L}/ram:AdditionalReferencedDocument/ram:IssuerAssignedID"),
    "BT-129": (
        "cbc:InvoicedQuantity|cbc:CreditedQuantity",
        "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity",
    ),
    "BT-130": (
        "(cbc:InvoicedQuantity|cbc:CreditedQuantity)/@unitCode",
        "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity/@unitCode",
    ),
    "BT-131": (
        "cbc:LineExtensionAmount",
        f"{_L}/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount",
    ),
    "BT-134": (
        "cac:InvoicePeriod/cbc:StartDate",
        f"{_L}/ram:BillingSpecifiedPeriod/ram:StartDateTime/udt:DateTimeString",
    ),
    "BT-135": (
        "cac:InvoicePeriod/cbc:EndDate",
        f"{_L}/ram:BillingSpecifiedPeriod/ram:EndDateTime/udt:DateTimeString",
    ),
    "BT-136": (f"cac:AllowanceCharge{_LESS}/cbc:Amount", f"{_CHARGE}{_UNDER}/ram:ActualAmount"),
    "BT-139": (f"cac:AllowanceCharge{_LESS}/cbc:AllowanceChargeReason", f"{_CHARGE}{_UNDER}/ram:Reason"),
    "BT-141": (f"cac:AllowanceCharge{_MORE}/cbc:Amount", f"{_CHARGE}{_OVER}/ram:ActualAmount"),
    "BT-144": (f"cac:AllowanceCharge{_MORE}/cbc:AllowanceChargeReason", f"{_CHARGE}{_OVER}/ram:Reason"),
    "BT-146": ("cac:Price/cbc:PriceAmount", f"{_PRICE}/ram:ChargeAmount"),
    "BT-149": ("cac:Price/cbc:BaseQuantity", f"{_PRICE}/ram:BasisQuantity"),
    "BT-150": ("cac:Price/cbc:BaseQuantity/@unitCode", f"{_PRICE}/ram:BasisQuantity/@unitCode"),
    "BT-151": ("cac:Item/cac:ClassifiedTaxCategory/cbc:ID", f"{_L}/ram:ApplicableTradeTax/ram:CategoryCode"),
    "BT-152": (
        "cac:Item/cac:ClassifiedTaxCategory/cbc:Percent",
        f"{_L}/ram:ApplicableTradeTax/ram:RateApplicablePercent",
    ),
    "BT-153": ("cac:Item/cbc:Name", f"{_P}/ram:Name"),
    "BT-154": ("cac:Item/cbc:Description", f"{_P}/ram:Description"),
}
DAYS = {"BT-2", "BT-9", "BT-73", "BT-74", "BT-134", "BT-135"}


def terms(xml):
    """The terms of XML: each as text, BT-25 as a list; `taxes` and `lines` as one such table each."""
    root = etree.fromstring(xml)
    syntax = 1 if etree.QName(root).localname == "CrossIndustryInvoice" else 0
    found = _table(root, HEADER, syntax)
    found["BT-25"] = _texts(root, HEADER["BT-25"][syntax])
    found["taxes"] = [_table(one, TAX, syntax) for one in root.xpath(TAXES[syntax], namespaces=SPACES)]
    found["lines"] = [_table(one, LINE, syntax) for one in root.xpath(LINES[syntax], namespaces=SPACES)]
    return found


def _table(node, paths, syntax):
    found = {}
    for term, path in paths.items():
        texts = _texts(node, path[syntax])
        assert len(texts) <= 1 or term == "BT-25", (term, texts)
        if texts:
            text = texts[0]
            found[term] = f"{text[:4]}-{text[4:6]}-{text[6:]}" if term in DAYS and syntax else text
    return found


def _texts(node, path):
    return [one if isinstance(one, str) else one.text for one in node.xpath(path, namespaces=SPACES)]


def number(table, term):
    """The amount of TERM, 0 where it is not told."""
    return Decimal(table.get(term, "0"))
