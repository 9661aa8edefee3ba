"""Lines of an invoice: its cases with their work and charges, held time, purchases, and the rows of the sheet."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from suptime.documents.invoice import phrases
from suptime.language.figures import NOTHING, duration, duration_cell, money, quantity, short_day, single_line
from suptime.language.translate import Part, each, sentence_of, tr, trc
from suptime.render.blocks import Block, Cell, Column, Paragraph, Row, Section, Table
from suptime.render.csv import Sheet

PURCHASE = ("quantity", "used_in_period", "used", "forfeited", "remaining")


def case_section(case: Part, invoice: Part) -> Section:
    """Compose one case: its work, its charges, and what is not charged and why."""
    year = invoice["period"]["from"][:4]
    blocks: list[Block] = []
    if about := phrases.about(case, invoice):
        blocks.append(Paragraph(about, "quiet", quoted=True))
    if case["work"]:
        blocks.append(_work(case, year))
    if case["lines"]:
        rows = [charge_row(line, case["work"], year) for line in case["lines"]]
        title = tr("Charges for {case}", case=case["case"])
        blocks.append(Table("charges", title, charge_columns(), rows))
    if case["reasons"]:
        blocks.append(_reasons(case))
    subject = single_line(case["subject"]) or NOTHING
    return Section(subject, blocks, owner=case["case"], sum=phrases.case_total(case))


def _work(case: Part, year: str) -> Table:
    columns = (
        Column(tr("Date"), "date", margin=True),
        Column(trc("times of day", "Time"), "clock", width=11),
        Column(tr("By"), "agent", quoted=True),
        Column(tr("Work"), grows=True, quoted=True, width=16),
        Column(tr("Worked"), "time", numeric=True),
    )
    rows = [
        Row(
            [
                short_day(unit["date"], year),
                f"{unit['start']}\N{EN DASH}{unit['end']}",
                unit["agent"],
                Cell(single_line(unit["note"]) or NOTHING, mark=phrases.fate(unit)),
                duration_cell(unit["seconds"]),
            ]
        )
        for unit in case["work"]
    ]
    foot = ("", "", "", "", duration_cell(case["time"]["worked_seconds"])) if len(rows) > 1 else ()
    return Table("work", tr("Work on {case}", case=case["case"]), columns, rows, foot=foot)


def charge_columns(date: str = "date") -> Sequence[Column]:
    """Return the columns of charges; their dates are as wide as the style `date` makes them."""
    return (
        Column(tr("Date"), date, margin=True),
        Column(tr("Charge"), grows=True, main=True, width=12),
        Column(tr("Worked"), "time", numeric=True),
        Column(tr("Billed"), "time", numeric=True),
        Column(tr("Prepaid"), "time", numeric=True),
        Column(tr("Price"), "price", numeric=True, wraps=True),
        Column(tr("Amount"), "amount", numeric=True, main=True, wraps=True),
    )


def charge_row(line: Part, work: Sequence[Part], year: str, more: Sequence[str] = ()) -> Row:
    """Return a charge for `charge_columns`, with its details and `more` beneath it."""
    cells = [
        short_day(line["date"], year),
        phrases.label(line),
        phrases.worked(line),
        phrases.billed(line),
        phrases.prepaid(line),
        phrases.price(line),
        money(line["net"]),
    ]
    return Row(cells, [*phrases.details(line, work), *more])


def _reasons(case: Part) -> Table:
    head = tr("Not charged")
    columns = (
        Column(head, "outcome", width=max(11, len(head))),
        Column(tr("Why"), grows=True, quoted=True, width=20),
    )
    rows = [
        Row([phrases.not_charged(reason), single_line(sentence_of(reason))]) for reason in case["reasons"]
    ]
    return Table("reasons", tr("Time not charged for {case}", case=case["case"]), columns, rows)


def other_section(lines: Sequence[Part], year: str) -> Section:
    """Compose the lines that belong to no case: fees and purchases."""
    title = phrases.others(lines)
    columns = (
        Column(tr("Date"), "date", margin=True),
        Column(tr("What"), grows=True, quoted=True, width=16),
        Column(tr("Price"), "price", numeric=True, wraps=True),
        Column(tr("Amount"), "amount", numeric=True, main=True, wraps=True),
    )
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
    return Section(title, [Table("", title, columns, rows)], sum=money(phrases.total(lines)))


def held_section(title: str, rows: Sequence[Part], *, has_clients: bool = False) -> Section:
    """Compose time that is held, with its clients where it is of several."""
    columns = [
        Column(tr("Case"), "case", main=True, width=8),
        *([Column(tr("Client"), "case")] if has_clients else []),
        Column(tr("Why"), grows=True, quoted=True, width=20),
        Column(tr("Held"), "time", numeric=True),
    ]
    cells = [
        Row(
            [
                row["case"],
                *([row["client"]] if has_clients else []),
                single_line(sentence_of(row)),
                duration_cell(row["held_seconds"]),
            ]
        )
        for row in rows
    ]
    total = duration(sum(row["held_seconds"] for row in rows))
    return Section(title, [Table("", tr("Held time"), columns, cells, plain=True)], sum=total, short=True)


def held_title(document: Part) -> str:
    """Return the heading of held time that belongs to none of the invoices."""
    if document["invoices"]:
        return tr("Held, of clients without an invoice")
    return tr("Not billed yet")


def balance_section(balance: Part, currency: str) -> Section:
    """Compose one balance: how much is left, and of which purchases."""
    unit = balance["unit"]
    columns = (
        Column(tr("Purchase"), "purchase", width=4),
        Column(tr("Valid through"), "valid", folded=True, labelled=True),
        *(Column(head, numeric=True) for head in (tr("Bought"), tr("Used this month"), tr("Used in total"))),
        Column(tr("Forfeited"), numeric=True),
        Column(tr("Left"), numeric=True, main=True),
    )
    rows = [
        Row(
            [
                Cell(phrases.bought(purchase), short=purchase["id"]),
                phrases.lasts(purchase),
                *(quantity(purchase[key], unit, currency) for key in PURCHASE),
            ],
            narrow=[phrases.validity(purchase)],
        )
        for purchase in balance["purchases"]
    ]
    keys = ("purchased", None, "used", "forfeited", "remaining")
    sums = [quantity(balance[key], unit, currency) if key else "" for key in keys]
    foot = ("", "", *sums) if len(rows) > 1 else ()
    table = Table("prepaid", tr("Purchases"), columns, rows, foot=foot)
    left = phrases.left_over(balance, currency)
    return Section(phrases.balance_title(balance), [table], sum=left, short=True)


OF_CASE = ("case", "subject", "category", "cause")
PLAIN = ("contract", "kind", "date", "description", "reason", "unit", "price_per", "corrects")
MINUTES = ("worked_seconds", "billed_minutes", "prepaid_minutes", "invoiced_minutes")
AMOUNTS = ("quantity", "unit_price", "net")

COLUMNS = (
    *("month", "invoice_number", "invoice_state", "client", "client_name", "contract", "currency"),
    *(
        "case",
        "subject",
        "category",
        "cause",
        "kind",
        "date",
        "description",
        "agents",
        "units",
        "appointment",
    ),
    *MINUTES,
    *("quantity", "unit", "unit_price", "price_per", "net", "clauses", "reason", "corrects"),
    *("prepaid_incidents", "tariff", "period_from", "period_to", "purchase"),
    *("buyer_reference", "order_number", "payment_reference"),
)


def sheet(document: Part) -> Sheet:
    """Return the lines of all invoices; cases without lines and held time have no row."""
    return Sheet(COLUMNS, _rows(document))


def _rows(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for invoice in each(document["invoices"]):
        head = {
            "month": document["month"],
            "invoice_number": invoice["number"],
            "invoice_state": invoice["state"],
            **{key: invoice[key] for key in ("client", "client_name", "currency")},
            **{key: invoice.get(f"client_{key}") for key in ("buyer_reference", "order_number")},
            "payment_reference": (invoice.get("payment") or {}).get("reference"),
        }
        for case in invoice["cases"]:
            about = {key: case[key] for key in OF_CASE}
            for line in case["lines"]:
                yield head | about | line_cells(line)
        for line in invoice["other_lines"]:
            yield head | line_cells(line)


def line_cells(line: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line as cells: numbers as numbers, several agents, units or clauses as words in one cell."""
    return {
        **{key: line.get(key) for key in PLAIN},
        **{key: sentence_of(line, key) for key in ("description", "reason")},
        **{key: int(line[key]) for key in MINUTES},
        **{key: Decimal(line[key]) for key in AMOUNTS},
        **{key: " ".join(line[key]) for key in ("agents", "units", "clauses")},
        "appointment": line["appointment"],
        "prepaid_incidents": int(line.get("prepaid_incidents", 0)),
        "tariff": line.get("tariff"),
        "purchase": line.get("purchase"),
        **{f"period_{end}": day for end, day in (line.get("period") or {}).items()},
    }
