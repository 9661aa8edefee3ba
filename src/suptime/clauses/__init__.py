"""The table of clauses, in the order they apply (rating.md, 1).

A new kind of clause is one new file beside these and one line here.
"""

from suptime.clauses import (
    appointments,
    classification,
    consent,
    escalation,
    guests,
    prepaid,
    prices,
    rounding,
)
from suptime.clauses.base import Clause

CLAUSES: tuple[Clause, ...] = (
    prices.CLAUSE,
    rounding.CLAUSE,
    classification.CLAUSE,
    escalation.CLAUSE,
    guests.CLAUSE,
    consent.CLAUSE,
    appointments.CLAUSE,
    prepaid.CLAUSE,
)

NOT_BUILT = ("incident", "per_minute", "coverage", "guarantee", "sla", "contacts", "channels")
"""Tables that a contract file may have one day: named as not built, never ignored."""
