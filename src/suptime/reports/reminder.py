"""A reminder as data: open items, the level of each invoice, and the charges of the letter (F28)."""

from decimal import Decimal
from typing import Any

from suptime.domain.money import show_amount
from suptime.invoicing.reminders import Letter

Told = dict[str, Any]


def reminder_report(letter: Letter, number: str | None) -> Told:
    """Return a reminder under its number, or None if it has none. `total` is the balance including it."""
    currency = letter.account.currency

    def shown(amount: Decimal) -> str:
        return show_amount(amount, currency)

    return {
        "id": number,
        "client": letter.account.client,
        "currency": currency,
        "on": letter.on.isoformat(),
        "due_on": letter.due_on.isoformat(),
        "level": letter.level,
        "items": [
            {
                "number": one.item.key.id,
                "kind": str(one.item.key.kind),
                "on": one.item.on.isoformat(),
                "due_on": one.item.due_on.isoformat(),
                "days_overdue": one.item.days_overdue,
                "open": shown(one.item.open),
                "level": one.level,
                "on_hold": one.is_held,
            }
            for one in letter.items
        ],
        "open": shown(sum((one.item.open for one in letter.items), Decimal(0))),
        "fee": shown(letter.fee),
        "interest": shown(letter.interest),
        "on_account": shown(letter.on_account),
        "deposits": shown(letter.deposits),
        "total": shown(letter.total),
    }
