"""Open amounts of clients by days past due, and their credits (F27)."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

from suptime.domain.money import show_amount
from suptime.invoicing.receivables import BUCKETS, Aging, Ledger, aging, total_of

Told = dict[str, Any]


def aging_report(accounts: Iterable[tuple[str, Ledger]], as_of: date) -> Told:
    """Return the open amounts of each account at the end of a day, with a total for each currency.

    `accounts` are ledgers, each with its client's name. An account without open amounts and credits has no row.
    """
    found = [(ledger.account, name, aging(ledger, as_of)) for name, ledger in accounts]
    rows = sorted((one for one in found if not one[2].is_empty), key=lambda one: one[0])
    by_currency = sorted(rows, key=lambda one: one[0].currency)
    totals = [
        (currency, total_of(made for *_, made in its))
        for currency, its in groupby(by_currency, key=lambda one: one[0].currency)
    ]
    return {
        "as_of": as_of.isoformat(),
        "rows": [
            {"client": account.client, "client_name": name, "currency": account.currency}
            | aging_as_data(made, account.currency)
            for account, name, made in rows
        ],
        "totals": [{"currency": currency} | aging_as_data(made, currency) for currency, made in totals],
    }


def aging_as_data(made: Aging, currency: str) -> Told:
    """Return the amounts of an aging by name."""
    amounts = {name: made.buckets[name] for name in BUCKETS}
    amounts |= {"on_account": made.on_account, "deposits": made.deposits, "balance": made.balance}
    return {name: show_amount(amount, currency) for name, amount in amounts.items()}
