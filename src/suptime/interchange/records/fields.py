"""What a record is made of: keys, each with the kind of its value, its default, and when it is written.

A reader takes a JSON value and raises `Unreadable` with what it expected; whoever reads the record adds line and key.
"""

import base64
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass
from dataclasses import fields as fields_of_class
from typing import Any

from suptime.domain.reading import nearest, show, wording
from suptime.domain.values import Kind, Problem, kinds_of, shaped, whole

Reader = Callable[[Any], Any]

REQUIRED = object()

"""Stands for the default of a key that has none."""


class Unreadable(ValueError):
    """What was expected instead of the value that is there."""


def unreadable(expected: str, value: object, near: str = "") -> Unreadable:
    """Return the error of a value where something else was expected; `near` names the nearest word, or is empty."""
    return Unreadable(f"expected {expected}, found {'null' if value is None else show(value)}.{near}")


# Kinds of values that stand in records alone


DIGEST = shaped(
    "digest",
    "a SHA-256 of 64 digits and small letters",
    lambda text: re.fullmatch(r"[0-9a-f]{64}", text),
)


def _packed(text: str) -> bytes | Problem:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return Problem("It is not Base64.", "bytes in Base64")


BYTES: Kind[bytes] = Kind(
    "bytes",
    _packed,
    "bytes in Base64",
    lambda raw: base64.b64encode(raw).decode("ascii"),
    lambda value: (
        _packed(value) if isinstance(value, str) else Problem("It is not Base64.", "bytes in Base64")
    ),
)

CHANGE = whole("change", 1, 10**15 - 1, "the number of a change, 15 digits at most")
"""The number of a change; a server numbers its changes from 1,000,000,000,001 on."""

# Keys


@dataclass(frozen=True, slots=True)
class Key:
    """How the value of one key is read and written, what it is where the key is left out, and when it is written."""

    read: Reader
    default: Any = REQUIRED
    always: bool = True
    write: Callable[[Any], Any] = lambda value: value


def key(kind: Kind[Any], default: Any = REQUIRED, *, always: bool = True, null: bool = False) -> Key:
    """Return the key of a kind of value; null stands for the default, or with `null` for None."""
    stands_for = default if default is not REQUIRED else None
    takes_null = null or default is None or (type(default) is int)
    strict, written = kind.strict, kind.written

    def read(value: Any) -> Any:
        if value is None and takes_null:
            return stands_for
        found = strict(value)
        if isinstance(found, Problem):
            raise Unreadable(wording(found, value))
        return found

    return Key(read, default, always, lambda value: None if value is None else written(value))


def rare(kind: Kind[Any], default: Any = None) -> Key:
    """Return a key that is written only where its value differs from its default."""
    return key(kind, default, always=False)


@dataclass(frozen=True, slots=True)
class Type:
    """One type of record: its keys in their order, and the way from them to the record and back."""

    name: str
    record: type[Any]
    keys: Mapping[str, Key]
    build: Callable[[dict[str, Any]], Any]
    values: Callable[[Any], dict[str, Any]]


def type_of(
    name: str,
    noun: type[Any],
    always: Iterable[str],
    *,
    renamed: Mapping[str, str] | None = None,
    defaults: Mapping[str, Any] | None = None,
    kinds: Mapping[str, Kind[Any]] | None = None,
    without: Iterable[str] = (),
) -> Type:
    """Return the type of record of a noun: its fields, each read as the kind that its annotation names.

    The fields `always` are written in every record, in their order. Others follow in the noun's order, where they
    differ from their default; an `id` comes first. `renamed` gives a field another key, `defaults` a field that has
    none a default, and `kinds` a field another kind.
    """
    kinds = {**kinds_of(noun), **(kinds or {})}
    known = {**_defaults(noun), **(defaults or {})}
    first = [*always]
    left = [field for field in names_of(noun) if field not in {*first, *without}]
    order = sorted(left, key=lambda field: field != "id")
    order = [
        *(field for field in order if field == "id"),
        *first,
        *(field for field in order if field != "id"),
    ]
    named = {field: (renamed or {}).get(field, field) for field in order}
    keys = {
        named[field]: key(
            kinds[field], known.get(field, REQUIRED), always=field in first, null=field in _open(noun)
        )
        for field in order
    }
    return Type(
        name,
        noun,
        keys,
        lambda found: noun(**{field: found[name] for field, name in named.items()}),
        lambda record: {name: getattr(record, field) for field, name in named.items()},
    )


def _defaults(noun: type[Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] | None = getattr(noun, "_field_defaults", None)
    if found is not None:
        return found
    return {field.name: field.default for field in fields_of_class(noun) if field.default is not MISSING}


def _open(noun: type[Any]) -> frozenset[str]:
    """Return the fields of a noun that may be None."""
    return frozenset(name for name, hint in noun.__annotations__.items() if "None" in str(hint))


def serialized(keys: Mapping[str, Key], found: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as JSON has them, by key, without those that are written only where they differ from their default."""
    return {
        name: one.write(found[name]) for name, one in keys.items() if one.always or found[name] != one.default
    }


def table(keys: Mapping[str, Key], build: Callable[[dict[str, Any]], Any]) -> Reader:
    """Return a reader of a record within a record. What is wrong names the key."""

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise unreadable("a record in braces", value)
        for name in value:
            if name not in keys:
                raise Unreadable(f"{name}: is not a key of such a record.{nearest(name, keys)}")
        found = {}
        for name, one in keys.items():
            if name in value:
                try:
                    found[name] = one.read(value[name])
                except Unreadable as error:
                    raise Unreadable(f"{name}: {error}") from None
            elif one.default is REQUIRED:
                raise Unreadable(f"{name}: is missing.")
            else:
                found[name] = one.default
        return build(found)

    return read


def each(read: Reader) -> Reader:
    """Return a reader of a list. What is wrong names the place in the list, counted from 1."""

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


def names_of(record: Any) -> Sequence[str]:
    """Return what the values of a record are called, which is a frozen dataclass or a named tuple."""
    names: Sequence[str] = getattr(record, "_fields", None) or record.__slots__
    return names
