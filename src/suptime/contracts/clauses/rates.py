"""Price work by who does it, on what, and when (T13 to T17).

The first matching rate with an amount replaces the contract's price; the first matching multiplier multiplies it. Time
of a rate that is not billed is free.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from suptime.contracts.clause import NOTHING, Clause, Decide, Span, Spans
from suptime.contracts.clauses.after_hours import AfterHours
from suptime.contracts.clauses.conditions import Conditions, read_conditions
from suptime.contracts.clauses.incident import Incident
from suptime.contracts.clauses.per_minute import PerMinute
from suptime.contracts.clauses.prices import ITEMS, History, read_history
from suptime.domain.case import Case, CaseFacts
from suptime.domain.contract import Version
from suptime.domain.money import show_amount
from suptime.domain.outcome import Outcome, Piece, Share, Tariff, TariffPart
from suptime.domain.reading import Table
from suptime.domain.sentence import sentence
from suptime.domain.time import show_day


@dataclass(frozen=True, slots=True)
class Rate:
    """A named price, factor, or free time, and the conditions under which it holds.

    `amounts` are the histories of its prices by item, of which it has one at most. With `appointments`, conditions of
    time hold for booked time, too, by its start.
    """

    name: str
    conditions: Conditions
    amounts: Mapping[str, History] = field(default_factory=dict)
    multiplier: Decimal | None = None
    billable: bool = True
    appointments: bool = False

    def amount(self, item: str, day: date) -> Decimal | None:
        """Return its amount of `item` on `day`, or None."""
        known = [amount for since, amount in self.amounts.get(item, ()) if since <= day]
        return known[-1] if known else None


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates, in the order in which they are asked."""

    rates: tuple[Rate, ...] = ()


def decide(pieces: Iterable[Piece], facts: CaseFacts) -> Iterator[Piece | Share]:
    """Give each piece its tariff; time of a rate that is not billed is free (T14)."""
    for piece in pieces:
        terms = piece.version.get(Rates)
        if terms is None:
            yield piece
            continue
        edges = (at for rate in terms.rates for at in rate.conditions.edges(piece))
        for part in piece.split(*edges):
            yield _decided(part, terms, facts)


def _decided(piece: Piece, terms: Rates, facts: CaseFacts) -> Piece | Share:
    matching = [(place, rate) for place, rate in enumerate(terms.rates) if _holds(rate, piece, facts)]
    free = next((rate for _, rate in matching if not rate.billable), None)
    if free is not None:
        words = sentence("Work of the rate {rate} is not billed.", rate=free.name)
        return piece.becomes(Outcome.NON_BILLABLE, CLAUSE.table, words)
    item = item_of(piece)
    amounts = ((place, rate, rate.amount(item, piece.day)) for place, rate in matching)
    base = next(
        (
            TariffPart(rate.name, CLAUSE.table, amount, place=place)
            for place, rate, amount in amounts
            if amount is not None
        ),
        None,
    )
    factor = next(
        (
            TariffPart(rate.name, CLAUSE.table, factor=rate.multiplier, place=place)
            for place, rate in matching
            if rate.multiplier is not None
        ),
        None,
    )
    parts = tuple(part for part in (base, factor) if part is not None)
    return piece._replace(tariff=Tariff(parts)) if parts else piece


def _holds(rate: Rate, piece: Piece, facts: CaseFacts) -> bool:
    """Return whether `rate` holds; a piece for an appointment needs a rate for appointments if it has a time (T17)."""
    if piece.is_stand_in and rate.conditions.is_timed and not rate.appointments:
        return False
    return rate.conditions.hold(piece, facts)


def item_of(piece: Piece) -> str:
    """Return the item that prices `piece`: booked time is always by the hour."""
    if piece.is_stand_in:
        return "hour"
    if piece.version.get(Incident) is not None:
        return "incident"
    return "minute" if piece.version.get(PerMinute) is not None else "hour"


def spans(terms: Rates, case: Case) -> Spans:  # noqa: ARG001
    """Return the spans that decide: nothing but the work itself."""
    return NOTHING if all(rate.billable for rate in terms.rates) else frozenset({Span.UNIT})


def read(tables: list[Table]) -> Rates:
    """Return the terms of each `[[rates]]`."""
    found: list[Rate] = []
    for table in tables:
        name = table.text("name")
        conditions = read_conditions(table)
        amounts = {item: history for item in ITEMS if (history := read_history(table, item))}
        multiplier = table.amount("multiplier")
        if multiplier == 0:
            table.fault("multiplier", 'expected more than zero, such as "1.5", found "0".')
        billable, appointments = table.flag("billable", True), table.flag("appointments", False)
        stated = [key for key in (*ITEMS, "multiplier") if key in table.values]
        if len(stated) + (not billable) != 1:
            table.fault("", f"expected one of {', '.join(ITEMS)}, multiplier or billable = false.")
        if not conditions.are_stated:
            table.fault("", 'expected a condition, such as roles = ["senior"].')
        if name in (rate.name for rate in found):
            table.fault("name", f'expected a name of its own, found "{name}" again.')
        found.append(Rate(name, conditions, amounts, multiplier, billable, appointments))
    return Rates(tuple(found))


def sentences(terms: Rates, version: Version) -> list[str]:
    """Return each rate, and when it holds, in words for the client."""
    said = []
    for rate in terms.rates:
        when = rate.conditions.in_words()
        if not rate.billable:
            said.append(f"Work of the rate {rate.name} is not billed ({when}).")
        if rate.multiplier is not None:
            name = rate.name[:1].upper() + rate.name[1:]
            said.append(f"{name}: {rate.multiplier:f} times the price, {when}.")
        for item, history in rate.amounts.items():
            article = "An" if item[0] in "hi" else "A"
            for since, amount in history:
                start = "" if since == date.min else f" from {show_day(since)}"
                price = f"{show_amount(amount, version.currency)} {version.currency}"
                said.append(f"{article} {item} of {rate.name} costs {price}{start} ({when}).")
    return said


def contradictions(terms: Rates, stated: Mapping[type[object], Any]) -> Iterator[tuple[str, str]]:
    """Yield a fault if two tables multiply the price."""
    if AfterHours in stated and any(rate.multiplier is not None for rate in terms.rates):
        yield "multiplier", "cannot stand beside [after_hours]: a price has one multiplier."


CLAUSE = Clause(
    "rates",
    Rates,
    read,
    sentences,
    (),
    (Decide(apply=decide, spans=spans),),
    is_list=True,
    contradictions=contradictions,
)
