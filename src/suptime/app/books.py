"""What was issued, for a bookkeeper's program: journals of double entries, and invoices as rows."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from suptime.app.facts import contracts_of
from suptime.app.prepaid import unit_of
from suptime.domain.charge import Draw
from suptime.domain.invoice import Issue
from suptime.domain.timespan import Instant, Zone
from suptime.interchange import invoice_rows
from suptime.interchange.bookkeeping import Books, Bought, Drawn, entries
from suptime.interchange.journals import WRITERS
from suptime.rating.draw import stocks_of
from suptime.render.sheet import sheet

if TYPE_CHECKING:
    from suptime.store import Store, Transaction


def journal(store: "Store", form: str, *, now: Instant, zone: Zone) -> Iterator[str]:
    """The journal of everything that was issued, paid and bought ahead up to NOW, in the format FORM.

    ZONE says on which day an issue without an invoice was.
    """
    with store.reading() as tx:
        books = _books(tx, zone.day(now), zone)
    return WRITERS[form](entries(books))


def _books(tx: "Transaction", today: date, zone: Zone) -> Books:
    issues = tx.each_issue()
    purchases = []
    for contract in contracts_of(tx):
        its = [issue for issue in issues if issue.client == contract.client]
        for stock in stocks_of(contract, tx.purchases(contract=contract.code)):
            currency = unit_of(contract, stock.purchase.on)[1]
            forfeited_on = _forfeited(stock.valid_through, its, today, zone)
            purchases.append(Bought(stock.purchase, contract.client, currency, stock.unit, forfeited_on))
    invoices = tx.invoices()
    return Books(
        tuple(invoices),
        tuple(payment for client in tx.clients() for payment in tx.payments(client=client.code)),
        tuple(purchases),
        tuple(_draws(tx, zone)),
        {client.code: client.name for client in tx.clients()},
    )


def _forfeited(last_day: date | None, issues: Iterable[Issue], today: date, zone: Zone) -> date | None:
    """When what was left after LAST_DAY was forfeited for good: not before the client's month of it was closed."""
    if last_day is None or last_day >= today:
        return None
    closed = [
        zone.day(issue.at)
        for issue in issues
        if issue.kind in {"issue", "close"} and issue.month is not None and last_day <= issue.month.last
    ]
    return max(min(closed), last_day + timedelta(days=1)) if closed else None


def _draws(tx: "Transaction", zone: Zone) -> list[Drawn]:
    """What each issue took from each purchase, and what credit notes gave back, in order."""
    sums: dict[tuple[date, int, str], int] = {}
    invoices = {invoice.number: invoice for invoice in tx.invoices()}
    for issue in tx.each_issue():
        for line in tx.issued_lines(issue=issue.id, with_credited=True):
            invoice = invoices.get(line.number or "")
            on = invoice.issued_on if invoice else zone.day(issue.at)
            _add(sums, on, line.number or f"{issue.month} closed", line.draws)
    for invoice in invoices.values():
        if invoice.credits:
            credited = invoices[invoice.credits]
            for line in tx.issued_lines(issue=credited.issue, with_credited=True):
                if line.number == credited.number:
                    back = [Draw(draw.purchase, -draw.quantity) for draw in line.draws]
                    _add(sums, invoice.issued_on, invoice.number, back)
    return [Drawn(on, purchase, quantity, number) for (on, purchase, number), quantity in sums.items()]


def _add(sums: dict[tuple[date, int, str], int], on: date, number: str, draws: Iterable[Draw]) -> None:
    for draw in draws:
        key = (on, draw.purchase, number)
        sums[key] = sums.get(key, 0) + draw.quantity


def invoices_as_rows(store: "Store", form: str, codes: invoice_rows.Codes) -> tuple[bytes, int, list[str]]:
    """The issued invoices as a file of the format FORM, how many, and the numbers of those that it cannot hold."""
    with store.reading() as tx:
        every = tx.invoices()
    fit = [i for i in every if form != "quickbooks" or not i.document["totals"]["gross"].startswith("-")]
    columns, rows = invoice_rows.TEMPLATES[form]
    left = [invoice.number for invoice in every if invoice not in fit]
    return sheet(columns, rows(fit, codes)), len(fit), left
