"""Terms of contracts. Other packages ask this package, never a clause by name.

`clause` defines clauses. `clauses` has one file for each clause, and their table. `file` reads contract files.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from suptime.contracts.clause import (
    NOTHING,
    Admit,
    Asking,
    Decide,
    Draw,
    Limit,
    Measure,
    Opening,
    Price,
    Remark,
    Span,
    Spans,
)
from suptime.contracts.clauses import (
    appointments,
    consent,
    contacts,
    coverage,
    escalation,
    guests,
    measuring_clause,
    prices,
    rules,
    rules_of,
)
from suptime.contracts.clauses import classification as _classification
from suptime.contracts.clauses import rounding as _rounding
from suptime.contracts.clauses import sla as _sla
from suptime.contracts.clauses.appointments import measure as measure_appointments
from suptime.contracts.clauses.appointments import outcome_of as appointment_outcome
from suptime.contracts.clauses.appointments import state_of as appointment_state
from suptime.contracts.clauses.classification import why_billable
from suptime.contracts.clauses.coverage import (
    DueFee,
    due_fees,
    fee_period,
    first_fee,
    monthly_fee,
    unpaid_fees,
)
from suptime.contracts.clauses.escalation import Escalation
from suptime.contracts.clauses.guarantee import Guarantee, Guaranteed, guaranteed
from suptime.contracts.clauses.incident import Incident
from suptime.contracts.clauses.per_minute import PerMinute
from suptime.contracts.clauses.prepaid import Prepaid
from suptime.contracts.clauses.rates import Rates
from suptime.domain.booking import Appointment, Purchase, Stock, in_order
from suptime.domain.case import Case
from suptime.domain.contract import Contract, PriceChange, Version
from suptime.domain.outcome import Outcome, Reason, Share
from suptime.domain.sentence import sentence
from suptime.domain.time import Seconds

__all__ = [
    "DueFee",
    "Guaranteed",
    "appointment_outcome",
    "appointment_state",
    "bills_appointments",
    "calls_count_alone",
    "cancels_late",
    "category_rule",
    "causes_with_effect",
    "classification",
    "contact_limit",
    "count",
    "coverage_sentences",
    "covered_channels",
    "due_fees",
    "extra_sentences",
    "fee_period",
    "first_day_counts",
    "first_fee",
    "from_the_start",
    "guaranteed",
    "guarantees",
    "incident_window",
    "known_words",
    "lacks_consent",
    "lacks_price",
    "lacks_step",
    "limit_spans",
    "listed_categories",
    "measure_appointments",
    "measuring_sentences",
    "monthly_fee",
    "needs_consent",
    "price_on",
    "priced_by",
    "priced_items",
    "priorities",
    "refuse_contact",
    "refuse_opening",
    "refuse_priority",
    "refuse_work",
    "remark_on",
    "response_terms",
    "rounding_rule",
    "sold_ahead",
    "sold_channels",
    "spans_beyond_events",
    "started_minutes_count",
    "starts_free",
    "stocks_of",
    "unpaid_fees",
    "whole_case_counts",
    "whole_months_count",
    "why_billable",
    "with_price_changes",
    "without_steps",
]


# Admission


def refuse_opening(version: Version, opening: Opening) -> None:
    """Ask every clause of `version` whether a case may be opened.

    Raises:
        Refused: a clause refuses it: by its contact, its channel, or its priority.
    """
    for admit, terms in rules_of(version, Admit):
        if admit.opening:
            admit.opening(terms, opening)


def refuse_work(version: Version, asking: Asking) -> None:
    """Ask every clause of `version` whether there may be work on a case.

    Raises:
        Refused: a clause refuses it: by its channel, or without prepaid money.
    """
    for admit, terms in rules_of(version, Admit):
        if admit.work:
            admit.work(terms, asking)


def refuse_contact(version: Version, known: int) -> None:
    """Refuse a contact beyond the limit of `version`; `known` is the number of contacts (E5).

    Raises:
        Refused: the limit is reached.
    """
    terms = version.get(contacts.Contacts)
    if terms is not None:
        contacts.check_room(terms, version.code, known)


def contact_limit(version: Version) -> int | None:
    """Return the most contacts that `version` authorises, None for any number."""
    terms = version.get(contacts.Contacts)
    return terms.authorised if terms else None


def refuse_priority(version: Version, kind: str | None, priority: str | None) -> None:
    """Refuse a `priority` that the `kind` of case cannot have under `version` (E6).

    Raises:
        Refused: the kind cannot have it.
    """
    terms = version.get(_sla.Sla)
    if terms is not None:
        _sla.check_priority(terms, version.code, kind, priority)


def priorities(version: Version) -> tuple[str, ...]:
    """Return the names of the priorities of `version`: P1 to P4, or severities (E4)."""
    return _sla.priorities(version.get(_sla.Sla))


def response_terms(version: Version) -> _sla.Sla | None:
    """Return the response times of `version`, or None."""
    return version.get(_sla.Sla)


def sold_channels(version: Version) -> tuple[str, ...] | None:
    """Return the channels that `version` sells, None for all."""
    measure, terms = next(rules_of(version, Measure))
    return measure.sells(terms)


def cancels_late(version: Version, appointment: Appointment) -> bool:
    """Return whether a cancellation by the client would be charged (B8)."""
    terms = version.get(appointments.Appointments)
    return terms is not None and appointments.cancelled_late(terms, appointment)


def bills_appointments(version: Version) -> bool:
    """Return whether appointments can be booked under `version`."""
    return version.get(appointments.Appointments) is not None


# Counting


def started_minutes_count(version: Version) -> bool:
    """Return whether a started minute of a group counts in full under `version`."""
    return _rounding.terms_of(version).partial_minute == "up"


def calls_count_alone(version: Version) -> bool:
    """Return whether each unit of work is counted by itself, in started minutes."""
    return version.get(PerMinute) is not None


def rounding_rule(version: Version) -> str:
    """Return how time is rounded under `version`, in one sentence; empty if time is not sold by the hour."""
    if version.get(PerMinute) is not None:
        return sentence("Every started minute of a call counts.")
    return _rounding.rule_of(_rounding.terms_of(version)) if version.get(Incident) is None else ""


# Decisions


def classification(version: Version) -> _classification.Classification:
    """Return the categories and causes that `version` knows, each with its rule."""
    return _classification.terms_of(version)


def category_rule(version: Version, category: str | None) -> str:
    """Return the rule of `category` under `version`: billable, non-billable, by-cause or not-sold."""
    return _classification.rule(classification(version), category)


def causes_with_effect(version: Version) -> list[str]:
    """Return the causes of a case that change the outcome of its time under `version`."""
    named = (c for rule, its in rules_of(version, Decide) if rule.causes for c in rule.causes(its))
    return list(dict.fromkeys(named))


def listed_categories(version: Version) -> list[str]:
    """Return the categories that the clauses of `version` name."""
    named = (c for rule, its in rules_of(version, Decide) if rule.categories for c in rule.categories(its))
    return list(dict.fromkeys(named))


def needs_consent(version: Version) -> bool:
    """Return whether `version` requires the client's consent before billable work."""
    terms = version.get(consent.Consent)
    return terms is not None and terms.required


