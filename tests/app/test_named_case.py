"""A case is found by its last digits, and by words of its subject."""

import pytest

from suptime.app.named_case import find
from suptime.errors import NotPossible

SUBJECTS = {
    "CASE-1": "Printer on floor 3",
    "CASE-2": "Nightly export",
    "CASE-12": "Export of invoices: e-mail",
    "ACME-12": "",
    "CASE-11": "",
}


class Known:
    """Cases, all of them open."""

    def alias(self, number: str) -> tuple[str, str] | None:
        return ("CASE-12", SUBJECTS["CASE-12"]) if number == "CASE-9" else None

    def ending(self, digits: str) -> list[tuple[str, str]]:
        return [(number, subject) for number, subject in SUBJECTS.items() if number.endswith(f"-{digits}")]

    def open_subjects(self) -> list[tuple[str, str]]:
        return [(number, subject) for number, subject in SUBJECTS.items() if subject]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1", "CASE-1"),
        ("01", None),
        ("PRINTER", "CASE-1"),
        ("floor on", "CASE-1"),
        ("print", None),
        ("floor 3", None),
        ("invoices export", "CASE-12"),
        ("e-mail", "CASE-12"),
        ("-", None),
        ("CASE-9", "CASE-12"),
    ],
)
def test_what_is_typed_means_one_case_or_none(typed: str, number: str | None):
    found = find(Known(), typed, by_words=True)
    assert (found and found.number) == number


@pytest.mark.parametrize("typed", ["12", "export"])
def test_several_cases_are_named(typed: str):
    with pytest.raises(NotPossible, match="matches several cases"):
        find(Known(), typed, by_words=True)


def test_words_count_only_where_they_are_asked_for():
    assert find(Known(), "printer", by_words=False) is None
