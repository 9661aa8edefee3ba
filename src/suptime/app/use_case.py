"""Result that a use case returns to its command."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from suptime.app.work import timer_rows
from suptime.domain.caution import Caution
from suptime.domain.time import Instant

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Result(Generic[Value]):
    """The changed thing, its JSON document, and messages for the person.

    `notes` are warnings, `told` are notices. `changed` is False if there was nothing to change.
    """

    value: Value
    document: dict[str, Any]
    notes: tuple[Caution, ...] = ()
    changed: bool = True
    told: tuple[str, ...] = ()


if TYPE_CHECKING:
    from suptime.store import Store, Transaction


@contextmanager
def changing(store: "Store", now: Instant, agent: str, command: str) -> "Iterator[Transaction]":
    """Yield a transaction of `command` by `agent` at `now`; it is committed at the end, or rolled back on an error."""
    with store.changing(at=now, agent=agent, command=command) as tx:
        yield tx
        timer_rows.refresh(tx)
