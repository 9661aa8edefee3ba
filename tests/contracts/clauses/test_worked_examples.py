import tomllib
from pathlib import Path

import pytest
from worked import told

from suptime.contracts.clauses import CLAUSES

TABLES = sorted(Path(__file__).parent.glob("*.toml"))
EXPECTATIONS = (
    "lines",
    "outcomes",
    "reasons",
    "left",
    "fees",
    "due",
    "opening",
    "working",
    "prospects",
    "held",
)
EXAMPLES = [
    pytest.param(table | example, id=f"{path.stem}: {example['title']}")
    for path in TABLES
    for table in [tomllib.loads(path.read_text(encoding="utf-8"))]
    for example in table.pop("example")
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_worked_example_comes_out_as_stated(example):
    expected = {key: example[key] for key in EXPECTATIONS if key in example}
    assert expected, "the example states nothing"
    assert told(example) == expected


def test_every_clause_has_a_table_of_worked_examples():
    of_several = {"held"}  # what held time becomes, by all clauses together
    assert {path.stem for path in TABLES} == {clause.table for clause in CLAUSES} | of_several
