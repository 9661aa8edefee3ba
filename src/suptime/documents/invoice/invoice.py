"""Invoices as plain text: amounts on the right, readable in 80 columns and without colour."""

from collections.abc import Mapping, Sequence
from typing import Any

from suptime.documents.invoice import letterhead, phrases
from suptime.documents.invoice import letterhead as last
from suptime.documents.invoice.lines import held_heading
from suptime.language.figures import (
    NOTHING,
    clean,
    clock,
    column,
    duration,
    money,
    month,
    one_line,
    quantity,
    short_day,
    with_currency,
)
from suptime.language.translate import Part, each, said, tr
from suptime.render.page import BOLD, DIM, GAP, Column, Page, Row

INDENT = 8
DATE = Column("", "right", size=INDENT - GAP)
DOUBLE = "\N{BOX DRAWINGS DOUBLE HORIZONTAL}"


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The invoices of DOCUMENT one after another, then held time that belongs to none of them."""
    page = Page.of(width, color)
    around = clean({**document, "invoices": ()})
    for number, invoice in enumerate(each(document["invoices"])):
        if number:
            page.lines += ["", "", ""]
        _invoice(
            page, clean(invoice), around
        )  # one at a time: cleaned copies of all would be half the memory
    if not document["invoices"]:
        page.line(phrases.nothing(around))
    if rows := clean(phrases.without_invoice(document)):
        page.blank()
        _held(
            page,
            held_heading(document),
            rows,
            True,
        )
    return page.made()


def _invoice(page: Page, invoice: Part, document: Part) -> None:
    year = invoice["period"]["from"][:4]
    _head(page, invoice, document)
    for case in invoice["cases"]:
        page.blank()
        _case(page, case, invoice, year)
    if invoice["other_lines"]:
        page.blank()
        _other(page, invoice["other_lines"], year)
    if invoice["held"]:
        page.blank()
        _held(page, tr("Held, to be decided: not billed yet"), invoice["held"], False)
    for balance in invoice["prepaid"]:
        page.blank()
        _prepaid(page, balance, invoice)
    if last.shows_time(invoice):
        page.blank()
        _time(page, invoice["time"])
    page.blank()
    _totals(page, invoice)
    for name, lines in last.terms(invoice):
        page.blank()
        page.line(name, DIM)
        for line in lines:
            page.text(line)
    if words := last.last_words(invoice):
        page.blank()
        for line in words:
            page.text(line)


def _head(page: Page, invoice: Part, document: Part) -> None:
    if seller := invoice["seller"]:
        page.text(one_line(seller.get("name")), style=BOLD)
        for line in letterhead.address(seller):
            page.text(line)
        page.lines += [""]
    page.heading(phrases.title(invoice).upper(), end=month(invoice["period"]["from"][:7]))
    page.rule(DOUBLE)
    page.blank()
    client = letterhead.client(invoice)
    due = (last.due_name(invoice), with_currency(invoice["totals"]["due"], invoice["currency"]))
    page.sides(
        [tr("To"), one_line(client["name"]), *letterhead.address(client)],
        [*phrases.facts(invoice, document), due],
    )


def _case(page: Page, case: Part, invoice: Part, year: str) -> None:
    page.heading(case["case"], one_line(case["subject"]) or NOTHING, phrases.case_total(case))
    page.rule()
    if about := phrases.about(case, invoice):
        page.text(about, indent=INDENT)
    if case["work"]:
        page.blank()
        _work(page, case, year)
    if case["lines"]:
        page.blank()
        _lines(page, case["lines"], case["work"], year)
    if case["reasons"]:
        page.blank()
        page.line(" " * INDENT + tr("Not charged"), DIM)
        rows = [
            Row(
                [
                    phrases.not_charged(reason),
                    one_line(said(reason)),
                ]
            )
            for reason in case["reasons"]
        ]
        page.table((Column(size=11), Column(fills=True, least=20)), rows, indent=INDENT)


def _work(page: Page, case: Part, year: str) -> None:
    rows = [
        Row(
            [
                short_day(unit["date"], year),
                f"{unit['start']}\N{EN DASH}{unit['end']}",
                unit["agent"],
                *_done(unit),
            ]
        )
        for unit in case["work"]
    ]
    if len(rows) > 1:
        rows.append(Row(["", "", "", "", column(case["time"]["worked_seconds"])], style=BOLD))
    columns = (
        DATE,
        Column(tr("Work"), size=11),
        Column(),
        Column(fills=True, least=16),
        Column(tr("worked"), "right"),
    )
    page.table(columns, rows)


def _done(unit: Part) -> tuple[str, str]:
    fate = phrases.fate(unit)
    note = one_line(unit["note"]) or NOTHING
    return f"{note} [{fate}]" if fate else note, column(unit["seconds"])


def _lines(page: Page, lines: Sequence[Part], work: Sequence[Part], year: str) -> None:
    rows = [
        Row(
            [
                short_day(line["date"], year),
                phrases.label(line),
                phrases.worked(line),
                phrases.billed(line),
                phrases.prepaid(line),
                phrases.price(line),
                money(line["net"]),
            ],
            phrases.details(line, work),
        )
        for line in lines
    ]
    heads = (tr("worked"), tr("billed"), tr("prepaid"), tr("price"), tr("amount"))
    columns = (DATE, Column(tr("Charges"), fills=True, least=12), *(Column(head, "right") for head in heads))
    page.table(columns, rows)


def _other(page: Page, lines: Sequence[Part], year: str) -> None:
    page.heading(phrases.others(lines), end=money(phrases.total(lines)))
    page.rule()
    rows = [
        Row(
            [
                short_day(line["date"], year),
                ". ".join(phrases.details(line)),
                phrases.price(line),
                money(line["net"]),
            ]
        )
        for line in lines
    ]
    columns = (
        DATE,
        Column(fills=True, least=16),
        Column(tr("price"), "right"),
        Column(tr("amount"), "right"),
    )
    page.table(columns, rows)


def _held(page: Page, heading: str, rows: Sequence[Part], clients: bool) -> None:
    page.heading(heading, end=duration(sum(row["held_seconds"] for row in rows)))
    page.rule()
    page.table(
        (Column(), Column(), Column(fills=True, least=20), Column("", "right")),
        [
            Row(
                [
                    row["case"],
                    row["client"] if clients else "",
                    one_line(said(row)),
                    column(row["held_seconds"]),
                ]
            )
            for row in rows
        ],
        indent=2,
    )


def _prepaid(page: Page, balance: Part, invoice: Part) -> None:
    unit, currency = balance["unit"], invoice["currency"]
    page.heading(phrases.balance_title(balance), end=phrases.left_over(balance, currency))
    page.rule()
    keys = ("quantity", "used_in_period", "used", "forfeited", "remaining")
    heads = (tr("bought"), tr("this time"), tr("used"), tr("forfeited"), tr("left"))
    rows = [
        Row(
            [purchase["id"], "", *(quantity(purchase[key], unit, currency) for key in keys)],
            [phrases.validity(purchase)],
        )
        for purchase in balance["purchases"]
    ]
    if len(rows) > 1:
        sums = (balance["purchased"], None, balance["used"], balance["forfeited"], balance["remaining"])
        shown = ("" if value is None else quantity(value, unit, currency) for value in sums)
        rows.append(Row(["", "", *shown], style=BOLD))
    columns = (Column(size=4), Column(fills=True, least=0), *(Column(head, "right") for head in heads))
    page.table(columns, rows, indent=2)


def _time(page: Page, time: Part) -> None:
    parts = phrases.time_parts(time)
    page.heading(tr("Time of the month, h:mm"), end=duration(time["worked_seconds"]))
    page.rule()
    page.table(
        [Column(fills=True, least=0), *(Column(name, "right") for name, _ in parts)],
        [Row(["", *(clock(seconds) if seconds else NOTHING for _, seconds in parts)])],
        indent=2,
    )


def _totals(page: Page, invoice: Part) -> None:
    page.rule(DOUBLE)
    rows = [Row(["", name, amount]) for name, amount in phrases.totals(invoice)]
    due = with_currency(invoice["totals"]["due"], invoice["currency"])
    rows.append(Row(["", last.due_name(invoice), due], style=BOLD))
    page.table((Column(fills=True, least=0), Column(), Column("", "right")), rows)
