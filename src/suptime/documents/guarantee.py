"""Guarantees as plain text: each project with its last day, and the open cases within it."""

from collections.abc import Mapping
from typing import Any

from suptime.documents import sla as tell
from suptime.language.figures import NOTHING, clean, long_day, one_line, short_day, with_currency
from suptime.language.translate import Part, tr
from suptime.render.page import DIM, Column, Page, Row

INDENT = 2


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The projects of DOCUMENT, those still guaranteed before the others, in each the first to end first."""
    document = clean(document)
    page = Page.of(width, color)
    page.heading(tr("Guarantees").upper(), end=tr("on {day}", day=long_day(document["as_of"])))
    page.rule("\N{BOX DRAWINGS DOUBLE HORIZONTAL}")
    if not document["projects"]:
        page.line(tr("No project is guaranteed by a contract."))
    for project in in_order(document["projects"]):
        page.blank()
        guarantee(page, project, document["as_of"])
    return page.made()


def in_order(projects: list[Part]) -> list[Part]:
    """PROJECTS, those still guaranteed before the others, in each the first to end first."""
    return sorted(projects, key=lambda project: (not project["active"], project["last_day"]))


def guarantee(page: Page, project: Part, as_of: str, client: bool = True) -> None:
    """One PROJECT as it stands on AS_OF, with the client's name where CLIENT is wanted."""
    who = (
        f"{tell.whose(project)}, {tell.guarantee_title(project)}" if client else tell.guarantee_title(project)
    )
    page.heading(project["project"], who, tell.guaranteed(project, as_of))
    page.rule()
    page.text(tell.guarantee_terms(project), indent=INDENT)
    page.text(
        tr("Budget {amount}.", amount=with_currency(project["budget"], project["currency"])),
        indent=INDENT,
        style=DIM,
    )
    if project["cases"]:
        page.blank()
        page.line(" " * INDENT + tr("open cases within the guarantee"), DIM)
        rows = [
            Row(
                [
                    case["case"],
                    short_day(case["opened_on"]),
                    one_line(case["subject"]) or NOTHING,
                    tell.worked_so_far(case["time"]),
                ]
            )
            for case in project["cases"]
        ]
        columns = (Column(size=8), Column(), Column(fills=True, least=12), Column("", "right"))
        page.table(columns, rows, indent=INDENT)
