"""One transaction per command: what changes, its audit rows and the standings of its cases, or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from suptime.app import standing
from suptime.domain.timespan import Instant

if TYPE_CHECKING:
    from suptime.store import Store, Transaction


@contextmanager
def changing(store: "Store", now: Instant, agent: str, command: str) -> "Iterator[Transaction]":
    """A transaction of COMMAND by AGENT at NOW; all of it is written at the end, or none on an error."""
    with store.changing(at=now, agent=agent, command=command) as tx:
        yield tx
        standing.refresh(tx)
