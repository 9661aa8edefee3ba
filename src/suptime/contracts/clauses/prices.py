"""Bill work at the price agreed with the client, as of the day of the work (A2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from suptime.contracts.clause import Clause, Price
from suptime.domain.contract import Version
from suptime.domain.money import show_amount
from suptime.domain.reading import Table, read_amount, show
from suptime.domain.time import show_day

ITEMS = ("hour", "incident", "minute")
History = tuple[tuple[date, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of each item in the contract's currency: first day and amount, earliest first."""

    items: Mapping[str, History]

    def on(self, item: str, day: date) -> Decimal | None:
        """Return the price of `item` ("hour", ...) on `day`, or None.

        >>> prices = Prices({"hour": ((date(2026, 1, 1), Decimal(90)), (date(2026, 10, 1), Decimal(95)))})
        >>> prices.on("hour", date(2026, 9, 30)), prices.on("hour", date(2026, 10, 1))
        (Decimal('90'), Decimal('95'))
        """
        known = [amount for since, amount in self.items.get(item, ()) if since <= day]
        return known[-1] if known else None


def with_changes(terms: Prices, starts_on: date, changes: Iterable[tuple[str, date, Decimal]]) -> Prices:
    """Return `terms` of a version that `starts_on` a day, with later price `changes` (item, from, amount).

    A change before the version's start is older than its prices. If a step and a change are on the same
    day, the change counts.

    >>> terms = Prices({"hour": ((date.min, Decimal(90)),)})
    >>> changed = with_changes(terms, date(2026, 1, 1), [("hour", date(2026, 10, 1), Decimal(95))])
    >>> changed.on("hour", date(2026, 9, 30)), changed.on("hour", date(2026, 10, 1))
    (Decimal('90'), Decimal('95'))
    """
    items = {item: dict(history) for item, history in terms.items.items()}
    for item, since, amount in sorted(changes):
        if since >= starts_on:
            items.setdefault(item, {})[since] = amount
    return Prices({item: tuple(sorted(history.items())) for item, history in items.items()})


def from_the_start(terms: Prices) -> Prices:
    """Return `terms` with the first price of each item from the beginning."""
    return Prices({item: ((date.min, its[0][1]), *its[1:]) for item, its in terms.items.items()})


def read(table: Table) -> Prices:
    """Return the terms of `[prices]`: each item a plain amount, or its history."""
    found = {item: history for item in ITEMS if (history := read_history(table, item))}
    return Prices(found)


def read_history(table: Table, item: str) -> History:
    """Return the amounts of `item` in `table`: a plain amount, or a history of steps."""
    table.known[item] = None
    value = table.values.get(item)
    if not isinstance(value, list):
        amount = table.amount(item)
        return () if amount is None else ((date.min, amount),)
    steps: list[tuple[date, Decimal]] = []
    for step in value:
        since = step.get("from") if isinstance(step, dict) else None
        amount = read_amount(step.get("amount")) if isinstance(step, dict) else None
        if type(since) is not date or amount is None or set(step) != {"from", "amount"}:
            table.fault(
                item, f'expected steps like {{ from = 2026-01-01, amount = "95.00" }}, found {show(step)}.'
            )
            return ()
        steps.append((since, amount))
    if not steps or len({since for since, _ in steps}) < len(steps):
        table.fault(item, "expected at least one step, each with a different day.")
    return tuple(sorted(steps))


def sentences(terms: Prices, version: Version) -> list[str]:
    """Return the price of each item, and its first day, in words for the client."""
    said = []
    for item, history in terms.items.items():
        for since, amount in history:
            start = "" if since == date.min else f" from {show_day(since)}"
            said.append(
                f"{'An' if item[0] in 'hi' else 'A'} {item} costs {show_amount(amount, version.currency)} {version.currency}{start}."
            )
    return said


CLAUSE = Clause("prices", Prices, read, sentences, ("A2", "B2", "C2", "C4"), (Price(on=Prices.on),))
