"""A client's statement as plain text: one page that tells how everything stands."""

from collections.abc import Mapping
from typing import Any

from suptime.documents import sla as clocks
from suptime.documents import statement as tell
from suptime.documents.guarantee import guarantee
from suptime.documents.hours import account
from suptime.documents.invoice import letterhead, phrases
from suptime.language.figures import (
    NOTHING,
    clean,
    clock,
    column,
    duration,
    long_day,
    one_line,
    with_currency,
)
from suptime.language.translate import Part, said, tr
from suptime.render.page import BOLD, DIM, Column, Page, Row

INDENT = 2


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The statement of DOCUMENT: open cases, time, balances, clocks, guarantees, held time, the next invoice."""
    document = clean(document)
    page = Page.of(width, color)
    _head(page, document)
    _cases(page, document["cases"])
    if document["held"]:
        _held(page, document["held"])
    _time(page, document["time"])
    for balance in document["balances"]:
        page.blank()
        account(page, balance, document["as_of"], client=False)
    if document["response"]:
        _answers(page, document["response"], document["as_of"][:4])
    for project in document["projects"]:
        page.blank()
        guarantee(page, project, document["as_of"], client=False)
    _next(page, document["next"])
    page.blank()
    page.rule("\N{BOX DRAWINGS DOUBLE HORIZONTAL}")
    page.text(tell.stated_on(document), style=DIM)
    if footer := (document["seller"] or {}).get("footer"):
        page.text(tr(footer))
    return page.made()


def _head(page: Page, document: Part) -> None:
    if seller := document["seller"]:
        page.text(one_line(seller["name"]), style=BOLD)
        for line in letterhead.address(seller):
            page.text(line)
        page.lines += [""]
    page.heading(tr("Statement").upper(), end=long_day(document["as_of"]))
    page.rule("\N{BOX DRAWINGS DOUBLE HORIZONTAL}")
    page.blank()
    client = letterhead.client(document)
    page.sides([one_line(client["name"]), *letterhead.address(client)], tell.glance(document))


def _cases(page: Page, cases: list[Part]) -> None:
    page.blank()
    page.heading(tr("Open cases"), end=str(len(cases)) if cases else tr("none"))
    page.rule()
    rows = [
        Row(
            [
                case["case"],
                one_line(case["subject"]) or NOTHING,
                column(case["time"]["worked_seconds"]),
                tell.so_far(case),
            ],
            tell.case_about(case),
        )
        for case in cases
    ]
    columns = (
        Column(size=8),
        Column(fills=True, least=16),
        Column("", "right", most=26),
        Column("", "right"),
    )
    page.table(columns, rows, indent=INDENT)


def _held(page: Page, held: list[Part]) -> None:
    page.blank()
    page.heading(
        tr("Held, to be decided: not billed yet"), end=duration(sum(r["held_seconds"] for r in held))
    )
    page.rule()
    rows = [Row([row["case"], one_line(said(row)), column(row["held_seconds"])]) for row in held]
    page.table((Column(size=8), Column(fills=True), Column("", "right")), rows, indent=INDENT)


def _time(page: Page, months: list[Part]) -> None:
    page.blank()
    page.heading(tr("Time"))
    page.rule()
    heads = (Column(name.strip("=+ "), "right", least=4) for name, _ in phrases.time_parts(months[0]["time"]))
    rows = [
        Row([tell.span_of(row), *(clock(seconds) for _, seconds in phrases.time_parts(row["time"]))])
        for row in months
    ]
    page.table((Column("h:mm", fills=True, least=12), *heads), rows, indent=INDENT)


def _answers(page: Page, rows: list[Part], year: str) -> None:
    page.blank()
    page.heading(tr("First responses"), end=str(len(rows)))
    page.rule()
    page.text(clocks.clocks_of(rows), indent=INDENT, style=DIM)
    heads = (Column(tr("case"), size=8), Column(), Column(tr("due")), Column(tr("answered")))
    told = [Row(row) for row in tell.answers(rows, year)]
    page.table((*heads, Column("", "right", fills=True, least=12)), told, indent=INDENT)


def _next(page: Page, drafts: list[Part]) -> None:
    page.blank()
    page.heading(tr("What the next invoice would hold"), end="" if drafts else tr("nothing so far"))
    page.rule()
    for number, draft in enumerate(drafts):
        if number:
            page.blank()
        page.line(" " * INDENT + tell.next_title(draft), DIM)
        rows = [
            Row([case, what or NOTHING, amount], style="") for case, what, amount in tell.next_rows(draft)
        ]
        rows.append(Row(["", "", with_currency(draft["net"], draft["currency"])], style=BOLD))
        page.table((Column(size=8), Column(fills=True), Column("", "right")), rows, indent=INDENT)
