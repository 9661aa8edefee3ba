"""What was issued: the steps of each client, invoices, the lines they claim, payments."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from operator import itemgetter
from typing import Any

from sqlalchemy import BigInteger, Exists, Select, cast, exists, func, insert, select
from sqlalchemy.sql.elements import ColumnElement

from suptime.domain.charge import ChargeKind, Draw, IssuedLine, RowKey
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
from suptime.store.repositories.records import DrawnRow
from suptime.store.repositories.row_digests import Draws
from suptime.store.repositories.rows import Clients, Repository, batches
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

_ADD_USE = (
    "INSERT INTO purchase_use (purchase, month, quantity) VALUES (:purchase, :month, :quantity)"
    " ON CONFLICT (purchase, month) DO UPDATE SET quantity = purchase_use.quantity + excluded.quantity"
)

_DROP_USE = (
    "DELETE FROM purchase_use WHERE purchase = :purchase AND month = :month AND purchase_use.quantity = 0"
)

_CASE = TABLES["case"]

_CONTRACT = TABLES["contract"]

_UNIT = TABLES["work_unit"]

_CLOSING = TABLES["closing"]

_CONTENT = TABLES["sent_content"]
_DELIVERY = TABLES["delivery"]
_PURCHASE = TABLES["purchase"]
_SENDING = TABLES["sending"]


SOME = 50
"""Invoices that are held at once: the document of one can be large."""

_OF_NO_CASE = (ChargeKind.FEE.value, ChargeKind.PREPAID_SALE.value)
# Named one by one, so that the index by contract, kind and day finds them.
_OF_CASES = tuple(kind.value for kind in ChargeKind if kind.value not in _OF_NO_CASE)


class Invoices(Repository):
    """Issued invoices and credit notes. They are only ever added: what was issued does not change."""

    def next_serial(self, year: int) -> int:
        """The number after the last of YEAR: without gaps, since numbers are given only with their invoice."""
        return (
            self.rows.execute(select(func.max(_INVOICE.c.serial)).where(_INVOICE.c.year == year)).scalar()
            or 0
        ) + 1

    def latest_dated(self, year: int) -> InvoiceHead | None:
        """Return the document of `year` that has the latest date, None where there is none."""
        columns = (column for column in _INVOICE.c if column is not _INVOICE.c.document)
        newest = select(*columns).where(_INVOICE.c.year == year)
        rows = self.rows.all(newest.order_by(_INVOICE.c.issued_on.desc(), _INVOICE.c.serial.desc()).limit(1))
        return invoice_head_of(rows[0]) if rows else None

    def add(self, invoice: Invoice) -> None:
        """Add INVOICE. Its audit row holds a digest in place of the document."""
        author = self.rows.writing()
        row = invoice_row(invoice)
        self.rows.execute(insert(_INVOICE).values(row))
        digest = hashlib.sha256(str(row["document"]).encode()).hexdigest()
        self.rows.audit(author, "invoice", invoice.number, None, row | {"document": f"sha256:{digest}"})
        if invoice.credits is not None:
            self._release(invoice.credits, reopen=invoice.mode == "reopen")

    def _release(self, number: str, *, reopen: bool) -> None:
        """Give back the draw-downs of the credited invoice `number`, and open its charges again if asked."""
        lines = Lines(self.rows).of(number)
        for line in lines if reopen else ():
            if line.key.case:
                self.rows.run_text(*by_day(line.key.case, day_number(line.key.day)))
        Lines(self.rows).add_uses(lines, -1)

    def get(self, number: str) -> Invoice | None:
        """The invoice of that NUMBER, letter case aside, or None."""
        row = self.rows.row("invoice", number)
        if row is None:
            # Only what is mistyped is looked for among all numbers.
            alike = [known for known in self.numbers() if known.lower() == number.lower()]
            row = self.rows.row("invoice", alike[0]) if alike else None
        return None if row is None else invoice_of(row)

    def find(self, *, client: str | None = None, issue: int | None = None) -> list[Invoice]:
        """The invoices (of CLIENT, of one ISSUE), by number."""
        statement = select(_INVOICE)
        if client is not None:
            statement = statement.where(_INVOICE.c.client == client)
        if issue is not None:
            statement = statement.where(_INVOICE.c.issue_id == issue)
        return [
            invoice_of(row) for row in self.rows.all(statement.order_by(_INVOICE.c.year, _INVOICE.c.serial))
        ]

    def heads(self, *, client: str | None = None) -> list[InvoiceHead]:
        """The invoices (of CLIENT), by number, without their documents."""
        statement = select(*(column for column in _INVOICE.c if column is not _INVOICE.c.document))
        if client is not None:
            statement = statement.where(_INVOICE.c.client == client)
        ordered = statement.order_by(_INVOICE.c.year, _INVOICE.c.serial)
        return [invoice_head_of(row) for row in self.rows.all(ordered)]

    def numbers(self) -> list[str]:
        """All numbers, in order."""
        return list(
            self.rows.execute(select(_INVOICE.c.number).order_by(_INVOICE.c.year, _INVOICE.c.serial))
            .scalars()
            .all()
        )

    def credit_note_of(self, number: str) -> str | None:
        """The number of the credit note that reverses the invoice NUMBER, or None."""
        return self.rows.execute(select(_INVOICE.c.number).where(_INVOICE.c.credits == number)).scalar()

    def clients(self) -> dict[str, str]:
        """The client of each invoice, by its number."""
        invoice = TABLES["invoice"]
        return {
            row.number: row.client for row in self.rows.execute(select(invoice.c.number, invoice.c.client))
        }

    def each(self) -> Iterator[tuple[Invoice, Issue, tuple[IssuedLine, ...]]]:
        """Every invoice with its issue and its lines, by issue, then number; a part at a time."""
        order = select(_INVOICE.c.number).order_by(_INVOICE.c.issue_id, _INVOICE.c.year, _INVOICE.c.serial)
        numbers = iter(self.rows.execute(order).scalars().all())
        while part := list(islice(numbers, SOME)):
            rows = {
                r["number"]: r for r in self.rows.all(select(_INVOICE).where(_INVOICE.c.number.in_(part)))
            }
            wanted = {row["issue_id"] for row in rows.values()}
            found = self.rows.all(select(_ISSUE).where(_ISSUE.c.id.in_(wanted)))
            issues = {row["id"]: issue_of(row) for row in found}
            lines: dict[str | None, list[IssuedLine]] = {}
            for line in Lines(self.rows).select(select(_LINE).where(_LINE.c.invoice.in_(part))):
                lines.setdefault(line.number, []).append(line)
            for number in part:
                row = rows[number]
                yield invoice_of(row), issues[row["issue_id"]], tuple(lines.get(number, ()))

    def each_head(self) -> Iterator[Invoice]:
        """Every invoice with an empty document, a part at a time: who it is for, and what it credits."""
        columns = [column for column in _INVOICE.columns if column.name != "document"]
        for row in self.rows.stream(select(*columns)):
            yield invoice_of({**row, "document": "{}"})

    def add_many(self, invoices: Iterable[Invoice]) -> None:
        """Add INVOICES, whose issues are there."""
        self.rows.writing()
        for part in batches(invoices):
            rows = [invoice_row(invoice) for invoice in part]
            self.rows.execute(insert(_INVOICE), rows)
            self.rows.note_rows("invoice", rows)


class Lines(Repository):
    """What issues claim, row by row."""

    def add(self, lines: Iterable[IssuedLine], issue: int) -> None:
        """Add the LINES that ISSUE claims, with their draw-downs. The audit trail keeps a digest of each."""
        self.rows.writing()
        for some in batches(lines):
            part = list(zip(self.rows.new_ids("issued_line", len(some)), some, strict=True))
            self.add_uses((line for _, line in part), 1)
            rows = [line_row(line, issue) | {"id": id} for id, line in part]  # noqa: A001
            self.rows.execute(insert(_LINE), rows)
            draws = [
                {"line_id": id, "purchase": draw.purchase, "quantity": draw.quantity}
                for id, line in part  # noqa: A001
                for draw in line.draws
            ]
            if draws:
                self.rows.execute(insert(_DRAW), draws)
            of_line: dict[int, Draws] = defaultdict(list)
            for draw in draws:
                of_line[draw["line_id"]].append((draw["purchase"], draw["quantity"]))
            self.rows.note_lines(rows, of_line)

    def find(
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
        return self.select(statement)

    def of(self, number: str) -> tuple[IssuedLine, ...]:
        """The lines of the invoice NUMBER, credited or not."""
        return tuple(self.select(select(_LINE).where(_LINE.c.invoice == number)))

    def without_invoice(self, issue: int) -> tuple[IssuedLine, ...]:
        """The lines of ISSUE that are on no invoice."""
        return tuple(self.select(select(_LINE).where(_LINE.c.issue_id == issue, _LINE.c.invoice.is_(None))))

    def of_no_case(self, clients: Clients) -> dict[str, list[IssuedLine]]:
        """The fees and sales that were issued, in order of issue, by contract."""
        codes = select(_CONTRACT.c.code)
        if clients is not None:
            codes = codes.where(_CONTRACT.c.client.in_(clients))
        kinds = _LINE.c.kind.in_(_OF_NO_CASE)
        found: dict[str, list[IssuedLine]] = defaultdict(list)
        for line in self._held(_LINE.c.contract.in_(codes), kinds):
            found[line.contract].append(line)
        return dict(found)

    def on(self, contract: str, days: Collection[date]) -> list[IssuedLine]:
        """The lines of CONTRACT for work on DAYS, in order of issue."""
        if not days:
            return []
        kinds = _LINE.c.kind.in_(_OF_CASES)
        return self._held(_LINE.c.contract == contract, kinds, _LINE.c.day.in_(sorted(days)))

    def after(self, contract: str, day: date) -> list[IssuedLine]:
        """The lines of CONTRACT for work after DAY, in order of issue."""
        kinds = _LINE.c.kind.in_(_OF_CASES)
        return self._held(_LINE.c.contract == contract, kinds, _LINE.c.day > day)

    def _held(self, *conditions: ColumnElement[bool]) -> list[IssuedLine]:
        return self.select(select(_LINE).where(*conditions, ~credited(_LINE.c.invoice)))

    def days(self, cases: Iterable[str]) -> dict[str, set[date]]:
        """The days of all lines of CASES, by case number."""
        found: dict[str, set[date]] = defaultdict(set)
        for part in batches(sorted(set(cases))):
            for row in self.rows.all(
                select(_LINE.c.case_number, _LINE.c.day).where(_LINE.c.case_number.in_(part)).distinct()
            ):
                found[row["case_number"]].add(row["day"])
        return found

    def select(self, statement: Select[Any]) -> list[IssuedLine]:
        """The lines that STATEMENT selects, in order of issue, each with its draw-downs."""
        rows = self.rows.all(statement.order_by(_LINE.c.issue_id, _LINE.c.id))
        drawn: dict[int, list[Draw]] = {}
        wanted = statement.with_only_columns(_LINE.c.id)
        # Sorted here: asked for an order, the database would read all draw-downs in it.
        found = self.rows.all(select(_DRAW).where(_DRAW.c.line_id.in_(wanted)))
        for draw in sorted(found, key=itemgetter("id")):
            drawn.setdefault(draw["line_id"], []).append(Draw(draw["purchase"], draw["quantity"]))
        return [line_of(row, tuple(drawn.get(row["id"], ()))) for row in rows]

    def add_uses(self, lines: Iterable[IssuedLine], sign: int) -> None:
        """Add (or, by a SIGN of -1, take off) what LINES drew to what was drawn for their months."""
        uses: dict[tuple[int, Month], int] = defaultdict(int)
        for line in lines:
            for draw in line.draws:
                uses[draw.purchase, Month.of(line.key.day)] += sign * draw.quantity
        for (purchase, month), quantity in uses.items():
            place = {"purchase": purchase, "month": str(month)}
            self.rows.run_text(_ADD_USE, place | {"quantity": quantity})
            self.rows.run_text(_DROP_USE, place)

    def sale_of(self, purchase: int) -> str | None:
        """The number of the invoice that holds the sale of PURCHASE, or None."""
        found = select(_LINE.c.invoice).where(
            _LINE.c.sold == purchase, _LINE.c.invoice.is_not(None), ~credited(_LINE.c.invoice, "reopen")
        )
        return self.rows.execute(found.limit(1)).scalar()

    def drawn(self, purchases: Iterable[int]) -> list[DrawnRow]:
        """What issued lines drew from PURCHASES for each day and case, by day; nothing that was given back."""
        found = []
        for part in batches(sorted(purchases)):
            statement = (
                select(
                    _LINE.c.day,
                    _LINE.c.case_number,
                    _CASE.c.subject,
                    _DRAW.c.purchase,
                    # PostgreSQL's sum of whole numbers is a decimal, which JSON does not have.
                    cast(func.sum(_DRAW.c.quantity), BigInteger).label("quantity"),
                )
                .join_from(_DRAW, _LINE, _LINE.c.id == _DRAW.c.line_id)
                .join(_CASE, _CASE.c.number == _LINE.c.case_number)
                .where(_DRAW.c.purchase.in_(part), ~credited(_LINE.c.invoice))
                .group_by(_LINE.c.day, _LINE.c.case_number, _CASE.c.subject, _DRAW.c.purchase)
                .having(func.sum(_DRAW.c.quantity) != 0)
            )
            found += [DrawnRow(*row.values()) for row in self.rows.all(statement.order_by(_LINE.c.day))]
        return found

    def written_off(self, clients: Collection[str] | None) -> dict[str, dict[RowKey, WrittenOff]]:
        """Return the rows of `clients` (None: of all) that were written off, by contract."""
        credit = _INVOICE.alias()
        off = select(credit.c.credits).where(credit.c.credits.is_not(None), credit.c.mode == "write-off")
        if clients is not None:
            off = off.where(credit.c.client.in_(clients))
        its = select(_LINE.c.contract, _LINE.c.day).where(_LINE.c.invoice.in_(off)).distinct()
        days: dict[str, list[date]] = defaultdict(list)
        for row in self.rows.all(its):
            days[row["contract"]].append(row["day"])
        found = {}
        for contract, on in days.items():
            history = [
                LineHistory(line_of(row, ()), row["issue_id"], row["credit_issue"], row["credit_mode"])
                for part in batches(sorted(on))
                for row in self.rows.all(_history(contract, part))
            ]
            found[contract] = written_off_rows(history)
        return found


class Payments(Repository):
    """Money for invoices."""

    def add(self, payment: Payment) -> Payment:
        """Add PAYMENT; id 0 asks for the next one. Gives it with its id."""
        return payment_of(self.rows.insert("payment", payment_row(payment)))

    def get(self, id: int) -> Payment | None:  # noqa: A002 -- an id is called an id
        """The payment ID, or None."""
        row = self.rows.row("payment", id)
        return None if row is None else payment_of(row)

    def find(self, *, invoice: str | None = None, client: str | None = None) -> list[Payment]:
        """The payments of an INVOICE, or of all of a CLIENT's, in order of their ids."""
        statement = select(_PAYMENT)
        if invoice is not None:
            statement = statement.where(_PAYMENT.c.invoice == invoice)
        if client is not None:
            statement = statement.join(_INVOICE, _INVOICE.c.number == _PAYMENT.c.invoice)
            statement = statement.where(_INVOICE.c.client == client)
        return [payment_of(row) for row in self.rows.all(statement.order_by(_PAYMENT.c.id))]

    def each(self) -> Iterator[Payment]:
        """All payments by id, a part at a time."""
        for row in self.rows.stream(select(_PAYMENT).order_by(_PAYMENT.c.id)):
            yield payment_of(row)

    def from_deposits(self, clients: Clients) -> dict[str, list[Payment]]:
        """What purchases of money paid of invoices that are not credited, in order, by contract."""
        statement = (
            select(_PURCHASE.c.contract.label("of_contract"), _PAYMENT)
            .join_from(_PAYMENT, _PURCHASE, _PURCHASE.c.id == _PAYMENT.c.purchase)
            .where(~credited(_PAYMENT.c.invoice))
        )
        if clients is not None:
            statement = statement.join(_CONTRACT, _CONTRACT.c.code == _PURCHASE.c.contract)
            statement = statement.where(_CONTRACT.c.client.in_(clients))
        found: dict[str, list[Payment]] = defaultdict(list)
        for row in self.rows.all(statement.order_by(_PAYMENT.c.id)):
            found[row["of_contract"]].append(payment_of(row))
        return dict(found)

    def add_many(self, payments: Iterable[Payment]) -> int:
        """Add PAYMENTS, those with an id under it."""
        return self.rows.add_many("payment", map(payment_row, payments))


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
        "capped": line.capped,
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
        row["capped"],
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
