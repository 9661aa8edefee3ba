"""Aging of receivables: what clients owe by days past due, and their credits."""

from decimal import Decimal

from suptime.language.figures import long_day, money, single_line, with_currency
from suptime.language.translate import Part, tr
from suptime.render.blocks import Block, Column, Document, Paragraph, Row, Section, Table
from suptime.render.csv import Sheet

TEXTS = ("client", "client_name", "currency")
AMOUNTS = (
    *("not_due", "days_1_30", "days_31_60", "days_61_90", "days_over_90"),
    *("on_account", "deposits", "balance"),
)


def compose(report: Part) -> Document:
    """Compose a table for each currency: a row for each client, and the total."""
    blocks: list[Block] = [*aging_sections(report)]
    if not blocks:
        blocks.append(Paragraph(tr("Nobody owes anything, and no credit is left.")))
    return Document(tr("Aging"), long_day(report["as_of"]), blocks)


def aging_sections(report: Part, name: str = "") -> list[Section]:
    """Return a section with a table for each currency, under a `name` if other sections stand beside them."""
    return [
        Section(
            f"{name}, {total['currency']}" if name else total["currency"],
            [
                aging_table(
                    tr("Owed by days past due"),
                    [
                        (single_line(row["client_name"]) or row["client"], row)
                        for row in report["rows"]
                        if row["currency"] == total["currency"]
                    ],
                    total,
                )
            ],
            sum=with_currency(total["balance"], total["currency"]),
        )
        for total in report["totals"]
    ]


def aging_table(title: str, rows: list[tuple[str, Part]], total: Part | None = None) -> Table:
    """Return a table of what is owed by days past due, and of credits, each row under its name."""
    columns = (
        Column(tr("Client"), "label", main=True, grows=True, width=12),
        *(Column(name, "price", numeric=True, width=10, wraps=True) for name in bucket_names().values()),
    )
    foot: tuple[str, ...] = () if total is None else (tr("Total"), *_cells(total))
    cells = [Row([name, *_cells(row)]) for name, row in rows]
    return Table("", title, columns, cells, foot=foot, repeated=1)


def bucket_names() -> dict[str, str]:
    """Return the names of the amounts of an aging, in their order."""
    return {
        "not_due": tr("Not due"),
        "days_1_30": tr("1 to 30 days"),
        "days_31_60": tr("31 to 60 days"),
        "days_61_90": tr("61 to 90 days"),
        "days_over_90": tr("Over 90 days"),
        "on_account": tr("Credit on account"),
        "deposits": tr("Deposits"),
        "balance": tr("Balance"),
    }


def _cells(row: Part) -> list[str]:
    return [money(row[name]) for name in AMOUNTS]


def sheet(report: Part) -> Sheet:
    """Return the rows of `report`, amounts in the currency of their row."""
    rows = (
        {"as_of": report["as_of"]}
        | {key: row[key] for key in TEXTS}
        | {key: Decimal(row[key]) for key in AMOUNTS}
        for row in report["rows"]
    )
    return Sheet(("as_of", *TEXTS, *AMOUNTS), rows)
