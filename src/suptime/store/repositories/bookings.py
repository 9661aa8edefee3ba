"""Appointments and purchases: what was booked or bought ahead of the work."""

from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import select

from suptime.domain.booking import Appointment, Purchase
from suptime.errors import NotPossible
from suptime.store.repositories.rows import Repository, batches
from suptime.store.tables.columns import plain
from suptime.store.tables.work import TABLES
from suptime.store.timer.rows import Row, Values

_APPOINTMENT = TABLES["appointment"]
_PURCHASE = TABLES["purchase"]
_CASE = TABLES["case"]
_CONTRACT = TABLES["contract"]


class Appointments(Repository):
    """Time booked ahead."""

    def get(self, id: int) -> Appointment | None:  # noqa: A002 -- an id is called an id
        """The appointment ID, or None."""
        row = self.rows.row("appointment", id)
        return None if row is None else appointment_of(row)

    def find(
        self,
        *,
        case: str | None = None,
        contract: str | None = None,
        agent: str | None = None,
        client: str | None = None,
    ) -> list[Appointment]:
        """The appointments that meet all that is given, by start, then id; cancelled ones too."""
        statement = select(_APPOINTMENT)
        if case is not None:
            statement = statement.where(_APPOINTMENT.c.case_number == case)
        if agent is not None:
            statement = statement.where(_APPOINTMENT.c.agent == agent)
        if client is not None or contract is not None:
            statement = statement.join(_CASE, _CASE.c.number == _APPOINTMENT.c.case_number)
        if client is not None:
            statement = statement.where(_CASE.c.client == client)
        if contract is not None:
            statement = statement.where(_CASE.c.contract == contract)
        statement = statement.order_by(_APPOINTMENT.c.starts_at, _APPOINTMENT.c.id)
        return [appointment_of(row) for row in self.rows.all(statement)]

    def of(self, cases: Iterable[str]) -> list[Appointment]:
        """All appointments of CASES (exact numbers), by start, then id."""
        found = [
            appointment_of(row)
            for part in batches(sorted(set(cases)))
            for row in self.rows.all(select(_APPOINTMENT).where(_APPOINTMENT.c.case_number.in_(part)))
        ]
        return sorted(found, key=lambda booked: (booked.starts_at, booked.id))

    def add(self, appointment: Appointment) -> Appointment:
        """Add APPOINTMENT; id 0 asks for the next one. Gives it with its id."""
        return appointment_of(self.rows.insert("appointment", appointment_row(appointment)))

    def save(self, appointment: Appointment) -> None:
        """Write APPOINTMENT over the one of its id.

        Raises:
            NotPossible: there is no such appointment.
        """
        self.rows.update("appointment", appointment.id, appointment_row(appointment))

    def add_many(self, appointments: Iterable[Appointment]) -> int:
        """Add APPOINTMENTS, those with an id under it."""
        return self.rows.add_many("appointment", map(appointment_row, appointments))


class Purchases(Repository):
    """Prepaid hours, incidents and money."""

    def get(self, id: int, *, void: bool = False) -> Purchase | None:  # noqa: A002
        """The purchase ID, or None where there is none, or it is void and VOID ones are not wanted."""
        row = self.rows.row("purchase", id)
        return None if row is None or (row["voided_at"] is not None and not void) else purchase_of(row)

    def find(
        self, *, contract: str | None = None, client: str | None = None, void: bool = False
    ) -> list[Purchase]:
        """The purchases that meet all that is given, by day, then id; VOID ones too, if asked for."""
        statement = select(_PURCHASE)
        if not void:
            statement = statement.where(_PURCHASE.c.voided_at.is_(None))
        if contract is not None:
            statement = statement.where(_PURCHASE.c.contract == contract)
        if client is not None:
            statement = statement.join(_CONTRACT, _CONTRACT.c.code == _PURCHASE.c.contract)
            statement = statement.where(_CONTRACT.c.client == client)
        statement = statement.order_by(_PURCHASE.c.bought_on, _PURCHASE.c.id)
        return [purchase_of(row) for row in self.rows.all(statement)]

    def add(self, purchase: Purchase) -> Purchase:
        """Add PURCHASE; id 0 asks for the next one. Gives it with its id."""
        stored = self.rows.insert("purchase", purchase_row(purchase))
        self.rows.touch_where(_CASE.c.contract == purchase.contract)
        return purchase_of(stored)

    def void(self, id: int) -> None:  # noqa: A002
        """Make the purchase ID void: it stays on record and counts for nothing.

        Raises:
            NotPossible: there is no such purchase, or it is void already.
        """
        purchase = self.get(id)
        if purchase is None:
            raise NotPossible(f"There is no purchase P{id}.")
        self.rows.update("purchase", id, {"voided_at": self.rows.writing().at})
        self.rows.touch_where(_CASE.c.contract == purchase.contract)

    def add_many(self, purchases: Iterable[Purchase]) -> int:
        """Add PURCHASES, those with an id under it."""
        kept = list(purchases)
        count = self.rows.add_many("purchase", map(purchase_row, kept))
        for part in batches(sorted({purchase.contract for purchase in kept})):
            self.rows.touch_where(_CASE.c.contract.in_(part))
        return count


def appointment_row(appointment: Appointment) -> Values:
    """The columns of an appointment; id 0 asks for the next one."""
    return {
        "id": appointment.id,
        "case_number": appointment.case,
        "agent": appointment.agent,
        "starts_at": appointment.starts_at,
        "ends_at": appointment.ends_at,
        "channel": appointment.channel,
        "cancelled_at": appointment.cancelled_at,
        "cancelled_by": appointment.cancelled_by,
        "missed_by": appointment.missed_by,
        "waived": appointment.waived,
    }


def appointment_of(row: Row) -> Appointment:
    """The appointment of ROW."""
    return Appointment(
        id=row["id"],
        case=row["case_number"],
        agent=row["agent"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        channel=row["channel"],
        cancelled_at=row["cancelled_at"],
        cancelled_by=row["cancelled_by"],
        missed_by=row["missed_by"],
        waived=row["waived"],
    )


def purchase_row(purchase: Purchase) -> Values:
    """The columns of a purchase; id 0 asks for the next one."""
    return {
        "id": purchase.id,
        "contract": purchase.contract,
        "bought_on": purchase.on,
        "quantity": plain(purchase.quantity),
        "price": None if purchase.price is None else plain(purchase.price),
        "voided_at": purchase.voided_at,
    }


def purchase_of(row: Row) -> Purchase:
    """The purchase of ROW."""
    return Purchase(
        id=row["id"],
        contract=row["contract"],
        on=row["bought_on"],
        quantity=Decimal(row["quantity"]),
        price=None if row["price"] is None else Decimal(row["price"]),
        voided_at=row["voided_at"],
    )
