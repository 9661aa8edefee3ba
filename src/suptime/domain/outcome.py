"""Outcomes of worked time: pieces that wait for a decision, and shares that have one."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from suptime.domain.booking import Appointment
from suptime.domain.contract import Version
from suptime.domain.sentence import sentence
from suptime.domain.time import Instant, Minutes, Seconds, Span
from suptime.domain.work import WorkUnit


class Outcome(StrEnum):
    """The five outcomes of a worked second. Every second gets exactly one."""

    CHARGEABLE = "chargeable"
    COVERED = "covered"
    NON_BILLABLE = "non_billable"
    WAIVED = "waived"
    HELD = "held"


class Reason(NamedTuple):
    """A reason: the clause (the table of the contract file, or `waive`) and the words, usually a `Said`."""

    clause: str
    text: str


class TariffPart(NamedTuple):
    """A named part of a tariff, by a `clause`: an amount of its own, or a factor.

    `place` is its place among the parts of the same clause: rows fill limits in this order.
    """

    name: str
    clause: str = ""
    amount: Decimal | None = None
    factor: Decimal = Decimal(1)
    place: int = 0


@dataclass(frozen=True, slots=True)
class Tariff:
    """A price other than the contract's normal one: an amount or that price, times factors (T6)."""

    parts: tuple[TariffPart, ...]

    @property
    def name(self) -> str:
        """Its name on an invoice, the names of its parts."""
        first, *rest = (part.name for part in self.parts)
        for name in rest:
            first = sentence("{first}, {second}", first=first, second=name)
        return first

    @property
    def amount(self) -> Decimal | None:
        """The amount that replaces the contract's price, or None."""
        return next((part.amount for part in self.parts if part.amount is not None), None)

    def price(self, normal: Decimal) -> Decimal:
        """Return the price where the contract's price is `normal`, not rounded."""
        found = normal if self.amount is None else self.amount
        for part in self.parts:
            found *= part.factor
        return found

    @property
    def order(self) -> tuple[object, ...]:
        """Order in which rows of one case and day fill a limit: amounts after the normal price (T7)."""
        return (self.amount is not None, *((part.place, part.name) for part in self.parts))

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses of its parts."""
        return tuple(dict.fromkeys(part.clause for part in self.parts if part.clause))


def with_part(tariff: Tariff | None, part: TariffPart) -> Tariff:
    """Return `tariff` with `part` as its last part."""
    return Tariff((*(tariff.parts if tariff else ()), part))


def tariff_order(tariff: Tariff | None) -> tuple[object, ...]:
    """Return the order of a tariff; the normal price comes first."""
    return tariff.order if tariff else ()


class Piece(NamedTuple):
    """Part of a work unit within one day and one contract version, not decided yet.

    If it is chargeable, its price is that of its `tariff`; None is the contract's normal price.
    """

    unit: WorkUnit
    span: Span
    day: date
    version: Version
    tariff: Tariff | None = None

    @property
    def is_stand_in(self) -> bool:
        """Whether it is for an appointment in the decisions, not for a work unit."""
        return not self.unit.id

    @property
    def seconds(self) -> Seconds:
        """Its length."""
        return self.span.seconds

    def split(self, *at: Instant) -> "list[Piece]":
        """Return the piece cut at each instant of `at` inside it."""
        return [self._replace(span=span) for span in self.span.split(at)]

    def becomes(self, outcome: Outcome, clause: str, text: str) -> "Share":
        """Return the piece as a share with an outcome."""
        return Share(self, outcome, Reason(clause, text))


class Verdict(NamedTuple):
    """A possible outcome of held time, its reason, and the tariff of its price."""

    outcome: Outcome
    reason: Reason
    tariff: Tariff | None = None


class Prospects(NamedTuple):
    """Possible outcomes of held time: `best` for the client, and `worst`."""

    best: Verdict
    worst: Verdict


class Share(NamedTuple):
    """Some seconds of a work unit with one outcome and its reason; held seconds have prospects."""

    piece: Piece
    outcome: Outcome
    reason: Reason
    prospects: Prospects | None = None

    def decided_as(self, verdict: Verdict) -> "Share":
        """Return its piece with the outcome and the tariff of `verdict`."""
        return Share(self.piece._replace(tariff=verdict.tariff), verdict.outcome, verdict.reason)

    @property
    def may_be_charged(self) -> bool:
        """Whether it is charged, or held and may still be charged."""
        return self.at_worst.outcome is Outcome.CHARGEABLE

    @property
    def at_best(self) -> Verdict:
        """Outcome that costs the client least."""
        return (
            self.prospects.best if self.prospects else Verdict(self.outcome, self.reason, self.piece.tariff)
        )

    @property
    def at_worst(self) -> Verdict:
        """Outcome that costs the client most."""
        return (
            self.prospects.worst if self.prospects else Verdict(self.outcome, self.reason, self.piece.tariff)
        )

    @property
    def seconds(self) -> Seconds:
        """Its length."""
        return self.piece.seconds


@dataclass(frozen=True, slots=True)
class AppointmentState:
    """State of an appointment before it is known whether its case is chargeable.

    `state` is `ahead`, `running`, `block`, `missed`, `missed-by-us`, `cancelled`,
    `cancelled-by-us`, `cancelled-late` or `not-billed` (the contract bills none);
    `decided_at` is the instant to decide at, or None if nothing can be charged.
    """

    appointment: Appointment
    state: str
    decided_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class AppointmentOutcome:
    """Outcome of an appointment. `outcome` is None if nothing had to be decided."""

    appointment: Appointment
    state: str
    outcome: Outcome | None
    reason: Reason
    day: date
    version: Version
    minutes: Minutes = 0
    tariff: Tariff | None = None

    @property
    def is_block(self) -> bool:
        """Whether it includes the chargeable time inside it."""
        return self.state == "block" and self.outcome is Outcome.CHARGEABLE
