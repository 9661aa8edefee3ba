"""What came in from elsewhere: rows of other programs' time logs, and whole exports."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from suptime.domain.work import WorkUnit
from suptime.errors import NotPossible
from suptime.store.catalogue import COLUMNS
from suptime.store.mapped import stored
from suptime.store.repositories.records import Change, RowChange
from suptime.store.repositories.rows import Repository, batches
from suptime.store.repositories.work import Units

_NAMES = ("source", "source_id", "unit", "change")

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

    KNOWN = "SELECT source_id, unit FROM imported WHERE source = :source AND source_id IN :ids"
    EACH = "SELECT source, source_id, unit, change FROM imported ORDER BY id"
    UNKNOWN = (
        "change > 0 AND NOT EXISTS (SELECT 1 FROM audit"
        " WHERE audit.change = imported.change AND audit.entity = 'import')"
    )
    CHANGES = f"SELECT DISTINCT change FROM imported WHERE {UNKNOWN}"
    FORGET = f"UPDATE imported SET change = 0 WHERE {UNKNOWN}"
    BROUGHT = "SELECT unit FROM imported WHERE change = :change"
    CHANGED = "SELECT DISTINCT entity_key FROM audit WHERE entity = 'work_unit' AND change > :change"
    LATER = (
        "SELECT entity_key, change, command, agent FROM audit WHERE entity = 'work_unit' AND change > :change"
        f" AND {COUNTS} ORDER BY id DESC"
    )
    DELETE_UNITS = f"DELETE FROM work_unit WHERE id IN ({BROUGHT})"
    DELETE = "DELETE FROM imported WHERE change = :change"

    def note(self, digest: str, counts: Mapping[str, int]) -> None:
        """Add the one audit row of an import: the file's `digest`, and how many records of each type came in."""
        self.rows.audit.add("import", digest, None, {"digest": digest, **counts})

    def ids(self, source: str, ids: Iterable[str]) -> set[str]:
        """Return those of the row `ids` of `source` that came in before."""
        return {*self.units(source, ids)}

    def units(self, source: str, ids: Iterable[str]) -> dict[str, int]:
        """Return the units as which those of the row `ids` of `source` that came in before did."""
        found: dict[str, int] = {}
        for part in batches(ids):
            found.update(self.driver.all(self.KNOWN, source=source, ids=part))
        return found

    def add(
        self, source: str, digest: str, rows: Sequence[tuple[str, WorkUnit]], counts: Mapping[str, int]
    ) -> list[int]:
        """Add the units of `rows`, each with the id that it has in `source`, under one audit row.

        The audit row holds the file's `digest` and the `counts` of what came in.

        Returns:
            The units' ids, in the order of `rows`.

        Raises:
            NotPossible: an agent's work would overlap.
        """
        self.rows.audit.add("import", digest, None, {"digest": digest, "source": source, **counts})
        newest = self.driver.value("SELECT max(id) FROM work_unit") or 0
        Units(self.rows).add_many(unit for _, unit in rows)
        # Ids count up in the order of insertion, and this transaction is the only one that writes.
        ids = self.driver.column("SELECT id FROM work_unit WHERE id > :newest ORDER BY id", newest=newest)
        change = self.rows.audit.change
        self.restore((source, key, unit, change) for (key, _), unit in zip(rows, ids, strict=True))
        return ids

    def each(self) -> Iterator[tuple[str, str, int, int]]:
        """Yield every row that came in: its source, its id there, its unit, and the change; in order."""
        yield from map(tuple, self.driver.stream(self.EACH))

    def restore(self, rows: Iterable[tuple[str, str, int, int]]) -> None:
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
