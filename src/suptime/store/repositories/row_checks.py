"""Compare every row with what the audit trail says of it: one pass for each table, in the order of its keys."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from suptime.store.catalogue import COLUMNS
from suptime.store.database.audit_chain import canonical
from suptime.store.mapped import Row, columns_of, key_of, stored
from suptime.store.repositories.row_digests import (
    HOW,
    WIDTH,
    Draws,
    How,
    Part,
    digest_of,
    entity_of,
    line_extras,
    part_of,
)
from suptime.store.repositories.row_digests import columns_of as covered
from suptime.store.repositories.rows import BATCH, RECORDED, Repository

_LARGE = frozenset({"invoice", "sending", "message", "contract_version"})
"""Tables whose rows can be large: few of them are held at once."""

_WITHOUT_IDS = frozenset({"contact", "contract_version", "price", "case_event"})
"""Tables whose rows older exports held without their ids: an import gave them others."""


class Author(NamedTuple):
    """The audit row that says how a row must be: its number, change, agent, command and place."""

    id: int
    change: int
    agent: str
    command: str
    place: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that is not as the audit trail says.

    `what` is `added` (no change and no import explains it), `missing`, `kept` (though it was deleted)
    or `changed`. `columns` maps changed columns to what they are and what they were, where that is known.
    `key` is empty where only the number of missing rows is known: then it is `count`, of `group`.
    """

    table: str
    what: str
    key: str
    columns: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    by: Author | None = None
    group: int | None = None
    count: int = 1


class _Expected(NamedTuple):
    """What a row must be: the JSON of its columns, or None for no row, or the columns and their digest."""

    key: Any
    by: Author
    content: str | tuple[tuple[str, ...], bytes] | None


