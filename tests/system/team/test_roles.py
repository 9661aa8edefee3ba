"""Who may do what: tried through the program, and past it in SQL, with logins of a real server."""

import re

import psycopg
import pytest

from suptime.store.database import schema
from suptime.store.database.server import ServerStore
from suptime.store.repositories import team as rights

pytestmark = pytest.mark.postgres

OWN = "Set SUPTIME_AGENT=ana, or ask the store's owner to do it.\n"


def test_an_agent_has_the_timer_and_all_of_their_own_time(crew):
    assert crew("start CASE-123").out.startswith("Started U3 on CASE-123")
    assert crew("start CASE-124 --note 'a call'").code == 0
    assert '"unit": "U4"' in crew("status --format json").out
    assert crew("resume").code == 0
    assert crew("stop").code == 0
    assert crew("start CASE-123").code == 0
    assert crew("cancel").code == 0
    assert crew("edit U1 --note mine").code == 0
    assert crew("undo").code == 0
    assert crew("split U1 --at '2026-10-05 09:30'").code == 0
    assert crew("delete U1").code == 0
    assert crew("undo").out.startswith("Took back 'delete'")
    assert crew("waive U1 --reason 'it was my mistake'").code == 0
    assert len(crew.rows("SELECT 1 FROM audit WHERE agent = 'ana'")) > 10
    crew.work_as(None)
    assert crew("doctor").out.endswith("No damage found.\n")


def test_an_agent_opens_cases_tells_what_happens_to_them_and_books_time(crew):
    crew("case open CASE-300 --client acme --category configuration")
    crew("case consent CASE-300 --by ops@acme.example")
    crew("case resolve CASE-300 --cause no-defect-found")
    crew("appointment book CASE-123 --from '2026-10-06 09:00' --to '2026-10-06 10:00'")
    assert crew.refused("case edit CASE-300 --subject other") == (
        'Error: The login "ana" may change only the time of ana, and add to cases.'
        f" PostgreSQL says: permission denied for table case.\n{OWN}"
    )
    said = crew.refused(
        "appointment book CASE-123 --from '2026-10-07 09:00' --to '2026-10-07 10:00' --agent ben"
    )
    assert said == (
        'Error: The login "ana" may change only the time of ana, and add to cases.'
        ' PostgreSQL says: new row violates row-level security policy for table "appointment".\n' + OWN
    )


@pytest.mark.parametrize("line", ["edit U2 --note hers", "delete U2", "waive U2 --reason no"])
def test_an_agent_cannot_change_the_time_of_another(crew, line):
    before = crew.rows("SELECT * FROM work_unit ORDER BY id"), crew.rows("SELECT count(*) FROM audit")
    said = crew.refused(line)
    assert said == f'Error: The login "ana" may change only the time of ana, and add to cases.\n{OWN}'
    assert before == (
        crew.rows("SELECT * FROM work_unit ORDER BY id"),
        crew.rows("SELECT count(*) FROM audit"),
    )


@pytest.mark.parametrize(
    ("line", "table"),
    [
        ("log CASE-123 5m --from '2026-10-05 13:00' --agent ben", "work_unit"),
        ("start CASE-123 --agent ben", "work_unit"),
    ],
)
def test_an_agent_cannot_record_time_for_another(crew, line, table):
    assert crew.refused(line) == (
        'Error: The login "ana" may change only the time of ana, and add to cases.'
        f' PostgreSQL says: new row violates row-level security policy for table "{table}".\n{OWN}'
    )


def test_an_agent_cannot_act_under_another_name(crew):
    crew.work_as("ana", agent="ben")
    assert crew.refused("log CASE-123 5m --from '2026-10-05 13:00'").endswith(OWN)
    assert crew.refused("edit U2 --note x").endswith(OWN)
    assert crew("list --agent ben").code == 0


@pytest.mark.parametrize(
    "line",
    [
        "invoice --month 2026-10 --issue",
        "client add other --name Other --currency USD",
        "price set acme-ps hour 200 --from 2026-11-01",
        "close --through 2026-09",
    ],
)
def test_an_agent_cannot_issue_or_change_what_was_agreed(crew, line):
    crew.at("2026-11-02T15:00:00Z")
    said = crew.refused(line)
    assert re.search(r"PostgreSQL says: permission denied for table \w+\.\n", said)
    assert crew.rows("SELECT count(*) FROM issue") == [(0,)]


def test_billing_does_everything_but_roles_and_changing_what_was_issued(crew):
    crew.work_as("bill")
    crew.at("2026-11-02T15:00:00Z")
    assert crew("edit U2 --note 'in plain words'").code == 0
    assert crew("log CASE-123 30m --from '2026-10-05 13:00' --agent ben").code == 0
    assert crew("price set acme-ps hour 200 --from 2026-11-01").code == 0
    assert crew("invoice --month 2026-10 --issue").code == 0
    assert crew("invoice pay INV-2026-0001 --amount 10 --on 2026-11-02").code == 0
    assert crew("invoice credit INV-2026-0001 --reason wrong --write-off").code == 0
    refused = crew("team grant bill --role billing", code=5).err
    assert refused == (
        "Error: Only the owner of the store says who may do what with it.\n"
        "Ask whoever made the database, or work with that login.\n"
    )
    assert crew(f"team revoke {crew.logins['ana']}", code=5).err == refused
    for table in ("issue", "invoice", "issued_line", "audit"):
        with crew.sql("bill") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"DELETE FROM {table}")
    crew.work_as("bill", agent="ana")
    assert crew.refused("log CASE-123 5m --from '2026-10-05 16:00'") == (
        'Error: The login "bill" changes things as bill, never what was issued, and grants nothing.'
        ' PostgreSQL says: new row violates row-level security policy for table "audit".\n'
        "Set SUPTIME_AGENT=bill, or ask the store's owner to do it.\n"
    )
    assert crew.trail_faults() == []


