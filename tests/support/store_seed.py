"""What the store's tests put into a store, and how they look at what it says."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest

from suptime.domain.case import Case
from suptime.domain.client import Client
from suptime.domain.work import WorkUnit
from suptime.errors import SuptimeError
from suptime.store import Store, Transaction
from suptime.store.repositories.records import ContractRow
from suptime.store.timer.rows import CaseState

NOW = 1_791_208_800  # 2026-10-05T14:00:00Z


def seed(store: Store) -> None:
    with store.changing(at=NOW - 1000, agent="seed", command="seed") as tx:
        tx.clients.add(Client("acme", "Acme"))
        tx.contracts.add(
            ContractRow("acme-ps", "acme", "Services", date(2026, 1, 1), None, "the file's text")
        )
        for number in ("CASE-1", "CASE-2"):
            tx.cases.add(Case(number, "acme", "acme-ps", NOW - 900))
            tx.case_states.save(
                CaseState(number, "acme", "open", NOW - 900, 0, None, ("phone",), ("No consent yet.",))
            )


def changing(
    store: Store, command: str = "test", agent: str = "ana", at: int = NOW
) -> AbstractContextManager[Transaction]:
    return store.changing(at=at, agent=agent, command=command)


def unit(start: int, end: int | None, *, case: str = "CASE-1", agent: str = "ana", key: int = 0) -> WorkUnit:
    """A unit from START to END, in seconds after NOW."""
    return WorkUnit(key, case, agent, "phone", NOW + start, None if end is None else NOW + end)


def said(error: SuptimeError) -> str:
    """The whole of what a person is told, in lines: what, why, hint."""
    return "\n".join(part for part in (error.what, error.why, error.hint) if part)


def refused(kind: type[SuptimeError], what: Callable[[], object]) -> str:
    """What a person is told when WHAT is refused with an error of KIND."""
    with pytest.raises(kind) as caught:
        what()
    assert caught.value.exit_code == kind.exit_code
    return said(caught.value)
