"""Facts for rating: everything about one contract, as known at an instant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from suptime.domain.booking import Appointment, Purchase
from suptime.domain.case import Case
from suptime.domain.charge import ChargeKind, IssuedLine, RowKey, Use, holdings
from suptime.domain.client import Project
from suptime.domain.contract import Contract
from suptime.domain.invoice import WrittenOff
from suptime.domain.ledger import DepositUse
from suptime.domain.time import Instant, Month
from suptime.domain.work import AgentRole, WorkUnit


@dataclass(frozen=True, slots=True)
class Scope:
    """The days after `settled` (None: all days), those of `again`, which were touched since, and `whole` cases.

    >>> scope = Scope(date(2026, 9, 30), frozenset({date(2026, 9, 7)}), frozenset({"CASE-2"}))
    >>> [scope.holds("CASE-1", day) for day in (date(2026, 9, 6), date(2026, 9, 7), date(2026, 10, 1))]
    [False, True, True]
    >>> scope.holds("CASE-2", date(2026, 9, 6))
    True
    """

    settled: date | None = None
    again: frozenset[date] = frozenset()
    whole: frozenset[str] = frozenset()

    def holds(self, case: str, day: date) -> bool:
        """Return whether the rows of `case` on `day` are rated."""
        return self.settled is None or day > self.settled or day in self.again or case in self.whole


EVERYTHING = Scope()
"""Every day."""


def closed_uses(uses: Iterable[Use], rated: Iterable[IssuedLine], before: Month) -> tuple[Use, ...]:
    """Return the part of all `uses` of purchases by issued lines that is fixed: without lines whose rows are `rated`.

    In `uses`, the months before `before` are combined in the last of them.
    """
    left = {(use.purchase, use.month): use.quantity for use in uses}
    for key, holding in holdings(rated).items():
        month = max(Month.of(key.day), before.previous)
        for draw in holding.draws:
            left[draw.purchase, month] = left.get((draw.purchase, month), 0) - draw.quantity
    return tuple(Use(purchase, month, n) for (purchase, month), n in sorted(left.items()) if n)


@dataclass(frozen=True, slots=True)
class Facts:
    """A contract with all its cases, work, appointments and purchases, as of an instant.

    `units` include running units; they are not rated, but an appointment with a running unit is not missed. `issued`
    are the issued lines of the contract, in order of issue, without those of credited invoices. `written_off` are
    the rows of invoices that were credited with --write-off. `deposits` are the payments by its purchases of money.
    `paid` are the documents of sold deposits that are paid, by purchase. `roles` are those of agents, by agent and
    day.

    Only the cases and days of `scope` are rated. Other facts are included if these need them: whole rounding
    groups, and other work on a case if it counts. `settled` is the use of purchases by rows outside the scope.
    """

    contract: Contract
    cases: tuple[Case, ...]
    units: tuple[WorkUnit, ...]
    appointments: tuple[Appointment, ...]
    purchases: tuple[Purchase, ...]
    as_of: Instant
    projects: tuple[Project, ...] = ()
    issued: tuple[IssuedLine, ...] = ()
    deposits: tuple[DepositUse, ...] = ()
    scope: Scope = EVERYTHING
    settled: tuple[Use, ...] = ()
    written_off: Mapping[RowKey, WrittenOff] = field(default_factory=dict)
    paid: Mapping[int, str] = field(default_factory=dict)
    roles: tuple[AgentRole, ...] = ()

    @property
    def used_deposits(self) -> tuple[DepositUse, ...]:
        """Payments of deposits, and deductions of them on invoices."""
        deducted = (line for line in self.issued if line.key.kind is ChargeKind.PREPAYMENT)
        uses = (
            DepositUse(line.number or "", line.key.day, -line.net, line.key.appointment) for line in deducted
        )
        return (*self.deposits, *uses)

    def is_usable(self, purchase: Purchase) -> bool:
        """Return whether a purchase can be used: sold money only once its invoice is paid (F16)."""
        return not purchase.is_net or purchase.id in self.paid
