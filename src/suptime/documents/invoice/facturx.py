"""One issued invoice as Factur-X: a PDF with the same invoice for machines inside."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from suptime.documents.invoice import pdf
from suptime.render.einvoice import cii
from suptime.render.einvoice.facturx import with_invoice
from suptime.render.einvoice.terms import single_invoice, terms_of
from suptime.render.pdf import WITH_FILES


def render(document: Mapping[str, Any], *, fonts: Path | None = None) -> bytes:
    """Return the one invoice of `document`, which was issued, as PDF/A-3b; `fonts` as for any PDF.

    Raises:
        NotPossible: there is not just one, or it is a draft.
        WrongUsage: a template of the person's own is at fault.
    """
    terms = terms_of(single_invoice(document))
    made = pdf.render(document, fonts=fonts, standard=WITH_FILES)
    return with_invoice(made, cii.serialised(terms), terms.issued_on)
