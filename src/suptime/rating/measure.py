"""Stage measure: the billed quantity of chargeable time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from suptime.contracts import measure_appointments
from suptime.contracts.clause import Measure
from suptime.contracts.clauses import measuring_clause, rules
from suptime.domain.case import CaseFacts
from suptime.domain.charge import Row, RowKey
from suptime.domain.contract import Contract
from suptime.domain.outcome import AppointmentOutcome, AppointmentState, Outcome, Piece, Share
from suptime.domain.time import Span
from suptime.domain.work import WorkUnit


def stand_in(state: AppointmentState, contract: Contract) -> Piece | None:
    """Return a piece of no length for an appointment in the decisions, or None.

    It is the agent's time on the booked channel, not a guest's, and waived if the appointment is.
    """
    if state.decided_at is None:
        return None
    booked, at = state.appointment, state.decided_at
    version = contract.nearest(at)
    unit = WorkUnit(0, booked.case, booked.agent, booked.channel or "", at, at, waived=booked.waived)
    return Piece(unit, Span(at, at), version.zone.day(at), version)


def measure(
    shares: Iterable[Share], outcomes: Iterable[AppointmentOutcome], cases: Mapping[str, CaseFacts]
) -> list[Row]:
    """Return the rows of all chargeable `shares` and of the appointments' `outcomes`, without empty rows.

    Time inside a charged block belongs to the block. Each version of the contract measures the rest in its own way.
    """
    rows, rest = measure_appointments((s for s in shares if s.outcome is Outcome.CHARGEABLE), outcomes)
    by_way: dict[str, list[Share]] = defaultdict(list)
    for share in rest:
        by_way[measuring_clause(share.piece.version).table].append(share)
    for clause, rule in rules(Measure):
        if its := by_way.get(clause.table):
            rows += rule.apply(its, cases)
    return merged(row for row in rows if row.quantity)


def merged(rows: Iterable[Row]) -> list[Row]:
    """Return `rows` with one of each key: versions in two zones may share a day of a case."""
    found: dict[RowKey, Row] = {}
    for row in rows:
        same = found.setdefault(row.key, row)
        if same is not row:
            same.quantity += row.quantity
            same.worked_seconds += row.worked_seconds
            same.units |= row.units
    return list(found.values())
