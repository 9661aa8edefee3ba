"""B9: the client can ask what is left of the bought hours, and what used them, at any moment."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from suptime.domain.work import Client
from suptime.rating.balance import Balance
from suptime.rating.rated import RatedContract
from suptime.rating.told import balance_told, draw_told


def hours_report(accounts: Iterable[tuple[Client, RatedContract]], as_of: date) -> dict[str, Any]:
    """The balance of every contract that sells something ahead or has some of it, by client and contract."""
    found = [
        _told(client, contract, its) for client, contract in accounts for its in contract.balances(as_of)
    ]
    found.sort(key=lambda b: (b["client"], b["contract"], b["unit"]))
    return {"as_of": as_of.isoformat(), "balances": found}


def _told(client: Client, contract: RatedContract, its: Balance) -> dict[str, Any]:
    agreement = contract.facts.contract
    units = {stock.purchase.id: stock.unit for stock in contract.rating.stocks}
    draws = [
        {"date": charge.day.isoformat(), "case": charge.case, "subject": contract.cases[charge.case].subject}
        | draw_told(charge, draw)
        for charge in contract.rating.charges
        if charge.day <= its.as_of
        for draw in charge.draws
        if units[draw.purchase] == its.unit
    ]
    who = {
        "client": client.code,
        "client_name": client.name,
        "contract": agreement.code,
        "title": agreement.latest.title,
    }
    return who | balance_told(its, contract.currency) | {"draws": draws}
