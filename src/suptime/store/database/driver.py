"""SQL texts on the driver's own connection: sqlite3 or psycopg. Standard library only.

Parameters are named, `:client`, on both. A list stands for the values of an IN: `number IN :numbers`.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from suptime.store.database.faults import storable

if TYPE_CHECKING:
    from sqlalchemy import Connection

Values = Mapping[str, Any]
Found = Sequence[Any]
"""A row as the driver gives it: its values by position."""

BATCH = 2000
"""Rows that are written or read at once in bulk."""

_PARAMETER = re.compile(r"(?<![\w:]):([a-z_][a-z_0-9]*)")


class Query(NamedTuple):
    """A statement, with conditions that are asked only where their value is given.

    >>> Query("SELECT number FROM invoice", {"client": "client = :client"}, "ORDER BY number").text({"client"})
    'SELECT number FROM invoice WHERE client = :client ORDER BY number'
    """

    head: str
    conditions: Mapping[str, str] = {}
    tail: str = ""
    always: str = ""

    def text(self, given: set[str]) -> str:
        """Return the statement with the conditions whose values are `given`."""
        asked = [condition for name, condition in self.conditions.items() if name in given]
        where = " AND ".join(filter(None, (self.always, *asked)))
        return " ".join(filter(None, (self.head, where and f"WHERE {where}", self.tail)))


Statement = Query | str


def asked(statement: Statement, values: Values) -> tuple[str, dict[str, Any]]:
    """Return the text of `statement` and the values of its parameters, those of a list one by one."""
    if isinstance(statement, str):
        text, given = statement, dict(values)
    else:
        given = {
            name: value
            for name, value in values.items()
            if value is not None or name not in statement.conditions
        }
        text = statement.text({*given})
    for name, value in values.items():
        if isinstance(value, list):
            names = [f"{name}_{place}" for place in range(len(value))]
            text = re.sub(rf":{name}\b", f"({', '.join(f':{one}' for one in names) or 'NULL'})", text)
            del given[name]
            given.update(zip(names, value, strict=True))
    return text, given


class Driver:
    """One transaction on a connection of a driver."""

    raw: Any
    is_server = False
    is_keeper = True
    """Whether the login keeps what all share; who writes a file does."""

    def connection(self) -> "Connection":
        """Return the same connection and transaction as SQLAlchemy knows them, for models."""
        raise NotImplementedError

    def all(self, statement: Statement, **values: Any) -> list[Any]:
        """Return the rows that `statement` asks for."""
        with storable():
            return self._execute(*asked(statement, values)).fetchall()  # type: ignore[no-any-return]

    def one(self, statement: Statement, **values: Any) -> Any:
        """Return the first row that `statement` asks for, or None."""
        with storable():
            cursor = self._execute(*asked(statement, values))
            row = cursor.fetchone()
            cursor.close()
            return row

    def value(self, statement: Statement, **values: Any) -> Any:
        """Return the first value of the first row, or None."""
        row = self.one(statement, **values)
        return None if row is None else row[0]

    def column(self, statement: Statement, **values: Any) -> list[Any]:
        """Return the first value of each row."""
        return [row[0] for row in self.all(statement, **values)]

    def run(self, statement: Statement, **values: Any) -> int:
        """Run a statement that changes rows. Return how many it changed."""
        with storable():
            return int(self._execute(*asked(statement, values)).rowcount)

    def stream(self, statement: Statement, at_once: int = BATCH, **values: Any) -> Iterator[Found]:
        """Yield the rows that `statement` asks for, read `at_once` at a time."""
        raise NotImplementedError

    def defer_references(self) -> None:
        """Look at the end of the transaction whether rows point to rows that are there, and not at once."""
        statement = "SET CONSTRAINTS ALL DEFERRED" if self.is_server else "PRAGMA defer_foreign_keys = ON"
        self.run(statement)

    def run_many(self, statement: str, rows: Sequence[Values]) -> None:
        """Run `statement` once for each of `rows`."""
        raise NotImplementedError

    def hold(self, agent: str) -> None:
        """Have nobody else write the time of `agent` until this transaction is done."""

    def _execute(self, text: str, values: dict[str, Any]) -> Any:
        raise NotImplementedError


class SqliteDriver(Driver):
    """A transaction on a SQLite file. It writes days as texts."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self.raw = raw

    def stream(self, statement: Statement, at_once: int = BATCH, **values: Any) -> Iterator[Found]:
        """Yield the rows that `statement` asks for, read `at_once` at a time."""
        with storable():
            cursor = self._execute(*asked(statement, values))
        while part := cursor.fetchmany(at_once):
            yield from part

    def run_many(self, statement: str, rows: Sequence[Values]) -> None:
        """Run `statement` once for each of `rows`."""
        days = [name for name, value in rows[0].items() if isinstance(value, date)] if rows else []
        with storable():
            self.raw.executemany(statement, rows if not days else map(_with_texts, rows))

    def _execute(self, text: str, values: dict[str, Any]) -> sqlite3.Cursor:
        cursor: sqlite3.Cursor = self.raw.execute(text, _with_texts(values))
        return cursor


class ServerDriver(Driver):
    """A transaction on PostgreSQL, on a connection of psycopg."""

    is_server = True

    def __init__(self, raw: Any) -> None:
        self.raw = raw
        self._streams = 0

    def stream(self, statement: Statement, at_once: int = BATCH, **values: Any) -> Iterator[Found]:
        """Yield the rows that `statement` asks for, read `at_once` at a time."""
        self._streams += 1
        text, given = asked(statement, values)
        with self.raw.cursor(name=f"stream_{self._streams}") as cursor:
            cursor.itersize = at_once
            with storable():
                cursor.execute(server_text(text), given)
            yield from cursor

    def run_many(self, statement: str, rows: Sequence[Values]) -> None:
        """Run `statement` once for each of `rows`."""
        with storable(), self.raw.cursor() as cursor:
            cursor.executemany(server_text(statement), rows)

    def hold(self, agent: str) -> None:
        """Have nobody else write the time of `agent` until this transaction is done."""
        from suptime.store.database import turns

        turns.hold(self.raw, agent)

    def _execute(self, text: str, values: dict[str, Any]) -> Any:
        return self.raw.execute(server_text(text), values)


def server_text(text: str) -> str:
    """Return a statement as psycopg wants it.

    >>> server_text("SELECT code FROM client WHERE folded LIKE 'a%' AND code = :code")
    "SELECT code FROM client WHERE folded LIKE 'a%%' AND code = %(code)s"
    """
    return _PARAMETER.sub(r"%(\1)s", text.replace("%", "%%"))


def _with_texts(values: Values) -> Values:
    # sqlite3's own adapter of days goes away with a later Python.
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
