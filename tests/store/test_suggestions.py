"""What a shell may complete is found on every kind of database."""

from pathlib import Path

import pytest
from store_seed import seed

from suptime.store import open_store
from suptime.store.database import completion as suggestions


@pytest.fixture
def seeded(url: str) -> str:
    """The address of a store with two cases and work on them."""
    with open_store(url) as store:
        seed(store)
    return url


@pytest.mark.parametrize("question", sorted(suggestions.QUESTIONS))
def test_every_question_can_be_asked(seeded: str, question: str):
    with suggestions.reading(seeded) as reader:
        rows = reader.ask(question, "", agent="ana")
    assert all(isinstance(row[0], (str, int)) for row in rows)
    assert rows or question not in ("cases", "cases_backwards", "cases_opened_last", "clients", "contracts")


def test_names_are_found_by_how_they_begin(seeded: str):
    with suggestions.reading(seeded) as reader:
        assert [row.number for row in suggestions.cases(reader, "case-", "ana")] == ["CASE-2", "CASE-1"]
        assert [row.number for row in suggestions.cases(reader, "CASE-1", "ana")] == ["CASE-1"]
        assert suggestions.cases(reader, "x", "ana") == []
        assert [row[0] for row in reader.ask("clients", "ac")] == ["acme"]
        assert reader.ask("clients", "b") == []


def test_where_there_is_no_store_there_is_nothing_to_say(tmp_path: Path):
    with suggestions.reading(str(tmp_path / "store.db")) as reader:
        assert reader is None
