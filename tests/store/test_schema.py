"""The schema: made at once or step by step it is the same, and a newer one is left alone."""

import hashlib
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text
from store_seed import refused

from suptime.app.upkeep.doctor import CHECKS
from suptime.domain.client import Client
from suptime.errors import StorageFault
from suptime.store import open_store
from suptime.store.database import schema, sqlite_file
from suptime.store.database.server import ServerStore
from suptime.store.tables.work import METADATA
from suptime.store.timer.clock import SqliteClock


def made_of(connection: Connection) -> dict[tuple[str, str], list[str] | None]:
    """Everything in the database, with the parts that make it, in whatever order and on whatever lines."""
    rows = connection.execute(text("SELECT type, name, sql FROM sqlite_master"))
    return {
        (kind, name): sql
        and sorted(filter(None, (part.strip() for part in re.split("[\n,]", sql.replace('"', "")))))
        for kind, name, sql in rows
    }


def test_the_migrations_make_what_the_tables_say():
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        schema.migrate(connection)
        migrated = made_of(connection)
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert (
            connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == sqlite_file.HEAD
        )
    engine.dispose()
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        schema.create_all(connection)
        assert made_of(connection) == migrated
    engine.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize("bare_url", ["postgres"], indirect=True)
def test_the_migrations_make_what_the_tables_say_on_a_server(url: str):
    store = ServerStore(url)
    with store.connecting("write") as driver:
        connection = driver.connection()
        schema.migrate(connection)
        # Alembic looks for constraints of SQLite's booleans, which a server has a type for.
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        migrated = server_made_of(connection)
        connection.execute(text("DROP SCHEMA IF EXISTS other CASCADE"))
    store.close()
    with open_store(url):
        pass
    store = ServerStore(url)
    with store.connecting("write") as driver:
        connection = driver.connection()
        METADATA.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
        schema.create_all(connection)
        assert server_made_of(connection) == migrated
    store.close()


def server_made_of(connection: Connection) -> set[tuple[str, ...]]:
    constraints = connection.execute(
        text(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = current_schema()::regnamespace"
        )
    )
    indexes = connection.execute(
        text("SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()")
    )
    return {tuple(row) for row in constraints} | {tuple(row) for row in indexes}


def test_the_revisions_known_are_those_of_the_migrations():
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    steps = ScriptDirectory.from_config(config).walk_revisions()
    assert tuple(step.revision for step in reversed(list(steps))) == sqlite_file.REVISIONS


def test_every_constraint_and_index_has_a_name():
    for table in METADATA.tables.values():
        assert all(constraint.name for constraint in table.constraints), table
        assert all(index.name for index in table.indexes), table


def test_no_column_holds_a_float():
    engine = create_engine("sqlite://")
    METADATA.create_all(engine)
    kinds = {
        str(column["type"]) for table in METADATA.tables for column in inspect(engine).get_columns(table)
    }
    engine.dispose()
    assert kinds == {"TEXT", "BIGINT", "INTEGER", "DATE", "BOOLEAN", "BLOB"}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def stamp(path: Path, revision: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [revision])
    connection.close()


@pytest.mark.parametrize("opening", [open_store, SqliteClock.open])
def test_a_store_of_a_newer_version_is_refused_and_left_as_it_is(path: Path, opening):
    stamp(path, "9999")
    before = digest(path)
    assert refused(StorageFault, lambda: opening(str(path))) == (
        f"The store {path} was made by a newer version of suptime.\n"
        f"Its schema is 9999; this version knows {sqlite_file.HEAD}. Nothing was changed.\n"
        "Install the newer version."
    )
    assert digest(path) == before
    assert [found.name for found in path.parent.iterdir()] == [path.name]


@pytest.mark.postgres
@pytest.mark.parametrize("bare_url", ["postgres"], indirect=True)
def test_a_server_of_a_newer_version_is_refused(url: str):
    open_store(url).close()
    store = ServerStore(url)
    with store.connecting("write") as driver:
        connection = driver.connection()
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    assert "was made by a newer version of suptime." in refused(StorageFault, lambda: open_store(url))


@pytest.mark.parametrize("opening", [open_store, SqliteClock.open])
def test_an_older_store_is_brought_up_to_date(path: Path, opening, monkeypatch, tmp_path):
    """A step that a later version might bring is laid beside the real ones."""
    monkeypatch.setattr(sqlite_file, "REVISIONS", (*sqlite_file.REVISIONS, "later"))
    monkeypatch.setattr(sqlite_file, "HEAD", "later")
    monkeypatch.setattr(schema, "MIGRATIONS", with_a_later_step(tmp_path, sqlite_file.REVISIONS[-2]))
    opening(str(path)).close()
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("later",)]
    assert connection.execute("SELECT extra FROM client").fetchall() == [("new",)]
    connection.close()


