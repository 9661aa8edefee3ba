"""Open charges to invoice: the differences of rows, and fees and sales that are not invoiced.

Each claim is a line of a document, with the data that the store keeps so that it is never claimed
again.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from suptime.contracts import DueFee, unpaid_fees
from suptime.domain.booking import Stock, in_order
from suptime.domain.charge import (
    MINUTE_UNIT,
    Charge,
    ChargeKind,
    Holding,
    IssuedLine,
    RowKey,
    difference,
    holdings,
)
from suptime.domain.money import show_amount
from suptime.domain.sentence import Day, Length, Sentence, Sum, Value, plural, sentence, together, with_words
from suptime.domain.time import MINUTE
from suptime.invoicing.corrections import Part, parts_of
from suptime.invoicing.prepayments import Deduction, sale_of, sale_state
from suptime.rating.rate import net_of
from suptime.rating.rated import RatedContract

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim on one row, with its lines on a document: several if it returns something (F23, F24)."""

    line: IssuedLine
    currency: str
    documents: tuple[Document, ...]
    is_prepayment: bool = False

    @property
    def day(self) -> date:
        """The day of its date."""
        return self.line.key.day


def claims_of(
    contract: RatedContract, through: date, issued: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
) -> list[Claim]:
    """Return the open charges of `contract` dated through `through`, by day, then in the order of drawing.

    `issued` are the documents, by number, of the corrected lines: they have the price and the tax of returns.
    Without them, each claim is one line.
    """
    code = contract.facts.contract.code
    held = holdings(line for line in contract.facts.issued if not line.key.is_rated)
    # Of a written-off row, only its part on other invoices is ever claimed again.
    for key, off in contract.facts.written_off.items():
        if not key.is_rated and not off.quantity:
            held[key] = Holding(1)
    found = [
        *_rows(contract, code, through, issued),
        *_fees(contract, through, held),
        *_sales(contract, code, issued),
    ]
    return [claim for claim in found if claim.day <= through]


def _rows(
    contract: RatedContract, code: str, through: date, issued: Mapping[str, Mapping[str, Any]]
) -> Iterator[Claim]:
    for charge in sorted(
        (*contract.rating.charges, *contract.rating.gone), key=lambda c: (c.day, *c.order[:1])
    ):
        row = difference(charge)
        if row is not None and charge.key is not None and charge.day <= through:
            line = IssuedLine(
                code, charge.key, row.quantity, row.worked_seconds, row.net, row.draws, capped=row.capped
            )
            parts = parts_of(charge, row, contract.facts.issued, issued)
            yield Claim(
                line, charge.currency, tuple(_row(contract, charge, part, len(parts)) for part in parts)
            )


def _row(contract: RatedContract, charge: Charge, part: Part, parts: int) -> Document:
    """Return a line of a row: its own, or one of its differences to the invoiced lines."""
    row, held = part.charge, charge.held
    (told,) = contract.lines([row])
    if held is None:
        return told
    less = row.quantity < 0 or row.payable < 0 or row.net < 0
    reasons = [charge.reason, _invoiced(held, charge.unit)]
    beyond = row.net - net_of(row.invoiced, row.price, row.priced_by, row.currency)
    if beyond:
        # A row is rounded as a whole, so the whole row has its cents.
        why = _beyond(charge, held) if parts == 1 else _all_of(held, charge.currency)
        reasons.append(why)
        told["price_difference"] = show_amount(beyond, charge.currency)
        told |= with_words("price_difference_reason", why)
    told |= with_words("reason", together(*reasons))
    told["corrects"] = (part.number or held.number) if less else None
    if part.tax is not None:
        told["tax"] = dict(part.tax)
    if less:
        told["kind"] = str(ChargeKind.ADJUSTMENT)
        told["adjusts"] = str(charge.kind)
    return told


def _all_of(held: Holding, currency: str) -> Sentence:
    """Return the reason why a part of a row differs by a cent from its quantity times its price."""
    before = Sum(show_amount(held.net, currency), currency)
    return sentence("The row was invoiced as a whole, at {before}, and rounded once.", before=before)


