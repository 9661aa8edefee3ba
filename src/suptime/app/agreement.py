"""The contract of a case, as opening, resolving and booking need it."""

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
    known_words,
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
from suptime.domain.reading import nearest
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
        Refused: no version is in force, so `what` is outside the contract (exit 4).
    """
    version = contract.at(instant)
    if version is None:
        raise Refused(
            f"{what} on {show_day(contract.latest.zone.day(instant))}, outside the contract {contract.code}.",
            f"The contract runs {days(contract)}.",
            f"suptime contract show {contract.code}",
        )
    return version


def days(contract: Contract) -> str:
    """Return the days of `contract` in words, without gaps between versions."""
    last = contract.latest.ends_on
    first = f"from {show_day(contract.versions[0].starts_on)}"
    return f"{first} through {show_day(last)}" if last else f"{first} on"


def nearest_version(contract: Contract, instant: Instant) -> Version:
    """Return the version in force at `instant`; outside every version, the latest one."""
    return contract.at(instant) or contract.latest


def priority_cautions(version: Version, case: Case) -> tuple[Caution, ...]:
    """Return a warning if `version` sets response times by priority and `case` has no priority."""
    terms = response_terms(version)
    if terms is None or not terms.misses_priority(case.priority):
        return ()
    allowed = terms.kinds.get(case.kind or "", tuple(terms.response))
    timed = [priority for priority in terms.response if priority in allowed]
    example = (timed or [*terms.response])[-1]
    said = (
        f"{case.number} has no priority, so no response is due. {version.code} sets response times by "
        f"priority. Set one: suptime case edit {case.number} --priority {example}"
    )
    return (Caution("priority-missing", said),)


def rate_cautions(version: Version, *, role: str | None, work_type: str | None) -> tuple[Caution, ...]:
    """Return a warning for a role or a work type that no rate of `version` names, with the nearest word (T16)."""
    found = []
    for code, name, word, key in (
        ("role-unknown", "role", role, "roles"),
        ("work-type-unknown", "work type", work_type, "work_types"),
    ):
        known = known_words(version, key)
        if word and word not in known:
            said = f"{version.code} has no rate for the {name} {quoted(word)}.{nearest(word, known)}"
            found.append(Caution(code, said))
    return tuple(found)


def effective_priority(version: Version, case: Case) -> str | None:
    """Return the effective priority of `case` under `version`: its own, the default, or None."""
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
    """Return the category that `version` proposes for the words of a request, if it sells that category."""
    terms = classification(version)
    found = suggest(terms, subject, body) if terms.suggest else None
    return None if found is None or category_rule(version, found.category) == "not-sold" else found


def may_open(version: Version, case: Case, contact: Contact | None, project: Project | None = None) -> None:
    """Ask every clause of `version` whether `case`, about `project`, may be opened.

    `contact` is the client's contact with the address of the case, or None.

    Raises:
        Refused: a clause refuses it: by its contact, its channel, or its priority.
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
    """Refuse a `priority` that `version` does not list.

    Raises:
        WrongUsage: the priority is not listed.
    """
    known = priorities(version)
    if priority is not None and priority not in known:
        raise WrongUsage(
            f"Unknown priority '{priority}': it is none of {', '.join(known)}.",
            hint="The contract lists the priorities: suptime contract show " + version.code,
        )


def by_cause(version: Version, category: str | None) -> bool:
    """Return whether the cause of a case decides if `category` is billed or free."""
    return category_rule(version, category) == "by-cause"


_CONSEQUENCE = {
    Outcome.HELD: "This time is held: it is not billed yet.",
    Outcome.COVERED: "This time is covered, so it is not billed.",
}


def version_on(contract: Contract, instant: Instant) -> Version:
    """Return the version of `contract` in force at `instant`.

    Raises:
        Refused: no version is in force.
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
    return f"The contract runs from {show_day(first.starts_on)}{until}."


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
    """Return the reason why work on `case` at `instant` is not billable as of now, or nothing.

    The unit `but` is left out.

    Raises:
        Refused: `instant` is outside every contract version, or the contract refuses the work: by its
            channel, its prepaid money, or because it neither covers nor prices the work.
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
            f"Set a price in [prices] of a new version, then: suptime contract add {contract.client} FILE",
        )
    return cautions(share)


