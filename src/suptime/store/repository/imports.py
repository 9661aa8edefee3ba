"""Rows of other programs' time logs: which came in as which unit, and how an import is taken back."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import delete, exists, insert, select, update

from suptime.domain.work import WorkUnit
from suptime.errors import NotPossible
from suptime.store.records import Change, RowChange
from suptime.store.repository.bulk import Bulk
from suptime.store.repository.rows import batches
from suptime.store.tables import TABLES

_IMPORTED = TABLES["imported"]
_UNIT = TABLES["work_unit"]
_AUDIT = TABLES["audit"]


class Imports(Bulk):
    """What came in from elsewhere."""

    def imported_ids(self, source: str, ids: Iterable[str]) -> set[str]:
        """Those of the row IDS of SOURCE that came in before."""
        found: set[str] = set()
        for part in batches(ids):
            asked = (_IMPORTED.c.source == source, _IMPORTED.c.source_id.in_(part))
            found.update(self._execute(select(_IMPORTED.c.source_id).where(*asked)).scalars())
        return found

    def add_imported(
        self, source: str, digest: str, rows: Sequence[tuple[str, WorkUnit]], counts: Mapping[str, int]
    ) -> list[int]:
        """Add the units of ROWS, each with the id that it has in SOURCE, under one audit row.

        The audit row holds the file's DIGEST and COUNTS of what came in.

        Returns:
            The units' ids, in the order of ROWS.

        Raises:
            NotPossible: an agent's work would overlap.
        """
        self._audit(self._writing(), "import", digest, None, {"digest": digest, "source": source, **counts})
        newest = self._execute(select(_UNIT.c.id).order_by(_UNIT.c.id.desc()).limit(1)).scalar() or 0
        self.add_units(unit for _, unit in rows)
        # Ids count up in the order of insertion, and this transaction is the only one that writes.
        ids = list(
            self._execute(select(_UNIT.c.id).where(_UNIT.c.id > newest).order_by(_UNIT.c.id)).scalars()
        )
        values = (
            {"source": source, "source_id": key, "unit": unit, "change": self._change}
            for (key, _), unit in zip(rows, ids, strict=True)
        )
        for part in batches(values):
            self._execute(insert(_IMPORTED), part)
            self._note_rows("imported", part)
        return ids

    def each_imported(self) -> Iterator[tuple[str, str, int, int]]:
        """Every row that came in: its source, its id there, its unit, and the change; in order."""
        for row in self._stream(select(_IMPORTED).order_by(_IMPORTED.c.id)):
            yield row["source"], row["source_id"], row["unit"], row["change"]

    def imported_units(self, source: str, ids: Iterable[str]) -> dict[str, int]:
        """The units as which those of the row IDS of SOURCE that came in before did."""
        found: dict[str, int] = {}
        for part in batches(ids):
            asked = (_IMPORTED.c.source == source, _IMPORTED.c.source_id.in_(part))
            rows = self._execute(select(_IMPORTED.c.source_id, _IMPORTED.c.unit).where(*asked))
            found.update((row.source_id, row.unit) for row in rows)
        return found

    def add_imported_rows(self, rows: Iterable[tuple[str, str, int, int]]) -> None:
        """Put ROWS back, as an export held them."""
        self._writing()
        for part in batches(rows):
            names = ("source", "source_id", "unit", "change")
            values = [dict(zip(names, row, strict=True)) for row in part]
            self._execute(insert(_IMPORTED), values)
            self._note_rows("imported", values)

    def forget_changes(self) -> None:
        """Let rows whose import is not in the audit trail belong to none: no undo of another one takes them."""
        known = exists().where(_AUDIT.c.change == _IMPORTED.c.change, _AUDIT.c.entity == "import")
        unknown = select(_IMPORTED.c.change).where(_IMPORTED.c.change > 0, ~known).distinct()
        changes = set(self._execute(unknown).scalars())
        if changes:
            self._noting("imported").move(changes, 0)
            self._execute(update(_IMPORTED).where(_IMPORTED.c.change > 0, ~known).values(change=0))

    def _undo_import(self, change: Change, row: RowChange) -> None:
        """Take back the units that CHANGE brought in, and forget their source's ids: they may come in again.

        Raises:
            NotPossible: one of them was changed since.
        """
        units = select(_IMPORTED.c.unit).where(_IMPORTED.c.change == change.id)
        brought = set(self._execute(units).scalars())
        self._refuse_changed(change, set(map(str, brought)))
        # Of those that were changed and changed back the trail knows: it must know their end.
        told = select(_AUDIT.c.entity_key).where(_AUDIT.c.entity == "work_unit", _AUDIT.c.change > change.id)
        for key in sorted(brought.intersection(map(int, self._execute(told.distinct()).scalars()))):
            if self._row("work_unit", key) is not None:
                self._delete("work_unit", key)
        for part in batches(self._stream(select(_UNIT).where(_UNIT.c.id.in_(units)))):
            self._unsettle_many("work_unit", map(dict, part))
        self._execute(delete(_UNIT).where(_UNIT.c.id.in_(units)))
        self._execute(delete(_IMPORTED).where(_IMPORTED.c.change == change.id))
        self._audit(self._writing(), row.entity, row.key, row.after, None)

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
        for found in self._execute(later):
            if found.entity_key in keys:
                raise NotPossible(
                    f"`{change.command}` cannot be undone: U{found.entity_key} has been changed since.",
                    f"The later change is `{found.command}` by {found.agent}.",
                    "Undo that one first.",
                )
