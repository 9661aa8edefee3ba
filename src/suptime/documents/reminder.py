"""Reminder: what is overdue, what else is open, what it costs by now, and where to pay."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from suptime.documents.invoice import letterhead
from suptime.documents.payment import payment_code, payment_part
from suptime.documents.statement import entry_names
from suptime.invoicing.payment_data import payment_data
from suptime.language.figures import NOTHING, long_day, money, short_day, single_line, with_currency
from suptime.language.translate import Part, tr, trc, trn
from suptime.render.blocks import (
    Block,
    Column,
    Document,
    Fact,
    Facts,
    Paragraph,
    PaymentBlock,
    Row,
    Section,
    Table,
)

LAST = 3
"""The level of the last reminder."""


def compose(report: Part) -> Document:
    """Compose a reminder: a word to the client, how to pay, the open items, and the sums."""
    heading, day = title(report), long_day(report["on"])
    paid = payment_of(report)
    number = report["id"] or tr("draft")
    facts = [Fact(tr("Number"), number), Fact(tr("Date"), day), Fact(tr("Customer number"), report["client"])]
    blocks: list[Block] = [
        letterhead.parties(report, tr("To"), facts),
        *map(Paragraph, words(report)),
        _payment(report, paid),
        Section(tr("Open items"), [_items(report)], sum=with_currency(report["open"], report["currency"])),
        Facts(
            [*(Fact(name, value) for name, value in sums(report)), _balance(report)], "totals", tr("Totals")
        ),
    ]
    if name := (report["seller"] or {}).get("name"):
        blocks += [Paragraph(tr("Kind regards")), Paragraph(single_line(name))]
    if last := letterhead.last_words(report):
        blocks.append(Paragraph("\n".join(last), "closing"))
    if part := payment_part({**report, "payment": paid}):
        blocks.append(part)
    return Document(
        heading,
        "",
        blocks,
        page_title=f"{heading} {number}, {single_line(report['client_name'])}",
        line=day,
        letterhead=letterhead.letterhead(report),
    )


def title(report: Part) -> str:
    """Return the title of a reminder by its level. The first one is friendly."""
    names = (tr("Payment reminder"), tr("Second reminder"), tr("Last reminder"))
    level: int = report["level"]
    return names[min(max(level, 1), len(names)) - 1]


def payment_of(report: Part) -> dict[str, Any] | None:
    """Return how what a reminder asks for is paid: with the number of its only item, else with its own.

    The shape is that of an invoice's `payment`.
    """
    seller, due = report["seller"] or {}, Decimal(overdue(report))
    number, year, serial = _reference(report)
    made = payment_data(
        number=number,
        year=year,
        serial=serial,
        due=due,
        currency=report["currency"],
        due_on=date.fromisoformat(report["due_on"]) if report.get("due_on") else None,
        seller=seller,
        client={
            key: report.get(f"client_{key}") for key in ("name", "address", "postcode", "city", "country")
        },
        reference=seller.get("reference") or "number",
        codes=bool(report.get("has_code", True)),
    )
    return made.as_data() if made else None


def _reference(report: Part) -> tuple[str, int, int]:
    """Return the number that a reminder is paid with, its year and its serial."""
    asked = late(report)
    if len(asked) == 1 and not Decimal(report["fee"]) and not Decimal(report["interest"]):
        number = str(asked[0]["number"])
        if found := re.search(r"(\d{4})\D+(\d+)$", number):
            return number, int(found[1]), int(found[2])
    number = report["id"] or "R0"
    return number, int(report["on"][:4]), int(number[1:])


def _payment(report: Part, paid: Part | None) -> PaymentBlock:
    seller = report["seller"] or {}
    facts = []
    if paid:
        where = {**paid, "payee": seller.get("name"), "bank": seller.get("bank")}
        facts = [Fact(name, value) for name, value in letterhead.ways_to_pay(where)]
    due = tr("Due by {day}", day=long_day(report["due_on"])) if report.get("due_on") else ""
    amount = with_currency(overdue(report), report["currency"])
    return PaymentBlock(tr("Amount due"), amount, due, facts, payment_code({**report, "payment": paid}))


def overdue(report: Part) -> str:
    """Return the items that are past due and not disputed, with the charges of the reminder."""
    amounts = [Decimal(item["open"]) for item in late(report)]
    return f"{sum(amounts, Decimal(report['fee']) + Decimal(report['interest'])):f}"


def late(report: Part) -> list[Part]:
    """Return the items that a reminder asks for: past due, and not disputed."""
    return [item for item in report["items"] if item["days_overdue"] and not item["on_hold"]]


def words(report: Part) -> list[str]:
    """Return the text of a reminder, line by line: the firm's own text for its level, else the shipped one."""
    if own := report.get("words"):
        return str(own).split("\n")
    number = len(late(report))
    if report["level"] == 1:
        return [
            tr("Dear Sir or Madam,"),
            trn(
                "We have not yet received the full payment of the item below. Please pay the open amount by the new "
                "due date.",
                "We have not yet received the full payment of {number} items below. Please pay the open amount by "
                "the new due date.",
                number,
            ),
            tr("If you have already paid, please disregard this letter."),
        ]
    last = tr("This is our last reminder before we take further steps.") if report["level"] >= LAST else ""
    return [
        tr("Dear Sir or Madam,"),
        tr(
            "Despite our earlier reminder, the open amount has not been paid. Please pay it by the new due date."
        ),
        *([last] if last else []),
        tr("If you have already paid, please disregard this letter."),
    ]


def _items(report: Part) -> Table:
    columns = (
        Column(tr("Number"), "label", main=True, grows=True, width=12),
        Column(tr("Date"), "date", folded=True),
        Column(trc("invoice", "Due"), "expires", labelled=True),
        Column(tr("Days overdue"), numeric=True),
        Column(tr("Open ({currency})", currency=report["currency"]), "price", numeric=True),
    )
    rows = [
        Row(
            [
                item_name(item),
                short_day(item["on"], report["on"][:4]),
                short_day(item["due_on"], report["on"][:4]),
                str(item["days_overdue"]) if item["days_overdue"] else NOTHING,
                money(item["open"]),
            ],
            [tr("You dispute this invoice: this letter does not remind you of it.")]
            if item["on_hold"]
            else [],
        )
        for item in report["items"]
    ]
    return Table("", tr("Open items"), columns, rows)


def item_name(item: Part) -> str:
    """Return the name of an open item: the number of an invoice, and the kind of a late charge."""
    name: str = item["number"]
    return name if item["kind"] == "invoice" else f"{entry_names()[item['kind']]} {name}"


def sums(report: Part) -> list[tuple[str, str]]:
    """Return the amounts between the open items and the balance, each with its name."""
    rows = [(tr("Open items"), money(report["open"]))]
    rows += [
        (name, money(report[key]))
        for key, name in (("fee", tr("Recovery fee")), ("interest", tr("Late-payment interest")))
        if Decimal(report[key])
    ]
    rows += [
        (name, money(f"{-Decimal(report[key]):f}"))
        for key, name in (("on_account", tr("Credit on account")), ("deposits", tr("Deposits")))
        if Decimal(report[key])
    ]
    return rows


def _balance(report: Part) -> Fact:
    return Fact(tr("Balance"), with_currency(report["total"], report["currency"]), main=True)
