"""Reading and writing rows, each write with its audit row: what all subjects of the repository share."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from operator import itemgetter
from typing import Any, TypeVar, cast

from sqlalchemy import (
    Connection,
    CursorResult,
    Date,
    Executable,
    Table,
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
from suptime.store.tables.work import CHANGE_NUMBERS, SERVER_CHANGES, TABLES
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


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes something, when, and with which command."""

    at: Instant
    agent: str
    command: str


class Rows:
    """The rows of one transaction. Without an author it only reads."""

    def __init__(self, connection: Connection, author: Author | None = None) -> None:
        self._connection = connection
        self._author = author
        self._change = 0
        self._undoes: int | None = None
        self._heads: dict[str, Head] = {}
        self.touched_cases: set[str] = set()
        """Cases whose standing is to be worked out anew: their old one is gone already."""
        self.touched_many = False
        """Whether they became too many to name: they are all cases that have no standing."""

    def _execute(self, statement: Executable, asked: Any = None, **options: Any) -> CursorResult[Any]:
        with storable():
            return self._connection.execute(statement, asked, **options)

    def _insert_many(self, entity: str, rows: Sequence[Values]) -> None:
        """Insert ROWS, which have the same columns. On SQLite by the driver alone, which takes half the time."""
        table = TABLES[entity]
        if self._connection.dialect.name != "sqlite":
            self._execute(insert(table), rows)
            return
        names = [*rows[0]]
        days = [name for name in names if isinstance(table.c[name].type, Date)]
        statement = insert(table).compile(dialect=self._connection.dialect, column_keys=names)
        values = itemgetter(*statement.positiontup or ())
        texts = (row | {name: row[name] and row[name].isoformat() for name in days} for row in rows)
        with storable():
            self._connection.exec_driver_sql(
                str(statement), [values(row) for row in (texts if days else rows)]
            )

    def _all(self, statement: Executable, asked: Row | None = None) -> Sequence[Row]:
        return cast("Sequence[Row]", self._execute(statement, asked).mappings().all())

    def _one(self, statement: Executable, asked: Row | None = None) -> Row | None:
        return cast("Row | None", self._execute(statement, asked).mappings().first())

    def _stream(self, statement: Executable) -> Iterator[Row]:
        found = self._execute(statement, execution_options={"yield_per": BATCH})
        yield from cast("Iterator[Row]", found.mappings())

    def _row(self, entity: str, key: Any) -> Values | None:
        table = TABLES[entity]
        row = self._one(select(table).where(_key(table) == key))
        return None if row is None else dict(row)

    def _insert(self, entity: str, values: Values) -> Values:
        """Add a row and its audit row; an id of 0 becomes the next one. Gives the row as it is stored."""
        self._writing()
        table = TABLES[entity]
        given = {name: value for name, value in values.items() if not (name == "id" and value == 0)}
        found = self._execute(insert(table).values(given)).inserted_primary_key
        stored = dict(values)
        if found is not None:
            stored[_key(table).name] = found[0]
        if "id" in given:
            self._ids_taken(entity)
        self._added(entity, stored)
        return stored

    def _added(self, entity: str, stored: Row) -> None:
        """Leave what every new row leaves behind."""
        self._audit(self._writing(), entity, str(stored[_key(TABLES[entity]).name]), None, stored)
        self._unsettle(entity, None, stored)

    def _update(self, entity: str, key: Any, values: Values) -> None:
        """Change a row, unless it is so already, and add its audit row.

        Raises:
            NotPossible: there is no such row.
        """
        author = self._writing()
        table = TABLES[entity]
        before = self._row(entity, key)
        if before is None:
            raise NotPossible(f"There is no {name_of(entity, str(key))}.")
        after = before | values
        if after != before:
            # Only what changes: the right to write a column is given for each column.
            changed = {name: value for name, value in after.items() if value != before[name]}
            self._one_row(self._execute(update(table).where(_key(table) == key).values(changed)))
            self._audit(author, entity, str(key), before, after)
            self._unsettle(entity, before, after)

    def _delete(self, entity: str, key: Any) -> Row:
        """Delete a row, and add its audit row. Gives what it was.

        Raises:
            NotPossible: there is no such row.
        """
        author = self._writing()
        table = TABLES[entity]
        before = self._row(entity, key)
        if before is None:
            raise NotPossible(f"There is no {name_of(entity, str(key))}.")
        if entity not in OWN or turns.is_keeper(self._connection):
            self._one_row(self._execute(delete(table).where(_key(table) == key)))
        elif not self._execute(text(DROP), {"entity": entity, "id": key}).scalar():
            raise Withheld
        self._audit(author, entity, str(key), before, None)
        self._unsettle(entity, before, None)
        return before

    def _one_row(self, done: CursorResult[Any]) -> None:
        """Refuse where what was just read could not be changed: the database hid it from the change."""
        if not done.rowcount:
            raise Withheld

    def _unsettle(self, entity: str, before: Row | None, after: Row | None) -> None:
        """Note what of closed months this change touches, and hold the agents whose work it is."""
        if entity == "work_unit":
            self._hold({str(row["agent"]) for row in (before, after) if row})
        keeper = turns.is_keeper(self._connection)
        for statement, asked in by_rows(entity, before, after):
            self._run_text(statement if keeper else beside(statement), asked)

    def _hold(self, agents: Iterable[str]) -> None:
        """Have nobody else write the time of `agents` until this change is done."""
        if self._connection.dialect.name == "postgresql":
            for agent in sorted({*agents} - {self._writing().agent}):
                turns.hold(self._connection, agent)

    def _run_text(self, statement: str, *asked: Row) -> None:
        days = [bindparam(name, type_=Date) for name, value in asked[0].items() if isinstance(value, date)]
        self._execute(text(statement).bindparams(*days), [dict(values) for values in asked])

    def _writing(self) -> Author:
        if self._author is None:
            raise RuntimeError("this transaction was opened for reading")
        return self._author

    def _audit(self, author: Author, entity: str, key: str, before: Row | None, after: Row | None) -> None:
        if not self._change:
            self._change = self._next_change()
        row = {
            "change": self._change,
            "at": author.at,
            "agent": author.agent,
            "command": author.command,
            "entity": entity,
            "entity_key": key,
            "before_json": canonical(before),
            "after_json": canonical(after),
            "undoes": self._undoes,
        }
        self._execute(insert(_AUDIT).values(self._linked(row)))

    def _next_change(self) -> int:
        if self._connection.dialect.name == "postgresql":
            return int(self._execute(text(NEXT_CHANGE)).scalar_one())
        # Writers of a file come one after another, so no other change gets the same number.
        return (self._execute(select(func.max(_AUDIT.c.change))).scalar() or 0) + 1

    def _linked(self, row: Row) -> Values:
        """The audit ROW with its place and hash in its agent's chain, which it ends from here on."""
        agent = row["agent"]
        if agent not in self._heads:
            found = self._execute(select(_HEAD.c.place, _HEAD.c.hash).where(_HEAD.c.agent == agent)).first()
            self._heads[agent] = Head(found.place, found.hash) if found and found.place else START
        with storable():
            linked = link(self._heads[agent], row)
        self._heads[agent] = Head(linked["place"], linked["hash"])
        return linked

    def seal(self) -> None:
        """Write down where the chains of this transaction's audit rows end: the last thing that it does."""
        for agent, head in sorted(self._heads.items()):
            moved = {"place": head.place, "hash": head.hash}
            if not self._execute(update(_HEAD).where(_HEAD.c.agent == agent).values(moved)).rowcount:
                self._execute(insert(_HEAD).values(agent=agent, **moved))

    def _touch(self, *conditions: ColumnElement[bool]) -> None:
        """Note the cases that meet CONDITIONS as touched, and drop what was known of them."""
        case = TABLES["case"]
        found = self._execute(select(case.c.number).where(*conditions)).scalars().all()
        self._touch_numbers(found)

    def _touch_numbers(self, numbers: Iterable[str]) -> None:
        if not turns.is_keeper(self._connection):
            return  # what agents know of each other's cases is not theirs to write: it holds no more
        standing = TABLES["standing"]
        touched = sorted(set(numbers))
        self._name_touched(touched)
        for part in batches(touched):
            self._execute(delete(standing).where(standing.c.case_number.in_(part)))

    def _name_touched(self, numbers: Iterable[str]) -> None:
        self.touched_cases.update(() if self.touched_many else numbers)
        if len(self.touched_cases) > MOST_TOUCHED:
            self.touched_cases.clear()
            self.touched_many = True

    def _new_ids(self, entity: str, count: int) -> list[int]:
        """The next ids of table ENTITY, for rows that are to be written together with rows that name them."""
        if self._connection.dialect.name == "postgresql":
            drawn = text(
                "SELECT nextval(pg_get_serial_sequence(:entity, 'id')) FROM generate_series(1, :count)"
            )
            return sorted(self._execute(drawn, {"entity": entity, "count": count}).scalars())
        counts = sql_table("sqlite_sequence", column("name"), column("seq"))
        newest = self._execute(select(counts.c.seq).where(counts.c.name == entity)).scalar() or 0
        return list(range(newest + 1, newest + 1 + count))

    def _ids_taken(self, entity: str) -> None:
        """Have the next id follow those that were given, where the database does not see to it itself."""
        if self._connection.dialect.name == "postgresql":
            self._move_sequence(entity, self._execute(select(func.max(TABLES[entity].c.id))).scalar() or 0)

    def _changes_taken(self) -> None:
        """Have a server number changes after those that came from another server."""
        if self._connection.dialect.name == "postgresql":
            newest = self._execute(select(func.max(_AUDIT.c.change))).scalar() or 0
            last = self._execute(text(f"SELECT pg_sequence_last_value('{CHANGE_NUMBERS.name}')")).scalar()
            if newest > (last or SERVER_CHANGES):
                self._execute(text(f"SELECT setval('{CHANGE_NUMBERS.name}', :newest)"), {"newest": newest})

    def _move_sequence(self, entity: str, newest: int) -> None:
        # Never backwards: an id that was given out once names nothing else later. And only where it
        # must be: an agent who takes back a deletion has no right to set a sequence.
        if newest > self._last_of_sequence(entity):
            self._execute(select(func.setval(func.pg_get_serial_sequence(entity, "id"), newest)))

    def _last_of_sequence(self, entity: str) -> int:
        # Imported where it is used: a store in a file needs nothing of that dialect, and it is not small.
        from sqlalchemy.dialects.postgresql import REGCLASS

        sequence = sql_cast(func.pg_get_serial_sequence(entity, "id"), REGCLASS)
        return self._execute(select(func.pg_sequence_last_value(sequence))).scalar() or 0

    def _reserve(self, entity: str, newest: int) -> None:
        """Have the next id of table ENTITY come after NEWEST."""
        if self._connection.dialect.name == "postgresql":
            self._move_sequence(entity, newest)
            return
        counts = sql_table("sqlite_sequence", column("name"), column("seq"))
        mine = counts.c.name == entity
        there = self._execute(select(counts.c.seq).where(mine)).scalar()
        if there is None:
            self._execute(insert(counts).values(name=entity, seq=newest))
        elif there < newest:
            self._execute(update(counts).where(mine).values(seq=newest))


def _key(table: Table) -> Any:
    return next(iter(table.primary_key.columns))


def key_column(entity: str) -> Any:
    """The primary key's column of table ENTITY; each has one."""
    return _key(TABLES[entity])


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
