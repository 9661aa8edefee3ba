"""Invoices as PDF: what the template for paper prints."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from suptime.documents.invoice import letterhead, phrases
from suptime.documents.invoice.letterhead import PICTURES
from suptime.documents.invoice.lines import held_title
from suptime.documents.invoice.paper import paper, with_payment
from suptime.documents.payment import payment_code, payment_part
from suptime.language.figures import (
    NOTHING,
    duration,
    duration_cell,
    money,
    month,
    quantity,
    sanitize,
    short_day,
    single_line,
    with_currency,
)
from suptime.language.translate import Part, current_language, each, sentence_of, tr, trc
from suptime.render import document_pdf
from suptime.render.pdf import Picture, Standard, fitting, typeset

Printed = dict[str, Any]

PURCHASE = ("quantity", "used_in_period", "used", "forfeited", "remaining")


def render(
    document: Mapping[str, Any],
    *,
    fonts: Path | None = None,
    standard: Standard | None = None,
) -> bytes:
    """Return the invoices of `document` as one PDF, by the `standard` that fits it; see `typeset`."""
    composed = printed(document)
    for invoice in composed["invoices"]:
        invoice["layout"] = {**invoice.get("layout", {}), "logo": None}
    pictures = [_picture(invoice) for invoice in document["invoices"]]
    return typeset(document, composed, pictures, fonts=fonts, standard=standard or fitting(document))


def _picture(invoice: Mapping[str, Any]) -> Picture | None:
    """Return the logo of `invoice` as bytes: Typst reads no Base64, and is given no file."""
    logo = (invoice.get("layout") or {}).get("logo") if invoice["seller"] else None
    if logo is None or logo["type"] not in PICTURES:
        return None
    return {"format": PICTURES[logo["type"]], "bytes": list(b64decode(logo["data"]))}


def printed(document: Part) -> Printed:
    """Return the invoices with the words that are printed under `say` in each part; nothing is taken away.

    The template for paper holds no functions.
    """
    document = sanitize(document)
    rows = phrases.without_invoice(document)
    return {
        **document,
        "invoices": [_invoice(invoice, document) for invoice in each(document["invoices"])],
        "say": {
            "language": current_language(),
            "words": _words(),
            "title": _title(document),
            "nothing": phrases.nothing(document),
            "held": _held(held_title(document), rows) if rows else None,
        },
    }


def _title(document: Part) -> str:
    invoices = document["invoices"]
    if len(invoices) == 1:
        return f"{phrases.title(invoices[0])}, {single_line(invoices[0]['client_name'])}"
    return tr("Invoices, {month}", month=phrases.when(document)) if invoices else phrases.nothing(document)


def _invoice(invoice: Part, document: Part) -> Printed:
    year, currency = invoice["period"]["from"][:4], invoice["currency"]
    seller, client = letterhead.sender(invoice), letterhead.client(invoice)
    return {
        **invoice,
        "paper": _paper(invoice, document),
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
            "due_name": letterhead.due_name(invoice),
            "due": with_currency(invoice["totals"]["due"], currency),
            "others": phrases.others(invoice["other_lines"]),
            "other_total": money(phrases.total(invoice["other_lines"])),
            "held": _held(tr("Not billed yet"), invoice["held"]) if invoice["held"] else None,
            "shows_time": letterhead.shows_time(invoice),
            "time": duration(invoice["time"]["worked_seconds"]),
            "time_parts": [
                (name, duration_cell(seconds)) for name, seconds in phrases.time_parts(invoice["time"])
            ],
            "totals": phrases.totals(invoice),
            "terms": letterhead.terms(invoice),
            "last_words": letterhead.last_words(invoice),
        },
    }


def _paper(invoice: Part, document: Part) -> Printed:
    """Return the texts of an invoice as the template prints them, with its codes."""
    invoice = with_payment(invoice)
    said, seller = paper(invoice, document), invoice["seller"]
    sender, client = letterhead.sender(invoice), letterhead.client(invoice)
    code, part = payment_code(invoice), payment_part(invoice)
    ours = _party(sender) if sender else None
    street = [*(sender.get("address") or "").split("\n"), letterhead.place(sender)]
    return {
        **asdict(said),
        "payment": {
            "name": said.payment.name,
            "amount": said.payment.amount,
            "about": said.payment.due or said.payment.why,
            "facts": list(said.payment.facts),
        },
        "seller": ours,
        "return_line": ", ".join(
            single_line(text) for text in (sender.get("name"), *street) if text and text.strip()
        )
        if ours
        else "",
        "client": _party(client),
        "window": window_of(invoice.get("layout") or {}, seller or {}),
        "code": document_pdf.payment_code(code) if code else None,
        "part": document_pdf.payment_part(part) if part else None,
        "colon": tr(":"),
    }


_WINDOWS = {"DE": "din", "AT": "din", "US": "us", "CA": "us", "CH": "right", "LI": "right", "FR": "right"}
"""Where the envelopes of a country show the address; elsewhere it has no place of its own."""


def window_of(layout: Part, seller: Part) -> str:
    """Return where the address stands: as the setting says, or as envelopes of the seller's country have it."""
    return str(layout.get("window") or _WINDOWS.get(seller.get("country") or "", "none"))


