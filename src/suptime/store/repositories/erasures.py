"""Erased rows of the audit trail: how they are written, and what proves that nothing else was changed.

An erased row keeps its hash, so the row after it still follows. The erasure's own audit rows, with
the entity `erasure`, name each erased row by agent and place, with that hash, the hash of the row
as the erasure left it, and the digests of what was erased. They are links of the chain like any
other row. With the digests in the place of the markers the row gives its hash again, so nothing
but personal data can have been changed in it.
"""

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from suptime.errors import NotPossible
from suptime.store.database.audit_chain import digests_of, hash_of, sealed
from suptime.store.mapped import Row, Values, key_of, quoted
from suptime.store.repositories.records import AuditRow, Change, name_of
from suptime.store.repositories.rows import Repository

ENTITY = "erasure"
COMMAND = "contact erase"

_PART = 1000
"""Erased rows that one audit row names: a record of an export has a limit."""


class Erased(NamedTuple):
    """What an erasure says of an audit row.

    `hash` is the one it keeps, `left` the one that it would have since, and `digests` are those of
    what its two texts held.
    """

    hash: str
    left: str
    digests: tuple[str | None, str | None]
    marker: str
    by: int
    """The id of the erasure's own audit row."""


def marker_of(number: int) -> str:
    """Return the text that takes the place of what the erasure `number` erases.

    >>> marker_of(3)
    'erased-3'
    """
    return f"erased-{number}"


def erased_in(after_json: str, by: int) -> Iterator[tuple[tuple[str, int], Erased]]:
    """Yield the audit rows that an erasure's row names, each by agent and place."""
    read = json.loads(after_json)
    for agent, place, kept, left, before, after in read["rows"]:
        yield (agent, place), Erased(kept, left, (before, after), read["marker"], by)


class Erasures(Repository[AuditRow]):
    """Personal data taken out of records and out of the audit trail."""

    ERASED = (
        f"SELECT id, after_json FROM audit WHERE entity = '{ENTITY}' AND command = '{COMMAND}' ORDER BY id"
    )
    KEYS = f"SELECT entity_key FROM audit WHERE entity = '{ENTITY}'"
    PREVIOUS = "SELECT hash FROM audit WHERE agent = :agent AND place = :place"
    WRITE_OVER = "UPDATE audit SET before_json = :before_json, after_json = :after_json WHERE id = :id"
    OF_CHANGE = "SELECT entity, entity_key, agent, place FROM audit WHERE change = :change AND agent = :agent ORDER BY id"

    def erased_rows(self) -> dict[tuple[str, int], Erased]:
        """Return every erased audit row, by agent and place, as the last erasure left it."""
        found: dict[tuple[str, int], Erased] = {}
        for number, after in self.driver.all(self.ERASED):
            found.update(erased_in(after, number))
        return found

    def next_number(self) -> int:
        """Return the number of the next erasure."""
        keys = self.driver.column(self.KEYS)
        return max((int(key.partition(".")[0]) for key in keys), default=0) + 1

    def each_row(self, entity: str) -> Iterator[Row]:
        """Yield all rows of a table by their key, a part at a time."""
        return self.rows.each_row(entity, f"ORDER BY {key_of(entity)}")

    def refuse_to_erase(self) -> None:
        """Refuse where the server would not let this login change the audit trail.

        Raises:
            NotPossible: the login does not own the database.
        """
        from suptime.store.repositories import team

        if self.driver.is_server and not team.is_owner(self.driver):
            raise NotPossible(
                "Only the owner of the database can erase personal data: no role may change the audit trail.",
                "Nothing was erased.",
                "Let the owner run the command, under the login that made the database.",
            )

    def overwrite(self) -> None:
        """Have SQLite write zeros over what this transaction deletes or replaces."""
        if not self.driver.is_server:
            self.driver.one("PRAGMA secure_delete = ON")

    def erase_record(self, entity: str, key: object, values: Values, *, remove: bool = False) -> None:
        """Write `values` over columns of a record, or remove it. Its audit row holds none of what was erased."""
        audit = self.rows.audit
        before = (self.rows.row(entity, key) or {}) | values
        where = f"WHERE {key_of(entity)} = :key"
        if remove:
            done = self.driver.run(f"DELETE FROM {quoted(entity)} {where}", key=key)
        else:
            written = ", ".join(f"{name} = :{name}" for name in values)
            done = self.driver.run(f"UPDATE {quoted(entity)} SET {written} {where}", key=key, **values)
        self.rows.require(done)
        audit.add(entity, str(key), before, None if remove else before)

    def erase_audit_rows(self, number: int, rows: Iterable[tuple[AuditRow, str | None, str | None]]) -> None:
        """Write new texts over what audit rows hold, and account for each in the erasure's own audit rows."""
        earlier = self.erased_rows()
        named = []
        for row, before, after in rows:
            there = earlier.get((row.agent, row.place))
            digests = there.digests if there else digests_of(_as_stored(row))
            named.append([row.agent, row.place, row.hash, self._left(row, before, after), *digests])
        parts = [named[start : start + _PART] for start in range(0, len(named), _PART)] or [[]]
        for count, part in enumerate(parts, 1):
            key = f"{number}" if count == 1 else f"{number}.{count}"
            self.rows.audit.add(ENTITY, key, None, {"marker": marker_of(number), "rows": part})

    def _left(self, row: AuditRow, before: str | None, after: str | None) -> str:
        """Replace the texts of an audit row. Return the hash that it would have with them."""
        texts = {"before_json": before, "after_json": after}
        self.rows.require(self.driver.run(self.WRITE_OVER, id=row.id, **texts))
        previous = self.driver.value(self.PREVIOUS, agent=row.agent, place=row.place - 1)
        return hash_of(previous or "", sealed(_as_stored(row) | texts))

    def refuse_erased(self, change: Change) -> None:
        """Refuse to undo a change that is an erasure, or of which something was erased since.

        Raises:
            NotPossible: it is one.
        """
        command = change.command
        rows = self.driver.all(self.OF_CHANGE, change=change.id, agent=change.agent)
        if any(entity == ENTITY for entity, *_ in rows):
            raise NotPossible(
                f"`{command}` cannot be undone: the erased personal data is not kept anywhere.",
                "The changes before it cannot be undone either.",
                "Correct those by a new change, for example with `suptime edit`.",
            )
        erased = self.erased_rows()
        for entity, key, agent, place in rows:
            if (agent, place) in erased:
                raise NotPossible(
                    f"`{command}` cannot be undone: personal data in its record of"
                    f" {name_of(entity, key)} was erased since.",
                    hint="Correct it by a new change, for example with `suptime edit`.",
                )


def _as_stored(row: AuditRow) -> Values:
    """Return the columns of an audit row that its hash covers."""
    return {
        "agent": row.agent,
        "place": row.place,
        "change": row.change,
        "at": row.at,
        "command": row.command,
        "entity": row.entity,
        "entity_key": row.key,
        "before_json": row.before,
        "after_json": row.after,
        "undoes": row.undoes,
    }
