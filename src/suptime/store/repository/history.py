"""The audit trail, and `undo`, which works from it."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, exists, select

from suptime.errors import NotPossible
from suptime.store import recorded
from suptime.store.records import AuditRow, Change, RowChange, name_of
from suptime.store.repository.erasures import Erasures
from suptime.store.repository.imports import Imports
from suptime.store.repository.rows import key_column, typed
from suptime.store.repository.units import Units
from suptime.store.tables import TABLES
from suptime.store.work_mapping import Values, canonical

_AUDIT = TABLES["audit"]
_CASE = TABLES["case"]
_BULK = "import"
_RECORDED = recorded.ENTITY
_KEPT = frozenset({"standing", "audit"})
_ISSUED = frozenset({"issue", "invoice"})


class History(Units, Imports, Erasures):
    """What was changed when by whom, and how to take it back."""

    def last_change(self, agent: str) -> Change | None:
        """The newest change of AGENT that is not undone and is no undo itself, or None."""
        other = _AUDIT.alias()
        mine = (_AUDIT.c.agent == agent, _AUDIT.c.undoes.is_(None), _AUDIT.c.entity != _RECORDED)
        # Only rows of the agent's own: no other agent's row may stop this agent, or be taken for a part of the change.
        undone = exists().where(other.c.undoes == _AUDIT.c.change, other.c.agent == agent)
        statement = select(_AUDIT.c.change).where(*mine, ~undone)
        newest = statement.order_by(_AUDIT.c.change.desc()).limit(1)
        number = self._execute(newest).scalar()
        return None if number is None else self.change(number, agent)

    def change(self, id: int, agent: str) -> Change | None:  # noqa: A002 -- an id is called an id
        """Return the change of `agent` with number `id`, or None; without the digests of what came in bulk."""
        named = (_AUDIT.c.change == id, _AUDIT.c.agent == agent, _AUDIT.c.entity != _RECORDED)
        rows = self._all(select(_AUDIT).where(*named).order_by(_AUDIT.c.id))
        if not rows:
            return None
        changes = tuple(
            RowChange(row["entity"], row["entity_key"], _read(row["before_json"]), _read(row["after_json"]))
            for row in rows
        )
        return Change(id, rows[0]["at"], rows[0]["agent"], rows[0]["command"], changes)

    def each_audit_row(self) -> Iterator[AuditRow]:
        """The audit trail in order, a part at a time."""
        for row in self._stream(select(_AUDIT).order_by(_AUDIT.c.id)):
            yield AuditRow(*row.values())

    def undo(self, change: Change) -> None:
        """Take CHANGE back: its rows, the last one first, become what they were before.

        Raises:
            NotPossible: CHANGE is undone already, an import of records, or erased since; one of its rows has been
                changed since, or is needed by another; or the work would overlap other work.
        """
        self._writing()
        mine = (_AUDIT.c.undoes == change.id, _AUDIT.c.agent == change.agent)
        undone = self._one(select(_AUDIT.c.change).where(*mine).limit(1))
        if undone:
            raise NotPossible(f"`{change.command}` is undone already.")
        self.refuse_erased(change)
        self._undoes = change.id
        for row in reversed(change.rows):
            if row.entity != _BULK:
                self._undo_row(change, row)
            elif "source" in (row.after or {}):
                self._undo_import(change, row)
            else:
                raise NotPossible("An import cannot be undone.", hint="Go back to a backup from before it.")
        for row in change.rows:
            if row.entity == "work_unit" and row.before is not None:
                self._refuse_overlap(row.before)

    def _undo_row(self, change: Change, row: RowChange) -> None:
        if row.entity in _ISSUED:
            raise NotPossible(
                f"`{change.command}` cannot be undone: what was issued stays.",
                "A credit note reverses an invoice.",
                "suptime invoice credit NUMBER --reason S --reopen",
            )
        if row.entity == "team":
            raise NotPossible(
                f"`{change.command}` cannot be undone: it changed what the server lets {row.name} do.",
                hint="suptime team grant, or suptime team revoke, changes it again.",
            )
        if row.entity in {"sending", "delivery"}:
            raise NotPossible(
                f"`{change.command}` cannot be undone: mail cannot be called back.",
                f"It is about {row.key}.",
                f"suptime invoice send {row.key} --again, to send it once more.",
            )
        if not self._is_still(row):
            raise self._changed_since(change, row)
        if row.before is None:
            self._refuse_needed(row)
            # The standing goes with its case; the case is none to work out anew.
            self._delete(row.entity, self._key_of(row))
        elif row.after is None:
            self._insert(row.entity, typed(row.entity, row.before))
        else:
            self._update(row.entity, self._key_of(row), typed(row.entity, row.before))
        self._touch_after(row)

    def _is_still(self, row: RowChange) -> bool:
        """Whether the record is as the change left it, in the columns that there were then."""
        current = self._row(row.entity, self._key_of(row))
        if current is None or row.after is None:
            return current is None and row.after is None
        return canonical({name: current.get(name) for name in row.after}) == canonical(row.after)

    def _key_of(self, row: RowChange) -> Any:
        return int(row.key) if key_column(row.entity).name == "id" else row.key

    def _changed_since(self, change: Change, row: RowChange) -> NotPossible:
        other = _AUDIT.alias()
        later = select(_AUDIT).where(
            _AUDIT.c.entity == row.entity,
            _AUDIT.c.entity_key == row.key,
            _AUDIT.c.change > change.id,
            _AUDIT.c.undoes.is_(None),
            ~exists().where(other.c.undoes == _AUDIT.c.change, other.c.agent == _AUDIT.c.agent),
        )
        found = self._one(later.order_by(_AUDIT.c.change.desc()).limit(1))
        what = f"`{change.command}` cannot be undone: {row.name} has been changed since."
        if found is None:
            return NotPossible(what)
        why = f"The later change is `{found['command']}` by {found['agent']}."
        return NotPossible(what, why, "Undo that one first.")

    def _refuse_needed(self, row: RowChange) -> None:
        """Refuse to take back what other rows point to, and name the first of them."""
        for entity, table in TABLES.items():
            for constraint in table.foreign_key_constraints:
                if entity in _KEPT or constraint.referred_table.name != row.entity:
                    continue
                points = and_(
                    *(
                        key.parent == typed(row.entity, row.after or {})[key.column.name]
                        for key in constraint.elements
                    )
                )
                key = key_column(entity)
                found = self._execute(select(key).where(points).order_by(key).limit(1)).scalar()
                if found is not None:
                    raise NotPossible(
                        f"{row.name[0].upper()}{row.name[1:]} cannot be taken back: "
                        f"{name_of(entity, str(found))} needs it.",
                        hint="Take that back first.",
                    )

    def _refuse_overlap(self, before: Any) -> None:
        unit = self.unit(before["id"])
        if unit is None:
            return
        other = self.overlapping(unit.agent, unit.started_at, unit.ended_at, but=unit.id)
        if other:
            raise NotPossible(
                f"U{unit.id} cannot be brought back: it would overlap U{other.id} on {other.case}.",
                hint=f"suptime edit U{other.id}, or suptime delete U{other.id}, first.",
            )

    def _touch_after(self, row: RowChange) -> None:
        values = row.after or row.before or {}
        if row.entity == "case":
            if row.before is None:
                self.touched_cases.discard(row.key)
            else:
                self._touch_numbers([row.key])
        elif row.entity == "case_event":
            self._touch_numbers([values["case_number"]])
        elif row.entity in {"contract_version", "price", "purchase"}:
            self._touch(_CASE.c.contract == values["contract"])
        elif row.entity == "client":
            self._touch(_CASE.c.client == values["code"])
        elif row.entity == "contact":
            self._touch(_CASE.c.client == values["client"])


def _read(text: str | None) -> Values | None:
    return None if text is None else json.loads(text)
