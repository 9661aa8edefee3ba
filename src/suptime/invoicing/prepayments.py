"""Sold deposits: on a prepayment invoice, and deducted by later invoices with the tax of their sale (F14 to F17).

A deposit that an older version sold pays amounts due instead: its purchase has no basis.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from suptime.domain.booking import Purchase, Stock, in_order
from suptime.domain.charge import ChargeKind, IssuedLine, RowKey
from suptime.domain.money import rounded

NOTHING = Decimal(0)

PREPAYMENT, PREPAYMENT_BY_PARTS = "386", "326"
"""Types of a prepayment invoice (BT-3): by UNTDID 1001, and the one that German rules allow."""

PREPAYMENTS = (PREPAYMENT, PREPAYMENT_BY_PARTS)


@dataclass(frozen=True, slots=True)
class Sale:
    """The sale of a deposit: its document, with its rate and treatment there."""

    number: str
    tax: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Deduction:
    """Deduction of one purchase on an invoice, without tax."""

    purchase: Purchase
    contract: str
    sale: Sale
    amount: Decimal

    def claim(self, on: date) -> IssuedLine:
        """Return the claim of an issue on a day."""
        key = RowKey(ChargeKind.PREPAYMENT, "", on, self.purchase.id)
        return IssuedLine(self.contract, key, 1, 0, -self.amount)


def sale_of(purchase: int, documents: Iterable[Mapping[str, Any]]) -> Sale | None:
    """Return the sale of a purchase among issued documents, or None."""
    for document in documents:
        for line in document["other_lines"]:
            if line["kind"] == ChargeKind.PREPAID_SALE and line.get("purchase") == f"P{purchase}":
                return Sale(document["number"], line["tax"])
    return None


def roots(purchases: Iterable[Purchase]) -> dict[int, int]:
    """Return the original purchase of each sold deposit: itself, or the one that it was a part of (F10)."""
    by_id = {one.id: one for one in purchases}
    found = {}
    for one in by_id.values():
        root = one
        while root.source in by_id:
            root = by_id[root.source]
        if one.is_net:
            found[one.id] = root.id
    return found


def deducted(lines: Iterable[IssuedLine]) -> dict[int, Decimal]:
    """Return the deductions of each purchase in issued lines."""
    found: dict[int, Decimal] = {}
    for line in lines:
        if line.key.kind is ChargeKind.PREPAYMENT:
            found[line.key.appointment] = found.get(line.key.appointment, NOTHING) - line.net
    return found


def deductions(
    stocks: Sequence[Stock],
    nets: Mapping[str, Decimal],
    used: Mapping[int, Decimal],
    sales: Mapping[int, Sale],
    day: date,
) -> Iterator[Deduction]:
    """Yield the deductions of an invoice of a `day`: by expiry of deposits, then age (F15).

    `nets` are the nets of the contracts' other lines, `used` the use of purchases, and `sales` those of the paid
    purchases. Deductions never exceed a contract's net.
    """
    left = dict(nets)
    for stock in in_order(stock for stock in stocks if stock.unit == "money" and stock.pays_on(day)):
        bought = stock.purchase
        sale = sales.get(bought.id)
        if sale is None or not bought.is_net:
            continue
        amount = min(bought.kept - used.get(bought.id, NOTHING), left.get(bought.contract, NOTHING))
        if amount > 0:
            left[bought.contract] -= amount
            yield Deduction(bought, bought.contract, sale, amount)


def price_of_part(
    purchase: Purchase, quantity: Decimal, currency: str, reduced: Decimal = NOTHING
) -> Decimal:
    """Return the part of a purchase's price, less what it is `reduced` by, for a quantity of it (F17).

    >>> price_of_part(Purchase(1, "c", date(2026, 9, 15), Decimal(600), Decimal(900)), Decimal(240), "EUR")
    Decimal('360.00')
    """
    return rounded(((purchase.price or NOTHING) - reduced) * quantity / purchase.quantity, currency)


class SaleState(NamedTuple):
    """State of a sale: its document (None until issued), the invoiced amount, and the correct amount."""

    number: str | None
    is_claimed: bool
    held: Decimal
    wanted: Decimal


def sale_state(purchase: Purchase, lines: Iterable[IssuedLine], currency: str) -> SaleState:
    """Return the state of the sale of a purchase, by the issued `lines` of its contract (F17, F18).

    Returns reduce the correct amount by their part of the price; their credit notes reduce the invoiced amount.
    """
    its = [line for line in lines if _sells(line, purchase)]
    numbers = {line.number for line in its}
    held = sum((line.net for line in its), NOTHING)
    back = (one.net for one in purchase.returns if one.net is not None and one.sale in numbers)
    wanted = rounded(purchase.price or NOTHING, currency) - price_of_part(
        purchase, purchase.given_back, currency
    )
    sales = [line for line in its if line.quantity]
    return SaleState(sales[-1].number if sales else None, bool(sales), held - sum(back, NOTHING), wanted)


def _sells(line: IssuedLine, purchase: Purchase) -> bool:
    return line.key.kind is ChargeKind.PREPAID_SALE and line.key.appointment == purchase.id


def type_of_prepayment(seller: str | None, client: str | None) -> str:
    """Return the type of a prepayment invoice between two countries (F14).

    >>> type_of_prepayment("DE", "DE"), type_of_prepayment("DE", "FR")
    ('326', '386')
    """
    return PREPAYMENT_BY_PARTS if seller == client == "DE" else PREPAYMENT
