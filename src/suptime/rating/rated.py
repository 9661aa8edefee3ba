"""The facts of a contract with their rating: the source of every document."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from suptime.contracts import sold_ahead
from suptime.domain.booking import Appointment
from suptime.domain.case import Case, number_order
from suptime.domain.charge import INCIDENT_UNIT, Charge
from suptime.domain.money import show_amount
from suptime.domain.outcome import Outcome, Share
from suptime.domain.sentence import Length, Sum, sentence, together, with_words
from suptime.domain.time import MINUTE, Zone
from suptime.domain.work import WorkUnit
from suptime.rating.as_data import Told, line_of
from suptime.rating.balance import Balance, balances
from suptime.rating.facts import Facts
from suptime.rating.rate import Rating, rate


def _incidents(charge: Charge) -> int:
    return charge.quantity if charge.unit == INCIDENT_UNIT else 0


@dataclass(frozen=True)
class RatedContract:
    """One contract: its facts and their rating."""

    facts: Facts
    rating: Rating

    @classmethod
    def of(cls, facts: Facts) -> "RatedContract":
        """Return `facts`, rated."""
        return cls(facts, rate(facts))

    @cached_property
    def as_if_billable(self) -> Rating:
        """The same facts with held time at its worst outcome."""
        held = any(
            share.outcome is Outcome.HELD and share.may_be_charged for share in self.rating.shares
        ) or any(fate.outcome is Outcome.HELD for fate in self.rating.fates)
        return rate(self.facts, as_if_billable=True) if held else self.rating

    @cached_property
    def at_best(self) -> Rating:
        """The same facts with held time at its best outcome."""
        charged = any(
            share.outcome is Outcome.HELD and share.at_best.outcome is Outcome.CHARGEABLE
            for share in self.rating.shares
        )
        return rate(self.facts, at_best=True) if charged else self.rating

    def balances(self, as_of: date) -> list[Balance]:
        """Return its balances on `as_of`, one for each prepaid unit."""
        if as_of not in self._balances:
            sells = bool(self.rating.stocks) or sold_ahead(self.facts.contract.latest) is not None
            # Without prepaid units, the use by held cases is not needed.
            rated = self.as_if_billable if sells else self.rating
            self._balances[as_of] = balances(
                self.rating, rated, as_of, self.facts.used_deposits, self.facts.paid
            )
        return self._balances[as_of]

    @cached_property
    def _balances(self) -> dict[date, list[Balance]]:
        return {}

    @property
    def currency(self) -> str:
        """The currency of its latest version."""
        return self.facts.contract.latest.currency

    @property
    def zone(self) -> Zone:
        """The present zone of its days."""
        contract = self.facts.contract
        return (contract.at(self.facts.as_of) or contract.latest).zone

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

    def held(self, through: date) -> list[Told]:
        """Return the held time through the day `through`, by case number, with its reasons and possible outcomes.

        `at_best` and `at_worst` are the additional charges of the case through that day.
        """
        found: dict[str, list[Share]] = {}
        for share in self.rating.shares:
            if share.outcome is Outcome.HELD and share.piece.day <= through and share.seconds:
                found.setdefault(share.piece.unit.case, []).append(share)
        return [self._held(case, found[case], through) for case in sorted(found, key=number_order)]

    def _held(self, case: str, shares: list[Share], through: date) -> Told:
        reasons = list(dict.fromkeys(share.reason.text for share in shares))
        at_best = self._growth(self.at_best, case, through)
        at_worst = self._growth(self.as_if_billable, case, through)
        if Decimal(at_worst["net"]):
            reasons.append(sentence("At most {sum}.", sum=Sum(at_worst["net"], self.currency)))
        elif at_worst["billed_minutes"]:
            reasons.append(sentence("At most {length}.", length=Length(at_worst["billed_minutes"] * MINUTE)))
        return {
            "case": case,
            "held_seconds": sum(share.seconds for share in shares),
            **with_words("reason", together(*reasons)),
            "at_best": at_best,
            "at_worst": at_worst,
        }

    def _growth(self, rating: Rating, case: str, through: date) -> Told:
        """Return the charges of `case` dated through `through` in `rating`, less the present ones."""
        now, then = (
            [c for c in its.charges if c.case == case and c.day <= through] for its in (self.rating, rating)
        )
        incidents, minutes, net = (
            [sum(count(c) for c in its) for its in (now, then)]
            for count in (_incidents, lambda c: c.billed_minutes, lambda c: c.net)
        )
        return {
            "billed_minutes": minutes[1] - minutes[0],
            "incidents": incidents[1] - incidents[0],
            "net": show_amount(Decimal(net[1] - net[0]), self.currency),
        }

    def lines(self, charges: Iterable[Charge]) -> list[Told]:
        """Return `charges` as lines, by day, then in the order of drawing."""
        zone = self.facts.contract.latest.zone
        return [line_of(c, self._units, self._appointments, zone) for c in charges]

    # Lines are requested one by one, so these are created once and not for each.
    @cached_property
    def _units(self) -> Mapping[int, WorkUnit]:
        return {unit.id: unit for unit in self.facts.units}

    @cached_property
    def _appointments(self) -> Mapping[int, Appointment]:
        return {appointment.id: appointment for appointment in self.facts.appointments}
