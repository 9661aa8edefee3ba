"""Reports and explanations: load and rate the facts, return the documents."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from suptime.app import contracts, lookup
from suptime.app.facts import contract_of, contracts_of, facts_of, rated_contracts, zones_of
from suptime.app.invoices import draft
from suptime.app.invoices.draft import clients_of
from suptime.app.recent import Worked, rated_by_client, worked_in
from suptime.domain.client import Client
from suptime.domain.contract import Version
from suptime.domain.time import DAY, DayIn, Instant, Month, Seconds, Zone, latest_day, zones_as_data
from suptime.errors import NotPossible, WrongUsage
from suptime.invoicing import receivables
from suptime.invoicing.draft import Letterhead
from suptime.invoicing.receivables import Ledger
from suptime.rating.rated import RatedContract
from suptime.reports.account import account_report
from suptime.reports.aging import aging_report
from suptime.reports.burndown import burndown_report
from suptime.reports.compare import compare as compare_report
from suptime.reports.explain import explain as explained
from suptime.reports.free import free_report
from suptime.reports.guarantee import guarantee_report
from suptime.reports.hours import ClosedDraw, current, hours_report
from suptime.reports.margin import Account, margin_report
from suptime.reports.overview import overview_report
from suptime.reports.sla import sla_report
from suptime.reports.statement import statement as statement_report
from suptime.reports.time import time_report
from suptime.reports.week import monday_of, span_of, week_report

if TYPE_CHECKING:
    from suptime.store import Store, Transaction


def page_zones(store: "Store", client: str | None, zone: Zone | None) -> dict[str, Any]:
    """Return the zones of days and times on a page about money of `client`, or of all clients.

    The zone is `zone`, else each contract's.
    """
    if zone is not None:
        return dict(zones_as_data([zone]))
    with store.reading() as tx:
        codes = {one.code for one in clients_of(tx, client)}
        zones = [contract.latest.zone for contract in contracts_of(tx) if contract.client in codes]
    return dict(zones_as_data(zones)) if zones else {"timezone": None}


def hours(store: "Store", client: str | None, as_of: DayIn, *, now: Instant) -> dict[str, Any]:
    """Return the prepaid balances of `client`, or of all clients, on `as_of`, as known at `now`."""
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
            ClosedDraw(row.day, row.case, row.subject, row.purchase, row.quantity)
            for row in tx.lines.drawn(wanted)
        ]
        return hours_report(accounts, as_of, earlier)


def _rated_on(
    tx: "Transaction", clients: Sequence[Client], as_of: DayIn, now: Instant
) -> list[tuple[Client, RatedContract]]:
    """Return the contracts of `clients`, each rated in the month of `as_of` in its own zone."""
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
    store: "Store",
    client: str | None,
    since: date | None,
    through: date | None,
    by: str,
    zone: Zone | None = None,
    case: str | None = None,
    *,
    now: Instant,
) -> tuple[dict[str, Any], list[str]]:
    """Return the time report of `client`, or of all clients, and a sentence for each running timer.

    Days are in `zone`, or in the zone of each contract if it is None. A `case` is given as for `lookup.case`.

    Raises:
        NotPossible: there is no such client or case, or several cases fit.
    """
    with store.reading() as tx:
        clients = clients_of(tx, client)
        only = lookup.case(tx, case, by_words=True) if case is not None else None
        if only is not None and client is None:
            clients = clients_of(tx, only.client)
        worked = worked_in(tx, clients, since, through, now)
        if only is not None:
            shares = [each for each in worked.shares if each[1].number == only.number]
            worked = Worked(shares, tuple(unit for unit in worked.running if unit.case == only.number))
        known = [
            contract
            for one in clients
            for contract in contracts_of(tx, client=one.code)
            if only is None or contract.code == only.contract
        ]
    running = [
        f"U{u.id} of {u.agent} on {u.case} is still running, so it is not in this report."
        for u in worked.running
    ]
    zones = [zone] if zone else [contract.latest.zone for contract in known]
    report = time_report(worked.shares, since, through, by, zone)
    return report | (zones_as_data(zones) if zones else {"timezone": None}), running


def sla(
    store: "Store",
    days: tuple[date | None, date | None],
    client: str | None,
    zone: Zone | None = None,
    *,
    now: Instant,
) -> dict[str, Any]:
    """Return the response times at `now` of cases of `client`, or of all clients, registered on `days`.

    `days` are the first and the last day, in `zone`, or in the zone of each contract if it is None.
    """
    with store.reading() as tx:
        accounts = [
            (one, contract, tx.cases.find(contract=contract.code))
            for one in clients_of(tx, client)
            for contract in contracts_of(tx, client=one.code)
        ]
    return sla_report(accounts, days, now, zone)


def guarantee(store: "Store", client: str | None, as_of: DayIn, *, now: Instant) -> dict[str, Any]:
    """Return the guarantees of `client`'s projects, or of all clients', on `as_of`, as known at `now`."""
    with store.reading() as tx:
        accounts = (
            (one, [RatedContract.of(facts_of(tx, c, now)) for c in contracts_of(tx, client=one.code)])
            for one in clients_of(tx, client)
            if tx.projects.find(client=one.code)
        )
        return guarantee_report(accounts, as_of)


def explain(
    store: "Store", number: str, month: Month | None, zone: Zone | None = None, *, now: Instant
) -> dict[str, Any]:
    """Return the explanation of the case `number`, in `month` or from the beginning, in `zone` or its contract's.

    Raises:
        NotPossible: there is no such case.
    """
    from suptime.app import lookup

    with store.reading() as tx:
        case = lookup.case(tx, number)
        contract = RatedContract.of(facts_of(tx, contract_of(tx, case.contract), now))
    return explained(case, contract, month, zone)


def drawn_from(tx: "Transaction", purchase: int, now: Instant) -> bool:
    """Return whether a part of the `purchase` was used, or paid for an invoice.

    Raises:
        NotPossible: there is no such purchase.
    """
    bought = tx.purchases.get(purchase)
    if bought is None:
        raise NotPossible(f"There is no purchase P{purchase}.", hint="suptime prepaid list")
    if tx.lines.drawn([purchase]):
        return True  # On an issued invoice, even if the work has changed since.
    facts = facts_of(tx, contract_of(tx, bought.contract), now)
    if sum(used.amount for used in facts.used_deposits if used.purchase == purchase):
        return True
    charges = RatedContract.of(facts).rating.charges
    return any(draw.purchase == purchase for charge in charges for draw in charge.draws)


def burndown(store: "Store", client: str | None, as_of: DayIn, *, now: Instant) -> dict[str, Any]:
    """Return the use of the prepaid balances of `client`, or of all, until `as_of`, as known at `now`."""
    with store.reading() as tx:
        return burndown_report(_rated(tx, clients_of(tx, client), now, bought=True), as_of)


def free(
    store: "Store", client: str | None, since: date | None, through: date | None, *, now: Instant
) -> dict[str, Any]:
    """Return the free time of `client`, or of all clients, from `since` through `through`, as known at `now`."""
    with store.reading() as tx:
        accounts = _rated(tx, clients_of(tx, client), now)
        return free_report((contract for _, contract in accounts), since, through)


def margin(store: "Store", client: str | None, first: Month, last: Month, *, now: Instant) -> dict[str, Any]:
    """Return the hours worked and the amounts of `client`, or of all, in the months `first` through `last`."""
    with store.reading() as tx:
        rated = _rated(tx, clients_of(tx, client), now)
        return margin_report(_accounts(tx, rated, first, last), first, last)


def week(store: "Store", agent: str | None, day: date, zone: Zone | None, *, now: Instant) -> dict[str, Any]:
    """Return the week of `day` of `agent`, or of all agents, in `zone` (None: the zone of each contract)."""
    monday = monday_of(day)
    span = span_of(monday, zone or Zone("UTC"))
    margin = 0 if zone else DAY
    with store.reading() as tx:
        units = tx.units.find(start=span.start - margin, end=span.end + margin, agent=agent)
        cases = tx.cases.find(numbers={unit.case for unit in units})
        zones = {} if zone else zones_of(tx, cases)
    clients = {case.number: case.client for case in cases}
    report = week_report(units, clients, monday, lambda unit: zone or zones[unit.case], now)
    return report | zones_as_data([zone] if zone else zones.values(), by_contract=zone is None)


def overview(
    store: "Store", client: str | None, months: tuple[Month, Month], as_of: DayIn, *, now: Instant
) -> dict[str, Any]:
    """Return the overview of `months`, first and last, of `client` or of all clients, as known at `now`."""
    with store.reading() as tx:
        clients = clients_of(tx, client)
        accounts = [*_rated(tx, clients, now)]
        margins = margin_report(_accounts(tx, accounts, *months), *months)
        names = {one.code: one.name for one in clients}
        ledgers = tx.receivables.ledgers(clients[0].code if client is not None else None)
        invoices = [one for client in clients for one in tx.invoices.find(client=client.code)]
    clocks = sla_report(((c, r.facts.contract, r.facts.cases) for c, r in accounts), (None, None), now)
    owed = [(names[account.client], ledger) for account, ledger in ledgers.items()]
    return overview_report(accounts, clocks, margins, months, as_of, owed, invoices)


def _rated(
    tx: "Transaction", clients: Iterable[Client], now: Instant, *, bought: bool = False
) -> Iterator[tuple[Client, RatedContract]]:
    """Yield the contracts of `clients` with all history rated, as known at `now`; only sellers of purchases if `bought`.

    Use each before you take the next, within the transaction: a contract's history can be large.
    """
    for client in clients:
        for contract in contracts_of(tx, client=client.code):
            if not bought or tx.purchases.find(contract=contract.code):
                yield client, RatedContract.of(facts_of(tx, contract, now))


def _accounts(
    tx: "Transaction", rated: Iterable[tuple[Client, RatedContract]], first: Month, last: Month
) -> Iterator[Account]:
    """Yield the account of each client of `rated`, whose contracts follow one another."""
    for client, its in groupby(rated, key=itemgetter(0)):
        contracts = [contract for _, contract in its]
        yield Account(
            client,
            _worked(contracts, first, last),
            contracts,
            tx.invoices.find(client=client.code),
            tx.months.closed_through(client.code),
        )


def _worked(contracts: Iterable[RatedContract], first: Month, last: Month) -> dict[Month, Seconds]:
    """Return the work of each month from `first` through `last`, by the days of each of `contracts`."""
    found: dict[Month, Seconds] = {}
    for contract in contracts:
        for share in contract.rating.shares:
            month = Month.of(share.piece.day)
            if first <= month <= last:
                found[month] = found.get(month, 0) + share.seconds
    return found


def aging(store: "Store", client: str | None, as_of: date) -> dict[str, Any]:
    """Return the open items of clients (or one) at the end of a day by days past due, and their credits.

    Raises:
        NotPossible: there is no such client.
    """
    with store.reading() as tx:
        clients = {one.code: one.name for one in draft.clients_of(tx, client)}
        ledgers = tx.receivables.ledgers(next(iter(clients)) if client is not None else None)
    return aging_report(((clients[account.client], ledger) for account, ledger in ledgers.items()), as_of)


def statement(
    store: "Store", client: str, as_of: DayIn, head: Letterhead, *, first: date | None = None, now: Instant
) -> dict[str, Any]:
    """Return the statement of `client` on `as_of` under `head`, as known at `now`.

    Accounts begin with the day `first`; without it, with the month of the oldest open item.

    Raises:
        NotPossible: there is no such client.
    """
    with store.reading() as tx:
        (one,) = draft.clients_of(tx, client)
        contracts = rated_contracts(tx, one, now)
        ledgers = tx.receivables.ledgers(one.code)
    day = latest_day((as_of(contract.zone) for contract in contracts), as_of)
    since = _first_open(ledgers.values(), day) if first is None else first
    if since > day:
        raise WrongUsage(f"--from {since} is later than --to {day}.", hint="Give an earlier first day.")
    accounts = [account_report(ledger, since, day) for ledger in ledgers.values()]
    month = Month.of(day)
    drafts = [draft.draft(store, each, one.code, head, now=now) for each in (month.previous, month)]
    return statement_report(one, contracts, drafts, accounts, day, now) | head.frame(one)


def _first_open(ledgers: Iterable[Ledger], day: date) -> date:
    """Return the first day of the month of the oldest open item; of the month of `day` where none is open."""
    opened = [item.on for ledger in ledgers for item in receivables.statement(ledger, day, day).open_items]
    return min([*opened, day]).replace(day=1)


def compare(
    store: "Store",
    client: str,
    contract: str | None,
    files: Sequence[str],
    months: Sequence[Month],
    *,
    now: Instant,
) -> dict[str, Any]:
    """Return the cost of the work of `client` in `months` under each contract file, and under its `contract` or all.

    Raises:
        WrongUsage: a file cannot be read, or is invalid.
        NotPossible: no such client or contract, or the client has no contract to compare with.
    """
    versions = [(file, _version(file)) for file in files]
    with store.reading() as tx:
        (one,) = draft.clients_of(tx, client)
        if contract is None:
            agreed = rated_contracts(tx, one, now)
        else:
            code = lookup.contract_code(tx, contract, client=one.code)
            agreed = [RatedContract.of(facts_of(tx, contract_of(tx, code), now))]
    if not agreed:
        raise NotPossible(
            f"{one.code} has no contract, so there is no work to compare.",
            hint=f"suptime contract add {one.code} FILE",
        )
    currencies = sorted({rated.currency for rated in agreed})
    if len(currencies) > 1:
        codes = ", ".join(rated.facts.contract.code for rated in agreed)
        raise WrongUsage(
            f"{one.code} has contracts in {' and '.join(currencies)}, which cannot be added.",
            hint=f"Choose one with --contract: {codes}.",
        )
    return compare_report(one, agreed, versions, months)


def _version(file: str) -> Version:
    found = contracts.read(file)
    if isinstance(found, tuple):
        raise WrongUsage("\n".join(contracts.in_words(file, found)), hint=f"suptime contract check {file}")
    return found
