"""Documents as Markdown with GitHub's tables."""

from collections.abc import Iterable, Mapping, Sequence
from functools import singledispatch
from types import ModuleType
from typing import Any

from markupsafe import Markup

from suptime.language.translate import tr
from suptime.render.blocks import (
    Chart,
    Column,
    Curve,
    Document,
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
    Title,
)
from suptime.render.jinja import fill
from suptime.render.jinja import in_markdown as escape


def write(
    document: Document, *, kind: str, data: Mapping[str, Any], say: Iterable[ModuleType], **_: Any
) -> bytes:
    """Return `document` as Markdown, in the template `kind.md.j2` or `document.md.j2`.

    `data` and `say` are what a template of a person's own sees, besides the `body`.
    """
    parts: list[str] = []
    put(document, parts)
    body = Markup("\n\n".join(parts))  # noqa: S704 - every text in it is escaped
    return fill([f"{kind}.md.j2", "document.md.j2"], data, say, body=body)


@singledispatch
def put(block: object, parts: list[str]) -> None:  # noqa: ARG001 - what writes a block takes both
    """Add `block` to `parts`, which empty lines are between."""
    raise TypeError(f"{block!r} is not a block")


@put.register
def _(block: Document, parts: list[str]) -> None:
    if block.several:
        for number, inner in enumerate(block.blocks):
            if number and isinstance(inner, Document):
                parts.append("---")
            put(inner, parts)
        return
    if block.is_titled:
        parts.append("# " + ", ".join(escape(text) for text in (block.title, block.about) if text))
    if block.letterhead:
        put(block.letterhead, parts)
    put(Part("", block.blocks), parts)


@put.register
def _(block: Part, parts: list[str]) -> None:
    for inner in block.blocks:
        put(inner, parts)


@put.register
def _(block: Letterhead, parts: list[str]) -> None:
    parts.append(", ".join([f"**{escape(block.name)}**", *map(escape, block.lines)]))


@put.register
def _(block: Parties, parts: list[str]) -> None:
    parts.append(
        f"{escape(block.label)} " + ", ".join([f"**{escape(block.name)}**", *map(escape, block.lines)])
    )
    put(Facts(block.facts), parts)


@put.register
def _(block: Title, parts: list[str]) -> None:
    parts.append(f"# {escape(block.text)}")


@put.register
def _(block: PaymentBlock, parts: list[str]) -> None:
    parts.append(_strong(f"{escape(block.name)}{tr(':')} {escape(block.amount)}"))
    if block.about:
        parts.append(escape(block.about))
    if block.facts:
        put(Facts(block.facts), parts)


@put.register
def _(block: Paragraph, parts: list[str]) -> None:
    parts.append(escape(block.text))


@put.register
def _(block: Section, parts: list[str]) -> None:
    title = ": ".join(escape(text) for text in (block.owner, block.title) if text)
    parts.append(f"## {title}" + (f" ({escape(block.sum)})" if block.sum else ""))
    put(Part("", block.blocks), parts)


@put.register
def _(block: Meter, parts: list[str]) -> None:
    parts.append(escape(f"{block.text}. {block.note}".strip()))


@put.register
def _(block: Facts, parts: list[str]) -> None:
    if block.title:
        parts.append(f"## {escape(block.title)}")
    if block.kind == "notes":
        parts.extend(
            f"{_strong(escape(fact.name) + tr(':'))} {', '.join(map(escape, fact.lines))}"
            if fact.name
            else ", ".join(map(escape, fact.lines))
            for fact in block.facts
        )
    elif block.kind == "terms":
        parts.extend(
            f"{escape(fact.name)}{tr(':')} {', '.join(map(escape, fact.lines))}" for fact in block.facts
        )
    elif block.kind == "sums":
        columns = [Column(fact.name, numeric=True) for fact in block.facts]
        parts.append(_table(columns, [[_lines(fact.lines) for fact in block.facts]]))
    else:
        rows = [
            [_strong(escape(text), fact.main) for text in (fact.name, _lines(fact.lines))]
            for fact in block.facts
        ]
        parts.append(_table([Column(""), Column("", numeric=block.kind == "totals")], rows, escaped=True))


def _lines(lines: Sequence[str]) -> str:
    return ", ".join(lines)


def _strong(text: str, is_strong: bool = True) -> str:
    return f"**{text}**" if is_strong and text else text


# Tables.


