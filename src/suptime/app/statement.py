"""A client's statement: load, rate, draft, tell."""

from typing import TYPE_CHECKING, Any

from suptime.app import billing
from suptime.app.facts import rated_contracts
from suptime.domain.timespan import DayIn, Instant, Month, latest_day
from suptime.invoicing.letterhead import Letterhead
from suptime.reports.statement import statement as told

if TYPE_CHECKING:
    from suptime.store import Store


def statement(store: "Store", client: str, as_of: DayIn, head: Letterhead, *, now: Instant) -> dict[str, Any]:
    """The statement of CLIENT on AS_OF under HEAD, as known at NOW.

    Raises:
        NotPossible: there is no such client.
    """
    with store.reading() as tx:
        (one,) = billing.clients_of(tx, client)
        contracts = rated_contracts(tx, one, now)
    day = latest_day((as_of(contract.zone) for contract in contracts), as_of)
    month = Month.of(day)
    drafts = [
        billing.draft(store, each, one.code, head, now=now).document for each in (month.previous, month)
    ]
    return told(one, contracts, drafts, day, now) | {
        "seller": dict(head.seller) or None,
        "language": head.language_for(one),
    }