def _invoiced(held: Holding, unit: str) -> str:
    """Return the invoiced quantity of a row, with the invoice."""
    values: dict[str, Value] = {"quantity": held.quantity}
    if unit == MINUTE_UNIT:
        if held.number:
            return sentence("{quantity} min were already invoiced on {number}.", **values, number=held.number)
        return sentence("{quantity} min were already invoiced.", **values)
    if held.number:
        return sentence(
            "{quantity} incidents were already invoiced on {number}.", **values, number=held.number
        )
    return sentence("{quantity} incidents were already invoiced.", **values)


def _beyond(charge: Charge, held: Holding) -> Sentence:
    """Return the reason why a line differs from its quantity times its price."""
    price, whole, before = (
        Sum(show_amount(amount, charge.currency), charge.currency)
        for amount in (charge.price, charge.net, held.net)
    )
    if not charge.quantity:
        return sentence("{before} were invoiced before, and all of it is given back.", before=before)
    values: dict[str, Value] = {"quantity": charge.invoiced, "price": price, "whole": whole, "before": before}
    if charge.priced_by == "hour":
        return sentence(
            "{quantity} min at {price} per hour come to {whole}, less the {before} invoiced before.", **values
        )
    if charge.unit == MINUTE_UNIT:
        return sentence(
            "{quantity} min at {price} per minute come to {whole}, less the {before} invoiced before.",
            **values,
        )
    return sentence(
        "{quantity} incidents at {price} each come to {whole}, less the {before} invoiced before.", **values
    )


def _fees(contract: RatedContract, through: date, held: Mapping[RowKey, Holding]) -> Iterator[Claim]:
    """Yield the flat fees that are due and not invoiced (C1)."""
    invoiced = [key.day for key, one in held.items() if key.kind is ChargeKind.FEE and one.quantity]
    for due in unpaid_fees(contract.facts.contract, through, invoiced):
        key = RowKey(ChargeKind.FEE, "", due.day)
        yield Claim(IssuedLine(due.contract, key, 1, 0, due.net), due.currency, (_fee(due),))


def _fee(due: DueFee) -> Document:
    period = {"period": {"from": due.day.isoformat(), "to": due.last.isoformat()}}
    words = sentence("Due in advance on {day}.", day=Day(due.day))
    return (
        _other(ChargeKind.FEE, due.day, due.description, due.contract, due.net, due.currency, words) | period
    )


def _sales(contract: RatedContract, code: str, issued: Mapping[str, Mapping[str, Any]]) -> Iterator[Claim]:
    """Yield prepaid purchases with a price that are not invoiced, and those invoiced at another price (F18)."""
    for stock in sorted(contract.rating.stocks, key=lambda s: (s.purchase.on, s.purchase.id)):
        bought, currency = stock.purchase, contract.currency
        key = RowKey(ChargeKind.PREPAID_SALE, "", bought.on, bought.id)
        off = contract.facts.written_off.get(key)
        if bought.price is None or not bought.kept or (off is not None and not off.quantity):
            continue
        state = sale_state(bought, contract.facts.issued, currency)
        net = state.wanted - state.held
        words = _purchase_in_words(stock, currency)
        if stock.valid_through:
            words = sentence("{bought}, valid through {day}", bought=words, day=Day(stock.valid_through))
        of_purchase = {"purchase": f"P{bought.id}"}
        if not state.is_claimed:
            document = _other(ChargeKind.PREPAID_SALE, bought.on, words, code, net, currency, "")
            yield Claim(IssuedLine(code, key, 1, 0, net), currency, (document | of_purchase,), bought.is_net)
        elif net and state.number is not None:
            why = sentence(
                "The price is {price} now, and was {before}.",
                price=Sum(show_amount(state.wanted, currency), currency),
                before=Sum(show_amount(state.held, currency), currency),
            )
            document = _other(ChargeKind.ADJUSTMENT, bought.on, words, code, net, currency, why)
            document |= {"adjusts": str(ChargeKind.PREPAID_SALE), "corrects": state.number}
            sale = sale_of(bought.id, [issued[state.number]] if state.number in issued else [])
            if sale is not None:
                document["tax"] = dict(sale.tax)
            yield Claim(IssuedLine(code, key, 0, 0, net), currency, (document | of_purchase,))


