"""docs/reference/clauses.md names every clause of the policies, with its code and its examples."""

import re
import tomllib

import pages
import pytest

from suptime.contracts.clauses import CLAUSES

PAGE = pages.ROOT / "docs" / "reference" / "clauses.md"
ROW = re.compile(
    r"^\| (?P<name>[A-E]\d+|`\[\w+\]`) \| (?P<rule>.+?) \| (?P<code>.+?) \| (?P<examples>.+?) \| (?P<scenarios>.+?) \|$",
    re.MULTILINE,
)
ROWS = {row["name"]: row for row in ROW.finditer(PAGE.read_text(encoding="utf-8"))}
LINK = re.compile(r"\[([^\]]+)\]\(\.\./\.\./([^)]+)\)")
COUNTS = {"A": 7, "B": 9, "C": 5, "D": 6, "E": 10}
NUMBERS = [f"{policy}{n}" for policy, count in COUNTS.items() for n in range(1, count + 1)]


def test_every_clause_stands_there_once_and_in_order():
    found = [row["name"] for row in ROW.finditer(PAGE.read_text(encoding="utf-8"))]
    assert [name for name in found if not name.startswith("`")] == NUMBERS


def test_every_clause_module_stands_beside_the_clauses_that_it_says_it_carries_out():
    for clause in CLAUSES:
        own = f"contracts/clauses/{clause.table}.py"
        for number in clause.policies or [f"`[{clause.table}]`"]:
            assert own in dict(LINK.findall(ROWS[number]["code"])), (number, own)


@pytest.mark.parametrize("name", ROWS)
def test_its_rule_is_a_sentence_and_its_files_are_there(name):
    row = ROWS[name]
    assert re.fullmatch(r"[A-Z].*\.", row["rule"])
    links = LINK.findall(row["code"] + row["examples"] + row["scenarios"])
    for shown, target in links:
        assert (pages.ROOT / target).is_file(), target
        assert target.removesuffix(".toml").endswith(shown)
    assert "–" in row["examples"] or "tests/contracts/clauses/" in row["examples"]


@pytest.mark.parametrize("number", NUMBERS)
def test_its_scenarios_say_that_they_are_about_it(number):
    scenarios = [target for _, target in LINK.findall(ROWS[number]["scenarios"])]
    assert scenarios
    for target in scenarios:
        named = tomllib.loads((pages.ROOT / target).read_text(encoding="utf-8"))["clauses"]
        assert number in named, f"{target} names {', '.join(named)}"
