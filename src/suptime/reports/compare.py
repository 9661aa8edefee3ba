"""Compare the cost of a client's work under other contracts: the same facts, rated with another contract."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from suptime.contracts import (
    category_rule,
    due_fees,
    fee_period,
    from_the_start,
    monthly_fee,
    remark_on,
    sold_ahead,
    without_steps,
)
from suptime.domain.booking import Purchase
from suptime.domain.case import number_order
from suptime.domain.charge import INCIDENT_UNIT, Charge
from suptime.domain.client import Client
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
    """A contract, or several together, as one way to pay for the client's work.

    `file` is None for the actual contracts. `fees` are the contracts with fees; `remarks` are assumptions for
    rating the plan. `agreed_to` is the plan without clauses that nobody could have met, because the actual
    contracts do not have them: consent, escalation.
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
    """Return the cost of the work of `client` in `months` as `agreed`, and under each of `files` (name, version).

    `net` is the sum of the invoices of those months. `comparable` is the final cost of the work of those months:
    with fees month by month, held time as billed, incidents that are completed later but not those of earlier
    work, prepaid use at its purchase price, and work that only lacks a consent or an escalation as billed. The
    cheapest plan has the least of it and takes on all the work; with several currencies there is none.
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
    """Return the facts of the `agreed` contracts under `version` of `file`, as if it had always been in force.

    Purchases count if they have the prepaid unit and the currency of `version`.
    """
    days = [version.zone.day(u.started_at) for f in agreed for u in f.units]
    days += [version.zone.day(c.opened_at) for f in agreed for c in f.cases]
    first = min([months[0].first, *days])
    always = Contract(version.code, "", (from_the_start(version, min(first, version.starts_on)),))
    sold = sold_ahead(version)
    bought: list[Purchase] = []
    left_out: list[Purchase] = []
    for facts in agreed:
        its_currency = facts.contract.latest.currency
        for purchase in facts.purchases:
            terms = sold_ahead(facts.contract.on(purchase.on) or facts.contract.latest)
            unit = terms.unit if terms else "hours"
            usable = sold is not None and sold.unit == unit and version.currency == its_currency
            (bought if usable else left_out).append(purchase)
    facts = Facts(
        contract=always,
        cases=tuple(case for f in agreed for case in f.cases),
        units=tuple(unit for f in agreed for unit in f.units),
        appointments=tuple(one for f in agreed for one in f.appointments),
        purchases=tuple(bought),
        as_of=agreed[0].as_of,
        projects=tuple({p.code: p for f in agreed for p in f.projects}.values()),
        roles=tuple({(r.agent, r.since): r for f in agreed for r in f.roles}.values()),
    )
    remarks = []
    if version.starts_on > months[0].first:
        remarks.append(f"It starts on {show_day(version.starts_on)}; the comparison also applies it before.")
    if version.ends_on is not None and version.ends_on < months[-1].last:
        remarks.append(f"It ends on {show_day(version.ends_on)}; the comparison also applies it after.")
    if left_out:
        ids = ", ".join(f"P{purchase.id}" for purchase in left_out)
        remarks.append(f"The purchases {ids} cannot be used under it and are left out.")
    fees = Contract(version.code, "", (replace(version, starts_on=_anchor(version, months), ends_on=None),))
    met = without_steps(always.latest, (version for its in agreed for version in its.contract.versions))
    agreed_to = RatedContract.of(replace(facts, contract=replace(always, versions=(met,)))) if met else None
    return Plan(file, version.title, (RatedContract.of(facts),), (fees,), tuple(remarks), agreed_to)


def _anchor(version: Version, months: Sequence[Month]) -> date:
    """Return the first day of the periods of `version`'s fee: its start, or whole years earlier."""
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
        "fee_every": sorted({fee for its in plan.fees if (fee := _fee_every(its, months[-1]))}),
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
    """Return the share of `month` in the flat fee of `contract`."""
    version = _fee_version(contract, month)
    return monthly_fee(version) if version else ZERO


def _fee_every(contract: Contract, month: Month) -> str | None:
    version = _fee_version(contract, month)
    return fee_period(version) if version else None


def _sales(plan: Plan, first: date, last: date) -> Decimal:
    """Return the prepaid sales from `first` through `last`."""
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
    """Return the total of the charges from `first` through `last`, with held time as billed, prepaid or invoiced."""
    charges = [c for its in rated for c in its.as_if_billable.charges if first <= c.day <= last]
    return _sum(charges) + _paid_ahead(rated, charges)


def _paid_ahead(rated: Iterable[RatedContract], charges: Iterable[Charge]) -> Decimal:
    """Return the payment of `charges` by purchases: at their price, or the contract's price if unknown."""
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
    """Return the cases with chargeable or held time of a category that the plan does not sell."""
    cases = {number: case for rated in plan.rated for number, case in rated.cases.items()}
    found = {
        share.piece.unit.case
        for share in shares
        if (share.may_be_charged or share.outcome is Outcome.COVERED)
        and category_rule(share.piece.version, cases[share.piece.unit.case].category) == "not-sold"
    }
    return sorted(found, key=number_order)


def notes_on(
    shares: Iterable[Share], not_sold: Sequence[str], *, real: bool, assumed: object
) -> list[dict[str, Any]]:
    """Return sentences on the time in `shares` that is not charged, longest first, and on cases `not_sold`.

    For the `real` plan, no sentence is a caution. If consent and escalation are `assumed` (not None), the sentence
    says that the cost includes this time.
    """
    seconds: dict[tuple[Outcome, str], Seconds] = {}
    for share in shares:
        if share.outcome is not Outcome.CHARGEABLE and share.seconds:
            key: tuple[Outcome, str] = (share.outcome, share.reason.clause)
            seconds[key] = seconds.get(key, 0) + share.seconds
    notes = []
    for (outcome, clause), size in sorted(seconds.items(), key=lambda item: (-item[1], item[0])):
        remark = remark_on(outcome, clause)
        words = (
            remark.words if remark else "waived" if outcome is Outcome.WAIVED else f"not charged ([{clause}])"
        )
        if real:
            words = words.partition(": this work")[0]
        if assumed is not None and remark and remark.assumed:
            words = f"{remark.assumed}: free on the invoice, included in the cost"
        caution = remark is not None and remark.caution
        notes.append({"text": f"{in_words(size)} {words}.", "caution": caution and not real})
    if not_sold:
        text = f"It does not sell the work of {', '.join(not_sold)}: the work would be refused."
        notes.append({"text": text, "caution": not real})
    return notes
