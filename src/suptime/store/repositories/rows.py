"""Reading and writing rows, each write with its audit row: what all subjects of the repository share."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice
from operator import itemgetter
from typing import Any, TypeVar, cast

from sqlalchemy import (
    Connection,
    CursorResult,
    Date,
    Executable,
    bindparam,
    column,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy import table as sql_table
from sqlalchemy.sql.elements import ColumnElement

from suptime.domain.time import Instant
from suptime.errors import NotPossible
from suptime.store.database import turns
from suptime.store.database.audit_chain import START, Head, link
from suptime.store.database.faults import Withheld, storable
from suptime.store.repositories.records import name_of
from suptime.store.repositories.row_digests import ENTITY as RECORDED
from suptime.store.repositories.row_digests import HOW, Draws, How, PendingRows, line_extras
from suptime.store.tables.work import CHANGE_NUMBERS, SERVER_CHANGES, TABLES, key_of
from suptime.store.timer.rows import Row, Values, canonical
from suptime.store.timer.statements import DROP, NEXT_CHANGE, beside, by_rows

Item = TypeVar("Item")

_AUDIT = TABLES["audit"]
_HEAD = TABLES["audit_head"]

BATCH = 2000
"""Rows written or read at once in bulk."""

OWN = frozenset({"work_unit", "appointment"})
"""The tables of which an agent on a server deletes own rows, without the right to delete."""

MOST_TOUCHED = 10_000
"""Cases that one transaction names; those of an import can be a hundred times as many."""


_CLOSING = TABLES["closing"]


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes something, when, and with which command."""

    at: Instant
    agent: str
    command: str


