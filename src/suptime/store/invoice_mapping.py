"""Invoices, issued lines, issues and payments between rows and domain objects."""

import json
from decimal import Decimal
from typing import Any

from suptime.domain.charge import ChargeKind, Draw, RowKey
from suptime.domain.invoice import Invoice, InvoiceHead, Issue, IssuedLine, Payment
from suptime.domain.timespan import Month
from suptime.store.mapping import plain
from suptime.store.work_mapping import Row, Values


def issue_row(issue: Issue) -> Values:
    """ISSUE as a row."""
    return {
        "id": issue.id,
        "client": issue.client,
        "previous": issue.previous,
        "kind": issue.kind,
        "month": str(issue.month) if issue.month else None,
        "at": issue.at,
        "agent": issue.agent,
    }


def issue_of(row: Row) -> Issue:
    """The issue in ROW."""
    month = Month.parse(row["month"]) if row["month"] else None
    return Issue(row["client"], row["previous"], row["kind"], row["at"], row["agent"], month, row["id"])


def invoice_row(invoice: Invoice) -> Values:
    """INVOICE as a row; its document as JSON text, which is what every later rendering starts from."""
    return {
        "number": invoice.number,
        "year": invoice.year,
        "serial": invoice.serial,
        "issue_id": invoice.issue,
        "client": invoice.client,
        "currency": invoice.currency,
        "month": str(invoice.month) if invoice.month else None,
        "issued_on": invoice.issued_on,
        "due_on": invoice.due_on,
        "due": plain(invoice.due),
        "credits": invoice.credits,
        "mode": invoice.mode,
        "document": json.dumps(invoice.document, ensure_ascii=False, separators=(",", ":")),
    }


def invoice_of(row: Row) -> Invoice:
    """The invoice in ROW."""
    return Invoice(**_head(row), document=json.loads(row["document"]))


def invoice_head_of(row: Row) -> InvoiceHead:
    """The invoice in ROW, which has all of its columns but the document."""
    return InvoiceHead(**_head(row))


def _head(row: Row) -> dict[str, Any]:
    return {
        "number": row["number"],
        "year": row["year"],
        "serial": row["serial"],
        "client": row["client"],
        "currency": row["currency"],
        "month": Month.parse(row["month"]) if row["month"] else None,
        "issued_on": row["issued_on"],
        "due_on": row["due_on"],
        "due": Decimal(row["due"]),
        "credits": row["credits"],
        "mode": row["mode"],
        "issue": row["issue_id"],
    }


def line_row(line: IssuedLine, issue: int) -> Values:
    """LINE of ISSUE as a row."""
    return {
        "id": 0,
        "issue_id": issue,
        "invoice": line.number,
        "contract": line.contract,
        "kind": str(line.key.kind),
        "case_number": line.key.case or None,
        "day": line.key.day,
        "appointment": line.key.appointment,
        "window_starts_at": line.key.starts_at,
        "tariff": line.key.tariff,
        "quantity": line.quantity,
        "worked_seconds": line.worked_seconds,
        "net": plain(line.net),
        "sold": line.key.appointment if line.key.kind is ChargeKind.PREPAID_SALE else None,
    }


def line_of(row: Row, draws: tuple[Draw, ...]) -> IssuedLine:
    """The line in ROW, with its DRAWS."""
    key = RowKey(
        ChargeKind(row["kind"]),
        row["case_number"] or "",
        row["day"],
        row["appointment"],
        row["window_starts_at"],
        row["tariff"],
    )
    return IssuedLine(
        row["contract"],
        key,
        row["quantity"],
        row["worked_seconds"],
        Decimal(row["net"]),
        draws,
        row["invoice"],
    )


def payment_row(payment: Payment) -> Values:
    """PAYMENT as a row."""
    return {
        "id": payment.id,
        "invoice": payment.number,
        "paid_on": payment.on,
        "amount": plain(payment.amount),
        "purchase": payment.purchase,
    }


def payment_of(row: Row) -> Payment:
    """The payment in ROW."""
    return Payment(row["invoice"], row["paid_on"], Decimal(row["amount"]), row["purchase"], row["id"])
