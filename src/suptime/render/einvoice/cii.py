"""An e-invoice as CII (UN/CEFACT Cross Industry Invoice), in the profile EN 16931 of Factur-X."""

from collections.abc import Iterable
from datetime import date

from suptime.domain.bank import is_iban
from suptime.render.einvoice.model import (
    EInvoice,
    Element,
    Identifier,
    Line,
    Party,
    TaxRow,
    builder,
    serialize,
)

PROFILE = "urn:cen.eu:en16931:2017"  # BT-24
CASE = "130"
"""BT-128 is the number of something that the line is about (UNTDID 1001)."""

_UNECE = "urn:un:unece:uncefact:data:standard:"
_SPACES: dict[str | None, str] = {
    "rsm": f"{_UNECE}CrossIndustryInvoice:100",
    "ram": f"{_UNECE}ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{_UNECE}UnqualifiedDataType:100",
    "qdt": f"{_UNECE}QualifiedDataType:100",
}
_node = builder(_SPACES)


def serialised(terms: EInvoice) -> bytes:
    """TERMS as a CrossIndustryInvoice."""
    root = _node(
        "rsm:CrossIndustryInvoice",
        _node(
            "rsm:ExchangedDocumentContext",
            _node("ram:GuidelineSpecifiedDocumentContextParameter", _node("ram:ID", PROFILE)),  # BT-24
        ),
        _node(
            "rsm:ExchangedDocument",
            _node("ram:ID", terms.number),  # BT-1
            _node("ram:TypeCode", terms.type_code),  # BT-3
            _node("ram:IssueDateTime", _day(terms.issued_on)),  # BT-2
            _node("ram:IncludedNote", _node("ram:Content", terms.note)),  # BT-22
        ),
        _node(
            "rsm:SupplyChainTradeTransaction",
            [_line(line) for line in terms.lines],  # BG-25
            _agreement(terms),
            _delivery(terms),
            _settlement(terms),
        ),
    )
    return serialize(root)


def _day(day: date | None) -> Element | None:
    return day and _node("udt:DateTimeString", f"{day:%Y%m%d}", format="102")


def _agreement(terms: EInvoice) -> Element | None:
    return _node(
        "ram:ApplicableHeaderTradeAgreement",
        _node("ram:BuyerReference", terms.buyer_reference),  # BT-10
        _node("ram:SellerTradeParty", _party(terms.seller)),  # BG-4
        _node("ram:BuyerTradeParty", _party(terms.buyer)),  # BG-7
        _node("ram:BuyerOrderReferencedDocument", _node("ram:IssuerAssignedID", terms.order_number)),  # BT-13
        _node("ram:ContractReferencedDocument", _node("ram:IssuerAssignedID", terms.contract)),  # BT-12
    )


def _delivery(terms: EInvoice) -> Element | None:
    """BT-72: when the last of it was done; what is yet to come (a fee's year) ends later."""
    done = min(terms.ends_on, max(terms.issued_on, terms.starts_on))
    return _node(
        "ram:ApplicableHeaderTradeDelivery",
        _node("ram:ActualDeliverySupplyChainEvent", _node("ram:OccurrenceDateTime", _day(done))),
    )


def _settlement(terms: EInvoice) -> Element | None:
    totals, payment = terms.totals, terms.payment
    return _node(
        "ram:ApplicableHeaderTradeSettlement",
        _node("ram:PaymentReference", payment and payment.remittance),  # BT-83
        _node("ram:InvoiceCurrencyCode", terms.currency),  # BT-5
        _payment(terms),  # BG-16
        [_tax(row) for row in terms.taxes],  # BG-23
        _period(terms),  # BT-73, BT-74
        _node(
            "ram:SpecifiedTradePaymentTerms",
            _node("ram:Description", terms.payment_terms),  # BT-20
            _node("ram:DueDateDateTime", _day(terms.due_on)),  # BT-9
        ),
        _node(
            "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
            _node("ram:LineTotalAmount", totals.lines),  # BT-106
            _node("ram:TaxBasisTotalAmount", totals.net),  # BT-109
            _node("ram:TaxTotalAmount", totals.tax, currencyID=terms.currency),  # BT-110
            _node("ram:GrandTotalAmount", totals.gross),  # BT-112
            _node("ram:TotalPrepaidAmount", totals.paid) if totals.paid else None,  # BT-113
            _node("ram:DuePayableAmount", totals.due),  # BT-115
        ),
        [
            _node("ram:InvoiceReferencedDocument", _node("ram:IssuerAssignedID", number))
            for number in terms.preceding  # BT-25
        ],
    )


