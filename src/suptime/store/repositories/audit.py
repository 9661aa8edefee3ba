"""The audit trail, and `undo`, which works from it."""

import json
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from suptime.errors import NotPossible
from suptime.store.database.audit_chain import SERVER_CHANGES, START, Head, canonical, hash_of, sealed
from suptime.store.mapped import Mapped, Values, columns_of, key_of, quoted, stored
from suptime.store.repositories.erasures import COMMAND, Erased, Erasures, erased_in
from suptime.store.repositories.erasures import ENTITY as ERASURE
from suptime.store.repositories.imports import NEVER_UNDONE, Imports
from suptime.store.repositories.records import AuditRow, Change, RowChange, name_of
from suptime.store.repositories.rows import RECORDED, Repository, Rows, typed
from suptime.store.repositories.work import Units
from suptime.store.tables.personal_data import SEALED

_KEPT = frozenset({"standing", "audit"})
_ISSUED = frozenset({"issue", "invoice"})


class Audit(Repository[AuditRow]):
    """The audit trail: what was changed when by whom, and how to take it back."""

    mapped = Mapped(
        AuditRow,
        "audit",
        columns={"key": "entity_key", "before": "before_json", "after": "after_json"},
    )
    # Place 0 is of who has no trail yet.
    HEADS = "SELECT agent, place, hash FROM audit_head WHERE place > 0 ORDER BY agent"
    IN_CHAIN = f"SELECT {columns_of('audit')} FROM audit ORDER BY agent, place"
    EACH = f"{mapped.select} ORDER BY id"
    # Where the changes of a file are counted with a gap.
    GAPS = (
        "SELECT before, change FROM (SELECT coalesce(lag(change) OVER (ORDER BY change), 0) AS before, change"
        " FROM (SELECT DISTINCT change FROM audit WHERE change <= :most) AS numbers) AS steps"
        " WHERE change <> before + 1 ORDER BY change"
    )
    # Only rows of the agent's own: no other agent's row may stop this agent, or be taken for a part of the change.
    LAST_CHANGE = (
        f"SELECT change FROM audit WHERE agent = :agent AND undoes IS NULL AND entity <> '{RECORDED}'"
        f" AND {NEVER_UNDONE} ORDER BY change DESC LIMIT 1"
    )
    CHANGE = (
        "SELECT at, agent, command, entity, entity_key, before_json, after_json FROM audit"
        f" WHERE change = :change AND agent = :agent AND entity <> '{RECORDED}' ORDER BY id"
    )
    UNDONE = "SELECT change FROM audit WHERE undoes = :change AND agent = :agent LIMIT 1"
    LATER = (
        "SELECT command, agent FROM audit WHERE entity = :entity AND entity_key = :key AND change > :change"
        f" AND undoes IS NULL AND {NEVER_UNDONE} ORDER BY change DESC LIMIT 1"
    )

    def __init__(self, rows: Rows) -> None:
        super().__init__(rows)
        self._unaccounted: dict[tuple[str, int], tuple[str, str, int, str]] = {}
        """Audit rows that came in with another hash than their own, by agent and place.

        Of each: the hash it came with, the one it gets here, its id and its command.
        """

    def heads(self) -> dict[str, Head]:
        """Return where each agent's trail ends, by agent. Kept elsewhere, it proves a trail that goes on from it."""
        return {agent: Head(place, hash) for agent, place, hash in self.driver.all(self.HEADS)}  # noqa: A001

    def faults(self) -> Iterator[str]:
        """Yield every fault of the audit trail, in a sentence that names the agent and the row."""
        heads, proof = self.heads(), _Proof(Erasures(self.rows).erased_rows())
        rows = (stored("audit", row) for row in self.driver.stream(self.IN_CHAIN))
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
        for before, change in self.driver.all(self.GAPS, most=SERVER_CHANGES):
            yield _missing("change", before + 1, change - 1, "the audit trail")

    def each(self) -> Iterator[AuditRow]:
        """Yield the audit trail in order, a part at a time."""
        return self.read_each(self.EACH)

    def last_change(self, agent: str) -> Change | None:
        """Return the newest change of an agent that is not undone and is no undo itself, or None."""
        number = self.driver.value(self.LAST_CHANGE, agent=agent)
        return None if number is None else self.change(number, agent)

    def change(self, id: int, agent: str) -> Change | None:  # noqa: A002
        """Return the change of `agent` with number `id`, or None; without the digests of what came in bulk."""
        rows = self.driver.all(self.CHANGE, change=id, agent=agent)
        if not rows:
            return None
        changes = tuple(
            RowChange(entity, key, _read(before), _read(after)) for *_, entity, key, before, after in rows
        )
        at, by, command = rows[0][:3]
        return Change(id, at, by, command, changes)

    def undo(self, change: Change) -> None:
        """Take `change` back: its rows, the last one first, become what they were before.

        Raises:
            NotPossible: `change` is undone already, an import of records, or erased since; one of its rows has been
                changed since, or is needed by another; or the work would overlap other work.
        """
        self.rows.require_author()
        if self.driver.one(self.UNDONE, change=change.id, agent=change.agent):
            raise NotPossible(f"`{change.command}` is undone already.")
        Erasures(self.rows).refuse_erased(change)
        self.rows.audit.undoes = change.id
        for row in reversed(change.rows):
            if row.entity != "import":
                self._undo_row(change, row)
            elif "source" in (row.after or {}):
                Imports(self.rows).take_back(change, row)
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
            self.rows.delete(row.entity, self._key_of(row))
        elif row.after is None:
            self.rows.insert(row.entity, typed(row.entity, row.before))
        else:
            self.rows.update(row.entity, self._key_of(row), typed(row.entity, row.before))
        self._touch_after(row)

    def _is_still(self, row: RowChange) -> bool:
        """Return whether the record is as the change left it, in the columns that there were then."""
        current = self.rows.row(row.entity, self._key_of(row))
        if current is None or row.after is None:
            return current is None and row.after is None
        return canonical({name: current.get(name) for name in row.after}) == canonical(row.after)

    def _key_of(self, row: RowChange) -> Any:
        return int(row.key) if key_of(row.entity) == "id" else row.key

    def _changed_since(self, change: Change, row: RowChange) -> NotPossible:
        found = self.driver.one(self.LATER, entity=row.entity, key=row.key, change=change.id)
        what = f"`{change.command}` cannot be undone: {row.name} has been changed since."
        if found is None:
            return NotPossible(what)
        why = f"The later change is `{found[0]}` by {found[1]}."
        return NotPossible(what, why, "Undo that one first.")

    def _refuse_needed(self, row: RowChange) -> None:
        """Refuse to take back what other rows point to, and name the first of them."""
        from suptime.store.tables.work import TABLES

        known = typed(row.entity, row.after or {})
        for entity, table in TABLES.items():
            for constraint in table.foreign_key_constraints:
                if entity in _KEPT or constraint.referred_table.name != row.entity:
                    continue
                points = {one.parent.name: known[one.column.name] for one in constraint.elements}
                where = " AND ".join(f"{name} = :{name}" for name in points)
                key = key_of(entity)
                found = self.driver.value(
                    f"SELECT {key} FROM {quoted(entity)} WHERE {where} ORDER BY {key} LIMIT 1",
                    **points,
                )
                if found is not None:
                    raise NotPossible(
                        f"{row.name[0].upper()}{row.name[1:]} cannot be taken back: "
                        f"{name_of(entity, str(found))} needs it.",
                        hint="Take that back first.",
                    )

    def _refuse_overlap(self, before: Any) -> None:
        unit = Units(self.rows).get(before["id"])
        if unit is None:
            return
        other = Units(self.rows).overlapping(unit.agent, unit.started_at, unit.ended_at, but=unit.id)
        if other:
            raise NotPossible(
                f"U{unit.id} cannot be brought back: it would overlap U{other.id} on {other.case}.",
                hint=f"suptime edit U{other.id}, or suptime delete U{other.id}, first.",
            )

    def _touch_after(self, row: RowChange) -> None:
        values = row.after or row.before or {}
        if row.entity == "case":
            if row.before is None:
                self.rows.touched_cases.discard(row.key)
            else:
                self.rows.touch([row.key])
        elif row.entity == "case_event":
            self.rows.touch([values["case_number"]])
        elif row.entity in {"contract_version", "price", "purchase"}:
            self.rows.touch_where("contract = :contract", contract=values["contract"])
        elif row.entity == "client":
            self.rows.touch_where("client = :client", client=values["code"])
        elif row.entity == "contact":
            self.rows.touch_where("client = :client", client=values["client"])

    def add_many(self, rows: Iterable[AuditRow]) -> int:
        """Put back an audit trail, in its order and with its numbers, as an export held it.

        Places and hashes are worked out anew, each from the row before: a hash depends on what the
        row says and on nothing else, so an unchanged trail gets the hashes that it had. Where a row
        brings its hash along, the two must be equal.

        Raises:
            NotPossible: a row's own hash is not the one that it gets here: it was changed, or one
                before it is missing.
        """
        count = self.rows.add_many("audit", map(self._chained, rows))
        self.rows.changes_taken()
        return count

    def _chained(self, row: AuditRow) -> Values:
        trail = self.rows.audit
        before = trail.heads.get(row.agent, START)
        values = self.mapped.values(row)
        linked = trail.linked(
            {name: value for name, value in values.items() if name not in {"place", "hash"}}
        )
        if row.entity == ERASURE and row.command == COMMAND:
            for place, erased in erased_in(row.after or "", row.id):
                if self._unaccounted.get(place, ())[:2] == (erased.hash, erased.left):
                    del self._unaccounted[place]
        if row.hash not in {"", linked["hash"], hash_of(before.hash, linked)}:
            # It may have been erased since: then an erasure that comes later accounts for it.
            waits = (row.hash, linked["hash"], row.id, row.command)
            self._unaccounted[row.agent, linked["place"]] = waits
        if row.hash:
            # That of an older version or of an erased row is another one than it would get here.
            trail.heads[row.agent] = Head(linked["place"], row.hash)
            linked["hash"] = row.hash
        return linked

    def refuse_unaccounted(self) -> None:
        """Refuse audit rows that came in with a hash that is neither theirs nor accounted for by an erasure.

        Raises:
            NotPossible: there is one: it was changed, or one before it is missing.
        """
        for (agent, _), (_, _, number, command) in self._unaccounted.items():
            raise NotPossible(
                f"The audit row {number}, of {agent}'s `{command}`, does not follow the one before it.",
                "It was changed, or a row before it is missing.",
            )


