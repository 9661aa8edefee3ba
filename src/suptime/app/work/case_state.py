"""Row for each case that the timer reads: the effect of its events and its contract on future work.

With it, the timer starts without reading events or contract.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from suptime.app.agreement import cautions, moment_of, projects_of, share_of, usual_channel
from suptime.app.facts import contracts_of
from suptime.contracts import sold_ahead, sold_channels, spans_beyond_events
from suptime.contracts.clause import Span as Extent
from suptime.domain.case import Case
from suptime.domain.client import Project
from suptime.domain.contract import Contract, Version
from suptime.domain.outcome import Share
from suptime.domain.time import Instant
from suptime.domain.work import WorkUnit
from suptime.rating.balance import consented
from suptime.store.timer.rows import CaseState

if TYPE_CHECKING:
    from suptime.store import Transaction


def refresh(tx: "Transaction") -> None:
    """Write the rows of all cases that this transaction touched."""
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
    """Write the rows of the cases of `numbers`; `contracts` are the contracts read so far."""
    tx.case_states.save_many(standings_of(tx, tx.cases.find(numbers=numbers), contracts))


def standings_of(
    tx: "Transaction",
    cases: Iterable[Case],
    contracts: dict[str, Contract] | None = None,
    but: Collection[int] = (),
) -> Iterator[CaseState]:
    """Yield the state of each of `cases`; `contracts` are the contracts read so far, `but` the units to leave out."""
    known = {} if contracts is None else contracts
    archived = tx.clients.archived()
    for case in cases:
        if case.contract not in known:
            known[case.contract] = contracts_of(tx, code=case.contract)[0]
        state = state_in(tx, case, known[case.contract], but=but)
        # The slow way refuses new work for an archived client.
        yield state._replace(slow=True) if case.client in archived else state


def state_in(
    tx: "Transaction",
    case: Case,
    contract: Contract,
    *,
    at: Instant | None = None,
    like: WorkUnit | None = None,
    but: Collection[int] = (),
) -> CaseState:
    """Return the state of `case` for work after all its events and finished units, and not before `at`.

    The state is for ordinary work, or for work `like` a unit.
    """
    settled_at = max([case.opened_at, *(e.at for e in case.events)])
    version = contract.at(settled_at if at is None else max(at, settled_at))
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
    starts, ends = _stretch(contract, version, settled_at if at is None else max(at, settled_at))
    spans = spans_beyond_events(version, case)
    done: list[WorkUnit] = []
    if Extent.CASE in spans:
        done = [u for u in tx.units.find(case=case.number) if u.ended_at is not None and u.id not in but]
    moment = max([settled_at, at or 0, *(u.ended_at or 0 for u in done)])
    if contract.at(moment) is not version:
        moment = max(settled_at, starts)
    projects = projects_of(tx, case)
    share = _share(case, contract, version, moment, spans, done, projects, like)
    channels = sold_channels(version)
    consent = consented(case, done, contract, projects, moment)
    return CaseState(
        case.number,
        case.client,
        case.status,
        settled_at,
        starts,
        ends,
        channels,
        () if share is None or case.resolved_at is not None else tuple(c.text for c in cautions(share)),
        bool(spans),
        len(case.events),
        outcome=share.outcome.value if share else None,
        reason=(str(share.reason.text) or None) if share else None,
        consent_limit=consent.limit if consent else None,
        consent_used=consent.used if consent else None,
        consent_since=consent.since if consent else None,
        prepaid=sold.unit if (sold := sold_ahead(version)) else None,
    )


def _share(
    case: Case,
    contract: Contract,
    version: Version,
    moment: Instant,
    spans: Collection[Extent],
    done: Collection[WorkUnit],
    projects: tuple[Project, ...],
    like: WorkUnit | None,
) -> Share | None:
    """Return the outcome of a moment of work; None if it depends on the channel, which is unknown."""
    if like is None and Extent.UNIT in spans:
        return None
    if like is None and not spans:
        channels = sold_channels(version)
        return moment_of(case, version, moment, channels[0] if channels else "other")
    channel, guest, requested = (
        (usual_channel(version), False, False) if like is None else (like.channel, like.guest, like.requested)
    )
    asked = WorkUnit(2**62, case.number, "", channel, moment, moment, guest=guest, requested=requested)
    return share_of(case, contract, asked, done, projects)


def _stretch(contract: Contract, version: Version, instant: Instant) -> tuple[Instant, Instant | None]:
    """Return the period of the version in force at `instant`."""
    later = [b for b in contract.boundaries if b > instant]
    return version.zone.midnight(version.starts_on), later[0] if later else None
