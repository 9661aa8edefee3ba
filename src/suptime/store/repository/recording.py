"""Accounting for rows that are written many at once: their digests go into the audit trail."""

from array import array
from collections.abc import Collection, Iterable, Iterator, MutableSequence
from itertools import pairwise
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection

from suptime.store.recorded import ENTITY, HOW, MOST, WIDTH, How, Part, columns_of, digest_of
from suptime.store.repository.rows import Author, Rows, key_column
from suptime.store.tables import TABLES
from suptime.store.work_mapping import Row, Values

Draws = list[tuple[int, int]]


class Noted:
    """The rows of one table that wait to be accounted for: eight bytes and a key each."""

    def __init__(self, table: str) -> None:
        self.columns = columns_of(table)
        key = TABLES[table].columns[HOW[table].group] if HOW[table].group else key_column(table)
        self.key: str = key.name
        self.keys: MutableSequence[Any] = array("q") if key.type.python_type is int else []
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


class Recording(Rows):
    """Rows by the thousand, each of which the audit trail accounts for by a digest."""

    def __init__(self, connection: Connection, author: Author | None = None) -> None:
        super().__init__(connection, author)
        self._noted: dict[str, Noted] = {}

    def _note_rows(self, table: str, rows: Iterable[Row]) -> None:
        """Account for `rows`, which are new in `table` and have no audit rows of their own."""
        if table in HOW and HOW[table].how is not How.DERIVED:
            noted = self._noting(table)
            for row in rows:
                noted.add(row)

    def _note_lines(self, lines: Iterable[Row], draws: dict[int, Draws]) -> None:
        """Account for issued `lines`, each with its `draws` by the line's id: purchase and quantity."""
        noted = self._noting("issued_line")
        for line in lines:
            noted.add(line, draws.get(line["id"], []))

    def _noting(self, table: str) -> Noted:
        if table not in self._noted:
            self._noted[table] = Noted(table)
        return self._noted[table]

    def _numbered(self, table: str, rows: list[Values]) -> list[Values]:
        """Return `rows` with the next ids of `table`."""
        ids = self._new_ids(table, len(rows))
        return [row | {"id": id} for row, id in zip(rows, ids, strict=True)]  # noqa: A001

    def seal(self) -> None:
        """Write the accounts of the rows that were noted, then the ends of the audit chains."""
        for table, noted in sorted(self._noted.items()):
            for part in noted.parts():
                self._audit(self._writing(), ENTITY, table, None, part.as_data())
        self._noted.clear()
        super().seal()
