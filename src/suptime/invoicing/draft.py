"""A3: the invoice of a month is a detailed report of its work, listed by case number.

A draft is what is known now of one client's month, per currency (rating.md, 5). It changes nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from suptime.clauses.coverage import DueFee, due_fees
from suptime.clauses.prepaid import Stock
from suptime.domain.case import Case, number_order
from suptime.domain.charge import Charge, ChargeKind
from suptime.domain.duration import in_words
from suptime.domain.money import rounded, show_amount
from suptime.domain.outcome import Outcome, Share
from suptime.domain.timespan import MINUTE, Month, show_day
from suptime.domain.work import Client
from suptime.invoicing.letterhead import Letterhead
from suptime.invoicing.tax import tax_texts, taxed, totals_of
from suptime.rating.balance import balances, drawn
from suptime.rating.rated import RatedContract
from suptime.rating.told import balance_told, reasons_of, time_of, work_of

Document = dict[str, Any]


def draft(
    month: Month, client: Client, contracts: Sequence[RatedContract], head: Letterhead
) -> list[Document]:
    """The draft invoices of CLIENT for MONTH: one per currency in which there is a line, by currency."""
    by_currency: dict[str, list[RatedContract]] = {}
    for contract in contracts:
        by_currency.setdefault(contract.currency, []).append(contract)
    return [
        invoice
        for currency, its in sorted(by_currency.items())
        if (invoice := _invoice(month, client, currency, its, head))
    ]


def _invoice(
    month: Month,
    client: Client,
    currency: str,
    contracts: Sequence[RatedContract],
    head: Letterhead,
) -> Document | None:
    cases = [told for contract in contracts for told in _cases(month, contract)]
    cases.sort(key=lambda c: number_order(c["case"]))
    other = [line for contract in contracts for line in [*_fees(month, contract), *_sales(month, contract)]]
    other.sort(key=lambda line: (line["date"], line["contract"]))
    other = [taxed(line, client.tax, head.tax) for line in other]
    for case in cases:
        case["lines"] = [taxed(line, client.tax, head.tax) for line in case["lines"]]
    lines = [line for case in cases for line in case["lines"]] + other
    if not lines:
        return None
    shares = [s for c in contracts for s in c.rating.shares if s.piece.day in month]
    return {
        "number": None,
        "state": "draft",
        "kind": "invoice",
        "issued_on": None,
        "due_on": None,
        "credits": None,
        "client": client.code,
        "client_name": client.name,
        "client_address": client.address,
        "client_country": client.country,
        "client_email": client.email,
        "client_tax_id": client.tax_id,
        "seller": dict(head.seller) or None,
        "currency": currency,
        "timezone": contracts[0].facts.contract.latest.zone.name,
        "contracts": [c.facts.contract.code for c in contracts],
        "contract_titles": {c.facts.contract.code: c.facts.contract.latest.title for c in contracts},
        "period": {"from": month.first.isoformat(), "to": month.last.isoformat()},
        "cases": cases,
        "other_lines": other,
        "held": held(month.last, client.code, contracts),
        "prepaid": [told for c in contracts for told in _prepaid(month, c)],
        "time": time_of(shares),
        "totals": totals_of(lines, currency, head.tax),
        "tax_texts": tax_texts(lines, head.tax),
        "layout": dict(head.layout),
    }


def _cases(month: Month, contract: RatedContract) -> list[Document]:
    """The cases worked on in MONTH, and those with a charge dated in it."""
    charges: dict[str, list[Charge]] = {}
    for charge in contract.rating.charges:
        if charge.day in month:
            charges.setdefault(charge.case, []).append(charge)
    told = []
    for number, case in contract.cases.items():
        shares = [s for s in contract.shares_by_case.get(number, ()) if s.piece.day in month]
        if shares or number in charges:
            told.append(
                {
                    "case": number,
                    "subject": case.subject,
                    "contract": contract.facts.contract.code,
                    "category": case.category,
                    "cause": cause_of(case),
                    "status": case.status,
                    "time": time_of(shares),
                    "work": work_of(shares),
                    "reasons": reasons_of(shares),
                    "lines": contract.lines(charges.get(number, ())),
                }
            )
    return told


def cause_of(case: Case) -> str | None:
    """The cause of the latest resolution, while the case is resolved."""
    turn = case.last_turn
    return turn.cause if turn and case.resolved_at is not None else None


def _fees(month: Month, contract: RatedContract) -> list[Document]:
    """C1: the flat fees that fall due in MONTH."""
    return [_fee(due) for due in due_fees(contract.facts.contract, month.first, month.last)]


def _fee(due: DueFee) -> Document:
    period = {"period": {"from": due.day.isoformat(), "to": due.last.isoformat()}}
    amount = show_amount(due.net, due.currency)
    words = f"Due in advance on {show_day(due.day)}."
    return (
        _other(ChargeKind.FEE, due.day, due.description, due.contract, amount, "period", "coverage", words)
        | period
    )


def _sales(month: Month, contract: RatedContract) -> list[Document]:
    """Prepaid purchases with a price, dated in MONTH."""
    sold = [s for s in contract.rating.stocks if s.purchase.price is not None and s.purchase.on in month]
    return [_sale(stock, contract) for stock in sorted(sold, key=lambda s: (s.purchase.on, s.purchase.id))]


def _sale(stock: Stock, contract: RatedContract) -> Document:
    bought = stock.purchase
    amount = show_amount(rounded(bought.price or Decimal(0), contract.currency), contract.currency)
    until = f", valid through {show_day(stock.valid_through)}" if stock.valid_through else ""
    words = f"{_bought(stock, contract.currency)}{until}"
    code = contract.facts.contract.code
    line = _other(ChargeKind.PREPAID_SALE, bought.on, words, code, amount, "purchase", "prepaid", "")
    return line | {"purchase": f"P{bought.id}"}


def _bought(stock: Stock, currency: str) -> str:
    """What was bought, in words."""
    quantity = stock.purchase.quantity
    if stock.unit == "money":
        return f"Deposit of {show_amount(quantity, currency)} {currency}"
    if stock.unit == "incidents":
        return f"Support pack, {quantity} incident{'' if quantity == 1 else 's'}"
    return f"Prepaid support, {in_words(int(quantity) * MINUTE)}"


def _other(
    kind: ChargeKind,
    day: date,
    description: str,
    contract: str,
    amount: str,
    unit: str,
    clause: str,
    reason: str,
) -> Document:
    """A line that belongs to no case: one of a UNIT at AMOUNT."""
    return {
        "kind": str(kind),
        "date": day.isoformat(),
        "description": description,
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
        "reason": reason,
        "appointment": None,
    }


def _prepaid(month: Month, contract: RatedContract) -> list[Document]:
    """The balances at the end of MONTH, where the contract sells something ahead or has some of it."""
    agreement = contract.facts.contract
    used = drawn(contract.rating, month.first, month.last)
    return [
        {"contract": agreement.code, "title": agreement.latest.title}
        | balance_told(its, contract.currency, used)
        for its in balances(contract.rating, contract.as_if_billable, month.last)
    ]


def held(through: date, client: str, contracts: Iterable[RatedContract]) -> list[Document]:
    """All held time of CLIENT up to the day THROUGH, by case number, with the reason."""
    found: dict[str, list[Share]] = {}
    for contract in contracts:
        for share in contract.rating.shares:
            if share.outcome is Outcome.HELD and share.piece.day <= through and share.seconds:
                found.setdefault(share.piece.unit.case, []).append(share)
    return [
        {
            "case": case,
            "client": client,
            "held_seconds": sum(s.seconds for s in found[case]),
            "reason": " ".join(dict.fromkeys(s.reason.text for s in found[case])),
        }
        for case in sorted(found, key=number_order)
    ]
