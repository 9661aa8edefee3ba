"""Nouns as rows and back, by the names of their fields. Standard library only: the timer uses it.

A row holds what the database holds: texts, whole numbers, days, flags. The kind of a column, which
its SQLModel table declares, says how a value of the noun becomes that, and back.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import EnumMeta
from typing import Any, Generic, TypeVar

from suptime.domain.time import Month
from suptime.store.catalogue import COLUMNS

Noun = TypeVar("Noun")
Row = Mapping[str, Any]
Values = dict[str, Any]
Convert = Callable[[Any], Any]


def as_day(value: Any) -> date:
    """Return a day: PostgreSQL gives it, SQLite gives its text."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def _decimal(text: str) -> Any:
    from decimal import Decimal  # no command of the timer loads it

    return Decimal(text)


def _document(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


READ: Mapping[str, Convert] = {
    "day": as_day,
    "flag": bool,
    "amount": _decimal,
    "month": Month.parse,
    "texts": lambda text: tuple(json.loads(text)),
    "document": json.loads,
    "bytes": bytes,
}
"""How the value of a noun comes from a column of each kind; a text or a whole number is as it is."""

WRITE: Mapping[str, Convert] = {
    "amount": lambda amount: format(amount, "f"),
    "month": str,
    "texts": lambda texts: json.dumps(texts, ensure_ascii=False),
    "document": _document,
}
"""How it is written. An amount never has an exponent."""

STORED: Mapping[str, Convert] = {"day": as_day, "flag": bool}
"""How a row as it is stored differs between the two databases."""


class Mapped(Generic[Noun]):
    """The rows of a table as nouns of one class.

    Args:
        noun: a dataclass or a named tuple.
        table: its table. Each field has a column of its name, but for those named here.
        columns: the columns of fields that have another name there.
        derived: columns that no field has, each with what computes it.
        without: fields that are not columns; `noun` takes them as they are.
        blank: fields of which one value is kept as NULL.
    """

    def __init__(
        self,
        noun: type[Noun],
        table: str,
        *,
        columns: Mapping[str, str] = {},
        derived: Mapping[str, Convert] = {},
        without: Collection[str] = (),
        blank: Mapping[str, Any] = {},
    ) -> None:
        fields: Mapping[str, Any] = noun.__annotations__
        if dataclass_fields := getattr(noun, "__dataclass_fields__", None):
            fields = {field.name: field.type for field in dataclass_fields.values()}
        kinds = COLUMNS[table]
        self.table = table
        self._noun = noun
        self._by_name = any(getattr(field, "kw_only", False) for field in (dataclass_fields or {}).values())
        self._fields = tuple(name for name in fields if name not in without)
        self._places = tuple(columns.get(name, name) for name in self._fields)
        self._derived = derived
        self._blank = blank
        reads = (
            (place, self._read(name, kinds[column], fields[name]))
            for place, (name, column) in enumerate(zip(self._fields, self._places, strict=True))
        )
        self._reads = tuple((place, read) for place, read in reads if read)
        self._writes = tuple(
            (name, column, self._write(name, kinds[column]))
            for name, column in zip(self._fields, self._places, strict=True)
        )
        self.columns = columns_of(table, self._places)
        """The columns as a SELECT names them, in the order of the fields."""
        self.select = f"SELECT {self.columns} FROM {quoted(table)}"

    def noun(self, row: Sequence[Any], **more: Any) -> Noun:
        """Return the noun of a row that `columns` asked for, with the fields that are no columns."""
        values = list(row)
        for place, read in self._reads:
            values[place] = read(values[place])
        if more or self._by_name:
            return self._noun(**dict(zip(self._fields, values, strict=True)), **more)
        return self._noun(*values)

    def of(self, row: Row, **more: Any) -> Noun:
        """Return the noun of a row whose columns are known by their names."""
        return self.noun([row[column] for column in self._places], **more)

    def values(self, noun: Noun, **more: Any) -> Values:
        """Return the columns of `noun`, with those that it does not know; an id of 0 asks for the next one."""
        row = {column: write(getattr(noun, name)) for name, column, write in self._writes}
        for column, compute in self._derived.items():
            row[column] = compute(noun)
        return row | more

    def _read(self, name: str, kind: str, expected: Any) -> Convert | None:
        plain = getattr(expected, "__origin__", expected)  # of Annotated
        read = READ.get(kind) or (plain if isinstance(plain, EnumMeta) else None)
        blank = self._blank.get(name)
        if read is None:
            return None if name not in self._blank else lambda value: blank if value is None else value
        return lambda value: blank if value is None else read(value)

    def _write(self, name: str, kind: str) -> Convert:
        write = WRITE.get(kind, _as_it_is)
        if name in self._blank:
            blank = self._blank[name]
            return lambda value: None if value == blank else write(value)
        return write if write is _as_it_is else lambda value: None if value is None else write(value)


def _as_it_is(value: Any) -> Any:
    return value


def quoted(name: str) -> str:
    """Return the name of a table or column as SQL writes it: `case` is a word of SQL."""
    return f'"{name}"' if name == "case" else name


def columns_of(table: str, names: Collection[str] = ()) -> str:
    """Return the columns of `table`, or those of `names`, as a SELECT names them.

    >>> columns_of("audit_head")
    'audit_head.agent, audit_head.place, audit_head.hash'
    """
    return ", ".join(f"{quoted(table)}.{name}" for name in names or COLUMNS[table])


def insert_into(entity: str, values: Iterable[str]) -> str:
    """Return the statement that inserts a row with those columns."""
    names = [*values]
    return f"INSERT INTO {quoted(entity)} ({', '.join(names)}) VALUES ({', '.join(f':{n}' for n in names)})"


def key_of(table: str) -> str:
    """Return the column that names a row of `table`: its first one."""
    return next(iter(COLUMNS[table]))


def stored(table: str, row: Sequence[Any]) -> Values:
    """Return a row of all columns of `table` by their names, the same on every database."""
    kinds = COLUMNS[table]
    return {
        name: value if value is None or kind not in STORED else STORED[kind](value)
        for (name, kind), value in zip(kinds.items(), row, strict=True)
    }


def folded(name: str) -> str:
    """Return `name` without its letter case: two names that fold alike differ in nothing else."""
    return name.casefold()


def serial_of(number: str) -> int | None:
    """Return the n of a case number CASE-<n> (in any letter case), or None for other numbers.

    >>> serial_of("CASE-12"), serial_of("ACME-12")
    (12, None)
    """
    found = re.fullmatch(r"CASE-([0-9]{1,15})", number, re.IGNORECASE | re.ASCII)
    return int(found[1]) if found else None
