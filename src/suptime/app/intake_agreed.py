"""Prices and purchases on their way in: the contract says what has a price, and what is bought ahead."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from suptime.app.checks import decimals
from suptime.app.intake_refusal import Refusal, unknown
from suptime.app.intake_work import Ids
from suptime.app.prices import items_of
from suptime.clauses.prepaid import Prepaid
from suptime.clauses.reading import any_of
from suptime.domain.contract import PriceChange, Version
from suptime.domain.money import minor_digits
from suptime.domain.quantity import parse_quantity
from suptime.domain.timespan import show_day
from suptime.domain.work import Purchase
from suptime.interchange.records import Bought

if TYPE_CHECKING:
    from suptime.app.intake import Intake

EXPECTED = {
    "hours": 'hours in whole minutes such as "10h" or "90m"',
    "incidents": 'a number of incidents such as "5"',
    "money": 'an amount such as "30.00"',
}


class AgreedBook:
    """The price changes and the purchases of an import."""

    def __init__(self, intake: "Intake") -> None:
        self._intake = intake
        self._prices = {(c.contract, c.item, c.since): c for c in intake.tx.prices()}
        self._ids = Ids()

    def price(self, change: PriceChange, _: int) -> bool:
        """Take a price CHANGE in. False where it is there already.

        Raises:
            Refusal: it cannot be.
        """
        version = self._version(change.contract, "from", change.since)
        key = (change.contract, change.item, change.since)
        there = self._prices.get(key)
        if there == change:
            return False
        if there is not None:
            raise Refusal(
                "amount",
                f"the {change.item} from {show_day(change.since)} has another price: {there.amount:f}.",
            )
        items = items_of(version)
        if change.item not in items:
            raise Refusal("item", f"{version.code} prices {any_of(items)}, found {change.item}.")
        self._prices[key] = change
        return self._intake.keep(replace(change, id=self._intake.row_id("price", change.id)))

    def purchase(self, bought: Bought, number: int) -> bool:
        """Take a purchase of line NUMBER in. False where it is there already.

        Raises:
            Refusal: it cannot be.
        """
        intake = self._intake
        version = self._version(bought.contract, "on", bought.on)
        purchase = _purchase(bought, version)
        there = intake.tx.purchase(bought.id, void=True) if bought.id and not intake.fresh else None
        if intake.same(there, purchase, f"P{bought.id}"):
            return False
        if bought.voided_at is not None:
            intake.not_ahead("voided_at", bought.voided_at)
        intake.once(self._ids, "P", bought.id, number)
        return intake.keep(purchase)

    def _version(self, code: str, key: str, day: date) -> Version:
        """The version of the contract CODE in force on DAY, of the key KEY."""
        if code not in self._intake.owners:
            raise Refusal("contract", unknown("contract", code, self._intake.owners))
        version = self._intake.cases.contract(code).on(day)
        if version is None:
            raise Refusal(key, f"{show_day(day)} is outside the contract {code}.")
        return version


def _purchase(bought: Bought, version: Version) -> Purchase:
    """BOUGHT as a purchase under VERSION.

    Raises:
        Refusal: the contract sells nothing ahead, or something else.
    """
    terms = version.get(Prepaid)
    if terms is None:
        raise Refusal("contract", f"{version.code} sells nothing prepaid: it has no table [prepaid].")
    try:
        quantity = parse_quantity(bought.quantity, terms.unit, version.currency)
    except ValueError as error:
        raise Refusal("quantity", f'expected {EXPECTED[terms.unit]}, found "{bought.quantity}".') from error
    return Purchase(
        bought.id, bought.contract, bought.on, quantity, _paid(bought.price, version), bought.voided_at
    )


def _paid(price: Decimal | None, version: Version) -> Decimal | None:
    digits = minor_digits(version.currency)
    if price is not None and decimals(price) > digits:
        raise Refusal("price", f"expected at most {digits} decimals in {version.currency}, found {price}.")
    return price
