"""What was issued: invoices, and the lines that issues claim."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from suptime.domain.charge import ChargeKind, Draw, IssuedLine, RowKey
from suptime.domain.invoice import (
    Invoice,
    InvoiceHead,
    Issue,
    LineHistory,
    WrittenOff,
    written_off_rows,
)
from suptime.domain.time import Month, day_number
from suptime.store.mapped import Mapped, as_day
from suptime.store.repositories.receivables import booked
from suptime.store.repositories.records import DrawnRow
from suptime.store.repositories.rows import Clients, Query, Repository, batches
from suptime.store.timer.statements import UNSETTLE_CONTRACT, by_day

SOME = 50
"""Invoices that are held at once: the document of one can be large."""

_OF_NO_CASE = (ChargeKind.FEE.value, ChargeKind.PREPAID_SALE.value, ChargeKind.PREPAYMENT.value)
# Named one by one, so that the index by contract, kind and day finds them.
_OF_CASES = tuple(kind.value for kind in ChargeKind if kind.value not in _OF_NO_CASE)

ADD_USE = (
    "INSERT INTO purchase_use (purchase, month, quantity) VALUES (:purchase, :month, :quantity)"
    " ON CONFLICT (purchase, month) DO UPDATE SET quantity = purchase_use.quantity + excluded.quantity"
)
DROP_USE = (
    "DELETE FROM purchase_use WHERE purchase = :purchase AND month = :month AND purchase_use.quantity = 0"
)

ISSUE = Mapped(Issue, "issue")
HEAD = Mapped(InvoiceHead, "invoice", columns={"issue": "issue_id"})
KEY = Mapped(
    RowKey,
    "issued_line",
    columns={"case": "case_number", "starts_at": "window_starts_at"},
    blank={"case": ""},
)
LINE = Mapped(IssuedLine, "issued_line", columns={"number": "invoice"}, without=("key", "draws"))
LINE_COLUMNS = f"issued_line.id, {KEY.columns}, {LINE.columns}"
"""What `line_of` makes a line of."""

IN_ORDER = "ORDER BY issued_line.issue_id, issued_line.id"


def not_credited(number: str, mode: str = "") -> str:
    """Return the condition that no credit note (of a mode) reverses the invoice in the column `number`."""
    of_mode = f" AND credit.mode = '{mode}'" if mode else ""
    return f"NOT EXISTS (SELECT 1 FROM invoice AS credit WHERE credit.credits = {number}{of_mode})"


def line_of(row: Any, draws: tuple[Draw, ...] = ()) -> IssuedLine:
    """Return the line of a row of `LINE_COLUMNS`, with its draw-downs."""
    split = 1 + len(RowKey._fields)
    return LINE.noun(row[split:], key=KEY.noun(row[1:split]), draws=draws)


def line_values(line: IssuedLine, issue: int, id: int) -> dict[str, Any]:  # noqa: A002
    """Return the columns of a line of `issue`."""
    sold = line.key.appointment if line.key.kind is ChargeKind.PREPAID_SALE else None
    return {"id": id, "issue_id": issue, **LINE.values(line), **KEY.values(line.key), "sold": sold}


class Invoices(Repository[Invoice]):
    """Issued invoices and credit notes. They are only ever added: what was issued does not change."""

    mapped = Mapped(Invoice, "invoice", columns={"issue": "issue_id"})
    OF_YEAR = "SELECT number FROM invoice WHERE year = :year"
    SERIAL = "SELECT max(serial) FROM invoice WHERE year = :year"
    LATEST = f"{HEAD.select} WHERE year = :year ORDER BY issued_on DESC, serial DESC LIMIT 1"
    FIND = Query(
        mapped.select,
        {"client": "client = :client", "issue": "issue_id = :issue", "numbers": "number IN :numbers"},
        "ORDER BY year, serial",
    )
    HEADS = Query(HEAD.select, {"client": "client = :client"}, "ORDER BY year, serial")
    NUMBERS = "SELECT number FROM invoice ORDER BY year, serial"
    IN_ORDER_OF_ISSUE = "SELECT number FROM invoice ORDER BY issue_id, year, serial"
    CREDIT_NOTE = "SELECT number FROM invoice WHERE credits = :number"
    CLIENTS = "SELECT number, client FROM invoice"
    ISSUES = f"{ISSUE.select} WHERE id IN :ids"

    def next_serial(self, year: int) -> int:
        """Return the number after the last of `year`: without gaps, since numbers are given only with their invoice."""
        return (self.driver.value(self.SERIAL, year=year) or 0) + 1

    def numbers_of(self, year: int) -> list[str]:
        """Return the numbers of the documents of `year`."""
        return self.driver.column(self.OF_YEAR, year=year)

    def latest_dated(self, year: int) -> InvoiceHead | None:
        """Return the document of `year` that has the latest date, None where there is none."""
        row = self.driver.one(self.LATEST, year=year)
        return None if row is None else HEAD.noun(row)

    def add(self, invoice: Invoice) -> None:
        """Add an invoice. Its audit row holds a digest in place of the document."""
        values = self.mapped.values(invoice)
        self.rows.insert_unaudited("invoice", values)
        digest = hashlib.sha256(str(values["document"]).encode()).hexdigest()
        self.rows.audit.add("invoice", invoice.number, None, values | {"document": f"sha256:{digest}"})
        self.rows.insert_many("booked_document", [booked(invoice.number, invoice.document)])
        if invoice.credits is not None:
            self._release(invoice.credits, reopen=invoice.mode == "reopen")

    def _release(self, number: str, *, reopen: bool) -> None:
        """Give back the draw-downs of the credited invoice `number`, and open its charges again if asked."""
        of_invoice = Lines(self.rows)
        lines = of_invoice.of(number)
        for line in lines if reopen else ():
            if line.key.case:
                statement, values = by_day(line.key.case, day_number(line.key.day))
                self.driver.run(statement, **values)
            elif line.key.is_rated:
                self.driver.run(UNSETTLE_CONTRACT, contract=line.contract, since=line.key.day)
        of_invoice.add_uses(lines, -1)

    def get(self, number: str) -> Invoice | None:
        """Return the invoice of that number, letter case aside, or None."""
        found = self.by_key(number)
        if found is None:
            # Only what is mistyped is looked for among all numbers.
            alike = [known for known in self.numbers() if known.lower() == number.lower()]
            found = self.by_key(alike[0]) if alike else None
        return found

    def find(self, *, client: str | None = None, issue: int | None = None) -> list[Invoice]:
        """Return the invoices (of a client, of one issue), by number."""
        return self.read(self.FIND, client=client, issue=issue)

    def heads(self, *, client: str | None = None) -> list[InvoiceHead]:
        """Return the invoices (of a client), by number, without their documents."""
        return [HEAD.noun(row) for row in self.driver.all(self.HEADS, client=client)]

    def numbers(self) -> list[str]:
        """Return all numbers, in order."""
        return self.driver.column(self.NUMBERS)

    def credit_note_of(self, number: str) -> str | None:
        """Return the number of the credit note that reverses the invoice `number`, or None."""
        found: str | None = self.driver.value(self.CREDIT_NOTE, number=number)
        return found

    def clients(self) -> dict[str, str]:
        """Return the client of each invoice, by its number."""
        return dict(self.driver.all(self.CLIENTS))

    def each(self) -> Iterator[tuple[Invoice, Issue, tuple[IssuedLine, ...]]]:
        """Yield every invoice with its issue and its lines, by issue, then number; a part at a time."""
        numbers = iter(self.driver.column(self.IN_ORDER_OF_ISSUE))
        while part := list(islice(numbers, SOME)):
            invoices = {invoice.number: invoice for invoice in self.read(self.FIND, numbers=part)}
            wanted = sorted({invoice.issue for invoice in invoices.values()})
            issues = {issue.id: issue for issue in map(ISSUE.noun, self.driver.all(self.ISSUES, ids=wanted))}
            lines: dict[str | None, list[IssuedLine]] = {}
            for line in Lines(self.rows).select("issued_line.invoice IN :numbers", numbers=part):
                lines.setdefault(line.number, []).append(line)
            for number in part:
                invoice = invoices[number]
                yield invoice, issues[invoice.issue], tuple(lines.get(number, ()))

    def each_head(self) -> Iterator[InvoiceHead]:
        """Yield every invoice without its document, a part at a time."""
        return map(HEAD.noun, self.driver.stream(HEAD.select))

    def add_many(self, invoices: Iterable[Invoice]) -> None:
        """Add many invoices, whose issues are there."""
        self.rows.require_author()
        for part in batches(invoices):
            rows = [self.mapped.values(one) for one in part]
            self.rows.insert_many("invoice", rows)
            self.rows.note_rows("invoice", rows)
            self.rows.insert_many("booked_document", [booked(one.number, one.document) for one in part])


class Lines(Repository[IssuedLine]):
    """What issues claim, row by row."""

    mapped = LINE
    SELECT = f"SELECT {LINE_COLUMNS} FROM issued_line WHERE {{condition}} {IN_ORDER}"
    DRAWS = (
        "SELECT line_id, purchase, quantity, id FROM draw_down"
        " WHERE line_id IN (SELECT issued_line.id FROM issued_line WHERE {condition})"
    )
    HELD = not_credited("issued_line.invoice")
    OF_CLIENTS = "issued_line.contract IN (SELECT code FROM contract WHERE client IN :clients)"
    SALE = (
        "SELECT invoice FROM issued_line WHERE sold = :purchase AND invoice IS NOT NULL"
        f" AND {not_credited('issued_line.invoice', 'reopen')} LIMIT 1"
    )
    EARLIEST = Query(
        "SELECT issued_line.invoice FROM issued_line JOIN invoice ON invoice.number = issued_line.invoice",
        {
            "client": "invoice.client = :client",
            "case": "issued_line.case_number = :case",
            "contract": "issued_line.contract = :contract",
            "since": "issued_line.day >= :since",
            "until": "issued_line.day < :until",
        },
        "ORDER BY invoice.year, invoice.serial LIMIT 1",
        not_credited("issued_line.invoice", "reopen"),
    )
    DAYS = "SELECT DISTINCT case_number, day FROM issued_line WHERE case_number IN :cases"
    BY_DAY = (
        "SELECT case_number, day, max(invoice) FROM issued_line WHERE case_number IN :cases"
        f" AND invoice IS NOT NULL AND {not_credited('issued_line.invoice', 'reopen')} GROUP BY case_number, day"
    )
    DRAWN = (
        "SELECT issued_line.day, coalesce(issued_line.case_number, ''),"
        " coalesce(\"case\".subject, 'Minimum of the month'), draw_down.purchase,"
        # PostgreSQL's sum of whole numbers is a decimal, which JSON does not have.
        " CAST(sum(draw_down.quantity) AS BIGINT)"
        " FROM draw_down JOIN issued_line ON issued_line.id = draw_down.line_id"
        ' LEFT JOIN "case" ON "case".number = issued_line.case_number'
        f" WHERE draw_down.purchase IN :purchases AND {HELD}"
        ' GROUP BY issued_line.day, issued_line.case_number, "case".subject, draw_down.purchase'
        " HAVING sum(draw_down.quantity) <> 0 ORDER BY issued_line.day"
    )
    WRITTEN_OFF = Query(
        "SELECT DISTINCT issued_line.contract, issued_line.day FROM issued_line"
        " JOIN invoice AS credit ON credit.credits = issued_line.invoice",
        {"clients": "credit.client IN :clients"},
        always="credit.mode = 'write-off'",
    )
    # All lines on some days, in order of issue, with the credit notes that reverse them.
    HISTORY = (
        f"SELECT issued_line.issue_id, credit.issue_id, credit.mode, {LINE_COLUMNS} FROM issued_line"
        " LEFT JOIN invoice AS credit ON credit.credits = issued_line.invoice"
        f" WHERE issued_line.contract = :contract AND issued_line.day IN :days {IN_ORDER}"
    )

    def earliest_document(
        self,
        *,
        client: str | None = None,
        case: str | None = None,
        contract: str | None = None,
        since: date | None = None,
        until: date | None = None,
    ) -> str | None:
        """Return the number of the earliest document with such a line (on a day from `since` to before `until`), or None.

        Documents that were credited with --reopen do not count.
        """
        found: str | None = self.driver.value(
            self.EARLIEST, client=client, case=case, contract=contract, since=since, until=until
        )
        return found

    def add(self, lines: Iterable[IssuedLine], issue: int) -> None:
        """Add the lines that an issue claims, with their draw-downs. The audit trail keeps a digest of each."""
        self.rows.require_author()
        for some in batches(lines):
            part = list(zip(self.rows.new_ids("issued_line", len(some)), some, strict=True))
            self.add_uses((line for _, line in part), 1)
            rows = [line_values(line, issue, id) for id, line in part]  # noqa: A001
            self.rows.insert_many("issued_line", rows)
            draws = [
                {"line_id": id, "purchase": draw.purchase, "quantity": draw.quantity}
                for id, line in part  # noqa: A001
                for draw in line.draws
            ]
            self.rows.insert_many("draw_down", draws)
            of_line: dict[int, list[tuple[int, int]]] = defaultdict(list)
            for draw in draws:
                of_line[draw["line_id"]].append((draw["purchase"], draw["quantity"]))
            self.rows.note_lines(rows, of_line)

    def add_uses(self, lines: Iterable[IssuedLine], sign: int) -> None:
        """Add (or, by a `sign` of -1, take off) what `lines` drew to what was drawn for their months."""
        uses: dict[tuple[int, Month], int] = defaultdict(int)
        for line in lines:
            for draw in line.draws:
                uses[draw.purchase, Month.of(line.key.day)] += sign * draw.quantity
        for (purchase, month), quantity in uses.items():
            self.driver.run(ADD_USE, purchase=purchase, month=str(month), quantity=quantity)
            self.driver.run(DROP_USE, purchase=purchase, month=str(month))

    def find(
        self, *, contract: str | None = None, issue: int | None = None, with_credited: bool = False
    ) -> list[IssuedLine]:
        """Return the lines (of a contract, of one issue), in order of issue.

        Those of credited invoices are left out, unless `with_credited`.
        """
        given = {"contract": contract, "issue_id": issue}
        asked = {name: value for name, value in given.items() if value is not None}
        conditions = [f"issued_line.{name} = :{name}" for name in asked]
        if not with_credited:
            conditions.append(self.HELD)
        return self.select(" AND ".join(conditions) or "true", **asked)

    def select(self, condition: str, **values: Any) -> list[IssuedLine]:
        """Return the lines that meet `condition`, in order of issue, each with its draw-downs."""
        rows = self.driver.all(self.SELECT.format(condition=condition), **values)
        drawn: dict[int, list[Draw]] = {}
        found = self.driver.all(self.DRAWS.format(condition=condition), **values)
        # Sorted here: asked for an order, the database would read all draw-downs in it.
        for line, purchase, quantity, _ in sorted(found, key=lambda row: row[3]):
            drawn.setdefault(line, []).append(Draw(purchase, quantity))
        return [line_of(row, tuple(drawn.get(row[0], ()))) for row in rows]

    def of(self, number: str) -> tuple[IssuedLine, ...]:
        """Return the lines of the invoice `number`, credited or not."""
        return tuple(self.select("issued_line.invoice = :number", number=number))

    def without_invoice(self, issue: int) -> tuple[IssuedLine, ...]:
        """Return the lines of an issue that are on no invoice."""
        return tuple(
            self.select("issued_line.issue_id = :issue AND issued_line.invoice IS NULL", issue=issue)
        )

    def of_no_case(self, clients: Clients) -> dict[str, list[IssuedLine]]:
        """Return the fees and sales that were issued, in order of issue, by contract."""
        whose = "true" if clients is None else self.OF_CLIENTS
        asked = {} if clients is None else {"clients": [*clients]}
        kinds = [*_OF_NO_CASE]
        found: dict[str, list[IssuedLine]] = defaultdict(list)
        for line in self.select(
            f"{whose} AND issued_line.kind IN :kinds AND {self.HELD}", kinds=kinds, **asked
        ):
            found[line.contract].append(line)
        return dict(found)

    def on(self, contract: str, days: Collection[date]) -> list[IssuedLine]:
        """Return the lines of a contract for work on `days`, in order of issue."""
        if not days:
            return []
        return self._of_cases(contract, "issued_line.day IN :days", days=sorted(days))

    def after(self, contract: str, day: date) -> list[IssuedLine]:
        """Return the lines of a contract for work after `day`, in order of issue."""
        return self._of_cases(contract, "issued_line.day > :day", day=day)

    def _of_cases(self, contract: str, condition: str, **values: Any) -> list[IssuedLine]:
        mine = "issued_line.contract = :contract AND issued_line.kind IN :kinds"
        asked = {"contract": contract, "kinds": [*_OF_CASES], **values}
        return self.select(f"{mine} AND {condition} AND {self.HELD}", **asked)

    def days(self, cases: Iterable[str]) -> dict[str, set[date]]:
        """Return the days of all lines of `cases`, by case number."""
        found: dict[str, set[date]] = defaultdict(set)
        for part in batches(sorted(set(cases))):
            for case, day in self.driver.all(self.DAYS, cases=part):
                found[case].add(as_day(day))
        return found

    def invoices_by_day(self, cases: Iterable[str]) -> dict[tuple[str, date], str]:
        """Return the number of the last document that holds a day of one of `cases`, by case and day."""
        return {
            (case, as_day(day)): number
            for part in batches(sorted({*cases}))
            for case, day, number in self.driver.all(self.BY_DAY, cases=part)
        }

    def sale_of(self, purchase: int) -> str | None:
        """Return the number of the invoice that holds the sale of a purchase, or None."""
        found: str | None = self.driver.value(self.SALE, purchase=purchase)
        return found

    def drawn(self, purchases: Iterable[int]) -> list[DrawnRow]:
        """Return what issued lines drew from `purchases` for each day and case, by day; nothing that was given back."""
        found = []
        for part in batches(sorted(purchases)):
            found += [
                DrawnRow(as_day(day), *row) for day, *row in self.driver.all(self.DRAWN, purchases=part)
            ]
        return found

    def written_off(self, clients: Clients) -> dict[str, dict[RowKey, WrittenOff]]:
        """Return the rows of `clients` (None: of all) that were written off, by contract."""
        days: dict[str, list[date]] = defaultdict(list)
        whose = None if clients is None else [*clients]
        for contract, day in self.driver.all(self.WRITTEN_OFF, clients=whose):
            days[contract].append(as_day(day))
        found = {}
        for contract, on in days.items():
            history = [
                LineHistory(line_of(row), issue, credit_issue, mode)
                for part in batches(sorted(on))
                for issue, credit_issue, mode, *row in self.driver.all(
                    self.HISTORY, contract=contract, days=part
                )
            ]
            found[contract] = written_off_rows(history)
        return found
