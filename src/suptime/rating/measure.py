"""Step 2, measure: how much of the chargeable time is charged (rating.md, 2)."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from suptime.clauses.appointments import Appointments
from suptime.clauses.rounding import (
    UNROUNDED,
    Rounding,
    Row,
    billed_minutes,
    group_of,
    share_out,
    whole_minutes,
)
from suptime.domain.charge import ChargeKind
from suptime.domain.contract import Version
from suptime.domain.outcome import Outcome, Share
from suptime.domain.timespan import Minutes, Seconds
from suptime.rating.blocks import Fate


@dataclass(slots=True)
class Measured:
    """One row before anything is drawn or priced."""

    kind: ChargeKind
    case: str
    day: date
    version: Version
    appointment: int = 0
    starts_at: int = 0
    agent: str = ""
    worked_seconds: Seconds = 0
    minutes: Minutes = 0
    units: dict[int, None] = field(default_factory=dict)
    reason: str = ""
    group_seconds: Seconds = 0
    group_minutes: Minutes = 0


def measure(shares: Iterable[Share], fates: Iterable[Fate]) -> list[Measured]:
    """The rows of all chargeable SHARES and of the appointments' FATES; rows of 0 minutes are left out."""
    blocks: dict[tuple[str, str], list[Fate]] = defaultdict(list)
    rows: list[Measured] = []
    for fate in fates:
        if fate.is_block:
            blocks[fate.appointment.case, fate.appointment.agent].append(fate)
        elif fate.outcome is Outcome.CHARGEABLE and fate.minutes:
            rows.append(_of_appointment(fate, ChargeKind.LATE_CANCELLATION))
    in_block: dict[int, list[Share]] = defaultdict(list)
    rest: list[Share] = []
    for share in shares:
        if share.outcome is Outcome.CHARGEABLE:
            unit = share.piece.unit
            block = next((f for f in blocks[unit.case, unit.agent] if _inside(share, f)), None)
            if block:
                in_block[block.appointment.id].append(share)
            else:
                rest.append(share)
    for of_agent in blocks.values():
        rows += [_block(fate, in_block[fate.appointment.id]) for fate in of_agent]
    rows += time_rows(rest)
    return [row for row in rows if row.minutes]


def _inside(share: Share, fate: Fate) -> bool:
    return (
        fate.appointment.starts_at <= share.piece.span.start
        and share.piece.span.end <= fate.appointment.ends_at
    )


def _of_appointment(fate: Fate, kind: ChargeKind) -> Measured:
    return Measured(
        kind,
        fate.appointment.case,
        fate.day,
        fate.version,
        fate.appointment.id,
        fate.appointment.starts_at,
        fate.appointment.agent,
        minutes=fate.minutes,
        reason=fate.reason.text,
    )


def _block(fate: Fate, shares: Sequence[Share]) -> Measured:
    """B5: a block as booked; or the chargeable time inside it, in whole minutes and not rounded further."""
    row = _of_appointment(fate, ChargeKind.BLOCK)
    row.worked_seconds = sum(s.seconds for s in shares)
    row.units = {s.piece.unit.id: None for s in shares}
    terms = fate.version.get(Appointments)
    if terms and terms.bill == "worked":
        rounding = fate.version.get(Rounding) or UNROUNDED
        row.minutes = whole_minutes(row.worked_seconds, rounding.partial_minute)
    return row


def time_rows(shares: Iterable[Share]) -> list[Measured]:
    """B4: the rows of ordinary time: each group is rounded once, then shared among its cases and days.

    Groups never mix contract versions. Where a row lies in several groups (`per = "unit"`),
    its minutes are the sum of its parts.
    """
    groups: dict[Hashable, list[Share]] = defaultdict(list)
    for share in shares:
        piece = share.piece
        terms = piece.version.get(Rounding) or UNROUNDED
        groups[piece.version.starts_on, group_of(terms, piece.unit.id, piece.unit.case, piece.day)].append(
            share
        )
    rows: dict[Hashable, Measured] = {}
    for members in groups.values():
        version = members[0].piece.version
        seconds: dict[tuple[str, date], Seconds] = defaultdict(int)
        for share in members:
            seconds[share.piece.unit.case, share.piece.day] += share.seconds
        total = sum(seconds.values())
        minutes = billed_minutes(version.get(Rounding) or UNROUNDED, total)
        shared = share_out(minutes, [Row(case, day, s) for (case, day), s in seconds.items()])
        for part, its_minutes in shared.items():
            row = rows.setdefault(
                (part.case, part.day, version.starts_on),
                Measured(ChargeKind.TIME, part.case, part.day, version),
            )
            row.minutes += its_minutes
            row.worked_seconds += part.seconds
            row.group_seconds += total
            row.group_minutes += minutes
        for share in members:
            rows[share.piece.unit.case, share.piece.day, version.starts_on].units[share.piece.unit.id] = None
    return list(rows.values())
