"""Wrong inputs on clients, contracts, cases, appointments and purchases: wrong_inputs_records.toml."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from records_world import World

TABLE = tomllib.loads(Path(__file__).with_name("wrong_inputs_records.toml").read_text(encoding="utf-8"))[
    "wrong"
]


@pytest.mark.parametrize("wrong", TABLE, ids=[row["says"] for row in TABLE])
def test_a_wrong_input_has_its_exit_code_and_message_and_changes_nothing(wrong: dict[str, Any], firm: World):
    for name, text in wrong.get("files", {}).items():
        firm.write(name, text)
    firm.do(wrong.get("first", ""))
    before = firm.rows()

    ran = firm(wrong["run"])

    assert (ran.code, ran.err) == (wrong["exit"], wrong["stderr"])
    assert ran.out == ""
    assert firm.rows() == before


def test_the_table_has_more_than_fifty_rows_and_none_twice():
    assert len(TABLE) > 50
    assert len({row["says"] for row in TABLE}) == len(TABLE)
