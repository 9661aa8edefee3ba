"""Tax: per rate, on the sum of that rate's lines, rounded once (EN 16931, BR-CO-17)."""

from decimal import Decimal
from typing import Any

from suptime.domain.money import rounded, show_amount

UNTAXED = ("exempt", "reverse-charge", "none")


def taxes_on(net: Decimal, tax: str | None, currency: str) -> list[dict[str, Any]]:
    """The tax on NET, the sum of all lines, at the client's TAX: a rate in percent, one of `UNTAXED`, or None.

    >>> taxes_on(Decimal("120.00"), "10", "USD")
    [{'rate': '10', 'treatment': 'standard', 'net': '120.00', 'tax': '12.00'}]
    """
    if tax is None or tax == "none":
        return []
    rate, treatment = ("0", tax) if tax in UNTAXED else (tax, "standard")
    amount = rounded(net * Decimal(rate) / 100, currency)
    shown = {"net": show_amount(net, currency), "tax": show_amount(amount, currency)}
    return [{"rate": rate, "treatment": treatment} | shown]


def totals_of(net: Decimal, tax: str | None, currency: str) -> dict[str, Any]:
    """The totals of an invoice with lines of NET in all, in the shape of its document."""
    taxes = taxes_on(net, tax, currency)
    tax_total = sum((Decimal(t["tax"]) for t in taxes), Decimal(0))
    gross = show_amount(rounded(net + tax_total, currency), currency)
    return {
        "net": show_amount(rounded(net, currency), currency),
        "tax": show_amount(rounded(tax_total, currency), currency),
        "gross": gross,
        "prepaid": show_amount(rounded(Decimal(0), currency), currency),
        "due": gross,
        "taxes": taxes,
    }
