"""An e-invoice as UBL 2.1, by Peppol BIS Billing 3."""

from collections.abc import Iterable, Mapping
from typing import Any

from suptime.render.einvoice.model import (
    CREDIT_NOTE,
    EInvoice,
    Element,
    Identifier,
    Line,
    Party,
    TaxRow,
    builder,
    serialize,
)
from suptime.render.einvoice.terms import single_invoice, terms_of

CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"  # BT-24

PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"  # BT-23

CASE = "130"

"""BT-128 is the number of something that the line is about (UNTDID 1001)."""

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"

_SPACES: dict[str | None, str] = {
    "cac": f"{_UBL}CommonAggregateComponents-2",
    "cbc": f"{_UBL}CommonBasicComponents-2",
}

_node = builder(_SPACES)


def serialised(terms: EInvoice, customization: str = CUSTOMIZATION) -> bytes:
    """TERMS as an Invoice, or as a CreditNote; `customization` names the rules that it keeps."""
    name = "CreditNote" if terms.type_code == CREDIT_NOTE else "Invoice"
    root = builder({None: f"{_UBL}{name}-2", **_SPACES})(
        name, _head(terms, name, customization), _body(terms, name)
    )
    return serialize(root)


def _head(terms: EInvoice, name: str, customization: str) -> Iterable[Element | None]:
    yield _node("cbc:CustomizationID", customization)  # BT-24
    yield _node("cbc:ProfileID", PROFILE)  # BT-23
    yield _node("cbc:ID", terms.number)  # BT-1
    yield _node("cbc:IssueDate", terms.issued_on)  # BT-2
    if name == "Invoice":
        yield _node("cbc:DueDate", terms.due_on)  # BT-9
    yield _node(f"cbc:{name}TypeCode", terms.type_code)  # BT-3
    yield _node("cbc:Note", terms.note)  # BT-22
    yield _node("cbc:DocumentCurrencyCode", terms.currency)  # BT-5
    yield _node("cbc:BuyerReference", terms.buyer_reference)  # BT-10
    yield _period(terms)  # BT-73, BT-74
    yield _node("cac:OrderReference", _node("cbc:ID", terms.order_number))  # BT-13
    for number in terms.preceding:  # BT-25
        yield _node("cac:BillingReference", _node("cac:InvoiceDocumentReference", _node("cbc:ID", number)))
    yield _node("cac:ContractDocumentReference", _node("cbc:ID", terms.contract))  # BT-12


def _body(terms: EInvoice, name: str) -> Iterable[Element | None]:
    yield _node("cac:AccountingSupplierParty", _party(terms.seller))  # BG-4
    yield _node("cac:AccountingCustomerParty", _party(terms.buyer))  # BG-7
    yield _payment(terms)  # BG-16
    yield _node("cac:PaymentTerms", _node("cbc:Note", terms.payment_terms))  # BT-20
    yield _node(
        "cac:TaxTotal",
        _amount("cbc:TaxAmount", terms.totals.tax, terms),  # BT-110
        [_subtotal(row, terms) for row in terms.taxes],  # BG-23
    )
    totals = terms.totals
    yield _node(
        "cac:LegalMonetaryTotal",
        _amount("cbc:LineExtensionAmount", totals.lines, terms),  # BT-106
        _amount("cbc:TaxExclusiveAmount", totals.net, terms),  # BT-109
        _amount("cbc:TaxInclusiveAmount", totals.gross, terms),  # BT-112
        _amount("cbc:PrepaidAmount", totals.paid, terms) if totals.paid else None,  # BT-113
        _amount("cbc:PayableAmount", totals.due, terms),  # BT-115
    )
    for line in terms.lines:  # BG-25
        yield _line(line, terms, name)


def _amount(name: str, amount: object, terms: EInvoice) -> Element | None:
    return _node(name, amount, currencyID=terms.currency)


def _period(period: EInvoice | Line) -> Element | None:
    return _node(
        "cac:InvoicePeriod",
        _node("cbc:StartDate", period.starts_on),  # BT-73, BT-134
        _node("cbc:EndDate", period.ends_on),  # BT-74, BT-135
    )


def _party(party: Party) -> Element | None:
    return _node(
        "cac:Party",
        party.endpoint
        and _node("cbc:EndpointID", party.endpoint.id, schemeID=party.endpoint.scheme),  # BT-34
        _node("cac:PartyIdentification", _identifier("cbc:ID", party.identifier)),  # BT-29, BT-46
        _address(party),  # BG-5, BG-8
        _tax_scheme(party.vat_id, "VAT"),  # BT-31, BT-48
        _tax_scheme(party.tax_number, "TAX"),  # BT-32
        _node(
            "cac:PartyLegalEntity",
            _node("cbc:RegistrationName", party.name),  # BT-27, BT-44
            _identifier("cbc:CompanyID", party.company_number),  # BT-30, BT-47
            _node("cbc:CompanyLegalForm", party.legal),  # BT-33
        ),
        _node(
            "cac:Contact",
            _node("cbc:Name", party.contact),  # BT-41, BT-56
            _node("cbc:Telephone", party.phone),  # BT-42, BT-57
            _node("cbc:ElectronicMail", party.email),  # BT-43, BT-58
        ),
    )


