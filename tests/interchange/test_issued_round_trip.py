"""What was issued goes out and comes in again, and goes on from there."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lived import LEFT_OUT, Firm, commands, live, lives


@given(lives, st.lists(commands, max_size=6))
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
def test_a_firm_that_moved_has_the_same_rows_and_goes_on_in_the_same_way(
    begun: Firm, tmp_path_factory: pytest.TempPathFactory, life, later
):
    home = tmp_path_factory.mktemp("life")
    firm = begun.copied(home / "a")
    live(firm, life)
    moved = firm.moved(home / "b")
    assert moved.result("export suptime") == firm.result("export suptime")
    assert moved.rows() == firm.rows()
    for line in [*later, "invoice --month 2026-10 --format json", "report hours --format json"]:
        for one in (firm, moved):
            one.later(2)
        assert (moved(line), moved.code) == (firm(line), firm.code)
        assert moved.err.replace(str(moved.home), "") == firm.err.replace(str(firm.home), "")
    assert moved.result("export suptime") == firm.result("export suptime")
    for one in (firm, moved):
        assert "DAMAGED" not in one("doctor")


def test_no_column_of_any_table_is_forgotten(full_ledger: Firm, tmp_path: Path):
    """A column that comes to a table must be filled here, and then it must come through."""
    columns, rows = full_ledger.columns(), full_ledger.rows()
    bare = []
    for table, names in columns.items():
        kept = [name for name in names if (table, name) not in LEFT_OUT]
        for place, name in enumerate(kept):
            if not any(row[place] not in (None, "", 0, "[]") for row in rows[table]):
                bare.append(f"{table}.{name}")
    assert bare == [], "a column that nothing fills proves nothing: have LIFE fill it"
    assert {key for key in LEFT_OUT if key[1] not in columns.get(key[0], ())} == set()
    moved = full_ledger.moved(tmp_path / "moved")
    assert moved.rows() == rows
