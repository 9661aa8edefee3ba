"""Whole documents, read by a person when they change."""

import documents
import pytest

from suptime.documents import BINARY, EINVOICES, FORMATS, SUFFIXES, render

READ = ("sample", "one_liner", "outcomes", "languages", "policies", "empty")


@pytest.mark.parametrize(
    "output", [output for output in FORMATS["invoice"] if output not in BINARY | EINVOICES]
)
@pytest.mark.parametrize("name", READ)
def test_an_invoice_looks_as_it_did(golden, name, output):
    golden(f"invoice-{name}{SUFFIXES[output]}", render("invoice", output, documents.INVOICES[name]()))


def test_hostile_text_as_plain_text_looks_as_it_did(golden):
    golden("invoice-hostile.txt", render("invoice", "text", documents.hostile()))


def test_an_invoice_uses_the_room_of_a_wide_terminal(golden):
    golden("invoice-sample-120.txt", render("invoice", "text", documents.sample(), width=200))


@pytest.mark.parametrize(
    ("kind", "output"), [(kind, output) for kind in documents.REPORTS for output in FORMATS[kind]]
)
def test_a_report_looks_as_it_did(golden, kind, output):
    golden(f"{kind}{SUFFIXES[output]}", render(kind, output, documents.REPORTS[kind]()))


@pytest.mark.parametrize("output", FORMATS["hours"])
def test_balances_of_incidents_and_money_look_as_they_did(golden, output):
    golden(f"balances{SUFFIXES[output]}", render("hours", output, documents.balances()))
