"""The timer's few statements, on the driver alone: start, stop, status, cancel and resume load no library.

The tables stay the one source of the schema: the catalogue of their columns is made from them, a test
prepares every statement, and each write leaves the audit row that the repository would.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import Any, Protocol, Self

from suptime.domain.time import NEVER, Instant
from suptime.domain.work import WorkUnit
from suptime.errors import NotPossible
from suptime.store.database import sqlite_file
from suptime.store.database.audit_chain import AuditWriter
from suptime.store.database.driver import Driver, SqliteDriver
from suptime.store.database.faults import Withheld, sqlite_faults
from suptime.store.mapped import Row, insert_into
from suptime.store.timer.rows import STATE, STOCK, UNIT, CaseState, StockState, UnratedUnit
from suptime.store.timer.statements import DROP, ON_A_SERVER, STATEMENTS, beside, by_units


class ClockTransaction:
    """One transaction of the timer. `now` is the instant that was read inside it."""

    def __init__(self, driver: Driver, *, now: Instant = 0, agent: str = "", command: str = "") -> None:
        self.now = now
        self._driver = driver
        self._statements = ON_A_SERVER if driver.is_server else STATEMENTS
        self._audit = AuditWriter(driver, now, agent, command)

    def unit(self, id: int) -> WorkUnit | None:  # noqa: A002
        """Return the work unit `id`, or None."""
        return self._unit("unit", id=id)

    def running(self, agent: str) -> WorkUnit | None:
        """Return the unit that `agent`'s timer runs on, or None."""
        return self._unit("running", agent=agent)

    def overlapping(
        self, agent: str, start: Instant, end: Instant | None, *, but: int | None = None
    ) -> WorkUnit | None:
        """The first of `agent`'s units that overlaps `start` to `end` (None: without end), but for unit `but`."""
        until = NEVER if end is None else end
        return self._unit("overlapping", agent=agent, start=start, end=until, but=but or 0, limit=1)

    def all_overlapping(
        self, agent: str, start: Instant, end: Instant | None, *, but: int | None = None
    ) -> list[WorkUnit]:
        """Return `agent`'s units that overlap `start` to `end` (None: without end), but for unit `but`, by start."""
        until = NEVER if end is None else end
        asked = {"agent": agent, "start": start, "end": until, "but": but or 0, "limit": NEVER}
        return [UNIT.noun(row) for row in self._driver.all(self._statements["overlapping"], **asked)]

    def last_units(self, agent: str, limit: int) -> list[WorkUnit]:
        """Return the `limit` units of `agent` that started last, the newest first."""
        rows = self._driver.all(self._statements["newest"], agent=agent, limit=limit)
        return [UNIT.noun(row) for row in rows]

    def standing(self, case: str) -> CaseState | None:
        """Return what is known of the case of this exact number, or None: then the slow way finds out."""
        row = self._driver.one(self._statements["standing"], case_number=case)
        return STATE.noun(row) if row else None

    def stocks(self, case: str) -> list[StockState]:
        """Return what rating left of the purchases of the contract of `case`, in the order in which they pay."""
        return [STOCK.noun(row) for row in self._driver.all(self._statements["stocks"], case_number=case)]

    def unrated(self, case: str) -> list[UnratedUnit]:
        """Return the work for the contract of `case` that is not rated yet: stopped by the timer, or running."""
        names = ("stopped_since", "running_beside")
        return [
            UnratedUnit(*row)
            for name in names
            for row in self._driver.all(self._statements[name], case_number=case)
        ]

    def client_of(self, case: str) -> str:
        """Return the client of the case of this exact number, which is there."""
        return str(self._driver.value(self._statements["client_of"], case_number=case))

    def cases_folded(self, folded: str) -> list[str]:
        """Return the numbers of the cases that are `folded` without their letter case."""
        return self._driver.column(self._statements["cases_folded"], folded=folded)

    def alias(self, number: str) -> tuple[str, str] | None:
        """Return the number and subject of the case that was `number`, letter case aside, until it was merged."""
        found = self._driver.one(self._statements["alias"], folded=number.casefold())
        return None if found is None else (found[0], found[1])

    def ending(self, digits: str) -> list[tuple[str, str]]:
        """Return the numbers and subjects of the cases whose number ends in `-` and `digits`."""
        asked = {"ending": f"-{digits}", "more": len(digits)}
        found = self._driver.column(self._statements["cases_ending"], **asked)
        return [(number, self._subject_of(number)) for number in found]

    def open_subjects(self) -> list[tuple[str, str]]:
        """Return the numbers and subjects of the open cases that have a subject."""
        return [(number, subject) for number, subject in self._driver.all(self._statements["open_subjects"])]

    def _subject_of(self, number: str) -> str:
        return str(self._driver.value(self._statements["subject_of"], case_number=number))

    def case_numbers(self) -> list[str]:
        """Return the numbers of all cases."""
        return self._driver.column(self._statements["case_numbers"])

    def add_unit(self, unit: WorkUnit) -> WorkUnit:
        """Add a unit, whose id is 0. Return it with its id.

        Raises:
            NotPossible: it runs, and so does another one of its agent.
        """
        values = UNIT.values(unit)
        del values["id"]
        key = self._driver.value(f"{insert_into('work_unit', values)} RETURNING id", **values)
        stored = {"id": key, **values}
        self._changed(key, None, stored)
        return UNIT.of(stored)

    def end_unit(self, id: int, ended_at: Instant, note: str | None = None) -> WorkUnit:  # noqa: A002
        """End a unit, with a new note unless that is None. Return it as it is then.

        Raises:
            NotPossible: there is no such unit, or it would end before it starts.
        """
        before = self._existing(id)
        after = before | {"ended_at": ended_at, "note": before["note"] if note is None else note}
        done = self._driver.run(self._statements["end_unit"], unit=id, ended_at=ended_at, note=after["note"])
        self._require(done)
        self._driver.run(self._statements["leave_unrated"], case_number=before["case_number"], unit=id)
        self._changed(id, before, after)
        return UNIT.of(after)

    def delete_unit(self, id: int) -> None:  # noqa: A002
        """Delete a unit.

        Raises:
            NotPossible: there is no such unit.
        """
        before = self._existing(id)
        if self._driver.is_keeper:
            self._require(self._driver.run(self._statements["delete_unit"], id=id))
        else:
            self._require(self._driver.value(DROP, entity="work_unit", id=id))
        self._changed(id, before, None)

    def seal(self) -> None:
        """Write where the agent's audit trail ends: the last thing that a change does."""
        self._audit.seal()

    def _unit(self, statement: str, **values: Any) -> WorkUnit | None:
        row = self._driver.one(self._statements[statement], **values)
        return UNIT.noun(row) if row else None

    def _existing(self, id: int) -> dict[str, Any]:  # noqa: A002
        unit = self.unit(id)
        if unit is None:
            raise NotPossible(f"There is no U{id}.")
        return UNIT.values(unit)

    def _require(self, changed: Any) -> None:
        if not changed:
            raise Withheld  # the unit was just read: rights that only the server knows hide it

    def _changed(self, id: int, before: Row | None, after: Row | None) -> None:  # noqa: A002
        """Leave what every change leaves behind: its audit row, and what of closed months it touches."""
        self._audit.add("work_unit", str(id), before, after)
        if self._driver.is_server:
            for other in {unit["agent"] for unit in (before, after) if unit} - {self._audit.agent}:
                self._driver.hold(other)
        for statement, values in by_units(before, after):
            self._driver.run(statement if self._driver.is_keeper else beside(statement), **values)


