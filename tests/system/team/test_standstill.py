"""No login can stop the others: each attack is held open under a real login while the others work."""

import random
import threading
import time
from contextlib import suppress
from functools import partial

import psycopg
import pytest
from driving import ACCEPT_ALL, open_acme
from test_team_at_once import at_once

from suptime.app.invoices.issue import IssueSettings, issue
from suptime.app.work.start import StartRequest, start
from suptime.app.work.timer import stop
from suptime.cli import console
from suptime.domain.finding import Acceptance
from suptime.domain.time import Month, Zone, from_rfc3339
from suptime.store import open_store
from suptime.store.database import schema
from suptime.store.database.server import ServerStore
from suptime.store.repositories import Transaction
from suptime.store.repositories import team as rights
from suptime.store.timer import open_clock

pytestmark = pytest.mark.postgres

SOON = 5
"""Seconds within which a command must pass: locks are waited for twice as long."""


def everybody_else_works(crew, number=""):
    """Ben times, logs and opens a case; billing logs for ben, changes a case and issues: at once, all of it."""
    crew.at("2026-11-02T15:00:00Z")
    for who, lines in {
        "ben": (
            "start CASE-123",
            "stop",
            "log CASE-123 5m --from '2026-10-05 13:00'",
            f"case open {number} --client acme --category configuration",
            "case consent CASE-123 --by ops@acme.example",
            "delete U2",
            "undo",
        ),
        "bill": (
            "log CASE-123 5m --from '2026-10-05 14:00' --agent ben",
            "case edit CASE-124 --subject other",
            "invoice --month 2026-10 --issue",
        ),
    }.items():
        crew.work_as(who)
        for line in lines:
            begun = time.monotonic()
            assert crew(line).code == 0
            assert time.monotonic() - begun < SOON, line
    crew.work_as(None)
    assert crew.trail_faults() == []


MINE = "(SELECT id FROM work_unit WHERE agent = 'ana')"
HELD = {
    "the lock of an older version": "SELECT pg_advisory_xact_lock(7310789)",
    "the same for a session": "SELECT pg_advisory_lock(7310789)",
    "every table, as far as reading goes": "LOCK TABLE work_unit, audit, closing, standing IN ACCESS SHARE MODE",
}
HELD_BY_AN_AGENT = {
    "time of a busy case": "INSERT INTO work_unit (case_number, agent, channel, started_at, note, guest, requested)"
    " VALUES ('CASE-123', 'ana', 'phone', 1791190000, '', false, false)",
    "all of the own time": "SELECT * FROM work_unit FOR UPDATE",
    "changes of all of the own time": "UPDATE work_unit SET note = 'x'",
    "the own turn": "SELECT * FROM audit_head FOR UPDATE",
    "an event of a busy case": "INSERT INTO case_event (case_number, kind, at, by_whom)"
    " VALUES ('CASE-123', 'consent', 1791190000, 'me')",
    "marks of closed months": "INSERT INTO unsettled_case (case_number, day)"
    ' SELECT number, d FROM "case", generate_series(20700, 20800) d',
    "the number of the next case": 'INSERT INTO "case" (number, folded, serial, client, contract, opened_at, subject)'
    " SELECT 'CASE-' || n, 'case-' || n, n, 'acme', 'acme-ps', 0, ''"
    ' FROM generate_series((SELECT max(serial) + 1 FROM "case"), (SELECT max(serial) + 1000 FROM "case")) n',
    "the audit trail": "INSERT INTO audit (change, at, agent, command, entity, entity_key, after_json, place, hash)"
    " VALUES (nextval('audit_change_seq'), 0, 'ana', 'x', 'work_unit', '1', '{}', 99, repeat('0', 64))",
    "a unit that was deleted": f"SELECT suptime_drop('work_unit', id) FROM {MINE} mine",
}


@pytest.mark.parametrize(("who", "attacks"), [("rita", HELD), ("ana", HELD | HELD_BY_AN_AGENT)])
def test_what_a_login_holds_open_stops_nobody(crew, who, attacks):
    with crew.sql(who) as attacker:
        attacker.execute("BEGIN")
        for attack in attacks.values():
            attacker.execute(attack)
        everybody_else_works(crew)
        attacker.execute("ROLLBACK")


MODES = (
    *("ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE"),
    *("SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"),
)


