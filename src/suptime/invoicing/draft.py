"""A3: the invoice of a month is a detailed report of its work, listed by case number.

A draft is what is known now of one client's month, per currency (rating.md, 5). It changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from suptime.clauses.prepaid import Prepaid
from suptime.domain.case import Case, number_order
from suptime.domain.charge import Charge, ChargeKind
from suptime.domain.duration import show_duration
from suptime.domain.money import rounded, show_amount
from suptime.domain.outcome import Outcome, Share
from suptime.domain.timespan import MINUTE, Month, show_day
from suptime.domain.work import Client, Purchase
from suptime.invoicing.tax import totals_of
from suptime.rating.balance import balance, drawn
from suptime.rating.rated import RatedContract
from suptime.rating.told import balance_told, reasons_of, time_of, work_of

Document = dict[str, Any]


def draft(
    month: Month, client: Client, contracts: Sequence[RatedContract], seller: Mapping[str, str] | None
) -> list[Document]:
    """The draft invoices of CLIENT for MONTH: one per currency in which there is a line, by currency."""
    by_currency: dict[str, list[RatedContract]] = {}
    for contract in contracts:
        by_currency.setdefault(contract.currency, []).append(contract)
    return [
        invoice
        for currency, its in sorted(by_currency.items())
        if (invoice := _invoice(month, client, currency, its, seller))
    ]


def _invoice(
    month: Month,
    client: Client,
    currency: str,
    contracts: Sequence[RatedContract],
    seller: Mapping[str, str] | None,
) -> Document | None:
    cases = [told for contract in contracts for told in _cases(month, contract)]
    cases.sort(key=lambda c: number_order(c["case"]))
    other = [line for contract in contracts for line in _sales(month, contract)]
    other.sort(key=lambda line: (line["date"], line["contract"]))
    lines = [line for case in cases for line in case["lines"]] + other
    if not lines:
        return None
    shares = [s for c in contracts for s in c.rating.shares if s.piece.day in month]
    net = sum((Decimal(line["net"]) for line in lines), Decimal(0))
    return {
        "number": None,
        "state": "draft",
        "client": client.code,
        "client_name": client.name,
        "client_address": client.address,
        "client_country": client.country,
        "client_email": client.email,
        "client_tax_id": client.tax_id,
        "seller": dict(seller) if seller else None,
        "currency": currency,
        "timezone": contracts[0].facts.contract.latest.zone.name,
        "contracts": [c.facts.contract.code for c in contracts],
        "contract_titles": {c.facts.contract.code: c.facts.contract.latest.title for c in contracts},
        "period": {"from": month.first.isoformat(), "to": month.last.isoformat()},
        "cases": cases,
        "other_lines": other,
        "held": held(month.last, client.code, contracts),
        "prepaid": [told for c in contracts if (told := _prepaid(month, c))],
        "time": time_of(shares),
        "totals": totals_of(net, client.tax, currency),
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


def _sales(month: Month, contract: RatedContract) -> list[Document]:
    """Prepaid purchases with a price, dated in MONTH."""
    sold = [s for s in contract.rating.stocks if s.purchase.price is not None and s.purchase.on in month]
    return [
        _sale(stock.purchase, stock.valid_through, contract)
        for stock in sorted(sold, key=lambda s: (s.purchase.on, s.purchase.id))
    ]


def _sale(purchase: Purchase, valid_through: date | None, contract: RatedContract) -> Document:
    price = rounded(purchase.price or Decimal(0), contract.currency)
    until = f", valid through {show_day(valid_through)}" if valid_through else ""
    amount = show_amount(price, contract.currency)
    return {
        "kind": str(ChargeKind.PREPAID_SALE),
        "date": purchase.on.isoformat(),
        "description": f"Prepaid support, {show_duration(int(purchase.quantity) * MINUTE)}{until}",
        "contract": contract.facts.contract.code,
        "worked_seconds": 0,
        "billed_minutes": 0,
        "prepaid_minutes": 0,
        "invoiced_minutes": 0,
        "quantity": "1",
        "unit": "purchase",
        "unit_price": amount,
        "price_per": "purchase",
        "net": amount,
        "units": [],
        "agents": [],
        "clauses": ["prepaid"],
        "draws": [],
        "reason": f"Bought on {show_day(purchase.on)}.",
        "appointment": None,
        "purchase": f"P{purchase.id}",
    }


def _prepaid(month: Month, contract: RatedContract) -> Document | None:
    """The balance of prepaid hours at the end of MONTH, where the contract has any or sells them."""
    if not contract.rating.stocks and contract.facts.contract.latest.get(Prepaid) is None:
        return None
    at_end = balance(contract.rating, contract.as_if_billable, month.last)
    agreement = contract.facts.contract
    return {"contract": agreement.code, "title": agreement.latest.title} | balance_told(
        at_end, drawn(contract.rating, month.first, month.last)
    )


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
