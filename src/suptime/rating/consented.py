"""A6: how much of what the client consented to is used by now."""

from collections.abc import Iterable
from dataclasses import dataclass

from suptime.clauses.consent import Consent
from suptime.domain.case import Case, EventKind
from suptime.domain.contract import Contract
from suptime.domain.outcome import Outcome, Share
from suptime.domain.party import Project
from suptime.domain.timespan import NEVER, Instant, Seconds
from suptime.domain.work import WorkUnit
from suptime.rating.decide import decide, pieces_of
from suptime.rating.facts import Facts
from suptime.rating.rate import case_facts


@dataclass(frozen=True, slots=True)
class Consented:
    """The limit of the consent that holds, and the time since then that counts, or may come to count, towards it."""

    limit: Seconds
    used: Seconds

    @property
    def near(self) -> bool:
        """Whether four fifths of it are used.

        >>> Consented(100, 79).near, Consented(100, 80).near
        (False, True)
        """
        return self.used * 5 >= self.limit * 4

    @property
    def beyond(self) -> Seconds:
        """How much has been worked beyond it."""
        return max(0, self.used - self.limit)


def consented(
    case: Case, units: Iterable[WorkUnit], contract: Contract, projects: tuple[Project, ...], now: Instant
) -> Consented | None:
    """The consent to work on CASE that holds NOW with its limit, and what UNITS used of it; running ones up to NOW.

    Held time counts where it can still be charged. None where no consent with a limit holds.
    """
    version = contract.at(now)
    terms = version.get(Consent) if version else None
    answers = case.of_kind(EventKind.CONSENT, EventKind.CONSENT_REFUSED)
    given = [answer for answer in answers if answer.at <= now]
    if terms is None or not terms.required or not given or given[-1].up_to_seconds is None:
        return None  # a refusal has no limit
    by_now = [u._replace(ended_at=max(now, u.started_at)) if u.ended_at is None else u for u in units]
    pieces = [piece for unit in by_now for piece in pieces_of(unit, contract)]
    known = case_facts(case, pieces, Facts(contract, (case,), (), (), (), now, projects))
    since = given[-1].at
    until = min((answer.at for answer in answers if answer.at > since), default=NEVER)
    used = sum(_between(share, since, until) for share in decide(pieces, known) if _counts(share))
    return Consented(given[-1].up_to_seconds, used)


def _counts(share: Share) -> bool:
    outcome, reason = share.at_worst
    return outcome is Outcome.CHARGEABLE or (outcome is Outcome.NON_BILLABLE and reason.clause == "consent")


def _between(share: Share, since: Instant, until: Instant) -> Seconds:
    span = share.piece.span
    return max(0, min(span.end, until) - max(span.start, since))
