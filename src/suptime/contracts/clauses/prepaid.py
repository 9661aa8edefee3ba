"""B6, D4: what was bought ahead pays first, the ones that expire first before the others; what is left over is forfeited."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from suptime.contracts.clause import Asking, Clause
from suptime.domain.booking import Purchase
from suptime.domain.case import Case
from suptime.domain.contract import Version
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


@dataclass(frozen=True, slots=True)
class Stock:
    """A purchase with its last valid day under the contract (None: never expires), and what it is of."""

    purchase: Purchase
    valid_through: date | None
    unit: str = "hours"

    def pays_on(self, day: date) -> bool:
        """B6: whether it pays for DAY: from its own date through its last valid day.

        >>> from decimal import Decimal
        >>> stock = Stock(Purchase(1, "c", date(2026, 7, 1), Decimal(600)), date(2026, 9, 29))
        >>> stock.pays_on(date(2026, 9, 29)), stock.pays_on(date(2026, 9, 30))
        (True, False)
        """
        return self.purchase.on <= day and (self.valid_through is None or day <= self.valid_through)

    def forfeited_by(self, day: date) -> bool:
        """Whether what was left in it is forfeited on DAY: the day after its last valid one, or later."""
        return self.valid_through is not None and day > self.valid_through


def in_order(stocks: Iterable[Stock]) -> list[Stock]:
    """The order in which purchases pay: the one that expires first, then the older (rating.md, 3)."""
    return sorted(stocks, key=lambda s: (s.valid_through or date.max, s.purchase.on, s.purchase.id))


def at_work(terms: Prepaid, asking: Asking) -> None:
    """Refuse work that would be paid for when nothing prepaid is left and nothing beyond is invoiced (exit 4)."""
    if terms.overage == "refuse" and asking.would_be_paid and asking.left() <= 0:
        example = {"hours": "10h", "incidents": "5", "money": "100.00"}[terms.unit]
        raise Refused(
            f"Nothing is left of the prepaid {terms.unit} of {asking.code}.",
            'Its clause [prepaid] starts no work then (overage = "refuse").',
            f"suptime prepaid add {asking.code} {example}",
        )


def looks_further(terms: Prepaid, case: Case) -> bool:  # noqa: ARG001
    """Whether a balance decides."""
    return terms.overage == "refuse"


def read(table: Table) -> Prepaid:
    """The terms of `[prepaid]`."""
    return Prepaid(
        table.choice("unit", UNITS, "hours"),
        table.days("valid_for"),
        table.choice("overage", OVERAGE, "invoice"),
    )


def sentences(terms: Prepaid, version: Version) -> list[str]:  # noqa: ARG001
    """How prepaid hours, incidents or money work, in the client's words."""
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
    "prepaid", Prepaid, read, sentences, ("B6", "D4"), at_work=at_work, looks_further=looks_further
)
