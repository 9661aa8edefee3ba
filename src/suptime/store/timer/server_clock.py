"""The timer's statements through SQLAlchemy, for a team's database server."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, text

from suptime.domain.time import Instant
from suptime.store.database import turns
from suptime.store.database.engine import Store, open_store
from suptime.store.database.faults import Withheld, storable
from suptime.store.timer.clock import ClockTransaction, Run
from suptime.store.timer.rows import Row
from suptime.store.timer.statements import DROP, ON_A_SERVER, STATEMENTS, beside, by_units


class SqlClock:
    """The timer on whatever `open_store` opens."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @classmethod
    def open(cls, url_or_path: str) -> Self:
        """The timer of the store at a path or URL.

        Raises:
            StorageFault, WrongUsage: as `open_store` does.
        """
        return cls(open_store(url_or_path))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[ClockTransaction]:
        """One snapshot; `now` is 0 in it."""
        with self._store.connecting("read") as connection:
            yield ClockTransaction(_run_on(connection), statements=_statements_of(connection))

    @contextmanager
    def changing(self, *, now: Callable[[], Instant], agent: str, command: str) -> Iterator[ClockTransaction]:
        """One change, whole or not at all. NOW is called inside it, when its turn to write has come."""
        with self._store.connecting("write", agent) as connection:
            yield _Change(
                connection, now=now(), agent=agent, command=command, statements=_statements_of(connection)
            )

    def close(self) -> None:
        """Let go of the database."""
        self._store.close()


class _Change(ClockTransaction):
    """A change through SQLAlchemy, of a server that several write at the same time."""

    def __init__(self, connection: Connection, **named: Any) -> None:
        super().__init__(_run_on(connection), **named)
        self._connection = connection
        self._may_delete = turns.is_keeper(connection)

    def _delete(self, id: int) -> None:  # noqa: A002
        if self._may_delete:
            super()._delete(id)
        elif not self._run(DROP, {"entity": "work_unit", "id": id})[0][0]:
            raise Withheld

    def _touched(self, before: Row | None, after: Row | None) -> None:
        if self._connection.dialect.name == "postgresql":
            for other in {unit["agent"] for unit in (before, after) if unit} - {self._agent}:
                turns.hold(self._connection, other)
        for statement, asked in by_units(before, after):
            self._run(statement if self._may_delete else beside(statement), asked)


def _statements_of(connection: Connection) -> Mapping[str, str]:
    return ON_A_SERVER if connection.dialect.name == "postgresql" else STATEMENTS


def _run_on(connection: Connection) -> Run:
    def run(statement: str, asked: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        with storable():
            found = connection.execute(text(statement), dict(asked))
            if statement.startswith(("UPDATE", "DELETE")) and not found.rowcount:
                raise Withheld  # the unit was just read: rights that only the server knows hide it
            return found.all() if found.returns_rows else []

    return run
