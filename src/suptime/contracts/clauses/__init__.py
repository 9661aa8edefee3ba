"""Table of clauses, in the order in which each stage asks them.

A new clause is one new file in this folder and one line here.
"""

from collections.abc import Iterator
from typing import Any

from suptime.contracts.clause import Clause, Measure, R, Rule
from suptime.contracts.clauses import (
    after_hours,
    appointments,
    cap,
    channels,
    classification,
    consent,
    contacts,
    coverage,
    escalation,
    guarantee,
    guests,
    incident,
    minimum,
    per_minute,
    prepaid,
    prices,
    rates,
    rounding,
    sla,
    tiers,
)
from suptime.domain.contract import Version

CLAUSES: tuple[Clause, ...] = (
    prices.CLAUSE,
    classification.CLAUSE,
    guarantee.CLAUSE,
    escalation.CLAUSE,
    guests.CLAUSE,
    rates.CLAUSE,
    coverage.CLAUSE,
    consent.CLAUSE,
    incident.CLAUSE,
    per_minute.CLAUSE,
    after_hours.CLAUSE,
    rounding.CLAUSE,
    appointments.CLAUSE,
    cap.CLAUSE,
    tiers.CLAUSE,
    minimum.CLAUSE,
    prepaid.CLAUSE,
    sla.CLAUSE,
    contacts.CLAUSE,
    channels.CLAUSE,
)


_RULES: dict[type[Rule], list[tuple[Clause, Any]]] = {}


def rules(kind: type[R]) -> list[tuple[Clause, R]]:
    """Return each clause that has a rule of `kind`, with the rule, in the order of the table."""
    if kind not in _RULES:  # Each piece of work asks for it.
        found = ((clause, clause.rule(kind)) for clause in CLAUSES)
        _RULES[kind] = [(clause, rule) for clause, rule in found if rule is not None]
    return _RULES[kind]


def rules_of(version: Version, kind: type[R]) -> Iterator[tuple[R, Any]]:
    """Yield the rules of `kind` that apply to `version`, each with the terms of `version`."""
    for clause, rule in rules(kind):
        terms = clause.terms_of(version)
        if terms is not None:
            yield rule, terms


def measuring_clause(version: Version) -> Clause:
    """Return the clause by which `version` measures: incidents, minutes on calls, or otherwise time."""
    return next(clause for clause, _ in rules(Measure) if clause.terms_of(version) is not None)
