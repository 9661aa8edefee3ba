"""Documents as one HTML page: for the screen, a telephone and A4, complete without any network.

The frame and the styles are templates. Every text of a block is escaped: `Markup.format` escapes what it is given.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, singledispatch
from types import ModuleType
from typing import Any

from markupsafe import Markup

from suptime.language.figures import NOTHING
from suptime.language.translate import tr
from suptime.render.blocks import (
    Bar,
    Cell,
    Chart,
    Column,
    Curve,
    Document,
    Fact,
    Facts,
    Folded,
    Grid,
    Group,
    Headline,
    Lane,
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
from suptime.render.charts import WIDE, paths, percent, segments
from suptime.render.jinja import fill

ROW, TRACK = 22, 14
"""The heights of a bar's name and of each of its tracks, in pixels."""
COLUMN = 120
"""The height of the highest column in pixels."""
LANE, HOURS = 44, (0, 6, 12, 18, 24)
"""The height of a lane in pixels, and the hours beneath a timeline."""
LONG = 14
"""Letters beyond which a figure of a column that `wraps` may do so."""
FEW = 9
"""Rows from which a table may be parted from the heading of its section in print."""
DAY = 1440
"""Minutes."""


@dataclass(slots=True)
class Page:
    """Elements in order, and the definitions that a page needs once."""

    elements: list[Markup] = field(default_factory=list)
    has_patterns: bool = False
    has_curves: bool = False
    is_charted: bool = False
    is_letter: bool = False
    """Letters stay light: they are printed, or read as if they were."""

    def add(self, element: str, /, *values: object, **named: object) -> None:
        """Add `element`, a piece of HTML, with `values` in its braces, escaped."""
        self.elements.append(Markup(element).format(*values, **named))  # noqa: S704 - elements are constants

    def __html__(self) -> str:
        """Return all elements."""
        return "\n".join(self.elements)

    def __str__(self) -> str:
        return self.__html__()


def write(
    document: Document, *, kind: str, data: Mapping[str, Any], say: Iterable[ModuleType], **_: Any
) -> bytes:
    """Return `document` in the template `kind.html.j2` or `document.html.j2`.

    A template sees the `data` that the document was made of, the functions in `say`, and its `body`, whose
    `documents` are the documents that a document of several holds.
    """
    body = Body(document)
    return fill([f"{kind}.html.j2", "document.html.j2"], data, say, body=body, page=document)


