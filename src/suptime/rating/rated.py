"""A contract's facts beside what rating makes of them: what every document is drawn up from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from suptime.clauses.prepaid import Prepaid
from suptime.domain.case import Case
from suptime.domain.charge import Charge
from suptime.domain.outcome import Outcome, Share
from suptime.domain.work import Appointment, WorkUnit
from suptime.rating.balance import Balance, balances
from suptime.rating.facts import Facts
from suptime.rating.rate import Rating, rate
from suptime.rating.told import Told, line_of


@dataclass(frozen=True)
class RatedContract:
    """One contract: its facts, and what rating makes of them."""

    facts: Facts
    rating: Rating

    @classmethod
    def of(cls, facts: Facts) -> "RatedContract":
        """FACTS, rated."""
        return cls(facts, rate(facts))

    @cached_property
    def as_if_billable(self) -> Rating:
        """The same facts with held time as chargeable: what held cases would use."""
        held = any(share.outcome is Outcome.HELD for share in self.rating.shares) or any(
            fate.outcome is Outcome.HELD for fate in self.rating.fates
        )
        return rate(self.facts, as_if_billable=True) if held else self.rating

    def balances(self, as_of: date) -> list[Balance]:
        """Its balances on AS_OF, one for each unit that is sold ahead."""
        if as_of not in self._balances:
            sells = bool(self.rating.stocks) or self.facts.contract.latest.get(Prepaid) is not None
            # Where nothing is sold ahead, nobody asks what held cases would use of it.
            rated = self.as_if_billable if sells else self.rating
            self._balances[as_of] = balances(self.rating, rated, as_of, self.facts.deposits)
        return self._balances[as_of]

    @cached_property
    def _balances(self) -> dict[date, list[Balance]]:
        return {}

    @property
    def currency(self) -> str:
        """The currency of its latest version."""
        return self.facts.contract.latest.currency

    @cached_property
    def shares_by_case(self) -> Mapping[str, list[Share]]:
        """All shares, by case number."""
        found: dict[str, list[Share]] = {}
        for share in self.rating.shares:
            found.setdefault(share.piece.unit.case, []).append(share)
        return found

    @cached_property
    def cases(self) -> Mapping[str, Case]:
        """All cases, by number."""
        return {case.number: case for case in self.facts.cases}

    def lines(self, charges: Iterable[Charge]) -> list[Told]:
        """CHARGES as lines, by day, then in the order in which they draw."""
        zone = self.facts.contract.latest.zone
        return [line_of(c, self._units, self._appointments, zone) for c in charges]

    # Lines are asked for one by one, so these are made once and not for each.
    @cached_property
    def _units(self) -> Mapping[int, WorkUnit]:
        return {unit.id: unit for unit in self.facts.units}

    @cached_property
    def _appointments(self) -> Mapping[int, Appointment]:
        return {appointment.id: appointment for appointment in self.facts.appointments}
