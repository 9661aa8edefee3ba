"""What a valid invoice must say of the seller and the client (EN 16931)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from suptime.domain.client import Client
from suptime.domain.money import minor_digits
from suptime.domain.values import COUNTRIES, UNKNOWN_CURRENCIES, vat_id
from suptime.settings.settings import Settings

Document = Mapping[str, Any]

_TYPED = {"name": "NAME", "address": "TEXT", "country": "CODE"}


def seller_faults(settings: Settings, client: Client, document: Document) -> list[str]:
    """Everything that `document`, an invoice for `client`, lacks to be a valid one: a sentence each, or none.

    What is checked is what `document` says, since that is what is sent; `settings` tells where to say the rest.
    """
    return [
        *_invoice_seller_gaps(document, settings),
        *_invoice_client_gaps(document, client),
        *_of_tax(document, client, settings),
    ]


def _invoice_seller_gaps(document: Document, settings: Settings) -> Iterator[str]:
    seller = document["seller"] or {}
    named = f"set it in {settings.path}"
    for key, what in (("name", "name"), ("address", "address"), ("country", "country")):
        if not seller.get(key):
            yield f"The seller's {what} is missing: {named}, as seller.{key}."
    # BR-S-02, BR-Z-02, BR-E-02, BR-AE-02
    if treatments_of(document) - {"none"} and not (seller.get("tax_id") or seller.get("tax_number")):
        yield f"The seller's tax id is missing: {named}, as seller.tax_id."
    # BR-CO-25
    terms = seller.get("payment_terms") or seller.get("payment_days") is not None or document.get("due_on")
    if Decimal(document["totals"]["due"]) > 0 and not terms:
        yield f"Nothing says when to pay: {named}, as seller.payment_days or seller.payment_terms."


def _invoice_client_gaps(document: Document, client: Client) -> Iterator[str]:
    for key in ("name", "address", "country"):
        if not document.get(f"client_{key}"):
            yield f"The {key} of {client.code} is missing: suptime client edit {client.code} --{key} {_TYPED[key]}"
    # BR-AE-02: the buyer accounts for the tax, so the buyer must be known to the tax office.
    if "reverse-charge" in treatments_of(document) and not document.get("client_tax_id"):
        yield (
            f"The tax id of {client.code} is missing, and a reverse charge needs it: "
            f"suptime client edit {client.code} --tax-id ID"
        )


def _of_tax(document: Document, client: Client, settings: Settings) -> Iterator[str]:
    treatments = treatments_of(document)
    if client.tax is None:
        yield (
            f"Nothing says how {client.code} is taxed, by a rate, exempt, reverse-charge or none: "
            f"suptime client edit {client.code} --tax TAX"
        )
    # BR-E-10: why it is exempt is the seller's to say; BR-O-11 to BR-O-14: no tax at all goes with nothing else.
    if "exempt" in treatments and not settings.tax.get("exempt"):
        yield f"Why lines are exempt from tax is missing: set it in {settings.path}, as tax.exempt."
    if "none" in treatments and len(treatments) > 1:
        yield "Some lines have no tax treatment and others have one: they cannot stand on one invoice."


def treatments_of(document: Document) -> set[str]:
    """Return how the lines of `document` are taxed."""
    lines = [line for case in document["cases"] for line in case["lines"]] + list(document["other_lines"])
    return {line["tax"]["treatment"] for line in lines if line.get("tax")}


UBL = "ubl"


def einvoice_faults(settings: Settings, client: Client, document: Document, form: str) -> list[str]:
    """Everything that `document` for `client` lacks to be an e-invoice of `form` ("ubl", "facturx"): a sentence each.

    What any valid invoice needs is among it. Each sentence says where to give what is missing.
    """
    edit = f"suptime client edit {client.code}"
    return [
        *seller_faults(settings, client, document),
        *_einvoice_seller_gaps(document, f"in {settings.path}"),
        *_einvoice_client_gaps(document, edit),
        *_of_money(document),
        *(_of_network(document, f"in {settings.path}", edit) if form == UBL else ()),
    ]


def _einvoice_seller_gaps(document: Document, where: str) -> Iterator[str]:
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


def _einvoice_client_gaps(document: Document, edit: str) -> Iterator[str]:
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
    """Yield what Peppol delivers by: R020, R010, R003."""
    client = document["client"]
    if not (document["seller"] or {}).get("endpoint"):
        yield f"The seller's electronic address is missing: set seller.endpoint {where}."
    if not document.get("client_endpoint"):
        yield f"The electronic address of {client} is missing: {edit} --endpoint SCHEME:ID"
    if not document.get("client_buyer_reference"):
        yield f"The buyer reference of {client} is missing: {edit} --buyer-reference TEXT"
