"""B9: the client can ask what is left of the bought hours, and what used them, at any moment."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from suptime.clauses.prepaid import Prepaid
from suptime.domain.work import Client
from suptime.rating.balance import balance
from suptime.rating.rated import RatedContract
from suptime.rating.told import balance_told


def hours_report(accounts: Iterable[tuple[Client, RatedContract]], as_of: date) -> dict[str, Any]:
    """The balance of every contract that sells prepaid hours or has some, by client and contract."""
    balances = [
        _balance(client, contract, as_of)
        for client, contract in accounts
        if contract.rating.stocks or contract.facts.contract.latest.get(Prepaid) is not None
    ]
    balances.sort(key=lambda b: (b["client"], b["contract"]))
    return {"as_of": as_of.isoformat(), "balances": balances}


def _balance(client: Client, contract: RatedContract, as_of: date) -> dict[str, Any]:
    agreement = contract.facts.contract
    draws = [
        {
            "date": charge.day.isoformat(),
            "case": charge.case,
            "purchase": f"P{draw.purchase}",
            "minutes": draw.quantity,
        }
        for charge in contract.rating.charges
        if charge.day <= as_of
        for draw in charge.draws
    ]
    who = {
        "client": client.code,
        "client_name": client.name,
        "contract": agreement.code,
        "title": agreement.latest.title,
    }
    return who | balance_told(balance(contract.rating, contract.as_if_billable, as_of)) | {"draws": draws}
