"""Documents as plain text: within their width, readable without colour, figures at the right."""

from collections.abc import Sequence
from functools import singledispatch
from itertools import chain
from typing import Any

from suptime.language.translate import tr
from suptime.render import page as layout
from suptime.render.blocks import (
    Bar,
    Chart,
    Curve,
    Document,
    Facts,
    Folded,
    Grid,
    Group,
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
    Title,
)
from suptime.render.page import BOLD, DIM, GAP, Page, width

INDENT = 2
MARGIN = 6
"""Cells of a column in the margin, where nothing in it is wider."""
DOUBLE = "\N{BOX DRAWINGS DOUBLE HORIZONTAL}"
METER = 24
LEAST, MOST = 8, 40
"""Cells of a bar: with fewer it says nothing, more it does not need."""
NAME = 16
"""Cells that a name keeps beside a bar."""
MONTHS = 12
"""So many months of a curve, the last ones."""
LANE = 10
"""Cells of the name of a lane."""
FINEST = (12, 6, 4, 3, 2, 1)
"""Into how many cells an hour may be cut."""


def write(document: Document, *, width: int | None = None, color: bool = False, **_: Any) -> bytes:
    """Return `document` in `width` columns: 80 if None, held within 60 to 120. `color` allows bold and dim."""
    page = Page.of(width, color)
    put(document, page)
    return page.made()


@singledispatch
def put(block: object, page: Page) -> None:  # noqa: ARG001 - what writes a block takes both
    """Put `block` on `page`."""
    raise TypeError(f"{block!r} is not a block")


@put.register
def _(block: Document, page: Page) -> None:
    if block.several:
        for number, inner in enumerate(block.blocks):
            if number and isinstance(inner, Document):
                page.lines += ["", "", ""]
            put(inner, page)
        return
    page.blank()
    if block.letterhead:
        put(block.letterhead, page)
    if block.is_titled:
        page.heading(block.title.upper(), end=block.line or block.about)
        page.rule(DOUBLE)
    for inner in block.blocks:
        put(inner, page)


@put.register
def _(block: Part, page: Page) -> None:
    for inner in block.blocks:
        put(inner, page)


@put.register
def _(block: Letterhead, page: Page) -> None:
    page.text(block.name, style=BOLD)
    if block.lines:
        page.text(", ".join(block.lines))
    page.lines += [""]


@put.register
def _(block: Parties, page: Page) -> None:
    page.blank()
    facts = [(fact.name, ", ".join(fact.lines)) for fact in block.facts]
    page.sides([block.label, block.name, *block.lines], facts)


@put.register
def _(block: Title, page: Page) -> None:
    page.blank()
    page.heading(block.text.upper())
    page.rule(DOUBLE)


@put.register
def _(block: PaymentBlock, page: Page) -> None:
    facts = [(fact.name, ", ".join(fact.lines)) for fact in block.facts]
    page.text(f"{block.name}  {block.amount}", style=BOLD)
    if block.about:
        page.text(block.about)
    if facts:
        page.pairs(facts)


@put.register
def _(block: Paragraph, page: Page) -> None:
    if block.tone == "closing":
        page.blank()
    page.text(block.text, indent=page.indent, style=DIM if block.tone == "quiet" else "")


@put.register
def _(block: Section, page: Page) -> None:
    page.blank()
    if block.owner:
        page.heading(block.owner, block.title, block.sum)
    else:
        page.heading(block.title, end=block.sum)
    page.rule()
    page.indent = INDENT
    blocks = list(block.blocks)
    for before, inner in zip([None, *blocks], blocks, strict=False):
        if before and not (isinstance(before, Paragraph) and isinstance(inner, Paragraph)):
            page.blank()
        put(inner, page)
    page.indent = 0


@put.register
def _(block: Meter, page: Page) -> None:
    columns = (layout.Column(least=METER + 2), layout.Column(fills=True))
    page.table(columns, [layout.Row([meter(block.permille), block.text])], indent=page.indent)
    if block.note:
        page.text(block.note, indent=page.indent)


