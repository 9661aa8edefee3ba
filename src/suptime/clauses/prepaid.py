"""B6: bought hours pay first, the ones that expire first before the others; what is left over is forfeited."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from suptime.clauses.base import Clause
from suptime.clauses.reading import Table
from suptime.domain.contract import Version
from suptime.domain.work import Purchase

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
    """A purchase with its last valid day under the contract (None: never expires)."""

    purchase: Purchase
    valid_through: date | None

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


def read(table: Table) -> Prepaid:
    """The terms of `[prepaid]`."""
    unit = table.choice("unit", UNITS, "hours")
    if unit != "hours":
        table.fault("unit", f'"{unit}" is not built yet in this version of suptime; "hours" is.')
    return Prepaid(unit, table.days("valid_for"), table.choice("overage", OVERAGE, "invoice"))


def sentences(terms: Prepaid, version: Version) -> list[str]:  # noqa: ARG001
    """How prepaid hours work, in the client's words."""
    said = [f"You can buy {terms.unit} ahead; they pay first, the ones that expire first before the others."]
    if terms.valid_for_days is None:
        said.append("They do not expire.")
    else:
        said.append(
            f"They are valid through day {terms.valid_for_days} after the purchase and are not refundable; "
            "what is left then is forfeited."
        )
    said.append(
        "What goes beyond them is invoiced."
        if terms.overage == "invoice"
        else "No work is started when nothing is left of them."
    )
    return said


CLAUSE = Clause("prepaid", Prepaid, read, sentences, ("B6", "D4"))
