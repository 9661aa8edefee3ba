"""Contracts compared, as plain text: who is cheapest at a glance, then how each sum comes about, then what to mind."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from suptime.documents import compare as tell
from suptime.language.figures import clean, money, one_line
from suptime.language.translate import Part
from suptime.render.page import BOLD, DIM, Column, Page, Row, left, wrap

INDENT = 2
BAR = 30
LABEL, FIGURE = 30, 13
"""How wide the labels of a table are, and each plan's figures: the plans that do not fit stand below."""


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The plans of DOCUMENT: what is agreed first, as the yardstick."""
    document = clean(document)
    page = Page.of(width, color)
    plans = tell.plans(document)
    page.heading("WHAT IT WOULD HAVE COST", end=tell.months_of(document))
    page.rule("\N{BOX DRAWINGS DOUBLE HORIZONTAL}")
    page.text(tell.subject(document))
    page.blank()
    _ranking(page, plans, document)
    if tell.mixed(document):
        page.blank()
        page.text("The plans are in several currencies: none is called the cheapest.")
    beside = max(1, (page.width - LABEL) // FIGURE)
    for first in range(1, max(2, len(plans)), beside):
        _tables(page, [0, *range(first, min(first + beside, len(plans)))], plans)
    _notes(page, plans)
    return page.made()


def _ranking(page: Page, plans: Sequence[Part], document: Part) -> None:
    page.heading("What the work costs", end="fees counted month by month")
    page.rule()
    most = max((Decimal(plan["comparable"]) for plan in plans), default=Decimal(0))
    end = max(len(tell.cost(plan, document)) for plan in plans)
    room = page.width - INDENT - 5 - BAR - 2 - end - 2
    for number, plan in enumerate(plans):
        name = wrap(one_line(plan["title"]) or "\N{EN DASH}", room)
        beside = [bar(plan, most, document)]
        about = tell.verdict(plan)
        for line in range(max(len(name), 1)):
            start = left(tell.letter(number) if not line else "", 5) + left(name[line], room)
            text = f"{' ' * INDENT}{start}"
            if not line:
                text += f"  {left(beside[0], BAR)}{tell.cost(plan, document).rjust(end + 2)}"
            page.line(text, BOLD if not line else "")
        source = plan["file"] if plan["file"] is not None else ", ".join(plan["contracts"])
        page.text(one_line(source), indent=INDENT + 5, style=DIM)
        if about:
            page.text(about, indent=INDENT + 5)
        if number < len(plans) - 1:
            page.blank()


def bar(plan: Part, most: Decimal, document: Part) -> str:
    """What PLAN costs, as blocks beside the dearest; none where currencies differ."""
    if not most or tell.mixed(document):
        return ""
    cost = max(Decimal(plan["comparable"]), Decimal(0))
    return "\N{FULL BLOCK}" * int(-(-cost * BAR // most))


def _tables(page: Page, numbers: Sequence[int], plans: Sequence[Part]) -> None:
    """The PLANS of these NUMBERS side by side."""
    shown = [plans[number] for number in numbers]
    heads = [Column(tell.letter(number), "right", size=FIGURE - 2, least=9) for number in numbers]
    columns = (Column(fills=True, least=14), *heads)
    total = Row(["the work's cost", *(money(plan["comparable"]) for plan in shown)], style=BOLD)
    _table(page, "How it comes about", columns, tell.cost_rows(shown), total)
    net = Row(["the invoice", *(money(plan["net"]) for plan in shown)], style=BOLD)
    _table(page, "What is invoiced", columns, tell.invoice_rows(shown), net)
    _table(page, "What becomes of the time, h:mm", columns, tell.time_rows(shown), None)


def _table(
    page: Page,
    heading: str,
    columns: Sequence[Column],
    rows: Sequence[tuple[str, list[str]]],
    total: Row | None,
) -> None:
    page.blank()
    page.heading(heading)
    page.rule()
    told = [Row([name, *cells]) for name, cells in rows]
    page.table(columns, [*told, total] if total else told, indent=INDENT)


def _notes(page: Page, plans: Sequence[Part]) -> None:
    page.blank()
    page.heading("To be known")
    page.rule()
    rows = [
        Row([tell.letter(number) if not place else "", note])
        for number, plan in enumerate(plans)
        for place, note in enumerate(tell.notes(plan))
    ]
    page.table((Column(size=3), Column(fills=True)), rows, indent=INDENT)
    if any(tell.cautious(plan) for plan in plans):
        page.blank()
        page.text(
            "! The plan looks cheaper by this than it is, so it is not called the cheapest.", indent=INDENT
        )
    if not rows:
        page.line("  Nothing: all the work is charged under every plan.")