def meter(permille: int) -> str:
    """Return the rest of a thousand parts as blocks in a frame.

    >>> meter(500)
    '[████████████░░░░░░░░░░░░]'
    """
    full = -(-permille * METER // 1000)
    return f"[{'█' * full}{'░' * (METER - full)}]"


@put.register
def _(block: Facts, page: Page) -> None:
    match block.kind:
        case "facts":
            page.pairs([(fact.name, ", ".join(fact.lines)) for fact in block.facts], indent=page.indent)
        case "sums":
            _put_sums(block, page)
        case "totals":
            page.blank()
            page.rule(DOUBLE)
            rows = [
                layout.Row(["", fact.name, *fact.lines], style=BOLD if fact.main else "")
                for fact in block.facts
            ]
            columns = (layout.Column(fills=True, least=0), layout.Column(), layout.Column("", "right"))
            page.table(columns, rows)
        case "notes":
            page.blank()
            for fact in block.facts:
                page.text(
                    f"{fact.name}{tr(':')} {', '.join(fact.lines)}" if fact.name else ", ".join(fact.lines)
                )
        case "terms":
            for fact in block.facts:
                page.blank()
                page.line(fact.name, DIM)
                for line in fact.lines:
                    page.text(line)


def _put_sums(block: Facts, page: Page) -> None:
    """Put sums side by side where there is room, else beneath one another."""
    figures = [fact.short or ", ".join(fact.lines) for fact in block.facts]
    names = [fact.name for fact in block.facts]
    taken = sum(max(width(name), width(figure)) + GAP for name, figure in zip(names, figures, strict=True))
    if taken + page.indent <= page.width:
        columns = [layout.Column(fills=True, least=0), *(layout.Column(name, "right") for name in names)]
        page.table(columns, [layout.Row(["", *figures])], indent=page.indent)
    else:
        page.pairs(list(zip(names, figures, strict=True)), indent=page.indent)


# Tables.


@put.register
def _(block: Table, page: Page) -> None:
    if block.titled:
        page.line(" " * page.indent + block.caption, DIM)
    shown = [n for n, column in enumerate(block.columns) if not column.folded]
    for number, places in enumerate(_parts(block, shown, page.width - page.indent)):
        if number:
            page.blank()
        _put_columns(block, places, page)


def _parts(table: Table, shown: Sequence[int], room: int) -> list[Sequence[int]]:
    """Return which columns stand side by side in each part of `table` in so much `room`."""
    if not table.repeated or len(shown) <= table.repeated:
        return [shown]
    kept, others = shown[: table.repeated], shown[table.repeated :]
    taken = sum(table.columns[n].width + GAP for n in kept)
    size = max(table.columns[n].width + GAP for n in others)
    most = max(1, (room + GAP - taken) // size)
    return [[*kept, *others[first : first + most]] for first in range(0, len(others), most)]


def _put_columns(table: Table, places: Sequence[int], page: Page) -> None:
    columns = [_column(table, n) for n in places]
    rows = [_row(row, places, is_whole=len(places) == len(table.columns)) for row in table.rows]
    rows += [row for group in table.groups for row in _grouped(group)]
    if table.foot:
        rows.append(layout.Row([table.foot[n] for n in places], style=BOLD))
    if not any(column.fills for column in columns):
        at = next((n for n, column in enumerate(columns) if column.side == "right" and n), len(columns))
        columns.insert(at, layout.Column(fills=True, least=0))
        rows = [
            layout.Row([*row.cells[:at], "", *row.cells[at:]], row.details, style=row.style) for row in rows
        ]
    page.table(columns, rows, indent=0 if table.columns[0].margin else page.indent)


def _column(table: Table, number: int) -> layout.Column:
    column = table.columns[number]
    has_head = (
        not table.titled
        and not table.plain
        and not column.margin
        and (number or column.grows or width(column.head) <= column.width)
    )
    return layout.Column(
        column.head if has_head else "",
        "right" if column.numeric or column.margin else "left",
        fills=column.grows,
        size=MARGIN if column.margin else 0 if column.grows else column.width,
        least=column.width or 6,
    )


def _row(row: Row, places: Sequence[int], *, is_whole: bool) -> layout.Row:
    beneath = row.beneath if is_whole or row.narrow is None else row.narrow
    return layout.Row([_text(row.cells[n]) for n in places], [text for text in beneath if text])


def _text(cell: Text) -> str:
    if isinstance(cell, str):
        return cell
    text = cell.text if cell.short is None else cell.short
    return f"{text} [{cell.mark}]".strip() if cell.mark else text


def _grouped(group: Group) -> list[layout.Row]:
    """Return one line where the group has one row; else its sum, and then each row."""
    if not group.total:
        return [layout.Row([*group.lead, *map(_text, row.cells)]) for row in group.rows]
    blank = [""] * len(group.lead)
    between = [""] * (len(group.rows[0].cells) - 1)
    return [
        layout.Row([*group.lead, *between, group.total], style=BOLD),
        *(layout.Row([*blank, *map(_text, row.cells)]) for row in group.rows),
    ]


# Charts.


@put.register
def _(block: Chart, page: Page) -> None:
    if block.pictured:
        return
    if not block.alone:
        page.blank()
        page.heading(block.title)
        page.rule()
    if block.needed:
        page.text(block.note, indent=INDENT)
    if not block.bars:
        page.line(tr("Nothing to show."))
        return
    shown = [n for n in range(1, len(block.heads)) if block.beside is None or n in block.beside]
    rows = [*(bar.cells for bar in block.bars), *([block.foot] if block.foot else [])]
    taken = sum(max(width(block.heads[n]), *(width(row[n]) for row in rows)) + GAP for n in shown)
    names = max(width(block.heads[0]), *(width(row[0]) for row in rows))
    widest = max(NAME, page.width // 3)
    size = min(page.width - INDENT - taken - GAP - min(names, widest), MOST)
    has_bars = size >= LEAST
    if has_bars and len(block.names) > 1:
        page.text(layout.legend(block.names), indent=INDENT, style=DIM)

    def line(cells: Sequence[str], bar: Sequence[str], beneath: Sequence[str] = ()) -> layout.Row:
        return layout.Row([cells[0], *bar[:has_bars], *(cells[n] for n in shown)], beneath)

    def lines(bar: Bar) -> list[layout.Row]:
        tracks = [layout.stacked(track, bar.most, max(size, 1)) for track in bar.tracks]
        more = tracks[1:] if has_bars else []
        blank = [""] * len(block.heads)
        return [line(bar.cells, tracks[:1], bar.beneath), *(line(blank, [track]) for track in more)]

    columns = (
        layout.Column(
            block.heads[0], fills=not has_bars, least=NAME, most=widest if has_bars else page.width
        ),
        *([layout.Column(size=size, fills=True, least=size)] if has_bars else []),
        *(layout.Column(block.heads[n], "right") for n in shown),
    )
    foot = line(block.foot, [""]) if block.foot else None
    page.table(
        columns,
        list(chain.from_iterable(map(lines, block.bars))),
        indent=INDENT,
        beneath=layout.Row(foot.cells, style=BOLD) if foot else None,
    )


@put.register
def _(block: Curve, page: Page) -> None:
    """Put the balances at the ends of the last months as bars, then the events by day."""
    ends = block.ends[-MONTHS:]
    most = max(1, *(number for _, number, _ in ends))
    rows = [layout.Row([name, layout.stacked([number], most, MOST), text]) for name, number, text in ends]
    columns = (
        layout.Column(block.heads[0], size=14),
        layout.Column(size=MOST, least=LEAST),
        layout.Column(block.heads[1], "right"),
    )
    page.table(columns, rows, indent=page.indent)
    for _day, text in block.events:
        page.text(text, indent=page.indent)


@put.register
def _(block: Legend, page: Page) -> None:
    page.text(layout.legend(block.names), indent=page.indent, style=DIM)


@put.register
def _(block: Timeline, page: Page) -> None:
    values = max(8, *(width(lane.value) for lane in block.lanes))
    room = page.width - page.indent - LANE - values - 2 * GAP
    hours = block.last - block.first
    per_hour = next((fine for fine in FINEST if fine * hours <= room), 1)
    page.line(" " * (page.indent + LANE + GAP) + _axis(block.first, block.last, per_hour), DIM)
    columns = (
        layout.Column(size=LANE),
        layout.Column(size=hours * per_hour, least=hours * per_hour),
        layout.Column(side="right", size=values),
    )
    rows = [layout.Row([lane.name, _cells(lane, block, per_hour), lane.value]) for lane in block.lanes]
    page.table(columns, rows, indent=page.indent)


def _axis(first: int, last: int, per_hour: int) -> str:
    """Return the hours over their cells."""
    line = ""
    for hour in range(first, last):
        at = (hour - first) * per_hour
        if len(line) <= at and at + 2 <= (last - first) * per_hour:
            line = f"{line:<{at}}{hour:02}"
            line += "" if per_hour > 2 else " "
    return line.rstrip()


def _cells(lane: Any, block: Timeline, per_hour: int) -> str:
    """Return `lane` in cells: a cell belongs to whoever has most of it, and a stretch has one at least."""
    cells = [layout.EMPTY] * ((block.last - block.first) * per_hour)
    taken = [0] * len(cells)
    for span in lane.spans:
        low = span.start * per_hour // 60
        for cell in range(low, max(low + 1, -(-span.end * per_hour // 60))):
            at = cell - block.first * per_hour
            share = min(span.end * per_hour, (cell + 1) * 60) - max(span.start * per_hour, cell * 60)
            if 0 <= at < len(cells) and max(1, share) > taken[at]:
                cells[at], taken[at] = layout.MARKS[span.place], max(1, share)
    return "".join(cells)


@put.register(PaymentCode)
@put.register(PaymentPart)
def _(block: object, page: Page) -> None:
    """Put nothing: codes are pictures, and the text has what they hold."""


@put.register
def _(block: Headline, page: Page) -> None:
    columns = (layout.Column(), layout.Column(side="right"), layout.Column(fills=True))
    rows = [
        layout.Row([one.name, one.value, one.about], style=BOLD if one.main else "") for one in block.figures
    ]
    page.blank()
    page.table(columns, rows, indent=page.indent)


@put.register
def _(block: Listing, page: Page) -> None:
    page.blank()
    page.line(" " * page.indent + block.title, BOLD)
    columns = (layout.Column(), layout.Column(fills=True), layout.Column(), layout.Column(side="right"))
    page.table(columns, [layout.Row(item) for item in block.items], indent=page.indent)
    if block.more:
        page.text(block.more, indent=page.indent, style=DIM)


@put.register
def _(block: Grid, page: Page) -> None:
    for inner in block.blocks:
        put(inner, page)


@put.register
def _(block: Folded, page: Page) -> None:
    page.blank()
    if not any(isinstance(inner, Chart) for inner in block.blocks):
        page.line(" " * page.indent + block.title, BOLD)
    for inner in block.blocks:
        put(inner, page)
