"""Invoices: who, to whom and how much, then the cases, held time, balances, the totals and how to pay."""

from collections.abc import Iterator

from suptime.documents.invoice import letterhead, phrases
from suptime.documents.invoice.lines import (
    balance_section,
    case_section,
    held_section,
    held_title,
    other_section,
    sheet,
)
from suptime.language.figures import duration, duration_cell, month, sanitize, with_currency
from suptime.language.translate import Part, current_language, each, tr
from suptime.render.blocks import (
    Block,
    Document,
    Fact,
    Facts,
    Paragraph,
    Section,
)
from suptime.render.blocks import Part as Named

__all__ = ["compose", "sheet"]


def compose(document: Part) -> Document:
    """Compose the invoices one after another, then held time that belongs to none of them.

    An invoice is cleaned and composed when a writer comes to it: copies of all would be half the memory.
    """
    around = sanitize({**document, "invoices": ()})
    return Document(sanitize(phrases.page_title(document)), "", _blocks(document, around), several=True)


def _blocks(document: Part, around: Part) -> Iterator[Block]:
    whole = current_language()
    for invoice in each(document["invoices"]):
        language = "" if current_language() == whole else current_language()
        yield _compose(sanitize(invoice), around, language)
    if not document["invoices"]:
        yield Paragraph(phrases.nothing(around))
    if rows := sanitize(phrases.without_invoice(document)):
        yield held_section(held_title(document), rows, has_clients=True)


def _compose(invoice: Part, around: Part, language: str) -> Document:
    facts = [Fact(name, value) for name, value in phrases.facts(invoice, around)]
    due = with_currency(invoice["totals"]["due"], invoice["currency"])
    facts.append(Fact(letterhead.due_name(invoice), due, main=True))
    return Document(
        phrases.title(invoice),
        month(invoice["period"]["from"][:7]),
        [
            Named("opening", [letterhead.parties(invoice, tr("To"), facts)]),
            Named("charges", _charges(invoice)),
            Named("balances", _balances(invoice)),
            Named("totals", [_totals(invoice)]),
            Named("ending", _ending(invoice)),
        ],
        letterhead=letterhead.letterhead(invoice),
        language=language,
    )


def _charges(invoice: Part) -> Iterator[Block]:
    for case in invoice["cases"]:
        yield case_section(case, invoice)
    if invoice["other_lines"]:
        yield other_section(invoice["other_lines"], invoice["period"]["from"][:4])


def _balances(invoice: Part) -> Iterator[Block]:
    if invoice["held"]:
        yield held_section(tr("Held, to be decided: not billed yet"), invoice["held"])
    for balance in invoice["prepaid"]:
        yield balance_section(balance, invoice["currency"])
    if letterhead.shows_time(invoice):
        time = invoice["time"]
        sums = [
            Fact(name, duration_cell(seconds), short=duration_cell(seconds))
            for name, seconds in phrases.time_parts(time)
        ]
        worked = duration(time["worked_seconds"])
        yield Section(tr("Time of the month"), [Facts(sums, "sums")], sum=worked, short=True)


def _totals(invoice: Part) -> Facts:
    rows = [Fact(name, amount) for name, amount in phrases.totals(invoice)]
    due = with_currency(invoice["totals"]["due"], invoice["currency"])
    return Facts([*rows, Fact(letterhead.due_name(invoice), due, main=True)], "totals", tr("Totals"))


def _ending(invoice: Part) -> Iterator[Block]:
    if terms := letterhead.terms(invoice):
        yield Facts([Fact(name, lines) for name, lines in terms], "terms")
    if words := letterhead.last_words(invoice):
        yield Paragraph("\n".join(words), "closing")
