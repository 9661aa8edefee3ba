"""The table of clauses, in the order they apply (rating.md, 1).

A new kind of clause is one new file beside these and one line here.
"""

from suptime.contracts.clause import Clause
from suptime.contracts.clauses import (
    after_hours,
    appointments,
    channels,
    classification,
    consent,
    contacts,
    coverage,
    escalation,
    guarantee,
    guests,
    incident,
    per_minute,
    prepaid,
    prices,
    rounding,
    sla,
)
from suptime.domain.case import Case
from suptime.domain.contract import Contract, Version

CLAUSES: tuple[Clause, ...] = (
    prices.CLAUSE,
    classification.CLAUSE,
    guarantee.CLAUSE,
    escalation.CLAUSE,
    guests.CLAUSE,
    coverage.CLAUSE,
    consent.CLAUSE,
    incident.CLAUSE,
    per_minute.CLAUSE,
    after_hours.CLAUSE,
    rounding.CLAUSE,
    appointments.CLAUSE,
    prepaid.CLAUSE,
    sla.CLAUSE,
    contacts.CLAUSE,
    channels.CLAUSE,
)


def measuring_clause(version: Version) -> Clause:
    """The clause by which VERSION measures: incidents, minutes on calls, or else time."""
    ways = (c for c in CLAUSES if c.measure and c.terms in version.terms)
    return next(ways, rounding.CLAUSE)


def looks_back(contract: Contract, case: Case) -> bool:
    """Whether what becomes of work on CASE may depend on earlier work on it, under any version of CONTRACT."""
    return any(
        clause.looks_back(version.terms[clause.terms], case)
        for clause in CLAUSES
        if clause.looks_back
        for version in contract.versions
        if clause.terms in version.terms
    )


def sold_channels(version: Version) -> tuple[str, ...] | None:
    """The channels that VERSION sells, or None where it sells work by any."""
    for clause in CLAUSES:
        if clause.sells and clause.terms in version.terms:
            return clause.sells(version.terms[clause.terms])
    return None
