"""A6: before billable work goes ahead the client must consent; work done before is not billed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from suptime.clauses.base import Clause, in_order_of_start
from suptime.clauses.reading import Table
from suptime.domain.case import Case, CaseFacts, Event, EventKind
from suptime.domain.contract import Version
from suptime.domain.outcome import Outcome, Piece, Share
from suptime.domain.said import Length, Moment, said


@dataclass(frozen=True, slots=True)
class Consent:
    """Whether chargeable time needs the client's consent."""

    required: bool = True


def decide(pieces: Iterable[Piece], facts: CaseFacts) -> Iterator[Piece | Share]:
    """A6: time before the consent, or beyond the time it was given for, is not billed.

    The limit of a consent is counted over the case's chargeable time from that consent on,
    in order of start; a further consent counts from its own instant (rating.md, 1.8).
    """
    consents = facts.case.of_kind(EventKind.CONSENT)
    used = [0] * len(consents)
    waiting: list[Piece] = []
    for piece in pieces:
        terms = piece.version.get(Consent)
        if terms is None or not terms.required:
            yield piece
        else:
            waiting += piece.split(*(c.at for c in consents))
    for piece in sorted(waiting, key=in_order_of_start):
        given = [i for i, c in enumerate(consents) if c.at <= piece.span.start]
        if not given:
            yield piece.becomes(Outcome.NON_BILLABLE, "consent", _before(consents, piece))
            continue
        current = given[-1]
        limit = consents[current].up_to_seconds
        if limit is None:
            yield piece
            continue
        left = limit - used[current]
        if left > 0:
            within, *beyond = piece.split(piece.span.start + left)
            used[current] += within.seconds
            yield within
        else:
            beyond = [piece]
        for part in beyond:
            yield part.becomes(
                Outcome.NON_BILLABLE,
                "consent",
                said("Beyond the {limit} that the client consented to.", limit=Length(limit)),
            )


def _before(consents: tuple[Event, ...], piece: Piece) -> str:
    if not consents:
        return said("No consent of the client yet.")
    return said("Before the client's consent on {when}.", when=Moment(consents[0].at, piece.version.zone))


def looks_further(terms: Consent, case: Case) -> bool:
    """Whether a limit may be used up by other work."""
    return terms.required and any(c.up_to_seconds is not None for c in case.of_kind(EventKind.CONSENT))


def read(table: Table) -> Consent:
    """The terms of `[consent]`."""
    return Consent(required=table.flag("required", default=True))


def sentences(terms: Consent, version: Version) -> list[str]:  # noqa: ARG001
    """What needs consent, in the client's words."""
    if not terms.required:
        return ["Billable work goes ahead without asking you first."]
    return ["You are asked before billable work goes ahead. Work done before your consent is not billed."]


CLAUSE = Clause(
    "consent",
    Consent,
    read,
    sentences,
    ("A6",),
    decide,
    looks_further=looks_further,
    looks_back=looks_further,
)
