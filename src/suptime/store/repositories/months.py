"""What is settled, what was touched since, and what is dated since then: all that a month must read."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    Select,
    Text,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
)

from suptime.domain.charge import ChargeKind, IssuedLine, Use
from suptime.domain.invoice import Issue
from suptime.domain.time import DAY, Month
from suptime.store.repositories.invoices import (
    Lines,
    credited,
    end_of_month_everywhere,
    issue_of,
    issue_row,
)
from suptime.store.repositories.rows import Clients, Repository, batches
from suptime.store.tables.work import TABLES

_UNIT = TABLES["work_unit"]
_CASE = TABLES["case"]
_EVENT = TABLES["case_event"]
_APPOINTMENT = TABLES["appointment"]
_CONTRACT = TABLES["contract"]
_CLOSING = TABLES["closing"]
_TOUCHED = TABLES["unsettled_case"]
_SINCE = TABLES["unsettled_contract"]
_USE = TABLES["purchase_use"]
_PURCHASE = TABLES["purchase"]
_ISSUE = TABLES["issue"]
_LINE = TABLES["issued_line"]
_DRAW = TABLES["draw_down"]
_PAYMENT = TABLES["payment"]

_OF_NO_CASE = (ChargeKind.FEE.value, ChargeKind.PREPAID_SALE.value)
# Named one by one, so that the index by contract, kind and day finds them.
_OF_CASES = tuple(kind.value for kind in ChargeKind if kind.value not in _OF_NO_CASE)

_EVERYTHING = 1 << 62
"""The end of a closing that the migration from older stores made: all work counts as before it."""


CLOSING_KINDS = frozenset({"issue", "close"})
"""The kinds of issues that close their month."""


_CONTENT = TABLES["sent_content"]
_DELIVERY = TABLES["delivery"]
_INVOICE = TABLES["invoice"]
_SENDING = TABLES["sending"]


class Issues(Repository):
    """The steps in what was issued to each client. They are only ever added."""

    def last(self, client: str) -> int:
        """The id of the newest issue of CLIENT, 0 where there is none."""
        return self.rows.execute(select(func.max(_ISSUE.c.id)).where(_ISSUE.c.client == client)).scalar() or 0

    def add(self, issue: Issue) -> Issue:
        """Add ISSUE, which follows the client's issue before it. Gives it with its id."""
        stored = issue_of(self.rows.insert("issue", issue_row(issue)))
        if stored.kind in CLOSING_KINDS and stored.month is not None:
            Months(self.rows).close_through(stored.client, stored.month)
        return stored

    def get(self, id: int) -> Issue | None:  # noqa: A002 -- an id is called an id
        """The issue ID, or None."""
        row = self.rows.row("issue", id)
        return None if row is None else issue_of(row)

    def list_all(self) -> list[Issue]:
        """All issues, in order."""
        return [issue_of(row) for row in self.rows.all(select(_ISSUE).order_by(_ISSUE.c.id))]

    def each_closing(self) -> Iterator[tuple[Issue, tuple[IssuedLine, ...]]]:
        """Every issue that has lines without an invoice, or no invoice at all, with those lines; in order."""
        without = ~exists().where(_INVOICE.c.issue_id == _ISSUE.c.id)
        bare = exists().where(_LINE.c.issue_id == _ISSUE.c.id, _LINE.c.invoice.is_(None))
        for row in self.rows.all(select(_ISSUE).where(without | bare).order_by(_ISSUE.c.id)):
            yield issue_of(row), Lines(self.rows).without_invoice(row["id"])

    def add_many(self, issues: Iterable[Issue]) -> None:
        """Add ISSUES under their ids."""
        self.rows.writing()
        for part in batches(issues):
            rows = [issue_row(issue) for issue in part]
            self.rows.execute(insert(_ISSUE), rows)
            self.rows.note_rows("issue", rows)
        self.rows.ids_taken("issue")

    def drop(self, issues: Collection[int]) -> list[str]:
        """Take ISSUES of this transaction back, with all that is theirs. Gives the numbers of their invoices."""
        self.rows.writing()
        dropped: list[str] = []
        for part in batches(sorted(issues, reverse=True)):
            mine = _INVOICE.c.issue_id.in_(part)
            numbers = list(self.rows.execute(select(_INVOICE.c.number).where(mine)).scalars())
            lines = select(_LINE.c.id).where(_LINE.c.issue_id.in_(part))
            self.rows.execute(delete(_DRAW).where(_DRAW.c.line_id.in_(lines)))
            self.rows.execute(delete(_LINE).where(_LINE.c.issue_id.in_(part)))
            for some in batches(numbers):
                for owned in (_PAYMENT, _DELIVERY):
                    gone = owned.c.invoice.in_(some)
                    self.rows.noting(owned.name).drop(
                        set(self.rows.execute(select(owned.c.id).where(gone)).scalars())
                    )
                    self.rows.execute(delete(owned).where(gone))
                self.rows.execute(delete(_SENDING).where(_SENDING.c.invoice.in_(some)))
            # A credit note points to its invoice, so it goes first.
            self.rows.execute(delete(_INVOICE).where(mine, _INVOICE.c.credits.is_not(None)))
            self.rows.execute(delete(_INVOICE).where(mine))
            self.rows.execute(delete(_ISSUE).where(_ISSUE.c.id.in_(part)))
            dropped += numbers
        if dropped:
            self.rows.execute(delete(_CONTENT).where(_CONTENT.c.digest.not_in(select(_DELIVERY.c.digest))))
        for table, keys in {
            "issue": issues,
            "issued_line": issues,
            "invoice": dropped,
            "sending": dropped,
        }.items():
            self.rows.noting(table).drop(set(keys))
        return dropped


