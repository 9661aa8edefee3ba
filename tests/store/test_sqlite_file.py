"""A store that cannot be used says so, whatever is wrong with its file."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from store_seed import changing, refused, said, seed, unit

from stores import put_store
from suptime.errors import Conflict, NoStore, NotPossible, StorageFault, WrongUsage
from suptime.settings.database_url import redacted
from suptime.store import make_store, open_store
from suptime.store.database import schema, sqlite_file
from suptime.store.database.faults import storage_fault
from suptime.store.database.opening import open_new_store
from suptime.store.timer import open_clock
from suptime.store.timer.clock import SqliteClock

BOTH = pytest.mark.parametrize("opening", [open_store, SqliteClock.open], ids=["store", "clock"])
NOBODY = 65534


def numbers_in(opened, tx) -> list[str]:
    """The numbers of the cases in a store that OPENED, a store or a clock, reads from."""
    return tx.case_numbers() if isinstance(opened, SqliteClock) else tx.cases.numbers()


def use(opening, path) -> None:
    """Open the store at PATH, read from it, and close it."""
    opened = opening(str(path))
    try:
        with opened.reading() as tx:
            numbers_in(opened, tx)
    finally:
        opened.close()


def test_a_new_store_and_its_folder_are_its_owners_alone(tmp_path: Path):
    path = tmp_path / "some" / "folder" / "store.db"
    old = os.umask(0)
    try:
        assert make_store(str(path)) == (str(path), True)
        assert make_store(str(path)) == (str(path), False)
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.parent.parent.stat().st_mode & 0o777 == 0o700


def test_the_files_beside_the_store_are_its_owners_alone(path: Path):
    with open_store(str(path)) as store, changing(store) as tx:
        tx.units.add(unit(0, 1))
        beside = sorted(found.name for found in path.parent.iterdir())
        assert beside == [path.name, f"{path.name}-shm", f"{path.name}-wal"]
        assert all(found.stat().st_mode & 0o777 == 0o600 for found in path.parent.iterdir())
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_a_connection_is_set_up_as_decided(path: Path):
    connection = sqlite_file.connect(str(path))

    def asked(name: str) -> object:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]

    assert asked("journal_mode") == "wal"
    assert asked("foreign_keys") == 1
    assert asked("busy_timeout") == 10_000
    assert asked("synchronous") == 2
    connection.close()


@BOTH
def test_where_there_is_no_store_none_is_made(tmp_path: Path, opening):
    path = tmp_path / "folder" / "store.db"
    assert refused(NoStore, lambda: use(opening, path)) == f"There is no store at {path}.\nsuptime init"
    assert list(tmp_path.iterdir()) == []


@BOTH
def test_an_empty_file_is_not_taken_for_a_store(tmp_path: Path, opening):
    path = tmp_path / "store.db"
    path.touch()
    assert refused(NoStore, lambda: use(opening, path)) == (
        f"There is no store at {path}: the file has zero bytes.\n"
        "Restore a backup with suptime restore FILE --yes, or make a new store with suptime init."
    )
    assert path.stat().st_size == 0


def test_a_store_takes_the_place_of_an_empty_file(tmp_path: Path):
    path = tmp_path / "store.db"
    path.touch()
    assert make_store(str(path)) == (str(path), True)
    use(open_store, path)
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("end", ["-wal", "-journal"])
def test_no_store_is_made_beside_the_remains_of_another(tmp_path: Path, end: str):
    (tmp_path / f"store.db{end}").write_text("what was not yet in the file")
    path = tmp_path / "store.db"
    assert refused(NotPossible, lambda: make_store(str(path))) == (
        f"{path}{end} is there, but not the store that it belongs to.\n"
        "Move it to another folder first, and keep it."
    )
    assert [found.name for found in tmp_path.iterdir()] == [f"store.db{end}"]


def test_processes_at_once_make_one_store(tmp_path: Path):
    # Not threads: the system's locks are between processes.
    path = tmp_path / "store.db"
    path.touch()
    make = "import sys; from suptime.store import make_store; print(make_store(sys.argv[1])[1])"
    words = [sys.executable, "-c", make, str(path)]
    processes = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    made = [process.communicate()[0].strip() for process in processes]
    assert sorted(made) == ["False"] * 5 + ["True"]
    assert [found.name for found in tmp_path.iterdir()] == ["store.db"]


@pytest.mark.parametrize("content", [b"x", b"hello, I am not a database\n" * 200])
def test_no_store_is_made_over_another_file(tmp_path: Path, content: bytes):
    path = tmp_path / "store.db"
    path.write_bytes(content)
    assert refused(NotPossible, lambda: make_store(str(path))) == (
        f"The store {path} is not a database.\n"
        "suptime makes no store there.\n"
        "Choose another place with SUPTIME_DB."
    )
    assert path.read_bytes() == content


def test_a_new_store_gets_its_name_with_its_first_change(tmp_path: Path):
    path, told = tmp_path / "folder" / "store.db", list[str]()
    with open_new_store(str(path), told.append) as store:
        with store.reading() as tx:
            assert tx.cases.numbers() == []
        with pytest.raises(KeyError), changing(store):
            raise KeyError
        assert (list(tmp_path.iterdir()), told) == ([], [])
        seed(store)
        with store.reading() as tx:
            assert tx.cases.numbers() == ["CASE-1", "CASE-2"]
    assert told == [str(path)]
    assert [found.name for found in path.parent.iterdir()] == ["store.db"]


def test_a_new_store_gives_way_to_one_that_another_made_meanwhile(tmp_path: Path):
    path = tmp_path / "store.db"
    with open_new_store(str(path), lambda _: None) as store, pytest.raises(Conflict), changing(store):
        make_store(str(path))


@BOTH
@pytest.mark.parametrize("content", [b"x", b"SQLite format 3\0"])
def test_a_few_bytes_are_not_taken_for_a_store(tmp_path: Path, opening, content: bytes):
    path = tmp_path / "store.db"
    path.write_bytes(content)
    assert refused(StorageFault, lambda: use(opening, path)) == (
        f"The store {path} is not a database.\n"
        f"It has {len(content)} bytes; a store has thousands.\n"
        "Restore a backup, or move the file away to start afresh."
    )
    assert path.read_bytes() == content


@BOTH
@pytest.mark.parametrize("content", [b"hello, I am not a database\n" * 200, b"\0" * 4096])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, opening, content: bytes):
    path = tmp_path / "store.db"
    path.write_bytes(content)
    assert refused(StorageFault, lambda: use(opening, path)) == (
        f"The store {path} is not a database.\n"
        "SQLite says: file is not a database.\n"
        "Restore a backup, or move the file away to start afresh."
    )
    assert path.read_bytes() == content


@BOTH
def test_a_truncated_store_is_refused(path: Path, opening):
    path.write_bytes(path.read_bytes()[:8192])
    assert refused(StorageFault, lambda: use(opening, path)) == (
        f"The store {path} is damaged.\n"
        "SQLite says: database disk image is malformed.\n"
        "Restore a backup, or move the file away to start afresh."
    )


@BOTH
def test_a_scrambled_store_is_refused(path: Path, opening):
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    assert f"The store {path} is damaged." in refused(StorageFault, lambda: use(opening, path))


@BOTH
def test_another_programs_database_is_refused(tmp_path: Path, opening):
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE photos (id)")
    connection.close()
    before = path.read_bytes()
    assert refused(StorageFault, lambda: use(opening, path)) == (
        f"{path} is a database, but not one of suptime's.\n"
        "Check the path (SUPTIME_DB, or `database` in the configuration)."
    )
    assert path.read_bytes() == before


@BOTH
def test_a_folder_is_no_store(tmp_path: Path, opening):
    assert refused(StorageFault, lambda: use(opening, tmp_path)) == (
        f"The store {tmp_path} is not a file.\n"
        "Name a file in SUPTIME_DB, or in `database` in the configuration."
    )


@BOTH
def test_a_path_through_a_file_is_refused(path: Path, opening):
    assert refused(StorageFault, lambda: use(opening, path / "x.db")) == (
        f"The store {path}/x.db cannot be opened.\n"
        "The system says: Not a directory.\n"
        "Check the path (SUPTIME_DB, or `database` in the configuration)."
    )


@BOTH
def test_a_store_that_stays_locked_says_so(path: Path, opening, monkeypatch):
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    opened = opening(str(path))

    def write():
        begun = (
            opened.changing(now=lambda: 0, agent="ana", command="x")
            if isinstance(opened, SqliteClock)
            else changing(opened)
        )
        with begun:
            pass

    assert refused(StorageFault, write) == (
        f"The store {path} is locked by another program.\n"
        "SQLite says: database is locked.\n"
        "Try again when that program has finished."
    )
    with opened.reading() as tx:
        assert len(numbers_in(opened, tx)) == 2
    other.close()
    opened.close()


def test_a_full_disk_leaves_nothing_half_written(path: Path):
    with open_store(str(path)) as store:

        def write():
            with changing(store) as tx:
                tx.rows.driver.raw.execute("PRAGMA max_page_count = 1")
                for start in range(500):
                    tx.units.add(unit(start, start + 1))

        assert refused(StorageFault, write) == (
            f"The store {path} cannot grow: the disk is full.\n"
            "SQLite says: database or disk is full.\n"
            "Make room on the disk; nothing was changed."
        )
        with store.reading() as tx:
            assert tx.units.find() == []


def test_a_full_disk_under_the_timer_leaves_nothing_half_written(path: Path):
    with SqliteClock.open(str(path)) as clock:
        clock._connection.execute("PRAGMA max_page_count = 1")

        def write():
            with clock.changing(now=lambda: 0, agent="ana", command="start") as tx:
                for start in range(500):
                    tx.add_unit(unit(start, start + 1))

        assert f"The store {path} cannot grow: the disk is full." in refused(StorageFault, write)
        with clock.reading() as tx:
            assert tx.last_units("ana", 9) == []


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (sqlite3.SQLITE_READONLY, "The store s cannot be written.\nSQLite says: x.\nGive yourself the right to write the file and its folder."),
        (sqlite3.SQLITE_PERM, "The store s cannot be opened.\nSQLite says: x.\nGive yourself the right to read and write the file and its folder."),
        (sqlite3.SQLITE_CANTOPEN, "The store s cannot be opened.\nSQLite says: x.\nGive yourself the right to read and write the file and its folder."),
        (sqlite3.SQLITE_IOERR, "The store s cannot be read or written.\nSQLite says: x.\nCheck the disk (network drives need a local copy)."),
        (sqlite3.SQLITE_PROTOCOL, "The store s cannot be locked.\nSQLite says: x.\nKeep the store on a local disk: network drives cannot lock it."),
        (sqlite3.SQLITE_LOCKED, "The store s is locked by another program.\nSQLite says: x.\nTry again when that program has finished."),
        (sqlite3.SQLITE_ERROR, "The store s cannot be used.\nSQLite says: x."),
        (sqlite3.SQLITE_IOERR | 2 << 8, "The store s cannot be read or written.\nSQLite says: x.\nCheck the disk (network drives need a local copy)."),
    ],
)  # fmt: skip
def test_every_fault_of_sqlite_has_its_words(code: int, text: str):
    error = sqlite3.OperationalError("x")
    error.sqlite_errorcode = code
    assert said(storage_fault(error, "s")) == text


@pytest.mark.parametrize(
    "url", ["mysql://localhost/x", "nonsense://", "postgresql+asyncpg://localhost/x", "://"]
)
@pytest.mark.parametrize("opening", [open_store, open_clock])
def test_a_url_of_another_database_is_refused(url: str, opening):
    assert refused(WrongUsage, lambda: opening(url)) == (
        f"Unsupported database URL '{redacted(url)}'.\n"
        "Use a path, sqlite:///PATH, or postgresql://USER@HOST/DATABASE.\n"
        "Check SUPTIME_DB, or `database` in the settings. For a file of that name, write ./NAME."
    )


@pytest.mark.postgres  # it needs the driver
def test_a_server_that_does_not_answer_is_named_without_its_password():
    url = "postgresql://ana:secret@127.0.0.1:1/team"
    words = refused(StorageFault, lambda: open_store(url))
    assert words.startswith(
        "The store postgresql://ana:***@127.0.0.1:1/team cannot be reached.\nPostgreSQL says: "
    )
    assert words.endswith("\nCheck that the server runs and the URL is right.")
    assert "secret" not in words


def test_a_sqlite_url_and_a_home_folder_are_paths(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    put_store(tmp_path / "a b.db")
    put_store(tmp_path / "c.db")
    with open_store(f"sqlite:///{tmp_path}/a%20b.db") as store:
        assert store.url == str(tmp_path / "a b.db")
    with open_store("~/c.db") as store:
        assert store.url == str(tmp_path / "c.db")
    assert sorted(found.name for found in tmp_path.iterdir()) == ["a b.db", "c.db"]


def test_an_older_sqlite_is_named(path: Path, monkeypatch):
    monkeypatch.setattr(sqlite_file, "OLDEST_SQLITE", (99, 0, 0))
    assert refused(StorageFault, lambda: open_store(str(path))) == (
        f"This Python has SQLite {sqlite3.sqlite_version}, which is too old.\n"
        "Use a Python with SQLite 3.35 or newer."
    )


def test_a_crash_while_a_store_is_made_leaves_none(tmp_path: Path, monkeypatch):
    def crash(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(schema, "create_all", crash)
    with pytest.raises(KeyboardInterrupt):
        make_store(str(tmp_path / "store.db"))
    assert list(tmp_path.iterdir()) == []


# What rights refuse is tried as somebody who has none: root may write everything.


@pytest.fixture
def theirs(path: Path) -> Iterator[Path]:
    """A copy of a store in a folder of its own, which a user without rights may reach."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "store.db"
        shutil.copy(path, copy)
        if os.geteuid() == 0:
            for place in (Path(folder), copy):
                os.chown(place, NOBODY, NOBODY)
        try:
            yield copy
        finally:
            Path(folder).chmod(0o700)