def test_a_reader_reads_everything_and_changes_nothing(crew):
    crew.work_as("rita")
    assert "U1" in crew("list").out
    assert crew("invoice --month 2026-10 --client acme").code == 0
    assert crew("export suptime").code == 0
    assert crew("doctor").code == 0
    assert crew.refused("start CASE-123") == (
        'Error: The login "rita" may read, and change nothing.'
        " PostgreSQL says: permission denied for table audit_head.\n"
        "Ask the store's owner for another role.\n"
    )


def test_a_login_without_a_role_is_let_in_nowhere(crew):
    crew.logins["zoe"] = crew.databases.login("zoe")
    crew.work_as("zoe")
    shown = crew.databases.url(crew.name, "zoe")
    assert crew.refused("list") == (
        f"Error: The store {shown} refuses this user."
        " PostgreSQL says: permission denied for table alembic_version.\n"
        "Ask its owner for a role (suptime team grant), or for the right to make tables.\n"
    )


def test_a_revoked_login_is_let_in_nowhere_and_what_it_did_stays(crew):
    crew.work_as(None)
    login = crew.logins["ana"]
    assert crew(f"team revoke {login}").out == (
        f'Revoked the access of the login "{login}", which had the role agent.\n'
    )
    assert crew(f"team revoke {login}", code=3).err == (
        f'Error: "{login}" has no role here.\nTry: suptime team list\n'
    )
    crew.work_as("ana")
    assert "refuses this user" in crew.refused("list")
    crew.work_as(None)
    assert "ana" in crew("list").out
    assert [row["agent"] for row in crew("team list --format json").json["members"]] == [
        "ben",
        "bill",
        "rita",
    ]


def test_another_role_takes_the_place_of_the_one_before(crew):
    crew.work_as(None)
    login = crew.logins["ana"]
    assert crew(f"team grant {login} --role reader --agent ana").out == (
        f'Granted the role reader to the login "{login}", who works as ana.\n'
    )
    crew.work_as("ana")
    assert "may read, and change nothing" in crew.refused("start CASE-123")


def test_team_list_shows_who_works_as_whom(crew):
    crew.work_as(None)
    lines = [line.split() for line in crew("team list").out.splitlines()]
    assert lines[0] == ["Login", "Role", "Agent"]
    assert [line[1:] for line in lines[1:]] == [
        ["agent", "ana"],
        ["agent", "ben"],
        ["billing", "bill"],
        ["reader", "rita"],
    ]


def test_a_team_of_nobody_says_so(team):
    assert team("team list").err == "No login has a role. Grant one: suptime team grant LOGIN --role agent\n"


def test_a_login_that_is_not_there_or_cannot_be_held_back_is_refused(team):
    assert team("team grant no-one --role agent", code=3).err == (
        'Error: The server has no login "no-one".\n'
        "Make it there first: CREATE ROLE \"no-one\" LOGIN PASSWORD '...'\n"
    )
    owner = team.rows("SELECT current_user")[0][0]
    assert team(f"team grant {owner} --role reader", code=3).err == (
        f'Error: "{owner}" owns the store, or may do anything on its server: no role holds it back.\n'
        "Grant roles to other logins, and let people work with those.\n"
    )


def test_a_role_is_not_undone_but_changed_again(team):
    team.grant("ana", "agent")
    team.work_as(None)
    login = team.logins["ana"]
    assert team("undo", code=3).err == (
        f"Error: `team grant` cannot be undone: it changed what the server lets the login {login} do.\n"
        "Try: suptime team grant, or suptime team revoke, changes it again.\n"
    )


def test_a_login_of_strange_letters_is_quoted(team, databases):
    with team.sql() as connection:
        connection.execute('CREATE ROLE "o\'hara %s; ""x"":y" LOGIN')
    try:
        team(["team", "grant", 'o\'hara %s; "x":y', "--role", "reader"])
        assert team("team list --format json").json["members"][0]["login"] == 'o\'hara %s; "x":y'
        team(["team", "revoke", 'o\'hara %s; "x":y'])
    finally:
        with team.sql() as connection:
            connection.execute('DROP ROLE "o\'hara %s; ""x"":y"')


def test_an_older_store_is_brought_up_to_date_by_its_owner_alone(team, databases):
    name = databases.bare()
    store = ServerStore(databases.url(name))
    with store.connecting("write") as driver:
        connection = driver.connection()
        schema.migrate(connection, to="0009")
    store.close()
    team.logins["zoe"] = databases.login("zoe")
    team.name = name
    with team.sql() as connection:
        connection.execute(f'GRANT SELECT ON alembic_version TO "{team.logins["zoe"]}"')
    team.work_as("zoe")
    assert team.refused("status") == (
        f"Error: The store {databases.url(name, 'zoe')} was made by an older version of suptime."
        " Only its owner can bring it up to date.\n"
        "Let the owner run any command of this version: suptime status\n"
    )
    team.work_as(None)
    assert team("status").code == 0


def test_roles_go_on_after_a_migration_with_tables_that_it_made(crew):
    with crew.sql() as connection:
        connection.execute(f'REVOKE ALL ON standing, audit FROM "{crew.logins["ana"]}"')
        connection.execute("DROP POLICY suptime_insert ON work_unit")
    assert "row-level security" in crew.refused("log CASE-123 5m --from '2026-10-05 07:00'")
    store = ServerStore(crew.url)
    with store.connecting("write") as driver:
        rights.give_again(driver)
    store.close()
    assert crew("log CASE-123 5m --from '2026-10-05 07:00'").code == 0
    assert "may change only the time of ana" in crew.refused("edit U2 --note x")
