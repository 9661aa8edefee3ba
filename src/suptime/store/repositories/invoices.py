"""What was issued: the steps of each client, invoices, the lines they claim, payments."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import Any

from sqlalchemy import Exists, Select, delete, exists, func, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from suptime.domain.charge import ChargeKind, Draw, IssuedLine, RowKey
from suptime.domain.delivery import (
    FAILED,
    HANDED,
    LEASE,
    OUTBOX,
    PENDING,
    SENT,
    UNKNOWN,
    Content,
    Delivery,
    Sending,
)
from suptime.domain.invoice import (
    Invoice,
    InvoiceHead,
    Issue,
    LineHistory,
    Payment,
    WrittenOff,
    written_off_rows,
)
from suptime.domain.time import DAY, Month, day_number
from suptime.store.repositories.row_digests import Draws, Recording
from suptime.store.repositories.rows import batches
from suptime.store.tables.columns import plain
from suptime.store.tables.work import TABLES
from suptime.store.timer.rows import Row, Values
from suptime.store.timer.statements import by_day

_ISSUE = TABLES["issue"]

_INVOICE = TABLES["invoice"]

_LINE = TABLES["issued_line"]

_DRAW = TABLES["draw_down"]

_PAYMENT = TABLES["payment"]

_CLOSING = TABLES["closing"]

CLOSING_KINDS = frozenset({"issue", "close"})

"""The kinds of issues that close their month."""

_ADD_USE = (
    "INSERT INTO purchase_use (purchase, month, quantity) VALUES (:purchase, :month, :quantity)"
    " ON CONFLICT (purchase, month) DO UPDATE SET quantity = purchase_use.quantity + excluded.quantity"
)

_DROP_USE = (
    "DELETE FROM purchase_use WHERE purchase = :purchase AND month = :month AND purchase_use.quantity = 0"
)


class Invoices(Recording):
    """Issues and invoices. They are only ever added: what was issued does not change."""

    def last_issue(self, client: str) -> int:
        """The id of the newest issue of CLIENT, 0 where there is none."""
        return self._execute(select(func.max(_ISSUE.c.id)).where(_ISSUE.c.client == client)).scalar() or 0

    def closed_through(self, client: str) -> Month | None:
        """The last month that is closed for CLIENT, or None."""
        month = self._execute(select(_CLOSING.c.month).where(_CLOSING.c.client == client)).scalar()
        return Month.parse(month) if month else None

    def add_issue(self, issue: Issue) -> Issue:
        """Add ISSUE, which follows the client's issue before it. Gives it with its id."""
        stored = issue_of(self._insert("issue", issue_row(issue)))
        if stored.kind in CLOSING_KINDS and stored.month is not None:
            self._close_through(stored.client, stored.month)
        return stored

    def _close_through(self, client: str, month: Month) -> None:
        """Note MONTH as the last one that is closed for CLIENT, unless a later one is."""
        closed = self.closed_through(client)
        if closed is None or closed < month:
            self._execute(delete(_CLOSING).where(_CLOSING.c.client == client))
            self._execute(
                insert(_CLOSING).values(
                    client=client, month=str(month), settled_until=end_of_month_everywhere(month)
                )
            )

    def issue(self, id: int) -> Issue | None:  # noqa: A002 -- an id is called an id
        """The issue ID, or None."""
        row = self._row("issue", id)
        return None if row is None else issue_of(row)

    def each_issue(self) -> list[Issue]:
        """All issues, in order."""
        return [issue_of(row) for row in self._all(select(_ISSUE).order_by(_ISSUE.c.id))]

    def next_serial(self, year: int) -> int:
        """The number after the last of YEAR: without gaps, since numbers are given only with their invoice."""
        return (
            self._execute(select(func.max(_INVOICE.c.serial)).where(_INVOICE.c.year == year)).scalar() or 0
        ) + 1

    def latest_dated(self, year: int) -> InvoiceHead | None:
        """Return the document of `year` that has the latest date, None where there is none."""
        columns = (column for column in _INVOICE.c if column is not _INVOICE.c.document)
        newest = select(*columns).where(_INVOICE.c.year == year)
        rows = self._all(newest.order_by(_INVOICE.c.issued_on.desc(), _INVOICE.c.serial.desc()).limit(1))
        return invoice_head_of(rows[0]) if rows else None

    def add_invoice(self, invoice: Invoice) -> None:
        """Add INVOICE. Its audit row holds a digest in place of the document."""
        author = self._writing()
        row = invoice_row(invoice)
        self._execute(insert(_INVOICE).values(row))
        digest = hashlib.sha256(str(row["document"]).encode()).hexdigest()
        self._audit(author, "invoice", invoice.number, None, row | {"document": f"sha256:{digest}"})
        if invoice.credits is not None:
            self._release(invoice.credits, reopen=invoice.mode == "reopen")

    def _release(self, number: str, *, reopen: bool) -> None:
        """Give back the draw-downs of the credited invoice `number`, and open its charges again if asked."""
        lines = self._lines(select(_LINE).where(_LINE.c.invoice == number))
        for line in lines if reopen else ():
            if line.key.case:
                self._run_text(*by_day(line.key.case, day_number(line.key.day)))
        self._add_uses(lines, -1)

    def invoice(self, number: str) -> Invoice | None:
        """The invoice of that NUMBER, letter case aside, or None."""
        row = self._row("invoice", number)
        if row is None:
            # Only what is mistyped is looked for among all numbers.
            alike = [known for known in self.invoice_numbers() if known.lower() == number.lower()]
            row = self._row("invoice", alike[0]) if alike else None
        return None if row is None else invoice_of(row)

    def invoices(self, *, client: str | None = None, issue: int | None = None) -> list[Invoice]:
        """The invoices (of CLIENT, of one ISSUE), by number."""
        statement = select(_INVOICE)
        if client is not None:
            statement = statement.where(_INVOICE.c.client == client)
        if issue is not None:
            statement = statement.where(_INVOICE.c.issue_id == issue)
        return [invoice_of(row) for row in self._all(statement.order_by(_INVOICE.c.year, _INVOICE.c.serial))]

    def invoice_heads(self, *, client: str | None = None) -> list[InvoiceHead]:
        """The invoices (of CLIENT), by number, without their documents."""
        statement = select(*(column for column in _INVOICE.c if column is not _INVOICE.c.document))
        if client is not None:
            statement = statement.where(_INVOICE.c.client == client)
        ordered = statement.order_by(_INVOICE.c.year, _INVOICE.c.serial)
        return [invoice_head_of(row) for row in self._all(ordered)]

    def invoice_numbers(self) -> list[str]:
        """All numbers, in order."""
        return list(
            self._execute(select(_INVOICE.c.number).order_by(_INVOICE.c.year, _INVOICE.c.serial))
            .scalars()
            .all()
        )

    def credit_note_of(self, number: str) -> str | None:
        """The number of the credit note that reverses the invoice NUMBER, or None."""
        return self._execute(select(_INVOICE.c.number).where(_INVOICE.c.credits == number)).scalar()

    def add_issued_lines(self, lines: Iterable[IssuedLine], issue: int) -> None:
        """Add the LINES that ISSUE claims, with their draw-downs. The audit trail keeps a digest of each."""
        self._writing()
        for some in batches(lines):
            part = list(zip(self._new_ids("issued_line", len(some)), some, strict=True))
            self._add_uses((line for _, line in part), 1)
            rows = [line_row(line, issue) | {"id": id} for id, line in part]  # noqa: A001
            self._execute(insert(_LINE), rows)
            draws = [
                {"line_id": id, "purchase": draw.purchase, "quantity": draw.quantity}
                for id, line in part  # noqa: A001
                for draw in line.draws
            ]
            if draws:
                self._execute(insert(_DRAW), draws)
            of_line: dict[int, Draws] = defaultdict(list)
            for draw in draws:
                of_line[draw["line_id"]].append((draw["purchase"], draw["quantity"]))
            self._note_lines(rows, of_line)

    def _add_uses(self, lines: Iterable[IssuedLine], sign: int) -> None:
        """Add (or, by a SIGN of -1, take off) what LINES drew to what was drawn for their months."""
        uses: dict[tuple[int, Month], int] = defaultdict(int)
        for line in lines:
            for draw in line.draws:
                uses[draw.purchase, Month.of(line.key.day)] += sign * draw.quantity
        for (purchase, month), quantity in uses.items():
            place = {"purchase": purchase, "month": str(month)}
            self._run_text(_ADD_USE, place | {"quantity": quantity})
            self._run_text(_DROP_USE, place)

    def issued_lines(
        self, *, contract: str | None = None, issue: int | None = None, with_credited: bool = False
    ) -> list[IssuedLine]:
        """The lines (of CONTRACT, of one ISSUE), in order of issue.

        Those of credited invoices are left out, unless `with_credited`.
        """
        statement = select(_LINE)
        if not with_credited:
            statement = statement.where(~credited(_LINE.c.invoice))
        if contract is not None:
            statement = statement.where(_LINE.c.contract == contract)
        if issue is not None:
            statement = statement.where(_LINE.c.issue_id == issue)
        return self._lines(statement)

    def _lines(self, statement: Select[Any]) -> list[IssuedLine]:
        """The lines that STATEMENT selects, in order of issue, each with its draw-downs."""
        rows = self._all(statement.order_by(_LINE.c.issue_id, _LINE.c.id))
        drawn: dict[int, list[Draw]] = {}
        wanted = statement.with_only_columns(_LINE.c.id)
        # Sorted here: asked for an order, the database would read all draw-downs in it.
        found = self._all(select(_DRAW).where(_DRAW.c.line_id.in_(wanted)))
        for draw in sorted(found, key=itemgetter("id")):
            drawn.setdefault(draw["line_id"], []).append(Draw(draw["purchase"], draw["quantity"]))
        return [line_of(row, tuple(drawn.get(row["id"], ()))) for row in rows]

    def sale_issued(self, purchase: int) -> str | None:
        """The number of the invoice that holds the sale of PURCHASE, or None."""
        found = select(_LINE.c.invoice).where(
            _LINE.c.sold == purchase, _LINE.c.invoice.is_not(None), ~credited(_LINE.c.invoice, "reopen")
        )
        return self._execute(found.limit(1)).scalar()

    def add_payment(self, payment: Payment) -> Payment:
        """Add PAYMENT; id 0 asks for the next one. Gives it with its id."""
        return payment_of(self._insert("payment", payment_row(payment)))

    def payments(self, *, invoice: str | None = None, client: str | None = None) -> list[Payment]:
        """The payments of an INVOICE, or of all of a CLIENT's, in order of their ids."""
        statement = select(_PAYMENT)
        if invoice is not None:
            statement = statement.where(_PAYMENT.c.invoice == invoice)
        if client is not None:
            statement = statement.join(_INVOICE, _INVOICE.c.number == _PAYMENT.c.invoice)
            statement = statement.where(_INVOICE.c.client == client)
        return [payment_of(row) for row in self._all(statement.order_by(_PAYMENT.c.id))]

    def written_off(self, clients: Collection[str] | None) -> dict[str, dict[RowKey, WrittenOff]]:
        """Return the rows of `clients` (None: of all) that were written off, by contract."""
        credit = _INVOICE.alias()
        off = select(credit.c.credits).where(credit.c.credits.is_not(None), credit.c.mode == "write-off")
        if clients is not None:
            off = off.where(credit.c.client.in_(clients))
        its = select(_LINE.c.contract, _LINE.c.day).where(_LINE.c.invoice.in_(off)).distinct()
        days: dict[str, list[date]] = defaultdict(list)
        for row in self._all(its):
            days[row["contract"]].append(row["day"])
        found = {}
        for contract, on in days.items():
            history = [
                LineHistory(line_of(row, ()), row["issue_id"], row["credit_issue"], row["credit_mode"])
                for part in batches(sorted(on))
                for row in self._all(_history(contract, part))
            ]
            found[contract] = written_off_rows(history)
        return found


