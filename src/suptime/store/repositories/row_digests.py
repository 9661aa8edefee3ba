"""Rows that were written many at once: what the audit trail keeps of each, so that it can be proved later.

A command that changes one record leaves an audit row with the record's columns before and after.
An import of a million records, or an issue of a thousand lines, does not: it leaves a few audit rows
of the entity `recorded`, one for each `MOST` rows of a table. Each names the table, the columns,
the keys of the rows and a digest of each: the first eight bytes of the SHA-256 over the row's columns,
as a JSON list in UTF-8. The audit chain (`chain`) proves these audit rows like all others.

`HOW` says of every table how its rows are accounted for.
"""

import base64
import hashlib
import json
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, MutableSequence, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from itertools import pairwise
from operator import itemgetter
from typing import Any, NamedTuple

from suptime.store.catalogue import COLUMNS
from suptime.store.mapped import Row, key_of

MOST = 2000

"""Rows that one audit row accounts for at most."""

WIDTH = 8

"""Bytes of a row's digest. They find accidents; the chain over them is of whole SHA-256 digests."""


class How(Enum):
    """How the rows of a table are accounted for."""

    BY_KEY = auto()
    """By the last audit row, or the digest, of each key."""
    BY_GROUP = auto()
    """By digests of content within a group, such as an issue: their own ids say nothing."""
    DERIVED = auto()
    """Another check computes the rows again from other tables, or proves them by a chain."""


class Account(NamedTuple):
    """How the rows of one table are accounted for, and why so."""

    how: How
    why: str = ""
    entity: str = ""
    """The entity of the table's audit rows, where that is not its name."""
    group: str = ""
    """The column that groups rows."""
    apart: tuple[str, ...] = ()
    """Columns that no digest covers, and no audit row holds."""


_KEY = Account(How.BY_KEY)

HOW: Mapping[str, Account] = {
    "client": _KEY,
    "contact": _KEY,
    "contract": _KEY,
    "contract_version": _KEY,
    "price": _KEY,
    "tax": _KEY,
    "project": _KEY,
    "case": _KEY,
    "case_alias": _KEY,
    "case_event": _KEY,
    "message": _KEY,
    "work_unit": _KEY,
    "agent_role": _KEY,
    "appointment": _KEY,
    "purchase": _KEY,
    "issue": _KEY,
    "invoice": _KEY,
    "booking_batch": _KEY,
    "sending": Account(How.BY_KEY, "its message is proved by the column digest", apart=("message",)),
    "delivery": _KEY,
    "transfer": _KEY,
    "assignment": _KEY,
    "discount": _KEY,
    "write_off": _KEY,
    "reminder": _KEY,
    "reminder_step": _KEY,
    "deposit_entry": _KEY,
    "deposit_return": _KEY,
    "purchase_return": _KEY,
    "allocation": _KEY,
    "voided": _KEY,
    "hold": _KEY,
    "booked_document": Account(How.DERIVED, "the check `accounts` computes it from the document"),
    "team_member": Account(How.BY_KEY, entity="team"),
    "issued_line": Account(
        How.BY_GROUP, "with its draw-downs, and what is capped", group="issue_id", apart=("capped",)
    ),
    "imported": Account(How.BY_GROUP, group="change"),
    "sent_content": Account(How.DERIVED, "the check `sent` proves it by its digest, which deliveries name"),
    "draw_down": Account(How.DERIVED, "the digest of its issued line covers it"),
    "standing": Account(How.DERIVED, "the check `standings` computes it from the case, its events and contract"),
    "stock": Account(How.DERIVED, "the check `stocks` computes it by rating"),
    "unrated": Account(How.DERIVED, "it only names what is not worked out yet"),
    "closing": Account(How.DERIVED, "the check `derived` computes it from the issues"),
    "purchase_use": Account(How.DERIVED, "the check `derived` computes it from the draw-downs"),
    "unsettled_case": Account(How.DERIVED, "the check `settled` finds a missing note; one too many changes nothing"),
    "unsettled_contract": Account(
        How.DERIVED, "the check `settled` finds a missing note; one too many changes nothing"
    ),
    "dropped_unit": Account(How.DERIVED, "it only names who may bring a deleted unit back"),
    "audit": Account(How.DERIVED, "the check `trail` proves it by its chain of hashes"),
    "audit_head": Account(How.DERIVED, "the check `trail` computes it from the audit rows"),
}  # fmt: skip

"""Every table of the schema: a test holds this to it."""


def entity_of(table: str) -> str:
    """Return the entity of the audit rows of `table`."""
    return HOW[table].entity or table


