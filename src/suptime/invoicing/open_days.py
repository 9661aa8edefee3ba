"""Which days of closed months stay open when they are closed: what becomes of them is not known yet."""

from collections.abc import Iterable
from datetime import date

from suptime.domain.outcome import Outcome
from suptime.domain.timespan import day_number
from suptime.rating.rated import RatedContract

_PENDING = frozenset({"ahead", "running"})


def still_open(contracts: Iterable[RatedContract], through: date) -> dict[str, set[int]]:
    """The days through THROUGH that may come to be charged without anything being touched, by case number.

    They are those of held time, of units that run, and of appointments that are not over, counted
    from 1970. All else that is dated through then is settled by the closing.
    """
    found: dict[str, set[int]] = {}

    def stays(case: str, day: date) -> None:
        if day <= through:
            found.setdefault(case, set()).add(day_number(day))

    for contract in contracts:
        zone = contract.facts.contract.latest.zone
        for share in contract.rating.shares:
            if share.outcome is Outcome.HELD:
                stays(share.piece.unit.case, share.piece.day)
        for fate in contract.rating.fates:
            if fate.outcome is Outcome.HELD or fate.state in _PENDING:
                stays(fate.appointment.case, fate.day)
        for unit in contract.facts.units:
            if unit.ended_at is None:
                stays(unit.case, zone.day(unit.started_at))
    return found