@contextmanager
def without_rights() -> Iterator[None]:
    """As a user who is not root; the modules were all loaded before."""
    if os.geteuid() != 0:
        yield
        return
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def write(path: Path) -> None:
    with open_store(str(path)) as store, changing(store) as tx:
        tx.units.add(unit(0, 1))


def refused_without_rights(what: Callable[[], object]) -> str:
    with without_rights():
        return refused(StorageFault, what)


def test_a_read_only_store_cannot_be_written(theirs: Path):
    theirs.chmod(0o400)
    assert refused_without_rights(lambda: write(theirs)) == (
        f"The store {theirs} cannot be written.\n"
        "SQLite says: attempt to write a readonly database.\n"
        "Give yourself the right to write the file and its folder."
    )


def test_a_store_that_may_not_be_read_is_refused(theirs: Path):
    theirs.chmod(0o000)
    assert refused_without_rights(lambda: use(open_store, theirs)) == (
        f"The store {theirs} cannot be opened.\n"
        "SQLite says: unable to open database file.\n"
        "Give yourself the right to read and write the file and its folder."
    )


def test_a_folder_that_may_not_be_written_gets_no_store(theirs: Path):
    theirs.parent.chmod(0o500)
    new = theirs.parent / "new.db"
    assert refused_without_rights(lambda: make_store(str(new))) == (
        f"The store {new} cannot be made.\n"
        "The system says: Permission denied.\n"
        "Choose another place with SUPTIME_DB, or give yourself the right to write there."
    )


