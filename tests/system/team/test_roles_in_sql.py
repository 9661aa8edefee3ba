"""Past the program: whatever SQL is typed under an agent's login, the server itself holds it back."""

import psycopg
import pytest

from suptime.store.repositories.receivables import LEDGER

pytestmark = pytest.mark.postgres

ISSUED = (
    "issue",
    "invoice",
    "issued_line",
    "draw_down",
    "sending",
    "delivery",
    "sent_content",
    "booked_document",
    "hold",
    *LEDGER,
)


def test_sql_of_an_agent_cannot_touch_what_is_not_theirs(crew):
    tables = [*ISSUED, "audit", "client", "contract_version", "purchase", "team_member", "alembic_version"]
    with crew.sql("ana") as connection:
        for table in tables:
            (column,) = connection.execute(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_name = %s AND table_schema = current_schema() ORDER BY ordinal_position LIMIT 1",
                [table],
            ).fetchone()
            for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement)


def test_sql_of_an_agent_sees_the_units_of_others_and_changes_none(crew):
    with crew.sql("ana") as connection:
        assert connection.execute("SELECT count(*) FROM work_unit").fetchone() == (2,)
        assert connection.execute("UPDATE work_unit SET note = 'x'").rowcount == 1
        assert connection.execute("SELECT suptime_drop('work_unit', 2)").fetchone() == (False,)
        for stolen in (
            """INSERT INTO work_unit (case_number, agent, channel, started_at, note, guest, requested)
            VALUES ('CASE-123', 'ben', 'phone', 0, '', false, false)""",
            "INSERT INTO audit_head VALUES ('eve', 1, repeat('0', 64))",
            """INSERT INTO audit (change, at, agent, command, entity, entity_key, after_json, place, hash)
            VALUES (99, 0, 'ben', 'x', 'work_unit', '1', '{}', 99, repeat('0', 64))""",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
                connection.execute(stolen)
        for stolen in (
            "DELETE FROM work_unit WHERE agent = 'ben'",
            "UPDATE work_unit SET agent = 'ben' WHERE agent = 'ana'",
            "UPDATE audit_head SET agent = 'ben' WHERE agent = 'ana'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"):
                connection.execute(stolen)
    assert crew.rows("SELECT note FROM work_unit WHERE agent = 'ben'") == [("",)]


def test_sql_of_an_agent_cannot_lift_its_bounds(crew):
    with crew.sql("ana") as connection:
        for statement in (
            "ALTER TABLE work_unit DISABLE ROW LEVEL SECURITY",
            "DROP POLICY suptime_insert ON work_unit",
            "TRUNCATE work_unit",
            "INSERT INTO team_member VALUES (current_user, 'billing', 'ana')",
            "CREATE TABLE mine (a int)",
            "SELECT setval('work_unit_id_seq', 1)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
