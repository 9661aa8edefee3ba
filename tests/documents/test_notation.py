"""Documents for people have one notation of durations, amounts and dates, and no codes (P4, P10 to P14)."""

import re

import pytest

import documents
from suptime.documents import render

SPACE = "[ \u00a0\u202f]"

FAULTS = {
    "minutes without two digits after hours": rf"\b\d+{SPACE}h{SPACE}\d{SPACE}min\b",
    "60 minutes or more without hours": rf"(?<![\d.,h]{SPACE})(?<![\d.,])(?:[6-9]\d|\d{{3,}}){SPACE}min\b(?!{SPACE}?/)",
    "seconds": rf"\bmin{SPACE}\d+{SPACE}s\b",
    "a clock for a duration": rf"\b\d+:\d\d{SPACE}?(?:h|hrs?|Std)\b",
    "digits of an amount in no groups": r"(?<![\d.,/-])\d{5,}[.,]\d\d(?!\d)",
    "a hyphen for a minus": rf"(?:^|{SPACE}|\()-\d[\d.,]*[.,]\d\d(?!\d)",
    "an ISO date": r"(?<![\w-])20\d\d-[01]\d-[0-3]\d(?![\w-])",
    "a code": r"\b(?:bug-report|technical-assistance|general-information|no-defect-found|product-defect|non_billable)\b",
}

SEPARATORS = {
    "1,234.56": r"\d,\d{3}\.\d\d(?!\d)",
    "1.234,56": r"\d\.\d{3},\d\d(?!\d)",
    "1 234,56": r"\d[\u00a0\u202f]\d{3},\d\d(?!\d)",
}

LANGUAGES = ("en", "de", "es", "fr")

EXACT = {"explain", "compare"}
"""Reports that keep codes and seconds (P4)."""


def faults(text: str) -> list[str]:
    found = [
        f"{name}: {match[0]!r}"
        for name, rule in FAULTS.items()
        for match in re.finditer(rule, text, re.MULTILINE)
    ]
    used = [name for name, rule in SEPARATORS.items() if re.search(rule, text)]
    return found + ([f"amounts in two notations: {used}"] if len(used) > 1 else [])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(documents.REPORTS.keys() - EXACT))
def test_a_report_has_one_notation(kind, language):
    made = render(kind, "text", {**documents.REPORTS[kind](), "language": language}).decode()
    assert not faults(made)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_invoice_has_one_notation(language):
    assert not faults(render("invoice", "text", documents.speaking(language)).decode())


@pytest.mark.parametrize(
    "text",
    [
        "1 h 5 min", "90 min", "12 min 30 s", "1:30 h", "12345.67", "(-5.00", "2026-10-05", "bug-report",
        "1,234.56 and 1.234,56",
    ],
)  # fmt: skip
def test_a_fault_is_found(text):
    assert faults(text)