def test_a_folder_that_may_not_be_entered_is_named(theirs: Path):
    theirs.parent.chmod(0o000)
    assert refused_without_rights(lambda: use(open_store, theirs)) == (
        f"The store {theirs} cannot be opened.\n"
        "The system says: Permission denied.\n"
        "Check the path (SUPTIME_DB, or `database` in the configuration)."
    )


@BOTH
def test_a_store_that_ends_in_the_middle_of_a_page_is_refused(path: Path, opening):
    os.truncate(path, path.stat().st_size - 100)
    before = path.read_bytes()
    assert refused(StorageFault, lambda: use(opening, path)) == (
        f"The store {path} is damaged.\n"
        "It ends in the middle of a page.\n"
        "Restore a backup, or move the file away to start afresh."
    )
    assert path.read_bytes() == before


@BOTH
def test_what_is_cut_off_is_no_damage_while_the_log_holds_it(path: Path, opening):
    """So a disk that is full leaves it, until the log is folded in."""
    script = (
        "import os, signal, sys\n"
        "from suptime.domain.work import WorkUnit\n"
        "from suptime.store.timer.clock import SqliteClock\n"
        "clock = SqliteClock.open(sys.argv[1])\n"
        "for n in range(40):\n"
        "    with clock.changing(now=lambda: 1791208800, agent='ana', command='log') as tx:\n"
        "        tx.add_unit(WorkUnit(0, 'CASE-1', 'ana', 'phone', 1791208800 + n, 1791208801 + n))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    size = path.stat().st_size
    subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    with path.open("ab") as file:
        file.truncate(size + 100)
    use(opening, path)
    with open_store(str(path)) as store, store.reading() as tx:
        assert len(tx.units.find()) == 40


@BOTH
def test_a_store_with_bytes_that_are_no_text_is_refused(path: Path, opening):
    """Bits that turned in the schema come up in SQLite's own words, which are no text then."""
    content = path.read_bytes()
    content = content.replace(
        b"CREATE INDEX ix_work_unit_started_at", b"CREATE INDEY ix_work_unit_started_at"
    )
    path.write_bytes(content.replace(b"ix_work_unit_started_at", b"ix_work\xe3unit_started_at"))
    assert refused(StorageFault, lambda: use(opening, path)) == (
        f"The store {path} is damaged.\n"
        "A text in it is not one any more.\n"
        "Restore a backup, or move the file away to start afresh."
    )