def _identifier(name: str, number: Identifier | None) -> Element | None:
    if number is None:
        return None
    return _node(name, number.id, **({"schemeID": number.scheme} if number.scheme else {}))


def _address(party: Party) -> Element | None:
    lines = [*party.address, None, None, None]
    return _node(
        "cac:PostalAddress",
        _node("cbc:StreetName", lines[0]),  # BT-35, BT-50
        _node("cbc:AdditionalStreetName", lines[1]),  # BT-36, BT-51
        _node("cbc:CityName", party.city),  # BT-37, BT-52
        _node("cbc:PostalZone", party.postcode),  # BT-38, BT-53
        _node("cac:AddressLine", _node("cbc:Line", lines[2])),  # BT-162, BT-163
        _node("cac:Country", _node("cbc:IdentificationCode", party.country)),  # BT-40, BT-55
    )


def _tax_scheme(number: str | None, scheme: str) -> Element | None:
    return number and _node(
        "cac:PartyTaxScheme",
        _node("cbc:CompanyID", number),
        _node("cac:TaxScheme", _node("cbc:ID", scheme)),
    )


def _payment(terms: EInvoice) -> Element | None:
    payment = terms.payment
    if payment is None:
        return None
    text = {"name": payment.means_text} if payment.means_text else {}
    return _node(
        "cac:PaymentMeans",
        _node("cbc:PaymentMeansCode", payment.means, **text),  # BT-81, BT-82
        _node("cbc:PaymentID", payment.remittance),  # BT-83
        _node(
            "cac:PayeeFinancialAccount",
            _node("cbc:ID", payment.account),  # BT-84
            _node("cbc:Name", payment.account_name),  # BT-85
            _node("cac:FinancialInstitutionBranch", _node("cbc:ID", payment.bank)),  # BT-86
        ),
    )


def _subtotal(row: TaxRow, terms: EInvoice) -> Element | None:
    return _node(
        "cac:TaxSubtotal",
        _amount("cbc:TaxableAmount", row.net, terms),  # BT-116
        _amount("cbc:TaxAmount", row.tax, terms),  # BT-117
        _node(
            "cac:TaxCategory",
            _node("cbc:ID", row.category),  # BT-118
            _node("cbc:Percent", row.rate),  # BT-119
            _node("cbc:TaxExemptionReasonCode", row.reason_code),  # BT-121
            _node("cbc:TaxExemptionReason", row.reason),  # BT-120
            _node("cac:TaxScheme", _node("cbc:ID", "VAT")),
        ),
    )


def _line(line: Line, terms: EInvoice, name: str) -> Element | None:
    quantity = "cbc:CreditedQuantity" if name == "CreditNote" else "cbc:InvoicedQuantity"
    return _node(
        f"cac:{name}Line",
        _node("cbc:ID", line.id),  # BT-126
        _node("cbc:Note", line.note),  # BT-127
        _node(quantity, line.quantity, unitCode=line.unit),  # BT-129, BT-130
        _amount("cbc:LineExtensionAmount", line.net, terms),  # BT-131
        _period(line),  # BG-26
        line.case
        and _node(
            "cac:DocumentReference", _node("cbc:ID", line.case), _node("cbc:DocumentTypeCode", CASE)
        ),  # BT-128
        _difference(line, terms),  # BG-27, BG-28
        _node(
            "cac:Item",
            _node("cbc:Description", line.description),  # BT-154
            _node("cbc:Name", line.name),  # BT-153
            _node(
                "cac:ClassifiedTaxCategory",
                _node("cbc:ID", line.category),  # BT-151
                _node("cbc:Percent", line.rate),  # BT-152
                _node("cac:TaxScheme", _node("cbc:ID", "VAT")),
            ),
            [
                _node("cac:AdditionalItemProperty", _node("cbc:Name", key), _node("cbc:Value", value))
                for key, value in line.attributes  # BT-160, BT-161
            ],
        ),
        _node(
            "cac:Price",
            _amount("cbc:PriceAmount", line.price, terms),  # BT-146
            _node("cbc:BaseQuantity", line.per, unitCode=line.unit),  # BT-149, BT-150
        ),
    )


def _difference(line: Line, terms: EInvoice) -> Element | None:
    if line.difference is None:
        return None
    return _node(
        "cac:AllowanceCharge",
        _node("cbc:ChargeIndicator", "true" if line.difference.amount > 0 else "false"),
        _node("cbc:AllowanceChargeReason", line.difference.reason),  # BT-139, BT-144
        _amount("cbc:Amount", abs(line.difference.amount), terms),  # BT-136, BT-141
    )


def render(document: Mapping[str, Any]) -> bytes:
    """Return the one invoice of `document`, which was issued.

    Raises:
        NotPossible: there is not just one, or it is a draft.
    """
    return serialised(terms_of(single_invoice(document)))
