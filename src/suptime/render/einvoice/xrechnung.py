"""An e-invoice as XRechnung 3.0 of KoSIT, in the syntax UBL: what public bodies in Germany take."""

from collections.abc import Mapping
from typing import Any

from suptime.render.einvoice import ubl
from suptime.render.einvoice.terms import single_invoice, terms_of

CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
"""BT-24."""


def render(document: Mapping[str, Any]) -> bytes:
    """Return the one invoice of `document`, which was issued.

    Raises:
        NotPossible: there is not just one, or it is a draft.
    """
    return ubl.serialised(terms_of(single_invoice(document)), CUSTOMIZATION)
