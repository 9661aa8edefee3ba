"""The timer's few statements as texts. A test compiles the same from the tables, and compares."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from suptime.domain.time import DAY, EVER

UNIT_COLUMNS = (
    "id",
    "case_number",
    "agent",
    "channel",
    "started_at",
    "ended_at",
    "note",
    "guest",
    "requested",
    "waived",
)

STANDING_COLUMNS = (
    "case_number",
    "client",
    "status",
    "settled_at",
    "valid_from",
    "valid_until",
    "channels",
    "warnings",
    "slow",
    "events",
)

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


def _of(table: str, columns: Sequence[str]) -> str:
    return ", ".join(f"{table}.{column}" for column in columns)


_UNIT = f"SELECT {_of('work_unit', UNIT_COLUMNS)} FROM work_unit"  # noqa: S608 -- of the names above alone

# Every statement of the timer, by its name. Parameters are named, so that both drivers take them.
STATEMENTS = {
    "unit": f"{_UNIT} WHERE work_unit.id = :id",
    "running": f"{_UNIT} WHERE work_unit.agent = :agent AND work_unit.ended_at IS NULL",
    # An agent's work never overlaps, so of what began before `start` only the last can reach beyond it.
    "overlapping": (
        f"{_UNIT} WHERE work_unit.agent = :agent AND work_unit.started_at >="  # noqa: S608
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
    "standing": (
        f"SELECT {_of('standing', STANDING_COLUMNS)} FROM standing WHERE standing.case_number = :case_number"  # noqa: S608
    ),
    "client_of": 'SELECT "case".client FROM "case" WHERE "case".number = :case_number',
    "cases_folded": 'SELECT "case".number FROM "case" WHERE "case".folded = :folded',
    "case_numbers": 'SELECT "case".number FROM "case"',
    "add_unit": (
        "INSERT INTO work_unit"
        " (case_number, agent, channel, started_at, ended_at, note, guest, requested, waived)"
        " VALUES (:case_number, :agent, :channel, :started_at, :ended_at, :note, :guest, :requested, :waived)"
        " RETURNING work_unit.id"
    ),
    "end_unit": "UPDATE work_unit SET ended_at=:ended_at, note=:note WHERE work_unit.id = :unit",
    "delete_unit": "DELETE FROM work_unit WHERE work_unit.id = :id",
    "newest_change": "SELECT max(audit.change) AS max_1 FROM audit",
    "head": "SELECT audit_head.place, audit_head.hash FROM audit_head WHERE audit_head.agent = :of_agent",
    "add_head": "INSERT INTO audit_head (agent, place, hash) VALUES (:agent, :place, :hash)",
    "move_head": "UPDATE audit_head SET place=:place, hash=:hash WHERE audit_head.agent = :of_agent",
    "add_audit": (
        "INSERT INTO audit"
        " (change, at, agent, command, entity, entity_key, before_json, after_json, undoes, place, hash)"
        " VALUES (:change, :at, :agent, :command, :entity, :entity_key, :before_json, :after_json, :undoes,"
        " :place, :hash)"
    ),
}

HOLD = (
    "SELECT audit_head.place, audit_head.hash FROM audit_head WHERE audit_head.agent = :of_agent FOR UPDATE"
)

"""Take the turn to write an agent's time: row-level security gives an agent only the own row to lock."""

ADD_HELD = (
    "INSERT INTO audit_head (agent, place, hash) VALUES (:of_agent, 0, repeat('0', 64))"
    " ON CONFLICT (agent) DO NOTHING"
)

"""The row to lock of an agent who has none yet."""

NEXT_CHANGE = "SELECT nextval('audit_change_seq')"

"""The number of the next change on a server, where changes do not wait for each other."""

ON_A_SERVER = STATEMENTS | {
    "newest_change": f"{NEXT_CHANGE} - 1",
    # An agent adds an event without writing the case's standing, which others need: then it holds no more.
    "standing": (
        f"{STATEMENTS['standing']} AND standing.events ="  # noqa: S608 -- of the texts above alone
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
