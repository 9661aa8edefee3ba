"""What a case's contract says about it, as opening, resolving and booking need to know."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from suptime.app import lookup, units
from suptime.app.channels import OTHER
from suptime.app.facts import contract_of
from suptime.app.recent import recent_facts
from suptime.contracts import (
    category_rule,
    classification,
    covered_channels,
    lacks_consent,
    lacks_price,
    priorities,
    refuse_opening,
    refuse_work,
    response_terms,
    sold_channels,
)
from suptime.contracts.clause import Asking, Opening
from suptime.contracts.triage.suggest import Suggestion, suggest
from suptime.domain.case import Case, CaseFacts
from suptime.domain.caution import NOT_BILLED, Caution
from suptime.domain.client import Contact, Project
from suptime.domain.contract import Contract, Version
from suptime.domain.outcome import Outcome, Piece, Share
from suptime.domain.time import Instant, Month, Span, show_day
from suptime.domain.values import few, quoted
from suptime.domain.work import WorkUnit
from suptime.errors import Refused, WrongUsage
from suptime.rating.balance import consented, left_of, not_invoiced
from suptime.rating.decide import decide, pieces_of
from suptime.rating.facts import Facts
from suptime.rating.rate import case_facts
from suptime.rating.rated import RatedContract
from suptime.store import Transaction


def in_force(contract: Contract, instant: Instant, what: str) -> Version:
    """Return the version of `contract` in force at `instant`.

    Raises:
        Refused: there is none; `what` would lie outside the contract (exit 4).
    """
    version = contract.at(instant)
    if version is None:
        raise Refused(
            f"{what} on {show_day(contract.latest.zone.day(instant))}, outside the contract {contract.code}.",
            f"It runs {days(contract)}.",
            f"suptime contract show {contract.code}",
        )
    return version


def days(contract: Contract) -> str:
    """From when to when `contract` runs, in words, gaps between versions left out."""
    last = contract.latest.ends_on
    first = f"from {show_day(contract.versions[0].starts_on)}"
    return f"{first} through {show_day(last)}" if last else f"{first} on"


def nearest_version(contract: Contract, instant: Instant) -> Version:
    """Return the version in force at `instant`, or, on days outside every version, the latest one."""
    return contract.at(instant) or contract.latest


def priority_cautions(version: Version, case: Case) -> tuple[Caution, ...]:
    """Return a warning where `version` promises response times by priority, and `case` has no priority."""
    terms = response_terms(version)
    if terms is None or not terms.misses_priority(case.priority):
        return ()
    allowed = terms.kinds.get(case.kind or "", tuple(terms.response))
    timed = [priority for priority in terms.response if priority in allowed]
    example = (timed or [*terms.response])[-1]
    said = (
        f"{case.number} has no priority, so no response is due, though {version.code} promises one by "
        f"priority. Give it one: suptime case edit {case.number} --priority {example}"
    )
    return (Caution("priority-missing", said),)


def effective_priority(version: Version, case: Case) -> str | None:
    """Return the priority of `case` under `version`: its own, else the default one, else None."""
    terms = response_terms(version)
    return case.priority if terms is None else terms.priority_of(case.priority)


def sold(version: Version, category: str | None) -> None:
    """Refuse a `category` that `version` does not sell.

    Raises:
        Refused: it is `not-sold`.
    """
    terms = classification(version)
    if category_rule(version, category) != "not-sold":
        return
    offered = [c for c, its in terms.categories.items() if its != "not-sold"]
    raise Refused(
        f"{version.code} does not sell the category {quoted(category or '')}.",
        f"It sells {few(offered)}." if offered else "",
        f"suptime contract show {version.code}",
    )


def suggested(version: Version, subject: str, body: str) -> Suggestion | None:
    """Return the category that the words of a request propose under `version`, if it is one that is sold."""
    terms = classification(version)
    found = suggest(terms, subject, body) if terms.suggest else None
    return None if found is None or category_rule(version, found.category) == "not-sold" else found


def may_open(version: Version, case: Case, contact: Contact | None, project: Project | None = None) -> None:
    """Ask every clause of `version` whether `case`, about `project`, may be opened.

    `contact` is the client's of its address, if any.

    Raises:
        Refused: one refuses it: by who asks, by the channel, or by the priority of its kind.
    """
    opening = Opening(
        version.code,
        case.client,
        case.contact,
        contact,
        case.via,
        case.kind,
        case.priority,
        project,
        version.zone.day(case.opened_at),
    )
    refuse_opening(version, opening)


def check_name(version: Version, priority: str | None) -> None:
    """Refuse a `priority` that has another name than those of `version`.

    Raises:
        WrongUsage: it has.
    """
    known = priorities(version)
    if priority is not None and priority not in known:
        raise WrongUsage(
            f'--priority: "{priority}" is none of {", ".join(known)}.',
            hint="Its contract names the priorities: suptime contract show " + version.code,
        )


def by_cause(version: Version, category: str | None) -> bool:
    """Return whether a case of `category` is billed or free by its cause."""
    return category_rule(version, category) == "by-cause"


_CONSEQUENCE = {
    Outcome.HELD: "As things stand this time is held, not billed.",
    Outcome.COVERED: "This time is covered, not billed.",
}


def version_on(contract: Contract, instant: Instant) -> Version:
    """Return the version of `contract` in force at `instant`.

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
) -> list[Caution]:
    """Return why work on `case` at `instant` would not be billed as things stand; nothing if it would.

    The unit `but`, the one that is asked about again, counts for nothing.

    Raises:
        Refused: `instant` is outside every contract version, or the contract refuses the work: by its
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
        left=lambda: _remaining(tx, contract, day, instant if now is None else now, but),
    )
    refuse_work(version, asking)
    if lacks_price(share.reason):
        raise Refused(
            f"{contract.code} does not cover this work.",
            share.reason.text,
            f"State a price in [prices] of a new version, then: suptime contract add {contract.client} FILE",
        )
    return cautions(share)


def cautions(share: Share) -> list[Caution]:
    """Return why `share` is not billed, and what follows, or nothing."""
    if share.outcome is Outcome.CHARGEABLE:
        return []
    consequence = _CONSEQUENCE.get(share.outcome, "As things stand this time will not be billed.")
    return [Caution(NOT_BILLED, f"{share.reason.text} {consequence}")]


def _decided(tx: "Transaction", case: Case, contract: Contract, asked: WorkUnit, but: int | None) -> Share:
    """Return what becomes of a moment of work, beside the case's other work, which may use up a consent."""
    others = [u for u in tx.units.find(case=case.number) if u.ended_at is not None and u.id != but]
    return share_of(case, contract, asked, others, projects_of(tx, case))


