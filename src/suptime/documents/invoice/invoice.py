"""Invoices: page 1, to pay from, and the worksheet, which proves it."""

from collections.abc import Iterator, Sequence

from suptime.documents.invoice import letterhead, phrases
from suptime.documents.invoice.lines import held_section, held_title, sheet
from suptime.documents.invoice.paper import (
    CaseSheet,
    Charges,
    Entry,
    Paper,
    Payment,
    Worksheet,
    paper,
    with_payment,
)
from suptime.documents.payment import payment_code, payment_part
from suptime.language.figures import month, sanitize
from suptime.language.translate import Part, current_language, each, tr, trc
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
    Title,
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
    invoice = with_payment(invoice)
    said = paper(invoice, around)
    facts = [Fact(name, value) for name, value in said.facts]
    return Document(
        said.title,
        month(invoice["period"]["from"][:7]),
        [
            Named(
                "opening",
                [
                    Named("parties", [letterhead.parties(invoice, tr("Bill to"), facts)]),
                    Named("payment", [Title(said.title), _payment(said.payment, invoice)]),
                ],
            ),
            Named("charges", [Named("summary", _charges(said.charges, said))]),
            Named("totals", [_totals(said)]),
            Named("balances", _notes(said)),
            Named(
                "ending",
                [Named("closing", _closing(said, invoice)), Named("worksheet", _annex(said, language))],
            ),
        ],
        letterhead=letterhead.letterhead(invoice),
        language=language,
        is_titled=False,
    )


def _payment(payment: Payment, invoice: Part) -> PaymentBlock:
    return PaymentBlock(
        payment.name,
        payment.amount,
        payment.due or payment.why,
        [Fact(name, value) for name, value in payment.facts],
        payment_code(invoice),
    )


def _charges(charges: Sequence[Charges], said: Paper) -> Iterator[Block]:
    has_cases = any(row.case for one in charges for row in one.rows)
    columns = (
        *([Column(tr("Case"), "case", width=8)] if has_cases else []),
        Column(trc("charge", "Service"), "what", grows=True, quoted=True, width=16),
        Column(tr("Billed"), "n", numeric=True),
        *([Column(tr("Prepaid"), "n", numeric=True)] if said.has_prepaid else []),
        Column(tr("Unit price"), "n", numeric=True),
        Column(tr("Amount ({currency})", currency=said.currency), "net", numeric=True, main=True),
    )
    for one in charges:
        rows = [
            Row(
                [
                    *([row.case] if has_cases else []),
                    row.what,
                    row.billed,
                    *([row.prepaid] if said.has_prepaid else []),
                    row.price,
                    row.net,
                ]
            )
            for row in one.rows
        ]
        blocks: list[Block] = [Paragraph(one.rule, "quiet")] if one.rule else []
        yield Section(one.title, [*blocks, Table("summary", one.title, columns, rows)])


def _totals(said: Paper) -> Facts:
    last = len(said.totals) - 1
    facts = [Fact(name, amount, main=n == last) for n, (name, amount) in enumerate(said.totals)]
    return Facts(facts, "totals", tr("Totals"))


def _notes(said: Paper) -> Iterator[Block]:
    if said.notes:
        yield Facts([Fact(name, text) for name, text in said.notes], "notes")
    if said.terms:
        yield Paragraph(" ".join(said.terms), "quiet")


def _closing(said: Paper, invoice: Part) -> Iterator[Block]:
    if said.closing:
        yield Paragraph("\n".join(said.closing), "closing")
    if part := payment_part(invoice):
        yield part


def _annex(said: Paper, language: str) -> Iterator[Block]:
    if said.worksheet:
        sheet = said.worksheet
        yield Document(sheet.title, "", list(_sheet(sheet, said)), language=language, anchor=sheet.anchor)


def _sheet(worksheet: Worksheet, said: Paper) -> Iterator[Block]:
    if worksheet.about:
        yield Paragraph(worksheet.about, "quiet")
    if worksheet.charges:
        yield Section(tr("Charges by case"), list(_charges(worksheet.charges, said)))
    for case in worksheet.cases:
        yield _case(case, has_agents=worksheet.has_agents)


def _case(case: CaseSheet, *, has_agents: bool) -> Section:
    columns = (
        Column(tr("Date"), "day", margin=True),
        Column(trc("times of day", "Time"), "clock", width=11),
        Column(tr("Work"), "work", grows=True, quoted=True, width=16),
        *([Column(tr("By"), "agent", quoted=True)] if has_agents else []),
        Column(tr("Worked"), "n", numeric=True),
        Column(tr("Billed"), "n", numeric=True),
        Column(tr("Amount"), "net", numeric=True),
    )
    rows = [Row(_cells(one, has_agents=has_agents), one.beneath) for one in case.entries]
    name = tr("Total {case}", case=case.case)
    foot = ["", "", name, *([""] if has_agents else []), *case.totals]
    table = Table("work", tr("Work on {case}", case=case.case), columns, rows, foot=foot)
    said: list[Block] = [Paragraph(case.said, "quiet")] if case.said else []
    return Section(case.subject, [*said, table], owner=case.case, sum=case.about)


def _cells(entry: Entry, *, has_agents: bool) -> list[str]:
    agents = [entry.agent] if has_agents else []
    return [entry.day, entry.time, entry.note, *agents, entry.worked, entry.billed, entry.net]
