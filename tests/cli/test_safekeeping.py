"""`suptime backup` and `suptime restore`."""

import hashlib
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from driving import Suptime
from sqlalchemy import create_engine, text

from suptime.store.database import schema, sqlite_file


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def said(units: int, rows: int) -> str:
    counted = f"{units} work unit{'' if units == 1 else 's'}"
    return f"1 client, 4 cases, {counted}, 0 invoices and {rows} audit rows."


@pytest.fixture
def backed_up(acme: Suptime) -> Suptime:
    """acme, a backup b.db of it with one unit in it, and a unit more since."""
    acme("log CASE-123 30m --from '2026-10-05 09:00'")
    acme("backup b.db")
    acme("log CASE-124 30m --from '2026-10-05 10:00'")
    return acme


def names(suptime: Suptime, start: str = "") -> list[str]:
    return sorted(found.name for found in suptime.home.iterdir() if found.name.startswith(start))


def test_a_backup_is_a_database_of_its_own_with_everything_in_it(acme: Suptime):
    acme("log CASE-123 30m --from '2026-10-05 09:00'")
    rows = acme.rows()
    assert acme("backup b.db").out == f"Backed up to b.db: {said(1, 11)} The copy is complete.\n"
    assert (acme.home / "b.db").stat().st_mode & 0o777 == 0o600
    assert names(acme, ".b") == names(acme, "b.db-") == []
    acme.set(SUPTIME_DB="b.db")
    assert [unit["id"] for unit in acme.units] == ["U1"]
    acme.database = acme.home / "b.db"
    assert acme.rows() == rows


def test_a_backup_says_what_it_holds_to_programs_too(acme: Suptime):
    document = acme("backup b.db --format json").json["backup"]
    assert (document["file"], document["revision"]) == ("b.db", sqlite_file.HEAD)
    assert document["rows"] | {"client": 1, "case": 4, "audit": 10} == document["rows"]


def test_a_backup_replaces_a_file_only_when_told(backed_up: Suptime):
    before = digest(backed_up.home / "b.db")
    refused = backed_up("backup b.db", code=3)
    assert refused.err == ("Error: b.db is there already.\nName another file, or replace it with --yes.\n")
    assert digest(backed_up.home / "b.db") == before
    assert backed_up("backup b.db --yes").out == f"Backed up to b.db: {said(2, 12)} The copy is complete.\n"


WRONG_TARGETS = {
    "suptime.db": (2, "Error: suptime.db is the store itself.\nName another file for the backup.\n"),
    "folder": (2, "Error: folder is a folder.\nName a file in it.\n"),
    "none/b.db": (2, "Error: The folder {home}/none is not there.\nMake it first.\n"),
    "open.db": (
        3,
        "Error: open.db-wal is there: open.db is open in a program, or one died with it.\nName another file.\n",
    ),
}


@pytest.mark.parametrize("target", WRONG_TARGETS)
def test_a_backup_goes_nowhere_else(acme: Suptime, target: str):
    (acme.home / "folder").mkdir()
    (acme.home / "open.db-wal").write_text("x")
    code, error = WRONG_TARGETS[target]
    assert acme(f"backup {target} --yes", code=code).err == error.format(home=acme.home)
    assert names(acme, ".") == []


def test_a_server_is_backed_up_with_its_own_tools(suptime: Suptime):
    suptime.set(SUPTIME_DB="postgresql://suptime:secret@db.example/suptime")
    assert suptime("backup b.db", code=3).err == (
        "Error: The store is on a PostgreSQL server, which makes its backups itself.\n"
        "pg_dump --format=custom --file=FILE URL\n"
    )
    assert suptime("restore b.db", code=3).err == (
        "Error: The store is on a PostgreSQL server, which has its own way to restore a backup.\n"
        "pg_restore --clean --dbname=URL FILE\n"
    )


