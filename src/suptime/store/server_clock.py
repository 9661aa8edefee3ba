"""The timer's statements through SQLAlchemy, for a team's database server."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, text

from suptime.domain.timespan import Instant
from suptime.store.clock import ClockTransaction, Run
from suptime.store.faults import Withheld, storable
from suptime.store.opening import Store, open_store


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
            yield ClockTransaction(_run_on(connection))

    @contextmanager
    def changing(self, *, now: Callable[[], Instant], agent: str, command: str) -> Iterator[ClockTransaction]:
        """One change, whole or not at all. NOW is called inside it, when its turn to write has come."""
        with self._store.connecting("write") as connection:
            yield ClockTransaction(_run_on(connection), now=now(), agent=agent, command=command)

    def close(self) -> None:
        """Let go of the database."""
        self._store.close()


def _run_on(connection: Connection) -> Run:
    def run(statement: str, asked: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        with storable():
            found = connection.execute(text(statement), dict(asked))
            if statement.startswith(("UPDATE", "DELETE")) and not found.rowcount:
                raise Withheld  # the unit was just read: rights that only the server knows hide it
            return found.all() if found.returns_rows else []

    return run
