"""All rows of a store, read and written as they are, to be moved from one database to another."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from suptime.errors import NotPossible, StorageFault
from suptime.store.catalogue import COLUMNS
from suptime.store.database.store import Store
from suptime.store.mapped import Row, quoted
from suptime.store.repositories.records import name_of
from suptime.store.repositories.rows import Repository, Rows, batches
from suptime.store.tables.work import METADATA, TABLES

Progress = Callable[[str, int, int | None], None]


def move(source: Store, target: Store, progress: Progress) -> Mapping[str, int]:
    """Copy every row of `source`, as it is at one moment, into `target`, which is empty. Gives how many of each table.

    All of it, or none. What was written is read again and compared before it counts; ids go on
    after the last that `source` gave out, whether or not that still names anything.

    Raises:
        NotPossible: `source` is empty, `target` is not, or it cannot keep what `source` holds.
        StorageFault: one of them cannot be read or written, or `target` holds something else in the end.
    """
    with source.connecting("read") as old, target.connecting("write") as new:
        here, there = Moving(Rows(old)), Moving(Rows(new))
        counts, already = here.filled(), there.filled()
        if already:
            found = ", ".join(f"{count} in {name}" for name, count in sorted(already.items())[:3])
            raise NotPossible(
                f"{target.url} is not empty: it has rows ({found}{', ...' if len(already) > 3 else ''}).",
                "Nothing was copied.",
                "Copy into an empty database, or one that is not there yet.",
            )
        if not counts:
            raise NotPossible(f"{source.url} is empty: there is nothing to copy.")
        total, done = sum(counts.values()), 0
        for name in moved_tables():
            for taken in there.take(name, here.rows_of(name)):
                done += taken
                progress("Copying rows", done, total)
            there.give_out_after(name, here.last_id(name))
        for number, name in enumerate(moved_tables(), 1):
            progress("Comparing tables", number, len(moved_tables()))
            if here.digest(name) != there.digest(name):
                raise StorageFault(
                    f"What was copied into {target.url} is not what {source.url} holds: {name} differs.",
                    "Nothing was kept of it.",
                    "Try again; suptime doctor looks the first one over.",
                )
        there.analyse()
    return counts


_STAY = frozenset({"team_member"})

"""What belongs to its own server: the logins of one are none of another's."""


def moved_tables() -> list[str]:
    """Return the tables that move, each after those that its rows point to."""
    return [table.name for table in METADATA.sorted_tables if table.name not in _STAY]


class Moving(Repository[Any]):
    """A whole database, in one transaction."""

    def filled(self) -> Mapping[str, int]:
        """Return how many rows each table has, of those that have any."""
        counts = {name: self.driver.value(f"SELECT count(*) FROM {quoted(name)}") for name in moved_tables()}
        return {name: count for name, count in counts.items() if count}

    def rows_of(self, name: str) -> Iterator[Row]:
        """Yield the rows of table `name`, those that others of them point to first."""
        keys = [column.name for column in TABLES[name].primary_key.columns]
        # A credit note points to an invoice of an earlier issue.
        first = ["issue_id"] if name == "invoice" else []
        return self.rows.each_row(name, f"ORDER BY {', '.join([*first, *keys])}")

    def take(self, name: str, rows: Iterable[Row]) -> Iterator[int]:
        """Put rows into table `name`. Yield how many were taken at once, each time.

        Raises:
            NotPossible: a text holds what this database cannot keep.
        """
        for part in batches(rows):
            if self.driver.is_server:
                _refuse_zeros(name, part)
            self.rows.insert_many(name, [dict(row) for row in part])
            yield len(part)

    def last_id(self, name: str) -> int:
        """Return the last id that table `name` ever gave out; 0 where it gives out none."""
        return self.rows.last_id(name) if "id" in COLUMNS[name] else 0

    def give_out_after(self, name: str, last: int) -> None:
        """Have table `name` give out ids after `last` from here on."""
        if last:
            self.rows.reserve(name, last)
        if name == "audit":
            self.rows.changes_taken()

    def digest(self, name: str) -> tuple[int, int]:
        """Return how many rows table `name` has, and a sum over what they say, in whatever order."""
        count = total = 0
        for row in self.rows_of(name):
            said = repr(tuple(row.values())).encode("utf-8", "surrogatepass")
            total += int.from_bytes(hashlib.sha256(said).digest(), "big")
            count += 1
        return count, total

    def analyse(self) -> None:
        """Have a server look at what it holds now, so that it finds its way from the first command on."""
        if self.driver.is_server:
            self.driver.run("ANALYZE")


def _refuse_zeros(name: str, rows: Iterable[Row]) -> None:
    for row in rows:
        for column_name, value in row.items():
            if isinstance(value, str) and "\0" in value:
                key = str(next(iter(row.values())))
                raise NotPossible(
                    f"The {column_name} of {name_of(name, key)} holds a zero character, which PostgreSQL cannot keep.",
                    hint="Correct it in the database that is copied, then copy again.",
                )