def damage(path: Path) -> None:
    """Turn the bits of a page in the middle."""
    content = bytearray(path.read_bytes())
    for page in range(8, len(content) // 4096 - 1):
        content[page * 4096 : page * 4096 + 64] = bytes(64)
    path.write_bytes(content)


def test_a_damaged_store_makes_no_backup_and_leaves_the_old_one(backed_up: Suptime):
    before = digest(backed_up.home / "b.db")
    damage(backed_up.database)
    refused = backed_up("backup b.db --yes", code=5)
    assert refused.err.startswith(f"Error: The store {backed_up.database} is damaged. SQLite says: ")
    assert digest(backed_up.home / "b.db") == before
    assert names(backed_up, ".b") == []


def test_a_restore_puts_the_backup_back_and_keeps_what_was_there(backed_up: Suptime):
    rows = backed_up.rows()
    refused = backed_up("restore b.db", code=3)
    assert refused.err == (
        f"Error: There is a store at {backed_up.database} already."
        " With --yes it is replaced, and kept beside it under another name.\n"
    )
    assert backed_up.rows() == rows
    kept = f"{backed_up.database}.replaced-20261005T140000Z"
    assert backed_up("restore b.db --yes").out == (
        f"Restored b.db: {said(1, 11)}\nThe previous database is kept as {kept}.\n"
    )
    assert [unit["id"] for unit in backed_up.units] == ["U1"]
    assert backed_up(["restore", kept, "--yes"]).out == (
        f"Restored {kept}: {said(2, 12)}\nThe previous database is kept as {kept}-2.\n"
    )
    assert backed_up.rows() == rows
    assert names(backed_up, ".s") == names(backed_up, "suptime.db-") == []


def test_a_restore_where_nothing_is_needs_no_yes(backed_up: Suptime):
    backed_up.database.unlink()
    document = backed_up("restore b.db --format json").json["restore"]
    assert (document["kept"], document["file_revision"]) == (None, sqlite_file.HEAD)
    assert [unit["id"] for unit in backed_up.units] == ["U1"]
    assert backed_up.database.stat().st_mode & 0o777 == 0o600


def test_a_restore_does_not_mix_with_what_is_left_of_another_store(backed_up: Suptime):
    backed_up.database.unlink()
    wal = Path(f"{backed_up.database}-wal")
    wal.write_bytes(b"changes")
    assert backed_up("restore b.db", code=3).err == (
        f"Error: {wal} is there, but not the store that it belongs to.\n"
        "Move it to another folder first, and keep it.\n"
    )
    assert not backed_up.database.exists()


UNREADABLE: dict[str, Callable[[bytes], bytes]] = {
    "zero bytes": lambda _: b"",
    "a few bytes": lambda _: b"hello",
    "no database": lambda content: b"hello, I am no database\n" * 500,
    "all but some bytes": lambda content: content[:-100],
    "half of it": lambda content: content[: len(content) // 2],
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_store_that_cannot_be_read_is_put_aside_with_its_files(backed_up: Suptime, what: str):
    broken = UNREADABLE[what](backed_up.database.read_bytes())
    backed_up.database.write_bytes(broken)
    assert backed_up("restore b.db --yes").out.startswith(f"Restored b.db: {said(1, 11)}\n")
    assert backed_up.database.with_name("suptime.db.replaced-20261005T140000Z").read_bytes() == broken
    assert [unit["id"] for unit in backed_up.units] == ["U1"]
    assert backed_up("log CASE-123 5m --from '2026-10-05 11:00'").code == 0


def test_a_store_that_cannot_be_read_is_left_alone_while_a_program_has_it_open(backed_up: Suptime):
    connection = sqlite3.connect(backed_up.database)
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM client").fetchone()
    # By another process: this one would let go of its locks as soon as it closed the file.
    spoil = "import sys; open(sys.argv[1], 'r+b').write(b'no database' * 20)"
    subprocess.run([sys.executable, "-c", spoil, str(backed_up.database)], check=True)
    done = backed_up.process("restore b.db --yes")
    connection.close()
    assert (done.returncode, done.stderr) == (
        5,
        (
            f"Error: The store {backed_up.database} is locked by another program.\n"
            "Try again when that program has finished.\n"
        ),
    )
    assert backed_up("restore b.db --yes").code == 0


BAD_BACKUPS = {
    "zero": (
        5,
        (
            "Error: bad.db cannot be restored: the file {home}/bad.db is empty: a file of zero bytes.\n"
            "Nothing was changed. Take another backup.\n"
        ),
    ),
    "short": (
        5,
        (
            "Error: bad.db cannot be restored: the file {home}/bad.db is damaged."
            " It ends in the middle of a page.\nNothing was changed. Take another backup.\n"
        ),
    ),
    "missing": (2, "Error: bad.db is not there.\nName a backup that is there.\n"),
    "other": (
        5,
        (
            "Error: {home}/bad.db is a database, but not one of suptime's.\n"
            "Check the path (SUPTIME_DB, or `database` in the configuration).\n"
        ),
    ),
    "newer": (
        5,
        (
            "Error: bad.db cannot be restored: the file {home}/bad.db was made by a newer version of suptime."
            " Its schema is 9999; this version knows {head}. Nothing was changed.\nInstall the newer version.\n"
        ),
    ),
    "stray": (
        5,
        (
            "Error: bad.db cannot be restored: the file {home}/bad.db is damaged: a row of work_unit points to a row of"
            " case that is not there.\nNothing was changed. Take another backup.\n"
        ),
    ),
}


def make_bad(kind: str, good: Path, bad: Path) -> None:
    if kind == "missing":
        return
    if kind == "zero":
        bad.touch()
    elif kind == "short":
        bad.write_bytes(good.read_bytes()[:20000])
    else:
        if kind != "other":
            shutil.copy(good, bad)
        statement = {
            "other": "CREATE TABLE song (name)",
            "newer": "UPDATE alembic_version SET version_num = '9999'",
            "stray": "UPDATE work_unit SET case_number = 'CASE-9'",
        }[kind]
        connection = sqlite3.connect(bad)
        with connection:
            connection.execute(statement)
        connection.close()


@pytest.mark.parametrize("kind", BAD_BACKUPS)
def test_a_backup_that_is_not_whole_is_not_restored(backed_up: Suptime, kind: str):
    make_bad(kind, backed_up.home / "b.db", backed_up.home / "bad.db")
    before, files = backed_up.rows(), names(backed_up)
    code, error = BAD_BACKUPS[kind]
    got = backed_up("restore bad.db --yes", code=code)
    assert got.err == error.format(home=backed_up.home, head=sqlite_file.HEAD)
    assert (backed_up.rows(), names(backed_up)) == (before, files)


def test_the_store_is_not_restored_onto_itself(acme: Suptime):
    assert acme("restore suptime.db --yes", code=2).err == (
        "Error: suptime.db is the store itself.\nName a backup of it.\n"
    )


def test_an_older_backup_is_brought_up_to_date_and_left_as_it_is(backed_up: Suptime):
    old = backed_up.home / "old.db"
    engine = create_engine(f"sqlite:///{old}")
    with engine.begin() as connection:
        schema.migrate(connection, to="0002")
        connection.execute(
            text("INSERT INTO client (code, folded, name, card_on_file) VALUES ('old', 'old', 'Old', 0)")
        )
    engine.dispose()
    before = digest(old)
    done = backed_up("restore old.db --yes").out
    assert done.startswith(
        f"Restored old.db, migrated from schema 0002 to {sqlite_file.HEAD}: 1 client, 0 cases, 0 work units,"
        " 0 invoices and 1 audit row.\n"
    )
    assert digest(old) == before
    assert "old" in backed_up("client list").out


def test_a_locked_store_is_not_replaced(backed_up: Suptime, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 1)
    connection = sqlite3.connect(backed_up.database, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    before = names(backed_up)
    got = backed_up("restore b.db --yes", code=5)
    connection.execute("ROLLBACK")
    connection.close()
    assert got.err == (
        f"Error: The store {backed_up.database} is locked by another program.\n"
        "Try again when that program has finished.\n"
    )
    assert [name for name in names(backed_up) if name not in before] == []
    assert len(backed_up.units) == 2


WRITER = """
import sys, time
from suptime.domain.work import WorkUnit
from suptime.store.timer.clock import SqliteClock
with SqliteClock.open(sys.argv[1]) as clock:
    for number in range(100000):
        at = 1780000000 + 10 * number
        with clock.changing(now=lambda: at, agent="eve", command="log") as tx:
            id = tx.add_unit(WorkUnit(0, "CASE-123", "eve", "phone", at, at + 5)).id
        print(at, flush=True)
        time.sleep(0.002)
"""


def starts(path: Path) -> list[int]:
    connection = sqlite3.connect(path)
    found = connection.execute("SELECT started_at FROM work_unit WHERE agent = 'eve' ORDER BY id").fetchall()
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    return [row[0] for row in found]


def test_backups_and_restores_while_another_writes_lose_nothing(backed_up: Suptime):
    """What the other one was told is done stands in the store, or in what a restore kept, in order."""
    said_by_it = backed_up.home / "said.txt"
    with said_by_it.open("w") as stream:
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(backed_up.database)], stdout=stream)
    try:
        while not said_by_it.stat().st_size:
            assert writer.poll() is None
            time.sleep(0.01)
        for number in range(3):
            time.sleep(0.15)
            backed_up(f"backup during-{number}.db")
            copied = starts(backed_up.home / f"during-{number}.db")
            assert copied == list(range(1780000000, 1780000000 + 10 * len(copied), 10))
        kept = json.loads(backed_up("restore b.db --yes --format json").out)["restore"]["kept"]
        time.sleep(0.15)
    finally:
        writer.send_signal(signal.SIGTERM)
        writer.wait(timeout=30)
    told = [int(line) for line in said_by_it.read_text().splitlines()]
    before, after = starts(Path(kept)), starts(backed_up.database)
    assert len(before) > 3
    assert after
    # The very last one may have been written and not told.
    assert [*before, *after][: len(told)] == told
    assert len(before) + len(after) - len(told) in {0, 1}


def test_a_restore_that_is_killed_leaves_the_old_store_or_the_new_one(backed_up: Suptime):
    old = backed_up.rows()
    outcomes = set()
    for delay in range(0, 32, 4):
        process = backed_up.spawn("restore b.db --yes", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        time.sleep(0.25 + delay / 100)
        process.kill()
        process.communicate(timeout=30)
        units = [unit["id"] for unit in backed_up.units]
        assert units in (["U1"], ["U1", "U2"])
        outcomes.add(len(units))
        if len(units) == 1:
            kept = names(backed_up, "suptime.db.replaced")[-1]
            backed_up(f"restore {kept} --yes")
            assert backed_up.rows() == old
    assert outcomes
