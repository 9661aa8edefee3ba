"""One set of numbers: every format of every document of the sample year says the same amounts."""

import csv
import io
import re
from collections import Counter
from decimal import Decimal

import pytest
from pypdf import PdfReader
from read_back import number, terms

from suptime.documents import render
from suptime.invoicing.summary import summary_of

pytestmark = pytest.mark.xdist_group("einvoice")

TOTALS = ("net", "tax", "gross", "prepaid", "due")


def lines_of(invoice):
    return [line for case in invoice["cases"] for line in case["lines"]] + invoice["other_lines"]


def amounts_of(invoice):
    """Each amount but 0 that must stand on a page: of every row of page 1, of every rate of tax, of the totals."""
    told = [row["net"] for row in summary_of(invoice)] + [row["tax"] for row in invoice["totals"]["taxes"]]
    told += [invoice["totals"][name] for name in ("net", "gross", "prepaid", "due")]
    return Counter({abs(Decimal(amount)) for amount in told if Decimal(amount)})


def amounts_in(text):
    """Every amount with two decimals that a reader sees, however often."""
    return Counter(Decimal(found.replace(",", "")) for found in re.findall(r"\d[\d,]*\.\d\d", text))


def lacking(year, shown):
    """What of each document's amounts is not in what SHOWN gives for it."""
    return {
        number: missing
        for number, document in year.items()
        if (missing := amounts_of(document["invoices"][0]) - amounts_in(shown(number, document)))
    }


@pytest.mark.parametrize("output", ["text", "markdown", "json"])
def test_a_page_of_text_has_every_amount(year, output):
    assert lacking(year, lambda _, document: render("invoice", output, document).decode()) == {}


def test_a_page_of_html_has_every_amount(year):
    def shown(_, document):
        return re.sub(
            r"<style.*?</style>|<[^>]*>", " ", render("invoice", "html", document).decode(), flags=re.DOTALL
        )

    assert lacking(year, shown) == {}


@pytest.fixture(scope="session")
def few(year):
    """One invoice of each client and one of its credit notes: PDF files take long to read."""
    kinds = {(d["invoices"][0]["client"], d["invoices"][0]["kind"]): n for n, d in year.items()}
    return {number: year[number] for number in kinds.values()}


@pytest.fixture(scope="session")
def pages(few):
    """The words of those few as one PDF, by invoice: each page names its own at its foot."""
    document = {**next(iter(few.values())), "invoices": [d["invoices"][0] for d in few.values()]}
    found = dict.fromkeys(few, "")
    for page in PdfReader(io.BytesIO(render("invoice", "pdf", document))).pages:
        text = page.extract_text()
        (named,) = set(re.findall(r"(INV-\d+-\d+) · .*Page \d+ of \d+", text))
        found[named] += text + "\n"
    return found


def test_a_pdf_has_every_amount(few, pages):
    assert lacking(few, lambda number, _: pages[number]) == {}


def test_an_amount_that_is_not_there_would_be_missed(few, pages):
    number, document = next(iter(few.items()))
    invoice = document["invoices"][0]
    changed = {**invoice, "totals": {**invoice["totals"], "net": "1031.35"}}
    assert lacking({number: {"invoices": [changed]}}, lambda number, _: pages[number]) == {
        number: Counter({Decimal("1031.35"): 1})
    }


def test_a_table_of_csv_has_the_same_lines_to_the_cent(year):
    for document in year.values():
        table = csv.DictReader(io.StringIO(render("invoice", "csv", document).decode()))
        nets = [Decimal(row["net"].lstrip("'")) for row in table if row["kind"]]
        assert nets == [Decimal(line["net"]) for line in lines_of(document["invoices"][0])]


def test_e_invoices_have_the_same_lines_and_totals(year, files):
    for name, both in files.items():
        invoice = year[name]["invoices"][0]
        sign = -1 if invoice["kind"] == "credit-note" else 1
        for told in map(terms, both):
            assert [number(line, "BT-131") * sign for line in told["lines"]] == [
                Decimal(line["net"]) for line in lines_of(invoice)
            ]
            sums = [number(told, term) * sign for term in ("BT-109", "BT-110", "BT-112", "BT-113", "BT-115")]
            assert sums == [Decimal(invoice["totals"][key]) for key in TOTALS]
            quantities = [number(line, "BT-129") * sign for line in told["lines"]]
            assert quantities == [Decimal(line["quantity"]) for line in lines_of(invoice)]