@pytest.mark.parametrize("who", ["rita", "ana"])
def test_no_login_of_a_lesser_role_locks_a_table(crew, who):
    with crew.sql(who) as attacker:
        for (table,) in crew.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
            for mode in MODES:
                with pytest.raises(psycopg.errors.InsufficientPrivilege), attacker.transaction():
                    attacker.execute(f'LOCK TABLE "{table}" IN {mode} MODE')


def test_billing_locks_no_table_of_what_was_issued_or_of_the_trail(crew):
    with crew.sql("bill") as attacker:
        for table in (
            "audit",
            "audit_head",
            "dropped_unit",
            "issue",
            "invoice",
            "issued_line",
            "team_member",
        ):
            for mode in MODES[2:]:
                with pytest.raises(psycopg.errors.InsufficientPrivilege), attacker.transaction():
                    attacker.execute(f"LOCK TABLE {table} IN {mode} MODE")


@pytest.mark.parametrize("lock", ["KEY SHARE", "SHARE", "NO KEY UPDATE", "UPDATE"])
def test_an_agent_locks_no_row_of_another(crew, lock):
    with crew.sql("ana") as attacker:
        for table in (
            '"case"',
            "case_event",
            "client",
            "closing",
            "contract",
            "standing",
            "team_member",
            "issue",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), attacker.transaction():
                attacker.execute(f"SELECT 1 FROM {table} FOR {lock}")
        for table in ("work_unit", "audit_head"):
            rows = attacker.execute(f"SELECT agent FROM {table} FOR {lock}").fetchall()
            assert {agent for (agent,) in rows} == {"ana"}


AUDIT = (
    "INSERT INTO audit ({}change, at, agent, command, entity, entity_key, after_json, place, hash)"
    " VALUES ({}, 0, 'ana', 'x', 'work_unit', '1', '{{}}', 99, repeat('0', 64))"
)
UNIT = (
    "INSERT INTO work_unit (id, case_number, agent, channel, started_at, ended_at, note, guest, requested)"
    " VALUES ({}, 'CASE-123', 'ana', 'phone', 0, 0, '', false, false)"
)
CASE = (
    'INSERT INTO "case" (number, folded, serial, client, contract, opened_at, subject)'
    " VALUES ('{}', 'x', {}, 'acme', 'acme-ps', 0, '')"
)
HUGE = 2**63 - 1


COUNTED = [
    AUDIT.format("", HUGE),
    AUDIT.format("", 1),
    AUDIT.format("", "(SELECT last_value + 1 FROM audit_change_seq)"),
    AUDIT.format("id, ", f"{HUGE}, nextval('audit_change_seq')"),
    AUDIT.format("", "nextval('audit_change_seq')").replace("'1'", "'x'"),
    AUDIT.format("", "nextval('audit_change_seq')").replace("'{}'", "'no json'"),
    AUDIT.format("", "nextval('audit_change_seq')").replace("'work_unit'", "'erasure'"),
    UNIT.format(HUGE),
    UNIT.format(2),
    UNIT.format(3),
    UNIT.format("(SELECT last_value + 1 FROM work_unit_id_seq)"),
    f"UPDATE work_unit SET id = {HUGE}",
    CASE.format(f"CASE-{HUGE}", HUGE),
    CASE.format("other", HUGE),
    CASE.format("CASE-1000000000", 1_000_000_000),
    "INSERT INTO case_event (id, case_number, kind, at) VALUES (99, 'CASE-123', 'respond', 0)",
    "INSERT INTO unsettled_case (id, case_number, day) VALUES (99, 'CASE-123', 0)",
    (
        "INSERT INTO standing (case_number, client, status, settled_at, valid_from, warnings, slow)"
        " VALUES ('CASE-123', 'acme', 'resolved', 0, 0, '[]', false)"
    ),
    "UPDATE standing SET slow = true",
    "INSERT INTO dropped_unit VALUES (99, 'ana')",
    f"SELECT setval('audit_change_seq', {HUGE})",
    f"SELECT setval('work_unit_id_seq', {HUGE})",
    "ALTER SEQUENCE audit_change_seq RESTART",
    "CREATE FUNCTION max(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION suptime_drop(entity text, id bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
]


def test_an_agent_gives_no_number_that_others_count_from(crew):
    with crew.sql("ana") as attacker:
        for statement in COUNTED:
            with pytest.raises(psycopg.Error), attacker.transaction():
                attacker.execute(statement)
    everybody_else_works(crew)


