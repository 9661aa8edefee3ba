"""The audit chain: each audit row of an agent carries a hash over itself and the one before.

A row's bytes are its fields in the order of `FIELDS`, after the hash of the row before (empty for
an agent's first row): each is its number of characters, a colon and the text itself; an absent one
is `-`; whole numbers are written in decimal. The hash is the SHA-256 of that in UTF-8, as hex. It
depends on nothing but these fields, so a row has the same hash on every database, and one that is
exported and read in again keeps it. `audit_head` holds each agent's last place and hash, so that a
trail that was cut off at its end is found, too.

Of columns that can hold personal data (`personal.SEALED`) the hash covers a digest in place of the
text: `sealed` gives a row as it is hashed. So they can be erased, and the hash still proves the
rest. Rows of older versions are hashed as they are.

Standard library only: the timer writes audit rows.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

from suptime.store.tables.personal_data import SEALED

FIELDS = (
    "agent",
    "place",
    "change",
    "at",
    "command",
    "entity",
    "entity_key",
    "before_json",
    "after_json",
    "undoes",
)
"""The columns of an audit row that its hash covers. `id` only orders the rows of all agents."""

TEXTS = ("before_json", "after_json")
"""Those that hold a record."""


class Head(NamedTuple):
    """The end of an agent's chain: how many rows it has, and the hash of the last."""

    place: int
    hash: str


START = Head(0, "")
"""The chain of an agent who has changed nothing yet."""


def link(head: Head, row: Mapping[str, Any]) -> dict[str, Any]:
    """ROW, an audit row without its place, as it follows HEAD in its agent's chain: with place and hash.

    >>> first = link(START, {"agent": "ana", "change": 1, "at": 0, "command": "log", "entity": "work_unit",
    ...     "entity_key": "1", "before_json": None, "after_json": "{}", "undoes": None})
    >>> first["place"], first["hash"][:12]
    (1, '2503181d79f0')
    """
    placed = {**row, "place": head.place + 1}
    return {**placed, "hash": hash_of(head.hash, sealed(placed))}


def sealed(row: Mapping[str, Any], digests: tuple[str | None, str | None] | None = None) -> Mapping[str, Any]:
    """An audit row with its two texts as they are hashed: personal data as a digest.

    With `digests`, those of its texts before they were erased are taken.

    >>> row = {"entity": "work_unit", "before_json": None, "after_json": '{"id":1,"note":"Jo"}'}
    >>> sealed(row)["after_json"][:20]
    '{"id":1} a62eb135573'
    """
    if row["entity"] not in SEALED:
        return row
    given = digests or digests_of(row)
    facts = (_parts(row["entity"], row[name])[0] for name in TEXTS)
    texts = (
        fact if digest is None else f"{fact} {digest}" for fact, digest in zip(facts, given, strict=True)
    )
    return {**row, **dict(zip(TEXTS, texts, strict=True))}


def digests_of(row: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The digests of the personal data in the two texts of an audit row; None where there is none."""
    first, second = (_parts(row["entity"], row[name])[1] for name in TEXTS)
    return first, second


def _parts(entity: str, text: str | None) -> tuple[str | None, str | None]:
    """The text of an audit row without personal data, and the digest of that data."""
    if text is None or entity not in SEALED:
        return text, None
    try:
        read = json.loads(text)
    except ValueError:
        return text, None
    if not isinstance(read, dict):
        return text, None
    held = {name: read.pop(name) for name in SEALED[entity] if name in read}
    return _serialized(read), (_sha256(_serialized(held).encode("utf-8")) if held else None)


def _serialized(values: Mapping[str, Any]) -> str:
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def hash_of(before: str, row: Mapping[str, Any]) -> str:
    """The hash of ROW, which follows the row whose hash is BEFORE."""
    texts = [_text(before), *(_text(row[name]) for name in FIELDS)]
    return _sha256("".join(texts).encode("utf-8"))


def _text(value: str | int | None) -> str:
    if value is None:
        return "-"
    text = str(value)
    return f"{len(text)}:{text}"


def _sha256(data: bytes) -> str:
    # hashlib loads OpenSSL, which takes longer than all else that a timer writes; Python's own
    # SHA-256 beside it gives the same. A Python built without it has hashlib.
    try:
        if sys.version_info >= (3, 12):
            from _sha2 import sha256  # type: ignore[import-not-found, unused-ignore]
        else:
            from _sha256 import sha256  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        from hashlib import sha256
    digest: str = sha256(data).hexdigest()
    return digest
