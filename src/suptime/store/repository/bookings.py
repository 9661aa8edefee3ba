"""Appointments and purchases: what was booked or bought ahead of the work."""

from sqlalchemy import select

from suptime.domain.work import Appointment, Purchase
from suptime.errors import NotPossible
from suptime.store.mapping import appointment_of, appointment_row, purchase_of, purchase_row
from suptime.store.repository.rows import Rows
from suptime.store.tables import TABLES

_APPOINTMENT = TABLES["appointment"]
_PURCHASE = TABLES["purchase"]
_CASE = TABLES["case"]
_CONTRACT = TABLES["contract"]


class Bookings(Rows):
    """Time booked ahead, and prepaid hours, incidents and money."""

    def appointment(self, id: int) -> Appointment | None:  # noqa: A002 -- an id is called an id
        """The appointment ID, or None."""
        row = self._row("appointment", id)
        return None if row is None else appointment_of(row)

    def appointments(
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
        return [appointment_of(row) for row in self._all(statement)]

    def add_appointment(self, appointment: Appointment) -> Appointment:
        """Add APPOINTMENT; id 0 asks for the next one. Gives it with its id."""
        return appointment_of(self._insert("appointment", appointment_row(appointment)))

    def save_appointment(self, appointment: Appointment) -> None:
        """Write APPOINTMENT over the one of its id.

        Raises:
            NotPossible: there is no such appointment.
        """
        self._update("appointment", appointment.id, appointment_row(appointment))

    def purchase(self, id: int, *, void: bool = False) -> Purchase | None:  # noqa: A002
        """The purchase ID, or None where there is none, or it is void and VOID ones are not wanted."""
        row = self._row("purchase", id)
        return None if row is None or (row["voided_at"] is not None and not void) else purchase_of(row)

    def purchases(
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
        return [purchase_of(row) for row in self._all(statement)]

    def add_purchase(self, purchase: Purchase) -> Purchase:
        """Add PURCHASE; id 0 asks for the next one. Gives it with its id."""
        stored = self._insert("purchase", purchase_row(purchase))
        self._touch(_CASE.c.contract == purchase.contract)
        return purchase_of(stored)

    def void_purchase(self, id: int) -> None:  # noqa: A002
        """Make the purchase ID void: it stays on record and counts for nothing.

        Raises:
            NotPossible: there is no such purchase, or it is void already.
        """
        purchase = self.purchase(id)
        if purchase is None:
            raise NotPossible(f"There is no purchase P{id}.")
        self._update("purchase", id, {"voided_at": self._writing().at})
        self._touch(_CASE.c.contract == purchase.contract)
