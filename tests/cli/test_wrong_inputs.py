"""Wrong inputs on the timer, on work units and on the command line: wrong_inputs.toml."""

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from driving import Suptime, open_acme

TABLE = tomllib.loads(Path(__file__).with_name("wrong_inputs.toml").read_text(encoding="utf-8"))["wrong"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the world of the table is kept once a test has made it."""
    return tmp_path_factory.mktemp("wrong") / "suptime.db"


@pytest.fixture
def world(suptime: Suptime, kept: Path) -> Suptime:
    """Ana's U1 and U3, bob's running U2, one hourly contract; recorded by eve, at nine in Chicago."""
    suptime.set(TZ="America/Chicago", SUPTIME_NOW="2026-11-10T15:00:00Z", SUPTIME_AGENT="eve")
    if not kept.exists():
        open_acme(suptime)
        suptime("log CASE-123 30m --from 08:00 --agent ana")
        suptime("start CASE-123 --at 08:45 --agent bob")
        suptime("log CASE-123 5m --from 08:30 --agent ana")
        shutil.copy(suptime.database, kept)
    shutil.copy(kept, suptime.database)
    suptime.set(SUPTIME_AGENT="ana")
    return suptime


@pytest.mark.parametrize("wrong", TABLE, ids=[row["says"] for row in TABLE])
def test_a_wrong_input_has_its_exit_code_and_message_and_changes_nothing(
    wrong: dict[str, Any], world: Suptime
):
    before = world.rows()

    ran = world(wrong["run"], code=None)

    assert (ran.code, ran.err, ran.out) == (wrong["exit"], wrong["stderr"], "")
    assert len(ran.err.splitlines()) <= 2
    assert world.rows() == before


def test_the_table_has_more_than_a_hundred_rows_and_none_twice():
    assert len(TABLE) > 100
    assert len({row["says"] for row in TABLE}) == len(TABLE)
    assert len({row["run"] for row in TABLE}) == len(TABLE)
