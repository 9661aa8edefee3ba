"""The timer's few statements, on the driver alone: start, stop, status, cancel and resume load no library.

The tables stay the one source of the schema: a test compiles the same statements from them
and compares the texts, and each write leaves the audit row that the repository would.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import Any, Protocol, Self

from suptime.domain.time import NEVER, Instant
from suptime.domain.work import WorkUnit
from suptime.errors import NotPossible
from suptime.store.database import sqlite_file
from suptime.store.database.audit_chain import START, Head, link
from suptime.store.database.faults import sqlite_faults, storable
from suptime.store.timer.rows import CaseState, Row, canonical, case_state_of, unit_of, unit_row
from suptime.store.timer.statements import STANDING_COLUMNS, STATEMENTS, UNIT_COLUMNS, by_units

Run = Callable[[str, Mapping[str, Any]], Sequence[Sequence[Any]]]
"""Runs one statement with its parameters and gives the rows it answers with."""


class ClockTransaction:
    """One transaction of the timer. `now` is the instant that was read inside it."""

    def __init__(
        self,
        run: Run,
        *,
        now: Instant = 0,
        agent: str = "",
        command: str = "",
        statements: Mapping[str, str] = STATEMENTS,
    ) -> None:
        self.now = now
        self._statements = statements
        self._run = run
        self._agent = agent
        self._command = command
        self._change = 0
        self._head: Head | None = None
        self._has_head = False

    def unit(self, id: int) -> WorkUnit | None:  # noqa: A002 -- an id is called an id
        """The work unit ID, or None."""
        return self._unit("unit", {"id": id})

    def running(self, agent: str) -> WorkUnit | None:
        """The unit that AGENT's timer runs on, or None."""
        return self._unit("running", {"agent": agent})

    def overlapping(
        self, agent: str, start: Instant, end: Instant | None, *, but: int | None = None
    ) -> WorkUnit | None:
        """The first of AGENT's units that overlaps START to END (None: without end), but for unit BUT."""
        until = NEVER if end is None else end
        asked = {"agent": agent, "start": start, "end": until, "but": but or 0, "limit": 1}
        return self._unit("overlapping", asked)

    def last_units(self, agent: str, limit: int) -> list[WorkUnit]:
        """The LIMIT units of AGENT that started last, the newest first."""
        rows = self._run(self._statements["newest"], {"agent": agent, "limit": limit})
        return [unit_of(_names(UNIT_COLUMNS, row)) for row in rows]

    def standing(self, case: str) -> CaseState | None:
        """What is known of the case of this exact number, or None: then the slow way finds out."""
        rows = self._run(self._statements["standing"], {"case_number": case})
        return case_state_of(_names(STANDING_COLUMNS, rows[0])) if rows else None

    def client_of(self, case: str) -> str:
        """The client of the case of this exact number, which is there."""
        return str(self._run(self._statements["client_of"], {"case_number": case})[0][0])

    def cases_folded(self, folded: str) -> list[str]:
        """The numbers of the cases that are FOLDED without their letter case."""
        return [row[0] for row in self._run(self._statements["cases_folded"], {"folded": folded})]

    def case_numbers(self) -> list[str]:
        """The numbers of all cases."""
        return [row[0] for row in self._run(self._statements["case_numbers"], {})]

    def add_unit(self, unit: WorkUnit) -> WorkUnit:
        """Add UNIT, whose id is 0. Gives it with its id.

        Raises:
            NotPossible: it runs, and so does another one of its agent.
        """
        values = unit_row(unit)
        del values["id"]
        stored = {"id": self._run(self._statements["add_unit"], values)[0][0], **values}
        self._changed(stored["id"], None, stored)
        return unit_of(stored)

    def end_unit(self, id: int, ended_at: Instant, note: str | None = None) -> WorkUnit:  # noqa: A002
        """End the unit ID, with a new NOTE unless that is None. Gives it as it is then.

        Raises:
            NotPossible: there is no such unit, or it would end before it starts.
        """
        before = self._existing(id)
        after = before | {"ended_at": ended_at, "note": before["note"] if note is None else note}
        self._run(self._statements["end_unit"], {"unit": id, "ended_at": ended_at, "note": after["note"]})
        self._changed(id, before, after)
        return unit_of(after)

    def delete_unit(self, id: int) -> None:  # noqa: A002
        """Delete the unit ID.

        Raises:
            NotPossible: there is no such unit.
        """
        before = self._existing(id)
        self._delete(id)
        self._changed(id, before, None)

    def _unit(self, statement: str, asked: Mapping[str, Any]) -> WorkUnit | None:
        rows = self._run(self._statements[statement], asked)
        return unit_of(_names(UNIT_COLUMNS, rows[0])) if rows else None

    def _existing(self, id: int) -> dict[str, Any]:  # noqa: A002
        unit = self.unit(id)
        if unit is None:
            raise NotPossible(f"There is no U{id}.")
        return unit_row(unit)

    def _changed(self, id: int, before: Row | None, after: Row | None) -> None:  # noqa: A002
        """What every change leaves behind: its audit row, and what of closed months it touches."""
        self._audit(id, before, after)
        self._touched(before, after)

    def _delete(self, id: int) -> None:  # noqa: A002
        self._run(self._statements["delete_unit"], {"id": id})

    def _touched(self, before: Row | None, after: Row | None) -> None:
        for statement, asked in by_units(before, after):
            self._run(statement, asked)

    def _audit(self, id: int, before: Row | None, after: Row | None) -> None:  # noqa: A002
        head = self._head or self._newest_head()
        row = {
            "change": self._change,
            "at": self.now,
            "agent": self._agent,
            "command": self._command,
            "entity": "work_unit",
            "entity_key": str(id),
            "before_json": canonical(before),
            "after_json": canonical(after),
            "undoes": None,
        }
        with storable():
            linked = link(head, row)
        self._run(self._statements["add_audit"], linked)
        self._head = Head(linked["place"], linked["hash"])
        moved = {"place": self._head.place, "hash": self._head.hash}
        if self._has_head:
            self._run(self._statements["move_head"], {"of_agent": self._agent, **moved})
        else:
            self._run(self._statements["add_head"], {"agent": self._agent, **moved})
            self._has_head = True

    def _newest_head(self) -> Head:
        """The end of the agent's chain; this change's number is the next one from here on."""
        self._change = (self._run(self._statements["newest_change"], {})[0][0] or 0) + 1
        rows = self._run(self._statements["head"], {"of_agent": self._agent})
        self._has_head = bool(rows)
        return Head(*rows[0]) if rows and rows[0][0] else START


