"""What is wrong with the audit trail: rows that were changed, are missing, or were put in."""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import func, select

from suptime.store.chain import START, Head, hash_of, sealed
from suptime.store.personal import SEALED
from suptime.store.repository.erasures import Erased, Erasures
from suptime.store.tables import SERVER_CHANGES, TABLES

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
