"""Stage decide: outcome of every second of worked time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from suptime.contracts import price_on, priced_by, why_billable
from suptime.contracts.clause import Decide, in_order_of_start
from suptime.contracts.clauses import rules
from suptime.domain.case import CaseFacts
from suptime.domain.contract import Contract
from suptime.domain.outcome import Outcome, Piece, Share
from suptime.domain.sentence import mark, sentence
from suptime.domain.time import Instant
from suptime.domain.work import WorkUnit
from suptime.rating.prospects import with_prospects


def pieces_of(unit: WorkUnit, contract: Contract, cuts: Iterable[Instant] = ()) -> list[Piece]:
    """Return `unit` cut at midnights of the contract's zone, where versions change, and at `cuts`.

    A piece on a day without a version has the nearest version, for its zone.
    """
    found = []
    for span in unit.span.split((*contract.boundaries, *cuts)):
        version = contract.nearest(span.start)
        found += [Piece(unit, part, day, version) for day, part in version.zone.days(span)]
    return found


def decide(pieces: Sequence[Piece], facts: CaseFacts) -> list[Share]:
    """Return every second of `pieces`, all of one case, as a share with an outcome and its reason.

    The clauses are asked in the order of their table; the first one that decides a piece counts. Held
    shares have their possible outcomes, and are cut where these differ.
    """
    shares = _decided(pieces, facts)
    if any(share.outcome is Outcome.HELD for share in shares):
        return sorted(
            with_prospects(shares, pieces, facts, _decided), key=lambda s: in_order_of_start(s.piece)
        )
    return shares


def _decided(pieces: Sequence[Piece], facts: CaseFacts) -> list[Share]:
    case = facts.case
    decided: list[Share] = []
    waiting: list[Piece] = []
    for piece in pieces:
        by_hand = piece.unit.waived if piece.unit.waived is not None else case.waived
        if by_hand is not None:
            decided.append(piece.becomes(Outcome.WAIVED, "waive", sentence("Waived: {why}", why=by_hand)))
        elif not piece.version.covers(piece.day):
            decided.append(
                piece.becomes(
                    Outcome.NON_BILLABLE, "contract", sentence("On a day that the contract does not cover.")
                )
            )
        else:
            waiting.append(piece)
    for _, rule in rules(Decide):
        if not waiting:
            break
        waiting.sort(key=in_order_of_start)
        left: list[Piece] = []
        for part in rule.apply(waiting, facts):
            if isinstance(part, Share):
                decided.append(part)
            else:
                left.append(part)
        waiting = left
    decided += [charged(piece, why_billable(case, piece)) for piece in waiting]
    return sorted(decided, key=lambda s: in_order_of_start(s.piece))


def charged(piece: Piece, why: str) -> Share:
    """Return `piece` as chargeable, with the reason `why`; if the contract has no price for it, as free."""
    item = priced_by(piece.version)
    if piece.tariff is not None and piece.tariff.amount is not None:
        return piece.becomes(Outcome.CHARGEABLE, "contract", why)
    if price_on(piece.version, item, piece.day) is not None:
        return piece.becomes(Outcome.CHARGEABLE, "contract", why)
    return piece.becomes(Outcome.NON_BILLABLE, "prices", sentence(_UNPRICED[item]))


_UNPRICED = {
    "hour": mark("The contract states no price of an hour."),
    "incident": mark("The contract states no price of an incident."),
    "minute": mark("The contract states no price of a minute."),
}


def by_case(units: Iterable[WorkUnit]) -> dict[str, list[WorkUnit]]:
    """Return `units` by case number."""
    found: dict[str, list[WorkUnit]] = defaultdict(list)
    for unit in units:
        found[unit.case].append(unit)
    return found
