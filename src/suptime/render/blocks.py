"""Blocks: what a document is made of, each with all that any format shows of it, and nothing of a format.

A document is composed once (`suptime.documents`) and written by any writer (`text`, `html`, `markdown`).
Every text in a block is in the reader's language, free of control characters and not escaped.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that has more than its text.

    `short` replaces the text if columns are folded. `mark` is a highlighted word after the text.
    """

    text: str
    short: str | None = None
    mark: str = ""


Text = str | Cell


@dataclass(frozen=True, slots=True)
class Column:
    """Column of a table.

    `name` is its name for styles, and `width` its width in characters, which aligns the columns of several tables.
    `numeric` cells are aligned right; a column that `grows` takes the remaining room; one in the `margin` is outside
    the text. If there is little room, `folded` columns are left out: a row's `narrow` lines replace them. `quoted` cells are what a person typed, `main` ones stand out, and where a row is not read under
    its heads, `labelled` and numeric cells have their head beside them. A numeric cell stays on one line, unless
    its column `wraps` and it is long.
    """

    head: str
    name: str = ""
    width: int = 0
    numeric: bool = False
    grows: bool = False
    folded: bool = False
    quoted: bool = False
    main: bool = False
    labelled: bool = False
    margin: bool = False
    wraps: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Row of a table, with sentences `beneath` it; `narrow` ones replace them if columns are folded."""

    cells: Sequence[Text]
    beneath: Sequence[str] = ()
    narrow: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that share their first cells, `lead`. Several of them have a `total` in their last column."""

    lead: Sequence[str]
    rows: Sequence[Row]
    total: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows, or groups of them, under the heads of their columns; `foot` is a last row, of sums.

    The caption of a `titled` table is above it everywhere; if there is little room, it replaces the heads. The
    cells of a `plain` table need no heads. If a table with `repeated` columns is too wide, it is
    split, and these first columns are in every part.
    """

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row] = ()
    groups: Sequence[Group] = ()
    foot: Sequence[str] = ()
    titled: bool = False
    plain: bool = False
    repeated: int = 0


@dataclass(frozen=True, slots=True)
class Meter:
    """Part that is left of a whole, in thousandths and in words, and a `note` on it."""

    permille: int
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text of its own: an ordinary one, a `quiet` one, or one that is `closing` the document."""

    text: str
    tone: Literal["plain", "quiet", "closing"] = "plain"
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """Name with its value, or the lines of it. A `main` one is highlighted; `short` is for a row of sums made of letters."""

    name: str
    value: str | Sequence[str]
    main: bool = False
    short: str = ""

    @property
    def lines(self) -> Sequence[str]:
        """Its value line by line."""
        return [self.value] if isinstance(self.value, str) else self.value


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with their values: a list, a row of `sums`, the `totals` of a document, its `terms`, or `notes` on it."""

    facts: Sequence[Fact]
    kind: Literal["facts", "sums", "totals", "terms", "notes"] = "facts"
    title: str = ""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Name and address of who sends a document. `logo` is a picture as a data URL."""

    name: str
    lines: Sequence[str]
    logo: str = ""


@dataclass(frozen=True, slots=True)
class Parties:
    """Name and address of who gets a document, under a `label`, and the facts of the document beside them."""

    label: str
    name: str
    lines: Sequence[str]
    facts: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Title:
    """Title of a document that is not at its top."""

    text: str


@dataclass(frozen=True, slots=True)
class PaymentBlock:
    """Amount that is due, under its name, by when or why not, and the facts to pay by, with a code to scan."""

    name: str
    amount: str
    about: str
    facts: Sequence[Fact]
    code: "PaymentCode | None" = None


@dataclass(frozen=True, slots=True)
class PaymentCode:
    """Payment code as SVG, black on white, with its text alternative and a `caption` below it."""

    svg: str
    about: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class PaymentPart:
    """Swiss payment part with its receipt: the headings, and what stands under them. An empty `payer` is written by hand.

    `words` has their `language`, and the headings by these names: payment_part, receipt, account, reference, message, payer, payer_blank,
    currency, amount, acceptance, separate.
    """

    code: PaymentCode
    words: Mapping[str, str]
    account: Sequence[str]
    reference: str
    message: str
    payer: Sequence[str]
    currency: str
    amount: str


