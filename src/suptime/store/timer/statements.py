"""The timer's few statements as texts, and those that note what a change touches in closed months."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from suptime.domain.time import DAY, EVER, day_number
from suptime.store.mapped import columns_of

UNSETTLE = (
    "INSERT INTO unsettled_case (case_number, day)"
    ' SELECT "case".number, :day FROM "case" JOIN closing ON closing.client = "case".client'
    ' WHERE "case".number = :case_number AND closing.settled_until > :starts_at'
    " AND NOT EXISTS (SELECT 1 FROM unsettled_case"
    " WHERE unsettled_case.case_number = :case_number AND unsettled_case.day = :day)"
)

"""Note that a day of a case is to be rated again, if it may lie in a month that is closed for its client."""

UNSETTLE_BESIDE_AN_ISSUE = "INSERT INTO unsettled_case (case_number, day) VALUES (:case_number, :day)"

"""The same for an agent on a server, who does not wait for an issue and cannot see which month it closes."""


_UNIT = f"SELECT {columns_of('work_unit')} FROM work_unit"

# Every statement of the timer, by its name. Parameters are named, so that both drivers take them.
STATEMENTS = {
    "unit": f"{_UNIT} WHERE work_unit.id = :id",
    "running": f"{_UNIT} WHERE work_unit.agent = :agent AND work_unit.ended_at IS NULL",
    # An agent's work never overlaps, so of what began before `start` only the last can reach beyond it.
    "overlapping": (
        f"{_UNIT} WHERE work_unit.agent = :agent AND work_unit.started_at >="
        " coalesce((SELECT max(work_unit.started_at) AS max_1 FROM work_unit"
        " WHERE work_unit.agent = :agent AND work_unit.started_at < :start), :start)"
        " AND work_unit.started_at < :end"
        " AND (work_unit.ended_at IS NULL OR work_unit.ended_at > :start) AND work_unit.id != :but"
        " ORDER BY work_unit.started_at, work_unit.id LIMIT :limit"
    ),
    "newest": (
        f"{_UNIT} WHERE work_unit.agent = :agent"
        " ORDER BY work_unit.started_at DESC, work_unit.id DESC LIMIT :limit"
    ),
    "standing": (f"SELECT {columns_of('standing')} FROM standing WHERE standing.case_number = :case_number"),
    "stocks": (
        f'SELECT {columns_of("stock")} FROM stock JOIN "case" ON "case".contract = stock.contract'
        ' WHERE "case".number = :case_number ORDER BY'
        " CASE WHEN stock.pays_until IS NULL THEN 1 ELSE 0 END, stock.pays_until, stock.pays_from, stock.purchase"
    ),
    # What ran or runs for the contract of a case and is not rated yet, and other changes of it.
    "stopped_since": (
        "SELECT work_unit.case_number, work_unit.started_at, work_unit.ended_at, standing.outcome"
        ' FROM "case" JOIN unrated ON unrated.contract = "case".contract'
        " LEFT JOIN work_unit ON work_unit.id = unrated.unit AND work_unit.ended_at IS NOT NULL"
        " LEFT JOIN standing ON standing.case_number = work_unit.case_number"
        ' WHERE "case".number = :case_number AND (unrated.unit IS NULL OR work_unit.id IS NOT NULL)'
    ),
    "running_beside": (
        "SELECT work_unit.case_number, work_unit.started_at, work_unit.ended_at, standing.outcome"
        ' FROM work_unit JOIN "case" AS its ON its.number = work_unit.case_number'
        ' JOIN "case" AS asked ON asked.contract = its.contract'
        " LEFT JOIN standing ON standing.case_number = work_unit.case_number"
        " WHERE work_unit.ended_at IS NULL AND asked.number = :case_number"
    ),
    "leave_unrated": (
        "INSERT INTO unrated (contract, case_number, unit)"
        ' SELECT "case".contract, "case".number, :unit FROM "case" WHERE "case".number = :case_number AND'
        ' (EXISTS (SELECT 1 FROM stock WHERE stock.contract = "case".contract) OR EXISTS (SELECT 1 FROM standing'
        ' WHERE standing.case_number = "case".number AND standing.consent_limit IS NOT NULL))'
    ),
    "client_of": 'SELECT "case".client FROM "case" WHERE "case".number = :case_number',
    "cases_folded": 'SELECT "case".number FROM "case" WHERE "case".folded = :folded',
    "alias": (
        'SELECT "case".number, "case".subject FROM case_alias JOIN "case" ON "case".number = case_alias.case_number'
        " WHERE case_alias.folded = :folded"
    ),
    "cases_ending": (
        'SELECT "case".number FROM "case" WHERE substr("case".number, length("case".number) - :more) = :ending'
    ),
    "subject_of": 'SELECT "case".subject FROM "case" WHERE "case".number = :case_number',
    "open_subjects": (
        'SELECT "case".number, "case".subject FROM "case" WHERE "case".subject <> \'\' AND NOT EXISTS'
        " (SELECT 1 FROM case_event AS solved WHERE solved.case_number = \"case\".number AND solved.kind = 'resolve'"
        " AND NOT EXISTS (SELECT 1 FROM case_event AS later WHERE later.case_number = solved.case_number"
        " AND later.kind = 'reopen' AND (later.at > solved.at OR (later.at = solved.at AND later.id > solved.id))))"
    ),
    "case_numbers": 'SELECT "case".number FROM "case"',
    "end_unit": "UPDATE work_unit SET ended_at = :ended_at, note = :note WHERE work_unit.id = :unit",
    "delete_unit": "DELETE FROM work_unit WHERE work_unit.id = :id",
}

ON_A_SERVER = STATEMENTS | {
    # An agent adds an event without writing the case's standing, which others need: then it holds no more.
    "standing": (
        f"{STATEMENTS['standing']} AND standing.events ="
        " (SELECT count(*) FROM case_event WHERE case_event.case_number = standing.case_number)"
    ),
}

DROP = "SELECT suptime_drop(:entity, :id)"

"""Delete a row of the agent's own. The right to DELETE would let an agent lock the whole table."""

