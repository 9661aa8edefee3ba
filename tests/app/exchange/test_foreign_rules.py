"""A contract that starts no work when nothing is left: rows of a file are held to it, each after those before it."""

import shutil
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stores import new_store
from suptime.app import contracts
from suptime.app.exchange.foreign.importing import ImportOptions, Words, import_files
from suptime.app.exchange.foreign.rules import Remaining
from suptime.contracts.file import read_contract
from suptime.domain.booking import Purchase
from suptime.domain.case import Case
from suptime.domain.client import Client
from suptime.domain.time import DAY, HOUR, Zone, rfc3339
from suptime.interchange.foreign.record import ReadOptions

UTC = Zone("UTC")
FIRST = date(2026, 9, 1)
START = UTC.midnight(FIRST)
NOW = START + 60 * DAY
COLUMNS = {"start": "start", "end": "end", "case": "case"}
CONTRACT = """
[contract]
code = "c"
title = "Hours"
currency = "USD"
timezone = "UTC"
starts_on = 2026-01-01
[prices]
hour = "100.00"
{rounding}
[classification]
default = "billable"
[classification.categories]
bug-report = "by-cause"
[prepaid]
unit = "{unit}"
valid_for = "5d"
overage = "refuse"
"""


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A store with a client, one case that is billed and one that is held."""
    path = tmp_path_factory.mktemp("base") / "store.db"
    with new_store(path) as store, store.changing(at=NOW, agent="x", command="test") as tx:
        tx.clients.add(Client("acme", "Acme"))
    return path


roundings = st.builds(
    '[rounding]\nincrement = "{}m"\nper = "{}"'.format,
    st.sampled_from([15, 60]),
    st.sampled_from(["unit", "case-day", "day", "day", "month"]),
)
purchases = st.lists(st.tuples(st.integers(0, 8), st.integers(1, 10)), min_size=1, max_size=3)
rows = st.lists(
    st.tuples(st.integers(0, 11), st.integers(5, 180), st.sampled_from([1, 1, 2])), min_size=1, max_size=12
)


def taken(path, contract, bought, work, unit):
    """The lines that cannot come in, of a file with WORK: gaps in hours, lengths in minutes, cases."""
    with new_store(path) as store:
        contracts.add(store, "acme", read_contract(contract), now=NOW, agent="x")
        with store.changing(at=NOW, agent="x", command="test") as tx:
            for number, category in ((1, "other"), (2, "bug-report")):
                tx.cases.add(Case(f"CASE-{number}", "acme", "c", START - DAY, category=category))
            for day, hours in bought:
                quantity = Decimal(hours * (60 if unit == "hours" else 100))
                tx.purchases.add(Purchase(0, "c", FIRST + timedelta(day), quantity))
        lines, at = ["start,end,case"], START
        for gap, minutes, case in work:
            at += gap * HOUR
            end = at + minutes * 60
            lines.append(f"{rfc3339(at)},{rfc3339(end)},CASE-{case}")
            at = end
        files = [("log.csv", "\n".join(lines).encode())]
        words = Words(skip_bad=True)
        wishes = ImportOptions(ReadOptions(UTC, columns=COLUMNS), agent="ana", words=words)
        options = {"now": NOW, "agent": "ana", "zone": UTC, "dry_run": True}
        blocked = import_files(store, "csv", files, wishes, **options).of_state("blocked")
        return [(row.line, row.reason) for row in blocked]


@given(rounding=roundings, bought=purchases, work=rows, unit=st.sampled_from(["hours", "hours", "money"]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_what_would_be_left_after_all_rows_lets_in_what_a_reckoning_for_each_does(
    base, tmp_path_factory, rounding, bought, work, unit
):
    contract = CONTRACT.format(rounding=rounding, unit=unit)
    found = []
    with pytest.MonkeyPatch.context() as patch:
        for _ in range(2):
            path = tmp_path_factory.mktemp("one") / "store.db"
            shutil.copy(base, path)
            found.append(taken(path, contract, bought, work, unit))
            patch.setattr(Remaining, "_after_all", lambda *_: None)
    assert found[0] == found[1]