class Body:
    """Document as HTML for a template, composed when the template asks for it."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._page = Page()
        self._made: Markup | None = None

    def __html__(self) -> str:
        """Return all of the document."""
        if self._made is None:
            put(self._document, self._page)
            self._made = Markup(self._page.__html__())  # noqa: S704 - every text in it is escaped
            self._page.elements = []
        return self._made

    def __str__(self) -> str:
        return self.__html__()

    @property
    def charted(self) -> bool:
        """Whether there are charts in it, which need their styles."""
        self.__html__()
        return self._page.is_charted and not self._page.is_letter

    @property
    def documents(self) -> Iterator["Article"]:
        """The documents in it, in order, with the elements between them."""
        for block in self._document.blocks:
            if isinstance(block, Document):
                yield Article(block, self._page)
            else:
                page = replace(self._page, elements=[])
                put(block, page)
                yield Article(None, page, Markup(page.__html__()))  # noqa: S704 - every text in it is escaped


class Article:
    """One of several documents, in the parts that a template can replace; `other` is what belongs to none."""

    def __init__(self, document: Document | None, page: Page, other: Markup | None = None) -> None:
        self.other = other
        self.language = document.language if document else ""
        self.parts = dict(_parts(document, page)) if document else {}

    @property
    def is_document(self) -> bool:
        """Return whether it is a document, not an element between two."""
        return bool(self.parts)


def _parts(document: Document, whole: Page) -> Iterator[tuple[str, Markup]]:
    """Yield the parts of `document` by name; its title opens the first of them."""
    page = replace(whole, elements=[])
    if document.letterhead:
        put(document.letterhead, page)
    yield "letterhead", _taken(page)
    blocks = list(document.blocks)
    if document.is_titled and blocks and isinstance(blocks[0], Parties):
        put(blocks.pop(0), page)  # whom a letter goes to stands above what it is
    if document.is_titled:
        _put_title(document, page)
    for block in blocks:
        if isinstance(block, Part):
            yield from _named(block, page)
        else:
            put(block, page)
    yield "rest", _taken(page)
    for flag in ("has_patterns", "has_curves", "is_charted", "is_letter"):
        setattr(whole, flag, getattr(page, flag))


def _named(part: Part, page: Page) -> Iterator[tuple[str, Markup]]:
    """Yield a part by its name, and before it the parts in it by theirs."""
    made = []
    for block in part.blocks:
        if isinstance(block, Part):
            inner = list(_named(block, page))
            yield from inner
            made.append(inner[-1][1])
        else:
            put(block, page)
            made.append(_taken(page))
    yield part.name, _taken(page) + _joined(made, "\n")


def _taken(page: Page) -> Markup:
    """Return the elements of `page`, which is empty then."""
    made = Markup(page.__html__())  # noqa: S704 - every text in it is escaped
    page.elements = []
    return made


# Adding to Markup escapes what is added, as its `format` does, and takes a fifth of the time: cells come by the thousand.
BDI, BDI_END = Markup("<bdi>"), Markup("</bdi>")
TD, TD_END = Markup("<td></td>"), Markup("</td>")
TR, TR_END = Markup("<tr>"), Markup("</tr>")
P, P_END = Markup("<p><bdi>"), Markup("</bdi></p>")


def _joined(parts: Iterable[Markup], by: str = "") -> Markup:
    return Markup(by).join(parts)  # noqa: S704 - a constant


def _classes(*names: str) -> Markup:
    """Return the attribute `class` with those of `names` that are not empty."""
    given = " ".join(name for name in names if name)
    return Markup(' class="{}"').format(given) if given else Markup()


_NUMBERED = re.compile(r"(?:\w+-)+\w*\d\w*")


def _unbroken(text: str) -> Markup:
    """Return `text`, in which numbers of documents and cases, such as INV-2026-0001, never break."""
    if "-" not in text:
        return Markup.escape(text)
    parts = _NUMBERED.split(text)
    numbers = [Markup('<span class="whole">{}</span>').format(number) for number in _NUMBERED.findall(text)]
    made = Markup.escape(parts[0])
    for number, part in zip(numbers, parts[1:], strict=True):
        made += number + part
    return made


def _isolated(text: str, is_quoted: bool = True) -> Markup:
    """Return `text`, whose direction does not reach beyond it where a person typed it."""
    return BDI + text + BDI_END if is_quoted and text else Markup.escape(text)


@singledispatch
def put(block: object, page: Page) -> None:  # noqa: ARG001 - what writes a block takes both
    """Put `block` on `page`."""
    raise TypeError(f"{block!r} is not a block")


@put.register
def _(block: Document, page: Page) -> None:
    if block.several:
        put(Part("", block.blocks), page)
        return
    named = (("id", block.anchor), ("lang", block.language))
    page.add(
        '<article class="document"{}>',
        Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in named if value),
    )
    own = {"letterhead", "rest", *(one.name for one in block.blocks if isinstance(one, Part))}
    for name, part in _parts(block, page):
        if part and name in own:
            page.elements.append(part)
    page.add("</article>")


def _put_title(document: Document, page: Page) -> None:
    about = Markup("<p>{}</p>").format(document.about) if document.about else ""
    page.add('<div class="title"><h1>{}</h1>{}</div>', _unbroken(document.title), about)


@put.register
def _(block: Part, page: Page) -> None:
    for inner in block.blocks:
        put(inner, page)


@put.register
def _(block: Letterhead, page: Page) -> None:
    page.add('<div class="seller">')
    if block.logo:
        page.add('<img class="logo" alt="" src="{}">', block.logo)
    page.add('<div class="lines">')
    _put_party(block.name, block.lines, page)
    page.add("</div></div>")


def _put_party(name: str, lines: Sequence[str], page: Page) -> None:
    page.add("<strong>{}</strong>", _isolated(name))
    for line in lines:
        page.add("{}<br>", _isolated(line))


@put.register
def _(block: Parties, page: Page) -> None:
    page.is_letter = True
    page.add('<div class="parties">\n<div>\n<p class="label">{}</p>', block.label)
    _put_party(block.name, block.lines, page)
    page.add("</div>")
    put(Facts(block.facts), page)
    page.add("</div>")


@put.register
def _(block: Title, page: Page) -> None:
    page.add("<h1>{}</h1>", _unbroken(block.text))


@put.register
def _(block: PaymentBlock, page: Page) -> None:
    page.is_letter = True
    page.add('<section class="pay" aria-label="{}">', block.name)
    about = Markup("<span>{}</span>").format(block.about) if block.about else ""
    page.add(
        '<div class="due-sum"><span class="label">{}</span><strong class="amount">{}</strong>{}</div>',
        block.name,
        block.amount,
        about,
    )
    if block.facts:
        facts = (
            Markup("<div><dt>{}</dt><dd{}>{}</dd></div>").format(
                one.name, _classes("" if " " in one.lines[0] else "whole"), _isolated(", ".join(one.lines))
            )
            for one in block.facts
        )
        page.add("<dl>{}</dl>", _joined(facts))
    if block.code:
        put(block.code, page)
    page.add("</section>")


@put.register
def _(block: Paragraph, page: Page) -> None:
    names = {"plain": "", "quiet": "about", "closing": "footer"}
    text = _isolated(block.text) if block.quoted else _unbroken(block.text)
    page.add("<p{}>{}</p>", _classes(names[block.tone]), text)


@put.register
def _(block: Section, page: Page) -> None:
    blocks = list(block.blocks)
    page.add("<section{}>", _classes("short" if block.short else ""))
    # Few rows stay with the heading in print; of many, the table's own rules keep the first ones there.
    first = next((n for n, inner in enumerate(blocks) if isinstance(inner, Table)), None)
    table = blocks[first] if first is not None else None
    held = first + 1 if isinstance(table, Table) and first is not None and len(table.rows) < FEW else 0
    if held and len(blocks) > held:
        page.add('<div class="keep">')
    owner = Markup('<span class="number">{}</span>').format(_isolated(block.owner)) if block.owner else ""
    total = Markup('<p class="sum">{}</p>').format(block.sum) if block.sum else ""
    page.add('<div class="head"><h2>{}{}</h2>{}</div>', owner, _isolated(block.title), total)
    for number, inner in enumerate(blocks, start=1):
        put(inner, page)
        if number == held and len(blocks) > held:
            page.add("</div>")
    page.add("</section>")


@put.register
def _(block: Meter, page: Page) -> None:
    page.is_charted = True
    page.add(
        '<div class="left" aria-hidden="true"><span style="width: {}%"></span></div>', block.permille // 10
    )
    page.add('<p class="about">{}. {}</p>', block.text, block.note)


@put.register
def _(block: Facts, page: Page) -> None:
    if block.kind == "notes":
        for fact in block.facts:
            name = Markup("<strong>{}{}</strong> ").format(fact.name, tr(":")) if fact.name else ""
            page.add('<p class="note">{}{}</p>', name, _unbroken(", ".join(fact.lines)))
        return
    if block.kind == "facts":
        page.add('<dl class="facts">')
        for fact in block.facts:
            due = _classes("due" if fact.main else "")
            page.add("<dt{0}>{1}</dt><dd{0}>{2}</dd>", due, fact.name, _isolated(", ".join(fact.lines)))
    else:
        page.add('<dl class="{}">', block.kind)
        for fact in block.facts:
            page.add("{}", _fact(fact))
    page.add("</dl>")


def _fact(fact: Fact) -> Markup:
    lines = _joined(Markup("<dd>{}</dd>").format(_isolated(line)) for line in fact.lines)
    return Markup("<div{}><dt>{}</dt>{}</div>").format(_classes("due" if fact.main else ""), fact.name, lines)


@put.register
def _(block: PaymentCode, page: Page) -> None:
    page.add('<figure class="payment-code">{}', _code(block))
    if block.caption:
        page.add("<figcaption>{}</figcaption>", block.caption)
    page.add("</figure>")


def _code(code: PaymentCode) -> Markup:
    drawn = Markup(code.svg)  # noqa: S704 - drawn by suptime, and without any text
    return Markup('<span class="code" role="img" aria-label="{}">{}</span>').format(code.about, drawn)


@put.register
def _(block: PaymentPart, page: Page) -> None:
    """Put the receipt and the payment part side by side, as the guidelines lay them out."""
    words = block.words
    said = (
        _slip(words["account"], block.account),
        _slip(words["reference"], [block.reference] if block.reference else []),
    )
    payer = _slip(words["payer"] if block.payer else words["payer_blank"], block.payer or [""], block.payer)
    sums = _joined(_slip(words[name], [value]) for name, value in _sums(block))
    page.add('<section class="payment-part" lang="{}">', words["language"])
    page.add('<p class="separate">{}</p>', words["separate"])
    page.add(
        '<div class="receipt"><h2>{}</h2><div class="said">{}{}{}</div><div class="sums">{}</div>'
        '<p class="acceptance">{}</p></div>',
        *(words["receipt"], *said, payer, sums, words["acceptance"]),
    )
    message = _slip(words["message"], [block.message] if block.message else [])
    page.add(
        '<div class="part"><h2>{}</h2>{}<div class="sums">{}</div><div class="said">{}{}{}{}</div></div>',
        *(words["payment_part"], _code(block.code), sums, *said, message, payer),
    )
    page.add("</section>")


def _sums(block: PaymentPart) -> Iterator[tuple[str, str]]:
    yield "currency", block.currency
    yield "amount", block.amount


def _slip(name: str, lines: Sequence[str], filled: Sequence[str] = ("",)) -> Markup:
    """Return a heading of a payment part with its lines; nothing without any, and a frame to write in if not `filled`."""
    if not lines:
        return Markup()
    texts = _joined((_isolated(line) for line in lines), "<br>")
    return Markup("<h3>{}</h3><p{}>{}</p>").format(name, _classes("" if filled else "blank"), texts)


# Tables.


@put.register
def _(block: Table, page: Page) -> None:
    heads = _joined(
        Markup('<th{} scope="col">{}</th>').format(
            _classes(f"c-{column.name}" if column.name else "", "figure" if column.numeric else ""),
            column.head,
        )
        for column in block.columns
    )
    if block.titled:
        page.add('<p class="about">{}</p>', block.caption)
    page.add("<table{}>", _classes(block.name))
    page.add("<caption>{}</caption>\n<thead><tr>{}</tr></thead>", block.caption, heads)
    rows = [_row(block.columns, row) for row in block.rows]
    if block.foot:
        rows.append(_foot(block.columns, block.foot))
    together: list[Markup] = []
    for row, is_whole in rows:
        if is_whole:
            together.append(row)
            continue
        _put_body(together, page)
        together = []
        _put_body([row], page)
    _put_body(together, page)
    for group in block.groups:
        _put_body(_group(block.columns, group), page)
    page.add("</table>")


def _put_body(rows: Sequence[Markup], page: Page) -> None:
    if rows:
        page.add("<tbody>\n{}\n</tbody>", _joined(rows, "\n"))


def _row(columns: Sequence[Column], row: Row) -> tuple[Markup, bool]:
    """Return `row` with what stands beneath it, and whether it is one row alone."""
    cells = _joined(_cell(*pair) for pair in zip(columns, row.cells, strict=True))
    beneath = [text for text in row.beneath if text]
    if not beneath:
        return TR + cells + TR_END, True
    start = next((n for n, column in enumerate(columns) if column.grows), 0)
    span = len(columns) - start - columns[-1].numeric
    texts = _joined(P + text + P_END for text in beneath)
    after = TD if columns[-1].numeric else Markup()
    detail = DETAIL + TD * start + _wide(span) + texts + TD_END + after + TR_END
    return HAS_DETAIL + cells + TR_END + "\n" + detail, False


DETAIL, HAS_DETAIL = Markup('<tr class="detail">'), Markup('<tr class="has-detail">')


@lru_cache
def _wide(span: int) -> Markup:
    return Markup('<td class="wide"{}>').format(Markup(' colspan="{}"').format(span) if span > 1 else "")


def _cell(column: Column, cell: Text) -> Markup:
    text = cell.text if isinstance(cell, Cell) else cell
    content = _isolated(text) if column.quoted else _unbroken(text)
    if isinstance(cell, Cell) and cell.mark:
        mark = Markup('<span class="mark">{}</span>').format(cell.mark)
        content = content + " " + mark if text else mark
    return _opening(column, bool(text), len(text) > LONG, text == NOTHING) + content + TD_END


@lru_cache
def _opening(column: Column, has_text: bool, is_long: bool, is_none: bool) -> Markup:
    """Return the start of a cell of `column`."""
    has_head = has_text and (column.numeric or column.labelled)
    names = ["figure"] if column.numeric else ["wide"] if column.grows and column.quoted else []
    names += ["grow"] if column.grows and not column.quoted and not column.numeric else []
    names += ["none"] if column.numeric and is_none else []
    names += ["main"] if column.main and has_text else []
    names += ["long"] if column.numeric and column.wraps and is_long else []
    head = Markup(' data-head="{}"').format(column.head) if has_head else ""
    return Markup("<td{}{}>").format(_classes(*names), head)


def _foot(columns: Sequence[Column], cells: Sequence[str]) -> tuple[Markup, bool]:
    made = _joined(_cell(*pair) for pair in zip(columns, cells, strict=True))
    return Markup('<tr class="sum-row">{}</tr>').format(made), True


def _group(columns: Sequence[Column], group: Group) -> list[Markup]:
    blank = [""] * len(group.lead)
    rows = [
        _row(columns, Row([*(blank if number else group.lead), *row.cells]))[0]
        for number, row in enumerate(group.rows)
    ]
    if group.total:
        rows.append(_foot(columns, [*[""] * (len(columns) - 1), group.total])[0])
    return rows


# Charts: bars from edge to edge, so that letters keep their size on every screen, and a table with each.


def _put_patterns(page: Page) -> None:
    """Put on a page, once, the patterns that distinguish parts without colour."""
    if not page.has_patterns:
        page.elements.append(PATTERNS)
    page.has_patterns = page.is_charted = True


PATTERNS = Markup("""\
<svg class="patterns" aria-hidden="true"><defs>
<pattern id="hatch1" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M0 0V6"/></pattern>
<pattern id="hatch2" width="6" height="6" patternUnits="userSpaceOnUse"><circle class="dot" cx="3" cy="3" r="1.3"/></pattern>
<pattern id="hatch3" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><path class="hatch" d="M0 0V6M3 0V6"/></pattern>
<pattern id="hatch4" width="6" height="6" patternUnits="userSpaceOnUse"><path class="hatch" d="M0 3H6"/></pattern>
</defs></svg>""")


def _swatch(place: int) -> Markup:
    """Return the pattern of a part, for a legend."""
    hatch = Markup('<rect fill="url(#hatch{})" width="14" height="12"/>').format(place) if place else ""
    return Markup(
        '<svg width="14" height="12" aria-hidden="true"><rect class="part{}" width="14" height="12"/>{}</svg>'
    ).format(place, hatch)


@put.register
def _(block: Legend, page: Page) -> None:
    _put_patterns(page)
    names = _joined(
        Markup("<li>{}{}</li>").format(_swatch(place), _isolated(name))
        for place, name in enumerate(block.names)
    )
    page.add('<ul class="legend">{}</ul>', names)


@put.register
def _(block: Headline, page: Page) -> None:
    page.add('<dl class="heads n{}">', len(block.figures))
    for one in block.figures:
        about = Markup('<dd class="quiet">{}</dd>').format(one.about) if one.about else Markup()
        hot = _classes("hot" if one.main else "")
        page.add('<div{}><dt>{}</dt><dd class="big">{}</dd>{}</div>', hot, one.name, one.value, about)
    page.add("</dl>")


@put.register
def _(block: Listing, page: Page) -> None:
    page.add('<div class="listing"><h3>{}</h3><ul>', block.title)
    for name, who, when, figure in block.items:
        page.add(
            '<li><span class="id">{}</span><span class="who">{}</span>'
            '<span class="when quiet">{}</span><span class="fig">{}</span></li>',
            *(_isolated(name), _isolated(who), when, figure),
        )
    page.add("</ul>")
    if block.more:
        page.add('<p class="quiet">{}</p>', block.more)
    page.add("</div>")


@put.register
def _(block: Grid, page: Page) -> None:
    has_charts = any(isinstance(inner, Chart) for inner in block.blocks)
    page.add("<div{}>", _classes("questions" if has_charts else "listings"))
    for inner in block.blocks:
        put(inner, page)
    page.add("</div>")


@put.register
def _(block: Folded, page: Page) -> None:
    page.is_charted = True
    page.add("<details><summary>{} ", block.title)
    page.add('<span class="quiet">{}</span></summary>', block.count)
    for inner in block.blocks:
        put(replace(inner, alone=True) if isinstance(inner, Chart) else inner, page)
    page.add("</details>")


def _put_question(chart: Chart, page: Page) -> None:
    """Put a chart of one accent, with its figures on its bars."""
    page.is_charted = True
    page.add('<section class="question{}"><h2>{}</h2>', " full" if chart.is_wide else "", chart.title)
    page.add('<p class="quiet">{}</p>', chart.note)
    if not chart.bars:
        page.add("<p>{}</p></section>", tr("Nothing to show."))
        return
    if chart.shape == "columns":
        _put_columns(chart, page)
    elif chart.shape == "stack":
        _put_stack(chart, page)
    else:
        _put_plain_bars(chart, page)
    page.add("</section>")


def _put_columns(chart: Chart, page: Page) -> None:
    said = ", ".join(f"{bar.cells[0]} {bar.value}" for bar in chart.bars)
    several = "two" if len(chart.names) > 1 else ""
    page.add('<div{} role="img" aria-label="{}: {}">', _classes("columns", several), chart.title, said)
    for bar in chart.bars:
        number = bar.tracks[0]
        width = Markup(' style="--w:{}%"').format(sum(number) * 100 // bar.most)
        page.add('<div{}><span class="val">{}</span>', width, _column_value(bar.value))
        for place, part in reversed(list(enumerate(number))):
            if part or not place:
                kind = "soft" if several and not place else "late" if place else ""
                page.add('<span class="col {}" style="height:{}px"></span>', kind, part * COLUMN // bar.most)
        page.add('<span class="quiet">{}</span></div>', bar.cells[0])
    page.add("</div>")


def _column_value(value: str) -> Markup:
    first, plus, second = value.partition("+")
    return Markup("{}<b>+{}</b>").format(first, second) if plus else Markup.escape(value)


def _put_stack(chart: Chart, page: Page) -> None:
    page.add('<div class="stack" aria-hidden="true">')
    for place, bar in enumerate(chart.bars, 1):
        part = sum(bar.tracks[0]) * WIDE // bar.most
        page.add('<span class="s{}" style="flex-basis:{}"></span>', place, percent(part))
    page.add('</div>\n<dl class="parts">')
    for place, bar in enumerate(chart.bars, 1):
        page.add(
            '<div><dt><i class="s{}"></i>{}</dt><dd><strong>{}</strong> <span class="quiet">{}</span></dd></div>',
            *(place, bar.cells[0], bar.value, bar.cells[1]),
        )
    page.add("</dl>")


def _put_plain_bars(chart: Chart, page: Page) -> None:
    page.add('<table class="bars"><caption>{}</caption><tbody>', chart.title)
    for bar in chart.bars:
        part = percent(sum(bar.tracks[0]) * WIDE // bar.most)
        page.add(
            '<tr><th scope="row">{}</th><td class="bar"><span{} style="width:{}"></span></td><td class="n">{}</td></tr>',
            *(_isolated(bar.cells[0]), _classes("cut" if bar.is_cut else ""), part, bar.value),
        )
    page.add("</tbody></table>")


@put.register
def _(block: Chart, page: Page) -> None:
    if block.shape != "tracks":
        _put_question(block, page)
        return
    _put_patterns(page)
    page.add('<section class="charted">')
    if not block.alone:
        page.add('<div class="head chart-title"><h2>{}</h2></div>', block.title)
    if block.note:
        page.add('<p class="about">{}</p>', block.note)
    if block.bars:
        _put_bars(block, page)
        _put_figures(block, page)
    else:
        page.add('<p class="about">{}</p>', tr("Nothing to show."))
    page.add("</section>")


def _put_bars(chart: Chart, page: Page) -> None:
    high = ROW + TRACK * len(chart.bars[0].tracks) + 10
    if len(chart.names) > 1:
        put(Legend(chart.names), page)
    about = tr("The table below has the same numbers.")
    _open_picture(chart.id, chart.title, about, high * len(chart.bars), page)
    for number, bar in enumerate(chart.bars):
        _put_bar(chart, bar, number, number * high, page)
    page.add("</svg>\n</figure>")


def _open_picture(name: str, title: str, about: str, high: int, page: Page) -> None:
    page.add(
        '<figure class="chart">\n<svg role="img" aria-labelledby="{0}-title {0}-about" width="100%" height="{1}">\n'
        '<title id="{0}-title">{2}</title>\n<desc id="{0}-about">{3}</desc>',
        *(name, high, title, about),
    )


def _put_bar(chart: Chart, bar: Bar, number: int, top: int, page: Page) -> None:
    tall = TRACK - (2 if len(bar.tracks) > 1 else 0)
    page.add('<g data-row="{}"><title>{}: {}</title>', number, bar.cells[0], bar.value)
    page.add('<text x="0" y="{}">{}</text>', top + 16, bar.label)
    page.add('<text class="quiet" x="100%" y="{}" text-anchor="end">{}</text>', top + 16, bar.value)
    for place, track in enumerate(segments(bar)):
        y = top + ROW + place * TRACK
        page.add('<rect class="track" x="0" y="{}" width="100%" height="{}"/>', y, tall)
        for part in track:
            name = chart.names[part.place]
            about = Markup(' data-part="{}" data-number="{}"').format(name, part.number)
            _put_rectangle(part.place, part.x, part.width, y, tall, about, f"{bar.cells[0]}, {name}", page)
    page.add("</g>")


def _put_rectangle(
    place: int, x: str, width: str, y: int, tall: int, about: Markup, title: str, page: Page
) -> None:
    at = Markup('x="{}" y="{}" width="{}" height="{}"').format(x, y, width, tall)
    page.add('<rect class="part{}" {}{}><title>{}</title></rect>', place, at, about, title)
    if place:
        page.add('<rect fill="url(#hatch{})" {}/>', place, at)


def _put_figures(chart: Chart, page: Page) -> None:
    """Put the chart's own numbers as a table."""
    heads = _joined(
        Markup('<th scope="col"{}>{}</th>').format(_classes("figure" if n else ""), head)
        for n, head in enumerate(chart.heads)
    )
    page.add('<table class="chart-table">\n<caption>{}</caption>', chart.title)
    page.add("<thead><tr>{}</tr></thead>\n<tbody>", heads)
    for bar in chart.bars:
        page.add("{}", _figures(chart, bar.cells, _isolated(bar.cells[0]), bar.beneath))
    if chart.foot:
        page.add("{}", _figures(chart, chart.foot, Markup("{}").format(chart.foot[0]), is_foot=True))
    page.add("</tbody>\n</table>")


