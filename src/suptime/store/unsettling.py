"""Which days of closed months a change touches: they are to be rated anew.

Standard library only: the timer asks, too.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from suptime.domain.timespan import DAY, EVER
from suptime.store.statements import UNSETTLE, UNSETTLE_BESIDE_AN_ISSUE

WHOLE = -1
"""In the place of a day: all days of a case."""

_DECIDING = frozenset({"category", "kind", "waived", "project", "contract", "client", "opened_at"})
"""The columns of a case that decide what becomes of its time."""

Asked = dict[str, Any]
Changed = Mapping[str, Any] | None


def days_of(unit: Mapping[str, Any]) -> range:
    """The days, counted from 1970 in UTC, that the row of a work unit touches."""
    start = unit["started_at"]
    return range(start // DAY, (unit["ended_at"] or start) // DAY + 1)


def by_units(before: Changed, after: Changed) -> Iterator[tuple[str, Asked]]:
    """The statements that note what a change of a work unit touches."""
    asked = {(unit["case_number"], day) for unit in (before, after) if unit for day in days_of(unit)}
    for case, day in sorted(asked):
        yield UNSETTLE, {"case_number": case, "day": day, "starts_at": day * DAY}


def by_day(number: str, day: int) -> tuple[str, Asked]:
    """The statement that notes one DAY of the case NUMBER, closed or not."""
    return UNSETTLE, {"case_number": number, "day": day, "starts_at": EVER}


def by_case(number: str) -> tuple[str, Asked]:
    """The statement that notes all days of the case NUMBER."""
    return by_day(number, WHOLE)


def beside(statement: str) -> str:
    """The statement for an agent on a server, in place of STATEMENT."""
    return UNSETTLE_BESIDE_AN_ISSUE if statement == UNSETTLE else statement


def by_rows(entity: str, before: Changed, after: Changed) -> Iterator[tuple[str, Asked]]:
    """The statements that note what a change of any row touches."""
    row = after or before or {}
    if entity == "work_unit":
        yield from by_units(before, after)
    elif entity in {"case_event", "appointment"}:
        yield by_case(row["case_number"])
    elif entity == "case" and before and after and any(before[c] != after[c] for c in _DECIDING):
        yield by_case(row["number"])
    elif entity in _SINCE:
        since = min(r[_SINCE[entity]] for r in (before, after) if r)
        yield UNSETTLE_CONTRACT, {"contract": row["contract"], "since": since}
    elif entity == "project":
        yield UNSETTLE_PROJECT, {"project": row["code"]}


_SINCE = {"contract_version": "starts_on", "price": "since"}
"""The column that says from which day on a row of a contract counts."""

UNSETTLE_CONTRACT = (
    "INSERT INTO unsettled_contract (contract, since)"
    " SELECT contract.code, :since FROM contract JOIN closing ON closing.client = contract.client"
    " WHERE contract.code = :contract"
    " ON CONFLICT (contract) DO UPDATE SET since = excluded.since"
    " WHERE excluded.since < unsettled_contract.since"
)
UNSETTLE_PROJECT = (
    f'INSERT INTO unsettled_case (case_number, day) SELECT "case".number, {WHOLE} FROM "case"'  # noqa: S608
    ' JOIN closing ON closing.client = "case".client WHERE "case".project = :project'
)