def _names(columns: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(columns, row, strict=True))


class Clock(Protocol):
    """The timer's way into a store, whichever database that is."""

    def reading(self) -> AbstractContextManager[ClockTransaction]:
        """One snapshot; `now` is 0 in it."""

    def changing(
        self, *, now: Callable[[], Instant], agent: str, command: str
    ) -> AbstractContextManager[ClockTransaction]:
        """One change, whole or not at all. NOW is called inside it, when its turn to write has come."""

    def close(self) -> None:
        """Let go of the database."""


class SqliteClock:
    """The timer on a SQLite file."""

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, url_or_path: str) -> Self:
        """The timer of the store at a path or sqlite URL, which is made or brought up to date where needed.

        Raises:
            StorageFault: as `open_store` does.
        """
        path = sqlite_file.path_of(url_or_path)
        if path is None:
            raise ValueError("not a SQLite file; open_clock takes any URL")
        if not sqlite_file.is_there(path):
            _open_slowly(path)
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
            yield ClockTransaction(self._run)

    @contextmanager
    def changing(self, *, now: Callable[[], Instant], agent: str, command: str) -> Iterator[ClockTransaction]:
        """One change, whole or not at all. NOW is called inside it, when its turn to write has come.

        Raises:
            StorageFault: the store cannot be written, or stays locked.
            NotPossible: the database refuses what was written.
        """
        with self._transaction("BEGIN IMMEDIATE"):
            yield ClockTransaction(self._run, now=now(), agent=agent, command=command)

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

    def _run(self, statement: str, asked: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        with storable():
            return self._connection.execute(statement, asked).fetchall()


def _open_slowly(path: str) -> None:
    """Have the repository make the store, or bring it up to date."""
    from suptime.store.database.engine import open_store

    open_store(path).close()
