"""What the type of a record is made of: its keys, how each is read, and when it is written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from suptime.interchange.fields import Reader, optional

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
