"""The report of prepaid hours as plain text: what is left, what expires when, and which case drew what."""

from collections.abc import Iterator, Mapping
from typing import Any

from suptime.documents import wording_reports as tell
from suptime.documents.invoice import phrases
from suptime.language.figures import clean, long_day, one_line, quantity, short_day, spoken
from suptime.language.translate import Part, tr
from suptime.render.page import BOLD, DIM, Column, Page, Row

INDENT = 2
BAR = 24


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The balances of DOCUMENT in the order given."""
    document = clean(document)
    page = Page.of(width, color)
    page.heading(tr("Prepaid balances").upper(), end=tr("on {day}", day=long_day(document["as_of"])))
    page.rule("\N{BOX DRAWINGS DOUBLE HORIZONTAL}")
    if not document["balances"]:
        page.line(tr("Nothing was bought ahead."))
    for balance in document["balances"]:
        page.blank()
        account(page, balance, document["as_of"])
    return page.made()


def account(page: Page, balance: Part, as_of: str, client: bool = True) -> None:
    """One BALANCE, with its day where that is not the report's, AS_OF, and the client's name if CLIENT."""
    unit, currency = balance["unit"], balance.get("currency") or ""
    left = spoken(balance["remaining"], unit, currency)
    who = one_line(balance["client_name"]) or balance["client"]
    if client:
        page.heading(who, tell.owned(balance), tr("{size} left", size=left))
    else:
        page.heading(tell.owned(balance), end=tr("{size} left", size=left))
    page.rule()
    if balance["as_of"] != as_of:
        page.line(" " * INDENT + tr("on {day}", day=long_day(balance["as_of"])))
    gauge = Row([bar(tell.permille(balance)), tell.of_bought(balance)])
    page.table((Column(least=BAR + 2), Column(fills=True)), [gauge], indent=INDENT)
    if note := tell.pending(balance):
        page.text(note, indent=INDENT)
    page.blank()
    keys = ("quantity", "used", "forfeited", "remaining")
    rows = [
        Row(
            [
                purchase["id"],
                phrases.lasts(purchase),
                "",
                *(quantity(purchase[key], unit, currency) for key in keys),
            ],
            [
                tr(
                    "bought on {day}, {expires}",
                    day=short_day(purchase["on"]),
                    expires=tell.expires(purchase, balance["as_of"]),
                )
            ],
        )
        for purchase in balance["purchases"]
    ]
    heads = (Column(head, "right") for head in (tr("bought"), tr("used"), tr("forfeited"), tr("left")))
    columns = (Column(size=4), Column(tr("valid through")), Column(fills=True, least=0), *heads)
    page.table(columns, rows, indent=INDENT)
    if balance["draws"]:
        page.blank()
        page.line(" " * INDENT + tr("drawn by case"), DIM)
        rows = [
            row
            for number, draws in tell.by_case(balance["draws"]).items()
            for row in _draws(number, draws, balance)
        ]
        columns = (Column(size=8), Column(fills=True, least=8), Column(), Column("", "right", size=11))
        page.table(columns, rows, indent=INDENT)


def _draws(number: str, draws: list[Part], balance: Part) -> Iterator[Row]:
    """What one case drew: on one line where it drew once, else the sum and then each."""
    unit, currency = balance["unit"], balance.get("currency") or ""
    subject = one_line(draws[0].get("subject"))
    told = [
        (
            tr("{day} from {purchase}", day=short_day(draw["date"]), purchase=draw["purchase"]),
            quantity(tell.draw_size(draw), unit, currency),
        )
        for draw in draws
    ]
    if len(told) == 1:
        yield Row([number, subject, *told[0]])
        return
    yield Row([number, subject, "", quantity(tell.drawn_sum(draws), unit, currency)], style=BOLD)
    yield from (Row(["", "", *one]) for one in told)


def bar(permille: int) -> str:
    """What is left of a thousand parts as blocks in a frame, no part of it told by colour.

    >>> bar(500)
    '[████████████░░░░░░░░░░░░]'
    """
    full = -(-permille * BAR // 1000)
    return f"[{'█' * full}{'░' * (BAR - full)}]"