@dataclass(slots=True)
class _Proof:
    """What the rows looked at so far prove of erased ones."""

    erased: Mapping[tuple[str, int], Erased]
    sealed_since: int | None = None
    """The first id of a row whose hash covers personal data by its digest."""
    unproven: list[tuple[int, str]] = field(default_factory=list)
    """Rows for which their erasure alone speaks: the id, and a fault for where it must not."""

    def holds(self, before: str, row: Mapping[str, Any], name: str) -> bool:
        """Return whether a row that follows the hash `before` is as it was written, but for what was erased of it."""
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
        """Yield the erased rows that would give their hash again, had nothing but personal data been changed."""
        for number, fault in self.unproven:
            # Rows of older versions were hashed as they are, so they come before all others.
            if self.sealed_since is not None and number > self.sealed_since:
                yield fault

    def _seals(self, row: Mapping[str, Any]) -> None:
        if row["entity"] in SEALED:
            self.sealed_since = min(row["id"], self.sealed_since or row["id"])


def _faults_of(agent: str, rows: Iterator[Mapping[str, Any]], proof: "_Proof") -> Generator[str, None, Head]:
    """Yield the faults of `agent`'s `rows`, which are in order. Returns where they end."""
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
    """Yield what is wrong where `agent`'s rows `end` while their `head` stands written down."""
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


def _read(text: str | None) -> Values | None:
    return None if text is None else json.loads(text)
