"""The audit trail, and `undo`, which works from it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import delete, exists, insert, select, update

from suptime.domain.booking import WorkUnit
from suptime.errors import NotPossible
from suptime.store.repositories.records import Change, RowChange
from suptime.store.repositories.rows import Repository, batches
from suptime.store.repositories.work import Units
from suptime.store.tables.work import TABLES

_AUDIT = TABLES["audit"]

_HEAD = TABLES["audit_head"]

_IMPORTED = TABLES["imported"]
_UNIT = TABLES["work_unit"]


class Imports(Repository):
    """What came in from elsewhere."""

    def note(self, digest: str, counts: Mapping[str, int]) -> None:
        """Add the one audit row of an import: the file's DIGEST, and how many records of each type came in."""
        self.rows.audit(self.rows.writing(), "import", digest, None, {"digest": digest, **counts})

    def ids(self, source: str, ids: Iterable[str]) -> set[str]:
        """Those of the row IDS of SOURCE that came in before."""
        found: set[str] = set()
        for part in batches(ids):
            asked = (_IMPORTED.c.source == source, _IMPORTED.c.source_id.in_(part))
            found.update(self.rows.execute(select(_IMPORTED.c.source_id).where(*asked)).scalars())
        return found

    def add(
        self, source: str, digest: str, rows: Sequence[tuple[str, WorkUnit]], counts: Mapping[str, int]
    ) -> list[int]:
        """Add the units of ROWS, each with the id that it has in SOURCE, under one audit row.

        The audit row holds the file's DIGEST and COUNTS of what came in.

        Returns:
            The units' ids, in the order of ROWS.

        Raises:
            NotPossible: an agent's work would overlap.
        """
        self.rows.audit(
            self.rows.writing(), "import", digest, None, {"digest": digest, "source": source, **counts}
        )
        newest = self.rows.execute(select(_UNIT.c.id).order_by(_UNIT.c.id.desc()).limit(1)).scalar() or 0
        Units(self.rows).add_many(unit for _, unit in rows)
        # Ids count up in the order of insertion, and this transaction is the only one that writes.
        ids = list(
            self.rows.execute(select(_UNIT.c.id).where(_UNIT.c.id > newest).order_by(_UNIT.c.id)).scalars()
        )
        values = (
            {"source": source, "source_id": key, "unit": unit, "change": self.rows.number}
            for (key, _), unit in zip(rows, ids, strict=True)
        )
        for part in batches(values):
            self.rows.execute(insert(_IMPORTED), part)
            self.rows.note_rows("imported", part)
        return ids

    def each(self) -> Iterator[tuple[str, str, int, int]]:
        """Every row that came in: its source, its id there, its unit, and the change; in order."""
        for row in self.rows.stream(select(_IMPORTED).order_by(_IMPORTED.c.id)):
            yield row["source"], row["source_id"], row["unit"], row["change"]

    def units(self, source: str, ids: Iterable[str]) -> dict[str, int]:
        """The units as which those of the row IDS of SOURCE that came in before did."""
        found: dict[str, int] = {}
        for part in batches(ids):
            asked = (_IMPORTED.c.source == source, _IMPORTED.c.source_id.in_(part))
            rows = self.rows.execute(select(_IMPORTED.c.source_id, _IMPORTED.c.unit).where(*asked))
            found.update((row.source_id, row.unit) for row in rows)
        return found

    def restore(self, rows: Iterable[tuple[str, str, int, int]]) -> None:
        """Put ROWS back, as an export held them."""
        self.rows.writing()
        for part in batches(rows):
            names = ("source", "source_id", "unit", "change")
            values = [dict(zip(names, row, strict=True)) for row in part]
            self.rows.execute(insert(_IMPORTED), values)
            self.rows.note_rows("imported", values)

    def forget_changes(self) -> None:
        """Let rows whose import is not in the audit trail belong to none: no undo of another one takes them."""
        known = exists().where(_AUDIT.c.change == _IMPORTED.c.change, _AUDIT.c.entity == "import")
        unknown = select(_IMPORTED.c.change).where(_IMPORTED.c.change > 0, ~known).distinct()
        changes = set(self.rows.execute(unknown).scalars())
        if changes:
            self.rows.noting("imported").move(changes, 0)
            self.rows.execute(update(_IMPORTED).where(_IMPORTED.c.change > 0, ~known).values(change=0))

    def take_back(self, change: Change, row: RowChange) -> None:
        """Take back the units that CHANGE brought in, and forget their source's ids: they may come in again.

        Raises:
            NotPossible: one of them was changed since.
        """
        units = select(_IMPORTED.c.unit).where(_IMPORTED.c.change == change.id)
        brought = set(self.rows.execute(units).scalars())
        self._refuse_changed(change, set(map(str, brought)))
        # Of those that were changed and changed back the trail knows: it must know their end.
        told = select(_AUDIT.c.entity_key).where(_AUDIT.c.entity == "work_unit", _AUDIT.c.change > change.id)
        for key in sorted(brought.intersection(map(int, self.rows.execute(told.distinct()).scalars()))):
            if self.rows.row("work_unit", key) is not None:
                self.rows.delete("work_unit", key)
        for part in batches(self.rows.stream(select(_UNIT).where(_UNIT.c.id.in_(units)))):
            self.rows.mark_many_changed("work_unit", map(dict, part))
        self.rows.execute(delete(_UNIT).where(_UNIT.c.id.in_(units)))
        self.rows.execute(delete(_IMPORTED).where(_IMPORTED.c.change == change.id))
        self.rows.audit(self.rows.writing(), row.entity, row.key, row.after, None)

    def _refuse_changed(self, change: Change, keys: Collection[str]) -> None:
        other = _AUDIT.alias()
        later = (
            select(_AUDIT.c.entity_key, _AUDIT.c.command, _AUDIT.c.agent)
            .where(
                _AUDIT.c.entity == "work_unit",
                _AUDIT.c.change > change.id,
                _AUDIT.c.undoes.is_(None),
                ~exists().where(other.c.undoes == _AUDIT.c.change, other.c.agent == _AUDIT.c.agent),
            )
            .order_by(_AUDIT.c.id.desc())
        )
        for found in self.rows.execute(later):
            if found.entity_key in keys:
                raise NotPossible(
                    f"`{change.command}` cannot be undone: U{found.entity_key} has been changed since.",
                    f"The later change is `{found.command}` by {found.agent}.",
                    "Undo that one first.",
                )

    def reserve_ids(self, newest: Mapping[str, int]) -> None:
        """Have ids up to the NEWEST of each table never be given out again, though their rows may be deleted."""
        self.rows.writing()
        for entity, id in newest.items():  # noqa: A001
            if "id" in getattr(TABLES.get(entity), "columns", ()):
                self.rows.reserve(entity, id)