def test_the_highest_number_that_an_agent_may_give_stops_no_numbering(crew):
    with crew.sql("ana") as attacker:
        attacker.execute(CASE.format("CASE-999999999", 999_999_999))
    crew.work_as("ben")
    for number in ("CASE-201", "CASE-202"):
        assert number in crew("case open --client acme --category configuration").out


def test_billing_sets_no_sequence(crew):
    with crew.sql("bill") as attacker:
        for sequence in ("audit_change_seq", "work_unit_id_seq", "issued_line_id_seq"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                attacker.execute(f"SELECT setval('{sequence}', {HUGE})")


def test_a_role_is_given_while_a_reader_holds_every_table_open(crew):
    with crew.sql("rita") as attacker, attacker.transaction():
        attacker.execute(HELD["every table, as far as reading goes"])
        begun = time.monotonic()
        crew.grant("eve", "agent")
        assert time.monotonic() - begun < SOON
        assert crew("start CASE-123").code == 0


def test_a_reader_calls_no_function_of_the_store(crew):
    with crew.sql("rita") as attacker, pytest.raises(psycopg.errors.InsufficientPrivilege):
        attacker.execute("SELECT suptime_drop('work_unit', 1)")


def test_rows_of_another_agent_are_no_part_of_a_change(crew):
    crew.work_as("ben")
    crew("edit U2 --note first")
    ((change,),) = crew.rows("SELECT max(change) FROM audit WHERE agent = 'ben'")
    with crew.sql("ana") as attacker:
        attacker.execute(
            "INSERT INTO audit (change, at, agent, command, entity, entity_key, before_json, place, hash, undoes)"
            " VALUES (%s, 0, 'ana', 'delete', 'work_unit', '99', '{}', 98, repeat('0', 64), %s)",
            [change, change],
        )
    assert crew("undo").out.startswith("Took back 'edit'")
    assert crew.rows("SELECT note FROM work_unit WHERE id = 2") == [("",)]


def test_an_event_of_an_agent_counts_for_the_next_start_of_another(crew):
    crew.work_as("ana")
    crew("case resolve CASE-123 --cause no-defect-found")
    crew.work_as("ben")
    assert "CASE-123" in crew("start CASE-123", code=3).err
    crew.work_as(None)
    assert crew("doctor").out.endswith("No damage found.\n")


def test_a_new_login_has_a_limit_of_connections(crew):
    asked = "SELECT rolconnlimit FROM pg_roles WHERE rolname = '{}'"
    assert crew.rows(asked.format(crew.logins["ana"])) == [(rights.MOST_CONNECTIONS,)]
    with crew.sql() as owner:
        owner.execute(f"ALTER ROLE {crew.logins['ana']} CONNECTION LIMIT 3")
    crew.work_as(None)
    crew(f"team grant {crew.logins['ana']} --role agent --agent ana")
    assert crew.rows(asked.format(crew.logins["ana"])) == [(3,)]


def test_an_owner_who_may_not_limit_connections_is_told_so(team):
    owner, login = team.databases.login("owner"), team.databases.login("zoe")
    name = team.databases.bare()
    with team.sql() as superuser:
        superuser.execute(f"ALTER DATABASE {name} OWNER TO {owner}")
    team._suptime.set(SUPTIME_DB=team.databases.url(name, owner))
    team("init")
    assert team(f"team grant {login} --role agent").err == (
        f'Warning: "{login}" may open any number of connections: have a superuser run'
        f' ALTER ROLE "{login}" CONNECTION LIMIT {rights.MOST_CONNECTIONS}.\n'
    )


OLD_RIGHTS = """
    GRANT USAGE ON SCHEMA public TO {login};
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO {login};
    GRANT INSERT, UPDATE, DELETE ON work_unit, appointment, standing TO {login};
    GRANT INSERT ON "case", case_event, message, unsettled_case, audit TO {login};
    GRANT INSERT, UPDATE ON audit_head TO {login};
    GRANT USAGE, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {login};
    ALTER TABLE work_unit ENABLE ROW LEVEL SECURITY;
    CREATE POLICY suptime_reads_all ON work_unit FOR SELECT USING (true);
    CREATE POLICY suptime_writes_own ON work_unit FOR ALL USING (true) WITH CHECK (true);
    INSERT INTO team_member VALUES ('{login}', 'agent', 'ana');
"""


def test_a_login_of_an_older_version_has_the_new_rights_once_the_owner_came(team):
    team.name = team.databases.bare()
    team.url = team.databases.url(team.name)
    team.logins["ana"] = login = team.databases.login("ana")
    store = ServerStore(team.url)
    with store.connecting("make") as driver:
        connection = driver.connection()
        schema.migrate(connection, to="0010")
        driver.raw.execute(OLD_RIGHTS.format(login=login))
    store.close()
    team.work_as(None)
    open_acme(team)
    with team.sql("ana") as attacker:
        for statement in (
            "LOCK TABLE work_unit",
            "DELETE FROM standing",
            "SELECT setval('audit_id_seq', 1)",
            UNIT.format(99),
        ):
            with pytest.raises(psycopg.Error), attacker.transaction():
                attacker.execute(statement)
    policies = team.rows("SELECT policyname FROM pg_policies WHERE tablename = 'work_unit'")
    assert {name for (name,) in policies} == {
        *("suptime_select", "suptime_insert", "suptime_update", "suptime_delete")
    }
    team.work_as("ana")
    assert team("start CASE-123").code == 0
    assert team("cancel").code == 0
    assert team("undo").code == 0
    assert team("stop").code == 0


def works(crew, agent):
    """The job of an agent who switches between two cases on 6 October, 24 times 8 min."""
    url = crew.databases.url(crew.name, crew.logins[agent])
    named = {"agent": agent, "zone": Zone("UTC")}

    def run():
        with open_clock(url) as clock, open_store(url) as store:
            for turn in range(12):
                at = from_rfc3339("2026-10-06T08:00:00Z") + turn * 1200
                for case in ("CASE-123", "CASE-124"):
                    start(clock, lambda: store, case, StartRequest(agent), now=partial(int, at), **named)
                    at += 480
                stop(clock, agent, None, at=None, more=None, note=None, now=partial(int, at), **named)

    return run


def issues(crew, working):
    """The job of billing, which issues October again and again while agents are WORKING."""
    house = IssueSettings(console.settings(), "INV-{year}-{serial:04}", Zone("UTC"))
    accepted = Acceptance.of(ACCEPT_ALL.split(","))
    named = {"now": from_rfc3339("2026-11-02T15:00:00Z"), "agent": "bill"}

    def run():
        supplement = False
        with open_store(crew.databases.url(crew.name, crew.logins["bill"])) as store:
            while working.is_set() or not supplement:
                with suppress(TimeoutError):
                    asked = house.asked(Month(2026, 10), None, None, supplement=supplement)
                    issue(store, asked, house, accepted, **named)
                    supplement = True

    return run


def failing_at_the_end(monkeypatch):
    """Have three of ten issues fail when all is written; those that did."""
    dice, failed, sealed = random.Random(12), [], Transaction.seal

    def seal(tx):
        sealed(tx)
        if tx.rows.author.command == "invoice --issue" and dice.random() < 0.3:
            failed.append(tx)
            raise TimeoutError

    monkeypatch.setattr(Transaction, "seal", seal)
    return failed


def test_issues_beside_agents_who_start_and_stop_lose_nothing(crew):
    for agent in ("cat", "dan"):
        crew.grant(agent, "agent")
    crew.work_as("bill")
    crew.at("2026-11-02T15:00:00Z")
    working = threading.Event()
    working.set()
    with pytest.MonkeyPatch.context() as patched:
        failed = failing_at_the_end(patched)
        issuer = threading.Thread(target=issues(crew, working))
        issuer.start()
        faults = at_once([works(crew, agent) for agent in ("ana", "ben", "cat", "dan")])
        working.clear()
        issuer.join(60)
    assert faults == []
    assert not issuer.is_alive()
    assert failed
    crew("invoice --month 2026-10 --issue --supplement")
    serials = [serial for (serial,) in crew.rows("SELECT serial FROM invoice ORDER BY serial")]
    assert serials == [*range(1, len(serials) + 1)]
    assert len(serials) > 1
    crew("invoice --month 2026-10 --issue --supplement")
    assert crew.rows("SELECT count(*) FROM invoice") == [(len(serials),)]
    assert crew.rows("SELECT count(*) FROM work_unit WHERE ended_at IS NOT NULL") == [(2 + 4 * 24,)]
    # Each second of work is claimed once: 2 h from before, and 24 times 8 min of each of four agents.
    assert crew.rows("SELECT sum(worked_seconds) FROM issued_line") == [(7200 + 4 * 24 * 480,)]
    crew.work_as(None)
    assert crew("doctor").out.endswith("No damage found.\n")