def projects_of(tx: "Transaction", case: Case) -> tuple[Project, ...]:
    """Return the project that `case` is about, if it is about one."""
    return tuple(p for p in [tx.projects.get(case.project)] if p) if case.project else ()


def share_of(
    case: Case, contract: Contract, asked: WorkUnit, others: Iterable[WorkUnit], projects: tuple[Project, ...]
) -> Share:
    """Return what becomes of `asked`, a moment of work, beside `others`, the case's finished work."""
    pieces = [piece for unit in others for piece in pieces_of(unit, contract)]
    moment = pieces_of(asked, contract)
    facts = Facts(contract, (case,), (), (), (), asked.started_at, projects)
    known = case_facts(case, [*pieces, *moment], facts)
    return next(s for s in decide([*pieces, *moment], known) if s.piece.unit is asked)


def ordinary(tx: "Transaction", case: Case, contract: Contract, version: Version, instant: Instant) -> Share:
    """Return the outcome of a moment of ordinary work on `case` at `instant`, in which `version` is in force."""
    asked = WorkUnit(2**62, case.number, "", usual_channel(version), instant, instant)
    return _decided(tx, case, contract, asked, None)


def awaits_consent(
    tx: "Transaction", case: Case, contract: Contract, version: Version, instant: Instant
) -> bool:
    """Return whether ordinary work on `case` at `instant` is billed, or may be, but for the client's consent."""
    return lacks_consent(ordinary(tx, case, contract, version, instant).at_worst.reason)


def usual_channel(version: Version) -> str:
    """Return a channel through which `version` sells or covers work."""
    return (sold_channels(version) or covered_channels(version) or (OTHER,))[0]


def moment_of(case: Case, version: Version, instant: Instant, channel: str) -> Share:
    """Return what becomes of ordinary work on `case` at `instant`, by its events alone."""
    asked = WorkUnit(0, case.number, "", channel, instant, instant)
    piece = Piece(asked, Span(instant, instant), version.zone.day(instant), version)
    return decide([piece], CaseFacts(case, version.zone.day(case.opened_at)))[0]


def _has_card(tx: "Transaction", client: str) -> bool:
    known = tx.clients.get(client)
    return known is not None and known.card_on_file


def _remaining(tx: "Transaction", contract: Contract, day: date, now: Instant, but: int | None) -> Decimal:
    """Return what is left on `day` of what was bought ahead under `contract`, the unit `but` aside."""
    client = lookup.client(tx, contract.client)
    found = recent_facts(tx, [client], now, Month.of(day))
    facts = next(facts for facts in found if facts.contract.code == contract.code)
    return remaining(replace(facts, units=tuple(u for u in facts.units if u.id != but)), day)


def remaining(facts: Facts, day: date) -> Decimal:
    """Return what is left of purchases that pay on `day`; of money, less the charges that are not invoiced yet."""
    return remaining_on(facts)(day)


def remaining_on(facts: Facts) -> Callable[[date], Decimal]:
    """`left` of `facts`, for any day, rated once."""
    rating = RatedContract.of(facts).rating
    left = left_of(rating, facts.used_deposits)
    owed = not_invoiced(rating, date.max) if any(s.unit == "money" for s in rating.stocks) else Decimal(0)

    def on(day: date) -> Decimal:
        paying = [s for s in rating.stocks if s.pays_on(day) and facts.is_usable(s.purchase)]
        rest = sum((left[s.purchase.id] for s in paying), Decimal(0))
        return rest - owed if any(s.unit == "money" for s in paying) else rest

    return on


def consent_cautions(
    tx: Transaction, case: Case, now: Instant, told: Collection[Caution] = ()
) -> tuple[Caution, ...]:
    """A6: warn where four fifths or more of the consented time are used `now`; else nothing.

    Nothing either where it was `told` already that work is beyond the consent.
    """
    contract = contract_of(tx, case.contract)
    found = consented(case, tx.units.find(case=case.number), contract, projects_of(tx, case), now)
    if found is None or any("that the client consented to" in said.text for said in told):
        return ()
    return units.consent_notes(case.number, found.limit, found.used)
