"""Overview of the firm: what is owed and overdue, what needs attention, and the parts that its charts show."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from suptime.contracts.clocks import BREACHED, MET
from suptime.domain.client import Client
from suptime.domain.invoice import Invoice
from suptime.domain.money import show_amount
from suptime.domain.outcome import Outcome
from suptime.domain.time import DayIn, Month
from suptime.invoicing.receivables import BUCKETS, Ledger, aging, statement
from suptime.rating.rated import RatedContract
from suptime.reports.aging import aging_report
from suptime.reports.burndown import burndown_report
from suptime.reports.free import free_report
from suptime.reports.hours import hours_report
from suptime.reports.sla import registered_in, results
from suptime.reports.time import time_report, with_cases

Told = dict[str, Any]

SOON = timedelta(days=30)
"""Purchases that expire within it are about to."""
LONG_HELD = timedelta(days=14)
"""Cases of which time is held for longer need attention."""


def overview_report(
    accounts: Sequence[tuple[Client, RatedContract]],
    clocks: Mapping[str, Any],
    margin: Mapping[str, Any],
    months: tuple[Month, Month],
    as_of: DayIn,
    ledgers: Iterable[tuple[str, Ledger]] = (),
    invoices: Iterable[Invoice] = (),
) -> Told:
    """Return the parts of the overview of `months`, first and last, each in the shape of its own report.

    `clocks` is the report of all response clocks, of which those registered in `months` count; purchases are
    as of `as_of` in the zone of their contract; `burndown` and `hours` leave out empty ones. Open items are
    from `ledgers`, each with its client's name, at the end of that day; `invoices` are all issued ones.
    """
    first, last = months
    contracts = [contract for _, contract in accounts]
    timed = (row for row in clocks["cases"] if row["state"] is not None)
    registered = [row for row in timed if first <= Month.parse(registered_in(row)) <= last]
    hours = hours_report(accounts, as_of)
    burndown = burndown_report(accounts, as_of)
    response = {"cases": len(registered), **results(registered)}
    free = free_report(contracts, first.first, last.last)
    day = date.fromisoformat(hours["as_of"])
    owing = list(ledgers)
    expiring = _expiring(hours["balances"], day)
    late = _late_invoices(owing, day)
    return {
        "from": str(first),
        "to": str(last),
        "as_of": hours["as_of"],
        "headline": {
            **_owed(owing, day),
            "overdue_invoices": len(late),
            "responses": {
                "met": response["total"][MET],
                "total": response["total"][MET] + response["total"][BREACHED],
            },
            "not_charged_seconds": free["total"]["non_billable_seconds"] + free["total"]["waived_seconds"],
            "worked_seconds": free["worked_seconds"],
            "expiring": [
                {
                    key: one[key]
                    for key in ("client", "contract", "purchase", "unit", "remaining", "valid_through")
                }
                for one in expiring
            ],
        },
        "attention": {
            "invoices": late,
            "responses": _late_responses(clocks["cases"]),
            "purchases": expiring,
            "held": _held(accounts, day),
        },
        "invoiced": _invoiced(invoices, months),
        "hours": hours | {"balances": [b for b in hours["balances"] if b["purchases"]]},
        "burndown": burndown
        | {"burndowns": [b for b in burndown["burndowns"] if b["pace"]["state"] != "empty"]},
        "response": response,
        "free": free,
        "margin": dict(margin),
        "aging": aging_report(owing, day),
        "time": time_report(with_cases(contracts), first.first, last.last, "client"),
    }


def _owed(ledgers: Sequence[tuple[str, Ledger]], day: date) -> Told:
    """Return the open and the overdue amount by currency; credits on account are not deducted."""
    owed: dict[str, Decimal] = {}
    overdue: dict[str, Decimal] = {}
    for _, ledger in ledgers:
        currency, buckets = ledger.account.currency, aging(ledger, day).buckets
        for name in BUCKETS:
            owed[currency] = owed.get(currency, Decimal(0)) + buckets[name]
            if name != "not_due":
                overdue[currency] = overdue.get(currency, Decimal(0)) + buckets[name]
    return {
        key: {currency: show_amount(amount, currency) for currency, amount in sorted(found.items()) if amount}
        for key, found in (("owed", owed), ("overdue", overdue))
    }


def _late_invoices(ledgers: Iterable[tuple[str, Ledger]], day: date) -> list[Told]:
    """Return the overdue items, the longest overdue first."""
    found = [
        {
            "number": item.key.id,
            "client": ledger.account.client,
            "client_name": name,
            "currency": ledger.account.currency,
            "open": show_amount(item.open, ledger.account.currency),
            "due_on": item.due_on.isoformat(),
            "days_overdue": item.days_overdue,
        }
        for name, ledger in ledgers
        for item in statement(ledger, day, day).open_items
        if item.days_overdue > 0
    ]
    return sorted(found, key=lambda one: (-one["days_overdue"], one["number"]))


def _late_responses(clocks: Iterable[Mapping[str, Any]]) -> list[Told]:
    """Return the cases whose first response is overdue, the longest overdue first."""
    keys = ("case", "client", "client_name", "subject", "priority", "due_at", "timezone")
    late = [row for row in clocks if row["state"] == BREACHED and row["answered_at"] is None]
    return [
        {key: row[key] for key in keys} for row in sorted(late, key=lambda row: (row["due_at"], row["case"]))
    ]


def _expiring(balances: Iterable[Mapping[str, Any]], day: date) -> list[Told]:
    """Return the purchases with something left that expire within 30 days, the first to expire first."""
    found = [
        {
            **{
                key: balance[key]
                for key in ("client", "client_name", "contract", "title", "unit", "currency")
            },
            "purchase": one["id"],
            "remaining": one["remaining"],
            "valid_through": one["valid_through"],
        }
        for balance in balances
        for one in balance["purchases"]
        if one["valid_through"]
        and day <= date.fromisoformat(one["valid_through"]) <= day + SOON
        and Decimal(str(one["remaining"])) > 0
    ]
    return sorted(found, key=lambda one: (one["valid_through"], one["client"], one["purchase"]))


def _held(accounts: Iterable[tuple[Client, RatedContract]], day: date) -> list[Told]:
    """Return the cases of which time has been held for more than 14 days, the longest held first."""
    found: dict[str, Told] = {}
    for client, contract in accounts:
        for share in contract.rating.shares:
            if share.outcome is Outcome.HELD and share.seconds and share.piece.day <= day:
                case = share.piece.unit.case
                one = found.setdefault(
                    case,
                    {
                        "case": case,
                        "client": client.code,
                        "client_name": client.name,
                        "since": share.piece.day,
                    }
                    | {"held_seconds": 0},
                )
                one["since"] = min(one["since"], share.piece.day)
                one["held_seconds"] += share.seconds
    long = [one for one in found.values() if day - one["since"] > LONG_HELD]
    return [
        {**one, "since": one["since"].isoformat()}
        for one in sorted(long, key=lambda one: (one["since"], one["case"]))
    ]


def _invoiced(invoices: Iterable[Invoice], months: tuple[Month, Month]) -> list[Told]:
    """Return the net amounts of invoices and credit notes of each month of `months`, by currency, and how many they are."""
    nets: dict[Month, dict[str, Decimal]] = {}
    counts: dict[Month, Counter[str]] = defaultdict(Counter)
    first, last = months
    month = first
    while month <= last:
        nets[month] = {}
        month = month.next
    for one in invoices:
        of = one.month or Month.of(one.issued_on)
        if of in nets:
            net = Decimal(one.document["totals"]["net"])
            nets[of][one.currency] = nets[of].get(one.currency, Decimal(0)) + net
            counts[of][one.currency] += 1
    return [
        {
            "month": str(month),
            "net": {currency: show_amount(amount, currency) for currency, amount in sorted(its.items())},
            "documents": dict(sorted(counts[month].items())),
        }
        for month, its in nets.items()
    ]
