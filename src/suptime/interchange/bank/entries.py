"""What every bank statement comes down to: money that came in, and what is passed over."""

import hashlib
from collections import Counter
from dataclasses import dataclass, replace

from suptime.domain.bank import BankEntry


@dataclass(frozen=True, slots=True)
class Ignored:
    """An entry of a file that is no payment: how the file names it, and why."""

    entry: str
    reason: str


@dataclass(frozen=True, slots=True)
class BankStatement:
    """The payments of a file, in its order, and the entries that are none."""

    entries: tuple[BankEntry, ...]
    ignored: tuple[Ignored, ...] = ()


def reference_key(iban: str, reference: str, place: int = 0) -> str:
    """Return the key of a transaction that the bank gave a reference, with its place in a batch."""
    return f"{iban} {reference}" + (f" {place}" if place else "")


def with_digests(iban: str, entries: list[BankEntry]) -> list[BankEntry]:
    """Return entries of one statement with a key for each that has none: a digest, and its count among equal ones.

    `iban` is the account's own. Statements that overlap have the same keys, as long as each holds whole days.
    """
    seen: Counter[str] = Counter()
    made = []
    for one in entries:
        if one.key:
            made.append(one)
            continue
        facts = (
            iban,
            one.on.isoformat(),
            f"{one.amount.normalize():f}",
            one.currency,
            one.iban,
            one.end_to_end,
        )
        digest = hashlib.sha256("\0".join((*facts, one.text)).encode()).hexdigest()
        seen[digest] += 1
        made.append(replace(one, key=f"{digest} {seen[digest]}"))
    return made