class RowChecks(Repository[Any]):
    """The rows of every table, each accounted for by the audit trail."""

    NEWEST = (
        "SELECT id, change, agent, command, place, entity_key, after_json FROM audit WHERE id IN"
        " (SELECT max(id) FROM audit WHERE entity = :entity AND id > :since GROUP BY entity_key)"
    )
    PARTS = (
        "SELECT id, change, agent, command, place, after_json FROM audit"
        f" WHERE entity = '{RECORDED}' AND entity_key = :table ORDER BY id"
    )
    UNDONE = "SELECT undoes FROM audit WHERE entity = 'import' AND after_json IS NULL AND undoes IS NOT NULL"
    LINES = (
        f"SELECT draw_down.purchase, draw_down.quantity, {columns_of('issued_line')} FROM issued_line"
        " LEFT JOIN draw_down ON draw_down.line_id = issued_line.id"
        " ORDER BY issued_line.issue_id, issued_line.id, draw_down.id"
    )

    def differences(self) -> Iterator[Difference]:
        """Yield each row that is not as the last change or import of it left it."""
        for table, account in HOW.items():
            if account.how is How.BY_KEY:
                yield from self._by_key(table)
            elif account.how is How.BY_GROUP:
                yield from self._by_group(table)

    def account_for_the_rest(self, tables: Collection[str] | None = None) -> None:
        """Record a digest of each row (of some tables) of which the audit trail knows nothing.

        This is for a store that an older version wrote, and for a fresh store into which an export came
        with its audit trail. A row that the trail knows, and that differs from it, still differs after it.
        """
        self.rows.noted.clear()
        for table, account in HOW.items():
            if tables is not None and table not in tables:
                continue
            if account.how is How.BY_KEY:
                self._account_by_key(table)
            elif account.how is How.BY_GROUP:
                known = self._groups(table)
                for group, _, row, more in self._grouped_rows(table):
                    if group not in known:
                        self.rows.noting(table).add(row, *more)

    def _account_by_key(self, table: str) -> None:
        if table in _WITHOUT_IDS and self._has_other_ids(table):
            self.rows.noting(table).anew = True
            self.rows.note_rows(table, self._rows_by_key(table))
            return
        for row, expected in self._paired(table):
            if row is not None and expected is None:
                self.rows.note_rows(table, [row])

    def _has_other_ids(self, table: str) -> bool:
        """Return whether the rows are as the audit trail says, but for their ids."""
        if all(d.what == "added" for d in self._by_key(table)):
            return False
        there: dict[tuple[str, ...], Counter[str | None]] = {}
        for expected in self._from_audit_rows(table, 0):
            if isinstance(expected.content, str):
                after = json.loads(expected.content)
                after.pop("id", None)
                names = tuple(sorted(after))
                if names not in there:
                    rows = self._rows_by_key(table)
                    there[names] = Counter(canonical({name: row.get(name) for name in names}) for row in rows)
                there[names][canonical(after)] -= 1
                if there[names][canonical(after)] < 0:
                    return False
        return True

    def _by_key(self, table: str) -> Iterator[Difference]:
        for row, expected in self._paired(table):
            if expected is None:
                if row is not None:
                    yield Difference(table, "added", str(row[key_of(table)]))
                continue
            key, by, content = expected
            if row is None:
                if content is not None and not self._stays_elsewhere(table):
                    yield Difference(table, "missing", str(key), by=by)
            elif content is None:
                yield Difference(table, "kept", str(key), by=by)
            else:
                changed = _changed(row, content)
                if table == "sending":
                    changed |= _message_changed(row)
                if changed:
                    yield Difference(table, "changed", str(key), changed.pop("", None) or changed, by)

    def _stays_elsewhere(self, table: str) -> bool:
        # A login belongs to its server: a copy of the store has the audit row and not the member.
        return table == "team_member"

    def _paired(self, table: str) -> Iterator[tuple[Row | None, _Expected | None]]:
        """Yield each row with what is expected of its key; either can be missing."""
        name = key_of(table)
        rows, all_expected = self._rows_by_key(table), self._expected(table)
        row, expected = next(rows, None), next(all_expected, None)
        while row is not None or expected is not None:
            if row is None or (expected is not None and expected.key < row[name]):
                yield None, expected
                expected = next(all_expected, None)
            elif expected is None or row[name] < expected.key:
                yield row, None
                row = next(rows, None)
            else:
                yield row, expected
                row, expected = next(rows, None), next(all_expected, None)

    def _rows_by_key(self, table: str) -> Iterator[Row]:
        order = f"ORDER BY {self._ordered(table, key_of(table))}"
        return self.rows.each_row(table, order, BATCH // 40 if table in _LARGE else BATCH)

    def _ordered(self, table: str, column: str) -> str:
        """Return `column` in the order of Python's strings, which is that of code points."""
        is_text = COLUMNS[table][column] != "whole"
        return f'{column} COLLATE "C"' if is_text and self.driver.is_server else column

    def _expected(self, table: str) -> Iterator[_Expected]:
        """Yield what the audit trail says of each key, in order: the newest word on it."""
        parts = self._parts(table)
        since = max((by.id for by, part in parts if part.anew), default=0)
        said = merge(
            self._from_audit_rows(table, since),
            *(_from_part(by, part, gone=by.change in self._undone) for by, part in parts if by.id >= since),
            key=itemgetter(0),
        )
        for _, alike in groupby(said, key=itemgetter(0)):
            yield max(alike, key=_newest)

    def _from_audit_rows(self, table: str, since: int) -> Iterator[_Expected]:
        is_number = COLUMNS[table][key_of(table)] == "whole"
        order = "CAST(entity_key AS BIGINT)" if is_number else self._ordered("audit", "entity_key")
        found = self.driver.stream(f"{self.NEWEST} ORDER BY {order}", entity=entity_of(table), since=since)
        for *by, name, after in found:
            yield _Expected(int(name) if is_number else name, Author(*by), after)

    def _parts(self, table: str) -> list[tuple[Author, Part]]:
        """Return the accounts of rows that were written many at once: eight bytes and a key a row."""
        return [
            (Author(*by), part_of(after)) for *by, after in self.driver.stream(self.PARTS, 10, table=table)
        ]

    @property
    def _undone(self) -> set[int]:
        """The imports that were undone, by the numbers of their changes."""
        return {*self.driver.column(self.UNDONE)}

    def _groups(self, table: str) -> dict[int, tuple[Author, bytearray]]:
        """Return the digests of the rows of each group."""
        groups: dict[int, tuple[Author, bytearray]] = {}
        undone = self._undone
        for by, part in self._parts(table):
            if by.change not in undone:
                for group, digest in part:
                    groups.setdefault(group, (by, bytearray()))[1].extend(digest)
        return groups

    def _by_group(self, table: str) -> Iterator[Difference]:
        groups = self._groups(table)
        rows = self._grouped_rows(table)
        for group, its in groupby(rows, key=itemgetter(0)):
            by, digests = groups.pop(group, (None, bytearray()))
            yield from _group_differences(table, group, by, digests, its)
        for group, (by, digests) in sorted(groups.items()):
            yield from _group_differences(table, group, by, digests, ())

    def _grouped_rows(self, table: str) -> Iterator[tuple[int, int, Row, tuple[Any, ...]]]:
        """Yield the group, the id and the columns of each row, and what more its digest covers."""
        group = HOW[table].group
        if table == "issued_line":
            for line, draws in self._lines_with_draws():
                yield line[group], line["id"], line, line_extras(line, draws)
            return
        for row in self.rows.each_row(table, f"ORDER BY {group}, id"):
            yield row[group], row["id"], row, ()

    def _lines_with_draws(self) -> Iterator[tuple[Row, Draws]]:
        for _, rows in groupby(self.driver.stream(self.LINES), key=itemgetter(2)):
            of_line = list(rows)
            yield (
                stored("issued_line", of_line[0][2:]),
                [(purchase, quantity) for purchase, quantity, *_ in of_line if quantity is not None],
            )


def _newest(expected: _Expected) -> int:
    return expected.by.id


def _from_part(by: Author, part: Part, *, gone: bool) -> Iterator[_Expected]:
    for key, digest in part:
        yield _Expected(key, by, None if gone else (part.columns, digest))


def _changed(row: Row, content: str | tuple[tuple[str, ...], bytes]) -> dict[str, Any]:
    """Return the columns of `row` that differ from `content`; under '' where nobody knows which."""
    if isinstance(content, tuple):
        columns, digest = content
        return {} if digest_of([row.get(name) for name in columns]) == digest else {"": {}}
    after = json.loads(content)
    changed = {}
    for name, was in after.items():
        now = row.get(name)
        if name == "document" and isinstance(was, str) and was.startswith("sha256:"):
            now = f"sha256:{hashlib.sha256(str(now).encode()).hexdigest()}"
        if now != was and canonical({name: now}) != canonical({name: was}):
            changed[name] = (now, was)
    return changed


def _message_changed(row: Row) -> dict[str, Any]:
    """Return whether the message of the sending `row` is another one than its digest is of."""
    message, digest = row["message"], row["digest"]
    if message is None or digest is None or hashlib.sha256(message.encode()).hexdigest() == digest:
        return {}
    return {"message": (message, f"sha256:{digest}")}


def _group_differences(
    table: str,
    group: int,
    by: Author | None,
    digests: bytearray,
    rows: Iterable[tuple[int, int, Row, tuple[Any, ...]]],
) -> Iterator[Difference]:
    """Yield the rows of `group` whose digest is none of `digests`, and how many of these have no row."""
    left = Counter(bytes(digests[place : place + WIDTH]) for place in range(0, len(digests), WIDTH))
    values: Callable[[Row], tuple[Any, ...]] = itemgetter(*covered(table))
    strange = []
    for _, key, row, more in rows:
        digest = digest_of([*values(row), *more])
        left[digest] -= 1
        if left[digest] < 0:
            left[digest] = 0
            strange.append(key)
    gone = left.total()
    for key in strange:
        yield Difference(table, "changed" if gone else "added", str(key), by=by, group=group)
    if gone > len(strange):
        yield Difference(table, "missing", "", by=by, group=group, count=gone - len(strange))
