"""What will become of work as things stand: what the contract refuses, and what would not be billed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from suptime.app import lookup
from suptime.app.channels import OTHER
from suptime.app.facts import contract_of
from suptime.app.recent import recent_facts
from suptime.clauses import CLAUSES, sold_channels
from suptime.clauses.base import Asking
from suptime.clauses.coverage import Coverage
from suptime.domain.case import Case, CaseFacts
from suptime.domain.contract import Contract, Version
from suptime.domain.outcome import Outcome, Piece, Share
from suptime.domain.timespan import Instant, Month, Span, show_day
from suptime.domain.work import WorkUnit
from suptime.errors import Refused
from suptime.rating import Facts
from suptime.rating.balance import drawn, not_invoiced
from suptime.rating.decide import decide, pieces_of
from suptime.rating.rate import case_facts
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
    but: int | None = None,
) -> list[str]:
    """Whole sentences on why work on CASE at INSTANT would not be billed as things stand; none if it would.

    The unit BUT, the one that is asked about again, counts for nothing.

    Raises:
        Refused: INSTANT is outside every contract version, or the contract refuses the work: by its
            channel, for want of money ahead, or because it neither covers nor prices it.
    """
    contract = contract_of(tx, case.contract)
    version = version_on(contract, instant)
    asked = WorkUnit(2**62, case.number, agent, channel, instant, instant, guest=guest, requested=requested)
    share = _decided(tx, case, contract, asked, but)
    day = version.zone.day(instant)
    asking = Asking(
        code=contract.code,
        client=contract.client,
        channel=channel,
        would_be_paid=share.may_be_charged,
        card_on_file=_has_card(tx, contract.client),
        left=lambda: _left(tx, contract, day, instant if now is None else now, but),
    )
    for clause in CLAUSES:
        if clause.at_work and clause.terms in version.terms:
            clause.at_work(version.terms[clause.terms], asking)
    if share.reason.clause == "prices":
        raise Refused(
            f"{contract.code} does not cover this work.",
            share.reason.text,
            f"State a price in [prices] of a new version, then: suptime contract add {contract.client} FILE",
        )
    return sentences(share)


def sentences(share: Share) -> list[str]:
    """Why SHARE is not billed, and what follows, or nothing."""
    if share.outcome is Outcome.CHARGEABLE:
        return []
    consequence = _CONSEQUENCE.get(share.outcome, "As things stand this time will not be billed.")
    return [f"{share.reason.text} {consequence}"]


def _decided(tx: "Transaction", case: Case, contract: Contract, asked: WorkUnit, but: int | None) -> Share:
    """What becomes of a moment of work, beside the case's other work, which may use up a consent."""
    others = [u for u in tx.units(case=case.number) if u.ended_at is not None and u.id != but]
    pieces = [piece for unit in others for piece in pieces_of(unit, contract)]
    moment = pieces_of(asked, contract)
    projects = [p for p in [tx.project(case.project)] if p] if case.project else []
    facts = Facts(contract, (case,), (), (), (), asked.started_at, tuple(projects))
    known = case_facts(case, [*pieces, *moment], facts)
    return next(s for s in decide([*pieces, *moment], known) if s.piece.unit is asked)


def ordinary(tx: "Transaction", case: Case, contract: Contract, version: Version, instant: Instant) -> Share:
    """Return the outcome of a moment of ordinary work on `case` at `instant`, in which `version` is in force."""
    asked = WorkUnit(2**62, case.number, "", usual_channel(version), instant, instant)
    return _decided(tx, case, contract, asked, None)


def needs_consent(
    tx: "Transaction", case: Case, contract: Contract, version: Version, instant: Instant
) -> bool:
    """Return whether ordinary work on `case` at `instant` is billed, or may be, but for the client's consent."""
    return ordinary(tx, case, contract, version, instant).at_worst[1].clause == "consent"


def usual_channel(version: Version) -> str:
    """Return a channel through which `version` sells or covers work."""
    covering = version.get(Coverage)
    return (sold_channels(version) or (covering.channels if covering else None) or (OTHER,))[0]


def moment_of(case: Case, version: Version, instant: Instant, channel: str) -> Share:
    """What becomes of ordinary work on CASE at INSTANT, by its events alone."""
    asked = WorkUnit(0, case.number, "", channel, instant, instant)
    piece = Piece(asked, Span(instant, instant), version.zone.day(instant), version)
    return decide([piece], CaseFacts(case, version.zone.day(case.opened_at)))[0]


def _has_card(tx: "Transaction", client: str) -> bool:
    known = tx.client(client)
    return known is not None and known.card_on_file


def _left(tx: "Transaction", contract: Contract, day: date, now: Instant, but: int | None) -> Decimal:
    """What is left on DAY of what was bought ahead under CONTRACT, the unit BUT aside."""
    client = lookup.client(tx, contract.client)
    found = recent_facts(tx, [client], now, Month.of(day))
    facts = next(facts for facts in found if facts.contract.code == contract.code)
    return left(replace(facts, units=tuple(u for u in facts.units if u.id != but)), day)


def left(facts: Facts, day: date) -> Decimal:
    """What is left of purchases that pay on DAY; of money, less the charges that are not invoiced yet."""
    return left_on(facts)(day)


def left_on(facts: Facts) -> Callable[[date], Decimal]:
    """`left` of FACTS, for any day, rated once."""
    rating = RatedContract.of(facts).rating
    used = drawn(rating, date.min, date.max)
    owed = not_invoiced(rating, date.max) if any(s.unit == "money" for s in rating.stocks) else Decimal(0)

    def on(day: date) -> Decimal:
        paying = [s for s in rating.stocks if s.pays_on(day)]
        rest = sum((s.purchase.quantity - used.get(s.purchase.id, 0) for s in paying), Decimal(0))
        if not any(s.unit == "money" for s in paying):
            return rest
        ids = {s.purchase.id for s in paying}
        return rest - owed - sum((p.amount for p in facts.deposits if p.purchase in ids), Decimal(0))

    return on
