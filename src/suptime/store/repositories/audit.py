"""The audit trail: what it holds, and whether it is whole."""

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from suptime.errors import NotPossible
from suptime.store.database.audit_chain import SERVER_CHANGES, START, Head, hash_of, sealed
from suptime.store.mapped import Mapped, Values, columns_of, stored
from suptime.store.repositories.erasures import COMMAND, Erased, Erasures, erased_in
from suptime.store.repositories.erasures import ENTITY as ERASURE
from suptime.store.repositories.records import AuditRow
from suptime.store.repositories.rows import Repository, Rows
from suptime.store.tables.personal_data import SEALED


class Audit(Repository[AuditRow]):
    """The audit trail: what was changed when by whom."""

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
