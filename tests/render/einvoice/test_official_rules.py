"""Every e-invoice of the sample year passes the official rules, and broken copies of it do not."""

import checker
import pytest

pytestmark = pytest.mark.xdist_group("einvoice")


def test_every_document_of_the_year_passes_as_ubl(files):
    assert {n: faults for n, (ubl, _) in files.items() if (faults := checker.faults(ubl, checker.UBL))} == {}


def test_every_document_of_the_year_passes_as_cii(files):
    assert {n: faults for n, (_, cii) in files.items() if (faults := checker.faults(cii, checker.CII))} == {}


def test_the_year_has_what_there_is_to_check(year):
    invoices = [document["invoices"][0] for document in year.values()]
    lines = [line for i in invoices for case in i["cases"] for line in case["lines"]]
    lines += [line for i in invoices for line in i["other_lines"]]
    assert {line["kind"] for line in lines} >= {
        "time", "block", "late-cancellation", "incident", "minutes", "fee", "prepaid-sale", "credit",
    }  # fmt: skip
    assert {line["tax"]["treatment"] for line in lines} == {
        "standard", "zero", "exempt", "reverse-charge", "none",
    }  # fmt: skip
    assert any(line["prepaid_minutes"] and line["net"] == "0.00" for line in lines)
    assert any(line["prepaid_minutes"] and line["invoiced_minutes"] for line in lines)
    assert any(i["totals"]["prepaid"] not in ("0.00", "0") for i in invoices)
    assert any(len(i["totals"]["taxes"]) > 1 for i in invoices)
    assert {i["kind"] for i in invoices} == {"invoice", "credit-note"}