def _figures(
    chart: Chart, cells: Sequence[str], name: Markup, beneath: Sequence[str] = (), *, is_foot: bool = False
) -> Markup:
    main = "main" if is_foot else ""
    figures = _joined(
        Markup('<td{} data-head="{}">{}</td>').format(_classes("figure", "long", main), head, cell)
        for head, cell in zip(chart.heads[1:], cells[1:], strict=True)
    )
    told = _joined(Markup('<br><span class="about">{}</span>').format(text) for text in beneath)
    return Markup('<tr{}><th scope="row"{}>{}{}</th>{}</tr>').format(
        _classes("sum-row" if is_foot else ""), _classes(main), name, told, figures
    )


@put.register
def _(block: Curve, page: Page) -> None:
    line = paths(block)
    if not page.has_curves:
        page.add("{}", _curve_legend())
    page.has_curves = page.is_charted = True
    _open_picture(block.id, block.title, block.about, 212, page)
    page.add('<text class="quiet" x="0" y="12">{}</text>', line.top)
    for y in (18, 98, 178):
        page.add('<line class="grid" x1="0" x2="100%" y1="{0}" y2="{0}"/>', y)
    page.add(
        '<svg x="0" y="18" width="100%" height="160" viewBox="0 0 10000 1000" preserveAspectRatio="none">'
    )
    page.add('<path class="area" d="{}"/>', line.area)
    page.add('<path class="steps" d="{}" data-points="{}"/>', line.steps, line.numbers)
    if line.forecast:
        page.add('<path class="ahead" d="{}"/>', line.forecast)
    page.add("</svg>")
    if line.forecast:
        page.add('<line class="now" x1="{0}" x2="{0}" y1="18" y2="178"/>', line.today)
    for x, text in line.events:
        page.add(
            '<svg x="{}" y="178" width="1" height="1" overflow="visible">'
            '<path class="expires" d="M0 0L5 9H-5Z"><title>{}</title></path></svg>',
            *(x, text),
        )
    page.add('<text class="quiet" x="0" y="204">{}</text>', line.first_day)
    if line.is_today_central and line.forecast:
        page.add('<text x="{}" y="204" text-anchor="middle">{}</text>', line.today, line.today_day)
    page.add(
        '<text class="quiet" x="100%" y="204" text-anchor="end">{}</text>\n</svg>\n</figure>', line.last_day
    )
    for _, text in block.events:
        page.add('<p class="about">{}</p>', text)


