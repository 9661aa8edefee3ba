"""Import and export of all data in suptime's own format."""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from suptime import files
from suptime.app.exchange.importer import MOST_FAULTS, Importer
from suptime.app.facts import contracts_of
from suptime.app.purchases import unit_of
from suptime.app.use_case import changing
from suptime.domain.caution import Caution
from suptime.domain.money import show_quantity
from suptime.domain.reading import Fault
from suptime.domain.time import Instant
from suptime.domain.values import few
from suptime.errors import WrongUsage
from suptime.interchange.records.format import read, write
from suptime.interchange.records.issued import Closing, IssuedInvoice
from suptime.interchange.records.nouns import (
    AuditRecord,
    CaseEvent,
    ContractText,
    ImportedRow,
    PurchaseRecord,
    Record,
)
from suptime.interchange.records.receivables import LEDGER_TYPES, LedgerRow
from suptime.store import Store, Transaction
from suptime.store.repositories.records import AuditRow

Progress = Callable[[str, int, int | None], None]
COMMAND = "import suptime"
KIB = 1024
SOME = 500
"""Lines that are read together: their references are looked up together."""


@dataclass(frozen=True, slots=True)
class Imported:
    """Result of an import, or of a dry run: the number of records by type, and all faults.

    `kept` is True if anything was written; `equal` counts the records that were already stored.
    `notes` are warnings about names that contracts do not list.
    """

    kept: bool
    added: Mapping[str, int]
    equal: int
    faults: tuple[Fault, ...]
    digest: str
    notes: tuple[Caution, ...] = ()
    equal_by_kind: Mapping[str, int] = field(default_factory=dict)

    @property
    def summary(self) -> dict[str, dict[str, int]]:
        """The number of cases, events, units and appointments in each state."""
        blocked = {(fault.line, fault.key.partition(".")[0]) for fault in self.faults}
        return {
            kind: {
                "new": self.added.get(kind, 0),
                "same": self.equal_by_kind.get(kind, 0),
                **dict.fromkeys(("changed", "gone", "left-out", "conflict"), 0),
                "blocked": sum(name == kind for _, name in blocked),
            }
            for kind in ("case", "event", "unit", "appointment")
        }


class _LeftAsItWas(Exception):
    """Rolls the transaction back; this is not an error."""


