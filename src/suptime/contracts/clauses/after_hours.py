"""Chargeable time outside the service hours costs the contract's price times a multiplier.

This is not a clause of the five policies. A work unit across the edge of the service hours is split
there, and the part outside is a separate line. The group for rounding stays the same. Booked blocks and late cancellations stay at the
plain price, an incident has one price at any hour, and prepaid hours pay minute for minute.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from suptime.contracts.clause import Clause, Decide
from suptime.contracts.clauses.incident import Incident
from suptime.contracts.clauses.sla import read_holidays, read_hours, when_there
from suptime.domain.case import CaseFacts
from suptime.domain.contract import Version
from suptime.domain.outcome import Piece, Share, TariffPart, with_part
from suptime.domain.reading import Table
from suptime.domain.sentence import mark
from suptime.domain.service_hours import ServiceHours, is_holiday

TARIFF = mark("after hours")
"""Name of the tariff on an invoice."""


@dataclass(frozen=True, slots=True)
class AfterHours:
    """Multiplier of the price outside `hours`, and all day on the holidays of a country or a part of it."""

    multiplier: Decimal
    hours: ServiceHours = field(default_factory=ServiceHours)
    holidays: str | None = None


def decide(pieces: Iterable[Piece], facts: CaseFacts) -> Iterator[Piece | Share]:  # noqa: ARG001
    """Split each piece at the edges of its day's service hours; the part outside has the tariff.

    This is the last clause that decides: the others decide whether time is charged.
    """
    for piece in pieces:
        terms = piece.version.get(AfterHours)
        if terms is None or piece.is_stand_in or piece.version.get(Incident) is not None:
            yield piece
        else:
            yield from _split(piece, terms)


def _split(piece: Piece, terms: AfterHours) -> Iterator[Piece]:
    tariff = with_part(piece.tariff, TariffPart(TARIFF, "after_hours", factor=terms.multiplier))
    open_hours = terms.hours.covering(
        piece.day, piece.version.zone, lambda day: is_holiday(terms.holidays, day)
    )
    edges = (instant for opening in open_hours for instant in (opening.start, opening.end))
    for part in piece.split(*edges):
        inside = any(opening.start <= part.span.start < opening.end for opening in open_hours)
        yield part if inside else part._replace(tariff=tariff)


def read(table: Table) -> AfterHours:
    """Return the terms of `[after_hours]`."""
    multiplier = table.amount("multiplier")
    if multiplier is None and "multiplier" not in table.values:
        table.fault("multiplier", 'is missing; expected a number in quotes such as "1.5".')
    elif multiplier == 0:
        table.fault("multiplier", 'expected more than zero, such as "1.5", found "0".')
    return AfterHours(multiplier or Decimal(1), read_hours(table), read_holidays(table))


def sentences(terms: AfterHours, version: Version) -> list[str]:
    """Return when work costs more, and how much, in words for the client."""
    if version.get(Incident) is not None:
        return ["An incident has the same price at any hour."]
    return [
        f"Service hours are {when_there(terms.hours, terms.holidays)} ({version.zone.name}).",
        f"Work outside them costs {terms.multiplier:f} times the price; time booked ahead costs the plain price.",
    ]


CLAUSE = Clause("after_hours", AfterHours, read, sentences, (), (Decide(apply=decide),))
