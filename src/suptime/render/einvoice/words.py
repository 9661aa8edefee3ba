"""The words that an e-invoice has and a document has not."""

from collections.abc import Mapping
from typing import Any

PAID_BY_MINUTES = "{billed} min billed: {prepaid} min paid from prepaid hours, {left} min invoiced."
PAID_BY_INCIDENTS = "{prepaid} incident(s) paid from a support pack."
DIFFERENCE = "Part of this was invoiced before at another price, or is rounded together with it."
NO_TAX = "Not subject to tax."
IN_FAVOUR = "This amount is in your favour: it is set off or paid back."


def credits_words(invoice: Mapping[str, Any]) -> str | None:
    """What a credit note reverses, and why; None for an invoice."""
    if not invoice.get("credits"):
        return None
    return f"Credits {invoice['credits']}: {invoice.get('credit_reason') or ''}"