@put.register
def _(block: Table, parts: list[str]) -> None:
    if block.titled:
        parts.append(_strong(escape(block.caption)))
    about = next((n for n, column in enumerate(block.columns) if column.grows), 0)
    rows = [_row(block.columns, row, about) for row in block.rows]
    for group in block.groups:
        leads: Iterable[Sequence[str]] = [group.lead, *[[""] * len(group.lead)] * (len(group.rows) - 1)]
        rows += [
            _row(block.columns, Row([*lead, *row.cells]), about)
            for lead, row in zip(leads, group.rows, strict=True)
        ]
        if group.total:
            rows.append([*[""] * (len(block.columns) - 1), _strong(escape(group.total))])
    if block.foot:
        rows.append([_strong(escape(cell)) for cell in block.foot])
    parts.append(_table(block.columns, rows, escaped=True))


def _row(columns: Sequence[Column], row: Row, about: int) -> list[str]:
    """Return the cells of `row`, with the lines beneath it in the cell `about`."""
    cells = [
        _strong(_cell(cell), column.main and not column.numeric)
        for column, cell in zip(columns, row.cells, strict=True)
    ]
    if beneath := [text for text in row.beneath if text]:
        cells[about] = f"{cells[about]}: {' '.join(map(escape, map(_ended, beneath)))}"
    return cells


def _cell(cell: Text) -> str:
    if isinstance(cell, str):
        return escape(cell)
    return f"{escape(cell.text)} (*{escape(cell.mark)}*)".strip() if cell.mark else escape(cell.text)


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "\N{IDEOGRAPHIC FULL STOP}")) else f"{text}."


def _table(columns: Sequence[Column], rows: Iterable[Sequence[str]], *, escaped: bool = False) -> str:
    """Return `rows` as a table; `escaped` if their cells are Markdown already."""
    lines = [[escape(column.head) for column in columns]]
    lines += [list(row) if escaped else [escape(cell) for cell in row] for row in rows]
    head, *others = ["| " + " | ".join(line) + " |" for line in lines]
    sides = "| " + " | ".join("--:" if c.numeric or c.margin else ":--" for c in columns) + " |"
    return "\n".join([head, sides, *others])


# Charts: their tables.


@put.register
def _(block: Chart, parts: list[str]) -> None:
    if not block.alone:
        parts.append(f"## {escape(block.title)}")
    if block.note:
        parts.append(escape(block.note))
    if not block.bars:
        parts.append(escape(tr("Nothing to show.")))
        return
    columns = [Column(head, numeric=n > 0, grows=not n) for n, head in enumerate(block.heads)]
    put(
        Table("", block.title, columns, [Row(bar.cells, bar.beneath) for bar in block.bars], foot=block.foot),
        parts,
    )


@put.register
def _(block: Curve, parts: list[str]) -> None:
    columns = (Column(block.heads[0]), Column(block.heads[1], numeric=True))
    parts.append(_table(columns, [[name, text] for name, _, text in block.ends]))
    parts.extend(escape(text) for _, text in block.events)


@put.register
def _(block: Legend, parts: list[str]) -> None:
    """Patterns are for pictures: the tables of the timelines have the names themselves."""


@put.register
def _(block: Timeline, parts: list[str]) -> None:
    put(block.table, parts)


@put.register(PaymentCode)
@put.register(PaymentPart)
def _(block: object, parts: list[str]) -> None:
    """Put nothing: codes are pictures, and the text has what they hold."""


@put.register
def _(block: Headline, parts: list[str]) -> None:
    columns = (Column(""), Column("", numeric=True), Column("", grows=True))
    parts.append(_table(columns, [[one.name, one.value, one.about] for one in block.figures]))


@put.register
def _(block: Listing, parts: list[str]) -> None:
    parts.append(f"### {escape(block.title)}")
    columns = (Column(""), Column(""), Column(""), Column("", numeric=True))
    parts.append(_table(columns, [list(item) for item in block.items]))
    if block.more:
        parts.append(escape(block.more))


@put.register
def _(block: Grid, parts: list[str]) -> None:
    for inner in block.blocks:
        put(inner, parts)


@put.register
def _(block: Folded, parts: list[str]) -> None:
    if not any(isinstance(inner, Chart) for inner in block.blocks):
        parts.append(f"### {escape(block.title)}")
    for inner in block.blocks:
        put(inner, parts)
