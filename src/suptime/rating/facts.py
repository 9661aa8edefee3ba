"""What rating is told: everything about one contract, as known at an instant."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from suptime.domain.case import Case
from suptime.domain.charge import RowKey
from suptime.domain.contract import Contract
from suptime.domain.invoice import IssuedLine, Payment, Use, WrittenOff
from suptime.domain.party import Project
from suptime.domain.timespan import Instant
from suptime.domain.work import Appointment, Purchase, WorkUnit
from suptime.rating.scope import EVERYTHING, Scope


@dataclass(frozen=True, slots=True)
class Facts:
    """A contract with all its cases, work, appointments and purchases, as of an instant.

    Running units are among `units`; they are not rated, but an appointment in which one
    runs is not taken for missed. `issued` are the lines that issued invoices hold of the contract,
    in order of issue, without those of credited invoices. `written_off` are the rows of invoices
    that were credited with --write-off. `deposits` are the payments by its purchases of money.

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
    written_off: Mapping[RowKey, WrittenOff] = field(default_factory=dict)
