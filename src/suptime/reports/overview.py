"""How the house stands, on one page: what is left of bought hours, response clocks, free time, margins, and what is owed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from suptime.domain.client import Client
from suptime.domain.time import DayIn, Month
from suptime.invoicing.receivables import Ledger
from suptime.rating.rated import RatedContract
from suptime.reports.aging import aging_report
from suptime.reports.burndown import burndown_report
from suptime.reports.free import free_report
from suptime.reports.hours import hours_report
from suptime.reports.sla import registered_in, results
from suptime.reports.time import time_report, with_cases


def overview_report(
    accounts: Sequence[tuple[Client, RatedContract]],
    clocks: Mapping[str, Any],
    margin: Mapping[str, Any],
    months: tuple[Month, Month],
    as_of: DayIn,
    ledgers: Iterable[tuple[str, Ledger]] = (),
) -> dict[str, Any]:
    """Return the parts of the overview of `months`, first and last, each in the shape of its own report.

    `clocks` is the report of all response clocks, of which those registered in `months` are told; what was
    bought ahead is as of `as_of` in the zone of its contract; `burndown` and `hours` leave out what is empty.
    What clients owe is that of `ledgers`, each with its client's name, at the end of that day.
    """
    first, last = months
    contracts = [contract for _, contract in accounts]
    registered = [row for row in clocks["cases"] if first <= Month.parse(registered_in(row)) <= last]
    hours = hours_report(accounts, as_of)
    burndown = burndown_report(accounts, as_of)
    return {
        "from": str(first),
        "to": str(last),
        "as_of": hours["as_of"],
        "hours": hours | {"balances": [b for b in hours["balances"] if b["purchases"]]},
        "burndown": burndown
        | {"burndowns": [b for b in burndown["burndowns"] if b["pace"]["state"] != "empty"]},
        "response": {"cases": len(registered), **results(registered)},
        "free": free_report(contracts, first.first, last.last),
        "margin": dict(margin),
        "aging": aging_report(ledgers, date.fromisoformat(hours["as_of"])),
        "time": time_report(with_cases(contracts), first.first, last.last, "client"),
    }
