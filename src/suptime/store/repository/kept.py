"""Whether every record is as the audit trail left it."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from suptime.store.records import name_of
from suptime.store.repository.rows import Rows, batches, key_column
from suptime.store.tables import TABLES
from suptime.store.work_mapping import Row, canonical

_AUDIT = TABLES["audit"]

_BY_CONTENT = frozenset({"contact", "contract_version", "price", "case_event"})
"""Records that an export holds without their ids: they are known again by what they say."""


class Kept(Rows):
    """The records, compared with the last that the audit trail says of each."""

    def records_that_differ(self) -> Iterator[str]:
        """Each record that is not as the last change of it left it, in a sentence.

        Records that came in bulk have no audit row, and nothing to be compared with.
        """
        for entity in sorted(set(self._execute(select(_AUDIT.c.entity).distinct()).scalars())):
            if entity in TABLES:
                yield from (self._by_content if entity in _BY_CONTENT else self._by_key)(entity)

    def _last_rows(self, entity: str) -> Iterator[Row]:
        last = select(func.max(_AUDIT.c.id)).where(_AUDIT.c.entity == entity).group_by(_AUDIT.c.entity_key)
        yield from self._stream(select(_AUDIT).where(_AUDIT.c.id.in_(last)).order_by(_AUDIT.c.id))

    def _by_key(self, entity: str) -> Iterator[str]:
        key = key_column(entity)
        for part in batches(self._last_rows(entity)):
            keys = [int(row["entity_key"]) if key.name == "id" else row["entity_key"] for row in part]
            rows = self._all(select(TABLES[entity]).where(key.in_(keys)))
            there = {str(row[key.name]): row for row in rows}
            for told in part:
                yield from _difference(told, there.get(told["entity_key"]))

    def _by_content(self, entity: str) -> Iterator[str]:
        columns = [column for column in TABLES[entity].columns if column.name != "id"]
        rows = self._all(select(*columns))
        there: dict[tuple[str, ...], Counter[str | None]] = {}
        for told in self._last_rows(entity):
            if told["after_json"] is None:
                continue
            after = _read(told["after_json"])
            after.pop("id", None)
            names = tuple(sorted(after))
            if names not in there:
                there[names] = Counter(_known(row, names) for row in rows)
            if not there[names][canonical(after)]:
                yield f"{_subject(told)} is not as {_by(told)} left it."
            there[names][canonical(after)] -= 1


def _difference(told: Row, row: Row | None) -> Iterator[str]:
    """How ROW differs from the last that the trail TOLD of it."""
    if told["after_json"] is None:
        if row is not None:
            yield f"{_subject(told)} is there, though {_by(told)} took it away."
        return
    if row is None:
        yield f"{_subject(told)} is gone; {_by(told)} left it."
        return
    after, now = _read(told["after_json"]), dict(row)
    document = after.get("document")
    if isinstance(document, str) and document.startswith("sha256:"):
        now["document"] = f"sha256:{hashlib.sha256(str(now['document']).encode()).hexdigest()}"
    other = [name for name in after if canonical({name: now.get(name)}) != canonical({name: after[name]})]
    if other:
        yield f"{_subject(told)} is not as {_by(told)} left it: its {' and its '.join(other)} changed since."


def _known(row: Row, names: Sequence[str]) -> str | None:
    return canonical({name: row.get(name) for name in names})


def _subject(told: Row) -> str:
    named = name_of(told["entity"], told["entity_key"])
    return f"{named[0].upper()}{named[1:]}"


def _by(told: Row) -> str:
    return f"`{told['command']}` by {told['agent']} (row {told['place']} of the audit trail)"


def _read(text: str) -> dict[str, Any]:
    read: Mapping[str, Any] = json.loads(text)
    return dict(read)
