"""Work units and the states of cases: the two nouns that the timer reads. Standard library only."""

from typing import NamedTuple

from suptime.domain.time import Instant
from suptime.domain.work import WorkUnit
from suptime.store.mapped import Mapped


class CaseState(NamedTuple):
    """A case's facts as they hold for work that starts now, kept up to date by every writer.

    They hold for a start at or after `settled_at` (the latest event, or the opening), from
    `valid_from` up to, not including, `valid_until` (the contract version's stretch; None: without
    end). Any other start takes the slow way, and so does a case with `slow` (its contract needs a
    balance). `status` is "open" or "resolved". `channels` are those that the contract sells, or
    None where it does not say. `warnings` are whole sentences. `events` is how many events the case had.
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

    def holds_at(self, instant: Instant) -> bool:
        """Return whether the facts hold for work that starts at `instant`."""
        return (
            not self.slow
            and self.settled_at <= instant
            and self.valid_from <= instant
            and (self.valid_until is None or instant < self.valid_until)
        )


UNIT = Mapped(WorkUnit, "work_unit", columns={"case": "case_number"})

STATE = Mapped(
    CaseState,
    "standing",
    columns={"case": "case_number"},
    # Older versions did not count the events.
    blank={"events": 0},
    derived={"events": lambda state: state.events},
)
