"""Bill a person from outside the team only if the client asked for that person (B3)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from suptime.contracts.clause import Clause, Decide, Remark
from suptime.domain.case import CaseFacts
from suptime.domain.contract import Version
from suptime.domain.outcome import Outcome, Piece, Share
from suptime.domain.reading import Table
from suptime.domain.sentence import sentence

WHEN = ("if-requested", "always", "never")


@dataclass(frozen=True, slots=True)
class Guests:
    """Condition for billing a guest's time: one of `WHEN`."""

    billable: str = "if-requested"


def is_billable(terms: Guests, *, requested: bool) -> bool:
    """Return whether a guest's time is billable; `requested` is True if the client asked for the guest.

    >>> is_billable(Guests("if-requested"), requested=False)
    False
    """
    return terms.billable == "always" or (terms.billable == "if-requested" and requested)


def decide(pieces: Iterable[Piece], facts: CaseFacts) -> Iterator[Piece | Share]:  # noqa: ARG001
    """Leave a guest's time free unless the client asked for the guest, or the contract differs (B3)."""
    for piece in pieces:
        terms = piece.version.get(Guests)
        if terms is None or not piece.unit.guest or is_billable(terms, requested=piece.unit.requested):
            yield piece
        else:
            why = (
                sentence("Guests are free.")
                if terms.billable == "never"
                else sentence("A colleague joined without the client's request: free.")
            )
            yield piece.becomes(Outcome.NON_BILLABLE, "guests", why)


def read(table: Table) -> Guests:
    """Return the terms of `[guests]`."""
    return Guests(table.choice("billable", WHEN, "if-requested"))


def sentences(terms: Guests, version: Version) -> list[str]:  # noqa: ARG001
    """Return when a guest is billed, in words for the client."""
    told: dict[str, list[str]] = {
        "if-requested": [
            sentence("A person from outside the team who joins is billed when you asked for that person.")
        ],
        "always": [sentence("A person from outside the team who joins is billed like the team.")],
        "never": [sentence("A person from outside the team who joins is not billed.")],
    }
    return told[terms.billable]


CLAUSE = Clause(
    "guests",
    Guests,
    read,
    sentences,
    ("B3",),
    (Decide(apply=decide, remarks={Outcome.NON_BILLABLE: Remark("free: an unrequested guest")}),),
)
