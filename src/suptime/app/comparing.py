"""Comparing contracts: load the client's facts, read the files, rate under each."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from suptime.app import billing, contracts, lookup
from suptime.app.facts import contract_of, facts_of, rated_contracts
from suptime.domain.contract import Version
from suptime.domain.timespan import Instant, Month
from suptime.errors import NotPossible, WrongUsage
from suptime.rating.rated import RatedContract
from suptime.reports.compare import compare as told

if TYPE_CHECKING:
    from suptime.store import Store


def compare(
    store: "Store",
    client: str,
    contract: str | None,
    files: Sequence[str],
    months: Sequence[Month],
    *,
    now: Instant,
) -> dict[str, Any]:
    """What CLIENT's work in MONTHS would have cost under each contract file; the work under one CONTRACT, or all.

    Raises:
        WrongUsage: a file cannot be read, or has faults.
        NotPossible: no such client or contract, or the client has no contract to compare with.
    """
    versions = [(file, _version(file)) for file in files]
    with store.reading() as tx:
        (one,) = billing.clients_of(tx, client)
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
            f"{one.code} has contracts in {' and '.join(currencies)}, whose sums cannot be added.",
            hint=f"Name one of them with --contract: {codes}.",
        )
    return told(one, agreed, versions, months)


def _version(file: str) -> Version:
    found = contracts.read(file)
    if isinstance(found, tuple):
        raise WrongUsage("\n".join(contracts.in_words(file, found)), hint=f"suptime contract check {file}")
    return found