LONGEST = 26
"""Letters of a name beside its bar; in the table and to a screen reader it is whole."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Row of a chart: its `cells` in the table, the first of them its name, and its numbers as `tracks`.

    Each track is one bar, with a number for each name of the chart. `value` is at the end of the
    bars, `most` is what a full bar would be, and `beneath` are sentences on it. A bar that `is_cut` continues beyond the scale.
    """

    cells: Sequence[str]
    tracks: Sequence[Sequence[int]]
    value: str
    most: int
    beneath: Sequence[str] = ()
    is_cut: bool = False

    @property
    def label(self) -> str:
        """Its name, shortened."""
        name = self.cells[0]
        return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars that belong to the rows of a table, with the `names` of their parts and the `heads` of the table.

    The numbers are whole: seconds, minutes, cases, minor units of money. `foot` is the table's last row. If
    bars are made of letters, the columns `beside` are beside them (None: all), and so is a `note` that is `needed`. A `pictured` chart repeats what the document says elsewhere: only pages draw it. One that is
    `alone` has the document's title, and no heading of its own. `shape` says whether bars are tracks with a table, plain
    bars, columns by month, or one bar of parts; a `wide` one takes the width of a page.
    """

    id: str
    title: str
    names: Sequence[str]
    heads: Sequence[str]
    bars: Sequence[Bar]
    note: str = ""
    foot: Sequence[str] = ()
    beside: Sequence[int] | None = None
    needed: bool = False
    pictured: bool = False
    alone: bool = False
    shape: Literal["tracks", "bars", "columns", "stack"] = "tracks"
    is_wide: bool = False

    @property
    def has_table(self) -> bool:
        """Whether its numbers are in a separate table; charts of one accent have them on their bars."""
        return self.shape == "tracks"


@dataclass(frozen=True, slots=True)
class Figure:
    """Headline figure: its name, the figure, and a word `about` it. A `main` one has the accent."""

    name: str
    value: str
    about: str = ""
    main: bool = False


@dataclass(frozen=True, slots=True)
class Headline:
    """Figures that matter most, side by side."""

    figures: Sequence[Figure]


@dataclass(frozen=True, slots=True)
class Listing:
    """Items that need attention, each with its id, client, time and a figure; `more` says how many are not named."""

    title: str
    items: Sequence[tuple[str, str, str, str]]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Blocks in two columns where there is room; a wide chart takes both."""

    blocks: Sequence["Block"]


@dataclass(frozen=True, slots=True)
class Folded:
    """Blocks that are folded away on a screen, under a title and how many rows there are, and open on paper."""

    title: str
    count: str
    blocks: Sequence["Block"]


@dataclass(frozen=True, slots=True)
class Point:
    """Number on a day, and its text."""

    day: date
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Curve:
    """Numbers over days: the `past` as steps, the `forecast` as a line, and days on which something happens.

    `ends` are the numbers at the ends of months, each with its name: (month, number, text).
    """

    id: str
    title: str
    about: str
    past: Sequence[Point]
    forecast: Sequence[Point]
    events: Sequence[tuple[date, str]]
    heads: tuple[str, str]
    ends: Sequence[tuple[str, int, str]]


@dataclass(frozen=True, slots=True)
class Legend:
    """Names of the patterns that the timelines after it share."""

    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Span:
    """Stretch of a day from minute `start` to minute `end`: the `place` of its name in the legend, and its seconds."""

    start: int
    end: int
    place: int
    seconds: int
    label: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One day of a timeline, with its sum at the end."""

    name: str
    value: str
    spans: Sequence[Span]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Days with what was done in them, from hour `first` to hour `last`; `table` has the same in figures."""

    id: str
    title: str
    first: int
    last: int
    lanes: Sequence[Lane]
    table: Table


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks under a heading: whose it is, what it is and, at the right, its sum. A `short` one stays on one page."""

    title: str
    blocks: Sequence["Block"]
    owner: str = ""
    sum: str = ""
    short: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Blocks that a template of a person's own can replace by the name of the part."""

    name: str
    blocks: Iterable["Block"]


@dataclass(frozen=True, slots=True)
class Document:
    """Report or letter: its title, what it is about (in a title, and in a `line`), and its blocks.

    `page_title` is the name of its page, if not the title, and `language` what it is written in. A page links to its
    `anchor`. A document of
    several documents has them as its blocks, and no heading of its own. One that is not `is_titled` has a `Title` among
    its blocks.
    """

    title: str
    about: str
    blocks: Iterable["Block"]
    page_title: str = ""
    line: str = ""
    letterhead: Letterhead | None = None
    language: str = ""
    several: bool = False
    is_titled: bool = True
    anchor: str = ""


Block = (
    Document
    | Part
    | Section
    | Letterhead
    | Parties
    | Paragraph
    | Title
    | PaymentBlock
    | PaymentCode
    | PaymentPart
    | Facts
    | Meter
    | Table
    | Chart
    | Headline
    | Listing
    | Grid
    | Folded
    | Curve
    | Legend
    | Timeline
)
