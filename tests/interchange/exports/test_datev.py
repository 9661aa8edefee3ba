"""DATEV's file of postings: rows that add up, letters that it has, and settings that are missing."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suptime.domain.invoice import Invoice
from suptime.interchange.exports import datev

TERMS = datev.Terms(
    29098,
    55003,
    accounts={"19": "8400", "7": "8300"},
    prepaid={"19": "1718"},
    debtors={"acme": "10001"},
    service_date=True,
)


def _invoice(lines: list[dict[str, Any]], taxes: list[dict[str, Any]], **more: Any) -> Invoice:
    document = {
        "cases": [],
        "other_lines": lines,
        "totals": {"taxes": taxes},
        "client_name": 'Łódź; "Nord" GmbH',
        "period": {"to": "2026-10-31"},
    }
    facts = {
        "number": "INV/2026#0001",
        "client": "acme",
        "issued_on": date(2026, 11, 2),
        "due_on": date(2026, 11, 16),
    }
    return cast(
        "Invoice", SimpleNamespace(**facts, document=document, month="2026-10", currency="EUR", **more)
    )


def _line(net: str, rate: str, kind: str = "time") -> dict[str, Any]:
    return {"net": net, "kind": kind, "tax": {"rate": rate, "treatment": "standard"}}


def _tax(rate: str, tax: str) -> dict[str, Any]:
    return {"rate": rate, "treatment": "standard", "tax": tax}


def test_rows_are_one_for_each_tax_and_account_and_add_up_to_the_gross_amount():
    lines = [
        _line("10.01", "19"),
        _line("20.00", "7.0"),
        _line("10.01", "19", "prepaid-sale"),
        _line("0", "19"),
    ]
    invoice = _invoice(lines, [_tax("19", "3.81"), _tax("7", "1.40")])
    rows = [*datev.postings([invoice], TERMS)]
    assert [(row.account, str(row.amount)) for row in rows] == [
        ("1718", "11.92"),
        ("8300", "21.40"),
        ("8400", "11.91"),
    ]
    assert datev.missing([invoice], TERMS) == []


def test_a_row_quotes_texts_and_replaces_letters_that_windows_1252_lacks():
    invoice = _invoice([_line("-10.00", "19")], [_tax("19", "-1.90")])
    rows = datev.postings([invoice], TERMS)
    made, lost = datev.content(
        rows, TERMS, datetime(2026, 11, 2, 9, tzinfo=UTC), date(2026, 11, 1), date(2026, 11, 30)
    )
    head, names, row, end = made.decode("windows-1252").split("\r\n")
    assert (len(head.split(";")), len(names.split(";")), end) == (31, 125, "")
    assert row.startswith(
        '11,90;"H";"EUR";;;"";10001;8400;"";0211;"INV/20260001";"";;"?ódz; ""Nord"" GmbH 2026-10";'
    )
    assert lost == ['Łódź; "Nord" GmbH 2026-10']
    assert ";0;31102026;;16112026;" in row


def test_every_setting_that_is_missing_is_named_at_once():
    invoice = _invoice([_line("10.00", "19"), _line("10.00", "5")], [])
    assert datev.missing([invoice], datev.Terms(debtors={"acme": "900"})) == [
        "datev.adviser",
        "datev.client",
        "datev.debtors.acme",
        "datev.accounts.19",
        "datev.accounts.5",
    ]


@pytest.mark.parametrize(
    ("start", "day", "first"), [("01-01", "2026-11-02", "2026-01-01"), ("07-01", "2026-06-30", "2025-07-01")]
)
def test_the_fiscal_year_is_the_one_of_the_first_day(start: str, day: str, first: str):
    terms = datev.Terms(fiscal_year_start=start)
    assert datev.fiscal_year(terms, date.fromisoformat(day)) == date.fromisoformat(first)


@given(st.integers(-(10**6), 10**6), st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=6))
def test_shares_are_the_whole_to_the_cent(cents: int, parts: list[int]):
    whole = Decimal(cents) / 100
    assert sum(datev.shares(whole, [Decimal(part) / 100 for part in parts])) == whole
