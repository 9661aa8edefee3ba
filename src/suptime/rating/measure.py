"""Step 2, measure: how much of the chargeable time is charged (rating.md, 2)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from suptime.clauses import rounding, way_of
from suptime.clauses.appointments import Appointments
from suptime.domain.case import CaseFacts
from suptime.domain.charge import ChargeKind, Row, RowKey
from suptime.domain.outcome import Outcome, Share
from suptime.rating.blocks import Fate


def measure(shares: Iterable[Share], fates: Iterable[Fate], cases: Mapping[str, CaseFacts]) -> list[Row]:
    """The rows of all chargeable SHARES and of the appointments' FATES; rows of nothing are left out.

    Time inside a charged block is the block's; the rest is measured the contract's way.
    """
    blocks: dict[tuple[str, str], list[Fate]] = defaultdict(list)
    rows: list[Row] = []
    for fate in fates:
        if fate.is_block:
            blocks[fate.appointment.case, fate.appointment.agent].append(fate)
        elif fate.outcome is Outcome.CHARGEABLE and fate.minutes:
            rows.append(_of_appointment(fate, ChargeKind.LATE_CANCELLATION))
    in_block: dict[int, list[Share]] = defaultdict(list)
    by_way: dict[str, list[Share]] = defaultdict(list)
    ways = {}
    for share in shares:
        if share.outcome is Outcome.CHARGEABLE:
            unit = share.piece.unit
            block = next((f for f in blocks.get((unit.case, unit.agent), ()) if _inside(share, f)), None)
            if block:
                in_block[block.appointment.id].append(share)
            else:
                way = way_of(share.piece.version)
                ways[way.table] = way
                by_way[way.table].append(share)
    for of_agent in blocks.values():
        rows += [_block(fate, in_block[fate.appointment.id]) for fate in of_agent]
    for table, its in by_way.items():
        counted = ways[table].measure
        rows += counted(its, cases) if counted else []
    return merged(row for row in rows if row.quantity)


def merged(rows: Iterable[Row]) -> list[Row]:
    """ROWS with one of each key: versions in two zones may share a day of a case."""
    found: dict[RowKey, Row] = {}
    for row in rows:
        same = found.setdefault(row.key, row)
        if same is not row:
            same.quantity += row.quantity
            same.worked_seconds += row.worked_seconds
            same.units |= row.units
    return list(found.values())


def _inside(share: Share, fate: Fate) -> bool:
    return (
        fate.appointment.starts_at <= share.piece.span.start
        and share.piece.span.end <= fate.appointment.ends_at
    )


def _of_appointment(fate: Fate, kind: ChargeKind) -> Row:
    booked = fate.appointment
    return Row(
        kind,
        booked.case,
        fate.day,
        fate.version,
        appointment=booked.id,
        starts_at=booked.starts_at,
        agent=booked.agent,
        quantity=fate.minutes,
        reason=fate.reason.text,
        clauses=("appointments",),
    )


def _block(fate: Fate, shares: Sequence[Share]) -> Row:
    """B5: a block as booked; or the chargeable time inside it, in whole minutes and not rounded further."""
    row = _of_appointment(fate, ChargeKind.BLOCK)
    row.worked_seconds = sum(s.seconds for s in shares)
    row.units = {s.piece.unit.id: None for s in shares}
    terms = fate.version.get(Appointments)
    if terms and terms.bill == "worked":
        row.quantity = rounding.whole_minutes(
            row.worked_seconds, rounding.terms_of(fate.version).partial_minute
        )
    return row
