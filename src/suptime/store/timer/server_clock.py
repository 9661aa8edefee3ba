"""The timer on a team's database server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from suptime.domain.time import Instant
from suptime.store.database.opening import open_store
from suptime.store.database.store import Store
from suptime.store.timer.clock import ClockTransaction


class StoreClock:
    """The timer on whatever `open_store` opens."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @classmethod
    def open(cls, url_or_path: str) -> Self:
        """Return the timer of the store at a path or URL.

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
        """Give one snapshot; `now` is 0 in it."""
        with self._store.connecting("read") as driver:
            yield ClockTransaction(driver)

    @contextmanager
    def changing(self, *, now: Callable[[], Instant], agent: str, command: str) -> Iterator[ClockTransaction]:
        """Give one change, whole or not at all. `now` is called inside it, when its turn to write has come."""
        with self._store.connecting("write", agent) as driver:
            tx = ClockTransaction(driver, now=now(), agent=agent, command=command)
            yield tx
            tx.seal()

    def close(self) -> None:
        """Let go of the database."""
        self._store.close()
