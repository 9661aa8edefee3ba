"""Many at once on one server, and a connection that is lost: nothing twice, nothing half, a clear word."""

import threading
from itertools import count

import psycopg
import pytest

from suptime.app.work.start import StartRequest, start
from suptime.app.work.timer import stop
from suptime.cli import main
from suptime.domain.time import Zone, from_rfc3339
from suptime.errors import Conflict
from suptime.store.database import server, turns
from suptime.store.timer import open_clock

pytestmark = pytest.mark.postgres

AGENTS = 40
NOON = from_rfc3339("2026-10-05T12:00:00Z")


def at_once(jobs):
    """Run JOBS in threads that begin together; what they raised."""
    faults = []
    ready = threading.Barrier(len(jobs))

    def run(job):
        ready.wait()
        try:
            job()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            faults.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return faults


def no_store():
    """A case that is there is started without the whole store: a command is one connection."""
    raise AssertionError


def test_forty_agents_switch_their_timers_at_once(team):
    seconds = count(NOON)

    def job(agent):
        def run():
            with open_clock(team.url) as clock:
                for case in ("CASE-123", "CASE-124", "CASE-123"):
                    start(
                        clock,
                        no_store,
                        case,
                        StartRequest(agent),
                        now=seconds.__next__,
                        agent=agent,
                        zone=Zone("UTC"),
                    )
                stop(
                    clock,
                    agent,
                    None,
                    at=None,
                    more=None,
                    note=None,
                    now=seconds.__next__,
                    agent=agent,
                    zone=Zone("UTC"),
                )

        return run

    assert at_once([job(f"agent{n:02}") for n in range(AGENTS)]) == []
    kept = team.rows("SELECT agent, count(*), count(ended_at) FROM work_unit GROUP BY agent ORDER BY agent")
    assert kept == [(f"agent{n:02}", 3, 3) for n in range(AGENTS)]
    assert team.trail_faults() == []


def test_one_agent_who_starts_twenty_times_at_once_has_one_timer(team):
    def run():
        with open_clock(team.url) as clock:
            for case in ("CASE-123", "CASE-124"):
                start(
                    clock,
                    no_store,
                    case,
                    StartRequest("ana"),
                    now=lambda: NOON,
                    agent="ana",
                    zone=Zone("UTC"),
                )

    assert at_once([run] * 20) == []
    assert team.rows("SELECT count(*) FROM work_unit WHERE ended_at IS NULL") == [(1,)]
    assert team.trail_faults() == []


def test_who_finds_the_server_full_waits_for_a_turn(team):
    team.grant("ana", "agent")
    with team.sql() as owner:
        owner.execute(f"ALTER ROLE {team.logins['ana']} CONNECTION LIMIT 3")
    url = team.databases.url(team.name, team.logins["ana"])

    def run():
        with open_clock(url) as clock, clock.reading() as tx:
            tx.running("ana")

    assert at_once([run] * 8) == []


def test_a_server_that_stays_full_is_named(team, monkeypatch):
    monkeypatch.setattr(server, "WAITS", (0, 0))
    team.grant("ana", "agent")
    with team.sql() as owner, team.sql("ana"):
        owner.execute(f"ALTER ROLE {team.logins['ana']} CONNECTION LIMIT 1")
        said = team("status", code=5).err.splitlines()
    assert said[0].startswith("Error: The store ")
    assert " has no connection free. PostgreSQL says: " in said[0]
    assert said[0].endswith(f'FATAL: too many connections for role "{team.logins["ana"]}".')
    assert said[1:] == ["Try again in a moment, or have the server take more (max_connections)."]


def test_a_connection_that_drops_in_mid_transaction_leaves_nothing(team):
    before = team.rows("SELECT count(*) FROM client"), team.rows("SELECT count(*) FROM audit")

    assert _with_a_drop(team) == (
        f"Error: The connection to the store {team.url} was lost. Nothing was changed.\nTry again.\n"
    )
    assert before == (team.rows("SELECT count(*) FROM client"), team.rows("SELECT count(*) FROM audit"))
    assert team.trail_faults() == []
    assert team("client add other --name Other --currency USD").code == 0


