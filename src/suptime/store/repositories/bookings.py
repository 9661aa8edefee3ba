"""Appointments and purchases: what was booked or bought ahead of the work."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from suptime.domain.booking import Appointment, Purchase, PurchaseReturn
from suptime.domain.time import Instant
from suptime.errors import NotPossible
from suptime.store.mapped import Mapped
from suptime.store.repositories.rows import Query, Repository, batches
from suptime.store.timer.rows import STOCK, StockState


class Appointments(Repository[Appointment]):
    """Time booked ahead."""

    mapped = Mapped(Appointment, "appointment", columns={"case": "case_number"})
    FIND = Query(
        mapped.select,
        {
            "case": "case_number = :case",
            "contract": 'case_number IN (SELECT number FROM "case" WHERE contract = :contract)',
            "agent": "agent = :agent",
            "client": 'case_number IN (SELECT number FROM "case" WHERE client = :client)',
        },
        "ORDER BY starts_at, id",
    )
    OF = f"{mapped.select} WHERE case_number IN :cases"

    def get(self, id: int) -> Appointment | None:  # noqa: A002
        """Return the appointment of that id, or None."""
        return self.by_key(id)

    def find(
        self,
        *,
        case: str | None = None,
        contract: str | None = None,
        agent: str | None = None,
        client: str | None = None,
    ) -> list[Appointment]:
        """Return the appointments that meet all that is given, by start, then id; cancelled ones too."""
        return self.read(self.FIND, case=case, contract=contract, agent=agent, client=client)

    def of(self, cases: Iterable[str]) -> list[Appointment]:
        """Return all appointments of `cases` (exact numbers), by start, then id."""
        parts = batches(sorted(set(cases)))
        found = [booked for part in parts for booked in self.read(self.OF, cases=part)]
        return sorted(found, key=lambda booked: (booked.starts_at, booked.id))

    def add(self, appointment: Appointment) -> Appointment:
        """Add an appointment; id 0 asks for the next one. Return it with its id."""
        return self.insert(appointment)

    def save(self, appointment: Appointment) -> None:
        """Write `appointment` over the one of its id.

        Raises:
            NotPossible: there is no such appointment.
        """
        self.update(appointment.id, appointment)

    def delete(self, id: int) -> None:  # noqa: A002
        """Delete an appointment.

        Raises:
            NotPossible: nothing has that id.
        """
        self.rows.delete("appointment", id)

    def add_many(self, appointments: Iterable[Appointment]) -> int:
        """Add many appointments, those with an id under it."""
        return self.insert_all(appointments)


class Stocks(Repository[StockState]):
    """What rating leaves of purchases, kept for the timer."""

    mapped = STOCK
    # Those that a rating may change, or that nobody worked out yet.
    KEPT = Query(
        "SELECT contract.code FROM contract",
        {"codes": "contract.code IN :codes"},
        "ORDER BY contract.code",
        "(EXISTS (SELECT 1 FROM purchase WHERE purchase.contract = contract.code)"
        " OR EXISTS (SELECT 1 FROM unrated WHERE unrated.contract = contract.code))",
    )
    OF_CASES = 'SELECT DISTINCT contract FROM "case" WHERE number IN :cases'
    OF_CLIENTS = "SELECT code FROM contract WHERE client IN :clients"
    SLOW = "SELECT case_number FROM standing WHERE slow = :slow AND case_number IN :cases"
    HOLDS_NO_MORE = (
        'SELECT "case".contract, "case".number FROM "case" WHERE "case".number IN :cases'
        ' AND (EXISTS (SELECT 1 FROM purchase WHERE purchase.contract = "case".contract) OR EXISTS (SELECT 1'
        ' FROM standing WHERE standing.case_number = "case".number AND standing.slow = :slow))'
    )
    PURCHASES = "SELECT contract, id FROM purchase WHERE voided_at IS NULL ORDER BY id"
    UNRATED = "SELECT contract, case_number, unit FROM unrated"

    @property
    def is_keeper(self) -> bool:
        """Return whether this login may write what is kept for all."""
        return self.driver.is_keeper

    @property
    def now(self) -> Instant:
        """Return the instant of this change."""
        return self.rows.audit.at

    def touched(self) -> list[str]:
        """Return the contracts with purchases, or with anything unrated, of which this transaction changed something.

        Cases whose work counts for other work are touched by it, too. Where too much was changed, there are none:
        all contracts wait for their next change.
        """
        found = self.rows.touched
        if found.many:
            self.rows.touch_where(
                "number IN (SELECT case_number FROM standing WHERE slow = :slow)", slow=True
            )
            # To rate all of a large import would take longer than the import: the next change of each does.
            rows = [{"contract": code} for code in self.driver.column(self.KEPT, codes=None)]
            self.rows.insert_many("unrated", rows)
            return []
        codes = {*found.contracts}
        for cases in batches(sorted(found.cases)):
            codes.update(self.driver.column(self.OF_CASES, cases=cases))
            self.rows.touch(self.driver.column(self.SLOW, slow=True, cases=cases))
        for clients in batches(sorted(found.clients)):
            codes.update(self.driver.column(self.OF_CLIENTS, clients=clients))
        return [code for part in batches(sorted(codes)) for code in self.driver.column(self.KEPT, codes=part)]

    def with_purchases(self) -> list[tuple[str, list[int]]]:
        """Return the contracts with purchases that are not void, each with the ids of these."""
        found: dict[str, list[int]] = {}
        for contract, purchase in self.driver.all(self.PURCHASES):
            found.setdefault(contract, []).append(purchase)
        return sorted(found.items())

    def by_contract(self) -> dict[str, list[StockState]]:
        """Return what is kept, by contract, in the order of purchases."""
        found: dict[str, list[StockState]] = {}
        for state in self.read_each(f"{self.mapped.select} ORDER BY purchase"):
            found.setdefault(state.contract, []).append(state)
        return found

    def save(self, contract: str, states: Iterable[StockState]) -> None:
        """Keep what is left of the purchases under a contract. Cases that waited for that are touched.

        It is computed from the rest, so it is not audited.
        """
        self.rows.require_author()
        kept = [self.mapped.values(state) for state in states]
        waiting = self.driver.column(
            "SELECT case_number FROM unrated WHERE contract = :contract", contract=contract
        )
        if None in waiting:
            self.rows.touch_where("contract = :contract", contract=contract)
        self.rows.touch(number for number in waiting if number)
        self.driver.run("DELETE FROM unrated WHERE contract = :contract", contract=contract)
        self.driver.run("DELETE FROM stock WHERE contract = :contract", contract=contract)
        self.rows.insert_many("stock", kept)

    def unrated(self) -> list[tuple[str, str | None, int | None]]:
        """Return what was done since the rows were worked out: contract, case and unit; see the table."""
        return [(contract, case, unit) for contract, case, unit in self.driver.all(self.UNRATED)]

    def leave_unrated(self) -> None:
        """Note that what is kept of the cases that were worked on, and of their contracts, holds no more."""
        for cases in batches(sorted(self.rows.touched.cases)):
            rows = self.driver.all(self.HOLDS_NO_MORE, slow=True, cases=cases)
            self.rows.insert_many("unrated", [{"contract": code, "case_number": case} for code, case in rows])


class Purchases(Repository[Purchase]):
    """Prepaid hours, incidents and money."""

    mapped = Mapped(Purchase, "purchase", columns={"on": "bought_on"}, without=("returns", "source"))
    FIND = Query(
        mapped.select,
        {
            "valid": "voided_at IS NULL",
            "contract": "contract = :contract",
            "client": "contract IN (SELECT code FROM contract WHERE client = :client)",
        },
        "ORDER BY bought_on, id",
    )

    RETURN = Mapped(PurchaseReturn, "purchase_return", columns={"on": "returned_on", "number": "invoice"})
    RETURNS = Query(
        RETURN.select,
        {
            "purchase": "(purchase = :purchase OR becomes = :purchase)",
            "contract": "purchase IN (SELECT id FROM purchase WHERE contract = :contract)",
            "client": "purchase IN (SELECT id FROM purchase WHERE contract IN"
            " (SELECT code FROM contract WHERE client = :client))",
        },
        "ORDER BY id",
    )

    def get(self, id: int, *, void: bool = False) -> Purchase | None:  # noqa: A002
        """Return the purchase of that id, or None where there is none, or it is void and `void` is not set."""
        found = self.by_key(id)
        if found is None or (found.voided_at is not None and not void):
            return None
        (purchase,) = self._with_returns([found], purchase=id)
        return purchase

    def _with_returns(self, found: list[Purchase], **asked: Any) -> list[Purchase]:
        returns: dict[int, list[PurchaseReturn]] = defaultdict(list)
        sources: dict[int, int] = {}
        for one in map(self.RETURN.noun, self.driver.all(self.RETURNS, **asked) if found else ()):
            returns[one.purchase].append(one)
            if one.becomes is not None:
                sources[one.becomes] = one.purchase
        if not returns:
            return found
        return [
            replace(one, returns=tuple(returns.get(one.id, ())), source=sources.get(one.id)) for one in found
        ]

    def give_back(self, one: PurchaseReturn) -> PurchaseReturn:
        """Note that a purchase holds a quantity no longer; id 0 asks for the next one. Return it with its id."""
        added = self.RETURN.of(self.rows.insert("purchase_return", self.RETURN.values(one)))
        self.rows.touch_where(
            "contract = (SELECT contract FROM purchase WHERE id = :purchase)", purchase=one.purchase
        )
        return added

    def set_terms(self, purchase: Purchase) -> None:
        """Set the price, the quantity and the basis of a purchase."""
        values = self.mapped.values(purchase)
        self.rows.update(
            "purchase", purchase.id, {name: values[name] for name in ("price", "quantity", "basis")}
        )
        self.rows.touch_where("contract = :contract", contract=purchase.contract)

    def find(
        self, *, contract: str | None = None, client: str | None = None, void: bool = False
    ) -> list[Purchase]:
        """Return the purchases that meet all that is given, by day, then id; with `void`, void ones too."""
        found = self.read(self.FIND, contract=contract, client=client, valid=None if void else True)
        return self._with_returns(found, contract=contract, client=client)

    def add(self, purchase: Purchase) -> Purchase:
        """Add a purchase; id 0 asks for the next one. Return it with its id."""
        added = self.insert(purchase)
        self.rows.touch_where("contract = :contract", contract=purchase.contract)
        return added

    def void(self, id: int) -> None:  # noqa: A002
        """Make a purchase void: it stays on record and counts for nothing.

        Raises:
            NotPossible: there is no such purchase, or it is void already.
        """
        purchase = self.get(id)
        if purchase is None:
            raise NotPossible(f"There is no purchase P{id}.")
        self.rows.update("purchase", id, {"voided_at": self.rows.audit.at})
        self.rows.touch_where("contract = :contract", contract=purchase.contract)

    def add_many(self, purchases: Iterable[Purchase]) -> int:
        """Add many purchases, those with an id under it."""
        kept = list(purchases)
        count = self.insert_all(kept)
        for part in batches(sorted({purchase.contract for purchase in kept})):
            self.rows.touch_where("contract IN :contracts", contracts=part)
        return count