class Rows:
    """The rows of one transaction. Without an author it only reads."""

    def __init__(self, connection: Connection, author: Author | None = None) -> None:
        self.connection = connection
        self.author = author
        self.number = 0
        self.undoes: int | None = None
        self.heads: dict[str, Head] = {}
        self.touched_cases: set[str] = set()
        """Cases whose standing is to be worked out anew: their old one is gone already."""
        self.touched_many = False
        self.noted: dict[str, PendingRows] = {}
        """Whether they became too many to name: they are all cases that have no standing."""

    def execute(self, statement: Executable, asked: Any = None, **options: Any) -> CursorResult[Any]:
        """Run `statement`; a value that no column can hold becomes an error for people."""
        with storable():
            return self.connection.execute(statement, asked, **options)

    def insert_many(self, entity: str, rows: Sequence[Values]) -> None:
        """Insert ROWS, which have the same columns. On SQLite by the driver alone, which takes half the time."""
        table = TABLES[entity]
        if self.connection.dialect.name != "sqlite":
            self.execute(insert(table), rows)
            return
        names = [*rows[0]]
        days = [name for name in names if isinstance(table.c[name].type, Date)]
        statement = insert(table).compile(dialect=self.connection.dialect, column_keys=names)
        values = itemgetter(*statement.positiontup or ())
        texts = (row | {name: row[name] and row[name].isoformat() for name in days} for row in rows)
        with storable():
            self.connection.exec_driver_sql(
                str(statement), [values(row) for row in (texts if days else rows)]
            )

    def all(self, statement: Executable, asked: Row | None = None) -> Sequence[Row]:
        """Return the rows that `statement` asks for."""
        return cast("Sequence[Row]", self.execute(statement, asked).mappings().all())

    def one(self, statement: Executable, asked: Row | None = None) -> Row | None:
        """Return the first row that `statement` asks for, or None."""
        return cast("Row | None", self.execute(statement, asked).mappings().first())

    def stream(self, statement: Executable, at_once: int = BATCH) -> Iterator[Row]:
        """Yield the rows of `statement`, read `at_once` at a time."""
        found = self.execute(statement, execution_options={"yield_per": at_once})
        yield from cast("Iterator[Row]", found.mappings())

    def row(self, entity: str, key: Any) -> Values | None:
        """Return the row of a table with the primary key `key`, or None."""
        table = TABLES[entity]
        row = self.one(select(table).where(key_of(table) == key))
        return None if row is None else dict(row)

    def insert(self, entity: str, values: Values) -> Values:
        """Add a row and its audit row; an id of 0 becomes the next one. Gives the row as it is stored."""
        self.writing()
        table = TABLES[entity]
        given = {name: value for name, value in values.items() if not (name == "id" and value == 0)}
        found = self.execute(insert(table).values(given)).inserted_primary_key
        stored = dict(values)
        if found is not None:
            stored[key_of(table).name] = found[0]
        if "id" in given:
            self.ids_taken(entity)
        self.added(entity, stored)
        return stored

    def added(self, entity: str, stored: Row) -> None:
        """Leave what every new row leaves behind."""
        self.audit(self.writing(), entity, str(stored[key_of(TABLES[entity]).name]), None, stored)
        self.mark_changed(entity, None, stored)

    def update(self, entity: str, key: Any, values: Values) -> None:
        """Change a row, unless it is so already, and add its audit row.

        Raises:
            NotPossible: there is no such row.
        """
        author = self.writing()
        table = TABLES[entity]
        before = self.row(entity, key)
        if before is None:
            raise NotPossible(f"There is no {name_of(entity, str(key))}.")
        after = before | values
        if after != before:
            # Only what changes: the right to write a column is given for each column.
            changed = {name: value for name, value in after.items() if value != before[name]}
            self.require_row(self.execute(update(table).where(key_of(table) == key).values(changed)))
            self.audit(author, entity, str(key), before, after)
            self.mark_changed(entity, before, after)

    def delete(self, entity: str, key: Any) -> Row:
        """Delete a row, and add its audit row. Gives what it was.

        Raises:
            NotPossible: there is no such row.
        """
        author = self.writing()
        table = TABLES[entity]
        before = self.row(entity, key)
        if before is None:
            raise NotPossible(f"There is no {name_of(entity, str(key))}.")
        if entity not in OWN or turns.is_keeper(self.connection):
            self.require_row(self.execute(delete(table).where(key_of(table) == key)))
        elif not self.execute(text(DROP), {"entity": entity, "id": key}).scalar():
            raise Withheld
        self.audit(author, entity, str(key), before, None)
        self.mark_changed(entity, before, None)
        return before

    def require_row(self, done: CursorResult[Any]) -> None:
        """Refuse where what was just read could not be changed: the database hid it from the change."""
        if not done.rowcount:
            raise Withheld

    def mark_changed(self, entity: str, before: Row | None, after: Row | None) -> None:
        """Note what of closed months this change touches, and hold the agents whose work it is."""
        if entity == "work_unit":
            self.hold({str(row["agent"]) for row in (before, after) if row})
        keeper = turns.is_keeper(self.connection)
        for statement, asked in by_rows(entity, before, after):
            self.run_text(statement if keeper else beside(statement), asked)

    def hold(self, agents: Iterable[str]) -> None:
        """Have nobody else write the time of `agents` until this change is done."""
        if self.connection.dialect.name == "postgresql":
            for agent in sorted({*agents} - {self.writing().agent}):
                turns.hold(self.connection, agent)

    def run_text(self, statement: str, *asked: Row) -> None:
        """Run a statement in SQL text, once for each set of parameters."""
        days = [bindparam(name, type_=Date) for name, value in asked[0].items() if isinstance(value, date)]
        self.execute(text(statement).bindparams(*days), [dict(values) for values in asked])

    def writing(self) -> Author:
        """Return who writes. A transaction that was opened for reading has no author."""
        if self.author is None:
            raise RuntimeError("this transaction was opened for reading")
        return self.author

    def audit(self, author: Author, entity: str, key: str, before: Row | None, after: Row | None) -> None:
        """Add the audit row of one change of one record: the only place that does."""
        if not self.number:
            self.number = self._next_change()
        row = {
            "change": self.number,
            "at": author.at,
            "agent": author.agent,
            "command": author.command,
            "entity": entity,
            "entity_key": key,
            "before_json": canonical(before),
            "after_json": canonical(after),
            "undoes": self.undoes,
        }
        self.execute(insert(_AUDIT).values(self.linked(row)))

    def _next_change(self) -> int:
        if self.connection.dialect.name == "postgresql":
            return int(self.execute(text(NEXT_CHANGE)).scalar_one())
        # Writers of a file come one after another, so no other change gets the same number.
        return (self.execute(select(func.max(_AUDIT.c.change))).scalar() or 0) + 1

    def linked(self, row: Row) -> Values:
        """The audit ROW with its place and hash in its agent's chain, which it ends from here on."""
        agent = row["agent"]
        if agent not in self.heads:
            found = self.execute(select(_HEAD.c.place, _HEAD.c.hash).where(_HEAD.c.agent == agent)).first()
            self.heads[agent] = Head(found.place, found.hash) if found and found.place else START
        with storable():
            linked = link(self.heads[agent], row)
        self.heads[agent] = Head(linked["place"], linked["hash"])
        return linked

    def seal(self) -> None:
        """Write the accounts of the rows that were noted, then the ends of the audit chains: the last thing to do."""
        for table, noted in sorted(self.noted.items()):
            for part in noted.parts():
                self.audit(self.writing(), RECORDED, table, None, part.as_data())
        self.noted.clear()
        for agent, head in sorted(self.heads.items()):
            moved = {"place": head.place, "hash": head.hash}
            if not self.execute(update(_HEAD).where(_HEAD.c.agent == agent).values(moved)).rowcount:
                self.execute(insert(_HEAD).values(agent=agent, **moved))

    def touch_where(self, *conditions: ColumnElement[bool]) -> None:
        """Note the cases that meet CONDITIONS as touched, and drop what was known of them."""
        case = TABLES["case"]
        found = self.execute(select(case.c.number).where(*conditions)).scalars().all()
        self.touch(found)

    def touch(self, numbers: Iterable[str]) -> None:
        """Note cases as touched, and drop the states that were kept of them."""
        if not turns.is_keeper(self.connection):
            return  # what agents know of each other's cases is not theirs to write: it holds no more
        standing = TABLES["standing"]
        touched = sorted(set(numbers))
        self.name_touched(touched)
        for part in batches(touched):
            self.execute(delete(standing).where(standing.c.case_number.in_(part)))

    def name_touched(self, numbers: Iterable[str]) -> None:
        """Note cases as touched, until there are too many to name."""
        self.touched_cases.update(() if self.touched_many else numbers)
        if len(self.touched_cases) > MOST_TOUCHED:
            self.touched_cases.clear()
            self.touched_many = True

    def new_ids(self, entity: str, count: int) -> list[int]:
        """The next ids of table ENTITY, for rows that are to be written together with rows that name them."""
        if self.connection.dialect.name == "postgresql":
            drawn = text(
                "SELECT nextval(pg_get_serial_sequence(:entity, 'id')) FROM generate_series(1, :count)"
            )
            return sorted(self.execute(drawn, {"entity": entity, "count": count}).scalars())
        counts = sql_table("sqlite_sequence", column("name"), column("seq"))
        newest = self.execute(select(counts.c.seq).where(counts.c.name == entity)).scalar() or 0
        return list(range(newest + 1, newest + 1 + count))

    def ids_taken(self, entity: str) -> None:
        """Have the next id follow those that were given, where the database does not see to it itself."""
        if self.connection.dialect.name == "postgresql":
            self.move_sequence(entity, self.execute(select(func.max(TABLES[entity].c.id))).scalar() or 0)

    def changes_taken(self) -> None:
        """Have a server number changes after those that came from another server."""
        if self.connection.dialect.name == "postgresql":
            newest = self.execute(select(func.max(_AUDIT.c.change))).scalar() or 0
            last = self.execute(text(f"SELECT pg_sequence_last_value('{CHANGE_NUMBERS.name}')")).scalar()
            if newest > (last or SERVER_CHANGES):
                self.execute(text(f"SELECT setval('{CHANGE_NUMBERS.name}', :newest)"), {"newest": newest})

    def move_sequence(self, entity: str, newest: int) -> None:
        """Have a server give out ids after `newest`."""
        # Never backwards: an id that was given out once names nothing else later. And only where it
        # must be: an agent who takes back a deletion has no right to set a sequence.
        if newest > self.last_of_sequence(entity):
            self.execute(select(func.setval(func.pg_get_serial_sequence(entity, "id"), newest)))

    def last_of_sequence(self, entity: str) -> int:
        """Return the last id that a server's sequence gave out."""
        # Imported where it is used: a store in a file needs nothing of that dialect, and it is not small.
        from sqlalchemy.dialects.postgresql import REGCLASS

        sequence = sql_cast(func.pg_get_serial_sequence(entity, "id"), REGCLASS)
        return self.execute(select(func.pg_sequence_last_value(sequence))).scalar() or 0

    def reserve(self, entity: str, newest: int) -> None:
        """Have the next id of table ENTITY come after NEWEST."""
        if self.connection.dialect.name == "postgresql":
            self.move_sequence(entity, newest)
            return
        counts = sql_table("sqlite_sequence", column("name"), column("seq"))
        mine = counts.c.name == entity
        there = self.execute(select(counts.c.seq).where(mine)).scalar()
        if there is None:
            self.execute(insert(counts).values(name=entity, seq=newest))
        elif there < newest:
            self.execute(update(counts).where(mine).values(seq=newest))

    def note_rows(self, table: str, rows: Iterable[Row]) -> None:
        """Account for `rows`, which are new in `table` and have no audit rows of their own."""
        if table in HOW and HOW[table].how is not How.DERIVED:
            noted = self.noting(table)
            for row in rows:
                noted.add(row)

    def note_lines(self, lines: Iterable[Row], draws: dict[int, Draws]) -> None:
        """Account for issued `lines`, each with its `draws` by the line's id: purchase and quantity."""
        noted = self.noting("issued_line")
        for line in lines:
            noted.add(line, *line_extras(line, draws.get(line["id"], [])))

    def noting(self, table: str) -> PendingRows:
        """Return the rows of `table` that wait to be accounted for."""
        if table not in self.noted:
            self.noted[table] = PendingRows(table)
        return self.noted[table]

    def numbered(self, table: str, rows: list[Values]) -> list[Values]:
        """Return `rows` with the next ids of `table`."""
        ids = self.new_ids(table, len(rows))
        return [row | {"id": id} for row, id in zip(rows, ids, strict=True)]  # noqa: A001

    def add_many(self, entity: str, rows: Iterable[Values]) -> int:
        """Insert ROWS in batches; those of one batch all have an id, or all are given one."""
        self.writing()
        count = 0
        batch: list[dict[str, Any]] = []
        with_ids = False
        for row in rows:
            given = row.get("id", 0) != 0
            if len(batch) == BATCH or (batch and given != with_ids):
                self.flush(entity, batch, with_ids=with_ids)
                batch = []
            with_ids = given
            batch.append(row if given else {name: value for name, value in row.items() if name != "id"})
            count += 1
        self.flush(entity, batch, with_ids=with_ids)
        return count

    def flush(self, entity: str, batch: list[dict[str, Any]], *, with_ids: bool) -> None:
        """Insert one batch, and leave what new rows leave behind."""
        if batch:
            if "id" in TABLES[entity].columns and not with_ids:
                batch = self.numbered(entity, batch)
            self.insert_many(entity, batch)
            self.note_rows(entity, batch)
            if with_ids:
                self.ids_taken(entity)
            self.mark_many_changed(entity, batch)

    def mark_many_changed(self, entity: str, rows: Iterable[Values]) -> None:
        """Note what of closed months ROWS touch, each place once."""
        if not self.has_closings:
            return
        asked: dict[str, dict[tuple[object, ...], Values]] = {}
        for row in rows:
            for statement, values in by_rows(entity, None, row):
                asked.setdefault(statement, {})[tuple(values.values())] = values
        for statement, places in asked.items():
            self.run_text(statement, *places.values())

    @cached_property
    def has_closings(self) -> bool:
        """Whether a month of any client is closed."""
        return self.execute(select(_CLOSING.c.client).limit(1)).scalar() is not None


Clients = Collection[str] | None
"""Codes of clients, or None for all: then the period alone is looked for."""


class Repository:
    """The rows of one subject, within a transaction."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """ITEMS in lists of at most BATCH."""
    source = iter(items)
    while part := list(islice(source, BATCH)):
        yield part


def typed(entity: str, row: Mapping[str, Any]) -> Values:
    """ROW as an audit row's JSON holds it, with days as dates again."""
    columns = TABLES[entity].columns
    return {
        name: date.fromisoformat(value)
        if value is not None and columns[name].type.python_type is date
        else value
        for name, value in row.items()
        if name in columns
    }
