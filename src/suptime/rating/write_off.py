"""Written-off rows: later changes neither charge nor refund them."""

from collections.abc import Iterable, Mapping

from suptime.contracts import incident_window
from suptime.domain.charge import ChargeKind, Holding, Row, RowKey
from suptime.domain.invoice import WrittenOff
from suptime.domain.sentence import sentence

_OF_APPOINTMENTS = frozenset({ChargeKind.BLOCK, ChargeKind.LATE_CANCELLATION})


def apply_write_offs(
    rows: Iterable[Row], written_off: Mapping[RowKey, WrittenOff], held: Mapping[RowKey, Holding]
) -> None:
    """Give each of `rows` that was `written_off` its permanent quantity."""
    if not written_off:
        return
    for row in rows:
        found = _matching(row, written_off)
        if found is None:
            continue
        key, off = found
        if key == row.key:
            row.quantity, row.worked_seconds, row.capped = off.quantity, off.worked_seconds, off.capped
            row.filled = off.filled
        else:
            holding = held.get(row.key, Holding())
            row.quantity, row.worked_seconds, row.capped = (
                holding.quantity,
                holding.worked_seconds,
                holding.capped,
            )
            row.filled = max(0, holding.payable)
        row.written_off = off.number
        row.reason = sentence("Written off with {number}: never charged again.", number=off.number)


def _matching(row: Row, written_off: Mapping[RowKey, WrittenOff]) -> tuple[RowKey, WrittenOff] | None:
    """Return the written-off row that is the same charge as `row`, on any day."""
    if row.key in written_off:
        return row.key, written_off[row.key]
    if row.kind is not ChargeKind.INCIDENT and row.kind not in _OF_APPOINTMENTS:
        return None
    for key, off in written_off.items():
        if key.case == row.case and _same(row, key):
            return key, off
    return None


def _same(row: Row, key: RowKey) -> bool:
    """Return whether `row` is the charge of `key`: of the same appointment, or an incident that opens within its window."""
    if row.kind in _OF_APPOINTMENTS:
        return key.kind in _OF_APPOINTMENTS and key.appointment == row.appointment
    if key.kind is not ChargeKind.INCIDENT:
        return False
    window = incident_window(row.version)
    return window is None or key.starts_at <= row.starts_at < key.starts_at + window
