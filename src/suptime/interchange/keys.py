"""What the type of a record is made of: its keys, how each is read, and when it is written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from suptime.clauses.reading import nearest
from suptime.interchange.fields import Reader, Unreadable, optional, unreadable

REQUIRED = object()
"""Stands for the default of a key that has none."""


@dataclass(frozen=True, slots=True)
class Key:
    """How the value of one key is read, what it is where the key is left out, and when it is written."""

    read: Reader
    default: Any = REQUIRED
    always: bool = True


@dataclass(frozen=True, slots=True)
class Type:
    """One type of record: its keys in their order, and the way from them to the record and back."""

    name: str
    record: type[Any]
    keys: Mapping[str, Key]
    build: Callable[[dict[str, Any]], Any]
    values: Callable[[Any], dict[str, Any]]


def maybe(read: Reader) -> Key:
    """A key that is null by default."""
    return Key(optional(read), None)


def rare(read: Reader, default: Any = None) -> Key:
    """A key that is written only where it differs from its default."""
    return Key(optional(read) if default is None else read, default, always=False)


def written(keys: Mapping[str, Key], values: Mapping[str, Any]) -> dict[str, Any]:
    """VALUES in the order of KEYS, without those that are written only where they differ from their default."""
    return {name: values[name] for name, key in keys.items() if key.always or values[name] != key.default}


def table(keys: Mapping[str, Key], build: Callable[[dict[str, Any]], Any]) -> Reader:
    """A reader of a record within a record, which has KEYS. What is wrong names the key."""

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise unreadable("a record in braces", value)
        for name in value:
            if name not in keys:
                raise Unreadable(f"{name}: is not a key of such a record.{nearest(name, keys)}")
        values = {}
        for name, key in keys.items():
            if name in value:
                try:
                    values[name] = key.read(value[name])
                except Unreadable as error:
                    raise Unreadable(f"{name}: {error}") from None
            elif key.default is REQUIRED:
                raise Unreadable(f"{name}: is missing.")
            else:
                values[name] = key.default
        return build(values)

    return read


def each(read: Reader) -> Reader:
    """A reader of a list of what READ reads. What is wrong names the place in the list, counted from 1."""

    def read_all(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise unreadable("a list", value)
        found = []
        for place, item in enumerate(value, 1):
            try:
                found.append(read(item))
            except Unreadable as error:
                raise Unreadable(f"entry {place}: {error}") from None
        return tuple(found)

    return read_all


def fields_of(record: Any) -> dict[str, Any]:
    """The fields of RECORD by their names."""
    return {name: getattr(record, name) for name in names_of(record)}


def names_of(record: Any) -> Sequence[str]:
    """What the values of RECORD are called, which is a frozen dataclass or a named tuple."""
    names: Sequence[str] = getattr(record, "_fields", None) or record.__slots__
    return names
