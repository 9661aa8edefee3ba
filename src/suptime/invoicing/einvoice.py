"""What an invoice lacks to be an e-invoice by EN 16931, and by Peppol where it is UBL."""

from collections.abc import Iterator
from typing import Any

from suptime.domain.en16931 import COUNTRIES, UNKNOWN_CURRENCIES, vat_id
from suptime.domain.money import minor_digits
from suptime.domain.work import Client
from suptime.invoicing.seller import Document, seller_faults, treatments_of
from suptime.settings import Settings

UBL = "ubl"


def einvoice_faults(settings: Settings, client: Client, document: Document, form: str) -> list[str]:
    """Everything that DOCUMENT for CLIENT lacks to be an e-invoice of FORM ("ubl", "facturx"): a sentence each.

    What any valid invoice needs is among it. Each sentence says where to give what is missing.
    """
    edit = f"suptime client edit {client.code}"
    return [
        *seller_faults(settings, client, document),
        *_of_seller(document, f"in {settings.path}"),
        *_of_client(document, edit),
        *_of_money(document),
        *(_of_network(document, f"in {settings.path}", edit) if form == UBL else ()),
    ]


def _of_seller(document: Document, where: str) -> Iterator[str]:
    seller: dict[str, Any] = document["seller"] or {}
    if seller.get("country") and seller["country"] not in COUNTRIES:
        yield f"The seller's country {seller['country']} is not in ISO 3166: correct seller.country {where}."
    tax_id, known = seller.get("tax_id"), vat_id(seller.get("tax_id"))
    taxed = treatments_of(document) - {"none"}
    if taxed and tax_id and not known and not seller.get("tax_number"):
        # BR-CO-09
        yield (
            f"The seller's tax id {tax_id} does not begin with its country, as in DE123456789: "
            f"correct seller.tax_id {where}."
        )
    # BR-CO-26: a number at the local office alone does not say who it is.
    if not tax_id and not seller.get("company_number") and (not taxed or seller.get("tax_number")):
        yield f"Nothing identifies the seller: set seller.tax_id or seller.company_number {where}."


def _of_client(document: Document, edit: str) -> Iterator[str]:
    country, tax_id = document.get("client_country"), document.get("client_tax_id")
    if country and country not in COUNTRIES:
        yield f"The country {country} of {document['client']} is not in ISO 3166: {edit} --country CODE"
    # BR-AE-02, BR-CO-09
    if "reverse-charge" in treatments_of(document) and tax_id and not vat_id(tax_id):
        yield (
            f"The tax id {tax_id} of {document['client']} does not begin with its country, "
            f"as in FR40303265045: {edit} --tax-id ID"
        )


def _of_money(document: Document) -> Iterator[str]:
    currency = document["currency"]
    if minor_digits(currency) > 2:
        # BR-DEC-09 to BR-DEC-28
        yield f"Amounts in {currency} have three decimals, and e-invoices two: it cannot be one."
    if currency in UNKNOWN_CURRENCIES:
        # BR-CL-04
        yield f"The rules for e-invoices do not know the currency {currency} yet: it cannot be one."


def _of_network(document: Document, where: str, edit: str) -> Iterator[str]:
    """What Peppol delivers by: R020, R010, R003."""
    client = document["client"]
    if not (document["seller"] or {}).get("endpoint"):
        yield f"The seller's electronic address is missing: set seller.endpoint {where}."
    if not document.get("client_endpoint"):
        yield f"The electronic address of {client} is missing: {edit} --endpoint SCHEME:ID"
    if not document.get("client_buyer_reference"):
        yield f"The buyer reference of {client} is missing: {edit} --buyer-reference TEXT"