@pytest.mark.parametrize("opening", [open_store, SqliteClock.open])
def test_a_store_of_the_first_schema_is_brought_up_to_date(tmp_path: Path, opening):
    path = tmp_path / "first.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        schema.migrate(connection, to="0001")
        connection.execute(
            text("INSERT INTO client (code, folded, name, card_on_file) VALUES ('acme', 'acme', 'Acme', 0)")
        )
    engine.dispose()
    opening(str(path)).close()
    with open_store(str(path)) as store, store.reading() as tx:
        assert tx.clients.list_all() == [Client("acme", "Acme")]
        assert tx.prices.find() == tx.messages.of("CASE-1") == []
        assert [found for _, _, check in CHECKS for found in check(tx, 0)] == []


EVENTS = "SELECT id, case_number, kind, at, by_whom, up_to_seconds, cause, kb FROM case_event"


def test_events_are_kept_when_their_kinds_change(tmp_path: Path):
    path = tmp_path / "before.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        schema.migrate(connection, to="0013")
        for statement in (
            "INSERT INTO client (code, folded, name, card_on_file) VALUES ('acme', 'acme', 'Acme', 0)",
            "INSERT INTO contract (code, folded, client) VALUES ('c', 'c', 'acme')",
            (
                'INSERT INTO "case" (number, folded, client, contract, opened_at, subject)'
                " VALUES ('CASE-1', 'case-1', 'acme', 'c', 1, '')"
            ),
            "INSERT INTO case_event VALUES (3, 'CASE-1', 'consent', 5, 'ops', 60, NULL, NULL)",
            "INSERT INTO case_event VALUES (7, 'CASE-1', 'resolve', 9, NULL, NULL, 'x', 'y')",
            "DELETE FROM case_event WHERE id = 7",
            "INSERT INTO case_event VALUES (4, 'CASE-1', 'resolve', 9, NULL, NULL, 'x', 'y')",
        ):
            connection.execute(text(statement))
        before = connection.execute(text(EVENTS)).all()
    engine.dispose()
    open_store(str(path)).close()
    connection = sqlite3.connect(path)
    assert connection.execute(EVENTS).fetchall() == [tuple(row) for row in before]
    connection.execute(
        "INSERT INTO case_event (case_number, kind, at) VALUES ('CASE-1', 'consent-refused', 9)"
    )
    assert connection.execute("SELECT max(id) FROM case_event").fetchone() == (8,), "ids are not given twice"
    with pytest.raises(sqlite3.IntegrityError, match="kind_is_known"):
        connection.execute("INSERT INTO case_event (case_number, kind, at) VALUES ('CASE-1', 'guess', 9)")
    connection.close()


def test_a_migration_that_fails_leaves_the_store_as_it_was(path: Path, monkeypatch, tmp_path):
    monkeypatch.setattr(sqlite_file, "REVISIONS", (*sqlite_file.REVISIONS, "later"))
    monkeypatch.setattr(sqlite_file, "HEAD", "later")
    broken = with_a_later_step(tmp_path, sqlite_file.REVISIONS[-2], then="raise KeyboardInterrupt")
    monkeypatch.setattr(schema, "MIGRATIONS", broken)
    with pytest.raises(KeyboardInterrupt):
        open_store(str(path))
    monkeypatch.undo()
    with open_store(str(path)) as store, store.reading() as tx:
        assert tx.clients.get("acme")


def with_a_later_step(folder: Path, after: str, *, then: str = "pass") -> Path:
    place = folder / "migrations"
    (place / "versions").mkdir(parents=True)
    for source in [*schema.MIGRATIONS.glob("*.*"), *schema.MIGRATIONS.glob("versions/0*.py")]:
        (place / source.relative_to(schema.MIGRATIONS)).write_text(source.read_text())
    (place / "versions" / "later.py").write_text(
        "import sqlalchemy as sa\n"
        "from alembic import op\n"
        "revision = 'later'\n"
        f"down_revision = {after!r}\n"
        "def upgrade():\n"
        "    with op.batch_alter_table('client') as table:\n"
        "        table.add_column(sa.Column('extra', sa.Text(), nullable=False, server_default='new'))\n"
        "        table.create_check_constraint('ck_client_extra', sa.text('length(extra) > 0'))\n"
        f"    {then}\n"
    )
    return place


def test_a_daily_command_loads_no_migrations(path: Path):
    script = (
        "import sys\n"
        "from suptime.store import open_store\n"
        "with open_store(sys.argv[1]) as store, store.reading() as tx:\n"
        "    tx.clients.list_all()\n"
        "print('alembic' in sys.modules, 'suptime.store.database.schema' in sys.modules)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "False False\n"
