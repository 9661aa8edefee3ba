"""What came in from elsewhere: rows of other programs' time logs, and whole exports."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from suptime.domain.work import WorkUnit
from suptime.errors import NotPossible
from suptime.store.catalogue import COLUMNS
from suptime.store.mapped import stored
from suptime.store.repositories.records import Change, RowChange
from suptime.store.repositories.rows import Repository, batches
from suptime.store.repositories.work import Units

_NAMES = ("source", "source_id", "unit", "change", "kind", "version", "ref", "digest", "content")


class KnownRecord(NamedTuple):
    """A record of another program that came in, as its last version left it.

    `unit` is None where it is no unit, or is no longer there because it was gone from its file; `ref` is
    what else it came in as. `digest` and `content` are None of rows of earlier versions of suptime.
    """

    source_id: str
    version: int
    unit: int | None
    ref: str | None
    digest: str | None
    content: str | None


IS_UNDONE = (
    "EXISTS (SELECT 1 FROM audit AS taking WHERE taking.undoes = audit.change AND taking.agent = audit.agent"
    " AND NOT EXISTS (SELECT 1 FROM audit AS again"
    " WHERE again.undoes = taking.change AND again.agent = taking.agent))"
)
"""The condition that its own agent took back the change of an audit row, and did not redo it."""

COUNTS = f"undoes IS NULL AND NOT {IS_UNDONE}"
"""The condition that the change of an audit row counts: it is no undo or redo, and is not undone."""


class Imports(Repository[WorkUnit]):
    """What came in from elsewhere."""

    LAST = (
        " NOT EXISTS (SELECT 1 FROM imported AS later WHERE later.source = imported.source"
        " AND later.kind = imported.kind AND later.source_id = imported.source_id"
        " AND later.version > imported.version)"
    )
    OF_SOURCE = (
        "SELECT source_id, version, unit, ref, digest, content FROM imported"
        f" WHERE source = :source AND kind = :kind AND{LAST} ORDER BY id"
    )
    REFS = f"SELECT source FROM imported WHERE kind = 'case' AND ref = :ref AND{LAST}"
    VERSIONS = f"SELECT {', '.join(_NAMES)} FROM imported WHERE source_id IN :ids"
    EACH = f"SELECT {', '.join(_NAMES)} FROM imported ORDER BY id"
    UNKNOWN = (
        "change > 0 AND NOT EXISTS (SELECT 1 FROM audit"
        " WHERE audit.change = imported.change AND audit.entity = 'import')"
    )
    CHANGES = f"SELECT DISTINCT change FROM imported WHERE {UNKNOWN}"
    FORGET = f"UPDATE imported SET change = 0 WHERE {UNKNOWN}"
    BROUGHT = (
        "SELECT unit FROM imported WHERE change = :change AND kind = 'unit' AND unit IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM imported AS before WHERE before.source = imported.source"
        " AND before.kind = imported.kind AND before.source_id = imported.source_id"
        " AND before.version < imported.version AND before.unit = imported.unit)"
    )
    CHANGED = "SELECT DISTINCT entity_key FROM audit WHERE entity = 'work_unit' AND change > :change"
    EDITED = "SELECT DISTINCT entity_key FROM audit WHERE entity = 'work_unit'"
    LATER = (
        "SELECT entity_key, change, command, agent FROM audit WHERE entity = 'work_unit' AND change > :change"
        f" AND {COUNTS} ORDER BY id DESC"
    )
    DELETE_UNITS = f"DELETE FROM work_unit WHERE id IN ({BROUGHT})"
    DELETE = "DELETE FROM imported WHERE change = :change"

    def note(self, digest: str, counts: Mapping[str, int]) -> None:
        """Add the one audit row of an import: the file's `digest`, and how many records of each type came in."""
        self.rows.audit.add("import", digest, None, {"digest": digest, **counts})

    def known(self, source: str, kind: str) -> list[KnownRecord]:
        """Return the records of one `kind` that came in from `source`, each as its last version left it, in order."""
        return [KnownRecord(*row) for row in self.driver.all(self.OF_SOURCE, source=source, kind=kind)]

    def versions(self, ids: Iterable[str]) -> Iterator[tuple[Any, ...]]:
        """Yield every version of the records of these `ids`, of any source: as `each` does."""
        for part in batches(ids):
            yield from map(tuple, self.driver.all(self.VERSIONS, ids=part))

    def edited(self) -> set[int]:
        """Return the units that have audit rows of their own: those that came in many at once have them once edited."""
        return {int(key) for key in self.driver.column(self.EDITED)}

    def source_of_case(self, number: str) -> str | None:
        """Return from where the case `number` came in, or None."""
        found: str | None = self.driver.value(self.REFS, ref=number)
        return found

    def add_units(self, units: Iterable[WorkUnit]) -> list[int]:
        """Add many units, and return their ids, in order.

        Raises:
            NotPossible: an agent's work would overlap.
        """
        newest = self.driver.value("SELECT max(id) FROM work_unit") or 0
        Units(self.rows).add_many(units)
        # Ids count up in the order of insertion, and this transaction is the only one that writes.
        ids = self.driver.column("SELECT id FROM work_unit WHERE id > :newest ORDER BY id", newest=newest)
        return [*ids]

    def add(
        self,
        source: str,
        digest: str,
        records: Iterable[tuple[str, str, KnownRecord]],
        counts: Mapping[str, int],
    ) -> None:
        """Keep `records`, each with its source and kind, under one audit row of the import from `source`.

        The audit row holds the files' `digest` and the `counts` of what came in.
        """
        self.rows.audit.add("import", digest, None, {"digest": digest, "source": source, **counts})
        change = self.rows.audit.change
        self.restore(
            (origin, one.source_id, one.unit, change, kind, one.version, one.ref, one.digest, one.content)
            for origin, kind, one in records
        )

    def each(self) -> Iterator[tuple[Any, ...]]:
        """Yield every record that came in: the columns of `imported` without its id, in order."""
        yield from map(tuple, self.driver.stream(self.EACH))

    def restore(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Put rows back, as an export held them."""
        self.rows.require_author()
        for part in batches(dict(zip(_NAMES, row, strict=True)) for row in rows):
            self.rows.insert_many("imported", part)
            self.rows.note_rows("imported", part)

    def forget_changes(self) -> None:
        """Let rows whose import is not in the audit trail belong to none: no undo of another one takes them."""
        changes = set(self.driver.column(self.CHANGES))
        if changes:
            self.rows.noting("imported").move(changes, 0)
            self.driver.run(self.FORGET)

    def take_back(self, change: Change, row: RowChange) -> None:
        """Take back the units that `change` brought in, and forget their source's ids: they may come in again.

        None of them was changed since (`refuse_changed`).
        """
        brought = set(self.driver.column(self.BROUGHT, change=change.id))
        # Of those that were changed and changed back the trail knows: it must know their end.
        changed = map(int, self.driver.column(self.CHANGED, change=change.id))
        for key in sorted(brought.intersection(changed)):
            if self.rows.row("work_unit", key) is not None:
                self.rows.delete("work_unit", key)
        units = self.driver.stream(
            f"SELECT {', '.join(COLUMNS['work_unit'])} FROM work_unit WHERE id IN ({self.BROUGHT})",
            change=change.id,
        )
        for part in batches(units):
            self.rows.mark_many_changed("work_unit", [stored("work_unit", unit) for unit in part])
        self.driver.run(self.DELETE_UNITS, change=change.id)
        self.driver.run(self.DELETE, change=change.id)
        self.rows.audit.add(row.entity, row.key, row.after, None)

    def refuse_changed(self, change: Change) -> set[str]:
        """Return the keys of the units that `change` brought in. Refuse to take them back if one was changed since.

        Raises:
            NotPossible: one was.
        """
        keys = {str(key) for key in self.driver.column(self.BROUGHT, change=change.id)}
        for key, later, command, agent in self.driver.all(self.LATER, change=change.id):
            if key in keys:
                raise NotPossible(
                    f"`{change.command}` cannot be undone: U{key} has been changed since.",
                    f"The later change is {later}, `{command}` by {agent}.",
                    "Undo that one first.",
                )
        return keys

    def reserve_ids(self, newest: Mapping[str, int]) -> None:
        """Have ids up to the `newest` of each table never be given out again, though their rows may be deleted."""
        self.rows.require_author()
        for entity, id in newest.items():  # noqa: A001
            if "id" in COLUMNS.get(entity, ()):
                self.rows.reserve(entity, id)
