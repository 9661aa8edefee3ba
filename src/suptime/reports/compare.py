"""What a client's real work would have cost under other contracts: the same facts, rated with the contract replaced."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from suptime.contracts.clauses.classification import rule, terms_of
from suptime.contracts.clauses.consent import Consent
from suptime.contracts.clauses.coverage import MONTHS, Coverage, due_fees
from suptime.contracts.clauses.escalation import Escalation
from suptime.contracts.clauses.prepaid import Prepaid
from suptime.contracts.clauses.prices import Prices
from suptime.domain.booking import Client, Purchase
from suptime.domain.case import number_order
from suptime.domain.charge import INCIDENT_UNIT, Charge
from suptime.domain.contract import Contract, Version
from suptime.domain.money import rounded, show_amount
from suptime.domain.outcome import Outcome, Share
from suptime.domain.time import Month, Seconds, in_words, show_day
from suptime.rating.as_data import time_of
from suptime.rating.facts import Facts
from suptime.rating.rate import net_of
from suptime.rating.rated import RatedContract

Told = dict[str, Any]

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Plan:
    """A contract, or several at once, as one way to pay for the client's work.

    `file` is None for what is really agreed. `fees` are the contracts whose fees fall due,
    `remarks` what had to be assumed so that the plan could be rated. `agreed_to` is the same
    without the clauses that nobody could have met, since what is really agreed has none of
    them: consent, escalation.
    """

    file: str | None
    title: str
    rated: tuple[RatedContract, ...]
    fees: tuple[Contract, ...]
    remarks: tuple[str, ...] = ()
    agreed_to: RatedContract | None = None

    @property
    def currency(self) -> str:
        """The currency of its latest version."""
        return self.rated[0].currency


def compare(
    client: Client,
    agreed: Sequence[RatedContract],
    files: Iterable[tuple[str, Version]],
    months: Sequence[Month],
) -> Told:
    """The work of CLIENT in MONTHS under what is AGREED, and under each contract of FILES, as names and versions.

    `net` is what the invoices of those months would be. `comparable` is what the work of those
    months costs in the end: fees month by month, what is held as billed, incidents that are
    completed later counted in, those of earlier work left out, what was paid from prepaid hours
    or incidents at what these cost, work that only lacks a consent or an escalation as billed.
    The cheapest is the one with the least of it that takes on all the work; across currencies
    there is none.
    """
    current = Plan(
        None,
        "; ".join(dict.fromkeys(c.facts.contract.latest.title for c in agreed)),
        tuple(agreed),
        tuple(c.facts.contract for c in agreed),
    )
    facts = [c.facts for c in agreed]
    told = [_as_data(plan, months) for plan in (current, *(replaced(f, v, facts, months) for f, v in files))]
    currencies = {plan["currency"] for plan in told}
    whole = [plan for plan in told if not any(note["caution"] for note in plan["notes"])]
    least = min(Decimal(plan["comparable"]) for plan in whole)
    now = Decimal(told[0]["comparable"])
    for plan in told:
        cost, same = Decimal(plan["comparable"]), plan["currency"] == told[0]["currency"]
        plan["difference"] = show_amount(cost - now, plan["currency"]) if same else None
        plan["cheapest"] = len(currencies) == 1 and plan in whole and cost == least
    return {
        "client": client.code,
        "client_name": client.name,
        "months": [str(month) for month in months],
        "current": told[0],
        "plans": told[1:],
    }


def replaced(file: str, version: Version, agreed: Sequence[Facts], months: Sequence[Month]) -> Plan:
    """The facts of what is AGREED under VERSION, the contract in FILE, as if it had been in force all along.

    Purchases count where they are of the unit that VERSION sells ahead, and of its currency.
    """
    days = [version.zone.day(u.started_at) for f in agreed for u in f.units]
    days += [version.zone.day(c.opened_at) for f in agreed for c in f.cases]
    first = min([months[0].first, *days])
    always = Contract(version.code, "", (_from(version, min(first, version.starts_on)),))
    sold = version.get(Prepaid)
    bought: list[Purchase] = []
    left_out: list[Purchase] = []
    for facts in agreed:
        its_currency = facts.contract.latest.currency
        for purchase in facts.purchases:
            terms = (facts.contract.on(purchase.on) or facts.contract.latest).get(Prepaid) or Prepaid()
            usable = sold is not None and sold.unit == terms.unit and version.currency == its_currency
            (bought if usable else left_out).append(purchase)
    facts = Facts(
        contract=always,
        cases=tuple(case for f in agreed for case in f.cases),
        units=tuple(unit for f in agreed for unit in f.units),
        appointments=tuple(one for f in agreed for one in f.appointments),
        purchases=tuple(bought),
        as_of=agreed[0].as_of,
        projects=tuple({p.code: p for f in agreed for p in f.projects}.values()),
    )
    remarks = []
    if version.starts_on > months[0].first:
        remarks.append(f"It starts on {show_day(version.starts_on)}; here it is in force before that.")
    if version.ends_on is not None and version.ends_on < months[-1].last:
        remarks.append(f"It ends on {show_day(version.ends_on)}; here it is in force after that.")
    if left_out:
        ids = ", ".join(f"P{purchase.id}" for purchase in left_out)
        remarks.append(f"What was bought ahead ({ids}) is of no use under it and left out.")
    fees = Contract(version.code, "", (replace(version, starts_on=_anchor(version, months), ends_on=None),))
    met = _without(always.latest, _unasked(agreed))
    agreed_to = RatedContract.of(replace(facts, contract=replace(always, versions=(met,)))) if met else None
    return Plan(file, version.title, (RatedContract.of(facts),), (fees,), tuple(remarks), agreed_to)


def _unasked(agreed: Sequence[Facts]) -> list[type[object]]:
    """The clauses that nobody could meet, since no version of what is AGREED asks for it."""
    versions = [version for facts in agreed for version in facts.contract.versions]
    asked = any(terms.required for version in versions if (terms := version.get(Consent)))
    starts_free = any(its.starts_free for version in versions if (its := version.get(Escalation)))
    return [*([] if asked else [Consent]), *([] if starts_free else [Escalation])]


def _without(version: Version, clauses: Sequence[type[object]]) -> Version | None:
    """VERSION without CLAUSES; None where it has none of them."""
    if not any(clause in version.terms for clause in clauses):
        return None
    return replace(version, terms={kind: its for kind, its in version.terms.items() if kind not in clauses})


def _from(version: Version, first: date) -> Version:
    """VERSION in force from the day FIRST on without end, its first prices from the beginning."""
    terms = dict(version.terms)
    prices = version.get(Prices)
    if prices is not None:
        items = {item: ((date.min, its[0][1]), *its[1:]) for item, its in prices.items.items()}
        terms[Prices] = Prices(items)
    return replace(version, starts_on=first, ends_on=None, terms=terms)


def _anchor(version: Version, months: Sequence[Month]) -> date:
    """The day from which the periods of VERSION's fee count: its start, whole years earlier where that is later."""
    day = version.starts_on
    while day > months[0].first:
        month = Month(day.year - 1, day.month)
        day = month.first.replace(day=min(day.day, month.last.day))
    return day