class Months(Repository):
    """Closed months: of them only what was touched since is read again."""

    def closed_through(self, client: str) -> Month | None:
        """The last month that is closed for CLIENT, or None."""
        month = self.rows.execute(select(_CLOSING.c.month).where(_CLOSING.c.client == client)).scalar()
        return Month.parse(month) if month else None

    def closings(self, clients: Clients) -> dict[str, Month]:
        """The last month that is closed for each of CLIENTS."""
        statement = select(_CLOSING.c.client, _CLOSING.c.month)
        rows = self.rows.all(
            statement if clients is None else statement.where(_CLOSING.c.client.in_(clients))
        )
        return {row["client"]: Month.parse(row["month"]) for row in rows}

    def touched(self, clients: Clients) -> dict[str, set[int]]:
        """The days (counted from 1970, in UTC; -1: all) of closed months that were touched, by case number."""
        # An agent on a server marks the days of open months, too.
        statement = (
            select(_TOUCHED.c.case_number, _TOUCHED.c.day)
            .join_from(_TOUCHED, _CASE, _CASE.c.number == _TOUCHED.c.case_number)
            .join(_CLOSING, _CLOSING.c.client == _CASE.c.client)
            .where(_TOUCHED.c.day * DAY < _CLOSING.c.settled_until)
        )
        if clients is not None:
            statement = statement.where(_CASE.c.client.in_(clients))
        found: dict[str, set[int]] = defaultdict(set)
        for row in self.rows.all(statement):
            found[row["case_number"]].add(row["day"])
        return dict(found)

    def touched_contracts(self, clients: Clients) -> dict[str, date]:
        """The contracts of which everything was touched, with the day from which on."""
        statement = select(_SINCE)
        if clients is not None:
            statement = statement.join(_CONTRACT, _CONTRACT.c.code == _SINCE.c.contract)
            statement = statement.where(_CONTRACT.c.client.in_(clients))
        return {row["contract"]: row["since"] for row in self.rows.all(statement)}

    def touch_contracts(self, since: date) -> None:
        """Note that everything from SINCE on is to be rated anew, of all contracts of clients with closed months."""
        closed = select(_CONTRACT.c.code).join(_CLOSING, _CLOSING.c.client == _CONTRACT.c.client)
        before = {row["contract"]: row["since"] for row in self.rows.all(select(_SINCE))}
        self.rows.execute(delete(_SINCE))
        rows = [
            {"contract": code, "since": min(since, before.get(code, since))}
            for code in self.rows.execute(closed).scalars()
        ]
        if rows:
            self.rows.execute(insert(_SINCE), rows)

    def close_through(self, client: str, month: Month) -> None:
        """Note MONTH as the last one that is closed for CLIENT, unless a later one is."""
        closed = self.closed_through(client)
        if closed is None or closed < month:
            self.rows.execute(delete(_CLOSING).where(_CLOSING.c.client == client))
            self.rows.execute(
                insert(_CLOSING).values(
                    client=client, month=str(month), settled_until=end_of_month_everywhere(month)
                )
            )

    def rebuild(self) -> None:
        """Work out anew, from all that was issued, what is closed and what was drawn; all counts as touched.

        It is for an import of issues: the next closing of each client settles what it can.
        """
        self.rows.writing()
        for table in (_CLOSING, _USE):
            self.rows.execute(delete(table))
        for row in self.rows.all(_last_closings()):
            self.close_through(row["client"], Month.parse(row["month"]))
        self.rows.execute(insert(_USE).from_select(["purchase", "month", "quantity"], _draws_by_month()))
        self.touch_contracts(date.min)

    def faults(self) -> Iterator[str]:
        """Yield a sentence for each closing and each sum of draw-downs that does not follow from the issues."""
        closed = {row["client"]: row["month"] for row in self.rows.all(_last_closings())}
        for row in self.rows.all(select(_CLOSING).order_by(_CLOSING.c.client)):
            client, month = row["client"], row["month"]
            issued = closed.pop(client, None)
            if issued is None:
                yield f"The closing of {client} (closing) says {month}, and no issue closed a month."
            elif month != issued:
                yield f"The closing of {client} (closing) says {month}, and the last month that issues closed is {issued}."
            elif row["settled_until"] not in {end_of_month_everywhere(Month.parse(month)), _EVERYTHING}:
                yield f"The closing of {client} (closing) does not end with {month}: settled_until is {row['settled_until']}."
        for client, month in closed.items():
            yield f"The closing of {client} (closing) is missing: issues closed {month}."
        drawn = {
            (row["purchase"], row["month"]): int(row["quantity"]) for row in self.rows.all(_draws_by_month())
        }
        noted = {(row["purchase"], row["month"]): row["quantity"] for row in self.rows.all(select(_USE))}
        for key in sorted(drawn.keys() | noted.keys()):
            if drawn.get(key) != noted.get(key):
                purchase, month = key
                yield (
                    f"The use of P{purchase} in {month} (purchase_use) is noted as {noted.get(key, 'nothing')},"
                    f" and issued lines draw {drawn.get(key, 'nothing')}."
                )

    def close(self, client: str, still_open: Mapping[str, Collection[int]]) -> None:
        """All of CLIENT's closed months is settled, but for the days STILL OPEN of its cases."""
        self.rows.writing()
        of_client = select(_CASE.c.number).where(_CASE.c.client == client)
        self.rows.execute(delete(_TOUCHED).where(_TOUCHED.c.case_number.in_(of_client)))
        contracts = select(_CONTRACT.c.code).where(_CONTRACT.c.client == client)
        self.rows.execute(delete(_SINCE).where(_SINCE.c.contract.in_(contracts)))
        rows = [{"case_number": case, "day": day} for case, days in still_open.items() for day in set(days)]
        if rows:
            self.rows.execute(insert(_TOUCHED), rows)

    def uses(self, clients: Clients, before: Month) -> dict[str, list[Use]]:
        """What issued lines drew from purchases, by contract: month by month, those before BEFORE as their last."""
        last = str(before.previous)
        month = case((_USE.c.month < last, literal(last)), else_=_USE.c.month)
        statement = select(
            _PURCHASE.c.contract,
            _USE.c.purchase,
            month.label("of_month"),
            func.sum(_USE.c.quantity).label("quantity"),
        ).join_from(_USE, _PURCHASE, _PURCHASE.c.id == _USE.c.purchase)
        if clients is not None:
            statement = statement.join(_CONTRACT, _CONTRACT.c.code == _PURCHASE.c.contract)
            statement = statement.where(_CONTRACT.c.client.in_(clients))
        months: dict[str, Month] = {}
        found: dict[str, list[Use]] = defaultdict(list)
        grouped = statement.group_by(_PURCHASE.c.contract, _USE.c.purchase, month)
        for row in self.rows.all(grouped):
            written = row["of_month"]
            of_month = months.get(written) or months.setdefault(written, Month.parse(written))
            found[row["contract"]].append(Use(row["purchase"], of_month, int(row["quantity"])))
        return dict(found)


def _last_closings() -> Select[Any]:
    """Return the last month that was closed for each client."""
    closings = select(_ISSUE.c.client, func.max(_ISSUE.c.month).label("month"))
    return (
        closings.where(_ISSUE.c.kind.in_(CLOSING_KINDS)).group_by(_ISSUE.c.client).order_by(_ISSUE.c.client)
    )


def _draws_by_month() -> Select[Any]:
    """Return what lines that count drew from each purchase for the days of each month."""
    month = func.substr(cast(_LINE.c.day, Text), 1, 7)
    drawn = func.sum(_DRAW.c.quantity)
    return (
        select(_DRAW.c.purchase, month.label("month"), drawn.label("quantity"))
        .join_from(_DRAW, _LINE, _LINE.c.id == _DRAW.c.line_id)
        .where(~credited(_LINE.c.invoice))
        .group_by(_DRAW.c.purchase, month)
        # Older versions gave a draw-down back twice, if its work was deleted after a write-off.
        .having(drawn > 0)
    )
