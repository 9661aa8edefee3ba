"""Bill at least so many hours each month (T27, T28).

A row makes up for the missing minutes of a month that is over and that the contract covers on every day.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from suptime.contracts.clause import Clause, Limit, Limited, Span, Spans
from suptime.contracts.clauses.cap import Cap
from suptime.contracts.clauses.prices import Prices
from suptime.domain.charge import MINUTE_UNIT, ChargeKind, Row
from suptime.domain.contract import Contract, Version
from suptime.domain.reading import Table
from suptime.domain.sentence import Length, Term, sentence
from suptime.domain.time import MINUTE, Minutes, Month, in_words


@dataclass(frozen=True, slots=True)
class Minimum:
    """Least minutes that are billed in a month."""

    hours: Minutes = 0


def limit(rows: Sequence[Row], known: Limited) -> list[Row]:
    """Add a row for the missing minutes of each month that is over; capped minutes do not count (T27)."""
    billed: dict[Month, Minutes] = defaultdict(int)
    rest: list[Row] = []
    before: dict[Month, Row] = {}
    for row in rows:
        if row.kind is ChargeKind.MINIMUM:
            before[Month.of(row.day)] = row
            if row.written_off:
                rest.append(row)
            continue
        rest.append(row)
        if row.unit == MINUTE_UNIT:
            billed[Month.of(row.day)] += row.filled if row.written_off else row.payable
    for month, version in _months(known):
        terms = version.get(Minimum)
        missing = terms.hours - billed[month] if terms else 0
        if missing <= 0 or (month in before and before[month].written_off):
            continue
        found = Row(ChargeKind.MINIMUM, "", month.last, version, quantity=missing, clauses=(CLAUSE.table,))
        found.reason = sentence(
            "Minimum of {minimum} a month: {billed} were billed.",
            minimum=Term((terms.hours if terms else 0) * MINUTE),
            billed=Length(billed[month] * MINUTE),
        )
        before.pop(month, None)
        rest.append(found)
    return [*rest, *(row for row in before.values() if not row.written_off)]


def _months(known: Limited) -> Iterator[tuple[Month, Version]]:
    """Yield each rated month that is over and covered on every day, with the version of its last day (T28)."""
    month = Month.of(known.contract.versions[0].starts_on)
    while True:
        version = known.contract.on(month.last)
        zone = (version or known.contract.latest).zone
        if zone.midnight(month.next.first) > known.as_of:
            return
        if version is not None and known.holds("", month.last) and _is_covered(known.contract, month):
            yield month, version
        month = month.next


def _is_covered(contract: Contract, month: Month) -> bool:
    days = (month.last - month.first).days + 1
    return all(contract.on(month.first + timedelta(n)) is not None for n in range(days))


def spans(terms: Minimum) -> Spans:  # noqa: ARG001
    """Return the span of rows that fill a minimum together: the month."""
    return frozenset({Span.MONTH})


def read(table: Table) -> Minimum:
    """Return the terms of `[minimum]`."""
    hours = table.duration("hours", 0, whole_minutes=True) // MINUTE
    if "hours" not in table.values:
        table.fault("hours", 'is missing; expected the least hours of a month, such as "5h".')
    elif not hours and not any(fault.key == "minimum.hours" for fault in table.faults):
        table.fault("hours", 'expected more than no time, such as "5h".')
    return Minimum(hours)


def sentences(terms: Minimum, version: Version) -> list[str]:  # noqa: ARG001
    """Return the least hours that are billed, in words for the client."""
    return [sentence("At least {minimum} are billed each month.", minimum=Term(terms.hours * MINUTE))]


def contradictions(terms: Minimum, stated: Mapping[type[object], Any]) -> Iterator[tuple[str, str]]:
    """Yield the keys that contradict `stated` tables: without a price of an hour, or above a cap of a month (T28)."""
    prices, cap = stated.get(Prices), stated.get(Cap)
    if prices is None or "hour" not in prices.items:
        yield "hours", "needs prices.hour: the minimum is billed at the price of an hour."
    most = cap.hours.get("month") if cap else None
    if most is not None and most < terms.hours:
        limit_of_cap, found = in_words(most * MINUTE), in_words(terms.hours * MINUTE)
        yield "hours", f"expected no more than the cap of a month ({limit_of_cap}), found {found}."


CLAUSE = Clause(
    "minimum",
    Minimum,
    read,
    sentences,
    (),
    (Limit(apply=limit, spans=spans),),
    not_beside={"incident": "incidents are not billed by the hour"},
    contradictions=contradictions,
)
