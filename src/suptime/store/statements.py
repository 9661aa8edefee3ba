"""The timer's few statements as texts. A test compiles the same from the tables, and compares."""

from collections.abc import Sequence

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
