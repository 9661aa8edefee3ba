"""Use prepaid purchases first, in order of expiry; forfeit the rest after expiry (B6, D4, T33)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from suptime.contracts.clause import NOTHING, Admit, Asking, Clause, Draw, Span, Spans
from suptime.domain.booking import Purchase, Stock
from suptime.domain.case import Case
from suptime.domain.contract import Contract, Version
from suptime.domain.reading import Table
from suptime.domain.time import Month
from suptime.domain.values import DAYS, Kind, Problem
from suptime.errors import Refused

UNITS = ("hours", "incidents", "money")
OVERAGE = ("invoice", "refuse")
PERIODS = {"month": 1, "quarter": 3, "year": 12}
"""Months of the periods of the calendar."""


@dataclass(frozen=True, slots=True)
class Prepaid:
    """Unit of purchases, the days or calendar months for which a purchase pays, and the charge beyond them.

    Purchases without days and months never expire. `until_end_of` is the period of the calendar ("month", "quarter",
    "year") to whose end the last day is extended.
    """

    unit: str = "hours"
    valid_for_days: int | None = None
    overage: str = "invoice"
    valid_for_months: int | None = None
    until_end_of: str | None = None

    def last_day(self, day: date) -> date | None:
        """Return the last day for which a purchase of a `day` pays, or None if it never expires (T33).

        >>> Prepaid(valid_for_days=90).last_day(date(2026, 7, 1))
        datetime.date(2026, 9, 29)
        >>> Prepaid(valid_for_months=1).last_day(date(2026, 1, 31))
        datetime.date(2026, 2, 28)
        >>> Prepaid(valid_for_months=3, until_end_of="quarter").last_day(date(2026, 1, 15))
        datetime.date(2026, 6, 30)
        """
        if self.valid_for_days is not None:
            last = day + timedelta(self.valid_for_days)
        elif self.valid_for_months is not None:
            month = month_after(Month.of(day), self.valid_for_months)
            last = month.first.replace(day=min(day.day, month.last.day))
        else:
            return None
        if self.until_end_of is None:
            return last
        length = PERIODS[self.until_end_of]
        end = Month.of(last)
        return month_after(end, length - 1 - (end.month - 1) % length).last


def month_after(month: Month, months: int) -> Month:
    """Return the month that is so many `months` after `month`.

    >>> month_after(Month(2026, 11), 3)
    Month(year=2027, month=2)
    """
    years, place = divmod(month.month - 1 + months, 12)
    return Month(month.year + years, place + 1)


def stocks(contract: Contract, purchases: Iterable[Purchase]) -> Iterator[Stock]:
    """Yield `purchases` with their last valid days, by the version in force on the day of each (B6)."""
    for purchase in purchases:
        version = contract.on(purchase.on) or contract.nearest(
            contract.versions[0].zone.midnight(purchase.on)
        )
        terms = version.get(Prepaid) or Prepaid()
        yield Stock(purchase, terms.last_day(purchase.on), terms.unit)


def at_work(terms: Prepaid, asking: Asking) -> None:
    """Refuse work that would be paid for if the prepaid balance is used up and nothing beyond it is invoiced (exit 4)."""
    if terms.overage == "refuse" and asking.would_be_paid and asking.left() <= 0:
        example = {"hours": "10h", "incidents": "5", "money": "100.00"}[terms.unit]
        raise Refused(
            f"The prepaid {terms.unit} of {asking.code} are used up.",
            'Its table [prepaid] does not allow work beyond them (overage = "refuse").',
            f"suptime prepaid add {asking.code} {example}",
        )


def spans(terms: Prepaid, case: Case) -> Spans:  # noqa: ARG001
    """Return the spans that decide about work: there must be a balance if nothing beyond it is invoiced."""
    return frozenset({Span.TERM}) if terms.overage == "refuse" else NOTHING


def read(table: Table) -> Prepaid:
    """Return the terms of `[prepaid]`."""
    valid_for = table.value("valid_for", VALIDITY, None)
    until_end_of = table.choice("until_end_of", tuple(PERIODS), "") or None
    if until_end_of and valid_for is None and "valid_for" not in table.values:
        table.fault("until_end_of", "needs valid_for: without it, purchases do not expire.")
    return Prepaid(
        table.choice("unit", UNITS, "hours"),
        valid_for.number if valid_for and not valid_for.are_months else None,
        table.choice("overage", OVERAGE, "invoice"),
        valid_for.number if valid_for and valid_for.are_months else None,
        until_end_of,
    )


class Validity(NamedTuple):
    """How long a purchase is valid: a number of days, or of calendar months."""

    number: int
    are_months: bool


_MONTHS = re.compile(r"([1-9][0-9]{0,2})(mo|y)")
_VALIDITY = 'days such as "90d", or calendar months such as "3mo" or "1y"'


def _validity(text: str) -> Validity | Problem:
    if found := _MONTHS.fullmatch(text.strip()):
        return Validity(int(found[1]) * (12 if found[2] == "y" else 1), are_months=True)
    days = DAYS.read(text)
    return Problem(days.what, _VALIDITY) if isinstance(days, Problem) else Validity(days, are_months=False)


VALIDITY: Kind[Validity] = Kind(
    "validity", _validity, _VALIDITY, lambda one: f"{one.number}{'mo' if one.are_months else 'd'}"
)


def sentences(terms: Prepaid, version: Version) -> list[str]:  # noqa: ARG001
    """Return how prepaid hours, incidents or money work, in words for the client."""
    if terms.unit == "money":
        said = ["You can pay a deposit in advance. Invoices use deposits in order of expiry."]
    else:
        said = [
            f"You can buy prepaid {terms.unit}. They pay before anything is invoiced, in order of expiry."
        ]
    if terms.valid_for_months is not None:
        number = "a month" if terms.valid_for_months == 1 else f"{terms.valid_for_months} months"
        said.append(
            f"A purchase is valid for {number}{_extended(terms)} and is not refundable; the rest is then forfeited."
        )
    elif terms.valid_for_days is None:
        said.append("Purchases do not expire.")
    elif terms.until_end_of is not None:
        said.append(
            f"A purchase is valid for {terms.valid_for_days} days{_extended(terms)} and is not refundable; the rest is "
            "then forfeited."
        )
    else:
        said.append(
            f"A purchase is valid through day {terms.valid_for_days} after it and is not refundable; "
            "the rest is then forfeited."
        )
    said.append(
        "Work beyond purchases is invoiced."
        if terms.overage == "invoice"
        else "No work starts when nothing is left."
    )
    return said


def _extended(terms: Prepaid) -> str:
    return f", then to the end of the {terms.until_end_of}," if terms.until_end_of else ""


CLAUSE = Clause(
    "prepaid",
    Prepaid,
    read,
    sentences,
    ("B6", "D4"),
    (Admit(work=at_work, spans=spans), Draw(stocks=stocks)),
)
