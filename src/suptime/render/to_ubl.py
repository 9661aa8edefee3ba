"""An invoice or credit note as UBL 2.1, by Peppol BIS Billing 3 (EN 16931)."""

from collections.abc import Mapping
from typing import Any

from suptime.render.einvoice import ubl
from suptime.render.einvoice.reading import one_of, terms_of


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The one invoice of DOCUMENT, which was issued.

    Raises:
        NotPossible: there is not just one; it is a draft, or lacks something that every e-invoice has.
    """
    del width, color  # one signature for all formats
    return ubl.serialised(terms_of(one_of(document)))
