"""An invoice or credit note as Factur-X: the PDF, with the same invoice as CII inside (EN 16931)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from suptime.render import to_pdf
from suptime.render.einvoice import cii
from suptime.render.einvoice.container import with_invoice
from suptime.render.einvoice.reading import one_of, terms_of


def render(
    document: Mapping[str, Any], *, width: int | None = None, color: bool = False, fonts: Path | None = None
) -> bytes:
    """The one invoice of DOCUMENT, which was issued, as PDF/A-3b; FONTS as for any PDF.

    Raises:
        NotPossible: there is not just one; it is a draft, or lacks something that every e-invoice has.
        WrongUsage: a template of the person's own is at fault.
    """
    del width, color  # one signature for all formats
    terms = terms_of(one_of(document))
    pdf = to_pdf.render(document, fonts=fonts, standard=to_pdf.WITH_FILES)
    return with_invoice(pdf, cii.serialised(terms), terms.issued_on)