def test_a_connection_that_drops_while_a_change_is_kept_is_not_said_to_have_changed_nothing(
    team, monkeypatch
):
    from suptime.store.repositories import Transaction

    sealed = Transaction.seal

    def seal(tx):
        sealed(tx)
        team.databases.end_connections(team.name)

    monkeypatch.setattr(Transaction, "seal", seal)
    assert team("client add other --name Other --currency USD", code=5).err == (
        f"Error: The connection to the store {team.url} was lost while a change was being kept."
        " It is there whole, or not at all: nobody could say which.\n"
        "Look whether it is there before you do it again.\n"
    )
    assert team.rows("SELECT count(*) FROM client WHERE code = 'other'") == [(0,)]
    assert team.trail_faults() == []


def _with_a_drop(team):
    """What `client add` says where the server ends every connection in the middle of it."""
    from suptime.store.repositories.clients import Clients

    kept = Clients.add

    def add(clients, client):
        added = kept(clients, client)
        team.databases.end_connections(team.name)
        return added

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Clients, "add", add)
        return team("client add other --name Other --currency USD", code=5).err


def _deadlocked(team, monkeypatch, times):
    """Have the server take back the first TIMES changes of work units, as in a deadlock."""
    from suptime.store.repositories.work import Units

    kept, tried = Units.add, []

    def add(units, unit):
        added = kept(units, unit)
        tried.append(unit)
        if len(tried) <= times:
            units.driver.run("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END $$")
        return added

    monkeypatch.setattr(Units, "add", add)
    monkeypatch.setattr(main, "WAITS", (0, 0, 0))
    return tried


def test_a_change_that_the_server_took_back_is_tried_again(team, monkeypatch):
    tried = _deadlocked(team, monkeypatch, times=3)
    assert team("log CASE-123 5m --from '2026-10-05 07:00'").out.startswith("Logged U")
    assert len(tried) == 4
    assert team.rows("SELECT count(*) FROM work_unit") == [(1,)]
    assert team.trail_faults() == []


def test_a_change_that_the_server_takes_back_every_time_is_given_up(team, monkeypatch):
    tried = _deadlocked(team, monkeypatch, times=99)
    assert team("log CASE-123 5m --from '2026-10-05 07:00'", code=5).err == (
        f"Error: Another change got in the way of this one in the store {team.url}. Nothing was changed."
        " PostgreSQL says: 40P01.\nTry again.\n"
    )
    assert len(tried) == 4
    assert team.rows("SELECT count(*) FROM work_unit") == [(0,)]


def test_what_sends_or_reads_files_is_not_tried_again_by_itself(team, monkeypatch):
    called = []

    def command(arguments):
        called.append(arguments)
        raise Conflict("Another change got in the way.")

    monkeypatch.setattr(main, "_command", command)
    monkeypatch.setattr(main, "WAITS", (0, 0, 0))
    for line in ("invoice send INV-2026-0001", "import suptime -", "invoice --month 2026-10 --issue --out x"):
        called.clear()
        team(line, code=5)
        assert len(called) == 1
    for line in ("invoice --month 2026-10 --issue", "stop", "case open --client acme"):
        called.clear()
        team(line, code=5)
        assert len(called) == 4


def test_a_writer_that_waits_too_long_for_another_says_so(team, monkeypatch):
    monkeypatch.setattr(turns, "_BEGIN", (turns._BEGIN[0], "SET LOCAL lock_timeout = '100ms'"))
    with team.sql() as other, other.transaction():
        other.execute("LOCK TABLE closing IN EXCLUSIVE MODE")
        assert team("start CASE-123", code=5).err == (
            f"Error: The store {team.url} is locked by another program."
            " PostgreSQL says: canceling statement due to lock timeout.\n"
            "Try again when that program has finished.\n"
        )
    assert team("start CASE-123").code == 0


def test_a_server_that_is_not_there_is_named(team):
    url = psycopg.conninfo.conninfo_to_dict(team.url)
    team._suptime.set(SUPTIME_DB=f"postgresql://nobody@{url['host']}:1/none")
    said = team("status", code=5).err
    assert said.startswith(f"Error: The store postgresql://nobody@{url['host']}:1/none cannot be reached.")
    assert said.endswith("Check that the server runs and the URL is right.\n")