def columns_of(table: str) -> tuple[str, ...]:
    """Return the columns of `table` that a digest covers."""
    account = HOW[table]
    left = {*account.apart, account.group, "id" if account.how is How.BY_GROUP else ""}
    return tuple(name for name in COLUMNS[table] if name not in left)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no column holds {value!r}")


_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, default=_plain).encode


def digest_of(values: Sequence[Any]) -> bytes:
    """Return the digest of a row's `values`.

    >>> digest_of([7, "CASE-1", None, True]).hex()
    '4278b9f9c54d7412'
    """
    return hashlib.sha256(_encode(values).encode("utf-8", "surrogatepass")).digest()[:WIDTH]


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a table that one audit row accounts for: their keys (or groups), and a digest of each.

    With `anew`, older audit rows of the table count no more: its rows have got other ids since.
    """

    columns: tuple[str, ...]
    keys: Sequence[Any]
    digests: bytes
    anew: bool = False

    def __iter__(self) -> Iterator[tuple[Any, bytes]]:
        """Yield each row's key and digest, in the order of the keys."""
        for place, key in enumerate(self.keys):
            yield key, self.digests[place * WIDTH : place * WIDTH + WIDTH]

    def as_data(self) -> dict[str, Any]:
        """Return the part as an audit row keeps it: whole numbers as runs, each its first and its length."""
        data = {
            "columns": list(self.columns),
            "keys": _runs(self.keys),
            "digests": base64.b64encode(self.digests).decode("ascii"),
        }
        return data | {"anew": True} if self.anew else data


def part_of(text: str) -> Part:
    """Return the part that an audit row keeps as `text`."""
    data = json.loads(text)
    keys: list[Any] = []
    for key in data["keys"]:
        if isinstance(key, list):
            first, count, step = key
            keys.extend(first + step * n for n in range(count))
        else:
            keys.append(key)
    return Part(tuple(data["columns"]), keys, base64.b64decode(data["digests"]), anew=bool(data.get("anew")))


def _runs(keys: Iterable[Any]) -> list[Any]:
    """Return `keys`, with whole numbers as [first, how many, step], where the step is 1 or 0."""
    runs: list[Any] = []
    for key in keys:
        last = runs[-1] if runs else None
        if not isinstance(key, int):
            runs.append(key)
        elif isinstance(last, list) and last[1] == 1 and key - last[0] in {0, 1}:
            last[1:] = [2, key - last[0]]
        elif isinstance(last, list) and last[1] > 1 and key == last[0] + last[1] * last[2]:
            last[1] += 1
        else:
            runs.append([key, 1, 1])
    return runs


Draws = list[tuple[int, int]]


def line_extras(line: Row, draws: Draws) -> tuple[Any, ...]:
    """Return what the digest of an issued `line` covers beside its columns: its `draws`, and what is capped, if any."""
    return (draws, line["capped"]) if line["capped"] else (draws,)


class PendingRows:
    """The rows of one table that wait to be accounted for: eight bytes and a key each."""

    def __init__(self, table: str) -> None:
        self.columns = columns_of(table)
        self.key = HOW[table].group or key_of(table)
        self.keys: MutableSequence[Any] = array("q") if COLUMNS[table][self.key] == "whole" else []
        self.digests = bytearray()
        self.anew = False
        self._values = itemgetter(*self.columns)

    def add(self, row: Row, *more: Any) -> None:
        """Note `row`, with what `more` its digest covers."""
        self.keys.append(row[self.key])
        self.digests += digest_of([*self._values(row), *more])

    def drop(self, keys: Collection[Any]) -> None:
        """Forget the rows of `keys`: they were taken back."""
        self._keep([place for place, key in enumerate(self.keys) if key not in keys])

    def move(self, groups: Collection[Any], group: Any) -> None:
        """Put the rows of `groups` into another `group`."""
        for place, key in enumerate(self.keys):
            if key in groups:
                self.keys[place] = group

    def parts(self) -> Iterator[Part]:
        """Yield the rows by key, `MOST` at a time."""
        if any(one > other for one, other in pairwise(self.keys)):
            self._keep(sorted(range(len(self.keys)), key=self.keys.__getitem__))
        for first in range(0, len(self.keys) or int(self.anew), MOST):
            digests = bytes(self.digests[first * WIDTH : (first + MOST) * WIDTH])
            keys = self.keys[first : first + MOST]
            yield Part(self.columns, list(keys), digests, self.anew and not first)

    def _keep(self, places: Iterable[int]) -> None:
        keys, digests = self.keys[:0], bytearray()
        for place in places:
            keys.append(self.keys[place])
            digests += self.digests[place * WIDTH : (place + 1) * WIDTH]
        self.keys, self.digests = keys, digests
