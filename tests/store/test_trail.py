"""The audit trail is a chain: a row that was changed, taken out or put in is found."""

import hashlib
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from store_seed import NOW, changing, refused, unit

from stores import new_store
from suptime.domain.client import Client
from suptime.errors import NotPossible
from suptime.store import Store, open_store
from suptime.store.database import schema
from suptime.store.database.audit_chain import START, hash_of, link
from suptime.store.database.server import ServerStore
from suptime.store.timer import open_clock

ROW = {
    "agent": "ana",
    "place": 1,
    "change": 7,
    "at": 1791208800,
    "command": "log",
    "entity": "work_unit",
    "entity_key": "12",
    "before_json": None,
    "after_json": '{"note":"late"}',
    "undoes": None,
}


def faults(store: Store) -> list[str]:
    with store.reading() as tx:
        return list(tx.audit.faults())


def spoil(path: Path, statement: str) -> list[str]:
    """Run STATEMENT on the file PATH with nothing but SQLite. Gives what the trail then says."""
    connection = sqlite3.connect(path)
    with connection:
        assert connection.execute(statement).rowcount > 0, statement
    connection.close()
    with open_store(str(path)) as store:
        return faults(store)


@pytest.fixture
def trail(path: Path) -> Path:
    """A store where the seed left rows 1 to 4, ana 1 to 5 (changes 2 to 5) and ben row 1 (change 6)."""
    with open_store(str(path)) as store:
        for start in (0, 100):
            with changing(store, "log") as tx:
                tx.units.add(unit(start, start + 50))
        with changing(store, "split") as tx:
            tx.units.save(tx.units.get(1)._replace(ended_at=NOW + 20))
            tx.units.add(unit(20, 50))
        with changing(store, "delete") as tx:
            tx.units.delete(2)
        with changing(store, "log", "ben") as tx:
            tx.units.add(unit(0, 50, agent="ben"))
        assert faults(store) == []
        with store.reading() as tx:
            assert {agent: head.place for agent, head in tx.audit.heads().items()} == {
                "ana": 5,
                "ben": 1,
                "seed": 5,
            }
    return path


def test_a_rows_hash_is_over_its_documented_bytes():
    said = '0:3:ana1:11:710:17912088003:log9:work_unit2:12-15:{"note":"late"}-'
    assert hash_of("", ROW) == hashlib.sha256(said.encode()).hexdigest()
    decision = Path(__file__).parents[2] / "docs" / "adr" / "0016-audit-rows-in-a-chain.md"
    assert f"\n{said}\n" in decision.read_text(encoding="utf-8")
    second = hash_of("a" * 64, ROW | {"place": 2, "undoes": 6, "after_json": '{"note":"spät"}'})
    said = f'64:{"a" * 64}3:ana1:21:710:17912088003:log9:work_unit2:12-15:{{"note":"spät"}}1:6'
    assert second == hashlib.sha256(said.encode()).hexdigest()


@pytest.mark.parametrize("name", ROW)
def test_every_field_of_a_row_makes_its_hash(name: str):
    other = 99 if isinstance(ROW[name], int) else "other"
    assert hash_of("", ROW) != hash_of("", ROW | {name: other}) != hash_of("", ROW | {name: None})


def test_what_moves_from_one_field_to_the_next_changes_the_hash():
    assert hash_of("", ROW | {"entity": "a", "entity_key": "bc"}) != hash_of(
        "", ROW | {"entity": "ab", "entity_key": "c"}
    )


def test_every_writer_goes_on_with_the_chain(url: str, store: Store):
    with changing(store, "log") as tx:
        tx.units.add(unit(0, 50))
    clock = open_clock(url)
    try:
        for command, moment in (("start", 60), ("start", 70), ("stop", 80)):
            with clock.changing(now=lambda at=moment: NOW + at, agent="ana", command=command) as tx:
                runs = tx.running("ana")
                if runs:
                    tx.end_unit(runs.id, tx.now)
                if command == "start":
                    tx.add_unit(unit(moment, None))
    finally:
        clock.close()
    with changing(store, "undo") as tx:
        tx.history.undo(tx.history.last("ana"))
    with changing(store, "import") as tx:
        tx.units.add_many([unit(200, 250, agent="ben")])
        tx.imports.note("0" * 64, {"unit": 1})
    with store.reading() as tx:
        mine = [row for row in tx.audit.each() if row.agent == "ana"]
        assert [row.place for row in mine] == list(range(1, 9))  # the last is the digest of the unit
        assert tx.audit.heads()["ana"] == (8, mine[-1].hash)
    assert faults(store) == []


def test_a_change_that_failed_leaves_the_chain_as_it_was(store: Store):
    def half():
        with changing(store) as tx:
            tx.units.add(unit(0, 50))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    with changing(store) as tx:
        tx.units.add(unit(0, 50))
    with store.reading() as tx:
        assert tx.audit.heads()["ana"].place == 1
    assert faults(store) == []


