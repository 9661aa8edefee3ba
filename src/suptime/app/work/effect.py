"""Effect of a change of work on open charges, and the prepaid balance after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from suptime.app import lookup
from suptime.app.agreement import remaining_on
from suptime.app.facts import contract_of
from suptime.app.recent import recent_facts
from suptime.contracts import sold_ahead
from suptime.domain.charge import INCIDENT_UNIT, difference
from suptime.domain.money import show_amount
from suptime.domain.outcome import Outcome
from suptime.domain.time import Instant, Month
from suptime.rating.balance import left_of
from suptime.rating.facts import Facts
from suptime.rating.rated import RatedContract
from suptime.store import Transaction

COUNTS = ("billed_minutes", "prepaid_minutes", "invoiced_minutes", "incidents")
SECONDS = {
    "covered_seconds": Outcome.COVERED,
    "non_billable_seconds": Outcome.NON_BILLABLE,
    "waived_seconds": Outcome.WAIVED,
    "held_seconds": Outcome.HELD,
}


@dataclass(frozen=True, slots=True)
class Effect:
    """The difference of all invoices after a change, and the balance of the unit's contract.

    `net` and `currency` are None if the contracts have several currencies.
    """

    counts: dict[str, int]
    seconds: dict[str, int]
    net: Decimal | None
    currency: str | None
    balance: dict[str, Any] | None

    @property
    def document(self) -> dict[str, Any]:
        """Return both as JSON shows them."""
        net = None if self.net is None or self.currency is None else show_amount(self.net, self.currency)
        effect = self.counts | {"net": net, "currency": self.currency} | self.seconds
        return {"effect": effect, "balance": self.balance}

    @property
    def is_free(self) -> bool:
        """Return whether nothing more is billed."""
        return not self.net and not self.counts["billed_minutes"] and not self.counts["incidents"]

    @property
    def beyond_balance(self) -> str:
        """Return a sentence if money is invoiced because the prepaid balance is used up; else nothing."""
        if not self.net or self.net < 0 or self.balance is None or Decimal(self.balance["remaining"]) > 0:
            return ""
        what = self.balance["unit"]
        left = "money is" if what == "money" else f"{what} are"
        amount = f"{show_amount(self.net, self.currency or '')} {self.currency}"
        return f"{amount} will be invoiced: no prepaid {left} left."


class Measure:
    """Open charges of the contracts of some cases before a change of work."""

    def __init__(self, tx: Transaction, cases: Iterable[str], on: Instant, now: Instant) -> None:
        self._tx, self._now = tx, now
        self._contracts = {contract.code: contract for contract in map(self._contract, dict.fromkeys(cases))}
        zone = next(iter(self._contracts.values())).latest.zone
        self._month = Month.of(zone.day(on))
        self._before = self._rated()

    def _contract(self, number: str) -> Any:
        return contract_of(self._tx, lookup.case(self._tx, number).contract)

    def after(self, case: str) -> Effect:
        """Return the effect of the change, with the balance of the contract of `case`."""
        before, after = self._before, self._rated()
        total = {
            name: sum(each[name] for each in _totals(after, self._month))
            - sum(each[name] for each in _totals(before, self._month))
            for name in (*COUNTS, *SECONDS)
        }
        currencies = {contract.currency for contract in after}
        net = sum((_net(contract) for contract in after), Decimal(0)) - sum(map(_net, before), Decimal(0))
        one = next(iter(currencies)) if len(currencies) == 1 else None
        code = lookup.case(self._tx, case).contract
        balance = next(
            (_balance(rated, self._now) for rated in after if rated.facts.contract.code == code), None
        )
        return Effect(
            {name: total[name] for name in COUNTS},
            {name: total[name] for name in SECONDS},
            net if one else None,
            one,
            balance,
        )

    def _rated(self) -> list[RatedContract]:
        codes = dict.fromkeys(contract.client for contract in self._contracts.values())
        clients = [lookup.client(self._tx, code) for code in codes]
        return [
            RatedContract.of(facts)
            for facts in recent_facts(self._tx, clients, self._now, self._month)
            if facts.contract.code in self._contracts
        ]


def _net(contract: RatedContract) -> Decimal:
    open_rows = (difference(charge) for charge in (*contract.rating.charges, *contract.rating.gone))
    return sum((row.net for row in open_rows if row), Decimal(0))


def _totals(contracts: Iterable[RatedContract], month: Month) -> Iterable[dict[str, int]]:
    """Yield the open amount of each contract, and its seconds by outcome on days that are rated anyway."""
    for contract in contracts:
        found = dict.fromkeys((*COUNTS, *SECONDS), 0)
        for charge in (*contract.rating.charges, *contract.rating.gone):
            if row := difference(charge):
                for name in COUNTS[:3]:
                    found[name] += getattr(row, name)
                found["incidents"] += row.quantity if row.unit == INCIDENT_UNIT else 0
        settled = _settled(contract.facts)
        for share in contract.rating.shares:
            if settled is None or share.piece.day > settled or Month.of(share.piece.day) == month:
                for name, outcome in SECONDS.items():
                    found[name] += share.seconds if share.outcome is outcome else 0
        yield found


def _settled(facts: Facts) -> date | None:
    return facts.scope.settled


def _balance(contract: RatedContract, now: Instant) -> dict[str, Any] | None:
    """Return today's prepaid balance under `contract`; None if it sells nothing prepaid."""
    day = contract.zone.day(now)
    version = contract.facts.contract.at(now) or contract.facts.contract.latest
    sold = sold_ahead(version)
    if sold is None:
        return None
    left = max(Decimal(0), remaining_on(contract.facts)(day))
    of_each = left_of(contract.rating, contract.facts.used_deposits)
    paying = [stock for stock in contract.rating.stocks if stock.pays_on(day)]
    # The next purchase to pay; if nothing is left, the last one that did.
    stocks = [stock for stock in paying if of_each[stock.purchase.id] > 0] or paying[-1:]
    last = stocks[0].valid_through if stocks else None
    unit = "minutes" if sold.unit == "hours" else sold.unit
    rest: int | str = (
        show_amount(left, version.currency) if unit == "money" else int(left.to_integral_value(ROUND_FLOOR))
    )
    return {"unit": unit, "remaining": rest, "valid_through": last.isoformat() if last else None}
