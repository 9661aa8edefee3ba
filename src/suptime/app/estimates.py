"""Estimates: how long a case will take, and the document that asks the client to agree."""

from dataclasses import replace
from typing import Any

from suptime.app import agreement, checks, lookup
from suptime.app.cases import document
from suptime.app.done import Done
from suptime.app.facts import contract_of
from suptime.app.outlook import moment_of, usual_channel
from suptime.app.transaction import changing
from suptime.domain.case import Case
from suptime.domain.outcome import Outcome
from suptime.domain.timespan import Instant
from suptime.errors import NotPossible
from suptime.invoicing.letterhead import Letterhead
from suptime.reports.estimate import estimate as told
from suptime.store import Store, Transaction


def estimate(store: Store, number: str, duration: str, *, now: Instant, agent: str) -> Done[Case]:
    """A2: a case is estimated to take DURATION. A later estimate replaces it; the audit trail keeps both.

    Raises:
        WrongUsage: DURATION is none.
        NotPossible: there is no such case.
    """
    seconds = checks.duration(duration, "estimate")
    with changing(store, now, agent, "case estimate") as tx:
        before = lookup.case(tx, number)
        after = replace(before, estimate_seconds=seconds)
        if after != before:
            tx.save_case(after)
        contract = contract_of(tx, after.contract)
    return Done(after, {"case": document(after, contract, now)}, changed=after != before)


def paper(store: Store, number: str, head: Letterhead, *, now: Instant) -> dict[str, Any]:
    """The estimate of a case as a document for the client, under HEAD, at the prices of today.

    Raises:
        NotPossible: there is no such case, or it has no estimate yet.
        Refused: the contract is not in force today.
    """
    with store.reading() as tx:
        case = lookup.case(tx, number)
        if case.estimate_seconds is None:
            raise NotPossible(
                f"{case.number} has no estimate yet.", hint=f"suptime case estimate {case.number} DURATION"
            )
        return facts_of(tx, case, head, now)


def facts_of(tx: Transaction, case: Case, head: Letterhead, now: Instant) -> dict[str, Any]:
    """Return what `case`, with its estimate, costs at the prices of today, for a document under `head`.

    Raises:
        Refused: the contract is not in force today.
    """
    contract = contract_of(tx, case.contract)
    client = lookup.client(tx, case.client)
    version = agreement.in_force(contract, now, "The estimate would be drawn up")
    share = moment_of(case, version, now, usual_channel(version))
    # Where the cause decides, the estimate is for the case that it is billed.
    outcome, reason = share.at_worst
    covered = reason.text if outcome is Outcome.COVERED else None
    facts = told(case, client, version, covered, version.zone.day(now), now)
    return facts | {"seller": dict(head.seller) or None, "language": head.language_for(client)}
