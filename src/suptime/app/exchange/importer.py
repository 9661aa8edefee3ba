"""What an import takes in: each record is checked against what is there, and added, passed over or refused.

Records refer to what stands before them: a case to its client, a unit to its case. Nothing
but the cases, their events and the ids seen is held in memory.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from suptime.app.exchange.cases import CaseImporter
from suptime.app.exchange.issued import IssuedImporter
from suptime.app.exchange.rules import Refusal, unknown
from suptime.app.exchange.work import (
    AppointmentImporter,
    Ids,
    ImportedRowImporter,
    MessageImporter,
    PriceAndPurchaseImporter,
    UnitImporter,
)
from suptime.contracts.file import read_contract
from suptime.domain.booking import Appointment, Client, WorkUnit
from suptime.domain.case import Case, Message
from suptime.domain.client import Contact, Project
from suptime.domain.contract import PriceChange
from suptime.domain.delivery import Delivery, Sending
from suptime.domain.invoice import Payment
from suptime.domain.reading import Fault
from suptime.domain.time import Instant, rfc3339, show_day
from suptime.interchange.records.fields import names_of
from suptime.interchange.records.issued import Closing, IssuedInvoice
from suptime.interchange.records.nouns import (
    AuditRecord,
    CaseEvent,
    ContractText,
    ImportedRow,
    PurchaseRecord,
    Record,
)
from suptime.store.repositories.records import AuditRow, ContractRow

if TYPE_CHECKING:
    from suptime.store import Transaction

MOST_FAULTS = 10_000
"""After so many faults the rest of a file tells nothing new, and is not read."""

BATCH = 2000
BATCHES = {"invoice": 50, "closing": 10, "sending": 10, "delivery": 10}
"""Records that are written at once; of those that can be large, fewer."""


_NOT_COMPARED = frozenset({"events", "id"})


class Importer:
    """One import into one transaction."""

    def __init__(self, tx: "Transaction", now: Instant) -> None:
        self.tx = tx
        self.now = now
        self.faults: list[Fault] = []
        self.added: Counter[str] = Counter()
        self.equal: Counter[str] = Counter()
        self.clients = {c.code: c for c in tx.clients.list_all()}
        self.fresh = not self.clients and next(tx.audit.each(), None) is None
        self.rows = {(r.code, r.starts_on): r for r in tx.contracts.versions()}
        self.owners = {r.code: r.client for r in self.rows.values()}
        self.contacts = {
            (c.client, c.email.casefold()): c for code in self.clients for c in tx.contacts.of(code)
        }
        self.projects = {p.code: p for p in tx.projects.find()}
        self.cases = CaseImporter(self)
        self.agreed = PriceAndPurchaseImporter(self)
        self.messages = MessageImporter(self)
        self.imported = ImportedRowImporter(self)
        self.appointments = AppointmentImporter(self)
        self.units = UnitImporter(self)
        self.issued = IssuedImporter(self)
        self._rows_seen: dict[str, Ids] = {}
        self._ids: Counter[str] = Counter()
        self._waiting: list[Any] = []
        self._waiting_for: str = ""
        self._takers: dict[type, tuple[str, Callable[[Any, int], bool]]] = {
            Client: ("client", self._client),
            ContractText: ("contract", self._contract),
            PriceChange: ("price", self.agreed.price),
            Contact: ("contact", self._contact),
            Project: ("project", self._project),
            PurchaseRecord: ("purchase", self.agreed.purchase),
            Case: ("case", self.cases.case),
            CaseEvent: ("event", self.cases.event),
            Appointment: ("appointment", self.appointments.appointment),
            WorkUnit: ("unit", self.units.unit),
            ImportedRow: ("imported", self.imported.row),
            Message: ("message", self.messages.message),
            IssuedInvoice: ("invoice", self.issued.invoice),
            Payment: ("payment", self.issued.payment),
            Sending: ("sending", self.issued.sending),
            Delivery: ("delivery", self.issued.delivery),
            Closing: ("closing", self.issued.closing),
            AuditRecord: ("audit", self._audit),
        }

    def prepare(self, records: Iterable[Record]) -> None:
        """Have at hand what RECORDS, the next ones, refer to. What waited is written by then."""
        self.flush()
        numbers: set[str] = set()
        for record in records:
            if isinstance(record, Case):
                numbers.add(record.number)
            elif isinstance(record, CaseEvent | WorkUnit | Appointment | Message):
                numbers.add(record.case)
            elif isinstance(record, IssuedInvoice | Closing):
                numbers.update(line.key.case for line in record.lines if line.key.case)
        if numbers:
            self.cases.prepare(numbers)

    def take(self, number: int, record: Record) -> None:
        """Take RECORD of line NUMBER in, or note what is against it."""
        kind, taker = self._takers[type(record)]
        if kind != self._waiting_for or len(self._waiting) >= BATCHES.get(kind, BATCH):
            self.flush()
            self._waiting_for = kind
        if kind != "event":
            self.cases.settle()
        try:
            if not taker(record, number):
                self.equal[kind] += 1
        except Refusal as refusal:
            self.faults.append(Fault(number, f"{kind}.{refusal.key}", refusal.reason))

    def finish(self) -> None:
        """Take in what still waits."""
        self.flush()
        self.cases.settle()
        self.units.finish()
        self.issued.finish()
        self.imported.finish()
        self.tx.audit.refuse_unaccounted()
        if self._ids:
            self.tx.imports.reserve_ids(self._ids)

    def keep(self, record: Any) -> bool:
        """Let RECORD wait to be written with others of its type."""
        self._waiting.append(record)
        self.added[self._waiting_for] += 1
        return True

    @property
    def waiting(self) -> list[Any]:
        """What waits to be written."""
        return self._waiting

    def flush(self) -> None:
        """Write what waits."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            write: dict[str, Callable[[list[Any]], object]] = {
                "client": self.tx.clients.add_many,
                "contract": self.tx.contracts.add_many,
                "price": self.tx.prices.add_many,
                "contact": self.tx.contacts.add_many,
                "project": self.tx.projects.add_many,
                "purchase": self.tx.purchases.add_many,
                "case": self.tx.cases.add_many,
                "appointment": self.tx.appointments.add_many,
                "unit": self.tx.units.add_checked,
                "message": self.tx.messages.add_many,
                "invoice": self.issued.write,
                "payment": self.tx.payments.add_many,
                "sending": self.tx.sendings.add_many,
                "delivery": self.tx.deliveries.add_many,
                "closing": self.issued.write,
                "audit": self.tx.audit.add_many,
            }
            write[self._waiting_for](waiting)

    def same(self, there: Any, record: Any, what: str) -> bool:
        """Whether the record that is THERE is equal to RECORD.

        Raises:
            Refusal: it is there and differs; named are the keys.
        """
        if there is None:
            return False
        if there == record:
            return True
        names = [name for name in names_of(record) if name not in _NOT_COMPARED]
        keys = [name for name in names if getattr(there, name) != getattr(record, name)]
        raise Refusal(keys[0], f"{what} is there already, with another {' and another '.join(keys)}.")

    def owner(self, code: str) -> Client:
        """The client of CODE.

        Raises:
            Refusal: there is none.
        """
        if code not in self.clients:
            raise Refusal("client", unknown("client", code, self.clients))
        return self.clients[code]

    def not_ahead(self, key: str, instant: Instant) -> None:
        """Refuse an INSTANT, of KEY, that is still ahead."""
        if instant > self.now:
            raise Refusal(key, f"{rfc3339(instant)} is in the future: it is {rfc3339(self.now)} now.")

    def _client(self, client: Client, _: int) -> bool:
        if self.same(self.clients.get(client.code), client, f"the client {client.code}"):
            return False
        _no_twin("code", "client", client.code, self.clients)
        self.clients[client.code] = client
        return self.keep(client)

    def _contract(self, record: ContractText, number: int) -> bool:
        owner = self.owner(record.client)
        version = read_contract(record.text)
        if isinstance(version, tuple):
            said = [Fault(number, "contract.text", f"at {fault}") for fault in version]
            self.faults += said[1:]
            raise Refusal("text", said[0].expected)
        row = ContractRow(
            version.code,
            owner.code,
            version.title,
            version.starts_on,
            version.ends_on,
            record.text,
            self.row_id("contract", record.id),
        )
        there = self.rows.get((version.code, version.starts_on))
        if there == row:
            return False
        if self.owners.get(version.code, owner.code) != owner.code:
            raise Refusal("client", f"the contract {version.code} is {self.owners[version.code]}'s.")
        if there is not None:
            day = show_day(version.starts_on)
            raise Refusal(
                "text", f"the contract {version.code} has a version from {day} that says something else."
            )
        _no_twin("text", "contract", version.code, self.owners)
        self.rows[version.code, version.starts_on] = row
        self.owners[version.code] = owner.code
        self.cases.forget_versions(version.code)
        return self.keep(row)

    def _contact(self, contact: Contact, _: int) -> bool:
        self.owner(contact.client)
        for code in contact.contracts:
            if self.owners.get(code) != contact.client:
                raise Refusal("contracts", f"{contact.client} has no contract {code}.")
        key = (contact.client, contact.email.casefold())
        if self.same(self.contacts.get(key), contact, f"the contact {contact.email}"):
            return False
        self.contacts[key] = contact
        return self.keep(replace(contact, id=self.row_id("contact", contact.id)))

    def _project(self, project: Project, _: int) -> bool:
        self.owner(project.client)
        if self.same(self.projects.get(project.code), project, f"the project {project.code}"):
            return False
        _no_twin("code", "project", project.code, self.projects)
        self.projects[project.code] = project
        return self.keep(project)

    def row_id(self, kind: str, id: int) -> int:  # noqa: A002 - an id is called an id
        """The ID under which a record is kept that nobody names by it: its own in a fresh database, else the next.

        Raises:
            Refusal: it stood on a line before.
        """
        if not id or not self.fresh:
            return 0
        if not self._rows_seen.setdefault(kind, Ids()).add(id):
            raise Refusal("id", f"{id} stands on a line before this one too.")
        return id

    def once(self, ids: Ids, letter: str, id: int, number: int) -> None:  # noqa: A002 - an id is called an id
        """Refuse an ID that stood on a line before line NUMBER."""
        if id and not ids.add(id):
            raise Refusal("id", f"{letter}{id} stands on a line before line {number} too.")

    def _audit(self, record: AuditRecord, _: int) -> bool:
        if not self.fresh:
            return False
        if record.key.isdecimal() and record.key.isascii() and len(record.key) < 19:
            # What was deleted had an id, too, and that must come to name nothing else.
            self._ids[record.entity] = max(self._ids[record.entity], int(record.key))
        row = {name: getattr(record, name) for name in record.__slots__}
        if self.faults:
            # What was left out may be a row of the trail: then no hash after it is what it was.
            row["hash"] = ""
        return self.keep(AuditRow(**row))


def _no_twin(key: str, what: str, name: str, known: Iterable[str]) -> None:
    """Refuse a NAME that differs in letter case alone from a known one."""
    twin = next((k for k in known if k != name and k.casefold() == name.casefold()), None)
    if twin is not None:
        raise Refusal(key, f"{name} differs from the {what} {twin} in letter case alone.")
