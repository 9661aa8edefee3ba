"""The time of a period: its work, and of the cases only as much more as decides what becomes of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from suptime.app.facts import contracts_of
from suptime.app.recent import grouped, midnight
from suptime.clauses import looks_back
from suptime.domain.case import Case
from suptime.domain.outcome import Share
from suptime.domain.timespan import DAY, Instant
from suptime.domain.work import Client, WorkUnit
from suptime.rating import Facts
from suptime.rating.rate import shares_of

if TYPE_CHECKING:
    from suptime.store import Transaction


@dataclass(frozen=True, slots=True)
class Worked:
    """The shares of a period, each with its case, and the units that were running when it was read."""

    shares: Sequence[tuple[Share, Case]]
    running: Sequence[WorkUnit]


def worked_in(
    tx: "Transaction", clients: Sequence[Client], since: date | None, through: date | None, now: Instant
) -> Worked:
    """The time of CLIENTS on all days from SINCE through THROUGH (None: no limit), in whatever zone.

    What lies just outside may be among it: days are the contracts' own.
    """
    start = midnight(since) - DAY if since else None
    end = midnight(through + timedelta(1)) + DAY if through else None
    only = clients[0].code if len(clients) == 1 else None
    units = tx.units(start=start, end=end, client=only)
    contracts = {contract.code: contract for contract in contracts_of(tx, client=only)}
    cases = {case.number: case for case in tx.cases(numbers={unit.case for unit in units})}
    if start is not None:
        back = [n for n, case in cases.items() if looks_back(contracts[case.contract], case)]
        units = list({unit.id: unit for unit in (*units, *tx.units_of(back))}.values())
    projects = grouped(tx.projects(client=only), lambda project: project.client)
    of_contract = grouped(units, lambda unit: cases[unit.case].contract)
    its_cases = grouped(cases.values(), lambda case: case.contract)
    shares: list[tuple[Share, Case]] = []
    for code, its in of_contract.items():
        known = tuple(projects.get(contracts[code].client, ()))
        facts = Facts(contracts[code], tuple(its_cases[code]), tuple(its), (), (), now, known)
        shares += [(share, cases[share.piece.unit.case]) for share in shares_of(facts)]
    return Worked(shares, tuple(_running(units, end)))


def _running(units: Iterable[WorkUnit], end: Instant | None) -> Iterator[WorkUnit]:
    """Those of UNITS that run, by start, and began before END."""
    for unit in sorted(units, key=lambda unit: (unit.started_at, unit.id)):
        if unit.ended_at is None and (end is None or unit.started_at < end):
            yield unit
