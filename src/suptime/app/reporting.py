"""Reports and explanations: load, rate, tell."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from suptime.app.billing import clients_of
from suptime.app.facts import contract_of, contracts_of, facts_of
from suptime.app.period import worked_in
from suptime.app.recent import rated_by_client
from suptime.domain.timespan import DayIn, Instant, Month
from suptime.domain.work import Client
from suptime.errors import NotPossible
from suptime.rating.rated import RatedContract
from suptime.reports.explain import explain as explained
from suptime.reports.guarantee import guarantee_report
from suptime.reports.hours import Drawn, current, hours_report
from suptime.reports.sla import sla_report
from suptime.reports.time import time_report

if TYPE_CHECKING:
    from suptime.store import Store, Transaction


def hours(store: "Store", client: str | None, as_of: DayIn, *, now: Instant) -> dict[str, Any]:
    """The balances of prepaid hours of CLIENT, or of all clients, on AS_OF, as known at NOW."""
    with store.reading() as tx:
        clients = clients_of(tx, client)
        accounts = _rated_on(tx, clients, as_of, now)
        wanted = {
            purchase
            for _, contract in accounts
            if contract.facts.scope.settled is not None
            for balance in contract.balances(as_of(contract.zone))
            for purchase in current(contract, balance)
        }
        earlier = [
            Drawn(row.day, row.case, row.subject, row.purchase, row.quantity) for row in tx.drawn(wanted)
        ]
        return hours_report(accounts, as_of, earlier)


def _rated_on(
    tx: "Transaction", clients: Sequence[Client], as_of: DayIn, now: Instant
) -> list[tuple[Client, RatedContract]]:
    """The contracts of CLIENTS, each rated in the month of AS_OF in its own zone."""
    only = clients[0].code if len(clients) == 1 else None
    found: dict[Month, dict[str, list[RatedContract]]] = {}
    zones = {c.code: (c.at(now) or c.latest).zone for c in contracts_of(tx, client=only)}
    for month in {Month.of(as_of(zone)) for zone in zones.values()}:
        found[month] = rated_by_client(tx, clients, now, month)
    return [
        (one, contract)
        for one in clients
        for month, rated in found.items()
        for contract in rated[one.code]
        if month == Month.of(as_of(contract.zone))
    ]


def time(
    store: "Store", client: str | None, since: date | None, through: date | None, by: str, *, now: Instant
) -> tuple[dict[str, Any], list[str]]:
    """The time report of CLIENT, or of all clients, and a sentence for each timer that still runs."""
    with store.reading() as tx:
        worked = worked_in(tx, clients_of(tx, client), since, through, now)
    running = [
        f"U{u.id} of {u.agent} on {u.case} is still running: it is not in this report."
        for u in worked.running
    ]
    return time_report(worked.shares, since, through, by), running


def sla(store: "Store", month: Month | None, client: str | None, *, now: Instant) -> dict[str, Any]:
    """The response clocks at NOW of CLIENT's cases, or of all clients', registered in MONTH or ever."""
    with store.reading() as tx:
        accounts = [
            (one, contract, tx.cases(contract=contract.code))
            for one in clients_of(tx, client)
            for contract in contracts_of(tx, client=one.code)
        ]
    return sla_report(accounts, month, now)


def guarantee(store: "Store", client: str | None, as_of: DayIn, *, now: Instant) -> dict[str, Any]:
    """The guarantees of CLIENT's projects, or of all clients', on AS_OF, as known at NOW."""
    with store.reading() as tx:
        accounts = [
            (one, [RatedContract.of(facts_of(tx, c, now)) for c in contracts_of(tx, client=one.code)])
            for one in clients_of(tx, client)
            if tx.projects(client=one.code)
        ]
    return guarantee_report(accounts, as_of)


def explain(store: "Store", number: str, month: Month | None, *, now: Instant) -> dict[str, Any]:
    """The case of NUMBER explained, in MONTH or from the beginning.

    Raises:
        NotPossible: there is no such case.
    """
    from suptime.app import lookup

    with store.reading() as tx:
        case = lookup.case(tx, number)
        contract = RatedContract.of(facts_of(tx, contract_of(tx, case.contract), now))
    return explained(case, contract, month)


def drawn_from(tx: "Transaction", purchase: int, now: Instant) -> bool:
    """Whether anything was drawn from the PURCHASE, or it paid anything of an invoice.

    Raises:
        NotPossible: there is no such purchase.
    """
    bought = tx.purchase(purchase)
    if bought is None:
        raise NotPossible(f"There is no purchase P{purchase}.", hint="suptime prepaid list")
    if tx.drawn([purchase]):
        return True  # on an issued invoice, whatever the work has become since
    facts = facts_of(tx, contract_of(tx, bought.contract), now)
    if any(payment.purchase == purchase for payment in facts.deposits):
        return True
    charges = RatedContract.of(facts).rating.charges
    return any(draw.purchase == purchase for charge in charges for draw in charge.draws)
