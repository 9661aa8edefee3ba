"""From rows to facts: contracts with their versions, and everything that rating needs."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from suptime.contracts import sold_ahead, with_price_changes
from suptime.contracts.file import read_contract
from suptime.domain.booking import Purchase
from suptime.domain.case import Case
from suptime.domain.charge import ChargeKind, IssuedLine
from suptime.domain.client import Client, TaxHistory
from suptime.domain.contract import Contract, PriceChange, Version
from suptime.domain.ledger import Account
from suptime.domain.time import Instant, Zone
from suptime.errors import NotPossible, StorageFault
from suptime.invoicing.prepayments import roots
from suptime.invoicing.receivables import parts_of
from suptime.rating.facts import Facts
from suptime.rating.rated import RatedContract

if TYPE_CHECKING:
    from suptime.store import Transaction


@lru_cache(maxsize=4096)
def version_of(text: str) -> Version:
    """Return the contract version in a stored file `text`.

    Raises:
        StorageFault: the stored text is invalid, although it was valid when it was added.
    """
    version = read_contract(text)
    if isinstance(version, tuple):
        raise StorageFault(
            "Cannot read a stored contract.",
            f"{version[0]}",
            "Another version of suptime stored it: use that version, or a later one.",
        )
    return version


def contracts_of(tx: "Transaction", *, client: str | None = None, code: str | None = None) -> list[Contract]:
    """Return the contracts of `client`, or the one of `code`, or all; by code, with their versions by start.

    The prices of each version include those set by `price set`.
    """
    versions: dict[str, list[Version]] = {}
    owners: dict[str, str] = {}
    for row in tx.contracts.versions(client=client, code=code):
        versions.setdefault(row.code, []).append(version_of(row.text))
        owners[row.code] = row.client
    changes: dict[str, list[PriceChange]] = {}
    only = next(iter(versions)) if len(versions) == 1 else None
    for change in tx.prices.find(contract=only) if versions else ():
        changes.setdefault(change.contract, []).append(change)
    return [
        Contract(code, owners[code], priced(its, changes.get(code, ())))
        for code, its in sorted(versions.items())
    ]


def priced(versions: list[Version], changes: Sequence[PriceChange]) -> tuple[Version, ...]:
    """Return the versions of one contract, by start, with the price `changes` on the days when each is in force.

    A change before the start of a version is older than the prices in its file.
    """
    made = []
    for place, version in enumerate(versions):
        until = versions[place + 1].starts_on if place + 1 < len(versions) else date.max
        its = [change for change in changes if version.starts_on <= change.since < until]
        made.append(with_price_changes(version, its) if its else version)
    return tuple(made)


def taxes_of(tx: "Transaction", client: Client) -> TaxHistory:
    """Return a function from a day to the tax of a client."""
    return TaxHistory.of(client, tx.taxes.find(client=client.code))


def paid_sales(
    tx: "Transaction", contract: Contract, purchases: Iterable[Purchase], issued: Iterable[IssuedLine]
) -> dict[int, str]:
    """Return the paid documents of sold deposits, by purchase: nothing is open or written off (F16)."""
    sold: dict[int, list[int]] = {}
    for purchase, root in roots(purchases).items():
        sold.setdefault(root, []).append(purchase)
    terms = sold_ahead(contract.latest)
    if terms is not None and terms.unit == "money":
        # Deposits of older versions pay amounts due: they do once they are paid, too (F35).
        for one in purchases:
            if one.price is not None and not one.is_net:
                sold.setdefault(one.id, []).append(one.id)
    if not sold:
        return {}
    books = tx.receivables.ledger(Account(contract.client, contract.latest.currency))
    found = {}
    for line in issued:
        if line.key.kind is ChargeKind.PREPAID_SALE and line.key.appointment in sold and line.number:
            parts = parts_of(books, line.number, date.max)
            if not parts.open and not parts.written_off:
                found.update(dict.fromkeys(sold[line.key.appointment], line.number))
    return found


def contract_of(tx: "Transaction", code: str) -> Contract:
    """Return the contract of `code`.

    Raises:
        NotPossible: there is none.
    """
    found = contracts_of(tx, code=code)
    if not found:
        raise NotPossible(f"There is no contract {code}.", hint="suptime contract list")
    return found[0]


def zones_of(tx: "Transaction", cases: Iterable[Case]) -> dict[str, Zone]:
    """Return the zone of the contract of each of `cases`, by case number."""
    contract_of_case = {case.number: case.contract for case in cases}
    zones = {code: contract_of(tx, code).latest.zone for code in {*contract_of_case.values()}}
    return {number: zones[code] for number, code in contract_of_case.items()}


def facts_of(tx: "Transaction", contract: Contract, as_of: Instant) -> Facts:
    """Return all facts of `contract` as known at `as_of`."""
    purchases = tuple(tx.purchases.find(contract=contract.code))
    issued = tuple(tx.lines.find(contract=contract.code))
    return Facts(
        contract=contract,
        cases=tuple(tx.cases.find(contract=contract.code)),
        units=tuple(tx.units.find(contract=contract.code)),
        appointments=tuple(tx.appointments.find(contract=contract.code)),
        purchases=purchases,
        as_of=as_of,
        projects=tuple(tx.projects.find(client=contract.client)),
        issued=issued,
        deposits=tuple(tx.receivables.deposit_uses([contract.client]).get(contract.code, ())),
        written_off=tx.lines.written_off([contract.client]).get(contract.code, {}),
        paid=paid_sales(tx, contract, purchases, issued),
        roles=tuple(tx.agent_roles.find()),
    )


def rated_contracts(tx: "Transaction", client: Client, now: Instant) -> list[RatedContract]:
    """Return every contract of `client` with its whole history rated, as known at `now`."""
    return [RatedContract.of(facts_of(tx, c, now)) for c in contracts_of(tx, client=client.code)]
