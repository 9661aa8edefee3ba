"""Reminder: what is overdue, what else is open, what it costs by now, and where to pay."""

from decimal import Decimal

from suptime.documents.invoice import letterhead
from suptime.documents.statement import entry_names
from suptime.language.figures import NOTHING, long_day, money, single_line, with_currency
from suptime.language.translate import Part, tr, trc, trn
from suptime.render.blocks import Block, Column, Document, Fact, Facts, Paragraph, Row, Section, Table


def compose(report: Part) -> Document:
    """Compose a reminder: a word to the client, the open items, the sums, and how to pay."""
    heading, day = title(report), long_day(report["on"])
    number = report["id"] or tr("draft")
    facts = [
        Fact(tr("Number"), number),
        Fact(tr("Date"), day),
        Fact(tr("Overdue"), with_currency(overdue(report), report["currency"]), main=True),
    ]
    blocks: list[Block] = [
        letterhead.parties(report, tr("To"), facts),
        Section(
            tr("Open items"),
            [*map(Paragraph, words(report)), _items(report)],
            sum=with_currency(report["open"], report["currency"]),
        ),
        Facts(
            [*(Fact(name, value) for name, value in sums(report)), _balance(report)], "totals", tr("Totals")
        ),
    ]
    if lines := letterhead.bank_lines(report["seller"] or {}):
        blocks.append(Facts([Fact(tr("Account"), lines)], "terms"))
    if last := letterhead.last_words(report):
        blocks.append(Paragraph("\n".join(last), "closing"))
    return Document(
        heading,
        day,
        blocks,
        page_title=f"{heading} {number}, {single_line(report['client_name'])}",
        letterhead=letterhead.letterhead(report),
    )


def title(report: Part) -> str:
    """Return what a reminder is called: the first level is a friendly one."""
    level = report["level"]
    return tr("Payment reminder") if level == 1 else tr("Reminder, level {level}", level=level)


def overdue(report: Part) -> str:
    """Return what is past due and not disputed, with what the reminder charges."""
    amounts = [Decimal(item["open"]) for item in late(report)]
    return f"{sum(amounts, Decimal(report['fee']) + Decimal(report['interest'])):f}"


def late(report: Part) -> list[Part]:
    """Return the items that a reminder asks for: past due, and not disputed."""
    return [item for item in report["items"] if item["days_overdue"] and not item["on_hold"]]


def words(report: Part) -> list[str]:
    """Return what a reminder says to the client, line by line."""
    return [
        trn(
            "{number} item of your account was due and has not been paid.",
            "{number} items of your account were due and have not been paid.",
            len(late(report)),
        ),
        tr("Please pay what is overdue now. If you have paid already, please disregard this letter."),
    ]


def _items(report: Part) -> Table:
    columns = (
        Column(tr("Number"), "label", main=True, grows=True, width=12),
        Column(tr("Date"), "date", folded=True),
        Column(trc("invoice", "Due"), "expires", labelled=True),
        Column(tr("Days overdue"), numeric=True),
        Column(tr("Level"), numeric=True),
        Column(tr("Open"), "price", numeric=True),
    )
    rows = [
        Row(
            [
                item_name(item),
                long_day(item["on"]),
                long_day(item["due_on"]),
                str(item["days_overdue"]) if item["days_overdue"] else NOTHING,
                str(item["level"]) if item["level"] else NOTHING,
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
    """Return what an open item is called: an invoice by its number, a late charge by its kind too."""
    name: str = item["number"]
    return name if item["kind"] == "invoice" else f"{entry_names()[item['kind']]} {name}"


def sums(report: Part) -> list[tuple[str, str]]:
    """Return what leads from the open items to the balance, each with its name."""
    rows = [(tr("Open items"), money(report["open"]))]
    rows += [
        (name, money(report[key]))
        for key, name in (("fee", tr("Reminder fee")), ("interest", tr("Late interest")))
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
