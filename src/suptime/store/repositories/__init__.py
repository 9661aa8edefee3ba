"""One transaction: everything that can be read and written in it, by subject."""

from suptime.store.database.driver import Driver
from suptime.store.repositories.audit import Audit
from suptime.store.repositories.booking_batches import BookingBatches
from suptime.store.repositories.bookings import Appointments, Purchases, Stocks
from suptime.store.repositories.cases import Cases, CaseStates, Messages
from suptime.store.repositories.clients import Clients, Contacts, Projects, TaxFacts
from suptime.store.repositories.contracts import Contracts, Prices
from suptime.store.repositories.deliveries import Deliveries, Sendings
from suptime.store.repositories.erasures import Erasures
from suptime.store.repositories.history import History
from suptime.store.repositories.imports import Imports
from suptime.store.repositories.integrity import Integrity
from suptime.store.repositories.invoices import Invoices, Lines
from suptime.store.repositories.months import Issues, Months
from suptime.store.repositories.receivables import Receivables
from suptime.store.repositories.row_checks import RowChecks
from suptime.store.repositories.rows import Author, Rows
from suptime.store.repositories.team import Team
from suptime.store.repositories.work import AgentRoles, Units


class Transaction:
    """The nouns of a store, read and written in one transaction. Without an author it only reads."""

    def __init__(self, driver: Driver, author: Author | None = None) -> None:
        self.rows = rows = Rows(driver, author)
        self.clients = Clients(rows)
        self.contacts = Contacts(rows)
        self.taxes = TaxFacts(rows)
        self.projects = Projects(rows)
        self.contracts = Contracts(rows)
        self.prices = Prices(rows)
        self.cases = Cases(rows)
        self.case_states = CaseStates(rows)
        self.messages = Messages(rows)
        self.units = Units(rows)
        self.agent_roles = AgentRoles(rows)
        self.appointments = Appointments(rows)
        self.purchases = Purchases(rows)
        self.stocks = Stocks(rows)
        self.issues = Issues(rows)
        self.invoices = Invoices(rows)
        self.lines = Lines(rows)
        self.receivables = Receivables(rows)
        self.months = Months(rows)
        self.booking_batches = BookingBatches(rows)
        self.sendings = Sendings(rows)
        self.deliveries = Deliveries(rows)
        self.imports = Imports(rows)
        self.audit = Audit(rows)
        self.history = History(rows)
        self.erasures = Erasures(rows)
        self.integrity = Integrity(rows)
        self.row_checks = RowChecks(rows)
        self.team = Team(rows)

    def seal(self) -> None:
        """Write what the transaction owes the audit trail: the last thing that it does.

        Raises:
            NotPossible: audit rows came in that nothing accounts for.
        """
        self.audit.refuse_unaccounted()
        self.rows.seal()
