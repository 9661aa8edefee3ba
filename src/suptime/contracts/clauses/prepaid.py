"""B6, D4: what was bought ahead pays first, the ones that expire first before the others; what is left over is forfeited."""

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
    """What is bought ahead, for how many days a purchase pays (None: for ever), and what goes beyond it."""

    unit: str = "hours"
    valid_for_days: int | None = None
    overage: str = "invoice"


def stocks(contract: Contract, purchases: Iterable[Purchase]) -> Iterator[Stock]:
    """Yield `purchases` with their last valid days: the version in force on the day of each says for how long (B6)."""
    for purchase in purchases:
        version = contract.on(purchase.on) or contract.nearest(
            contract.versions[0].zone.midnight(purchase.on)
        )
        terms = version.get(Prepaid) or Prepaid()
        yield Stock(purchase, purchase.valid_through(terms.valid_for_days), terms.unit)


def at_work(terms: Prepaid, asking: Asking) -> None:
    """Refuse work that would be paid for when nothing prepaid is left and nothing beyond is invoiced (exit 4)."""
    if terms.overage == "refuse" and asking.would_be_paid and asking.left() <= 0:
        example = {"hours": "10h", "incidents": "5", "money": "100.00"}[terms.unit]
        raise Refused(
            f"Nothing is left of the prepaid {terms.unit} of {asking.code}.",
            'Its clause [prepaid] starts no work then (overage = "refuse").',
            f"suptime prepaid add {asking.code} {example}",
        )


def spans(terms: Prepaid, case: Case) -> Spans:  # noqa: ARG001
    """Return how far the answer about work looks: something must be left where nothing beyond is invoiced."""
    return frozenset({Span.TERM}) if terms.overage == "refuse" else NOTHING


def read(table: Table) -> Prepaid:
    """Return the terms of `[prepaid]`."""
    return Prepaid(
        table.choice("unit", UNITS, "hours"),
        table.days("valid_for"),
        table.choice("overage", OVERAGE, "invoice"),
    )


def sentences(terms: Prepaid, version: Version) -> list[str]:  # noqa: ARG001
    """Return how prepaid hours, incidents or money work, in the client's words."""
    if terms.unit == "money":
        said = ["You can pay a deposit ahead; it pays your invoices, what expires first before the rest."]
    else:
        said = [
            f"You can buy {terms.unit} ahead; they pay first, the ones that expire first before the others."
        ]
    if terms.valid_for_days is None:
        said.append("What you buy does not expire.")
    else:
        said.append(
            f"What you buy is valid through day {terms.valid_for_days} after the purchase and is not refundable; "
            "what is left then is forfeited."
        )
    said.append(
        "What goes beyond it is invoiced."
        if terms.overage == "invoice"
        else "No work is started when nothing is left."
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
