"""Overlapping work of an agent: new work is refused, or the other work is shortened or split."""

from dataclasses import dataclass, field

from suptime.app import units
from suptime.app.units import Adjusted
from suptime.domain.time import NEVER, Instant, Zone
from suptime.store import Transaction


@dataclass(frozen=True, slots=True)
class Room:
    """Work that is adjusted for other work: the kept part of each unit, and the later parts."""

    kept: list[Adjusted] = field(default_factory=list)
    later: list[Adjusted] = field(default_factory=list)

    def clear(self, tx: Transaction) -> None:
        """Shorten the overlapping work."""
        for each in self.kept:
            tx.units.save(each.unit)

    def settle(self, tx: Transaction) -> tuple[Adjusted, ...]:
        """Add the later parts, once the new work has its id. Return all adjusted units."""
        added = (Adjusted(tx.units.add(each.unit), each.client, each.was) for each in self.later)
        return (*self.kept, *added)


def find(
    tx: Transaction,
    worker: str,
    start: Instant,
    end: Instant | None,
    *,
    but: int | None = None,
    adjust: bool = False,
    zone: Zone,
    now: Instant,
) -> Room:
    """Return how the work of `worker`, except the unit `but`, is adjusted for work from `start` to `end` (None: open).

    Raises:
        WrongUsage: `adjust`, and the new work would end in the future.
        NotPossible: other work overlaps, and `adjust` is not set; or it is wholly inside.
    """
    if adjust and end is not None and end > now:
        raise units.ahead(end, zone, now, "With --adjust, the end")
    others = tx.units.all_overlapping(worker, start, end, but=but)
    if others and (not adjust or units.blocking(others, start, end)):
        raise units.overlap(others, start, end, zone, now)
    room = Room()
    for other in others:
        case = tx.cases.get(other.case)
        client = case.client if case else ""
        before = other.started_at < start
        after = end is not None and (NEVER if other.ended_at is None else other.ended_at) > end
        first = other._replace(ended_at=start) if before else other._replace(started_at=end or start)
        room.kept.append(Adjusted(first, client, "cut" if before and after else "shortened"))
        if before and after:
            room.later.append(Adjusted(other._replace(id=0, started_at=end or start), client, "added"))
    return room
