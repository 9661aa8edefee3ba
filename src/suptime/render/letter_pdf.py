"""Composed documents as PDF: letters whose blocks are text, facts and tables. Charts stand on pages alone."""

from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from suptime.language.translate import current_language, tr
from suptime.render.blocks import (
    Block,
    Cell,
    Document,
    Fact,
    Facts,
    Letterhead,
    Meter,
    Paragraph,
    Part,
    Parties,
    PaymentCode,
    PaymentPart,
    Section,
    Table,
    Text,
)
from suptime.render.pdf import Picture, typeset

BLOCKS = "document.typ"
"""The template of what is composed of blocks."""

Printed = dict[str, Any]

_FORMATS = {"png": "png", "jpeg": "jpg", "svg+xml": "svg"}
"""What Typst calls the pictures of data URLs."""


def write(document: Document, data: Mapping[str, Any], *, fonts: Path | None = None) -> bytes:
    """Return `document`, which was composed of `data`, as PDF; see `typeset`."""
    blocks = list(document.blocks)
    parties = next((one for one in blocks if isinstance(one, Parties)), None)
    sender = document.letterhead
    composed = {
        "title": document.page_title or document.title,
        "heading": document.title,
        "about": document.about,
        "client": parties.name if parties else "",
        "seller": {"name": sender.name, "lines": list(sender.lines)} if sender else None,
        "paper": (data.get("layout") or {}).get("paper", "a4"),
        "language": current_language(),
        "words": {"page": tr("Page {page} of {pages}"), "logo": tr("Logo of {seller}")},
        "blocks": list(_printed(blocks)),
    }
    return typeset(data, composed, [_picture(sender)], template=BLOCKS, fonts=fonts)


def _picture(sender: Letterhead | None) -> Picture | None:
    """Return the logo as bytes: Typst reads no Base64, and is given no file."""
    kind, _, content = (sender.logo if sender else "").removeprefix("data:image/").partition(";base64,")
    return {"format": _FORMATS[kind], "bytes": list(b64decode(content))} if content else None


def _printed(blocks: Iterable[Block]) -> Iterator[Printed]:
    """Yield blocks as the template reads them."""
    for block in blocks:
        match block:
            case Part():
                yield from _printed(block.blocks)
            case Section():
                inner = list(_printed(block.blocks))
                yield {"block": "section", "title": block.title, "owner": block.owner, "sum": block.sum} | {
                    "blocks": inner
                }
            case Parties():
                lines = list(block.lines)
                yield {"block": "parties", "label": block.label, "name": block.name, "lines": lines} | {
                    "facts": _facts(block.facts)
                }
            case Paragraph():
                yield {"block": "paragraph", "lines": block.text.split("\n"), "tone": block.tone}
            case Meter():
                lines = [text for text in (block.text, block.note) if text]
                yield {"block": "paragraph", "lines": lines, "tone": "quiet"}
            case Facts():
                kind = block.kind if block.kind in {"totals", "terms"} else "facts"
                yield {"block": kind, "facts": _facts(block.facts)}
            case Table():
                yield _table(block)
            case PaymentCode():
                yield {"block": "payment_code"} | payment_code(block)
            case PaymentPart():
                yield {"block": "payment_part"} | payment_part(block)


def payment_code(code: PaymentCode) -> Printed:
    """Return a payment code as the function `payment-code` of payment.typ reads it."""
    return {"svg": code.svg, "about": code.about, "caption": code.caption}


def payment_part(part: PaymentPart) -> Printed:
    """Return a Swiss payment part as the function `payment-part` of payment.typ reads it."""
    return {
        "code": payment_code(part.code),
        "words": dict(part.words),
        "account": list(part.account),
        "reference": part.reference,
        "message": part.message,
        "payer": list(part.payer),
        "currency": part.currency,
        "amount": part.amount,
    }


def _facts(facts: Sequence[Fact]) -> list[Printed]:
    return [{"name": one.name, "lines": list(one.lines), "main": one.main} for one in facts]


def _table(table: Table) -> Printed:
    rows = [
        {"cells": [_text(cell) for cell in row.cells], "beneath": list(row.beneath)} for row in table.rows
    ]
    for group in table.groups:
        lead = list(group.lead)
        for row in group.rows:
            rows.append({"cells": [*lead, *map(_text, row.cells)], "beneath": list(row.beneath)})
            lead = [""] * len(lead)
    return {
        "block": "table",
        "caption": table.caption,
        "titled": table.titled,
        "columns": [
            {"head": one.head, "numeric": one.numeric, "grows": one.grows, "main": one.main}
            for one in table.columns
        ],
        "rows": rows,
        "foot": list(table.foot),
    }


def _text(cell: Text) -> str:
    if isinstance(cell, Cell):
        return f"{cell.text} ({cell.mark})" if cell.mark else cell.text
    return cell
