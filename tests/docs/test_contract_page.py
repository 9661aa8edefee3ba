"""docs/reference/contract-file.md knows every table and key that the clauses read, their defaults and their sentences."""

import re
import tomllib

import pages
import pytest

from suptime.contracts.clauses import CLAUSES
from suptime.contracts.file import read_contract, sentences
from suptime.domain.reading import Lines, Table

PAGE = pages.ROOT / "docs" / "reference" / "contract-file.md"
TEXT = PAGE.read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^##+ \[([\w.]+)\]\n(.*?)(?=^## |^### |\Z)", TEXT, re.MULTILINE | re.DOTALL))
WHOLE = [table for table in SECTIONS if "." not in table]
LISTS = {clause.table for clause in CLAUSES if clause.is_list}
ROW = re.compile(
    r"^\| `(?P<key>\w+)` \| (?P<type>.*?) \| (?P<default>.*?) \| (?P<meaning>.*?) \|$", re.MULTILINE
)
AGREEMENT = """
[contract]
code = "x"
title = "x"
currency = "USD"
timezone = "UTC"
starts_on = 2026-01-01
"""
PRICES = '[prices]\nhour = "1.00"\nincident = "1.00"\nminute = "1.00"\n'
LEAST = {"coverage.fee": {"amount": "1.00"}}
"""What a table inside another must have before its defaults can be tried."""


def rows(table):
    return {row["key"]: row for row in ROW.finditer(SECTIONS[table])}


def example(table):
    return re.search(r"^```toml\n(.*?)^```$", SECTIONS[table], re.MULTILINE | re.DOTALL)[1]


def whole(table, text):
    """TEXT, the table's own, with what else a contract must have."""
    parts = {"contract": AGREEMENT, "prices": PRICES} | {table: text}
    return "\n".join(parts.values())


def read(table, values):
    """The terms of the clause whose table, or a table inside of which, has these VALUES; and the faults."""
    name, _, inner = table.partition(".")
    clause = next(clause for clause in CLAUSES if clause.table == name)
    faults = []
    whole = {inner: LEAST[table] | values} if inner else values
    it = Table(name, whole, Lines(""), faults)
    return clause.read([it] if clause.is_list else it), faults


def test_every_table_has_a_section():
    assert set(WHOLE) == {"contract", *(clause.table for clause in CLAUSES)}


@pytest.mark.parametrize("table", SECTIONS)
def test_a_section_has_every_key_that_is_read_and_no_other(table, monkeypatch):
    known = {}
    monkeypatch.setattr(Table, "close", lambda self: known.setdefault(self.name, set(self.known)))
    is_list = table in LISTS
    read_contract(whole(table, f"[[{table}]]" if is_list else f"[{table}]"))
    assert set(rows(table)) == known[f"{table}[1]" if is_list else table]


@pytest.mark.parametrize("table", [table for table in SECTIONS if table != "contract"])
def test_a_default_is_what_a_key_that_is_left_out_means(table):
    for key, row in rows(table).items():
        if row["default"] != "–":
            value = tomllib.loads(f"value = {row['default'].strip('`')}")["value"]
            assert read(table, {key: value}) == read(table, {}), key


@pytest.mark.parametrize("table", [table for table in SECTIONS if table != "contract"])
def test_the_choices_are_all_that_may_be_chosen(table):
    for key, row in rows(table).items():
        if re.fullmatch(r'(`"[\w-]+"`(, )?)+', row["type"]):
            expected = str(read(table, {key: "no such word"})[1][0]).partition("found")[0]
            assert re.findall(r'"([^"]+)"', expected) == re.findall(r'"([^"]+)"', row["type"]), key


@pytest.mark.parametrize("table", WHOLE)
def test_the_example_is_without_faults_and_gives_the_sentences_below_it(table, request):
    version = read_contract(whole(table, example(table)))
    assert not isinstance(version, tuple), version
    said = "".join(f"> {sentence}\n" for sentence in dict(sentences(version))[table])
    quoted = re.search(r"^(?:> .*\n)+", SECTIONS[table], re.MULTILINE)[0]
    if request.config.getoption("--refresh-docs", default=False):
        PAGE.write_text(PAGE.read_text(encoding="utf-8").replace(quoted, said), encoding="utf-8")
    else:
        assert quoted == said
