"""What was issued: shown, listed, explained and paid. It never changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from suptime.app.invoices.draft import clients_of
from suptime.app.use_case import changing
from suptime.domain.invoice import Invoice, InvoiceHead, Payment, state_of
from suptime.domain.money import show_amount
from suptime.domain.time import Instant, Month
from suptime.errors import NotPossible

if TYPE_CHECKING:
    from suptime.store import Store, Transaction


def pay(
    store: "Store", number: str, amount: Decimal | None, on: date, *, now: Instant, agent: str, today: date
) -> tuple[Payment, dict[str, Any]]:
    """Record that the client paid `amount` (None: all that is open) of an invoice `on` a day.

    Raises:
        NotPossible: there is no such invoice; nothing is due on it; it is less than `amount`.
    """
    with changing(store, now, agent, "invoice pay") as tx:
        invoice = get(tx, number)
        if other := tx.invoices.credit_note_of(invoice.number):
            raise NotPossible(f"{invoice.number} is credited by {other}: nothing is due on it.")
        left = invoice.due - _paid(tx.payments.find(invoice=invoice.number))
        if left <= 0:
            raise NotPossible(
                f"Nothing is due on {invoice.number} any more.", hint=f"suptime invoice show {invoice.number}"
            )
        if amount is not None and amount > left:
            shown = f"{show_amount(left, invoice.currency)} {invoice.currency}"
            raise NotPossible(
                f"{show_amount(amount, invoice.currency)} is more than the {shown} that are due on {invoice.number}.",
                hint="Record what belongs to this invoice; the rest to another.",
            )
        payment = tx.payments.add(Payment(invoice.number, on, left if amount is None else amount))
        return payment, as_data(tx, invoice, today)


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
        return as_issued([i for i in tx.invoices.find(client=code) if i.month == month and i.credits is None])


def as_issued(invoices: Sequence[Invoice], language: str | None = None) -> dict[str, Any]:
    """INVOICES as the one document that is rendered: the same for each of them, for ever; or in another `language`."""
    another = {"language": language} if language else {}
    documents = [dict(invoice.document) | another for invoice in invoices]
    first = documents[0] if documents else {"month": "", "drawn_up_at": ""}
    return {"month": first["month"], "drawn_up_at": first["drawn_up_at"], "invoices": documents, "held": []}


@dataclass(frozen=True, slots=True)
class InvoiceSummary:
    """An issued invoice or credit note as a list shows it: its total, and what became of it until today."""

    head: InvoiceHead
    gross: Decimal
    now: Mapping[str, Any]

    @property
    def is_credit(self) -> bool:
        """Whether it gives money back: it reverses an invoice, or comes to less than nothing."""
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
    heads = {head.number: head for head in tx.invoices.heads(client=code)}
    credited_by = {head.credits: head.number for head in heads.values() if head.credits}
    paid: dict[str, list[Payment]] = {}
    for payment in tx.payments.find(client=code):
        paid.setdefault(payment.number, []).append(payment)
    found = [
        InvoiceSummary(
            head,
            # A credit note is the negative of a whole invoice.
            -_gross(heads[head.credits], paid) if head.credits else _gross(head, paid),
            _now(head, paid.get(head.number, ()), credited_by.get(head.number), today),
        )
        for head in heads.values()
    ]
    return [one for one in found if state is None or one.now["state"] == state]


def _gross(head: InvoiceHead, paid: Mapping[str, Sequence[Payment]]) -> Decimal:
    """Return the total of an invoice: what is due on it, and what deposits paid when it was issued."""
    deposits = (p.amount for p in paid.get(head.number, ()) if p.purchase is not None)
    return sum(deposits, head.due)


def get(tx: "Transaction", number: str) -> Invoice:
    """Return the invoice of `number`.

    Raises:
        NotPossible: there is none, with the nearest numbers.
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
    """Return the document of `invoice` as it was issued, but for its state, and what was paid and is open."""
    payments = tx.payments.find(invoice=invoice.number)
    return {**invoice.document, **_now(invoice, payments, tx.invoices.credit_note_of(invoice.number), today)}


def _now(
    head: InvoiceHead, payments: Iterable[Payment], credited_by: str | None, today: date
) -> dict[str, Any]:
    """Return the state `today` of an invoice, what the client paid of it by `payments`, and what is open."""
    paid = _paid(payments)
    left = Decimal(0) if credited_by else head.due - paid
    return {
        "state": state_of(head, paid, credited_by is not None, today),
        "paid": show_amount(paid, head.currency),
        "open": show_amount(left, head.currency),
        "credited_by": credited_by,
    }


def _paid(payments: Iterable[Payment]) -> Decimal:
    """Return what the client paid; what deposits paid is not due in the first place."""
    return sum((p.amount for p in payments if p.purchase is None), Decimal(0))


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
