"""Hours worked and amounts invoiced, by client (B9)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from suptime.contracts import due_fees
from suptime.domain.charge import INCIDENT_UNIT, difference
from suptime.domain.client import Client
from suptime.domain.invoice import Invoice
from suptime.domain.money import rounded, show_amount
from suptime.domain.time import HOUR, Month, Seconds
from suptime.rating.rated import RatedContract

Told = dict[str, Any]
ZERO = Decimal(0)

GROUPS = {"fee": "fees", "prepaid-sale": "sales"}
"""Kinds of lines that are not for the work itself, and their groups."""


@dataclass(frozen=True, slots=True)
class Account:
    """A client, its seconds worked in each month, its rated contracts, its invoices and credit notes.

    `closed` is its last closed month: later ones are not invoiced yet.
    """

    client: Client
    worked: Mapping[Month, Seconds]
    contracts: Sequence[RatedContract]
    invoices: Sequence[Invoice]
    closed: Month | None


@dataclass(frozen=True, slots=True)
class _Sum:
    """Amount of one line: `group` is work, fees or sales; `issued` is True if it is on an invoice."""

    currency: str
    group: str
    net: Decimal
    issued: bool
    billed: int = 0
    prepaid: int = 0
    invoiced: int = 0
    incidents: int = 0


def margin_report(accounts: Iterable[Account], first: Month, last: Month) -> Told:
    """Return the work and the amounts of each client in the months `first` through `last`.

    `invoiced_net` is the sum of the invoices of these months, independent of their issue date (a credit note counts
    in the month of the invoice that it reverses); `open_net` is the amount still to be invoiced as known now;
    `per_hour` is both per hour worked. All are without tax. There is one row for each client and currency, by hours
    worked; a client without work or invoices has none.
    """
    rows = [row for account in accounts for row in _rows(account, first, last)]
    rows.sort(key=lambda row: (-row["worked_seconds"], row["client"], row["currency"] or ""))
    return {
        "from": str(first),
        "to": str(last),
        "rows": rows,
        "total": {key: sum(row[key] for row in rows) for key in ("worked_seconds", *COUNTS)},
        "totals": _totals(rows),
    }


COUNTS = ("billed_minutes", "prepaid_minutes", "incidents")


def _rows(account: Account, first: Month, last: Month) -> Iterator[Told]:
    worked = sum(seconds for month, seconds in account.worked.items() if first <= month <= last)
    sums = [*_issued(account, first, last), *_to_be_invoiced(account, first, last)]
    usual = account.client.currency or next((c.currency for c in account.contracts), None)
    currencies = sorted({one.currency for one in sums}, key=lambda it: (it != usual, it))
    if not worked and not sums:
        return
    for place, currency in enumerate(currencies or [usual]):
        # With two currencies, the work is in the first row, so that it does not count twice.
        its = [one for one in sums if one.currency == currency]
        yield _row(account.client, currency, its, 0 if place else worked)


def _issued(account: Account, first: Month, last: Month) -> Iterator[_Sum]:
    """Yield the lines of the invoices and credit notes of the months."""
    for invoice in account.invoices:
        if invoice.month is None or not first <= invoice.month <= last:
            continue
        for line in _lines(invoice.document):
            yield _Sum(
                invoice.currency,
                GROUPS.get(line.get("credits") or line.get("adjusts") or line["kind"], "work"),
                Decimal(line["net"]),
                issued=True,
                billed=line["billed_minutes"],
                prepaid=line["prepaid_minutes"],
                invoiced=line["invoiced_minutes"],
                incidents=int(line["quantity"]) + line.get("prepaid_incidents", 0)
                if line["unit"] == INCIDENT_UNIT
                else 0,
            )


def _to_be_invoiced(account: Account, first: Month, last: Month) -> Iterator[_Sum]:
    """Yield the open charges of the months: charges on any of their days, fees and sales of months not closed."""
    since = first if account.closed is None else max(first, account.closed.next)
    for contract in account.contracts:
        currency = contract.currency
        for charge in (*contract.rating.charges, *contract.rating.gone):
            if first.first <= charge.day <= last.last and (row := difference(charge)):
                incidents = row.quantity if row.unit == INCIDENT_UNIT else 0
                minutes = (row.billed_minutes, row.prepaid_minutes, row.invoiced_minutes)
                yield _Sum(charge.currency, "work", row.net, False, *minutes, incidents)
        if since > last:
            continue
        for fee in due_fees(contract.facts.contract, since.first, last.last):
            yield _Sum(currency, "fees", fee.net, issued=False)
        for stock in contract.rating.stocks:
            bought = stock.purchase
            if bought.price is not None and since.first <= bought.on <= last.last:
                yield _Sum(currency, "sales", rounded(bought.price, currency), issued=False)


def _lines(document: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    for case in document["cases"]:
        yield from case["lines"]
    yield from document["other_lines"]


def _row(client: Client, currency: str | None, sums: Sequence[_Sum], worked: Seconds) -> Told:
    def shown(its: Iterable[_Sum]) -> str:
        net = sum((one.net for one in its), ZERO)
        return show_amount(rounded(net, currency), currency) if currency else str(net)

    net = sum((one.net for one in sums), ZERO)
    hourly = rounded(net * HOUR / worked, currency) if worked and currency else None
    billed, prepaid = sum(one.billed for one in sums), sum(one.prepaid for one in sums)
    return {
        "client": client.code,
        "client_name": client.name,
        "currency": currency,
        "worked_seconds": worked,
        "billed_minutes": billed,
        "prepaid_minutes": prepaid,
        "invoiced_minutes": sum(one.invoiced for one in sums),
        "incidents": sum(one.incidents for one in sums),
        **{
            f"{name}_net": shown(one for one in sums if one.group == name)
            for name in ("work", "fees", "sales")
        },
        "invoiced_net": shown(one for one in sums if one.issued),
        "open_net": shown(one for one in sums if not one.issued),
        "net": shown(sums),
        "per_hour": show_amount(hourly, currency) if hourly is not None and currency else None,
    }


def _totals(rows: Iterable[Told]) -> list[Told]:
    """Return the totals of all clients, by currency."""
    nets: dict[str, dict[str, Decimal]] = {}
    for row in rows:
        if row["currency"]:
            its = nets.setdefault(row["currency"], dict.fromkeys(("invoiced_net", "open_net", "net"), ZERO))
            for key in its:
                its[key] += Decimal(row[key])
    return [
        {"currency": currency} | {key: show_amount(net, currency) for key, net in its.items()}
        for currency, its in sorted(nets.items())
    ]
