"""Bill a case of general support only from its escalation on (B7)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from suptime.contracts.clause import Clause, Decide, Remark
from suptime.domain.case import CaseFacts, EventKind
from suptime.domain.contract import Version
from suptime.domain.outcome import Outcome, Piece, Share
from suptime.domain.reading import Table
from suptime.domain.sentence import Moment, sentence


@dataclass(frozen=True, slots=True)
class Escalation:
    """Whether a case is general support, and free, until it is escalated."""

    starts_free: bool = True


def decide(pieces: Iterable[Piece], facts: CaseFacts) -> Iterator[Piece | Share]:
    """Leave time free before the case's first escalation, to the second (B1, B7)."""
    escalated = facts.case.first(EventKind.ESCALATE)
    for piece in pieces:
        terms = piece.version.get(Escalation)
        if terms is None or not terms.starts_free:
            yield piece
        elif escalated is None:
            yield piece.becomes(
                Outcome.NON_BILLABLE, "escalation", sentence("General support, never escalated: free.")
            )
        else:
            for part in piece.split(escalated):
                if part.span.start < escalated:
                    when = Moment(escalated, piece.version.zone)
                    yield part.becomes(
                        Outcome.NON_BILLABLE,
                        "escalation",
                        sentence("General support, before the escalation on {when}: free.", when=when),
                    )
                else:
                    yield part


def read(table: Table) -> Escalation:
    """Return the terms of `[escalation]`."""
    return Escalation(starts_free=table.flag("starts_free", default=True))


def sentences(terms: Escalation, version: Version) -> list[str]:  # noqa: ARG001
    """Return which time is free before the escalation, in words for the client."""
    if not terms.starts_free:
        return ["Time is billable whether or not a case was escalated."]
    return ["General support is free. Time is billable from the moment a case is escalated."]


CLAUSE = Clause(
    "escalation",
    Escalation,
    read,
    sentences,
    ("B1", "B7"),
    (
        Decide(
            apply=decide,
            step=lambda terms: terms.starts_free,
            remarks={
                Outcome.NON_BILLABLE: Remark(
                    "free: before the case was escalated",
                    assumed="without an escalation, which it requires and nobody recorded",
                )
            },
        ),
    ),
)
