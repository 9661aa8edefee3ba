"""Invoices as PDF."""

from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from suptime.documents.invoice.letterhead import PICTURES
from suptime.documents.invoice.lines import worded
from suptime.render.pdf import ARCHIVE, Picture, Standard, typeset


def render(
    document: Mapping[str, Any],
    *,
    width: int | None = None,
    color: bool = False,
    fonts: Path | None = None,
    standard: Standard = ARCHIVE,
) -> bytes:
    """Return the invoices of `document` as one PDF; see `typeset`."""
    del width, color  # one signature for all formats
    composed = worded(document)
    for invoice in composed["invoices"]:
        invoice["layout"] = {**invoice.get("layout", {}), "logo": None}
    pictures = [_picture(invoice) for invoice in document["invoices"]]
    return typeset(document, composed, pictures, fonts=fonts, standard=standard)


def _picture(invoice: Mapping[str, Any]) -> Picture | None:
    """The logo of INVOICE as bytes: Typst reads no Base64, and is given no file."""
    logo = (invoice.get("layout") or {}).get("logo") if invoice["seller"] else None
    if logo is None or logo["type"] not in PICTURES:
        return None
    return {"format": PICTURES[logo["type"]], "bytes": list(b64decode(logo["data"]))}
