"""Composed documents as PDF: letters and reports, block by block, with one template for all of them."""

import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from suptime.language.translate import current_language, tr
from suptime.render.blocks import (
    Bar,
    Block,
    Cell,
    Chart,
    Column,
    Curve,
    Document,
    Fact,
    Facts,
    Folded,
    Grid,
    Headline,
    Legend,
    Letterhead,
    Listing,
    Meter,
    Paragraph,
    Part,
    Parties,
    PaymentBlock,
    PaymentCode,
    PaymentPart,
    Row,
    Section,
    Table,
    Text,
    Timeline,
)
from suptime.render.charts import HIGH, WIDE, paths, segments
from suptime.render.pdf import ACCESSIBLE, Picture, typeset

BLOCKS = "document.typ"
"""The template of what is composed of blocks."""

LETTERS = 95
"""Small letters that fit into the width of a timeline."""

Printed = dict[str, Any]

_FORMATS = {"png": "png", "jpeg": "jpg", "svg+xml": "svg"}
"""Formats of pictures in data URLs, by Typst's names."""


def write(document: Document, *, data: Mapping[str, Any], fonts: Path | None = None, **_: Any) -> bytes:
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
    return typeset(data, composed, [_picture(sender)], template=BLOCKS, fonts=fonts, standard=ACCESSIBLE)


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
            case Chart():
                yield _chart(block)
            case Headline():
                figures = [
                    {"name": f.name, "value": f.value, "about": f.about, "main": f.main}
                    for f in block.figures
                ]
                yield {"block": "headline", "figures": figures}
            case Listing():
                yield {
                    "block": "listing",
                    "title": block.title,
                    "items": list(block.items),
                    "more": block.more,
                }
            case Grid():
                yield {"block": "grid", "blocks": list(_printed(block.blocks))}
            case Folded():
                yield {
                    "block": "folded",
                    "title": block.title,
                    "blocks": list(_printed(_plain(block.blocks))),
                }
            case Curve():
                yield _curve(block)
            case Legend():
                yield {"block": "legend", "names": list(block.names)}
            case Timeline():
                yield _timeline(block)
            case PaymentBlock():
                yield {
                    "block": "payment",
                    "name": block.name,
                    "amount": block.amount,
                    "about": block.about,
                    "facts": _facts(block.facts),
                    "code": payment_code(block.code) if block.code else None,
                }
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


def _chart(chart: Chart) -> Printed:
    """Return a chart with its bars in hundredths of their room, and its numbers as a table."""
    columns = [Column(head, numeric=n > 0, grows=n == 0) for n, head in enumerate(chart.heads)]
    rows = [Row(bar.cells, bar.beneath) for bar in chart.bars]
    numbers = Table("", chart.title, columns, rows, foot=chart.foot)
    return {
        "block": "chart",
        "title": chart.title,
        "note": chart.note if chart.bars else tr("Nothing to show."),
        "alone": chart.alone,
        "names": list(chart.names),
        "bars": [_bar(bar) for bar in chart.bars],
        "table": _table(numbers) if chart.bars and chart.has_table else None,
        "shape": chart.shape,
        "wide": chart.is_wide,
    }


def _plain(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks, charts without a heading of their own."""
    for block in blocks:
        yield replace(block, alone=True) if isinstance(block, Chart) else block


def _bar(bar: Bar) -> Printed:
    tracks = [
        [{"place": part.place, "x": _hundredths(part.x), "width": _hundredths(part.width)} for part in track]
        for track in segments(bar)
    ]
    return {
        "label": bar.label,
        "value": bar.value,
        "cells": list(bar.cells),
        "tracks": tracks,
        "cut": bar.is_cut,
    }


def _hundredths(percentage: str) -> float:
    return float(percentage.removesuffix("%"))


def _curve(curve: Curve) -> Printed:
    line = paths(curve)
    return {
        "block": "curve",
        "top": line.top,
        "first": line.first_day,
        "last": line.last_day,
        "steps": _points(line.steps),
        "forecast": _points(line.forecast),
        "events": [text for _, text in curve.events],
    }


def _points(path: str) -> list[tuple[float, float]]:
    """Return the corners of a path of absolute moves, lines, H and V, in hundredths of its frame."""
    x = y = 0
    found = []
    for command, numbers in re.findall(r"([MLHV])(-?[\d ]+)", path):
        given = [int(one) for one in numbers.split()]
        x, y = given[0] if command != "V" else x, given[-1] if command != "H" else y
        found.append((x * 100 / WIDE, y * 100 / HIGH))
    return found


def _timeline(timeline: Timeline) -> Printed:
    minutes = (timeline.last - timeline.first) * 60
    return {
        "block": "timeline",
        "first": timeline.first,
        "last": timeline.last,
        "lanes": [
            {
                "name": lane.name,
                "value": lane.value,
                "spans": [
                    {
                        "start": span.start,
                        "end": max(span.end, span.start + 3),
                        "place": span.place,
                        "label": span.label,
                        "fits": (span.end - span.start) * LETTERS >= len(span.label) * minutes,
                    }
                    for span in lane.spans
                ],
            }
            for lane in timeline.lanes
        ],
        "table": _table(timeline.table),
    }


def _text(cell: Text) -> str:
    if isinstance(cell, Cell):
        return f"{cell.text} ({cell.mark})" if cell.mark else cell.text
    return cell
