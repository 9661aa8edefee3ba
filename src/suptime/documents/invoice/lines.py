"""A document with its words: for templates that hold no functions, each part gets its words under `say`.

They are the words of `wording`, so that every format says the same. Nothing is taken away.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from suptime.documents.invoice import letterhead, phrases
from suptime.documents.invoice import letterhead as ending
from suptime.language.figures import (
    NOTHING,
    clean,
    column,
    duration,
    money,
    month,
    one_line,
    quantity,
    short_day,
    with_currency,
)
from suptime.language.translate import Part, current_language, each, said, tr, trc
from suptime.render.csv import sheet

Worded = dict[str, Any]

PURCHASE = ("quantity", "used_in_period", "used", "forfeited", "remaining")


def worded(document: Part) -> Worded:
    """DOCUMENT, one of invoices, with `say` in each part of it that a reader sees."""
    document = clean(document)
    rows = phrases.without_invoice(document)
    return {
        **document,
        "invoices": [_invoice(invoice, document) for invoice in each(document["invoices"])],
        "say": {
            "language": current_language(),
            "words": _words(),
            "title": _title(document),
            "nothing": phrases.nothing(document),
            "held": _held(held_heading(document), rows) if rows else None,
        },
    }


def held_heading(document: Part) -> str:
    """What stands above held time that belongs to none of the invoices of DOCUMENT."""
    if document["invoices"]:
        return tr("Held, of clients without an invoice")
    return tr("Held, to be decided")


def _title(document: Part) -> str:
    invoices = document["invoices"]
    if len(invoices) == 1:
        return f"{phrases.title(invoices[0])}, {one_line(invoices[0]['client_name'])}"
    return tr("Invoices, {month}", month=phrases.when(document)) if invoices else phrases.nothing(document)


def _invoice(invoice: Part, document: Part) -> Worded:
    year, currency = invoice["period"]["from"][:4], invoice["currency"]
    seller, client = invoice["seller"], letterhead.client(invoice)
    return {
        **invoice,
        "cases": [_case(case, invoice, year) for case in invoice["cases"]],
        "other_lines": [_line(line, year) for line in invoice["other_lines"]],
        "prepaid": [_prepaid(balance, currency) for balance in invoice["prepaid"]],
        "say": {
            "language": current_language(),
            "words": _words(),
            "title": phrases.title(invoice),
            "when": month(invoice["period"]["from"][:7]),
            "seller": _party(seller) if seller else None,
            "client": _party(client),
            "facts": phrases.facts(invoice, document),
            "due_name": ending.due_name(invoice),
            "due": with_currency(invoice["totals"]["due"], currency),
            "others": phrases.others(invoice["other_lines"]),
            "other_total": money(phrases.total(invoice["other_lines"])),
            "held": _held(tr("Held, to be decided: not billed yet"), invoice["held"])
            if invoice["held"]
            else None,
            "shows_time": ending.shows_time(invoice),
            "time": duration(invoice["time"]["worked_seconds"]),
            "time_parts": [(name, column(seconds)) for name, seconds in phrases.time_parts(invoice["time"])],
            "totals": phrases.totals(invoice),
            "terms": ending.terms(invoice),
            "last_words": ending.last_words(invoice),
        },
    }


def _words() -> dict[str, str]:
    """The texts that stand in the template, by the names that it has for them."""
    return {
        "agent": tr("By"),
        "amount": tr("Amount"),
        "billed": tr("Billed"),
        "bought": tr("Bought"),
        "case": tr("Case"),
        "charges_for": tr("Charges for {case}"),
        "client": tr("Client"),
        "date": tr("Date"),
        "draft": tr("DRAFT"),
        "forfeited": tr("Forfeited"),
        "held": tr("Held"),
        "left": tr("Left"),
        "logo": tr("Logo of {seller}"),
        "not_charged": tr("Not charged"),
        "page": tr("Page {page} of {pages}"),
        "prepaid": tr("Prepaid"),
        "price": tr("Price"),
        "purchase": tr("Purchase"),
        "time": trc("times of day", "Time"),
        "time_of_month": tr("Time of the month"),
        "to": tr("To"),
        "used": tr("Used in all"),
        "used_now": tr("Used this time"),
        "valid": tr("Valid through"),
        "what": tr("What"),
        "why": tr("Why"),
        "work": tr("Work"),
        "work_on": tr("Work on {case}"),
        "worked": tr("Worked"),
    }


def _party(party: Part) -> Worded:
    return {"name": one_line(party.get("name")), "lines": letterhead.address(party)}


def _case(case: Part, invoice: Part, year: str) -> Worded:
    return {
        **case,
        "work": [_work(unit, year) for unit in case["work"]],
        "lines": [_line(line, year, case["work"]) for line in case["lines"]],
        "reasons": [
            {**reason, "say": {"what": phrases.not_charged(reason), "why": one_line(said(reason))}}
            for reason in case["reasons"]
        ],
        "say": {
            "subject": one_line(case["subject"]) or NOTHING,
            "total": phrases.case_total(case),
            "about": phrases.about(case, invoice),
            "worked": column(case["time"]["worked_seconds"]),
        },
    }


def _work(unit: Part, year: str) -> Worded:
    words = {
        "date": short_day(unit["date"], year),
        "clock": f"{unit['start']}\N{EN DASH}{unit['end']}",
        "agent": one_line(unit["agent"]),
        "note": one_line(unit["note"]) or NOTHING,
        "fate": phrases.fate(unit),
        "worked": column(unit["seconds"]),
    }
    return {**unit, "say": words}


def _line(line: Part, year: str, work: Sequence[Part] = ()) -> Worded:
    words = {
        "date": short_day(line["date"], year),
        "label": phrases.label(line),
        "details": phrases.details(line, work),
        "worked": phrases.worked(line),
        "billed": phrases.billed(line),
        "prepaid": phrases.prepaid(line),
        "price": phrases.price(line),
        "net": money(line["net"]),
    }
    return {**line, "say": words}


def _held(heading: str, rows: Sequence[Part]) -> Worded:
    return {
        "heading": heading,
        "total": duration(sum(row["held_seconds"] for row in rows)),
        "rows": [
            {
                "case": row["case"],
                "client": row["client"],
                "why": one_line(said(row)),
                "held": column(row["held_seconds"]),
            }
            for row in rows
        ],
    }


def _prepaid(balance: Part, currency: str) -> Worded:
    def shown(purchase: Mapping[str, Any]) -> Worded:
        words = {
            "purchase": phrases.bought(purchase),
            "valid": phrases.lasts(purchase),
            "figures": [quantity(purchase[key], balance["unit"], currency) for key in PURCHASE],
        }
        return {**purchase, "say": words}

    return {
        **balance,
        "purchases": [shown(purchase) for purchase in balance["purchases"]],
        "say": {"title": phrases.balance_title(balance), "left": phrases.left_over(balance, currency)},
    }


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
)

"""Scripts rely on these: names are only ever added, at the end."""


def render(document: Mapping[str, Any], *, width: int | None = None, color: bool = False) -> bytes:
    """The lines of all invoices of DOCUMENT; cases without lines and held time have no row."""
    del width, color  # one signature for all formats
    return sheet(COLUMNS, _rows(clean(document)))


def _rows(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for invoice in each(document["invoices"]):
        head = {
            "month": document["month"],
            "invoice_number": invoice["number"],
            "invoice_state": invoice["state"],
            **{key: invoice[key] for key in ("client", "client_name", "currency")},
        }
        for case in invoice["cases"]:
            about = {key: case[key] for key in OF_CASE}
            for line in case["lines"]:
                yield head | about | line_cells(line)
        for line in invoice["other_lines"]:
            yield head | line_cells(line)


def line_cells(line: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of LINE: numbers as numbers, several agents, units or clauses as words in one cell."""
    return {
        **{key: line.get(key) for key in PLAIN},
        **{key: said(line, key) for key in ("description", "reason")},
        **{key: int(line[key]) for key in MINUTES},
        **{key: Decimal(line[key]) for key in AMOUNTS},
        **{key: " ".join(line[key]) for key in ("agents", "units", "clauses")},
        "appointment": line["appointment"],
        "prepaid_incidents": int(line.get("prepaid_incidents", 0)),
        "tariff": line.get("tariff"),
        "purchase": line.get("purchase"),
        **{f"period_{end}": day for end, day in (line.get("period") or {}).items()},
    }
