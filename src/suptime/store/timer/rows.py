"""Work units and the states of cases: the two nouns that the timer reads. Standard library only."""

from datetime import date
from typing import NamedTuple

from suptime.domain.time import Instant, Seconds
from suptime.domain.work import WorkUnit
from suptime.store.mapped import Mapped


class CaseState(NamedTuple):
    """A case's facts as they hold for work that starts now, kept up to date by every writer.

    They hold for a start at or after `settled_at` (the latest event, or the opening), from
    `valid_from` up to, not including, `valid_until` (the contract version's stretch; None: without
    end). Any other start takes the slow way, and so does a case with `slow` (its contract needs a
    balance). `status` is "open" or "resolved". `channels` are those that the contract sells, or
    None where it does not say. `warnings` are whole sentences. `events` is how many events the case had.

    `outcome` and `reason` are those of ordinary work (None: they depend on more than the case). The consent that
    holds from `consent_since` on has a limit, in seconds, of which rated work used some. `prepaid` is the unit that
    the contract sells ahead, if any.
    """

    case: str
    client: str
    status: str
    settled_at: Instant
    valid_from: Instant
    valid_until: Instant | None
    channels: tuple[str, ...] | None = None
    warnings: tuple[str, ...] = ()
    slow: bool = False
    events: int = 0
    outcome: str | None = None
    reason: str | None = None
    consent_limit: Seconds | None = None
    consent_used: Seconds | None = None
    consent_since: Instant | None = None
    prepaid: str | None = None

    def holds_at(self, instant: Instant) -> bool:
        """Return whether the facts hold for work that starts at `instant`."""
        return (
            not self.slow
            and self.settled_at <= instant
            and self.valid_from <= instant
            and (self.valid_until is None or instant < self.valid_until)
        )


FOR_HINTS = ("outcome", "reason", "warnings", "consent_limit", "consent_used", "consent_since", "prepaid")
"""The fields of a case's state that hints alone need."""


class StockState(NamedTuple):
    """What rating leaves of a purchase, kept up to date by every writer, as known at `worked_at`.

    `remaining` is in minutes, incidents or money, as its `unit` (hours, incidents, money) says. It pays from
    `pays_from` up to, not including, `pays_until` (None: for ever), the end of the day `valid_through`.
    """

    purchase: int
    contract: str
    unit: str
    remaining: str
    pays_from: Instant
    pays_until: Instant | None
    valid_through: date | None
    worked_at: Instant

    def pays_at(self, instant: Instant) -> bool:
        """Return whether it pays for work at `instant`."""
        return self.pays_from <= instant and (self.pays_until is None or instant < self.pays_until)


class UnratedUnit(NamedTuple):
    """A unit that is not rated yet: it runs, or the timer stopped it. `outcome` is that of its case, if known.

    `case` is None for another change that is not rated yet: then the rows hold no more.
    """

    case: str | None
    started_at: Instant = 0
    ended_at: Instant | None = None
    outcome: str | None = None


UNIT = Mapped(WorkUnit, "work_unit", columns={"case": "case_number"})

STATE = Mapped(
    CaseState,
    "standing",
    columns={"case": "case_number"},
    # Older versions did not count the events.
    blank={"events": 0},
    derived={"events": lambda state: state.events},
)

STOCK = Mapped(StockState, "stock")
