"""Estimate: what is asked, what it takes and costs, what is not included, and how to agree."""

from suptime.documents.invoice import letterhead
from suptime.documents.invoice.paper import tax_name
from suptime.documents.labels import label_of
from suptime.language.figures import NOTHING, duration, long_day, money, single_line, with_currency
from suptime.language.translate import Part, mark, sentences_of, tr, trn
from suptime.render.blocks import Block, Document, Fact, Facts, Paragraph, Section

LINE = "_" * 30
"""Where somebody signs by hand."""


def compose(report: Part) -> Document:
    """Compose the estimate of `report`."""
    title, day = tr("Estimate"), long_day(report["on"])
    facts = [
        Fact(tr("Contract"), single_line(report["title"])),
        Fact(tr("Case"), report["case"]),
        Fact(tr("Date"), day),
        Fact(tr("Customer number"), report["client"]),
    ]
    if until := report.get("valid_until"):
        facts.append(Fact(tr("Valid until"), long_day(until)))
    work: list[Block] = [
        Facts([Fact(name, value) for name, value in estimated(report)]),
        *([Paragraph(text)] if (text := calculation(report)) else []),
        *(Paragraph(text, "quiet", quoted=True) for text in sentences_of(report, "remarks")),
        *([Facts(_totals(report), "totals")] if _is_taxed(report) else []),
        *(Paragraph(tr(text), "quiet") for text in report.get("tax_texts", ())),
    ]
    blocks: list[Block] = [
        letterhead.parties(report, tr("To"), facts),
        *map(Paragraph, (report.get("words") or "").split("\n") if report.get("words") else []),
        Section(tr("The work"), work, sum=comes_to(report)),
        Section(tr("Not included"), _paragraphs(report, "not_included")),
        Section(tr("How to agree"), _paragraphs(report, "consent")),
        Facts([Fact(tr("Place, date"), LINE), Fact(tr("Signature"), LINE)], "terms"),
    ]
    if last := letterhead.last_words(report):
        blocks.append(Paragraph("\n".join(last), "closing", quoted=True))
    return Document(
        title,
        "",
        blocks,
        line=day,
        page_title=f"{title}, {report['case']}, {single_line(report['client_name'])}",
        letterhead=letterhead.letterhead(report),
    )


def _paragraphs(report: Part, key: str) -> list[Paragraph]:
    return [Paragraph(text, quoted=True) for text in sentences_of(report, key)]


def estimated(document: Part) -> list[tuple[str, str]]:
    """Return the facts of the estimate, each with its name: the request, its time, the price and the amount."""
    price = document["unit_price"]
    per = _price(document) if price else tr("none")
    rows = [
        (tr("You asked"), single_line(document["subject"]) or NOTHING),
        (tr("Category"), label_of(document["category"], document) or NOTHING),
    ]
    if document["estimate_seconds"]:
        rows.append((tr("Estimated time"), duration(document["estimate_seconds"])))
        if document["unit"] == "incident":
            rows.append((tr("Incidents"), document["quantity"]))
    return [*rows, (tr("Price on {day}", day=long_day(document["on"])), per)]


def comes_to(document: Part) -> str:
    """Return the estimated amount, with its tax."""
    amount = document["totals"]["gross"] if document.get("totals") else document["net"]
    return NOTHING if amount is None else with_currency(amount, document["currency"])


def costs(document: Part) -> list[tuple[str, str]]:
    """Return the estimated amount with its name; the net amount and the tax before it, if there is tax."""
    taxes = _taxes(document) if _is_taxed(document) else []
    return [*taxes, (tr("Estimated cost"), comes_to(document))]


def _is_taxed(document: Part) -> bool:
    return bool((document.get("totals") or {}).get("taxes"))


def _taxes(document: Part) -> list[tuple[str, str]]:
    sums = document["totals"]
    rows = [(tax_name(tax, several=False), money(tax["tax"])) for tax in sums["taxes"]]
    return [(tr("Net amount"), money(sums["net"])), *rows]


def _totals(document: Part) -> list[Fact]:
    rows = [Fact(name, amount) for name, amount in _taxes(document)]
    return [*rows, Fact(tr("Total"), comes_to(document), main=True)]


def calculation(document: Part) -> str:
    """Return the calculation in words: `4 h at USD 150.00 per hour`."""
    if document["net"] is None or not any(digit in "123456789" for digit in document["net"]):
        return ""
    number = int(document["quantity"])
    if document["unit"] == "incident":
        what = trn("{number} incident", "{number} incidents", number)
    else:
        what = duration(number * 60)
    return tr("{what} at {price}.", what=what, price=_price(document))


def _price(document: Part) -> str:
    text = _PER[document["price_per"]]
    return tr(text, price=with_currency(document["unit_price"], document["currency"]))


_PER = {
    "hour": mark("{price} per hour"),
    "minute": mark("{price} per minute"),
    "incident": mark("{price} per incident"),
}
