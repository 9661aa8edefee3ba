"""What a use case hands back to the command that called it."""

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
    """The thing as it is now, the same as a JSON document, and what the person should be told besides.

    `notes` are warnings, `told` what is good to know. `changed` is False where all was as asked
    for already.
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
    """A transaction of `command` by `agent` at `now`; all of it is written at the end, or none on an error."""
    with store.changing(at=now, agent=agent, command=command) as tx:
        yield tx
        timer_rows.refresh(tx)
