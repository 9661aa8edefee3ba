"""Issued documents: show, list, explain and pay them. They never change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from suptime.app.invoices.draft import clients_of
from suptime.domain.invoice import Invoice, InvoiceHead
from suptime.domain.ledger import Account, EntryKey, EntryKind
from suptime.domain.money import show_amount
from suptime.domain.time import Month
from suptime.errors import NotPossible, WrongUsage
from suptime.invoicing import receivables
from suptime.invoicing.receivables import Ledger
from suptime.settings.settings import Settings

if TYPE_CHECKING:
    from suptime.store import Store, Transaction


def show(store: "Store", number: str, today: date) -> tuple[Invoice, dict[str, Any]]:
    """Return the invoice `number` as it was issued, and its document with its state now.

    Raises:
        NotPossible: there is no such invoice.
    """
    with store.reading() as tx:
        invoice = get(tx, number)
        return invoice, as_data(tx, invoice, today)


def of_month(store: "Store", month: Month, client: str | None) -> dict[str, Any]:
    """Return the invoices that were issued for `month` (to `client`), as they were issued.

    Raises:
        NotPossible: there is no such client.
    """
    with store.reading() as tx:
        code = clients_of(tx, client)[0].code if client is not None else None
        return as_issued(
            [i for i in tx.invoices.find(client=code) if i.month == month and not i.document["credits"]]
        )


def as_issued(invoices: Sequence[Invoice], language: str | None = None) -> dict[str, Any]:
    """Return `invoices` as the document to render, always the same; or in another `language`."""
    another = {"language": language} if language else {}
    documents = [dict(invoice.document) | another for invoice in invoices]
    first = documents[0] if documents else {"month": "", "drawn_up_at": ""}
    return {"month": first["month"], "drawn_up_at": first["drawn_up_at"], "invoices": documents, "held": []}


def with_detail(
    store: "Store", document: dict[str, Any], form: str, settings: Settings, asked: str | None = None
) -> dict[str, Any]:
    """Return a document of invoices with or without worksheets: as `asked`, as its client has it, as the setting says.

    Formats for programs have all of it, and no choice (P35).

    Raises:
        WrongUsage: a choice was asked for in such a format.
    """
    if form in NO_DETAIL:
        if asked is not None:
            raise WrongUsage(
                f"--detail does not go with --format {form}.",
                hint="Choose text, markdown, html, pdf or facturx, or leave --detail out.",
            )
        return document
    codes = {invoice["client"] for invoice in document["invoices"]}
    with store.reading() as tx:
        found = {code: tx.clients.get(code) for code in codes} if asked is None else {}
    usual = asked or settings.get("documents.detail")

    def detail_of(code: str) -> str:
        client = found.get(code)
        return (client.detail if client else None) or usual

    return {
        **document,
        "invoices": [{**one, "detail": detail_of(one["client"])} for one in document["invoices"]],
    }


NO_DETAIL = frozenset({"json", "csv", "ubl", "xrechnung", "message", "xml"})
"""The formats of invoices that a worksheet is no part of."""


@dataclass(frozen=True, slots=True)
class InvoiceSummary:
    """An issued invoice or credit note in a list: its total, and its payments until today."""

    head: InvoiceHead
    gross: Decimal
    now: Mapping[str, Any]

    @property
    def is_credit(self) -> bool:
        """Whether it gives money back: it reverses an invoice, or its total is negative."""
        return self.head.credits is not None or self.gross < 0


def summaries(store: "Store", client: str | None, state: str | None, today: date) -> list[InvoiceSummary]:
    """Return the invoices (of `client`, in `state`), by number, with their states now. No document is read.

    Raises:
        NotPossible: there is no such client.
    """
    with store.reading() as tx:
        return _summary(tx, client, state, today)


def list_all(store: "Store", client: str | None, state: str | None, today: date) -> list[dict[str, Any]]:
    """Return the documents of the invoices (of `client`, in `state`), by number, with their states now.

    Raises:
        NotPossible: there is no such client.
    """
    with store.reading() as tx:
        wanted = {one.head.number: one for one in _summary(tx, client, state, today)}
        code = next((one.head.client for one in wanted.values()), None) if client is not None else None
        invoices = tx.invoices.find(client=code) if wanted else []
        return [{**i.document, **wanted[i.number].now} for i in invoices if i.number in wanted]


def _summary(tx: "Transaction", client: str | None, state: str | None, today: date) -> list[InvoiceSummary]:
    code = clients_of(tx, client)[0].code if client is not None else None
    ledgers = tx.receivables.ledgers(code)
    found = []
    for head in tx.invoices.heads(client=code):
        ledger = ledgers[Account(head.client, head.currency)]
        key = _key(ledger, head.number)
        amount = ledger.by_key[key].amount
        found.append(InvoiceSummary(head, -amount if key.is_credit else amount, _now(ledger, key, today)))
    return [one for one in found if state is None or one.now["state"] == state]


def get(tx: "Transaction", number: str) -> Invoice:
    """Return the invoice of `number`.

    Raises:
        NotPossible: there is none; the error has the nearest numbers.
    """
    invoice = tx.invoices.get(number.strip())
    if invoice is None:
        from suptime.domain.values import did_you_mean, quoted

        known = tx.invoices.numbers()
        raise NotPossible(
            f"There is no invoice {quoted(number)}.", did_you_mean(number, known), "suptime invoice list"
        )
    return invoice


def as_data(tx: "Transaction", invoice: Invoice, today: date) -> dict[str, Any]:
    """Return the document of `invoice` as issued, with its present state, payments and open amount."""
    ledger = tx.receivables.ledger(Account(invoice.client, invoice.currency))
    return {**invoice.document, **_now(ledger, _key(ledger, invoice.number), today)}


def _key(ledger: Ledger, number: str) -> EntryKey:
    """Return the key of a document, which is a debit or a credit."""
    key = EntryKey(EntryKind.INVOICE, number)
    return key if key in ledger.by_key else EntryKey(EntryKind.CREDIT_NOTE, number)


def _now(ledger: Ledger, key: EntryKey, today: date) -> dict[str, Any]:
    """Return the state of a document `today`, its history since its issue, and its open amount (F6)."""
    # Entries with a later date, from a clock in another zone, are already known and count.
    t, currency = date.max, ledger.account.currency
    parts = receivables.parts_of(ledger, key.id, t) if not key.is_credit else None
    reversal = receivables.reversal_of(ledger, key.id, t)
    open_ = parts.open if parts else -ledger.rest(key, t)
    sums = {
        "paid": parts.paid if parts else Decimal(0),
        "credited": parts.credited if parts else Decimal(0),
        "discounted": parts.discounted if parts else Decimal(0),
        "written_off": parts.written_off if parts else Decimal(0),
        "open": open_ or Decimal(0),
    }
    return {
        "state": receivables.state_of(ledger, key, t, today=today),
        **{name: show_amount(amount, currency) for name, amount in sums.items()},
        "credited_by": None if reversal is None else reversal.id,
        "allocations": [
            {"id": other.id, "on": on.isoformat(), "amount": show_amount(amount, currency)}
            for other, on, amount in receivables.pairs_of(ledger, key, t, since_issue=not key.is_credit)
        ],
    }


def explained(invoice: Invoice, line: int | None) -> list[dict[str, Any]]:
    """Return the lines of `invoice` (or the one `line`, counted from 1), each with its reasons in sentences.

    Raises:
        NotPossible: it has no such line.
    """
    document = invoice.document
    told_lines: list[dict[str, Any]] = []
    for case in [*document["cases"], {"case": None, "work": [], "lines": document["other_lines"]}]:
        of_unit: dict[str, list[dict[str, Any]]] = {}
        for entry in case["work"]:
            of_unit.setdefault(entry["unit"], []).append(entry)
        for one in case["lines"]:
            work = [e for unit in one["units"] for e in of_unit.get(unit, ()) if e["date"] == one["date"]]
            why = [
                f"{e['unit']} {e['agent']} {e['start']} to {e['end']}: "
                + " ".join(dict.fromkeys(share["reason"] for share in e["shares"]))
                for e in work
            ]
            why += [one["reason"]] if one["reason"] else []
            why += [f"Corrects {one['corrects']}."] if one.get("corrects") else []
            told_lines.append({"line": len(told_lines) + 1, "case": case["case"], "why": why} | one)
    if line is not None:
        if line > len(told_lines):
            raise NotPossible(f"{invoice.number} has {len(told_lines)} lines, so there is no line {line}.")
        return [told_lines[line - 1]]
    return told_lines
