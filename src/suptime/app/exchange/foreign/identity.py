"""Identity of the records of a file: by their own ids, else by their content (G2)."""

import json
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from suptime.app.exchange.foreign.row import Row
from suptime.domain.work import WorkUnit
from suptime.interchange.foreign.record import DAY_ALONE, END, EXACT, ForeignUnit, key_of
from suptime.store.repositories.imports import KnownRecord

if TYPE_CHECKING:
    from suptime.store import Transaction

_SHORT = 16


def _digest(*parts: object) -> str:
    return key_of(*parts)[:_SHORT]


def content_of(unit: ForeignUnit, agent: str, case: str) -> dict[str, Any]:
    """Return the content of `unit`: times, numbers and digests of texts; clock times as the file shows them."""
    found: dict[str, Any] = {
        "precision": unit.precision,
        "agent": agent,
        "case": case,
        "seconds": unit.seconds,
        "note": _digest(unit.note),
    }
    if unit.precision == EXACT:
        found["start"] = unit.shown_start or unit.start
    if unit.precision == END:
        found["end"] = unit.shown_end or unit.end
    if unit.precision == DAY_ALONE:
        found["day"] = str(unit.day)
    return found


def marks_of(unit: ForeignUnit) -> dict[str, Any]:
    """Return the marks of `unit` in its file."""
    billed = {} if unit.billed is None else {"billed": unit.billed}
    return {"billable": unit.billable, "invoiced": unit.invoiced, **billed}


def identify(row: Row) -> None:
    """Note the content of `row` and its digest: that of its work, a point, and that of its marks."""
    unit = row.unit
    case = _digest(unit.case, unit.project, unit.task, *unit.tags)
    content, marks = content_of(unit, row.agent, case), marks_of(unit)
    row.content = content | marks
    row.digest = f"{_digest(*content.values())}.{_digest(*marks.values())[:8]}"


def state_of(unit: WorkUnit) -> str:
    """Return a digest of what a unit is here: whether it was edited since is seen by it."""
    return _digest(unit.case, unit.agent, unit.started_at, unit.ended_at, unit.note, unit.waived)


def match(tx: "Transaction", source: str, own_ids: bool, rows: Sequence[Row]) -> list[KnownRecord]:
    """Match `rows` with the known records of `source`; return the known records without a row.

    `own_ids`: in earlier versions the rows had ids that no two of anybody's share.
    """
    known = [one for one in tx.imports.known(source, "unit") if not one.source_id.endswith("#rest")]
    by_id = {one.source_id: one for one in known}
    taken: set[str] = set()

    def take(row: Row, one: KnownRecord) -> None:
        taken.add(one.source_id)
        row.known, row.source_id = one, one.source_id

    for row in rows:
        row.source_id = row.unit.id
        if row.unit.id in by_id and row.unit.id not in taken:
            take(row, by_id[row.unit.id])
    old = {one.source_id for one in known if one.digest is None}
    if old:
        _match_old(rows, by_id, old - taken, own_ids, take)
    of_agent: dict[str, list[KnownRecord]] = defaultdict(list)
    by_digest: dict[str, deque[KnownRecord]] = defaultdict(deque)
    for one in known:
        if one.digest is not None and one.source_id not in taken and one.source_id.startswith("="):
            by_digest[one.digest.partition(".")[0]].append(one)
    left = [row for row in rows if row.known is None and not row.unit.id]
    for row in left:
        same = by_digest.get(row.digest.partition(".")[0])
        if same:
            take(row, same.popleft())
    left = [row for row in left if row.known is None]
    if left:
        agents = {row.agent for row in left}
        contents: dict[str, dict[str, Any]] = {}
        for one in known:
            if one.source_id in taken or one.content is None or not one.source_id.startswith("="):
                continue
            contents[one.source_id] = json.loads(one.content)
            agent = contents[one.source_id]["agent"]
            if agent in agents:
                of_agent[agent].append(one)
        for keys in (_same_start, _same_end):
            _match_by(left, of_agent, contents, taken, keys, take)
    seen: dict[str, int] = defaultdict(int)
    for row in rows:
        if row.known is None and not row.unit.id:
            # Equal rows are separate records.
            name = f"={row.digest.partition('.')[0]}"
            while True:
                seen[name] += 1
                row.source_id = name if seen[name] == 1 else f"{name} {seen[name]}"
                if row.source_id not in by_id:
                    break
    return [one for one in known if one.source_id not in taken]


def _match_old(
    rows: Iterable[Row],
    by_id: dict[str, KnownRecord],
    old: set[str],
    own_ids: bool,
    take: Callable[[Row, KnownRecord], None],
) -> None:
    """Match rows with records of earlier versions, by the keys of these versions."""
    seen: dict[str, int] = defaultdict(int)
    for row in rows:
        unit = row.unit
        if row.known is not None or not unit.key:
            continue
        key = key_of(*unit.key)
        if not (own_ids or unit.user or unit.email):
            key = f"{row.agent} {key}"
        seen[key] += 1
        name = key if seen[key] == 1 else f"{key} {seen[key]}"
        if name in old:
            take(row, by_id[name])


Keys = Callable[[dict[str, Any]], Hashable | None]


def _same_start(content: dict[str, Any]) -> Hashable | None:
    if content["precision"] == EXACT:
        return str(content["start"])
    if content["precision"] == DAY_ALONE:
        return content["day"], content["case"], content["note"]
    return None


def _same_end(content: dict[str, Any]) -> Hashable | None:
    if content["precision"] == EXACT:
        start = content["start"]
        if isinstance(start, int):
            return start + content["seconds"], content["case"]
        return _end_of(start, content["seconds"]), content["case"]
    if content["precision"] == END:
        return content["end"], content["case"]
    return content["day"], content["case"], content["seconds"]


def _end_of(start: str, seconds: int) -> Hashable:
    from datetime import datetime, timedelta

    try:
        return str(datetime.fromisoformat(start) + timedelta(seconds=seconds))
    except ValueError:
        return start, seconds


def _match_by(
    left: Iterable[Row],
    of_agent: dict[str, list[KnownRecord]],
    contents: dict[str, dict[str, Any]],
    taken: set[str],
    keys: Keys,
    take: Callable[[Row, KnownRecord], None],
) -> None:
    """Match the rows that are `left`, the nth with the nth of the same agent and key."""
    free: dict[Hashable, deque[KnownRecord]] = defaultdict(deque)
    for agent, some in of_agent.items():
        for one in some:
            key = keys(contents[one.source_id])
            if one.source_id not in taken and key is not None:
                free[agent, contents[one.source_id]["precision"], key].append(one)
    for row in left:
        key = keys(row.content)
        if row.known is None and key is not None:
            same = free.get((row.agent, row.content["precision"], key))
            if same:
                take(row, same.popleft())
