"""Work units and standings as rows, and back, and rows as JSON: all that the timer needs of it.

Rows are mappings of column to value. Standard library only.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from suptime.domain.time import Instant
from suptime.domain.work import WorkUnit


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
        """Whether the facts hold for work that starts at INSTANT."""
        return (
            not self.slow
            and self.settled_at <= instant
            and self.valid_from <= instant
            and (self.valid_until is None or instant < self.valid_until)
        )


Row = Mapping[str, Any]

Values = dict[str, Any]


def canonical(row: Row | None) -> str | None:
    """ROW as JSON with its keys in order and no blanks: equal rows give equal texts."""
    if row is None:
        return None
    return json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_iso)


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no column holds {value!r}")


def unit_row(unit: WorkUnit) -> Values:
    """The columns of a work unit; id 0 asks for the next one."""
    return {
        "id": unit.id,
        "case_number": unit.case,
        "agent": unit.agent,
        "channel": unit.channel,
        "started_at": unit.started_at,
        "ended_at": unit.ended_at,
        "note": unit.note,
        "guest": unit.guest,
        "requested": unit.requested,
        "waived": unit.waived,
    }


def unit_of(row: Row) -> WorkUnit:
    """The work unit of ROW."""
    return WorkUnit(
        id=row["id"],
        case=row["case_number"],
        agent=row["agent"],
        channel=row["channel"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        note=row["note"],
        guest=bool(row["guest"]),
        requested=bool(row["requested"]),
        waived=row["waived"],
    )


def case_state_row(standing: CaseState) -> Values:
    """The columns of a standing."""
    return {
        "case_number": standing.case,
        "client": standing.client,
        "status": standing.status,
        "settled_at": standing.settled_at,
        "valid_from": standing.valid_from,
        "valid_until": standing.valid_until,
        "channels": None if standing.channels is None else json.dumps(standing.channels),
        "warnings": json.dumps(standing.warnings, ensure_ascii=False),
        "slow": standing.slow,
        "events": standing.events,
    }


def case_state_of(row: Row) -> CaseState:
    """The standing of ROW."""
    return CaseState(
        case=row["case_number"],
        client=row["client"],
        status=row["status"],
        settled_at=row["settled_at"],
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        channels=None if row["channels"] is None else tuple(json.loads(row["channels"])),
        warnings=tuple(json.loads(row["warnings"])),
        slow=bool(row["slow"]),
        events=row["events"] or 0,
    )
