"""Prepaid balances and their use (B9)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from suptime.domain.case import number_order
from suptime.domain.client import Client
from suptime.domain.time import DayIn, Month, latest_day
from suptime.rating.as_data import balance_as_data, draw_as_data, drawn_as_data
from suptime.rating.balance import Balance, draws_between
from suptime.rating.rated import RatedContract


@dataclass(frozen=True, slots=True)
class ClosedDraw:
    """Use of a purchase by issued lines for a case on a settled day."""

    day: date
    case: str
    subject: str
    purchase: int
    quantity: int


def hours_report(
    accounts: Iterable[tuple[Client, RatedContract]], as_of: DayIn, earlier: Iterable[ClosedDraw] = ()
) -> dict[str, Any]:
    """Return the balance of every contract with purchases or prepaid terms, by client and contract.

    Each contract counts entries dated through `as_of` in its own zone. Draw-downs are listed for purchases that
    still pay, or were used, in the month of that day. `earlier` are draw-downs on settled days.
    """
    settled: dict[int, list[ClosedDraw]] = {}
    for one in earlier:
        settled.setdefault(one.purchase, []).append(one)
    found = [
        _as_data(client, contract, its, settled)
        for client, contract in accounts
        for its in contract.balances(as_of(contract.zone))
    ]
    found.sort(key=lambda b: (b["client"], b["contract"], b["unit"]))
    day = latest_day((date.fromisoformat(one["as_of"]) for one in found), as_of)
    return {"as_of": day.isoformat(), "balances": found}


def current(contract: RatedContract, its: Balance) -> set[int]:
    """Return the purchases of the balance `its` that still pay, or were used, in the month of its day."""
    month = Month.of(its.as_of)
    used = draws_between(contract.rating, month.first, month.last)
    return {
        p.stock.purchase.id
        for p in its.purchases
        if p.stock.purchase.id in used or (p.remaining and not p.stock.forfeited_by(month.first))
    }


def _subject(contract: RatedContract, case: str) -> str:
    """Return the subject of a case; of the minimum of a month, its name."""
    return contract.cases[case].subject if case else "Minimum of the month"


def _as_data(
    client: Client, contract: RatedContract, its: Balance, settled: Mapping[int, list[ClosedDraw]]
) -> dict[str, Any]:
    agreement = contract.facts.contract
    wanted = current(contract, its)
    draws = [
        (charge.day, charge.case, _subject(contract, charge.case), draw_as_data(charge, draw))
        for charge in contract.rating.charges
        if charge.day <= its.as_of
        for draw in charge.draws
        if draw.purchase in wanted
    ]
    minutes = its.unit == "hours"
    draws += [
        (one.day, one.case, one.subject, drawn_as_data(one.purchase, one.quantity, minutes=minutes))
        for purchase in wanted
        for one in settled.get(purchase, ())
        if one.day <= its.as_of and not contract.facts.scope.holds(one.case, one.day)
    ]
    draws.sort(key=lambda told: (told[0], number_order(told[1])))
    who = {
        "client": client.code,
        "client_name": client.name,
        "contract": agreement.code,
        "title": agreement.latest.title,
    }
    return (
        who
        | balance_as_data(its, contract.currency)
        | {
            "draws": [
                {"date": day.isoformat(), "case": case or None, "subject": subject} | told
                for day, case, subject, told in draws
            ]
        }
    )