def cautions(share: Share) -> list[Caution]:
    """Return the reason why `share` is not billed, and its consequence, or nothing."""
    if share.outcome is Outcome.CHARGEABLE:
        return []
    consequence = _CONSEQUENCE.get(share.outcome, "This time will not be billed.")
    return [Caution(NOT_BILLED, f"{share.reason.text} {consequence}")]


def _decided(tx: "Transaction", case: Case, contract: Contract, asked: WorkUnit, but: int | None) -> Share:
    """Return the outcome of a moment of work; the other work on the case may use up a consent."""
    others = [u for u in tx.units.find(case=case.number) if u.ended_at is not None and u.id != but]
    return share_of(case, contract, asked, others, projects_of(tx, case))


def projects_of(tx: "Transaction", case: Case) -> tuple[Project, ...]:
    """Return the project of `case`, if any."""
    return tuple(p for p in [tx.projects.get(case.project)] if p) if case.project else ()


def share_of(
    case: Case, contract: Contract, asked: WorkUnit, others: Iterable[WorkUnit], projects: tuple[Project, ...]
) -> Share:
    """Return the outcome of `asked`, a moment of work, beside `others`, the finished work on the case."""
    pieces = [piece for unit in others for piece in pieces_of(unit, contract)]
    moment = pieces_of(asked, contract)
    facts = Facts(contract, (case,), (), (), (), asked.started_at, projects)
    known = case_facts(case, [*pieces, *moment], facts)
    return next(s for s in decide([*pieces, *moment], known) if s.piece.unit is asked)


def ordinary(tx: "Transaction", case: Case, contract: Contract, version: Version, instant: Instant) -> Share:
    """Return the outcome of ordinary work on `case` at `instant`, in which `version` is in force."""
    asked = WorkUnit(2**62, case.number, "", usual_channel(version), instant, instant)
    return _decided(tx, case, contract, asked, None)


def awaits_consent(
    tx: "Transaction", case: Case, contract: Contract, version: Version, instant: Instant
) -> bool:
    """Return whether only the client's consent is missing for ordinary work on `case` at `instant` to be billed."""
    return lacks_consent(ordinary(tx, case, contract, version, instant).at_worst.reason)


def usual_channel(version: Version) -> str:
    """Return a channel that `version` sells or covers."""
    return (sold_channels(version) or covered_channels(version) or (OTHER,))[0]


def moment_of(case: Case, version: Version, instant: Instant, channel: str) -> Share:
    """Return the outcome of ordinary work on `case` at `instant`, by its events alone."""
    asked = WorkUnit(0, case.number, "", channel, instant, instant)
    piece = Piece(asked, Span(instant, instant), version.zone.day(instant), version)
    return decide([piece], CaseFacts(case, version.zone.day(case.opened_at)))[0]


def _has_card(tx: "Transaction", client: str) -> bool:
    known = tx.clients.get(client)
    return known is not None and known.card_on_file


def _remaining(tx: "Transaction", contract: Contract, day: date, now: Instant, but: int | None) -> Decimal:
    """Return the prepaid balance under `contract` on `day`, without the unit `but`."""
    client = lookup.client(tx, contract.client)
    found = recent_facts(tx, [client], now, Month.of(day))
    facts = next(facts for facts in found if facts.contract.code == contract.code)
    return remaining(replace(facts, units=tuple(u for u in facts.units if u.id != but)), day)


def remaining(facts: Facts, day: date) -> Decimal:
    """Return the balance of purchases valid on `day`, less charges that are not invoiced yet if it is money."""
    return remaining_on(facts)(day)


def remaining_on(facts: Facts) -> Callable[[date], Decimal]:
    """Return a function from a day to the balance of `facts`, rated once."""
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
    """Warn if at least four fifths of the consented time are used `now` (A6).

    There is no warning if one was already `told`.
    """
    contract = contract_of(tx, case.contract)
    found = consented(case, tx.units.find(case=case.number), contract, projects_of(tx, case), now)
    if found is None or any("that the client consented to" in said.text for said in told):
        return ()
    return units.consent_notes(case.number, found.limit, found.used)