def _curve_legend() -> Markup:
    return Markup(
        '<ul class="legend"><li><svg width="22" height="10" class="chart-key" aria-hidden="true">'
        '<path d="M0 2H8V8H22" fill="none" stroke="var(--part0)" stroke-width="2"/></svg>{}</li>'
        '<li><svg width="22" height="10" aria-hidden="true">'
        '<path d="M0 2L22 8" fill="none" stroke="var(--part1)" stroke-width="2" stroke-dasharray="6 4"/></svg>{}</li>'
        '<li><svg width="12" height="10" aria-hidden="true"><path d="M6 0L11 9H1Z" fill="var(--part1)"/></svg>{}</li></ul>'
    ).format(tr("what was left"), tr("at the current rate"), tr("something expires"))


@put.register
def _(block: Timeline, page: Page) -> None:
    _put_patterns(page)
    high = LANE * len(block.lanes)
    _open_picture(block.id, block.title, tr("The table below has the same numbers."), high + 16, page)
    for number, lane in enumerate(block.lanes):
        _put_lane(lane, number * LANE, page)
    for hour in HOURS:
        anchor = "end" if hour == HOURS[-1] else "middle" if hour else ""
        page.add(
            '<text class="quiet" x="{}%" y="{}"{}>{:02}:00</text>',
            *(
                hour * 100 // 24,
                high + 10,
                Markup(' text-anchor="{}"').format(anchor) if anchor else "",
                hour,
            ),
        )
    page.add("</svg>\n</figure>")
    put(block.table, page)


def _put_lane(lane: Lane, top: int, page: Page) -> None:
    page.add('<text x="0" y="{}">{}</text>', top + 16, lane.name)
    page.add('<text class="quiet" x="100%" y="{}" text-anchor="end">{}</text>', top + 16, lane.value)
    page.add('<rect class="track" x="0" y="{}" width="100%" height="14"/>', top + ROW)
    for span in lane.spans:
        x, size = span.start * WIDE // DAY, max(span.end - span.start, 3) * WIDE // DAY
        about = Markup(' data-number="{}"').format(span.seconds)
        _put_rectangle(span.place, percent(x), percent(size), top + ROW, TRACK, about, span.label, page)
