"""The account of a client over a period: entries, open items, credits, aging (F27)."""

from datetime import date
from typing import Any

from suptime.domain.money import show_amount
from suptime.invoicing.receivables import Ledger, statement
from suptime.reports.aging import aging_as_data

Told = dict[str, Any]


def account_report(ledger: Ledger, first: date, last: date) -> Told:
    """Return an account from the day `first` through `last`: by day, then debits, then id."""
    made, currency = statement(ledger, first, last), ledger.account.currency

    def shown(amount: Any) -> str:
        return show_amount(amount or amount * 0, currency)

    return {
        "currency": currency,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "opening": shown(made.opening),
        "debits": shown(made.debits),
        "credits": shown(made.credits),
        "closing": shown(made.closing),
        "entries": [
            {
                "on": line.on.isoformat(),
                "kind": line.kind,
                "id": line.entry.id,
                "debit": shown(line.debit),
                "credit": shown(line.credit),
                "balance": shown(line.balance),
                "allocations": [{"id": key.id, "amount": shown(amount)} for key, amount in line.used],
            }
            for line in made.lines
        ],
        "open_items": [
            {
                "id": item.key.id,
                "on": item.on.isoformat(),
                "due_on": item.due_on.isoformat(),
                "open": shown(item.open),
                "days_overdue": item.days_overdue,
            }
            for item in made.open_items
        ],
        "on_account": shown(made.aging.on_account),
        "deposits": shown(made.aging.deposits),
        "aging": aging_as_data(made.aging, currency),
    }
