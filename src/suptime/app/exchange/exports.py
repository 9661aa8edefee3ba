"""Issued documents for bookkeeping programs: journals of double entries, and invoices as rows."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from suptime.app import lookup
from suptime.app.facts import contract_of, contracts_of
from suptime.app.invoices import issued
from suptime.app.purchases import unit_of
from suptime.contracts import stocks_of
from suptime.domain.charge import Draw
from suptime.domain.invoice import Issue
from suptime.domain.time import DAY, EVER, NEVER, Instant, Span, Zone, clipped
from suptime.interchange.exports import work
from suptime.interchange.exports.journals import WRITERS, BookedDraw, BookedPurchase, Books, entries
from suptime.interchange.exports.work import Booked, ExportedUnit
from suptime.interchange.foreign import timeclock
from suptime.render import csv

if TYPE_CHECKING:
    from suptime.store import Store, Transaction


def journal(
    store: "Store",
    form: str,
    numbers: Collection[str] | None = None,
    *,
    first: date | None = None,
    last: date | None = None,
    now: Instant,
    zone: Zone,
) -> Iterator[str]:
    """Return the journal of all issues, payments and prepaid purchases up to `now`, in the format `form`.

    With `numbers`, only entries of these documents; with `first` and `last`, only entries of these days. `zone` gives
    the day of an issue without an invoice.

    Raises:
        NotPossible: there is no document of a number.
    """
    with store.reading() as tx:
        only = numbers_of(tx, numbers)
        books = _books(tx, zone.day(now), zone)
    return WRITERS[form](
        [
            entry
            for entry in entries(books)
            if (not only or entry.code in only)
            and (first is None or entry.on >= first)
            and (last is None or entry.on <= last)
        ]
    )


def numbers_of(tx: "Transaction", numbers: Collection[str] | None) -> set[str]:
    """Return the typed numbers of documents in their own letter case.

    Raises:
        NotPossible: there is no document of a number.
    """
    return {issued.get(tx, number).number for number in numbers or ()}


def _books(tx: "Transaction", today: date, zone: Zone) -> Books:
    issues = tx.issues.list_all()
    purchases = []
    for contract in contracts_of(tx):
        its = [issue for issue in issues if issue.client == contract.client]
        for stock in stocks_of(contract, tx.purchases.find(contract=contract.code, void=True)):
            currency = unit_of(contract, stock.purchase.on)[1]
            forfeited_on = _forfeited(stock.valid_through, its, today, zone)
            purchases.append(
                BookedPurchase(stock.purchase, contract.client, currency, stock.unit, forfeited_on)
            )
    invoices = tx.invoices.find()
    return Books(
        tuple(invoices),
        tuple(tx.receivables.ledgers().values()),
        tuple(tx.receivables.transfers()),
        tuple(tx.receivables.write_offs()),
        tuple(void for account, void in tx.receivables.voids() if account is None),
        tuple(purchases),
        tuple(_draws(tx, zone)),
        {client.code: client.name for client in tx.clients.list_all()},
    )


def _forfeited(last_day: date | None, issues: Iterable[Issue], today: date, zone: Zone) -> date | None:
    """Return when the rest was forfeited after `last_day`: not before the client's month of that day was closed."""
    if last_day is None or last_day >= today:
        return None
    closed = [
        zone.day(issue.at)
        for issue in issues
        if issue.kind in {"issue", "close"} and issue.month is not None and last_day <= issue.month.last
    ]
    return max(min(closed), last_day + timedelta(days=1)) if closed else None


def _draws(tx: "Transaction", zone: Zone) -> list[BookedDraw]:
    """Return the quantity that each issue used of each purchase, and that credit notes returned, in order."""
    sums: dict[tuple[date, int, str], int] = {}
    invoices = {invoice.number: invoice for invoice in tx.invoices.find()}
    for issue in tx.issues.list_all():
        for line in tx.lines.find(issue=issue.id, with_credited=True):
            invoice = invoices.get(line.number or "")
            on = invoice.issued_on if invoice else zone.day(issue.at)
            _add(sums, on, line.number or f"{issue.month} closed", line.draws)
    for invoice in invoices.values():
        if invoice.credits:
            credited = invoices[invoice.credits]
            for line in tx.lines.find(issue=credited.issue, with_credited=True):
                if line.number == credited.number:
                    back = [Draw(draw.purchase, -draw.quantity) for draw in line.draws]
                    _add(sums, invoice.issued_on, invoice.number, back)
    return [BookedDraw(on, purchase, quantity, number) for (on, purchase, number), quantity in sums.items()]