class _Digested:
    """A stream that is read line by line, and its SHA-256."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self.size = _size_of(stream)
        self.read = 0

    def readline(self, size: int) -> bytes:
        raw = self._stream.readline(size)
        self._hash.update(raw)
        self.read += len(raw)
        return raw

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def _size_of(stream: BinaryIO) -> int | None:
    """Return the size of `stream` in bytes, or None if it is not known in advance."""
    try:
        return os.fstat(stream.fileno()).st_size or None
    except OSError:
        return None


def import_suptime(
    store: Store,
    stream: BinaryIO,
    *,
    now: Instant,
    agent: str,
    dry_run: bool = False,
    skip_bad: bool = False,
    progress: Progress = lambda _what, _done, _of: None,
) -> Imported:
    """Import records from `stream` into `store`: all of them, or none if any line is bad and `skip_bad` is not set.

    `progress` gets a label, the number of KiB read, and their total.

    A new database gets the audit trail of the file. Nothing is added to it, unless the file has records that the
    trail does not explain. Into any other database, the import adds an audit row with the file's digest and a
    digest of each record.
    """
    digested = _Digested(stream)
    try:
        with changing(store, now, agent, COMMAND) as tx:
            importer = Importer(tx, now)
            _take_all(importer, digested, progress)
            progress("Writing", 0, None)
            faults = tuple(sorted(importer.run.faults))
            added = {kind: count for kind, count in importer.run.added.items() if count}
            keep = not dry_run and (skip_bad or not faults)
            notes = tuple(
                Caution(note.code, f"{few(numbers)}: {note.text}")
                for note, numbers in importer.run.unlisted.items()
            )
            equal = importer.run.equal.total()
            done = Imported(keep, added, equal, faults, digested.hexdigest(), notes, dict(importer.run.equal))
            _go_on_if(keep)
            if importer.run.fresh and "audit" in added:
                tx.row_checks.account_for_the_rest()
            elif added:
                tx.imports.note(done.digest, added)
    except _LeftAsItWas:
        pass
    return done


def _go_on_if(keep: bool) -> None:
    if not keep:
        raise _LeftAsItWas


def _take_all(importer: Importer, stream: _Digested, progress: Progress) -> None:
    lines = read(stream)
    while some := list(islice(lines, SOME)):
        progress("Reading, in KiB", stream.read // KIB, stream.size and stream.size // KIB)
        importer.prepare(record for _, record in some if not isinstance(record, list))
        for number, record in some:
            if isinstance(record, list):
                importer.run.faults += record
            else:
                importer.take(number, record)
            if len(importer.run.faults) >= MOST_FAULTS:
                said = f"has {MOST_FAULTS} faults so far; the rest was not read."
                importer.run.faults.append(Fault(number, "file", said))
                importer.finish()
                return
    importer.finish()


def export_suptime(store: Store) -> Iterator[str]:
    """Yield every record as a line, in the order of the format, from one snapshot of `store`."""
    with store.reading() as tx:
        clients = tx.clients.list_all()
        records: list[Iterator[Record]] = [
            iter(clients),
            iter(tx.taxes.find()),
            (ContractText(row.client, row.text, row.id) for row in tx.contracts.versions()),
            iter(tx.prices.find()),
            (contact for client in clients for contact in tx.contacts.of(client.code)),
            iter(tx.projects.find()),
            iter(tx.agent_roles.find()),
            _purchases(tx),
            (replace(case, events=()) for case in tx.cases.each()),
            iter(tx.cases.aliases()),
            (CaseEvent(case.number, event) for case in tx.cases.each() for event in case.events),
            iter(tx.appointments.find()),
            tx.units.each(),
            (ImportedRow(*row) for row in tx.imports.each()),
            tx.messages.each(),
            (IssuedInvoice(*one) for one in tx.invoices.each()),
            *(_ledger_rows(tx, one.record) for one in LEDGER_TYPES),
            iter(tx.booking_batches.find()),
            tx.sendings.each(),
            tx.deliveries.each(),
            (Closing(*one) for one in tx.issues.each_closing()),
            (_audited(row) for row in tx.audit.each()),
        ]
        for some in records:
            yield from map(write, some)


def _ledger_rows(tx: Transaction, record: type[LedgerRow]) -> Iterator[LedgerRow]:
    """Yield the rows of a table of the ledger, in the order of their ids."""
    return map(record, tx.receivables.each(record.table))


def _audited(row: AuditRow) -> AuditRecord:
    return AuditRecord(*(getattr(row, name) for name in AuditRecord.__slots__))


def _purchases(tx: Transaction) -> Iterator[PurchaseRecord]:
    """Yield every purchase, including void ones, with its quantity in the unit of its contract on its day."""
    contracts = {contract.code: contract for contract in contracts_of(tx)}
    for purchase in tx.purchases.find(void=True):
        unit, currency = unit_of(contracts[purchase.contract], purchase.on)
        quantity = show_quantity(purchase.quantity, unit, currency)
        yield PurchaseRecord(
            purchase.id,
            purchase.contract,
            quantity,
            purchase.on,
            purchase.price,
            purchase.voided_at,
            purchase.basis,
        )


def export_to(store: Store, target: Path, progress: Progress = lambda _what, _done, _of: None) -> int:
    """Export all records of `store` to the file `target`, completely or not at all. Return their number.

    Raises:
        WrongUsage: it cannot be written.
    """
    count = 0
    with whole_file(target) as stream:
        for line in export_suptime(store):
            stream.write(line.encode("utf-8"))
            count += 1
            if not count % SOME:
                progress("Writing", count, None)
    return count


@contextmanager
def whole_file(target: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """Yield a stream into the file `target`, which is written completely or not at all; `private`: see `files`.

    Raises:
        WrongUsage: it is not a regular file, or cannot be written.
    """
    hint = "Leave out --out to write to standard output, or give another file."
    try:
        with files.writing(target, hint=hint, private=private) as stream:
            yield stream
    except OSError as error:
        raise WrongUsage(f"{target}: {error.strerror}.", hint="Give a file that can be written.") from error
