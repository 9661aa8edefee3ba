"""Changes: list, undo and redo them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from suptime.app import lookup, reversals
from suptime.app.use_case import changing
from suptime.domain.time import Instant, rfc3339
from suptime.domain.work import UnitName
from suptime.errors import NotPossible
from suptime.store import Store, Transaction
from suptime.store.repositories.history import REDO, UNDO, is_reversible
from suptime.store.repositories.records import Change


@dataclass(frozen=True, slots=True)
class Search:
    """Search for changes; None for no limit. `start` and `end` are instants, `end` not included."""

    agent: str | None = None
    case: str | None = None
    unit: UnitName | None = None
    client: str | None = None
    start: Instant | None = None
    end: Instant | None = None
    limit: int = 20


def find(store: Store, wanted: Search, *, agent: str) -> list[tuple[Change, dict[str, Any]]]:
    """Return the `wanted` changes, newest first, each with its document for `agent`.

    Raises:
        NotPossible: there is no such case, unit or client, and there was none.
    """
    with store.reading() as tx:
        return [(change, _document(tx, change, agent)) for change in _found(tx, wanted, agent)]


def _found(tx: Transaction, wanted: Search, agent: str) -> Iterator[Change]:
    client = None if wanted.client is None else lookup.client(tx, wanted.client).code
    number, key = wanted.case, wanted.unit
    if number and (known := lookup.find_case(tx, number)):  # Otherwise, look for a deleted one.
        number = known.number
    unit = key if key is None or isinstance(key, int) else lookup.unit(tx, key, agent).id
    found = tx.history.find(
        agent=wanted.agent,
        case=number,
        unit=unit,
        client=client,
        start=wanted.start,
        end=wanted.end,
        limit=wanted.limit,
    )
    first = next(found, None)
    if first is None:
        if wanted.case is not None:
            lookup.case(tx, wanted.case)
        if unit is not None:
            lookup.unit(tx, unit, agent)
        return
    yield first
    yield from found


def _document(tx: Transaction, change: Change, agent: str) -> dict[str, Any]:
    """Return a change as JSON shows it to `agent`."""
    objection = tx.history.objection(change, agent)
    return facts(change) | {
        "agent": change.agent,
        "undoes": change.undoes,
        "undone_by": tx.history.undone_by(change),
        "undoable": objection is None,
        "why_not": None if objection is None else str(objection),
    }


def facts(change: Change) -> dict[str, Any]:
    """Return a change as JSON shows it to every agent."""
    return {
        "id": change.id,
        "command": change.command,
        "at": rfc3339(change.at),
        "rows": [{"what": row.name, "was": row.verb} for row in change.rows],
    }


def undo(
    store: Store,
    number: int | None,
    *,
    now: Instant,
    agent: str,
    dry_run: bool,
    today: date,
    closed_through: date | None = None,
) -> Change:
    """Undo the change `number`, or the last one of `agent`. A `dry_run` only checks whether it is possible.

    Its ledger entries stay and are reversed `today`, unless the books are `closed_through` that day.

    Raises:
        NotPossible: there is none, it is another agent's, or something else builds on it.
    """
    if dry_run:
        with store.reading() as tx:
            return _wanted(tx, number, agent)
    with changing(store, now=now, agent=agent, command=UNDO) as tx:
        change = _wanted(tx, number, agent)
        if is_reversible(change):
            tx.history.note_undo(change)
            reversals.reverse(tx, change, today, closed_through)
        else:
            tx.history.undo(change)
    return change


def _wanted(tx: Transaction, number: int | None, agent: str) -> Change:
    change = tx.history.last(agent) if number is None else tx.history.change(number)
    if change is None and number is None:
        raise NotPossible(f"There is nothing of {agent}'s to undo.")
    if change is None:
        raise NotPossible(f"There is no change {number}.", hint="suptime history")
    tx.history.refuse(change, agent)
    return change


def redo(store: Store, *, now: Instant, agent: str, dry_run: bool) -> Change:
    """Redo the change of the last undo of `agent`. A `dry_run` only checks whether it is possible.

    Raises:
        NotPossible: there is no undo, `agent` changed something else since, or something else builds on it.
    """
    if dry_run:
        with store.reading() as tx:
            return _undone(tx, agent)[1]
    with changing(store, now=now, agent=agent, command=REDO) as tx:
        undoing, change = _undone(tx, agent)
        tx.history.undo(undoing)
    return change


def _undone(tx: Transaction, agent: str) -> tuple[Change, Change]:
    """Return the last undo of `agent`, and the undone change."""
    undoing = tx.history.last_undo(agent)
    change = None if undoing is None or undoing.undoes is None else tx.history.change(undoing.undoes, agent)
    if undoing is None or change is None:
        raise NotPossible(
            f"There is nothing of {agent}'s to redo.", "Redo must follow directly after an undo."
        )
    tx.history.refuse_taking_back(undoing)
    return undoing, change