def _add(sums: dict[tuple[date, int, str], int], on: date, number: str, draws: Iterable[Draw]) -> None:
    for draw in draws:
        key = (on, draw.purchase, number)
        sums[key] = sums.get(key, 0) + draw.quantity


FORMATS = ("csv", "jsonl", "timeclock", "ics")

SOME = 1000

"""Units that are read together: memory does not grow with their number."""


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """Selection of work: of a period, of a client, on a case, by an agent; None for no limit.

    `period` returns its instants in a zone: `zone`, or each contract's if it is None. `clip` cuts units to the period.
    `clock` is the zone of clock times if the format has no offsets; None is UTC.
    """

    period: Callable[[Zone], Span]
    zone: Zone | None
    client: str | None = None
    case: str | None = None
    agent: str | None = None
    clip: bool = False
    clock: Zone | None = None


def export(store: "Store", form: str, asked: WorkFilter, *, now: Instant) -> Iterator[bytes]:
    """Yield the selected work in the format `form`, one of `FORMATS`; for `ics` the appointments.

    Raises:
        NotPossible: there is no such client, or no such case.
    """
    with store.reading() as tx:
        client = lookup.client(tx, asked.client).code if asked.client is not None else None
        case = lookup.case(tx, asked.case).number if asked.case is not None else None
        known = replace(asked, client=client, case=case)
        if form == "ics":
            yield from map(str.encode, work.calendar_lines(_booked(tx, known), now))
        elif form == "timeclock":
            yield from map(str.encode, timeclock.lines(_work_rows(tx, known, now), known.clock))
        elif form == "jsonl":
            yield from map(str.encode, work.json_lines(_work_rows(tx, known, now), now))
        else:
            yield from _sheet(_work_rows(tx, known, now), now)


def _sheet(units: Iterator[ExportedUnit], now: Instant) -> Iterator[bytes]:
    head = csv.write(work.COLUMNS, ())
    yield head
    while some := [work.row(placed, now) for placed in islice(units, SOME)]:
        yield csv.write(work.COLUMNS, [{**row, **_yes_or_no(row)} for row in some])[len(head) :]


def _yes_or_no(row: Mapping[str, Any]) -> dict[str, str]:
    return {key: "yes" if row[key] else "no" for key in ("guest", "requested")}


def _work_rows(tx: "Transaction", asked: WorkFilter, now: Instant) -> Iterator[ExportedUnit]:
    widest = asked.period(asked.zone or Zone("UTC"))
    margin = 0 if asked.zone else DAY
    units = tx.units.each(
        start=None if widest.start == EVER else widest.start - margin,
        end=None if widest.end == NEVER else widest.end + margin,
        case=asked.case,
        client=asked.client,
        agent=asked.agent,
    )
    zones: dict[str, Zone] = {}
    while some := list(islice(units, SOME)):
        cases = {case.number: case for case in tx.cases.find(numbers={unit.case for unit in some})}
        for unit in some:
            contract = cases[unit.case].contract
            if asked.zone is None and contract not in zones:
                zones[contract] = contract_of(tx, contract).latest.zone
            zone = asked.zone or zones[contract]
            whole = Span(
                unit.started_at, max(unit.started_at, now) if unit.ended_at is None else unit.ended_at
            )
            part = clipped(whole, asked.period(zone))
            if part is None:
                continue
            if asked.clip and part != whole:
                unit = unit._replace(started_at=part.start, ended_at=part.end)  # noqa: PLW2901 - the cut one
            yield ExportedUnit(unit, cases[unit.case].client, contract, zone, part.seconds)


def _booked(tx: "Transaction", asked: WorkFilter) -> Iterator[Booked]:
    names = {client.code: client.name for client in tx.clients.list_all()}
    appointments = iter(tx.appointments.find(case=asked.case, client=asked.client, agent=asked.agent))
    while some := list(islice(appointments, SOME)):
        cases = {case.number: case for case in tx.cases.find(numbers={one.case for one in some})}
        for one in some:
            if clipped(one.span, asked.period(asked.zone or Zone("UTC"))):
                case = cases[one.case]
                yield Booked(one, case.client, names[case.client], case.subject)