def _words() -> dict[str, str]:
    """Return the texts of the template by the names that it has for them."""
    return {
        "agent": tr("By"),
        "amount": tr("Amount"),
        "amount_in": tr("Amount ({currency})"),
        "charges_by_case": tr("Charges by case"),
        "service": trc("charge", "Service"),
        "total": tr("Total {case}"),
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
        "price": tr("Unit price"),
        "purchase": tr("Purchase"),
        "time": trc("times of day", "Time"),
        "time_of_month": tr("Time of the month"),
        "to": tr("To"),
        "used": tr("Used in total"),
        "used_now": tr("Used this month"),
        "valid": tr("Valid through"),
        "what": tr("What"),
        "why": tr("Why"),
        "work": tr("Work"),
        "work_on": tr("Work on {case}"),
        "worked": tr("Worked"),
    }


def _party(party: Part) -> Printed:
    return {"name": single_line(party.get("name")), "lines": letterhead.address(party)}


def _case(case: Part, invoice: Part, year: str) -> Printed:
    return {
        **case,
        "work": [_work(unit, year) for unit in case["work"]],
        "lines": [_line(line, year, case["work"]) for line in case["lines"]],
        "reasons": [
            {**reason, "say": {"what": phrases.not_charged(reason), "why": single_line(sentence_of(reason))}}
            for reason in case["reasons"]
        ],
        "say": {
            "subject": single_line(case["subject"]) or NOTHING,
            "total": phrases.case_total(case),
            "about": phrases.about(case, invoice),
            "worked": duration_cell(case["time"]["worked_seconds"]),
        },
    }


def _work(unit: Part, year: str) -> Printed:
    words = {
        "date": short_day(unit["date"], year),
        "clock": f"{unit['start']}\N{EN DASH}{unit['end']}",
        "agent": single_line(unit["agent"]),
        "note": single_line(unit["note"]) or NOTHING,
        "fate": phrases.fate(unit),
        "worked": duration_cell(unit["seconds"]),
    }
    return {**unit, "say": words}


def _line(line: Part, year: str, work: Sequence[Part] = ()) -> Printed:
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


def _held(heading: str, rows: Sequence[Part]) -> Printed:
    return {
        "heading": heading,
        "total": duration(sum(row["held_seconds"] for row in rows)),
        "rows": [
            {
                "case": row["case"],
                "client": row["client"],
                "why": single_line(sentence_of(row)),
                "held": duration_cell(row["held_seconds"]),
            }
            for row in rows
        ],
    }


def _prepaid(balance: Part, currency: str) -> Printed:
    def with_words(purchase: Part) -> Printed:
        words = {
            "purchase": phrases.bought(purchase),
            "valid": phrases.lasts(purchase),
            "figures": [quantity(purchase[key], balance["unit"], currency) for key in PURCHASE],
        }
        return {**purchase, "say": words}

    return {
        **balance,
        "purchases": [with_words(purchase) for purchase in balance["purchases"]],
        "say": {"title": phrases.balance_title(balance), "left": phrases.left_over(balance, currency)},
    }
