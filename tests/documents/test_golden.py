"""Whole documents, read by a person when they change.

Each document has one as text, and its sheet: what it says. What a writer does is tested with one document of
every block (`test_text.py` and the like), so that pages are here for one document of each shape.
"""

import pytest

import documents
from suptime.documents import DOCUMENTS, SUFFIXES, formats, render

INVOICES = ("sample", "one_liner", "outcomes", "languages", "policies", "empty")
PAGES = {"hours": "tables", "overview": "charts and curves", "week": "timelines", "statement": "a letter"}


@pytest.mark.parametrize("name", INVOICES)
def test_an_invoice_looks_as_it_did(golden, name):
    golden(f"invoice-{name}.txt", render("invoice", "text", documents.INVOICES[name]()))


@pytest.mark.parametrize("name", ["sample", "outcomes"])
def test_the_sheet_of_an_invoice_is_as_it_was(golden, name):
    golden(f"invoice-{name}.csv", render("invoice", "csv", documents.INVOICES[name]()))


@pytest.mark.parametrize("output", ["html", "markdown", "json"])
def test_an_invoice_in_other_formats_looks_as_it_did(golden, output):
    golden(f"invoice-sample{SUFFIXES[output]}", render("invoice", output, documents.sample()))


def test_hostile_text_as_plain_text_looks_as_it_did(golden):
    golden("invoice-hostile.txt", render("invoice", "text", documents.hostile()))


def test_an_invoice_uses_the_room_of_a_wide_terminal(golden):
    golden("invoice-sample-120.txt", render("invoice", "text", documents.sample(), width=200))


@pytest.mark.parametrize("kind", documents.REPORTS)
def test_a_report_looks_as_it_did(golden, kind):
    golden(f"{kind}.txt", render(kind, "text", documents.REPORTS[kind]()))


@pytest.mark.parametrize("kind", [kind for kind in documents.REPORTS if "csv" in formats(kind)])
def test_the_sheet_of_a_report_is_as_it_was(golden, kind):
    golden(f"{kind}.csv", render(kind, "csv", documents.REPORTS[kind]()))


@pytest.mark.parametrize("kind", PAGES)
def test_the_page_of_a_report_looks_as_it_did(golden, kind):
    golden(f"{kind}.html", render(kind, "html", documents.REPORTS[kind]()))


def test_balances_of_incidents_and_money_look_as_they_did(golden):
    golden("balances.txt", render("hours", "text", documents.balances()))


def test_every_document_is_read_here():
    assert set(DOCUMENTS) == {*documents.REPORTS, "invoice", "demo"}
