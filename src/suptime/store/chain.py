"""The audit chain: each audit row of an agent carries a hash over itself and the one before.

A row's bytes are its fields in the order of `FIELDS`, after the hash of the row before (empty for
an agent's first row): each is its number of characters, a colon and the text itself; an absent one
is `-`; whole numbers are written in decimal. The hash is the SHA-256 of that in UTF-8, as hex. It
depends on nothing but these fields, so a row has the same hash on every database, and one that is
exported and read in again keeps it. `audit_head` holds each agent's last place and hash, so that a
trail that was cut off at its end is found, too.

Standard library only: the timer writes audit rows.
"""

import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

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
    return {**placed, "hash": hash_of(head.hash, placed)}


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
