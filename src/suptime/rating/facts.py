"""What rating is told: everything about one contract, as known at an instant."""

from dataclasses import dataclass

from suptime.domain.case import Case
from suptime.domain.contract import Contract
from suptime.domain.invoice import IssuedLine, Payment, Use
from suptime.domain.party import Project
from suptime.domain.timespan import Instant
from suptime.domain.work import Appointment, Purchase, WorkUnit
from suptime.rating.scope import EVERYTHING, Scope


@dataclass(frozen=True, slots=True)
class Facts:
    """A contract with all its cases, work, appointments and purchases, as of an instant.

    Running units are among `units`; they are not rated, but an appointment in which one
    runs is not taken for missed. `issued` is what issued invoices hold of the contract, in order
    of issue, those whose charges were opened again left out; `deposits` what its purchases of
    money paid of them.

    Only the days of `scope` are rated. The other facts are then all that these days need: whole
    rounding groups, and earlier work on a case where a clause looks back to it. `settled` is
    what the rows of all other days drew from purchases.
    """

    contract: Contract
    cases: tuple[Case, ...]
    units: tuple[WorkUnit, ...]
    appointments: tuple[Appointment, ...]
    purchases: tuple[Purchase, ...]
    as_of: Instant
    projects: tuple[Project, ...] = ()
    issued: tuple[IssuedLine, ...] = ()
    deposits: tuple[Payment, ...] = ()
    scope: Scope = EVERYTHING
    settled: tuple[Use, ...] = ()
