"""Issued documents as files for bookkeeping programs; each new file is kept as a batch (G33)."""

import base64
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suptime.app import lookup
from suptime.app.exchange.exports import numbers_of
from suptime.app.exchange.records import whole_file
from suptime.app.use_case import changing
from suptime.domain.booking_batch import BookingBatch
from suptime.domain.money import show_amount
from suptime.domain.time import Instant, rfc3339
from suptime.errors import NotPossible, WrongUsage
from suptime.interchange.exports import datev, invoice_rows
from suptime.render import csv

if TYPE_CHECKING:
    from suptime.domain.invoice import Invoice
    from suptime.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class Asked:
    """Selection of documents and their format: of a period by day of issue, of a client, or by `numbers`.

    None means no limit. `new` leaves out the documents that are in a batch of the format.
    """

    form: str
    codes: invoice_rows.Codes
    first: date | None = None
    last: date | None = None
    client: str | None = None
    numbers: tuple[str, ...] = ()
    new: bool = False
    terms: datev.Terms | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A file of documents, and its batch, if any.

    `already` are the documents of earlier batches; `left` are the documents that the format cannot represent.
    """

    asked: Asked
    content: bytes
    rows: int
    invoices: "tuple[Invoice, ...]"
    already: tuple[str, ...]
    left: tuple[str, ...]
    batch: BookingBatch | None = None
    first: date | None = None
    last: date | None = None
    notes: tuple[str, ...] = ()

    def document(self, file: str | None) -> dict[str, Any]:
        """Return the written documents as JSON shows them; sums of several currencies are null."""
        currencies = {one.document["currency"] for one in self.invoices}
        sums = [Decimal(one.document["totals"]["gross"]) for one in self.invoices]
        debit, credit = sum(s for s in sums if s > 0), -sum(s for s in sums if s < 0)
        shown = [show_amount(Decimal(s), c) for c in currencies for s in (debit, credit)]
        is_one = len(currencies) == 1
        return {
            "export": {
                "format": self.asked.form,
                "batch": self.batch.name if self.batch else None,
                "file": file,
                "rows": self.rows,
                "documents": [one.number for one in self.invoices],
                "already": [*self.already],
                "debit": shown[0] if is_one else None,
                "credit": shown[1] if is_one else None,
            }
        }


def write(store: "Store", asked: Asked, put: Callable[[bytes], object]) -> Written:
    """Write the selected documents as a file by `put`; make no batch.

    Raises:
        NotPossible: there is no such client, or no document of a number.
    """
    with store.reading() as tx:
        made = _made(tx, asked)
    put(made.content)
    return made


def write_batch(
    store: "Store", asked: Asked, target: Path, *, dry_run: bool = False, now: Instant, agent: str
) -> tuple[Written, Path]:
    """Write the new documents to the file `target`, and keep it as a batch. Without new documents, do neither.

    A dry run only writes the file. Returns what was written, and the file; for DATEV `target` is its folder.

    Raises:
        WrongUsage: the file cannot be written.
        NotPossible: there is no such client.
    """
    if dry_run:
        with store.reading() as tx:
            made = _made(tx, asked)
        if made.invoices:
            target = _named(target, made, "draft")
            _put(target, made.content)
        return made, target
    with changing(store, now, agent, f"export {asked.form}") as tx:
        made = _made(tx, asked)
        if not made.invoices:
            return made, target
        batch = tx.booking_batches.add(
            BookingBatch(
                0,
                asked.form,
                now,
                agent,
                tuple(one.number for one in made.invoices),
                hashlib.sha256(made.content).hexdigest(),
                base64.b64encode(made.content).decode(),
                asked.first,
                asked.last,
                str(target),
            )
        )
        if asked.terms is not None:
            target = _named(target, made, batch.name)
            batch = replace(batch, file=str(target))
            tx.booking_batches.save(batch)
        _put(target, made.content)
    return replace(made, batch=batch), target


def _named(target: Path, made: Written, name: str) -> Path:
    """Return the file to write: for DATEV, one in the folder `target` with the name that DATEV asks for."""
    if made.asked.terms is None:
        return target
    return target / f"EXTF_Buchungsstapel_{made.first}_{made.last}_{name}.csv"


def again(store: "Store", form: str, number: int) -> tuple[BookingBatch, bytes]:
    """Return a batch of a format, and the bytes of its file.

    Raises:
        NotPossible: there is no such batch, or it has another format.
    """
    with store.reading() as tx:
        batch = tx.booking_batches.get(number)
    if batch is None:
        raise NotPossible(f"There is no batch B{number}.", hint="suptime export batches")
    if batch.format != form:
        raise NotPossible(
            f"{batch.name} is a batch of the format {batch.format}.",
            hint=f"suptime export {batch.format} --again {batch.name}",
        )
    return batch, base64.b64decode(batch.content)


def list_all(store: "Store") -> list[tuple[BookingBatch, dict[str, Any]]]:
    """Return every batch with its document, by number."""
    with store.reading() as tx:
        return [(batch, _document(batch)) for batch in tx.booking_batches.find()]


def _document(batch: BookingBatch) -> dict[str, Any]:
    return {
        "id": batch.name,
        "format": batch.format,
        "made_at": rfc3339(batch.made_at),
        "agent": batch.agent,
        "from": batch.first.isoformat() if batch.first else None,
        "to": batch.last.isoformat() if batch.last else None,
        "documents": [*batch.documents],
        "sha256": batch.sha256,
        "file": batch.file,
    }


def _put(target: Path, content: bytes) -> None:
    if not target.parent.exists():
        try:
            target.parent.mkdir(parents=True)
        except OSError as error:
            raise WrongUsage(f"Cannot make {target.parent}: {error.strerror}.") from error
    with whole_file(target) as stream:
        stream.write(content)


def _made(tx: "Transaction", asked: Asked) -> Written:
    """Return the selected documents as a file."""
    only = numbers_of(tx, asked.numbers)
    client = lookup.client(tx, asked.client).code if asked.client else None
    held = {number for batch in tx.booking_batches.find(format=asked.form) for number in batch.documents}
    every = [
        one
        for one in tx.invoices.find()
        if (not only or one.number in only)
        and (client is None or one.client == client)
        and (asked.first is None or one.issued_on >= asked.first)
        and (asked.last is None or one.issued_on <= asked.last)
    ]
    already = _numbers(one for one in every if one.number in held)
    wanted = [one for one in every if not (asked.new and one.number in held)]
    if asked.terms is not None:
        return _of_datev(asked, asked.terms, wanted, already)
    fit = [one for one in wanted if asked.form != "quickbooks" or one.document["kind"] != "credit-note"]
    columns, rows = invoice_rows.TEMPLATES[asked.form]
    lines = [*rows(fit, asked.codes)]
    content = csv.write(columns, lines)
    return Written(
        asked, content, len(lines), tuple(fit), already, _numbers(o for o in wanted if o not in fit)
    )


def _of_datev(asked: Asked, terms: datev.Terms, wanted: "list[Invoice]", already: tuple[str, ...]) -> Written:
    """Return documents as a file for DATEV.

    Raises:
        WrongUsage: settings are missing, or the period is in two fiscal years.
        NotPossible: a document has another currency than EUR.
    """
    if not wanted:
        return Written(asked, b"", 0, (), already, ())
    others = [one.number for one in wanted if one.currency != "EUR"]
    if others:
        raise NotPossible(
            f"DATEV takes amounts in EUR, but {', '.join(others)} {'has' if len(others) == 1 else 'have'} another "
            "currency.",
            hint="Export the others with --client.",
        )
    lacking = datev.missing(wanted, terms)
    if lacking:
        raise WrongUsage(f"Settings are missing: {', '.join(lacking)}.", hint="suptime config set NAME VALUE")
    first = asked.first or min(one.issued_on for one in wanted)
    last = asked.last or max(one.issued_on for one in wanted)
    if datev.fiscal_year(terms, first) != datev.fiscal_year(terms, last):
        raise WrongUsage(
            f"{first} and {last} are in different fiscal years.", hint="Export each year by itself."
        )
    rows = [*datev.postings(wanted, terms)]
    assert asked.at is not None  # noqa: S101
    content, lost = datev.content(rows, terms, asked.at, first, last)
    notes = [f"Letters that Windows-1252 does not have were replaced: {', '.join(lost)}."] if lost else []
    if any(Decimal(one.document["totals"]["prepaid"]) for one in wanted):
        notes.append("Payments, deposits and draw-downs are not in the file: book them by themselves.")
    return Written(
        asked, content, len(rows), tuple(wanted), already, (), first=first, last=last, notes=tuple(notes)
    )


def _numbers(invoices: "Iterable[Invoice]") -> tuple[str, ...]:
    return tuple(one.number for one in invoices)
