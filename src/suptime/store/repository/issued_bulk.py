"""What was issued, all of it: the way out for an export, and the way in for an import."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice

from sqlalchemy import delete, exists, insert, select

from suptime.domain.invoice import Invoice, Issue, IssuedLine, Payment
from suptime.store.invoice_mapping import (
    invoice_of,
    invoice_row,
    issue_of,
    issue_row,
    payment_of,
)
from suptime.store.repository.invoices import Invoices
from suptime.store.repository.rows import batches
from suptime.store.tables import TABLES

_ISSUE = TABLES["issue"]
_INVOICE = TABLES["invoice"]
_LINE = TABLES["issued_line"]
_DRAW = TABLES["draw_down"]
_PAYMENT = TABLES["payment"]
_SENDING = TABLES["sending"]
_DELIVERY = TABLES["delivery"]
_CONTENT = TABLES["sent_content"]
SOME = 50
"""Invoices that are held at once: the document of one can be large."""


class IssuedBulk(Invoices):
    """Issues, invoices, lines and payments by the thousand, without an audit row for each: the audit trail keeps digests."""

    def each_invoice(self) -> Iterator[tuple[Invoice, Issue, tuple[IssuedLine, ...]]]:
        """Every invoice with its issue and its lines, by issue, then number; a part at a time."""
        order = select(_INVOICE.c.number).order_by(_INVOICE.c.issue_id, _INVOICE.c.year, _INVOICE.c.serial)
        numbers = iter(self._execute(order).scalars().all())
        while part := list(islice(numbers, SOME)):
            rows = {r["number"]: r for r in self._all(select(_INVOICE).where(_INVOICE.c.number.in_(part)))}
            wanted = {row["issue_id"] for row in rows.values()}
            found = self._all(select(_ISSUE).where(_ISSUE.c.id.in_(wanted)))
            issues = {row["id"]: issue_of(row) for row in found}
            lines: dict[str | None, list[IssuedLine]] = {}
            for line in self._lines(select(_LINE).where(_LINE.c.invoice.in_(part))):
                lines.setdefault(line.number, []).append(line)
            for number in part:
                row = rows[number]
                yield invoice_of(row), issues[row["issue_id"]], tuple(lines.get(number, ()))

    def each_invoice_head(self) -> Iterator[Invoice]:
        """Every invoice with an empty document, a part at a time: who it is for, and what it credits."""
        columns = [column for column in _INVOICE.columns if column.name != "document"]
        for row in self._stream(select(*columns)):
            yield invoice_of({**row, "document": "{}"})

    def each_closing(self) -> Iterator[tuple[Issue, tuple[IssuedLine, ...]]]:
        """Every issue that has lines without an invoice, or no invoice at all, with those lines; in order."""
        without = ~exists().where(_INVOICE.c.issue_id == _ISSUE.c.id)
        bare = exists().where(_LINE.c.issue_id == _ISSUE.c.id, _LINE.c.invoice.is_(None))
        for row in self._all(select(_ISSUE).where(without | bare).order_by(_ISSUE.c.id)):
            yield issue_of(row), self.bare_lines(row["id"])

    def bare_lines(self, issue: int) -> tuple[IssuedLine, ...]:
        """The lines of ISSUE that are on no invoice."""
        return tuple(self._lines(select(_LINE).where(_LINE.c.issue_id == issue, _LINE.c.invoice.is_(None))))

    def lines_of(self, number: str) -> tuple[IssuedLine, ...]:
        """The lines of the invoice NUMBER, credited or not."""
        return tuple(self._lines(select(_LINE).where(_LINE.c.invoice == number)))

    def each_payment(self) -> Iterator[Payment]:
        """All payments by id, a part at a time."""
        for row in self._stream(select(_PAYMENT).order_by(_PAYMENT.c.id)):
            yield payment_of(row)

    def payment(self, id: int) -> Payment | None:  # noqa: A002 -- an id is called an id
        """The payment ID, or None."""
        row = self._row("payment", id)
        return None if row is None else payment_of(row)

    def add_issues(self, issues: Iterable[Issue]) -> None:
        """Add ISSUES under their ids."""
        self._writing()
        for part in batches(issues):
            rows = [issue_row(issue) for issue in part]
            self._execute(insert(_ISSUE), rows)
            self._note_rows("issue", rows)
        self._ids_taken("issue")

    def add_invoices(self, invoices: Iterable[Invoice]) -> None:
        """Add INVOICES, whose issues are there."""
        self._writing()
        for part in batches(invoices):
            rows = [invoice_row(invoice) for invoice in part]
            self._execute(insert(_INVOICE), rows)
            self._note_rows("invoice", rows)

    def drop_issues(self, issues: Collection[int]) -> list[str]:
        """Take ISSUES of this transaction back, with all that is theirs. Gives the numbers of their invoices."""
        self._writing()
        dropped: list[str] = []
        for part in batches(sorted(issues, reverse=True)):
            mine = _INVOICE.c.issue_id.in_(part)
            numbers = list(self._execute(select(_INVOICE.c.number).where(mine)).scalars())
            lines = select(_LINE.c.id).where(_LINE.c.issue_id.in_(part))
            self._execute(delete(_DRAW).where(_DRAW.c.line_id.in_(lines)))
            self._execute(delete(_LINE).where(_LINE.c.issue_id.in_(part)))
            for some in batches(numbers):
                for owned in (_PAYMENT, _DELIVERY):
                    gone = owned.c.invoice.in_(some)
                    self._noting(owned.name).drop(
                        set(self._execute(select(owned.c.id).where(gone)).scalars())
                    )
                    self._execute(delete(owned).where(gone))
                self._execute(delete(_SENDING).where(_SENDING.c.invoice.in_(some)))
            # A credit note points to its invoice, so it goes first.
            self._execute(delete(_INVOICE).where(mine, _INVOICE.c.credits.is_not(None)))
            self._execute(delete(_INVOICE).where(mine))
            self._execute(delete(_ISSUE).where(_ISSUE.c.id.in_(part)))
            dropped += numbers
        if dropped:
            self._execute(delete(_CONTENT).where(_CONTENT.c.digest.not_in(select(_DELIVERY.c.digest))))
        for table, keys in {
            "issue": issues,
            "issued_line": issues,
            "invoice": dropped,
            "sending": dropped,
        }.items():
            self._noting(table).drop(set(keys))
        return dropped

    def reserve_ids(self, newest: Mapping[str, int]) -> None:
        """Have ids up to the NEWEST of each table never be given out again, though their rows may be deleted."""
        self._writing()
        for entity, id in newest.items():  # noqa: A001
            if "id" in getattr(TABLES.get(entity), "columns", ()):
                self._reserve(entity, id)