class Clock(Protocol):
    """The timer's way into a store, whichever database that is."""

    def reading(self) -> AbstractContextManager[ClockTransaction]:
        """Return one snapshot; `now` is 0 in it."""

    def changing(
        self, *, now: Callable[[], Instant], agent: str, command: str
    ) -> AbstractContextManager[ClockTransaction]:
        """Return one change, whole or not at all. `now` is called inside it, when its turn to write has come."""

    def close(self) -> None:
        """Let go of the database."""


class SqliteClock:
    """The timer on a SQLite file."""

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, url_or_path: str) -> Self:
        """Return the timer of the store at a path or sqlite URL, which is brought up to date where needed.

        Raises:
            StorageFault: as `open_store` does.
        """
        path = sqlite_file.path_of(url_or_path)
        if path is None:
            raise ValueError("not a SQLite file; open_clock takes any URL")
        if not sqlite_file.is_there(path):
            raise sqlite_file.no_store(path)
        connection = sqlite_file.connect(path)
        try:
            older = sqlite_file.check_revision(sqlite_file.revision_of(connection, path), path)
            if older:
                _open_slowly(path)
        except BaseException:
            connection.close()
            raise
        return cls(connection, path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[ClockTransaction]:
        """One snapshot; `now` is 0 in it."""
        with self._transaction("BEGIN"):
            yield ClockTransaction(SqliteDriver(self._connection))

    @contextmanager
    def changing(self, *, now: Callable[[], Instant], agent: str, command: str) -> Iterator[ClockTransaction]:
        """One change, whole or not at all. `now` is called inside it, when its turn to write has come.

        Raises:
            StorageFault: the store cannot be written, or stays locked.
            NotPossible: the database refuses what was written.
        """
        with self._transaction("BEGIN IMMEDIATE"):
            tx = ClockTransaction(SqliteDriver(self._connection), now=now(), agent=agent, command=command)
            yield tx
            tx.seal()

    def close(self) -> None:
        """Let go of the file."""
        with sqlite_faults(self._path):
            self._connection.close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        with sqlite_faults(self._path):
            self._connection.execute(begin)
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                # A full disk may have ended the transaction already.
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise


def _open_slowly(path: str) -> None:
    """Have the repository bring the store up to date."""
    from suptime.store.database.opening import open_store

    open_store(path).close()
