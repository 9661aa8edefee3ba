"""Reports that look over months: load, rate all of history where its days are told, tell."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from suptime.app.billing import clients_of
from suptime.app.facts import contracts_of, facts_of
from suptime.domain.timespan import DayIn, Instant, Month, Seconds, Zone
from suptime.domain.work import Client
from suptime.rating.rated import RatedContract
from suptime.reports.burndown import burndown_report
from suptime.reports.free import free_report
from suptime.reports.margin import Account, margin_report
from suptime.reports.overview import overview_report
from suptime.reports.sla import sla_report
from suptime.reports.week import monday_of, span_of, week_report

if TYPE_CHECKING:
    from suptime.store import Store, Transaction


def burndown(store: "Store", client: str | None, as_of: DayIn, *, now: Instant) -> dict[str, Any]:
    """How what CLIENT, or all clients, bought ahead went down until AS_OF, as known at NOW."""
    with store.reading() as tx:
        accounts = _rated(tx, clients_of(tx, client), now, bought=True)
    return burndown_report(accounts, as_of)


def free(
    store: "Store", client: str | None, since: date | None, through: date | None, *, now: Instant
) -> dict[str, Any]:
    """Where the free time of CLIENT, or of all clients, went from SINCE through THROUGH, as known at NOW."""
    with store.reading() as tx:
        accounts = _rated(tx, clients_of(tx, client), now)
    return free_report((contract for _, contract in accounts), since, through)


def margin(store: "Store", client: str | None, first: Month, last: Month, *, now: Instant) -> dict[str, Any]:
    """What was worked for CLIENT, or for all clients, in the months FIRST through LAST, and what it brings."""
    with store.reading() as tx:
        rated = _rated(tx, clients_of(tx, client), now)
        return margin_report(_accounts(tx, rated, first, last), first, last)


def week(store: "Store", agent: str | None, day: date, zone: Zone, *, now: Instant) -> dict[str, Any]:
    """The week of DAY of AGENT, or of all agents, on the clocks of ZONE."""
    monday = monday_of(day)
    span = span_of(monday, zone)
    with store.reading() as tx:
        units = tx.units(start=span.start, end=span.end, agent=agent)
        clients = {case.number: case.client for case in tx.cases(numbers={unit.case for unit in units})}
    return week_report(units, clients, monday, zone, now)


def overview(
    store: "Store", client: str | None, months: tuple[Month, Month], as_of: DayIn, *, now: Instant
) -> dict[str, Any]:
    """The overview of MONTHS, first and last, of CLIENT or of all clients, as known at NOW."""
    with store.reading() as tx:
        accounts = _rated(tx, clients_of(tx, client), now)
        margins = margin_report(_accounts(tx, accounts, *months), *months)
    clocks = sla_report(((c, r.facts.contract, r.facts.cases) for c, r in accounts), None, now)
    return overview_report(accounts, clocks, margins, months, as_of)


def _rated(
    tx: "Transaction", clients: Iterable[Client], now: Instant, *, bought: bool = False
) -> list[tuple[Client, RatedContract]]:
    """The contracts of CLIENTS with all of their history, rated as known at NOW; if BOUGHT, those with purchases."""
    return [
        (client, RatedContract.of(facts_of(tx, contract, now)))
        for client in clients
        for contract in contracts_of(tx, client=client.code)
        if not bought or tx.purchases(contract=contract.code)
    ]


def _accounts(
    tx: "Transaction", rated: Iterable[tuple[Client, RatedContract]], first: Month, last: Month
) -> list[Account]:
    contracts: dict[str, list[RatedContract]] = {}
    clients: dict[str, Client] = {}
    for client, contract in rated:
        clients[client.code] = client
        contracts.setdefault(client.code, []).append(contract)
    return [
        Account(
            client,
            _worked(contracts[code], first, last),
            contracts[code],
            tx.invoices(client=code),
            tx.closed_through(code),
        )
        for code, client in clients.items()
    ]


def _worked(contracts: Iterable[RatedContract], first: Month, last: Month) -> dict[Month, Seconds]:
    """What was worked in each month from FIRST through LAST, by the days of each of CONTRACTS."""
    found: dict[Month, Seconds] = {}
    for contract in contracts:
        for share in contract.rating.shares:
            month = Month.of(share.piece.day)
            if first <= month <= last:
                found[month] = found.get(month, 0) + share.seconds
    return found