def _as_data(plan: Plan, months: Sequence[Month]) -> Told:
    first, last = months[0].first, months[-1].last
    shares = [s for c in plan.rated for s in c.rating.shares if first <= s.piece.day <= last]
    charges = [c for r in plan.rated for c in r.rating.charges]
    within = [c for c in charges if first <= c.day <= last]
    worked = {s.piece.unit.id for s in shares}
    work = _sum(within)
    later = _sum(c for c in charges if c.day > last and worked.intersection(c.units))
    earlier = _sum(c for c in within if c.units and not worked.intersection(c.units))
    prepaid = _paid_ahead(plan.rated, within)
    held = _in_all(plan.rated, first, last) - work - prepaid
    assumed = ZERO
    if plan.agreed_to:
        assumed = _in_all([plan.agreed_to], first, last) - _in_all(plan.rated, first, last)
    fees = sum((due.net for its in plan.fees for due in due_fees(its, first, last)), ZERO)
    share = sum((_monthly(its, month) for its in plan.fees for month in months), ZERO)
    sales = _sales(plan, first, last)
    net = work + fees + sales
    comparable = work - earlier + later + held + assumed + share + prepaid
    time = time_of(shares)

    def shown(amount: Decimal) -> str:
        return show_amount(rounded(amount, plan.currency), plan.currency)

    incidents = [c for c in within if c.unit == INCIDENT_UNIT]
    return {
        "file": plan.file,
        "title": plan.title,
        "contracts": [c.facts.contract.code for c in plan.rated],
        "currency": plan.currency,
        "net": shown(net),
        "billed_minutes": sum(c.billed_minutes for c in within),
        "billed_incidents": sum(c.quantity for c in incidents),
        "prepaid_minutes": sum(c.prepaid_minutes for c in within),
        "prepaid_incidents": sum(c.drawn for c in incidents),
        "work_net": shown(work),
        "fees_net": shown(fees),
        "sales_net": shown(sales),
        "fee_share": shown(share),
        "fee_every": sorted({fee for its in plan.fees if (fee := _all_versions(its, months[-1]))}),
        "prepaid_value": shown(prepaid),
        "held_net": shown(held),
        "assumed_net": shown(assumed),
        "later_net": shown(later),
        "earlier_net": shown(earlier),
        "comparable": shown(comparable),
        "cases": len({s.piece.unit.case for s in shares}),
        "time": time,
        "notes": [
            *notes_on(shares, _not_sold(plan, shares), real=plan.file is None, assumed=plan.agreed_to),
            *_remarks(plan),
        ],
    }


def _sum(charges: Iterable[Charge]) -> Decimal:
    return sum((charge.net for charge in charges), ZERO)


def _remarks(plan: Plan) -> list[Told]:
    return [{"text": text, "caution": False} for text in plan.remarks]


def _fee_version(contract: Contract, month: Month) -> Version | None:
    return contract.on(month.last) or contract.on(month.first)


