"""Files in any order, cut into any overlapping parts, once or twice: the same work (G7)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from driving import Suptime
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

HEAD = "Ticket,Subject,Opened,Who,Logged at,Minutes"
OPTIONS = (
    "--client acme --contract acme-ps --timezone UTC --open-cases --format json --columns"
    " 'case=Ticket,subject=Subject,opened=Opened,agent=Who,end=Logged at,minutes=Minutes'"
)


def _rows(minutes: list[int]) -> list[str]:
    first = datetime(2026, 10, 5, 10, tzinfo=UTC)
    return [
        f"T-{place % 3},Matter {place % 3},2026-10-05 08:00,{'ana' if place % 2 else 'bo'},"
        f"{first + timedelta(hours=7 * place):%Y-%m-%d %H:%M},{length}"
        for place, length in enumerate(minutes)
    ]


def _facts(suptime: Suptime) -> list[tuple[str, str, str, int]]:
    found = (unit for unit in suptime.units if unit["case"].startswith("T-"))
    return sorted((u["case"], u["agent"], u["started_at"][:10], u["seconds"]) for u in found)


@given(
    st.lists(st.integers(1, 90), min_size=2, max_size=9),
    st.lists(st.tuples(st.integers(0, 8), st.integers(1, 9)), min_size=1, max_size=3),
    st.randoms(use_true_random=False),
)
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_cut_into_overlapping_files_gives_the_same_work(
    suptime: Suptime,
    acme_database: Callable[[Suptime], None],
    minutes: list[int],
    cuts: list[tuple[int, int]],
    order: Random,
):
    suptime.at("2026-11-22T18:00:00Z")
    rows = _rows(minutes)
    parts = [rows[first : first + length] for first, length in cuts]
    parts = [part for part in [*parts, rows] if part]
    order.shuffle(parts)
    acme_database(suptime)
    (suptime.home / "part.csv").write_text("\n".join([HEAD, *rows]) + "\n")
    suptime(f"import csv part.csv {OPTIONS}")
    whole = _facts(suptime)
    acme_database(suptime)
    for part in parts:
        (suptime.home / "part.csv").write_text("\n".join([HEAD, *part]) + "\n")
        suptime(f"import csv part.csv {OPTIONS}")
    assert _facts(suptime) == whole
    before = suptime.rows()
    again = suptime(f"import csv part.csv {OPTIONS}").json["import"]
    assert not any(again["summary"]["unit"][state] for state in ("new", "changed", "conflict", "blocked"))
    assert suptime.rows() == before
