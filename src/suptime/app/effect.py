"""Charges of open drafts before and after a correction."""

from collections import defaultdict
from collections.abc import Callable, Collection
from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from suptime.app import lookup
from suptime.app.invoices.draft import account_of
from suptime.app.recent import rated_by_client
from suptime.app.use_case import changing
from suptime.domain.money import show_amount
from suptime.domain.time import Instant, Month, Zone

if TYPE_CHECKING:
    from suptime.store import Store, Transaction

Sums = dict[tuple[str, Month, str], Decimal]


def effect_of(
    store: "Store",
    clients: "Callable[[Transaction], Collection[str]]",
    change: "Callable[[Transaction], object]",
    *,
    now: Instant,
    agent: str,
) -> list[dict[str, Any]]:
    """Return the charges of open drafts of `clients` before and after `change`, by client, month and currency.

    Nothing is changed.
    """
    rows: list[dict[str, Any]] = []
    with suppress(_Enough), changing(store, now, agent, "dry run") as tx:
        codes = clients(tx)
        before = _open_sums(tx, codes, now)
        change(tx)
        after = _open_sums(tx, codes, now)
        for client, month, currency in sorted(before.keys() | after.keys()):
            key = (client, month, currency)
            sums = [show_amount(its.get(key, Decimal(0)), currency) for its in (before, after)]
            about = {"client": client, "month": str(month), "currency": currency}
            rows.append({**about, "net_before": sums[0], "net_after": sums[1]})
        raise _Enough
    return rows


class _Enough(Exception):
    """Ends a transaction that is to be rolled back."""


def _open_sums(tx: "Transaction", codes: Collection[str], now: Instant) -> Sums:
    """Return the open amounts of clients by month; late charges are in the month after the last closed one."""
    found: Sums = defaultdict(Decimal)
    for code in codes:
        client = lookup.client(tx, code)
        contracts = rated_by_client(tx, [client], now, _month(now))[client.code]
        closed = tx.months.closed_through(client.code)
        if contracts:
            zone = contracts[0].facts.contract.latest.zone
            account = account_of(tx, client, contracts, Month.of(zone.day(now)).last)
            for claim in account.open:
                month = Month.of(claim.day)
                month = max(month, closed.next) if closed else month
                found[client.code, month, claim.currency] += sum(Decimal(d["net"]) for d in claim.documents)
    return dict(found)


def _month(now: Instant) -> Month:
    return Month.of(Zone("UTC").day(now))