def _party(party: Party) -> Iterable[Element | None]:
    yield from _identifier("ram:GlobalID", party.identifier)  # BT-29, BT-46
    yield _node("ram:Name", party.name)  # BT-27, BT-44
    yield _node("ram:Description", party.legal)  # BT-33
    yield _node(
        "ram:SpecifiedLegalOrganization", list(_identifier("ram:ID", party.company_number))
    )  # BT-30, BT-47
    yield _node(
        "ram:DefinedTradeContact",
        _node("ram:PersonName", party.contact),  # BT-41, BT-56
        _node(
            "ram:TelephoneUniversalCommunication", _node("ram:CompleteNumber", party.phone)
        ),  # BT-42, BT-57
        _node("ram:EmailURIUniversalCommunication", _node("ram:URIID", party.email)),  # BT-43, BT-58
    )
    lines = [*party.address, None, None, None]
    yield _node(
        "ram:PostalTradeAddress",
        _node("ram:PostcodeCode", party.postcode),  # BT-38, BT-53
        _node("ram:LineOne", lines[0]),  # BT-35, BT-50
        _node("ram:LineTwo", lines[1]),  # BT-36, BT-51
        _node("ram:LineThree", lines[2]),  # BT-162, BT-163
        _node("ram:CityName", party.city),  # BT-37, BT-52
        _node("ram:CountryID", party.country),  # BT-40, BT-55
    )
    if party.endpoint:  # BT-34, BT-49
        yield _node(
            "ram:URIUniversalCommunication",
            _node("ram:URIID", party.endpoint.id, schemeID=party.endpoint.scheme),
        )
    for number, scheme in ((party.vat_id, "VA"), (party.tax_number, "FC")):  # BT-31, BT-48, BT-32
        yield _node("ram:SpecifiedTaxRegistration", _node("ram:ID", number, schemeID=scheme))


def _identifier(name: str, number: Identifier | None) -> Iterable[Element | None]:
    """Yield a number of a party. One without a scheme is no global one."""
    if number is not None and number.scheme:
        yield _node(name, number.id, schemeID=number.scheme)
    elif number is not None:
        yield _node("ram:ID", number.id)


def _payment(terms: EInvoice) -> Element | None:
    payment = terms.payment
    return payment and _node(
        "ram:SpecifiedTradeSettlementPaymentMeans",
        _node("ram:TypeCode", payment.means),  # BT-81
        _node("ram:Information", payment.means_text),  # BT-82
        _node(
            "ram:PayeePartyCreditorFinancialAccount",
            _node("ram:IBANID", payment.account if is_iban(payment.account or "") else None),  # BT-84
            _node("ram:AccountName", payment.account_name),  # BT-85
            _node("ram:ProprietaryID", None if is_iban(payment.account or "") else payment.account),  # BT-84
        ),
        _node("ram:PayeeSpecifiedCreditorFinancialInstitution", _node("ram:BICID", payment.bank)),  # BT-86
    )


def _tax(row: TaxRow) -> Element | None:
    return _node(
        "ram:ApplicableTradeTax",
        _node("ram:CalculatedAmount", row.tax),  # BT-117
        _node("ram:TypeCode", "VAT"),
        _node("ram:ExemptionReason", row.reason),  # BT-120
        _node("ram:BasisAmount", row.net),  # BT-116
        _node("ram:CategoryCode", row.category),  # BT-118
        _node("ram:ExemptionReasonCode", row.reason_code),  # BT-121
        _node("ram:RateApplicablePercent", row.rate),  # BT-119
    )


def _period(period: EInvoice | Line) -> Element | None:
    return _node(
        "ram:BillingSpecifiedPeriod",
        _node("ram:StartDateTime", _day(period.starts_on)),  # BT-73, BT-134
        _node("ram:EndDateTime", _day(period.ends_on)),  # BT-74, BT-135
    )


def _line(line: Line) -> Element | None:
    return _node(
        "ram:IncludedSupplyChainTradeLineItem",
        _node(
            "ram:AssociatedDocumentLineDocument",
            _node("ram:LineID", line.id),  # BT-126
            _node("ram:IncludedNote", _node("ram:Content", line.note)),  # BT-127
        ),
        _node(
            "ram:SpecifiedTradeProduct",
            _node("ram:Name", line.name),  # BT-153
            _node("ram:Description", line.description),  # BT-154
            [
                _node(
                    "ram:ApplicableProductCharacteristic",
                    _node("ram:Description", key),  # BT-160
                    _node("ram:Value", value),  # BT-161
                )
                for key, value in line.attributes
            ],
        ),
        _node(
            "ram:SpecifiedLineTradeAgreement",
            _node(
                "ram:NetPriceProductTradePrice",
                _node("ram:ChargeAmount", line.price),  # BT-146
                _node("ram:BasisQuantity", line.per, unitCode=line.unit),  # BT-149, BT-150
            ),
        ),
        _node(
            "ram:SpecifiedLineTradeDelivery",
            _node("ram:BilledQuantity", line.quantity, unitCode=line.unit),  # BT-129, BT-130
        ),
        _node(
            "ram:SpecifiedLineTradeSettlement",
            _node(
                "ram:ApplicableTradeTax",
                _node("ram:TypeCode", "VAT"),
                _node("ram:CategoryCode", line.category),  # BT-151
                _node("ram:RateApplicablePercent", line.rate),  # BT-152
            ),
            _period(line),  # BG-26
            _difference(line),  # BG-27, BG-28
            _node(
                "ram:SpecifiedTradeSettlementLineMonetarySummation",
                _node("ram:LineTotalAmount", line.net),  # BT-131
            ),
            line.case
            and _node(
                "ram:AdditionalReferencedDocument",  # BT-128
                _node("ram:IssuerAssignedID", line.case),
                _node("ram:TypeCode", CASE),
            ),
        ),
    )


def _difference(line: Line) -> Element | None:
    if line.difference is None:
        return None
    above = "true" if line.difference.amount > 0 else "false"
    return _node(
        "ram:SpecifiedTradeAllowanceCharge",
        _node("ram:ChargeIndicator", _node("udt:Indicator", above)),
        _node("ram:ActualAmount", abs(line.difference.amount)),  # BT-136, BT-141
        _node("ram:Reason", line.difference.reason),  # BT-139, BT-144
    )