SPOILT = {
    "UPDATE audit SET after_json = replace(after_json, '1791208850', '1791208860') WHERE agent = 'ana' AND place = 1": [
        "Row 1 of ana's audit trail (`log`, id 6) is not as it was written."
    ],
    "UPDATE audit SET at = at + 1 WHERE agent = 'ana' AND place = 5": [
        "Row 5 of ana's audit trail (`delete`, id 10) is not as it was written."
    ],
    "UPDATE audit SET agent = 'eve' WHERE agent = 'ben'": [
        "Row 1 of eve's audit trail (`log`, id 11) is not as it was written.",
        "eve's audit trail goes on after its last row, 0.",
        "Row 1 of ben's audit trail is missing.",
    ],
    "UPDATE audit SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE agent = 'ana' AND place = 2": [
        "Row 2 of ana's audit trail (`log`, id 7) is not as it was written.",
        "Row 3 of ana's audit trail (`split`, id 8) is not as it was written.",
    ],
    "DELETE FROM audit WHERE agent = 'ana' AND place = 3": ["Row 3 of ana's audit trail is missing."],
    "DELETE FROM audit WHERE agent = 'ana' AND place IN (2, 3)": [
        "Rows 2 to 3 of ana's audit trail are missing.",
        "Change 3 of the audit trail is missing.",
    ],
    "DELETE FROM audit WHERE agent = 'ana' AND place = 5": [
        "Row 5 of ana's audit trail is missing.",
        "Change 5 of the audit trail is missing.",
    ],
    "DELETE FROM audit WHERE agent = 'ben'": ["Row 1 of ben's audit trail is missing."],
    "DELETE FROM audit_head WHERE agent = 'ana'": ["ana's audit trail goes on after its last row, 0."],
    "UPDATE audit_head SET place = 7 WHERE agent = 'ana'": ["Rows 6 to 7 of ana's audit trail are missing."],
    "UPDATE audit_head SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE agent = 'ana'": [
        "Row 5 of ana's audit trail is not the last one that was written."
    ],
    "INSERT INTO audit SELECT NULL, change, at, agent, command, entity, entity_key, before_json, after_json, undoes,"
    " 6, hash FROM audit WHERE agent = 'ana' AND place = 5": [
        "Row 6 of ana's audit trail (`delete`, id 12) is not as it was written.",
        "ana's audit trail goes on after its last row, 5.",
    ],
    "UPDATE audit SET id = 99 WHERE agent = 'ana' AND place = 4": [
        "Row 5 of ana's audit trail (`delete`, id 10) is not in its place."
    ],
}


@pytest.mark.parametrize("statement", SPOILT)
def test_what_was_done_to_the_trail_is_found(trail: Path, statement: str):
    assert spoil(trail, statement) == SPOILT[statement]


def test_an_agents_whole_trail_that_is_gone_leaves_a_gap_in_the_changes(trail: Path):
    spoil(trail, "DELETE FROM audit_head WHERE agent = 'ana'")
    assert spoil(trail, "DELETE FROM audit WHERE agent = 'ana'") == [
        "Changes 2 to 5 of the audit trail are missing."
    ]


def test_a_trail_that_is_put_back_has_the_hashes_that_it_had(trail: Path, tmp_path: Path):
    with open_store(str(trail)) as store, store.reading() as tx:
        rows, heads = list(tx.audit.each()), tx.audit.heads()
    for bare in (False, True):
        given = [replace(row, place=0, hash="") if bare else row for row in rows]
        with new_store(tmp_path / f"other-{bare}.db") as other:
            with changing(other) as tx:
                tx.audit.add_many(given[:4])
                tx.audit.add_many(given[4:])
            with other.reading() as tx:
                assert list(tx.audit.each()) == rows
                assert tx.audit.heads() == heads
            assert faults(other) == []


def test_a_trail_that_was_changed_outside_is_not_put_back(trail: Path, tmp_path: Path):
    with open_store(str(trail)) as store, store.reading() as tx:
        rows = list(tx.audit.each())

    def restore(given):
        with new_store(tmp_path / "other.db") as other, changing(other) as tx:
            tx.audit.add_many(given)

    said = (
        "The audit row 8, of ana's `split`, does not follow the one before it.\n"
        "It was changed, or a row before it is missing."
    )
    assert refused(NotPossible, lambda: restore([*rows[:7], replace(rows[7], at=1), *rows[8:]])) == said
    assert refused(NotPossible, lambda: restore([*rows[:6], *rows[7:]])) == said


OLD = "INSERT INTO audit (change, at, agent, command, entity, entity_key, after_json) VALUES "
OLD_ROWS = (
    "(1, 5, 'ana', 'client add', 'client', 'acme', '{}')",
    "(1, 5, 'ana', 'client add', 'contract', 'c', '{\"ä\":1}')",
    "(2, 6, 'ben', 'log', 'work_unit', '1', '{}')",
    "(3, 7, 'ana', 'log', 'work_unit', '2', '{}')",
)


def linked_old_rows(store: Store) -> None:
    with store.reading() as tx:
        rows = list(tx.audit.each())
    assert [(row.agent, row.place) for row in rows] == [("ana", 1), ("ana", 2), ("ben", 1), ("ana", 3)]
    first = link(START, ROW | {"change": 1, "at": 5, "command": "client add", "entity": "client"} | {"entity_key": "acme", "after_json": "{}"})  # fmt: skip
    assert rows[0].hash == first["hash"]
    assert faults(store) == []
    with changing(store) as tx:
        tx.clients.add(Client("beta", "Beta"))
    assert faults(store) == []
    with store.reading() as tx:
        assert tx.audit.heads()["ana"].place == 4


def test_the_rows_of_an_older_store_are_linked(tmp_path: Path):
    path = tmp_path / "old.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        schema.migrate(connection, to="0003")
        for row in OLD_ROWS:
            connection.execute(text((OLD + row).replace(":1}", "\\:1}")))
    engine.dispose()
    with open_store(str(path)) as store:
        linked_old_rows(store)


@pytest.mark.postgres
@pytest.mark.parametrize("bare_url", ["postgres"], indirect=True)
def test_the_rows_of_an_older_server_are_linked(bare_url: str):
    store = ServerStore(bare_url)
    with store.connecting("write") as driver:
        connection = driver.connection()
        schema.migrate(connection, to="0003")
        for row in OLD_ROWS:
            connection.execute(text((OLD + row).replace(":1}", "\\:1}")))
    store.close()
    with open_store(bare_url) as store:
        linked_old_rows(store)
