"""One document with every block, and a letter of several documents: what each writer is tested with."""

from dataclasses import replace
from datetime import date

from suptime.render.blocks import (
    Bar,
    Cell,
    Chart,
    Column,
    Curve,
    Document,
    Fact,
    Facts,
    Group,
    Lane,
    Legend,
    Letterhead,
    Meter,
    Paragraph,
    Part,
    Parties,
    Point,
    Row,
    Section,
    Span,
    Table,
    Timeline,
)

TYPED = "<b>typed</b> | *text* [x](y)"

COLUMNS = (
    Column("Date", "date", margin=True),
    Column("What", grows=True, main=True, quoted=True, width=12),
    Column("Folded", "valid", folded=True, labelled=True),
    Column("Size", "time", numeric=True),
    Column("Amount", "amount", numeric=True, main=True, wraps=True),
)
ROWS = Table(
    "rows",
    "A table of rows",
    COLUMNS,
    [
        Row(
            ["5 Oct", Cell(TYPED, short="short", mark="free"), "cell", "1 h", "12.00"],
            ["Beneath.", ""],
            ["Narrow."],
        ),
        Row(["6 Oct", "Plain", "", "–", "a figure that is long"]),
    ],
    foot=("", "", "", "1 h", "13.00"),
)
GROUPS = Table(
    "groups",
    "A table of groups",
    (
        Column("Case", main=True, width=8),
        Column("Subject", grows=True, quoted=True),
        Column("Day"),
        Column("Used", numeric=True),
    ),
    groups=[
        Group(("CASE-1", TYPED), [Row(["5 Oct", "1 h"]), Row(["6 Oct", "2 h"])], "3 h"),
        Group(("CASE-2", ""), [Row(["7 Oct", "4 h"])]),
    ],
    titled=True,
)
WIDE = Table(
    "",
    "A wide table",
    (Column("", grows=True, width=12), *(Column(f"Plan {n}", numeric=True, width=11) for n in range(8))),
    [Row(["cost", *(f"{n}.00" for n in range(8))])],
    repeated=2,
)
PLAIN = Table(
    "",
    "A plain table",
    (Column("Letter", width=3), Column("Note", grows=True)),
    [Row(["A", "note"])],
    plain=True,
)
CHART = Chart(
    "chart",
    "A chart",
    ["worked", "free"],
    ["Client", "Worked", "Free", "Share"],
    [
        Bar([TYPED, "2:00", "1:00", "50 %"], [[7200, 3600], [0, 1800]], "3 h", 10800, ["Beneath the bar."]),
        Bar(["A name that is longer than its bar is", "0:30", "–", "100 %"], [[1800, 0]], "30 min", 10800),
    ],
    "A note.",
    ["Total", "2:30", "1:00", "60 %"],
    beside=(1, 3),
    needed=True,
)
CURVE = Curve(
    "curve",
    "A curve",
    "It goes down.",
    [
        Point(date(2026, 1, 1), 600, "10 h"),
        Point(date(2026, 2, 10), 300, "5 h"),
        Point(date(2026, 2, 20), 300, "5 h"),
    ],
    [Point(date(2026, 2, 20), 300, "5 h"), Point(date(2026, 4, 11), 0, "nothing")],
    [(date(2026, 4, 10), "5 h expire on 10 Apr 2026")],
    ("End of", "Left"),
    [("January 2026", 600, "10 h"), ("February 2026", 300, "5 h")],
)
TIMELINE = Timeline(
    "week",
    "A week",
    8,
    18,
    [
        Lane("Mon 5 Oct", "1:30", [Span(540, 570, 0, 1800, "CASE-1"), Span(570, 630, 1, 3600, "CASE-2")]),
        Lane("Tue 6 Oct", "0:00", []),
    ],
    Table(
        "chart-table",
        "The week in figures",
        (Column("Day"), Column("Worked", numeric=True)),
        [Row(["Mon 5 Oct", "1:30"])],
    ),
)
BLOCKS = (
    Parties("To", TYPED, ["1 Main Street"], [Fact("Period", "October"), Fact("Due", "USD 12.00", main=True)]),
    Paragraph("A plain paragraph."),
    Paragraph("A quiet one.", "quiet"),
    Section(
        "Tables",
        [Paragraph(TYPED, quoted=True), ROWS, GROUPS, WIDE, PLAIN],
        owner="CASE-9",
        sum="12.00",
        short=True,
    ),
    Section("Facts", [Facts([Fact("Category", "a"), Fact("Cause", ["b", "c"])])]),
    Section("Sums", [Facts([Fact("worked", "1 h"), Fact("= free", "1 h")], "sums")]),
    Section("What is left", [Meter(455, "45 % left of 20 h", "30 min more.")], owner="Acme"),
    CHART,
    replace(CHART, id="again", title="A chart for pages alone", pictured=True, note="", foot=()),
    replace(CHART, id="none", title="An empty chart", bars=[], needed=False, foot=()),
    Section("Curves", [CURVE]),
    Legend(["acme", "others"]),
    Section("Timelines", [TIMELINE]),
    Part("totals", [Facts([Fact("Net", "12.00"), Fact("Due", "USD 12.00", main=True)], "totals", "Totals")]),
    Part(
        "ending",
        [Facts([Fact("Account", ["Bank", "IBAN DE02"])], "terms"), Paragraph("Thank you.", "closing")],
    ),
)
EVERY = Document(
    "Every block",
    "October 2026",
    BLOCKS,
    page_title="A page of every block",
    line="in a line",
    letterhead=Letterhead("Northgate", ["4 Mill Lane"], logo="data:image/png;base64,AAAA"),
)
SEVERAL = Document(
    "Two letters",
    "",
    [
        Document("First", "one", [Paragraph("Hello.")]),
        Document("Second", "two", [Part("body", [Paragraph("Hallo.")])], language="de"),
        Section("After them", [PLAIN]),
    ],
    several=True,
)
REPORT = Document("Report", "a month", [replace(CHART, alone=True)])