WHOLE = -1

"""In the place of a day: all days of a case."""

_DECIDING = frozenset({"category", "kind", "waived", "project", "contract", "client", "opened_at"})

"""The columns of a case that decide what becomes of its time."""

Asked = dict[str, Any]

Changed = Mapping[str, Any] | None


def days_of(unit: Mapping[str, Any]) -> range:
    """Return the days, counted from 1970 in UTC, that the row of a work unit touches."""
    start = unit["started_at"]
    return range(start // DAY, (unit["ended_at"] or start) // DAY + 1)


def by_units(before: Changed, after: Changed) -> Iterator[tuple[str, Asked]]:
    """Yield the statements that note what a change of a work unit touches."""
    asked = {(unit["case_number"], day) for unit in (before, after) if unit for day in days_of(unit)}
    for case, day in sorted(asked):
        yield UNSETTLE, {"case_number": case, "day": day, "starts_at": day * DAY}


def by_day(number: str, day: int) -> tuple[str, Asked]:
    """Return the statement that notes one `day` of the case `number`, closed or not."""
    return UNSETTLE, {"case_number": number, "day": day, "starts_at": EVER}


def by_case(number: str) -> tuple[str, Asked]:
    """Return the statement that notes all days of the case `number`."""
    return by_day(number, WHOLE)


def beside(statement: str) -> str:
    """Return the statement for an agent on a server, in place of `statement`."""
    return UNSETTLE_BESIDE_AN_ISSUE if statement == UNSETTLE else statement


def by_rows(entity: str, before: Changed, after: Changed) -> Iterator[tuple[str, Asked]]:
    """Yield the statements that note what a change of any row touches."""
    row = after or before or {}
    if entity == "work_unit":
        yield from by_units(before, after)
    elif entity in {"case_event", "appointment"}:
        for number in sorted({str(each["case_number"]) for each in (before, after) if each}):
            yield by_case(number)
    elif entity == "case" and before and after and any(before[c] != after[c] for c in _DECIDING):
        yield by_case(row["number"])
    elif entity in _SINCE:
        since = min(r[_SINCE[entity]] for r in (before, after) if r)
        yield UNSETTLE_CONTRACT, {"contract": row["contract"], "since": since}
    elif entity == "project":
        yield UNSETTLE_PROJECT, {"project": row["code"]}
    elif entity == "agent_role":
        since = min(date.fromisoformat(str(r["since"])) for r in (before, after) if r)
        yield UNSETTLE_AGENT, {"agent": row["agent"], "start": (day_number(since) - 1) * DAY}


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
    f'INSERT INTO unsettled_case (case_number, day) SELECT "case".number, {WHOLE} FROM "case"'
    ' JOIN closing ON closing.client = "case".client WHERE "case".project = :project'
)

UNSETTLE_AGENT = (
    f'INSERT INTO unsettled_case (case_number, day) SELECT "case".number, {WHOLE} FROM "case"'
    ' JOIN closing ON closing.client = "case".client WHERE "case".number IN (SELECT work_unit.case_number FROM work_unit'
    " WHERE work_unit.agent = :agent AND (work_unit.ended_at IS NULL OR work_unit.ended_at > :start))"
)

"""Note the cases with work of an agent after an instant."""
