"""The audit trail, and `undo`, which works from it."""

import json
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import and_, delete, exists, func, insert, select, update

from suptime.domain.booking import WorkUnit
from suptime.errors import NotPossible
from suptime.store.database.audit_chain import START, Head, hash_of, sealed
from suptime.store.repositories import row_digests
from suptime.store.repositories.bulk import Bulk
from suptime.store.repositories.erasures import Erased, Erasures
from suptime.store.repositories.records import AuditRow, Change, RowChange, name_of
from suptime.store.repositories.rows import batches, key_column, typed
from suptime.store.repositories.work import Units
from suptime.store.tables.personal_data import SEALED
from suptime.store.tables.work import SERVER_CHANGES, TABLES
from suptime.store.timer.rows import Values, canonical

_AUDIT = TABLES["audit"]

_HEAD = TABLES["audit_head"]


class Trail(Erasures):
    """The audit trail, looked over."""

    def audit_heads(self) -> dict[str, Head]:
        """Where each agent's trail ends, by agent. Kept elsewhere, it proves a trail that goes on from it."""
        # Place 0 is of who has no trail yet.
        rows = self._all(select(_HEAD).where(_HEAD.c.place > 0).order_by(_HEAD.c.agent))
        return {row["agent"]: Head(row["place"], row["hash"]) for row in rows}

    def trail_faults(self) -> Iterator[str]:
        """Every fault of the audit trail, in a sentence that names the agent and the row."""
        heads, proof = self.audit_heads(), _Proof(self.erased_rows())
        rows = self._stream(select(_AUDIT).order_by(_AUDIT.c.agent, _AUDIT.c.place))
        for agent, mine in groupby(rows, key=lambda row: str(row["agent"])):
            end = yield from _faults_of(agent, mine, proof)
            yield from _faults_at_the_end(agent, end, heads.pop(agent, START))
        for agent, head in heads.items():
            yield from _faults_at_the_end(agent, START, head)
        yield from proof.faults()
        yield from self._missing_changes()

    def _missing_changes(self) -> Iterator[str]:
        """In a file, changes are counted over all agents without a gap: a trail that is gone whole leaves one.

        On a server, agents write at the same time: a change that failed there leaves a gap, too.
        """
        number = select(_AUDIT.c.change).where(_AUDIT.c.change <= SERVER_CHANGES).distinct().subquery()
        before = func.coalesce(func.lag(number.c.change).over(order_by=number.c.change), 0)
        steps = select(before.label("before"), number.c.change).subquery()
        gaps = select(steps).where(steps.c.change != steps.c.before + 1).order_by(steps.c.change)
        for row in self._all(gaps):
            yield _missing("change", row["before"] + 1, row["change"] - 1, "the audit trail")


@dataclass(slots=True)
class _Proof:
    """What the rows looked at so far prove of erased ones."""

    erased: Mapping[tuple[str, int], Erased]
    sealed_since: int | None = None
    """The first id of a row whose hash covers personal data by its digest."""
    unproven: list[tuple[int, str]] = field(default_factory=list)
    """Rows for which their erasure alone speaks: the id, and a fault for where it must not."""

    def holds(self, before: str, row: Mapping[str, Any], name: str) -> bool:
        """Whether a row that follows the hash `before` is as it was written, but for what was erased of it."""
        now = hash_of(before, sealed(row))
        if now == row["hash"]:
            self._seals(row)
            return True
        by = self.erased.get((row["agent"], row["place"]))
        if by is None or by.hash != row["hash"]:
            # Rows of older versions are hashed as they are.
            return hash_of(before, row) == str(row["hash"])
        texts = (row["before_json"] or "", row["after_json"] or "")
        marked = row["entity"] in SEALED and any(by.marker in text for text in texts)
        if by.left != now or not marked or row["id"] > by.by:
            return False
        if hash_of(before, sealed(row, by.digests)) == row["hash"]:
            self._seals(row)
        else:
            self.unproven.append((row["id"], f"{name} has other changes than those of its erasure."))
        return True

    def faults(self) -> Iterator[str]:
        """The erased rows that would give their hash again, had nothing but personal data been changed."""
        for number, fault in self.unproven:
            # Rows of older versions were hashed as they are, so they come before all others.
            if self.sealed_since is not None and number > self.sealed_since:
                yield fault

    def _seals(self, row: Mapping[str, Any]) -> None:
        if row["entity"] in SEALED:
            self.sealed_since = min(row["id"], self.sealed_since or row["id"])


def _faults_of(agent: str, rows: Iterator[Mapping[str, Any]], proof: "_Proof") -> Generator[str, None, Head]:
    """The faults of AGENT's ROWS, which are in order. Returns where they end."""
    head, newest = START, 0
    for row in rows:
        place = row["place"]
        name = f"Row {place} of {agent}'s audit trail (`{row['command']}`, id {row['id']})"
        if place > head.place + 1:
            # Without the row that it follows, nobody can say whether this one is as it was.
            yield _missing("row", head.place + 1, place - 1, f"{agent}'s audit trail")
        elif not proof.holds(head.hash, row, name):
            yield f"{name} is not as it was written."
        if row["id"] <= newest:
            yield f"{name} is not in its place."
        head, newest = Head(place, row["hash"]), row["id"]
    return head


def _faults_at_the_end(agent: str, end: Head, head: Head) -> Iterator[str]:
    """What is wrong where AGENT's rows END while their HEAD stands written down."""
    if end.place < head.place:
        yield _missing("row", end.place + 1, head.place, f"{agent}'s audit trail")
    elif end.place > head.place:
        yield f"{agent}'s audit trail goes on after its last row, {head.place}."
    elif end.hash != head.hash:
        yield f"Row {end.place} of {agent}'s audit trail is not the last one that was written."


def _missing(what: str, first: int, last: int, where: str) -> str:
    if first == last:
        return f"{what.capitalize()} {first} of {where} is missing."
    return f"{what.capitalize()}s {first} to {last} of {where} are missing."


_IMPORTED = TABLES["imported"]

_UNIT = TABLES["work_unit"]


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


_CASE = TABLES["case"]

_BULK = "import"

_RECORDED = row_digests.ENTITY

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
