"""Work units on their way out: as lines of JSON, or as rows of a sheet."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from suptime.domain.timespan import Instant, rfc3339
from suptime.domain.work import WorkUnit

COLUMNS = (
    *("id", "case", "client", "contract", "agent", "channel", "started_at", "ended_at", "seconds"),
    *("note", "guest", "requested", "waived"),
)
"""The columns of a row and the keys of a line. Scripts rely on these: names are only ever added, at the end."""


class Placed(NamedTuple):
    """A work unit with the client and the contract of its case."""

    unit: WorkUnit
    client: str
    contract: str


def row(placed: Placed, now: Instant) -> Mapping[str, Any]:
    """PLACED by `COLUMNS`; one that runs has no end, and its seconds up to NOW."""
    unit = placed.unit
    return {
        "id": f"U{unit.id}",
        "case": unit.case,
        "client": placed.client,
        "contract": placed.contract,
        "agent": unit.agent,
        "channel": str(unit.channel),
        "started_at": rfc3339(unit.started_at),
        "ended_at": None if unit.ended_at is None else rfc3339(unit.ended_at),
        "seconds": unit.seconds(now),
        "note": unit.note,
        "guest": unit.guest,
        "requested": unit.requested,
        "waived": unit.waived,
    }


def lines(units: Iterable[Placed], now: Instant) -> Iterator[str]:
    """UNITS as JSON Lines."""
    for placed in units:
        yield json.dumps(row(placed, now), ensure_ascii=False) + "\n"
