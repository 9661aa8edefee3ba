"""Erased audit rows: proven by the chain, and of no use to hide another change."""

import json
import sqlite3

import pytest
from store_seed import changing, unit

from stores import new_store
from suptime.store import open_store
from suptime.store.database.audit_chain import START, Head, hash_of, link, sealed
from suptime.store.tables import work as tables
from suptime.store.tables.personal_data import ERASABLE, KEPT, PLAIN


def faults(path):
    with open_store(str(path)) as store, store.reading() as tx:
        return list(tx.audit.faults())


def erase(path, number, column="note"):
    """Erase `column` of the record in the audit rows of a work unit, as a command does."""
    with open_store(str(path)) as store, changing(store, "contact erase") as tx:
        marker = tx.erasures.next_number()
        rows = [row for row in tx.audit.each() if (row.entity, row.key) == ("work_unit", number)]
        tx.erasures.erase_audit_rows(
            marker, [(row, *without(row, column, f"erased-{marker}")) for row in rows]
        )


def without(row, column, marker):
    for text in (row.before, row.after):
        yield None if text is None else json.dumps(json.loads(text) | {column: marker})


@pytest.fixture
def trail(path):
    """A store with a unit U1 of which somebody is named, changed once, and U2."""
    with open_store(str(path)) as store:
        with changing(store, "log") as tx:
            tx.units.add(unit(0, 50)._replace(note="Called Jo Doe"))
        with changing(store, "edit") as tx:
            tx.units.save(tx.units.get(1)._replace(ended_at=tx.units.get(1).ended_at + 1))
        with changing(store, "log") as tx:
            tx.units.add(unit(100, 150)._replace(note="Called Ann"))
    return path


def run(path, statement, *values):
    connection = sqlite3.connect(path)
    with connection:
        assert connection.execute(statement, values).rowcount == 1, statement
    connection.close()


def test_every_text_column_is_known_to_hold_personal_data_or_not_to():
    for name, table in tables.TABLES.items():
        texts = {column.name for column in table.columns if column.type.python_type is str}
        known = {*ERASABLE.get(name, ()), *KEPT.get(name, ((),))[0], *PLAIN.get(name, ())}
        assert texts == known, name


def test_an_erased_row_is_proven_by_the_digest_of_what_was_erased(trail):
    erase(trail, "1")
    assert faults(trail) == []
    erase(trail, "1")  # of another person in the same row
    assert faults(trail) == []


def test_a_change_of_an_erased_row_is_found(trail):
    erase(trail, "1")
    run(trail, "UPDATE audit SET after_json = replace(after_json, 'phone', 'onsite') WHERE command = 'edit'")
    (fault,) = faults(trail)
    assert fault.endswith("(`edit`, id 7) is not as it was written."), fault


def test_a_marker_without_an_erasure_is_found(trail):
    run(
        trail,
        "UPDATE audit SET after_json = replace(after_json, 'Ann', 'erased-1') WHERE entity_key = '2' AND entity = 'work_unit'",
    )
    (fault,) = faults(trail)
    assert "is not as it was written" in fault


def forge(path, entity, change):
    """Change an audit row with `change`, and account for it by an erasure, with all hashes in order."""
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    with connection:
        row = dict(
            connection.execute("SELECT * FROM audit WHERE entity = ? ORDER BY id DESC", [entity]).fetchone()
        )
        asked = [row["agent"], row["place"] - 1]
        found = connection.execute("SELECT hash FROM audit WHERE agent = ? AND place = ?", asked).fetchone()
        before = found["hash"] if found else ""
        changed = row | {"after_json": change(row["after_json"])}
        connection.execute("UPDATE audit SET after_json = ? WHERE id = ?", [changed["after_json"], row["id"]])
        named = [row["agent"], row["place"], row["hash"], hash_of(before, sealed(changed)), None, "0" * 64]
        newest = connection.execute("SELECT max(change) FROM audit").fetchone()[0]
        head = connection.execute("SELECT place, hash FROM audit_head WHERE agent = 'eve'").fetchone()
        forged = link(
            Head(*head) if head else START,
            {
                "agent": "eve",
                "change": newest + 1,
                "at": 0,
                "command": "contact erase",
                "entity": "erasure",
                "entity_key": "1",
                "before_json": None,
                "after_json": json.dumps({"marker": "erased-1", "rows": [named]}),
                "undoes": None,
            },
        )
        names = ", ".join(forged)
        marks = ", ".join("?" * len(forged))
        connection.execute(f"INSERT INTO audit ({names}) VALUES ({marks})", [*forged.values()])
        connection.execute("INSERT INTO audit_head VALUES ('eve', ?, ?)", [forged["place"], forged["hash"]])
    connection.close()


def test_an_erasure_cannot_hide_another_change(trail):
    """Somebody who adds an erasure to the chain can make nobody believe that only a name was replaced."""
    forge(
        trail,
        "work_unit",
        lambda text: text.replace("Called Ann", "erased-1").replace(
            '"channel":"phone"', '"channel":"onsite"'
        ),
    )
    (fault,) = faults(trail)
    assert fault.endswith("has other changes than those of its erasure."), fault


def test_an_erasure_cannot_account_for_what_holds_no_personal_data(trail):
    forge(trail, "contract_version", lambda text: text.replace('"title":"', '"title":"erased-1'))
    (fault,) = faults(trail)
    assert fault.endswith("is not as it was written."), fault


def test_rows_of_older_versions_keep_their_hashes_and_can_be_erased(tmp_path, trail):
    """Before, a hash was over the texts as they are. Such rows come before all others."""
    connection = sqlite3.connect(trail)
    connection.row_factory = sqlite3.Row
    heads = {}
    with connection:
        for row in connection.execute("SELECT * FROM audit ORDER BY id").fetchall():
            digest = hash_of(heads.get(row["agent"], (0, ""))[1], dict(row))
            connection.execute("UPDATE audit SET hash = ? WHERE id = ?", [digest, row["id"]])
            heads[row["agent"]] = (row["place"], digest)
        for agent, (_, digest) in heads.items():
            connection.execute("UPDATE audit_head SET hash = ? WHERE agent = ?", [digest, agent])
    connection.close()
    assert faults(trail) == []
    erase(trail, "1")
    assert faults(trail) == []
    with open_store(str(trail)) as store, changing(store, "log") as tx:
        tx.units.add(unit(300, 350))
    assert faults(trail) == []
    with open_store(str(trail)) as store, store.reading() as tx:
        rows = list(tx.audit.each())
    with new_store(tmp_path / "other.db") as other, changing(other) as tx:
        tx.audit.add_many(rows)
    assert faults(tmp_path / "other.db") == []
    run(
        trail,
        "UPDATE audit SET after_json = replace(after_json, 'Ann', 'Bob') WHERE entity_key = '2' AND entity = 'work_unit'",
    )
    assert len(faults(trail)) == 1
