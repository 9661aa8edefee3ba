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
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from suptime.store.database.faults import storable
from suptime.store.tables.personal_data import SEALED

if TYPE_CHECKING:
    from suptime.store.database.driver import Driver

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


SERVER_CHANGES = 10**12
"""Changes after this number were numbered by a server's sequence, which leaves gaps."""

NEWEST_CHANGE = "SELECT max(audit.change) FROM audit"
NEXT_CHANGE = "SELECT nextval('audit_change_seq')"
"""The number of the next change on a server, where changes do not wait for each other."""

HEAD = "SELECT audit_head.place, audit_head.hash FROM audit_head WHERE audit_head.agent = :agent"
ADD_HEAD = "INSERT INTO audit_head (agent, place, hash) VALUES (:agent, :place, :hash)"
MOVE_HEAD = "UPDATE audit_head SET place = :place, hash = :hash WHERE audit_head.agent = :agent"
ADD_AUDIT = (
    "INSERT INTO audit"
    " (change, at, agent, command, entity, entity_key, before_json, after_json, undoes, place, hash)"
    " VALUES (:change, :at, :agent, :command, :entity, :entity_key, :before_json, :after_json, :undoes,"
    " :place, :hash)"
)


class Head(NamedTuple):
    """The end of an agent's chain: how many rows it has, and the hash of the last."""

    place: int
    hash: str


START = Head(0, "")
"""The chain of an agent who has changed nothing yet."""


def link(head: Head, row: Mapping[str, Any]) -> dict[str, Any]:
    """ROW, an audit row without its place, as it follows `head` in its agent's chain: with place and hash.

    >>> first = link(START, {"agent": "ana", "change": 1, "at": 0, "command": "log", "entity": "work_unit",
    ...     "entity_key": "1", "before_json": None, "after_json": "{}", "undoes": None})
    >>> first["place"], first["hash"][:12]
    (1, '2503181d79f0')
    """
    placed = {**row, "place": head.place + 1}
    return {**placed, "hash": hash_of(head.hash, sealed(placed))}


def sealed(row: Mapping[str, Any], digests: tuple[str | None, str | None] | None = None) -> Mapping[str, Any]:
    """Return an audit row with its two texts as they are hashed: personal data as a digest.

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
    """Return the digests of the personal data in the two texts of an audit row; None where there is none."""
    first, second = (_parts(row["entity"], row[name])[1] for name in TEXTS)
    return first, second


def _parts(entity: str, text: str | None) -> tuple[str | None, str | None]:
    """Return the text of an audit row without personal data, and the digest of that data."""
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


def canonical(row: Mapping[str, Any] | None) -> str | None:
    """Return a row as JSON with its keys in order and no blanks: equal rows give equal texts."""
    if row is None:
        return None
    return json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_iso)


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no column holds {value!r}")


def _serialized(values: Mapping[str, Any]) -> str:
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def hash_of(before: str, row: Mapping[str, Any]) -> str:
    """Return the hash of `row`, which follows the row whose hash is `before`."""
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


class AuditWriter:
    """The one place that writes audit rows, for the author of one transaction."""

    def __init__(self, driver: "Driver", at: int, agent: str, command: str) -> None:
        self.at = at
        self.agent = agent
        self.command = command
        self.undoes: int | None = None
        """The change that this one takes back."""
        self.heads: dict[str, Head] = {}
        self._driver = driver
        self._change = 0

    @property
    def change(self) -> int:
        """The number of the change, which its first audit row asks for."""
        if not self._change:
            # Writers of a file come one after another, so no other change gets the same number.
            newest = self._driver.value(NEXT_CHANGE if self._driver.is_server else NEWEST_CHANGE)
            self._change = newest if self._driver.is_server else (newest or 0) + 1
        return self._change

    def add(
        self, entity: str, key: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
    ) -> None:
        """Add the audit row of a record's change: its columns before and after, None where there was none."""
        row = {
            "change": self.change,
            "at": self.at,
            "agent": self.agent,
            "command": self.command,
            "entity": entity,
            "entity_key": key,
            "before_json": canonical(before),
            "after_json": canonical(after),
            "undoes": self.undoes,
        }
        self._driver.run(ADD_AUDIT, **self.linked(row))

    def linked(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return an audit row with its place and hash in its agent's chain, which it ends from here on."""
        agent = row["agent"]
        if agent not in self.heads:
            found = self._driver.one(HEAD, agent=agent)
            self.heads[agent] = Head(*found) if found and found[0] else START
        with storable():
            linked = link(self.heads[agent], row)
        self.heads[agent] = Head(linked["place"], linked["hash"])
        return linked

    def seal(self) -> None:
        """Write where the chains end: the last thing that a transaction does."""
        for agent, head in sorted(self.heads.items()):
            moved = {"agent": agent, "place": head.place, "hash": head.hash}
            if not self._driver.run(MOVE_HEAD, **moved):
                self._driver.run(ADD_HEAD, **moved)