def starts_free(version: Version) -> bool:
    """Return whether a case under `version` is free until it is escalated."""
    terms = version.get(Escalation)
    return terms is not None and terms.starts_free


def covered_channels(version: Version) -> tuple[str, ...] | None:
    """Return the channels that a flat fee of `version` covers; None for all, or if there is no fee."""
    terms = version.get(coverage.Coverage)
    return terms.channels if terms else None


def lacks_consent(reason: Reason) -> bool:
    """Return whether a decision is about the client's consent."""
    return reason.clause == consent.CLAUSE.table


def lacks_step(share: Share) -> bool:
    """Return whether time is free because a consent, an escalation or a request for a guest is missing."""
    if share.reason.clause == guests.CLAUSE.table:
        terms = share.piece.version.get(guests.Guests)
        return terms is not None and terms.billable == "if-requested"
    return share.reason.clause in {consent.CLAUSE.table, escalation.CLAUSE.table}


def lacks_price(reason: Reason) -> bool:
    """Return whether time is not charged because the contract has no price for it."""
    return reason.clause == prices.CLAUSE.table


def first_day_counts(version: Version) -> bool:
    """Return whether the first day of work on a case decides under `version`."""
    return any(decide.first_day_counts(terms) for decide, terms in rules_of(version, Decide))


def spans_beyond_events(version: Version, case: Case) -> Spans:
    """Return the spans that decide about new work on `case`, apart from its events: channel, balance, other work."""
    spans = [rule.spans(terms, case) for rule, terms in rules_of(version, Admit)]
    spans += [rule.spans(terms, case) for rule, terms in rules_of(version, Decide)]
    return NOTHING.union(*spans)


def whole_case_counts(contract: Contract, case: Case) -> bool:
    """Return whether other work on `case` may affect work on it, under any version of `contract`."""
    return any(
        Span.CASE in spans
        for version in contract.versions
        for spans in (
            *(rule.spans(terms, case) for rule, terms in rules_of(version, Decide)),
            *(rule.spans(terms) for rule, terms in rules_of(version, Measure)),
        )
    )


def whole_months_count(contract: Contract) -> bool:
    """Return whether other work of a month may affect work in it, under any version of `contract`."""
    measured = (
        rule.spans(terms) for version in contract.versions for rule, terms in rules_of(version, Measure)
    )
    return any(Span.MONTH in spans for spans in (limit_spans(contract), *measured))


def limit_spans(contract: Contract) -> Spans:
    """Return the spans of rows that share limits under any version of `contract`; empty without limits."""
    return NOTHING.union(
        *(rule.spans(terms) for version in contract.versions for rule, terms in rules_of(version, Limit))
    )


