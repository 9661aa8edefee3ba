"""What a valid invoice must say of the seller and the client (EN 16931), and when it is due."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from suptime.domain.work import Client
from suptime.settings import Settings

Document = Mapping[str, Any]

_TYPED = {"name": "NAME", "address": "TEXT", "country": "CODE"}


def due_on(issued_on: date, seller: Mapping[str, Any] | None) -> date | None:
    """The day on which an invoice of ISSUED_ON is due by SELLER's `payment_days`; None where it has none.

    >>> due_on(date(2026, 11, 1), {"payment_days": 14})
    datetime.date(2026, 11, 15)
    """
    days = (seller or {}).get("payment_days")
    return None if days is None else issued_on + timedelta(days=days)


def seller_faults(settings: Settings, client: Client, document: Document) -> list[str]:
    """Everything that DOCUMENT, an invoice for CLIENT, lacks to be a valid one: a sentence each, or none.

    What is checked is what DOCUMENT says, since that is what is sent; SETTINGS tells where to say the rest.
    """
    return [
        *_of_seller(document, settings),
        *_of_client(document, client),
        *_of_tax(document, client, settings),
    ]


def _of_seller(document: Document, settings: Settings) -> Iterator[str]:
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


def _of_client(document: Document, client: Client) -> Iterator[str]:
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
    """How the lines of DOCUMENT are taxed."""
    lines = [line for case in document["cases"] for line in case["lines"]] + list(document["other_lines"])
    return {line["tax"]["treatment"] for line in lines if line.get("tax")}