def _monthly(contract: Contract, month: Month) -> Decimal:
    """What a month bears of the flat fee of CONTRACT: a twelfth of a yearly one, a third of a quarterly one."""
    version = _fee_version(contract, month)
    terms = version.get(Coverage) if version else None
    if version is None or terms is None or terms.fee is None:
        return ZERO
    return rounded(terms.fee.in_currency(version.currency) / MONTHS[terms.fee.every], version.currency)


def _all_versions(contract: Contract, month: Month) -> str | None:
    version = _fee_version(contract, month)
    terms = version.get(Coverage) if version else None
    return terms.fee.every if terms and terms.fee else None


def _sales(plan: Plan, first: date, last: date) -> Decimal:
    """What was sold ahead from FIRST through LAST."""
    return sum(
        (
            rounded(stock.purchase.price, rated.currency)
            for rated in plan.rated
            for stock in rated.rating.stocks
            if stock.purchase.price is not None and first <= stock.purchase.on <= last
        ),
        ZERO,
    )


def _in_all(rated: Sequence[RatedContract], first: date, last: date) -> Decimal:
    """What the charges from FIRST through LAST come to with what is held as billed, prepaid or invoiced."""
    charges = [c for its in rated for c in its.as_if_billable.charges if first <= c.day <= last]
    return _sum(charges) + _paid_ahead(rated, charges)


def _paid_ahead(rated: Iterable[RatedContract], charges: Iterable[Charge]) -> Decimal:
    """What purchases paid of CHARGES: at what these cost, or at the contract's price where no price is known."""
    bought = {stock.purchase.id: stock.purchase for its in rated for stock in its.rating.stocks}
    total = ZERO
    for charge in charges:
        for draw in charge.draws:
            purchase = bought[draw.purchase]
            total += (
                net_of(draw.quantity, charge.price, charge.priced_by, charge.currency)
                if purchase.price is None
                else rounded(purchase.price * draw.quantity / purchase.quantity, charge.currency)
            )
    return total


def _not_sold(plan: Plan, shares: Iterable[Share]) -> list[str]:
    """The cases with chargeable or held time of a category that the plan does not sell."""
    cases = {number: case for rated in plan.rated for number, case in rated.cases.items()}
    found = {
        share.piece.unit.case
        for share in shares
        if (share.may_be_charged or share.outcome is Outcome.COVERED)
        and rule(terms_of(share.piece.version), cases[share.piece.unit.case].category) == "not-sold"
    }
    return sorted(found, key=number_order)


WHY: dict[tuple[str, str], tuple[str, bool]] = {
    ("held", "classification"): ("held: the cause of the case is not known yet", False),
    ("held", "incident"): ("held: the incident is not completed yet", False),
    ("held", "guarantee"): ("held: within a guarantee, the cause decides", False),
    ("covered", "coverage"): ("covered by the flat fee", False),
    ("covered", "guarantee"): ("covered by a guarantee", False),
    ("non_billable", "classification"): ("free by the category or the cause of the case", False),
    ("non_billable", "guests"): ("free: an unrequested guest", False),
    ("non_billable", "consent"): ("free: before or beyond the client's consent", False),
    ("non_billable", "escalation"): ("free: before the case was escalated", False),
    ("non_billable", "incident"): ("by channels that it does not sell: this work would be refused", True),
    ("non_billable", "per_minute"): ("by channels that it does not sell: this work would be refused", True),
    ("non_billable", "prices"): ("free because it states no price for it: this work would be refused", True),
    ("non_billable", "contract"): ("on days that it does not cover", True),
}

"""What is said of time with an outcome by a clause, and whether the plan looks cheaper by it than it is."""

ASSUMED = {
    ("non_billable", "consent"): "without a consent, which it asks for and nobody was asked for",
    ("non_billable", "escalation"): "without an escalation, which it asks for and nobody recorded",
}

"""What is said of time that is only free since the real contract asks for no such thing."""


def notes_on(
    shares: Iterable[Share], not_sold: Sequence[str], *, real: bool, assumed: object
) -> list[dict[str, Any]]:
    """Sentences on the time in SHARES that is not charged, the longest first, and on cases NOT_SOLD.

    Where the plan is the REAL one nothing is a caution: what was free was free. Where consent
    and escalation are ASSUMED (not None), the sentence says that the cost counts this time.
    """
    seconds: dict[tuple[str, str], Seconds] = {}
    for share in shares:
        if share.outcome is not Outcome.CHARGEABLE and share.seconds:
            key = (str(share.outcome), share.reason.clause)
            seconds[key] = seconds.get(key, 0) + share.seconds
    notes = []
    for key, size in sorted(seconds.items(), key=lambda item: (-item[1], item[0])):
        words, caution = WHY.get(
            key, ("waived" if key[0] == "waived" else f"not charged ([{key[1]}])", False)
        )
        if real:
            words = words.partition(": this work")[0]
        if assumed is not None and key in ASSUMED:
            words = f"{ASSUMED[key]}: free on the invoice, counted in the cost"
        notes.append({"text": f"{in_words(size)} {words}.", "caution": caution and not real})
    if not_sold:
        text = f"It does not sell what {', '.join(not_sold)} asked for: the work would be refused."
        notes.append({"text": text, "caution": not real})
    return notes
