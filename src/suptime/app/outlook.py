"""What will become of work as things stand: what the contract refuses, and what would not be billed."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from suptime.app.facts import contract_of, facts_of
from suptime.clauses.prepaid import Prepaid
from suptime.domain.case import Case
from suptime.domain.contract import Contract, Version
from suptime.domain.outcome import Outcome, Piece, Share
from suptime.domain.timespan import Instant, Span, show_day
from suptime.domain.work import WorkUnit
from suptime.errors import Refused
from suptime.rating.balance import drawn
from suptime.rating.decide import decide, pieces_of
from suptime.rating.rated import RatedContract

if TYPE_CHECKING:
    from suptime.store import Transaction

_CONSEQUENCE = {
    Outcome.HELD: "As things stand this time is held, not billed.",
    Outcome.COVERED: "This time is covered, not billed.",
}


def version_on(contract: Contract, instant: Instant) -> Version:
    """The version of CONTRACT in force at INSTANT.

    Raises:
        Refused: none is: the day is outside every version.
    """
    version = contract.at(instant)
    if version is None:
        day = show_day(contract.latest.zone.day(instant))
        raise Refused(
            f"The contract {contract.code} does not cover {day}.",
            _stretches(contract),
            "suptime contract add CLIENT FILE",
        )
    return version


def _stretches(contract: Contract) -> str:
    first, last = contract.versions[0], contract.latest
    until = f" through {show_day(last.ends_on)}" if last.ends_on else ""
    return f"It runs from {show_day(first.starts_on)}{until}."


def outlook(
    tx: "Transaction",
    case: Case,
    instant: Instant,
    *,
    channel: str = "other",
    guest: bool = False,
    requested: bool = False,
    agent: str = "",
    now: Instant | None = None,
) -> list[str]:
    """Whole sentences on why work on CASE at INSTANT would not be billed as things stand; none if it would.

    Raises:
        Refused: INSTANT is outside every contract version, or nothing prepaid is left where the
            contract then starts no work.
    """
    contract = contract_of(tx, case.contract)
    version = version_on(contract, instant)
    share = _decided(tx.units(case=case.number), case, contract, instant, channel, guest, requested, agent)
    terms = version.get(Prepaid)
    if terms and terms.overage == "refuse" and share.outcome in {Outcome.CHARGEABLE, Outcome.HELD}:
        _need_balance(tx, contract, version.zone.day(instant), instant if now is None else now)
    return sentences(share)


def sentences(share: Share) -> list[str]:
    """Why SHARE is not billed, and what follows, or nothing."""
    if share.outcome is Outcome.CHARGEABLE:
        return []
    consequence = _CONSEQUENCE.get(share.outcome, "As things stand this time will not be billed.")
    return [f"{share.reason.text} {consequence}"]


def _decided(
    units: Sequence[WorkUnit],
    case: Case,
    contract: Contract,
    instant: Instant,
    channel: str,
    guest: bool,
    requested: bool,
    agent: str,
) -> Share:
    """What becomes of a moment of work, beside the case's other work, which may use up a consent."""
    asked = WorkUnit(2**62, case.number, agent, channel, instant, instant, guest=guest, requested=requested)
    others = [u for u in units if u.ended_at is not None]
    pieces = [piece for unit in [*others, asked] for piece in pieces_of(unit, contract)]
    return next(s for s in decide(pieces, case) if s.piece.unit is asked)


def moment_of(case: Case, version: Version, instant: Instant) -> Share:
    """What becomes of ordinary work on CASE at INSTANT, by its events alone."""
    asked = WorkUnit(0, case.number, "", "other", instant, instant)
    piece = Piece(asked, Span(instant, instant), version.zone.day(instant), version)
    return decide([piece], case)[0]


def _need_balance(tx: "Transaction", contract: Contract, day: date, now: Instant) -> None:
    rated = RatedContract.of(facts_of(tx, contract, now))
    used = drawn(rated.rating, date.min, date.max)
    if any(s.pays_on(day) and s.purchase.quantity > used.get(s.purchase.id, 0) for s in rated.rating.stocks):
        return
    raise Refused(
        f"Nothing is left of the prepaid hours of {contract.code}.",
        'Its clause [prepaid] starts no work then (overage = "refuse").',
        f"suptime prepaid add {contract.code} 10h",
    )
