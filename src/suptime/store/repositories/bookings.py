"""Appointments and purchases: what was booked or bought ahead of the work."""

from collections.abc import Iterable

from suptime.domain.booking import Appointment, Purchase
from suptime.errors import NotPossible
from suptime.store.mapped import Mapped
from suptime.store.repositories.rows import Query, Repository, batches


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
            NotPossible: there is none of that id.
        """
        self.rows.delete("appointment", id)

    def add_many(self, appointments: Iterable[Appointment]) -> int:
        """Add many appointments, those with an id under it."""
        return self.insert_all(appointments)


class Purchases(Repository[Purchase]):
    """Prepaid hours, incidents and money."""

    mapped = Mapped(Purchase, "purchase", columns={"on": "bought_on"})
    FIND = Query(
        mapped.select,
        {
            "valid": "voided_at IS NULL",
            "contract": "contract = :contract",
            "client": "contract IN (SELECT code FROM contract WHERE client = :client)",
        },
        "ORDER BY bought_on, id",
    )

    def get(self, id: int, *, void: bool = False) -> Purchase | None:  # noqa: A002
        """Return the purchase of that id, or None where there is none, or it is void and `void` is not set."""
        found = self.by_key(id)
        return None if found is None or (found.voided_at is not None and not void) else found

    def find(
        self, *, contract: str | None = None, client: str | None = None, void: bool = False
    ) -> list[Purchase]:
        """Return the purchases that meet all that is given, by day, then id; with `void`, void ones too."""
        return self.read(self.FIND, contract=contract, client=client, valid=None if void else True)

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
