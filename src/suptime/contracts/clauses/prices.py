"""A2: work is billed at the price contracted for that client, as it was on the day of the work."""

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
    """What each item costs, in the contract's currency: from which day, how much, earliest first."""

    items: Mapping[str, History]

    def on(self, item: str, day: date) -> Decimal | None:
        """Return the price of `item` ("hour", ...) on `day`, or None where none is stated for that day.

        >>> prices = Prices({"hour": ((date(2026, 1, 1), Decimal(90)), (date(2026, 10, 1), Decimal(95)))})
        >>> prices.on("hour", date(2026, 9, 30)), prices.on("hour", date(2026, 10, 1))
        (Decimal('90'), Decimal('95'))
        """
        known = [amount for since, amount in self.items.get(item, ()) if since <= day]
        return known[-1] if known else None


def with_changes(terms: Prices, starts_on: date, changes: Iterable[tuple[str, date, Decimal]]) -> Prices:
    """TERMS of a version that `starts_on` a day, with price `changes` (item, from, amount) made since.

    A change from before the version's start is older than what the version states. Of a step
    and a change from the same day the change holds.

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
    """Return `terms` with the first price of each item in force ever since."""
    return Prices({item: ((date.min, its[0][1]), *its[1:]) for item, its in terms.items.items()})


def read(table: Table) -> Prices:
    """Return the terms of `[prices]`: each item a plain amount, or its history."""
    found = {item: history for item in ITEMS if (history := _history(table, item))}
    return Prices(found)


def _history(table: Table, item: str) -> History:
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
        table.fault(item, "expected at least one step, each from a day of its own.")
    return tuple(sorted(steps))


def sentences(terms: Prices, version: Version) -> list[str]:
    """Return what each item costs, and from when."""
    said = []
    for item, history in terms.items.items():
        for since, amount in history:
            start = "" if since == date.min else f" from {show_day(since)}"
            said.append(
                f"{'An' if item[0] in 'hi' else 'A'} {item} costs {show_amount(amount, version.currency)} {version.currency}{start}."
            )
    return said


CLAUSE = Clause("prices", Prices, read, sentences, ("A2", "B2", "C2", "C4"), (Price(on=Prices.on),))
