"""The small row per case that `start` reads, kept up to date by every writer.

It holds what follows from a case's events and its contract for work that starts from now
on, so that starting the timer needs neither to be read.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from suptime.app.agreement import cautions, moment_of
from suptime.app.facts import contracts_of
from suptime.contracts import looks_beyond_events, sold_channels
from suptime.domain.case import Case
from suptime.domain.contract import Contract, Version
from suptime.domain.time import Instant
from suptime.store.timer.rows import CaseState

if TYPE_CHECKING:
    from suptime.store import Transaction


def refresh(tx: "Transaction") -> None:
    """Write anew the standing of every case that this transaction touched."""
    contracts: dict[str, Contract] = {}
    touched = tx.case_states.touched
    if touched is None:
        part = tx.case_states.missing("")
        while part:
            _refresh(tx, part, contracts)
            part = tx.case_states.missing(part[-1])
    elif touched:
        _refresh(tx, touched, contracts)


def _refresh(tx: "Transaction", numbers: Collection[str], contracts: dict[str, Contract]) -> None:
    """Write the standings of the cases of `numbers`; `contracts` are those read so far."""
    tx.case_states.save_many(standings_of(tx, tx.cases.find(numbers=numbers), contracts))


def standings_of(
    tx: "Transaction", cases: Iterable[Case], contracts: dict[str, Contract] | None = None
) -> Iterator[CaseState]:
    """Yield how each of `cases` stands; `contracts` are those read so far."""
    known = {} if contracts is None else contracts
    for case in cases:
        if case.contract not in known:
            known[case.contract] = contracts_of(tx, code=case.contract)[0]
        yield state_of(case, known[case.contract])


def state_of(case: Case, contract: Contract) -> CaseState:
    """Return how `case` stands for work that starts after all its events, under the version then in force."""
    settled_at = max([case.opened_at, *(e.at for e in case.events)])
    version = contract.at(settled_at)
    if version is None:
        return CaseState(
            case.number,
            case.client,
            case.status,
            settled_at,
            settled_at,
            settled_at,
            slow=True,
            events=len(case.events),
        )
    starts, ends = _stretch(contract, version, settled_at)
    slow = looks_beyond_events(version, case)
    channels = sold_channels(version)
    share = moment_of(case, version, settled_at, channels[0] if channels else "other")
    warnings = (
        () if slow or case.resolved_at is not None else tuple(caution.text for caution in cautions(share))
    )
    return CaseState(
        case.number,
        case.client,
        case.status,
        settled_at,
        starts,
        ends,
        channels,
        warnings,
        slow,
        len(case.events),
    )


def _stretch(contract: Contract, version: Version, instant: Instant) -> tuple[Instant, Instant | None]:
    """From when until when the version in force at `instant` is."""
    later = [b for b in contract.boundaries if b > instant]
    return version.zone.midnight(version.starts_on), later[0] if later else None