def _history(contract: str, days: Sequence[date]) -> Select[Any]:
    """Select all lines of `contract` on `days`, in order of issue, with the credit notes that reverse them."""
    credit = _INVOICE.alias()
    return (
        select(_LINE, credit.c.issue_id.label("credit_issue"), credit.c.mode.label("credit_mode"))
        .join_from(_LINE, credit, credit.c.credits == _LINE.c.invoice, isouter=True)
        .where(_LINE.c.contract == contract, _LINE.c.day.in_(days))
        .order_by(_LINE.c.issue_id, _LINE.c.id)
    )


def end_of_month_everywhere(month: Month) -> int:
    """Return the instant after which no work lies in `month` in any zone."""
    # Midnight comes to the last zone half a day after it came to UTC.
    return (day_number(month.next.first) + 1) * DAY


def credited(number: Any, mode: str | None = None) -> Exists:
    """Whether a credit note (of MODE) reverses the invoice of the column NUMBER."""
    credit = _INVOICE.alias()
    found = exists().where(credit.c.credits == number)
    return found if mode is None else found.where(credit.c.mode == mode)


_SENDING = TABLES["sending"]

_DELIVERY = TABLES["delivery"]

_CONTENT = TABLES["sent_content"]


class Sendings(Recording):
    """One row of each invoice that was to be sent."""

    def sending(self, number: str) -> Sending | None:
        """The sending of the invoice NUMBER, or None where nobody tried."""
        row = self._row("sending", number)
        return None if row is None else _sending_of(row)

    def sendings(self) -> list[Sending]:
        """All sendings, in the order of the invoices' numbers; without their messages, which may be large."""
        columns = [column for column in _SENDING.c if column.name != "message"]
        statement = (
            select(*columns)
            .join(_INVOICE, _INVOICE.c.number == _SENDING.c.invoice)
            .order_by(_INVOICE.c.year, _INVOICE.c.serial)
        )
        return [_sending_of({"message": None} | dict(row)) for row in self._all(statement)]

    def each_sending(self) -> Iterator[Sending]:
        """All sendings with their messages, by number, one at a time: messages may be large."""
        numbers = self._execute(select(_SENDING.c.invoice).order_by(_SENDING.c.invoice)).scalars().all()
        found = (self.sending(number) for number in numbers)
        return (sending for sending in found if sending is not None)

    def add_sendings(self, sendings: Iterable[Sending]) -> None:
        """Add SENDINGS, with a digest of each in the audit trail."""
        self._writing()
        for part in batches(sendings):
            rows = [_sending_row(sending) for sending in part]
            self._insert_many("sending", rows)
            self._note_rows("sending", rows)

    def pending_deliveries(self, since: date | None) -> list[str]:
        """The numbers that may wait to be sent, in order: those tried and not sent, and those issued SINCE a day."""
        waits: ColumnElement[bool] = _SENDING.c.state.not_in((SENT, OUTBOX))
        if since is not None:
            waits |= _SENDING.c.state.is_(None) & (_INVOICE.c.issued_on >= since)
        statement = (
            select(_INVOICE.c.number)
            .outerjoin(_SENDING, _SENDING.c.invoice == _INVOICE.c.number)
            .where(waits)
            .order_by(_INVOICE.c.year, _INVOICE.c.serial)
        )
        return list(self._execute(statement).scalars().all())

    def save_sending(self, sending: Sending, *, keep: bool = True) -> None:
        """Add `sending`, or put it in the place of what was known. Its audit row is without the message.

        If a message left, or may have left, by what was known, it becomes a delivery, unless `keep` is
        false. This is the transaction that ends the attempt, so a delivery is never lost or invented.
        """
        author = self._writing()
        row = _sending_row(sending)
        before = self._row("sending", sending.number)
        if keep and before is not None and sending.state not in {PENDING, FAILED}:
            self._keep_delivery(_sending_of(before), sending.state)
        if before is None:
            self._execute(insert(_SENDING).values(row))
        else:
            self._execute(update(_SENDING).where(_SENDING.c.invoice == sending.number).values(row))
        self._audit(author, "sending", sending.number, _without_message(before), _without_message(row))

    def _keep_delivery(self, left: Sending, state: str) -> None:
        """Add the delivery of the message that `left`, if it did; `state` is what is known of it now."""
        if left.state not in {HANDED, UNKNOWN} or left.message is None:
            return
        mine = (_DELIVERY.c.invoice == left.number, _DELIVERY.c.attempt == left.attempts)
        if self._one(select(_DELIVERY.c.id).where(*mine)) is not None:
            return
        content = Content.of(left.message.encode("ascii"))
        at = left.leased_until - LEASE if left.leased_until is not None else left.made_at or 0
        known = state if state in {SENT, OUTBOX} else UNKNOWN
        self._add_content(content)
        self._insert(
            "delivery",
            _delivery_row(Delivery(left.number, left.attempts, known, left.recipient, at, content)),
        )

    def _add_content(self, content: Content) -> None:
        there = select(_CONTENT.c.digest).where(_CONTENT.c.digest == content.digest)
        if self._one(there) is None:
            row = {"digest": content.digest, "size": content.size, "packed": content.packed}
            self._execute(insert(_CONTENT).values(row))

    def deliveries(self, number: str) -> list[Delivery]:
        """Return the deliveries of the invoice `number`, the oldest first."""
        ids = select(_DELIVERY.c.id).where(_DELIVERY.c.invoice == number).order_by(_DELIVERY.c.attempt)
        return [*self._deliveries(self._execute(ids).scalars().all())]

    def each_delivery(self) -> Iterator[Delivery]:
        """Yield all deliveries by id, one at a time, as messages may be large."""
        ids = self._execute(select(_DELIVERY.c.id).order_by(_DELIVERY.c.id)).scalars().all()
        yield from self._deliveries(ids)

    def _deliveries(self, ids: Iterable[int]) -> Iterator[Delivery]:
        both = select(_DELIVERY, _CONTENT.c.size, _CONTENT.c.packed).outerjoin(
            _CONTENT, _CONTENT.c.digest == _DELIVERY.c.digest
        )
        for id in ids:  # noqa: A001
            row = self._one(both.where(_DELIVERY.c.id == id))
            if row is not None:
                yield _delivery_of(row)

    def delivery(self, number: str, attempt: int) -> Delivery | None:
        """Return the delivery of an invoice by its attempt, or None."""
        return next((one for one in self.deliveries(number) if one.attempt == attempt), None)

    def add_deliveries(self, deliveries: Iterable[Delivery]) -> None:
        """Add `deliveries` with their content, and with a digest of each in the audit trail."""
        self._writing()
        for delivery in deliveries:
            self._add_content(delivery.content)
            row = _delivery_row(delivery)
            row = row if delivery.id else self._numbered("delivery", [row])[0]
            self._execute(insert(_DELIVERY).values(row))
            self._note_rows("delivery", [row])
        self._ids_taken("delivery")

    def stray_contents(self) -> list[str]:
        """Return the digests of kept bytes that no delivery points to."""
        used = select(_DELIVERY.c.digest)
        strays = select(_CONTENT.c.digest).where(_CONTENT.c.digest.not_in(used))
        return list(self._execute(strays.order_by(_CONTENT.c.digest)).scalars().all())


