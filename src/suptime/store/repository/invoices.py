"""What was issued: the steps of each client, invoices, the lines they claim, payments."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

from sqlalchemy import Exists, Select, delete, exists, func, insert, select

from suptime.domain.charge import Draw, RowKey
from suptime.domain.invoice import (
    Invoice,
    InvoiceHead,
    Issue,
    IssuedLine,
    LineHistory,
    Payment,
    WrittenOff,
    written_off,
)
from suptime.domain.timespan import DAY, Month, day_number
from suptime.store.invoice_mapping import (
    invoice_head_of,
    invoice_of,
    invoice_row,
    issue_of,
    issue_row,
    line_of,
    line_row,
    payment_of,
    payment_row,
)
from suptime.store.repository.recording import Draws, Recording
from suptime.store.repository.rows import batches
from suptime.store.tables import TABLES
from suptime.store.unsettling import by_day

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
                insert(_CLOSING).values(client=client, month=str(month), settled_until=settled_until(month))
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
            found[contract] = written_off(history)
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


def settled_until(month: Month) -> int:
    """Return the instant after which no work lies in `month` in any zone."""
    # Midnight comes to the last zone half a day after it came to UTC.
    return (day_number(month.next.first) + 1) * DAY


def credited(number: Any, mode: str | None = None) -> Exists:
    """Whether a credit note (of MODE) reverses the invoice of the column NUMBER."""
    credit = _INVOICE.alias()
    found = exists().where(credit.c.credits == number)
    return found if mode is None else found.where(credit.c.mode == mode)
