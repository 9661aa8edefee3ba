"""Issued invoices as the rows of the templates by which Xero and QuickBooks Online take invoices in.

A row's quantity is 1 and its price the line's net amount: a third of an hour at 125.00 would
not come to the cent otherwise. How it came about stands in the description.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from suptime.domain.invoice import Invoice
from suptime.domain.money import rounded, show_amount
from suptime.interchange.exports.journals import is_prepaid, lines_of

XERO = tuple(
    "*ContactName EmailAddress POAddressLine1 POAddressLine2 POAddressLine3 POAddressLine4 POCity PORegion "
    "POPostalCode POCountry *InvoiceNumber Reference *InvoiceDate *DueDate Total InventoryItemCode *Description "
    "*Quantity *UnitAmount Discount *AccountCode *TaxType TaxAmount TrackingName1 TrackingOption1 TrackingName2 "
    "TrackingOption2 Currency BrandingTheme".split()
)
QUICKBOOKS = (
    "*InvoiceNo", "*Customer", "*InvoiceDate", "*DueDate", "Terms", "Location", "Memo", "Item(Product/Service)",
    "ItemDescription", "ItemQuantity", "ItemRate", "*ItemAmount", "*ItemTaxCode", "ItemTaxAmount", "Currency",
    "Service Date",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Codes:
    """What the other program calls things: its account of income, that of what is bought ahead, its taxes by rate."""

    income: str
    prepaid: str
    taxes: Mapping[str, str] = field(default_factory=dict)

    def tax(self, line: Mapping[str, Any]) -> str:
        """Return what the tax of `line` is called."""
        rate = line["tax"]["rate"] or "0"
        usual = "Tax Exempt" if not Decimal(rate) else f"{rate}%"
        return self.taxes.get(f"{Decimal(rate).normalize():f}", usual)


Row = Mapping[str, Any]


def xero(invoices: Iterable[Invoice], codes: Codes) -> Iterator[Row]:
    """Yield the rows of `invoices` for Xero, a row a line; a credit note has amounts of less than nothing."""
    for invoice in invoices:
        document = invoice.document
        address = (document.get("client_address") or "").splitlines()[:4]
        head = {
            "*ContactName": document["client_name"],
            "EmailAddress": document.get("client_email"),
            **{f"POAddressLine{n}": line for n, line in enumerate(address, 1)},
            "POCity": document.get("client_city"),
            "POPostalCode": document.get("client_postcode"),
            "POCountry": document.get("client_country"),
            "*InvoiceNumber": invoice.number,
            "Reference": _reference(invoice),
            "*InvoiceDate": f"{invoice.issued_on:%d/%m/%Y}",
            "*DueDate": f"{_due(invoice):%d/%m/%Y}",
            "Total": Decimal(document["totals"]["gross"]),
            "Currency": invoice.currency,
        }
        for line, tax in _with_taxes(invoice):
            yield head | {
                "*Description": _described(line, invoice.currency),
                "*Quantity": 1,
                "*UnitAmount": Decimal(line["net"]),
                "*AccountCode": codes.prepaid if is_prepaid(line) else codes.income,
                "*TaxType": codes.tax(line),
                "TaxAmount": tax,
            }


def quickbooks(invoices: Iterable[Invoice], codes: Codes) -> Iterator[Row]:
    """Yield the rows of `invoices` for QuickBooks Online, a row a line. It takes no credit notes this way."""
    for invoice in invoices:
        head = {
            "*InvoiceNo": invoice.number,
            "*Customer": invoice.document["client_name"],
            "*InvoiceDate": f"{invoice.issued_on:%m/%d/%Y}",
            "*DueDate": f"{_due(invoice):%m/%d/%Y}",
            "Memo": _reference(invoice),
            "Currency": invoice.currency,
        }
        for line, tax in _with_taxes(invoice):
            amount = Decimal(line["net"])
            yield head | {
                "Item(Product/Service)": codes.prepaid if is_prepaid(line) else codes.income,
                "ItemDescription": _described(line, invoice.currency),
                "ItemQuantity": 1,
                "ItemRate": amount,
                "*ItemAmount": amount,
                "*ItemTaxCode": codes.tax(line),
                "ItemTaxAmount": tax,
                "Service Date": f"{date.fromisoformat(line['date']):%m/%d/%Y}",
            }


def _due(invoice: Invoice) -> date:
    return invoice.due_on or invoice.issued_on


def _reference(invoice: Invoice) -> str:
    if credited := invoice.document["credits"]:
        return f"Credit note for {credited}"
    return str(invoice.month or "")


def _with_taxes(invoice: Invoice) -> Iterator[tuple[Mapping[str, Any], Decimal]]:
    """Yield each line with its share of its rate's tax: the shares add up to the tax on the document, to the cent."""
    net: dict[str, Decimal] = {}
    told: dict[str, Decimal] = {}
    for line in lines_of(invoice.document):
        rate = line["tax"]["rate"] or "0"
        net[rate] = net.get(rate, Decimal(0)) + Decimal(line["net"])
        so_far = rounded(net[rate] * Decimal(rate) / 100, invoice.currency)
        yield line, so_far - told.get(rate, Decimal(0)) + 0
        told[rate] = so_far


_PIECES = ("period", "purchase", "item")


def _described(line: Mapping[str, Any], currency: str) -> str:
    """Return what `line` is for, and how its amount came about."""
    words = [str(line["description"])]
    if line["unit"] not in _PIECES:
        price = show_amount(Decimal(line["unit_price"]), currency)
        unit = "min" if line["unit"] == "minute" else line["unit"]
        words.append(f"{line['date']}, {line['quantity']} {unit}, {price} {currency} per {line['price_per']}")
        if line["prepaid_minutes"] or line["prepaid_incidents"]:
            ahead = (
                f"{line['prepaid_minutes']} min"
                if line["prepaid_minutes"]
                else str(line["prepaid_incidents"])
            )
            words.append(f"{ahead} from what was bought ahead")
    return "; ".join(word for word in words if word)


TEMPLATES: Mapping[str, tuple[Sequence[str], Any]] = {
    "xero": (XERO, xero),
    "quickbooks": (QUICKBOOKS, quickbooks),
}
"""The columns of each template, and who makes its rows."""