def _delivery_row(delivery: Delivery) -> Values:
    return {
        "id": delivery.id,
        "invoice": delivery.number,
        "attempt": delivery.attempt,
        "state": delivery.state,
        "recipient": delivery.recipient,
        "at": delivery.at,
        "digest": delivery.content.digest,
    }


def _delivery_of(row: Row) -> Delivery:
    return Delivery(
        row["invoice"],
        row["attempt"],
        row["state"],
        row["recipient"],
        row["at"],
        Content(row["digest"], row["size"] or 0, bytes(row["packed"] or b"")),
        row["id"],
    )


def _without_message(row: Row | None) -> Any:
    return None if row is None else {name: value for name, value in row.items() if name != "message"}


def _sending_row(sending: Sending) -> Values:
    return {
        "invoice": sending.number,
        "state": sending.state,
        "recipient": sending.recipient,
        "sender": sending.sender,
        "message_id": sending.message_id,
        "digest": sending.digest,
        "message": sending.message,
        "made_at": sending.made_at,
        "attempts": sending.attempts,
        "leased_until": sending.leased_until,
        "sent_at": sending.sent_at,
        "last_error": sending.last_error,
        "file_name": sending.file,
        "chosen": sending.chosen,
    }


def _sending_of(row: Row) -> Sending:
    return Sending(
        row["invoice"],
        row["state"],
        row["recipient"],
        row["sender"],
        row["message_id"],
        row["digest"],
        row["message"],
        row["made_at"],
        row["attempts"],
        row["leased_until"],
        row["sent_at"],
        row["last_error"],
        row["file_name"],
        bool(row["chosen"]),
    )


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
