"""Use prepaid purchases first, in order of expiry; forfeit the rest after expiry (B6, D4)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from suptime.contracts.clause import NOTHING, Admit, Asking, Clause, Draw, Span, Spans
from suptime.domain.booking import Purchase, Stock
from suptime.domain.case import Case
from suptime.domain.contract import Contract, Version
from suptime.domain.reading import Table
from suptime.errors import Refused

UNITS = ("hours", "incidents", "money")
OVERAGE = ("invoice", "refuse")


@dataclass(frozen=True, slots=True)
class Prepaid:
    """Unit of purchases, the days for which a purchase pays (None: no expiry), and the charge beyond them."""

    unit: str = "hours"
    valid_for_days: int | None = None
    overage: str = "invoice"


def stocks(contract: Contract, purchases: Iterable[Purchase]) -> Iterator[Stock]:
    """Yield `purchases` with their last valid days, by the version in force on the day of each (B6)."""
    for purchase in purchases:
        version = contract.on(purchase.on) or contract.nearest(
            contract.versions[0].zone.midnight(purchase.on)
        )
        terms = version.get(Prepaid) or Prepaid()
        yield Stock(purchase, purchase.valid_through(terms.valid_for_days), terms.unit)


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
    return Prepaid(
        table.choice("unit", UNITS, "hours"),
        table.days("valid_for"),
        table.choice("overage", OVERAGE, "invoice"),
    )


def sentences(terms: Prepaid, version: Version) -> list[str]:  # noqa: ARG001
    """Return how prepaid hours, incidents or money work, in words for the client."""
    if terms.unit == "money":
        said = ["You can pay a deposit in advance. Invoices use deposits in order of expiry."]
    else:
        said = [
            f"You can buy prepaid {terms.unit}. They pay before anything is invoiced, in order of expiry."
        ]
    if terms.valid_for_days is None:
        said.append("Purchases do not expire.")
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


CLAUSE = Clause(
    "prepaid",
    Prepaid,
    read,
    sentences,
    ("B6", "D4"),
    (Admit(work=at_work, spans=spans), Draw(stocks=stocks)),
)