def known_words(version: Version, key: str) -> list[str]:
    """Return the values of a condition that the rates of `version` name: "roles", "work_types" ..."""
    terms = version.get(Rates)
    named = (
        (values for rate in terms.rates for word, values in rate.conditions.words if word == key)
        if terms
        else ()
    )
    return list(dict.fromkeys(value for values in named for value in values))


def guarantees(version: Version) -> bool:
    """Return whether `version` guarantees delivered projects."""
    return version.get(Guarantee) is not None


def without_steps(version: Version, agreed: Iterable[Version]) -> Version | None:
    """Return `version` without the clauses for steps, such as a consent, that none of `agreed` requires.

    None if `version` has no such clause.
    """
    real = list(agreed)
    unasked = [
        clause.terms
        for clause, decide in rules(Decide)
        if decide.step
        and clause.terms in version.terms
        and not any(decide.step(its.terms[clause.terms]) for its in real if clause.terms in its.terms)
    ]
    if not unasked:
        return None
    return replace(version, terms={kind: its for kind, its in version.terms.items() if kind not in unasked})


def remark_on(outcome: Outcome, clause: str) -> Remark | None:
    """Return the words about time with an `outcome` by a `clause`, for a comparison of contracts."""
    if (outcome, clause) in _REMARKS:
        return _REMARKS[outcome, clause]
    decide = next((rule for its, rule in rules(Decide) if its.table == clause), None)
    return decide.remarks.get(outcome) if decide else None


_REMARKS = {
    (Outcome.NON_BILLABLE, prices.CLAUSE.table): Remark(
        "free because it has no price for it: this work would be refused", caution=True
    ),
    (Outcome.NON_BILLABLE, "contract"): Remark("on days that it does not cover", caution=True),
}


# Measures and prices


def priced_by(version: Version) -> str:
    """Return the item whose price charges work under `version`: "hour", "incident" or "minute"."""
    measure, _ = next(rules_of(version, Measure))
    return measure.priced_by


def count(version: Version, seconds: Seconds) -> int:
    """Return the minutes, or incidents, of `seconds` of work under `version`; started ones count in full."""
    measure, terms = next(rules_of(version, Measure))
    return measure.quantity(terms, seconds)


def incident_window(version: Version) -> Seconds | None:
    """Return the length of an incident under `version`; None for a whole case, or if none are sold."""
    terms = version.get(Incident)
    return terms.window if terms else None


def price_on(version: Version, item: str, day: date) -> Decimal | None:
    """Return the price of `item` ("hour", "incident", "minute") on `day`, or None."""
    stated = (price.on(terms, item, day) for price, terms in rules_of(version, Price))
    return next((amount for amount in stated if amount is not None), None)


def priced_items(version: Version) -> list[str]:
    """Return the priced items of `version`, in the order of the price list."""
    stated = version.get(prices.Prices)
    items = {priced_by(version), *(stated.items if stated else ())}
    if bills_appointments(version):
        items.add("hour")
    return [item for item in prices.ITEMS if item in items]


def with_price_changes(version: Version, changes: Iterable[PriceChange]) -> Version:
    """Return `version` with the price `changes` made outside its file."""
    stated = version.get(prices.Prices) or prices.Prices({})
    its = [(change.item, change.since, change.amount) for change in changes]
    changed = prices.with_changes(stated, version.starts_on, its)
    return replace(version, terms={**version.terms, prices.Prices: changed})


def from_the_start(version: Version, first: date) -> Version:
    """Return `version` in force from the day `first`, without end, with its first prices from the beginning."""
    stated = version.get(prices.Prices)
    more: dict[type[object], object] = {prices.Prices: prices.from_the_start(stated)} if stated else {}
    return replace(version, starts_on=first, ends_on=None, terms={**version.terms, **more})


def sold_ahead(version: Version) -> Prepaid | None:
    """Return the prepaid unit of `version` and its validity; None if it sells nothing prepaid."""
    return version.get(Prepaid)


def stocks_of(contract: Contract, purchases: Iterable[Purchase]) -> list[Stock]:
    """Return the purchases of `contract` that pay before anything is invoiced, in the order in which they pay."""
    bought = list(purchases)
    return in_order(stock for _, draw in rules(Draw) for stock in draw.stocks(contract, bought))


# Words


def measuring_sentences(version: Version) -> list[str]:
    """Return how `version` measures, in words for the client."""
    clause = measuring_clause(version)
    return clause.sentences(version.terms[clause.terms], version) if clause.terms in version.terms else []


def coverage_sentences(version: Version) -> list[str]:
    """Return the coverage of a flat fee of `version`, in words for the client."""
    terms = version.get(coverage.Coverage)
    return [] if terms is None else coverage.sentences(terms, version)


def extra_sentences(version: Version) -> list[str]:
    """Return the charges of `version` besides estimated work, in words for the client."""
    clauses = (appointments.CLAUSE, guests.CLAUSE)
    stated = [(clause, version.terms[clause.terms]) for clause in clauses if clause.terms in version.terms]
    return [text for clause, terms in stated for text in clause.sentences(terms, version)]
