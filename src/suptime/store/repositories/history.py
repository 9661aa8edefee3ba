"""Changes as people see them, and taking them back: `history`, `undo` and `redo` work from the audit trail."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from suptime.domain.time import Instant
from suptime.errors import NotPossible
from suptime.store.database.audit_chain import canonical
from suptime.store.database.driver import Query
from suptime.store.mapped import Values, key_of, quoted
from suptime.store.repositories.erasures import Erasures
from suptime.store.repositories.imports import COUNTS, IS_UNDONE, Imports
from suptime.store.repositories.receivables import LEDGER
from suptime.store.repositories.records import Change, RowChange, name_of
from suptime.store.repositories.rows import RECORDED, Repository, typed
from suptime.store.repositories.work import AgentRoles, Units

UNDO, REDO = "undo", "redo"
"""The commands of the changes that take another change back."""

_KEPT = frozenset({"standing", "stock", "unrated", "audit"})

_TEXTS = ("audit.after_json", "audit.before_json")
_OWNERS = {
    "case_number": 'SELECT "case".client FROM "case" WHERE "case".number',
    "contract": "SELECT contract.client FROM contract WHERE contract.code",
    "invoice": "SELECT invoice.client FROM invoice WHERE invoice.number",
}
"""Columns that name something of a client, and how that client is found."""


def _columns(name: str, *, on_server: bool) -> Sequence[str]:
    """Return a column of the row that an audit row is about, after and before, as SQL."""
    read = "(CAST({} AS json) ->> '{}')" if on_server else "json_extract({}, '$.{}')"
    return [read.format(text, name) for text in _TEXTS]


def _search(*, on_server: bool) -> Query:
    """Return the statement that finds changes, the newest first, on this kind of database."""
    cases = ", ".join(_columns("case_number", on_server=on_server))
    clients = [*_columns("client", on_server=on_server)]
    for name, owner in _OWNERS.items():
        clients += [f"({owner} = {column})" for column in _columns(name, on_server=on_server)]
    return Query(
        "SELECT change, agent FROM audit",
        {
            "agent": "agent = :agent",
            "unit": "entity = 'work_unit' AND entity_key = :unit",
            "case": f"(entity = 'case' AND entity_key = :case OR :case IN ({cases}))",
            "client": f"(entity = 'client' AND entity_key = :client OR :client IN ({', '.join(clients)}))",
            "start": "at >= :start",
            "end": "at < :end",
        },
        "GROUP BY change, agent ORDER BY change DESC LIMIT :limit",
        f"entity <> '{RECORDED}'",
    )


class History(Repository[Change]):
    """The changes of a store, and how to take them back."""

    SEARCHES = (_search(on_server=False), _search(on_server=True))
    # Only rows of the agent's own: no other agent's row may stop this agent, or be taken for a part of the change.
    LAST = (
        f"SELECT change FROM audit WHERE agent = :agent AND entity <> '{RECORDED}' AND {COUNTS}"
        " ORDER BY change DESC LIMIT 1"
    )
    LAST_UNDO = (
        f"SELECT change FROM audit WHERE agent = :agent AND command = '{UNDO}' AND undoes IS NOT NULL"
        f" AND NOT {IS_UNDONE} AND change > coalesce((SELECT max(other.change) FROM audit AS other"
        f" WHERE other.agent = :agent AND other.undoes IS NULL AND other.entity <> '{RECORDED}'), 0)"
        " ORDER BY change DESC LIMIT 1"
    )
    CHANGE = (
        "SELECT at, agent, command, undoes, entity, entity_key, before_json, after_json FROM audit"
        f" WHERE change = :change AND agent = :agent AND entity <> '{RECORDED}' ORDER BY id"
    )
    AGENT = f"SELECT agent FROM audit WHERE change = :change AND entity <> '{RECORDED}' ORDER BY id LIMIT 1"
    UNDONE_BY = (
        "SELECT change FROM audit WHERE undoes = :change AND agent = :agent"
        f" AND NOT {IS_UNDONE} ORDER BY change DESC LIMIT 1"
    )
    LATER = (
        "SELECT change, command, agent FROM audit WHERE entity = :entity AND entity_key = :key"
        f" AND change > :change AND {COUNTS} ORDER BY change DESC LIMIT 1"
    )

    def find(
        self,
        *,
        agent: str | None,
        case: str | None,
        unit: int | None,
        client: str | None,
        start: Instant | None,
        end: Instant | None,
        limit: int,
    ) -> Iterator[Change]:
        """Yield the newest changes, at most `limit`, of an agent, about a case, a unit or a client, within a period."""
        found = self.driver.all(
            self.SEARCHES[self.driver.is_server],
            agent=agent,
            case=case,
            unit=None if unit is None else str(unit),
            client=client,
            start=start,
            end=end,
            limit=limit,
        )
        for id, who in found:  # noqa: A001
            if change := self.change(id, who):
                yield change

    def last(self, agent: str) -> Change | None:
        """Return the newest change of an agent that counts: no undo or redo, and not undone; or None."""
        number = self.driver.value(self.LAST, agent=agent)
        return None if number is None else self.change(number, agent)

    def last_undo(self, agent: str) -> Change | None:
        """Return the newest undo of an agent that is not taken back, if the agent changed nothing else since."""
        number = self.driver.value(self.LAST_UNDO, agent=agent)
        return None if number is None else self.change(number, agent)

    def change(self, id: int, agent: str | None = None) -> Change | None:  # noqa: A002
        """Return the change with number `id` (of `agent`), or None; without the digests of what came in bulk."""
        who = self.driver.value(self.AGENT, change=id) if agent is None else agent
        rows = self.driver.all(self.CHANGE, change=id, agent=who)
        if not rows:
            return None
        changes = tuple(
            RowChange(entity, key, _read(before), _read(after)) for *_, entity, key, before, after in rows
        )
        at, by, command, undoes = rows[0][:4]
        return Change(id, at, by, command, changes, undoes)

    def undone_by(self, change: Change) -> int | None:
        """Return the number of the change that took `change` back and still counts, or None."""
        number: int | None = self.driver.value(self.UNDONE_BY, change=change.id, agent=change.agent)
        return number

    def objection(self, change: Change, agent: str) -> NotPossible | None:
        """Return why `agent` cannot undo `change`, or None."""
        try:
            self.refuse(change, agent)
        except NotPossible as error:
            return error
        return None

    def refuse(self, change: Change, agent: str) -> None:
        """Refuse to undo `change` if `agent` cannot.

        Raises:
            NotPossible: it is another agent's, or an undo or redo itself; or see `refuse_taking_back`.
        """
        if change.agent != agent:
            raise NotPossible(
                f"Change {change.id} is `{change.command}` by {change.agent}.",
                "You can undo only changes of your own.",
            )
        if change.undoes is not None:
            raise NotPossible(
                f"Change {change.id} is `{change.command}`, which itself cannot be undone.",
                hint="suptime redo" if change.command == UNDO else "suptime undo",
            )
        self.refuse_taking_back(change)

    def refuse_taking_back(self, change: Change) -> None:
        """Refuse to take `change` back (an undo: to redo what it took back), if that is not possible.

        Raises:
            NotPossible: it is undone already, an import of records, or erased since; one of its rows has been
                changed since, or is needed by another; or the work would overlap other work.
        """
        if self.undone_by(change) is not None:
            raise NotPossible(f"`{change.command}` is undone already.")
        Erasures(self.rows).refuse_erased(change)
        if is_reversible(change):
            return
        for row in change.rows:
            _refuse_kind(change, row)
        rows = _net(change)
        own = {(row.entity, row.key) for row in rows}
        for row in rows:
            if row.entity == "import":
                own |= {("work_unit", key) for key in Imports(self.rows).refuse_changed(change)}
                continue
            later = self._later(change, row.entity, row.key)
            if later or not self._is_still(row):
                why = f"The later change is {later}." if later else ""
                raise NotPossible(
                    f"{_cannot(change)}: {row.name} has been changed since.",
                    why,
                    "Undo that one first." if later else "",
                )
        for row in rows:
            if row.before is None and row.after is not None and row.entity != "import":
                self._refuse_needed(change, row, own)
        for row in rows:
            if row.entity == "work_unit" and row.before is not None:
                self._refuse_overlap(row.before, own)

    def undo(self, change: Change) -> None:
        """Take `change` back: its rows, the last one first, become what they were before.

        Raises:
            NotPossible: as `refuse_taking_back` says.
        """
        self.rows.require_author()
        self.refuse_taking_back(change)
        self.rows.audit.undoes = change.id
        self.driver.defer_references()
        for row in reversed(change.rows):
            if row.entity == "import":
                Imports(self.rows).take_back(change, row)
            else:
                self._undo_row(row)

    def note_undo(self, change: Change) -> None:
        """Note that what this transaction enters takes `change` back."""
        self.rows.require_author()
        self.refuse_taking_back(change)
        self.rows.audit.undoes = change.id

    def _undo_row(self, row: RowChange) -> None:
        if row.before is None:
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

    def _later(self, change: Change, entity: str, key: str) -> str:
        """Return the last change after `change` that counts and is about a record, in words; empty if there is none."""
        found = self.driver.one(self.LATER, entity=entity, key=key, change=change.id)
        return "" if found is None else f"{found[0]}, `{found[1]}` by {found[2]}"

    def _refuse_needed(self, change: Change, row: RowChange, own: set[tuple[str, str]]) -> None:
        """Refuse to take back what rows that are not the change's `own` point to, and name the first of them."""
        from suptime.store.tables.work import TABLES

        known = typed(row.entity, row.after or {})
        for entity, table in TABLES.items():
            for constraint in table.foreign_key_constraints:
                if entity in _KEPT or constraint.referred_table.name != row.entity:
                    continue
                points = {one.parent.name: known[one.column.name] for one in constraint.elements}
                where = " AND ".join(f"{name} = :{name}" for name in points)
                key = key_of(entity)
                found = self.driver.column(
                    f"SELECT {key} FROM {quoted(entity)} WHERE {where} ORDER BY {key} LIMIT :most",
                    most=len(own) + 1,
                    **points,
                )
                other = next((str(one) for one in found if (entity, str(one)) not in own), None)
                if other is not None:
                    later = self._later(change, entity, other)
                    raise NotPossible(
                        f"{row.name[0].upper()}{row.name[1:]} cannot be taken back: "
                        f"{name_of(entity, other)} needs it.",
                        f"The later change is {later}." if later else "",
                        "Take that back first.",
                    )

    def _refuse_overlap(self, before: Mapping[str, Any], own: set[tuple[str, str]]) -> None:
        """Refuse to bring a unit back over work that is not the change's `own`."""
        start, end = before["started_at"], before["ended_at"]
        for other in Units(self.rows).all_overlapping(before["agent"], start, end, most=len(own) + 1):
            if ("work_unit", str(other.id)) not in own:
                raise NotPossible(
                    f"U{before['id']} cannot be brought back: it would overlap U{other.id} on {other.case}.",
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
        elif row.entity == "agent_role":
            AgentRoles(self.rows).touch([values["agent"]])
        elif row.entity == "client":
            self.rows.touch_where("client = :client", client=values["code"])
        elif row.entity == "contact":
            self.rows.touch_where("client = :client", client=values["client"])


def _cannot(change: Change) -> str:
    """Return the beginning of a sentence about a change that cannot be taken back."""
    return f"`{change.command}` cannot be undone" if change.undoes is None else "This cannot be redone"


def _net(change: Change) -> list[RowChange]:
    """Return what `change` did to each record in all: as it was before the first row, and after the last."""
    found: dict[tuple[str, str], RowChange] = {}
    for row in change.rows:
        before = found.get((row.entity, row.key), row).before
        found[row.entity, row.key] = RowChange(row.entity, row.key, before, row.after)
    return [*found.values()]


_CORRECTED_BY = {
    "voided": "Enter it again: suptime payment add, payment refund or invoice write-off",
    "allocation": "suptime payment allocate ID --for NUMBER",
    "reminder": "suptime payment void R1 --reason S waives the charge of a reminder",
}
"""What corrects a change whose rows cannot be taken back."""

_REVERSED = frozenset({"assignment", "transfer", "write_off", "discount", "allocation"})


def is_reversible(change: Change) -> bool:
    """Return whether a change only entered payments, refunds, write-offs or allocations: reversals take it back.

    A deposit without a sale is a payment, too: its purchase goes with it (F16).
    """
    held = {str((row.after or {}).get("purchase")) for row in change.rows if row.entity == "transfer"}
    return bool(change.rows) and all(
        (row.entity in _REVERSED or (row.entity == "purchase" and row.key in held))
        and row.before is None
        and not str((row.after or {}).get("amount")).startswith("-")
        for row in change.rows
    )


def _refuse_kind(change: Change, row: RowChange) -> None:
    """Refuse to take back rows of kinds that leave the house, or cannot be brought back."""
    if row.entity in {"issue", "invoice"}:
        raise NotPossible(
            f"`{change.command}` cannot be undone: what was issued stays.",
            "A credit note reverses an invoice.",
            "suptime invoice credit NUMBER --reason S --reopen",
        )
    if row.entity in LEDGER or row.entity == "payment":
        raise NotPossible(
            f"{_cannot(change)}: entries of the ledger stay.",
            "A correction is a new entry.",
            _CORRECTED_BY.get(
                row.entity, "suptime payment void ID --reason S, or suptime payment release ID"
            ),
        )
    if row.entity == "team":
        raise NotPossible(
            f"`{change.command}` cannot be undone: it changed what the server lets {row.name} do.",
            hint="suptime team grant, or suptime team revoke, changes it again.",
        )
    if row.entity in {"sending", "delivery"}:
        number = (row.after or row.before or {})["invoice"]
        raise NotPossible(
            f"`{change.command}` cannot be undone: mail cannot be called back.",
            f"It is about {number}.",
            f"suptime invoice send {number} --again, to send it once more.",
        )
    if row.entity == "import" and "source" not in (row.after or row.before or {}):
        raise NotPossible("An import cannot be undone.", hint="Go back to a backup from before it.")
    if row.entity == "import" and row.after is None:
        raise NotPossible("An import cannot be brought back.", hint="Import the file once more.")


def _read(text: str | None) -> Values | None:
    return None if text is None else json.loads(text)