def repriced_sales(contract: RatedContract) -> set[str]:
    """Return the numbers of the documents whose sales have another price now."""
    found = set()
    for stock in contract.rating.stocks:
        state = sale_state(stock.purchase, contract.facts.issued, contract.currency)
        if stock.purchase.price is not None and state.number is not None and state.wanted != state.held:
            found.add(state.number)
    return found


def _purchase_in_words(stock: Stock, currency: str) -> str:
    """Return a purchase in words."""
    quantity = stock.purchase.kept
    if stock.unit == "money":
        return sentence("Deposit of {sum}", sum=Sum(show_amount(quantity, currency), currency))
    if stock.unit == "incidents":
        return plural("Support pack, {number} incident", "Support pack, {number} incidents", int(quantity))
    return sentence("Prepaid support, {length}", length=Length(int(quantity) * MINUTE))


_PER = {
    ChargeKind.FEE: ("period", "coverage"),
    ChargeKind.PREPAID_SALE: ("purchase", "prepaid"),
    ChargeKind.PREPAYMENT: ("purchase", "prepaid"),
    ChargeKind.ADJUSTMENT: ("purchase", "prepaid"),
}


def _other(
    kind: ChargeKind, day: date, description: str, contract: str, net: Decimal, currency: str, reason: str
) -> Document:
    """Return a line without a case: one piece at `net`."""
    unit, clause = _PER[kind]
    amount = show_amount(net, currency)
    return {
        "kind": str(kind),
        "date": day.isoformat(),
        **with_words("description", description),
        "contract": contract,
        "worked_seconds": 0,
        "billed_minutes": 0,
        "prepaid_minutes": 0,
        "invoiced_minutes": 0,
        "prepaid_incidents": 0,
        "quantity": "1",
        "unit": unit,
        "unit_price": amount,
        "price_per": unit,
        "net": amount,
        "units": [],
        "agents": [],
        "clauses": [clause],
        "draws": [],
        **with_words("reason", reason),
        "appointment": None,
    }


def deduction(contract: RatedContract, one: Deduction, day: date) -> Claim:
    """Return the line by which an invoice of a `day` deducts a sold deposit, with the tax of its sale (F15)."""
    amount = show_amount(one.amount, contract.currency)
    words = sentence(
        "Deposit of {day}, invoiced on {number}", day=Day(one.purchase.on), number=one.sale.number
    )
    line = _other(ChargeKind.PREPAYMENT, day, words, one.contract, one.amount, contract.currency, "")
    deducts = {"purchase": f"P{one.purchase.id}", "invoice": one.sale.number}
    line |= {"quantity": "-1", "net": f"-{amount}", "deducts": deducts, "tax": dict(one.sale.tax)}
    return Claim(one.claim(day), contract.currency, (line,))


def deposits_for(
    due: Decimal, contracts: Iterable[RatedContract], currency: str, day: date
) -> list[tuple[int, Decimal]]:
    """Return the payments of `due` on `day` by purchases of money, in order of expiry, then age.

    Only purchases of contracts in `currency` pay, and only while they are valid.
    """
    left, found = due, []
    stocks: list[Stock] = []
    used: dict[int | None, Decimal] = {}
    for contract in contracts:
        if contract.currency == currency:
            stocks += [
                s
                for s in contract.rating.stocks
                if s.unit == "money"
                and s.pays_on(day)
                and not s.purchase.is_net
                and (s.purchase.price is None or s.purchase.id in contract.facts.paid)
            ]
            for payment in contract.facts.deposits:
                used[payment.purchase] = used.get(payment.purchase, Decimal(0)) + payment.amount
    for stock in in_order(stocks):
        rest = stock.purchase.kept - used.get(stock.purchase.id, Decimal(0))
        taken = min(left, rest)
        if taken > 0:
            left -= taken
            found.append((stock.purchase.id, taken))
    return found
