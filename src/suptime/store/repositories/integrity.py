"""What is wrong with a database as one: its pages, its tables, rows that point nowhere or overlap."""

import re
import sqlite3
from collections.abc import Iterator
from typing import Any

from suptime.domain.time import NEVER
from suptime.store.catalogue import COLUMNS
from suptime.store.database.driver import Driver, SqliteDriver
from suptime.store.repositories.records import name_of
from suptime.store.repositories.rows import Repository

MOST = 100
"""Faults of one kind that SQLite is asked for: who has more wants a backup, not a list."""


class Integrity(Repository[Any]):
    """A database, examined by its own means."""

    OVERLAPS = (
        "SELECT other, id, agent FROM (SELECT agent, id, started_at,"
        f" lag(id) OVER (PARTITION BY agent ORDER BY started_at, coalesce(ended_at, {NEVER}), id) AS other,"
        f" lag(coalesce(ended_at, {NEVER})) OVER"
        f" (PARTITION BY agent ORDER BY started_at, coalesce(ended_at, {NEVER}), id) AS other_ends"
        " FROM work_unit) AS pairs WHERE other_ends > started_at ORDER BY agent, started_at"
    )

    @property
    def is_file(self) -> bool:
        """Whether the store is a SQLite file: a server looks after its own pages and keys."""
        return not self.driver.is_server

    def page_faults(self) -> Iterator[str]:
        """Yield what SQLite finds wrong with the file's pages, its indexes, and the constraints of its rows."""
        if self.is_file:
            for said in self.driver.column(f"PRAGMA integrity_check({MOST})"):
                if said != "ok":
                    yield f"SQLite says: {' '.join(str(said).split())}."

    def stray_rows(self) -> Iterator[str]:
        """Yield rows that point to a row that is not there."""
        if self.is_file:
            for table, row, parent, _ in self.driver.all("PRAGMA foreign_key_check"):
                yield f"{_name(table, row)} points to a row of {parent} that is not there."

    def schema_faults(self) -> Iterator[tuple[str, bool]]:
        """Yield how the tables differ from what this version makes; and whether that is only a missing index."""
        return _file_faults(self.driver) if self.is_file else _server_faults(self.driver)

    def overlaps(self) -> Iterator[str]:
        """Yield each two work units of one agent at the same time."""
        for other, unit, agent in self.driver.stream(self.OVERLAPS):
            yield f"U{other} and U{unit} of {agent} overlap."

    def mend_indexes(self) -> None:
        """Make the indexes that are missing, and all of them again from the rows that they are of."""
        from sqlalchemy.schema import CreateIndex

        from suptime.store.tables.work import METADATA

        self.rows.require_author()
        there = set(self.driver.column("SELECT name FROM sqlite_master WHERE type = 'index'"))
        for table in METADATA.tables.values():
            for index in table.indexes:
                if index.name not in there:
                    self.driver.connection().execute(CreateIndex(index))
        self.driver.run("REINDEX")


def _name(table: str, row: int | None) -> str:
    if row is None:
        return f"A row of {table}"
    named = name_of(table, str(row)) if _counts(table) else f"row {row} of {table}"
    return f"{named[0].upper()}{named[1:]}"


def _counts(table: str) -> bool:
    return "id" in COLUMNS.get(table, ()) and name_of(table, "1") != "an issued invoice"


Made = dict[tuple[str, str], list[str]]


def _file_faults(driver: Driver) -> Iterator[tuple[str, bool]]:
    from suptime.store.database import schema
    from suptime.store.database.engine import connection_on

    fresh = sqlite3.connect(":memory:", isolation_level=None)
    with connection_on(fresh, "sqlite") as connection:
        schema.create_all(connection)
    wanted = _schema_of(SqliteDriver(fresh))
    fresh.close()
    found = _schema_of(driver)
    for kind, name in sorted(wanted.keys() - found.keys()):
        yield f"The {kind} {name} is missing.", kind == "index"
    for kind, name in sorted(found.keys() - wanted.keys()):
        yield f"The {kind} {name} is not one of suptime's.", False
    for kind, name in sorted(wanted.keys() & found.keys()):
        if wanted[kind, name] != found[kind, name]:
            yield f"The {kind} {name} is not as this version makes it.", False


def _schema_of(driver: Driver) -> Made:
    """Return everything that a SQLite file's schema has, with the parts that make it, in whatever order."""
    # SQLite puts a column that a migration adds on the line of the column before it, and the name of a
    # table that a migration made anew into quotes.
    rows = driver.all("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'")
    return {
        (kind, name): sorted(
            filter(None, (part.strip() for part in re.split("[\n,]", (sql or "").replace('"', ""))))
        )
        for kind, name, sql in rows
    }


def _server_faults(driver: Driver) -> Iterator[tuple[str, bool]]:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from suptime.store.tables.work import METADATA

    for step in compare_metadata(MigrationContext.configure(driver.connection()), METADATA):
        said = " ".join(str(step).split())
        yield f"The schema is not as this version makes it: {said}.", False
