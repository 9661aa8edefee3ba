"""What is wrong with a database as one: its pages, its tables, rows that point nowhere or overlap."""

import re
from collections.abc import Iterator

from sqlalchemy import Connection, Table, create_engine, func, select, text
from sqlalchemy.schema import CreateIndex

from suptime.domain.time import NEVER
from suptime.store.repositories.records import name_of
from suptime.store.repositories.rows import Repository
from suptime.store.tables.work import METADATA, TABLES

_UNIT = TABLES["work_unit"]
MOST = 100
"""Faults of one kind that SQLite is asked for: who has more wants a backup, not a list."""


class Integrity(Repository):
    """A database, examined by its own means."""

    @property
    def is_file(self) -> bool:
        """Whether the store is a SQLite file: a server looks after its own pages and keys."""
        return self.rows.connection.dialect.name == "sqlite"

    def page_faults(self) -> Iterator[str]:
        """What SQLite finds wrong with the file's pages, its indexes, and the constraints of its rows."""
        if self.is_file:
            for said in self.rows.execute(text(f"PRAGMA integrity_check({MOST})")).scalars():
                if said != "ok":
                    yield f"SQLite says: {' '.join(str(said).split())}."

    def stray_rows(self) -> Iterator[str]:
        """Rows that point to a row that is not there."""
        if self.is_file:
            for stray in self.rows.execute(text("PRAGMA foreign_key_check")):
                yield f"{_name(stray.table, stray.rowid)} points to a row of {stray.parent} that is not there."

    def schema_faults(self) -> Iterator[tuple[str, bool]]:
        """How the tables differ from what this version makes; and whether that is only a missing index."""
        return _file_faults(self.rows.connection) if self.is_file else _server_faults(self.rows.connection)

    def overlaps(self) -> Iterator[str]:
        """Two work units of one agent at the same time."""
        ends = func.coalesce(_UNIT.c.ended_at, NEVER)
        order = (_UNIT.c.started_at, ends, _UNIT.c.id)
        mine = _UNIT.c.agent
        pairs = select(
            _UNIT.c.agent,
            _UNIT.c.id,
            _UNIT.c.started_at,
            func.lag(_UNIT.c.id).over(partition_by=mine, order_by=order).label("other"),
            func.lag(ends).over(partition_by=mine, order_by=order).label("other_ends"),
        ).subquery()
        found = select(pairs).where(pairs.c.other_ends > pairs.c.started_at)
        for row in self.rows.stream(found.order_by(pairs.c.agent, pairs.c.started_at)):
            yield f"U{row['other']} and U{row['id']} of {row['agent']} overlap."

    def mend_indexes(self) -> None:
        """Make the indexes that are missing, and all of them anew from the rows that they are of."""
        self.rows.writing()
        there = set(self.rows.execute(text("SELECT name FROM sqlite_master WHERE type = 'index'")).scalars())
        for table in METADATA.tables.values():
            for index in table.indexes:
                if index.name not in there:
                    self.rows.execute(CreateIndex(index))
        self.rows.execute(text("REINDEX"))


def _name(table: str, row: int | None) -> str:
    if row is None:
        return f"A row of {table}"
    named = name_of(table, str(row)) if _counts(TABLES.get(table)) else f"row {row} of {table}"
    return f"{named[0].upper()}{named[1:]}"


def _counts(table: Table | None) -> bool:
    return table is not None and "id" in table.columns and name_of(table.name, "1") != "an issued invoice"


Made = dict[tuple[str, str], list[str]]


def _file_faults(connection: Connection) -> Iterator[tuple[str, bool]]:
    from suptime.store.database import schema

    engine = create_engine("sqlite://")
    with engine.connect() as fresh:
        schema.create_all(fresh)
        wanted = _schema_of(fresh)
    engine.dispose()
    found = _schema_of(connection)
    for kind, name in sorted(wanted.keys() - found.keys()):
        yield f"The {kind} {name} is missing.", kind == "index"
    for kind, name in sorted(found.keys() - wanted.keys()):
        yield f"The {kind} {name} is not one of suptime's.", False
    for kind, name in sorted(wanted.keys() & found.keys()):
        if wanted[kind, name] != found[kind, name]:
            yield f"The {kind} {name} is not as this version makes it.", False


def _schema_of(connection: Connection) -> Made:
    """Return everything that a SQLite file's schema has, with the parts that make it, in whatever order."""
    # SQLite puts a column that a migration adds on the line of the column before it.
    rows = connection.execute(
        text("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'")
    )
    return {
        (kind, name): sorted(filter(None, (part.strip() for part in re.split("[\n,]", sql or ""))))
        for kind, name, sql in rows
    }


def _server_faults(connection: Connection) -> Iterator[tuple[str, bool]]:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    for step in compare_metadata(MigrationContext.configure(connection), METADATA):
        said = " ".join(str(step).split())
        yield f"The schema is not as this version makes it: {said}.", False
