"""Import of records: each record is checked against the store, and added, skipped or refused.

Records refer to earlier records: a case to its client, a unit to its case. Memory only holds
the cases, their events and the ids so far.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from suptime.app.exchange.cases import CaseImporter
from suptime.app.exchange.issued import IssuedImporter
from suptime.app.exchange.receivables import ReceivablesImporter
from suptime.app.exchange.rules import ImportRun, Refusal
from suptime.app.exchange.work import (
    AppointmentImporter,
    ImportedRowImporter,
    MessageImporter,
    PriceAndPurchaseImporter,
    UnitImporter,
)
from suptime.contracts.file import read_contract
from suptime.domain.booking import Appointment
from suptime.domain.booking_batch import BookingBatch
from suptime.domain.case import Case, CaseAlias, Message
from suptime.domain.client import Client, Contact, Project, TaxFact
from suptime.domain.contract import PriceChange
from suptime.domain.delivery import Delivery, Sending
from suptime.domain.reading import Fault
from suptime.domain.time import Instant, show_day
from suptime.domain.work import AgentRole, WorkUnit
from suptime.interchange.records.issued import Closing, IssuedInvoice
from suptime.interchange.records.nouns import (
    AuditRecord,
    CaseEvent,
    ContractText,
    ImportedRow,
    PurchaseRecord,
    Record,
)
from suptime.interchange.records.receivables import LEDGER_TYPES, OldPayment
from suptime.store.repositories.records import AuditRow, ContractRow

if TYPE_CHECKING:
    from suptime.store import Transaction

MOST_FAULTS = 10_000
"""Most faults of a file: after them the rest is not read."""


class Importer:
    """One import into one transaction."""

    def __init__(self, tx: "Transaction", now: Instant) -> None:
        self.run = ImportRun(tx, now)
        self.contacts = {
            (c.client, c.email.casefold()): c for code in self.run.clients for c in tx.contacts.of(code)
        }
        self.taxes = {(fact.client, fact.since): fact for fact in tx.taxes.find()}
        self.agent_roles = {(one.agent, one.since): one for one in tx.agent_roles.find()}
        self.booking_batches = {batch.sha256: batch for batch in tx.booking_batches.find()}
        self.cases = CaseImporter(self.run)
        self.agreed = PriceAndPurchaseImporter(self.run, self.cases)
        self.messages = MessageImporter(self.run, self.cases)
        self.imported = ImportedRowImporter(self.run)
        self.appointments = AppointmentImporter(self.run, self.cases)
        self.units = UnitImporter(self.run, self.cases)
        self.issued = IssuedImporter(self.run, self.cases)
        self.receivables = ReceivablesImporter(self.run, self.issued)
        self._ids: Counter[str] = Counter()
        self._refused: dict[tuple[str, str], int] = {}
        self._takers: dict[type, tuple[str, Callable[[Any, int], bool]]] = {
            Client: ("client", self._client),
            TaxFact: ("tax", self._tax),
            ContractText: ("contract", self._contract),
            PriceChange: ("price", self.agreed.price),
            Contact: ("contact", self._contact),
            Project: ("project", self._project),
            AgentRole: ("agent_role", self._agent_role),
            PurchaseRecord: ("purchase", self.agreed.purchase),
            Case: ("case", self.cases.case),
            CaseAlias: ("case_alias", self.cases.alias),
            CaseEvent: ("event", self.cases.event),
            Appointment: ("appointment", self.appointments.appointment),
            WorkUnit: ("unit", self.units.unit),
            ImportedRow: ("imported", self.imported.row),
            Message: ("message", self.messages.message),
            IssuedInvoice: ("invoice", self.issued.invoice),
            OldPayment: ("payment", self.receivables.old_payment),
            **{one.record: (one.name, self.receivables.row) for one in LEDGER_TYPES},
            BookingBatch: ("booking_batch", self._booking_batch),
            Sending: ("sending", self.issued.sending),
            Delivery: ("delivery", self.issued.delivery),
            Closing: ("closing", self.issued.closing),
            AuditRecord: ("audit", self._audit),
        }

    def prepare(self, records: Iterable[Record]) -> None:
        """Keep in memory what the next `records` refer to. Write the waiting records first."""
        self.run.flush()
        numbers: set[str] = set()
        for record in records:
            if isinstance(record, Case):
                numbers.add(record.number)
            elif isinstance(record, CaseAlias | CaseEvent | WorkUnit | Appointment | Message):
                numbers.add(record.case)
            elif isinstance(record, IssuedInvoice | Closing):
                numbers.update(line.key.case for line in record.lines if line.key.case)
        if numbers:
            self.cases.prepare(numbers)

    def take(self, number: int, record: Record) -> None:
        """Import `record` of line `number`, or record its fault."""
        kind, taker = self._takers[type(record)]
        self.run.expect(kind)
        if kind != "event":
            self.cases.settle()
        try:
            self._refuse_dependent(record)
            if not taker(record, number):
                self.run.equal[kind] += 1
        except Refusal as refusal:
            if isinstance(record, Case):
                self._refused["case", record.number] = number
            elif isinstance(record, Client):
                self._refused["client", record.code] = number
            self.run.faults.append(Fault(number, f"{kind}.{refusal.key}", refusal.reason))

    def _refuse_dependent(self, record: Record) -> None:
        """Refuse a record that depends on one that this file could not bring, though another has its name."""
        for key in ("case", "client"):
            line = self._refused.get((key, str(getattr(record, key, "")))) if self._refused else None
            if line is not None:
                raise Refusal(key, f"depends on line {line}.")

    def finish(self) -> None:
        """Import the records that are still waiting."""
        self.run.flush()
        self.cases.settle()
        self.units.finish()
        self.issued.finish()
        self.receivables.finish()
        self.imported.finish()
        self.run.tx.audit.refuse_unaccounted()
        if self._ids:
            self.run.tx.imports.reserve_ids(self._ids)

    def _client(self, client: Client, _: int) -> bool:
        if self.run.same(self.run.clients.get(client.code), client, f"the client {client.code}"):
            return False
        _no_twin("code", "client", client.code, self.run.clients)
        self.run.clients[client.code] = client
        return self.run.keep(client)

    def _tax(self, fact: TaxFact, _: int) -> bool:
        self.run.owner(fact.client)
        key = (fact.client, fact.since)
        if self.run.same(self.taxes.get(key), fact, f"a tax of {fact.client} from {show_day(fact.since)}"):
            return False
        self.taxes[key] = fact
        return self.run.keep(replace(fact, id=self.run.row_id("tax", fact.id)))

    def _booking_batch(self, batch: BookingBatch, _: int) -> bool:
        there = self.booking_batches.get(batch.sha256)
        if there is not None and replace(there, id=batch.id) == batch:
            return False
        self.booking_batches[batch.sha256] = batch
        return self.run.keep(replace(batch, id=self.run.row_id("booking_batch", batch.id)))

    def _contract(self, record: ContractText, number: int) -> bool:
        owner = self.run.owner(record.client)
        version = read_contract(record.text)
        if isinstance(version, tuple):
            said = [Fault(number, "contract.text", f"at {fault}") for fault in version]
            self.run.faults += said[1:]
            raise Refusal("text", said[0].expected)
        row = ContractRow(
            version.code,
            owner.code,
            version.title,
            version.starts_on,
            version.ends_on,
            record.text,
            self.run.row_id("contract", record.id),
        )
        there = self.run.rows.get((version.code, version.starts_on))
        if there == row:
            return False
        if self.run.owners.get(version.code, owner.code) != owner.code:
            raise Refusal(
                "client", f"the contract {version.code} belongs to {self.run.owners[version.code]}."
            )
        if there is not None:
            day = show_day(version.starts_on)
            raise Refusal("text", f"the contract {version.code} has a different version from {day}.")
        _no_twin("text", "contract", version.code, self.run.owners)
        self.run.rows[version.code, version.starts_on] = row
        self.run.owners[version.code] = owner.code
        self.cases.forget_versions(version.code)
        return self.run.keep(row)

    def _contact(self, contact: Contact, _: int) -> bool:
        self.run.owner(contact.client)
        for code in contact.contracts:
            if self.run.owners.get(code) != contact.client:
                raise Refusal("contracts", f"{contact.client} has no contract {code}.")
        key = (contact.client, contact.email.casefold())
        if self.run.same(self.contacts.get(key), contact, f"the contact {contact.email}"):
            return False
        self.contacts[key] = contact
        return self.run.keep(replace(contact, id=self.run.row_id("contact", contact.id)))

    def _agent_role(self, role: AgentRole, _: int) -> bool:
        there = self.agent_roles.get((role.agent, role.since))
        if there is not None:
            return self.run.same(there._replace(id=0), role._replace(id=0), f"the role of {role.agent}")
        self.agent_roles[role.agent, role.since] = role
        return self.run.keep(role._replace(id=self.run.row_id("agent_role", role.id)))

    def _project(self, project: Project, _: int) -> bool:
        self.run.owner(project.client)
        if self.run.same(self.run.projects.get(project.code), project, f"the project {project.code}"):
            return False
        _no_twin("code", "project", project.code, self.run.projects)
        self.run.projects[project.code] = project
        return self.run.keep(project)

    def _audit(self, record: AuditRecord, _: int) -> bool:
        if not self.run.fresh:
            return False
        if record.key.isdecimal() and record.key.isascii() and len(record.key) < 19:
            # Deleted records had an id, too; no other record may use it.
            self._ids[record.entity] = max(self._ids[record.entity], int(record.key))
        row = {name: getattr(record, name) for name in record.__slots__}
        if self.run.faults:
            # A record that was left out may be a row of the trail: then the later hashes do not match.
            row["hash"] = ""
        return self.run.keep(AuditRow(**row))


def _no_twin(key: str, what: str, name: str, known: Iterable[str]) -> None:
    """Refuse a `name` that only differs in letter case from a known one."""
    twin = next((k for k in known if k != name and k.casefold() == name.casefold()), None)
    if twin is not None:
        raise Refusal(key, f"{name} only differs from the {what} {twin} in letter case.")
